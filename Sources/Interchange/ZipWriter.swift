import CZlib

/// Writes a zip archive, member by member, dated 1 January 1980 so that equal contents give equal bytes.
struct ZipWriter {
  let sink: FileSink
  let path: String
  private var offset = 0
  private var directory: [UInt8] = []
  private var names: Set<String> = []

  init(sink: FileSink, path: String) { (self.sink, self.path) = (sink, path) }

  /// Adds a member holding `head` and then `body`.
  mutating func add(_ name: String, _ head: [UInt8], _ body: UnsafeRawBufferPointer, compressed: Bool) throws(FileError) {
    guard names.insert(name).inserted else { throw FileError("two arrays are named '\(excerpt(name))'", path: path) }
    guard name.utf8.count <= 0xffff, names.count < 0xffff else {
      throw FileError("the archive has too many arrays, or too long a name", path: path)
    }
    let sum = head.withUnsafeBytes { checksum([$0, body]) }
    let packed = compressed ? try deflated(head, body) : nil
    let size = head.count + body.count
    let stored = packed?.count ?? size
    let record =
      little(20, 2) + little(0x800, 2) + little(packed == nil ? 0 : 8, 2) + little(0, 2) + little(0x21, 2)
      + little(Int(sum), 4) + (try field(stored)) + (try field(size)) + little(name.utf8.count, 2) + little(0, 2)
    directory += [0x50, 0x4b, 1, 2] + little(20, 2) + record + little(0, 10) + (try field(offset)) + Array(name.utf8)
    try put([0x50, 0x4b, 3, 4] + record + Array(name.utf8))
    if let packed {
      try put(packed)
    } else {
      try put(head)
      try sink.write(body)
      offset += body.count
    }
  }

  mutating func finish() throws(FileError) {
    let count = little(names.count, 2)
    let end = [0x50, 0x4b, 5, 6] + little(0, 4) + count + count + (try field(directory.count)) + (try field(offset)) + little(0, 2)
    try put(directory)
    try put(end)
  }

  private mutating func put(_ bytes: [UInt8]) throws(FileError) {
    try sink.write(bytes)
    offset += bytes.count
  }

  private func deflated(_ head: [UInt8], _ body: UnsafeRawBufferPointer) throws(FileError) -> [UInt8] {
    var stream = z_stream()
    let level = Z_DEFAULT_COMPRESSION
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, Deflate.Wrapper.none.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw FileError("out of memory while compressing", path: path) }
    defer { deflateEnd(&stream) }
    var output: [UInt8] = []
    head.withUnsafeBytes { Deflate.deflate($0, onto: &output, stream: &stream, finish: false) }
    Deflate.deflate(body, onto: &output, stream: &stream, finish: true)
    return output
  }

  /// A size in four bytes.
  private func field(_ value: Int) throws(FileError) -> [UInt8] {
    guard value < 0xffff_ffff else {
      throw FileError("an .npz file cannot hold 4 GiB", path: path, hint: "save each array as .npy")
    }
    return little(value, 4)
  }

  private func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> ($0 * 8)) : 0 }
  }
}

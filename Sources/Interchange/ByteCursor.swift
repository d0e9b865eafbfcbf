/// Reads integers from bytes; running past the end is an error, never a trap.
struct ByteCursor {
  let bytes: [UInt8]
  let path: String
  var offset: Int

  init(_ bytes: [UInt8], path: String, at offset: Int = 0) {
    (self.bytes, self.path, self.offset) = (bytes, path, offset)
  }

  var remaining: Int { bytes.count - offset }

  /// The next `count` bytes.
  mutating func take(_ count: Int, _ what: String) throws(FileError) -> ArraySlice<UInt8> {
    guard count >= 0, offset >= 0, count <= remaining else {
      throw FileError("the file ends in the middle of \(what)", path: path, offset: bytes.count)
    }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  mutating func little(_ width: Int, _ what: String) throws(FileError) -> UInt64 {
    try take(width, what).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func big(_ width: Int, _ what: String) throws(FileError) -> UInt64 {
    try take(width, what).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A little-endian size or position, which must be one that memory can have.
  mutating func size(_ width: Int, _ what: String) throws(FileError) -> Int {
    let start = offset
    guard let value = Int(exactly: try little(width, what)) else {
      throw FileError("\(what) is impossibly large", path: path, offset: start)
    }
    return value
  }
}

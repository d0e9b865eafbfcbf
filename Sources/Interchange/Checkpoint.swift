/// The state of a long loop between two iterations, with what tells whose it is. One file, which a checksum seals:
///
///     "PTB-CKPT"  version u32  crc u32  length u64  done u64  total u64  value f64
///     identity: u64 count, then (name, text) each as u64 length and UTF-8;  parts: u64 count, then each as u64 length and bytes
///
/// Numbers are little-endian. `length` is the file's, `crc` the CRC-32 of everything behind it.
public struct Checkpoint: Equatable, Sendable {
  /// What must be equal for a run to go on from here: names and texts, in order.
  public struct Trait: Equatable, Sendable {
    public var name: String
    public var text: String
    public init(_ name: String, _ text: String) { (self.name, self.text) = (name, text) }
  }
  public var identity: [Trait]
  /// Iterations done, of how many.
  public var done: Int
  public var total: Int
  /// The value that the loop reports; NaN where it reports none.
  public var value: Double
  /// The carried values, then the rows recorded so far, as they lie in memory.
  public var parts: [[UInt8]]

  public init(identity: [Trait], done: Int, total: Int, value: Double, parts: [[UInt8]]) {
    (self.identity, self.done, self.total, self.value, self.parts) = (identity, done, total, value, parts)
  }
  /// Equal to the bit: also where the value is NaN.
  public static func == (a: Checkpoint, b: Checkpoint) -> Bool {
    a.identity == b.identity && a.done == b.done && a.total == b.total && a.value.bitPattern == b.value.bitPattern && a.parts == b.parts
  }

  static let magic = Array("PTB-CKPT".utf8)
  static let version = 1
  private static let sealed = 16

  private static func checksum(_ file: [UInt8]) -> UInt64 {
    file.withUnsafeBytes { Interchange.checksum([UnsafeRawBufferPointer(rebasing: $0[sealed...])]) }
  }

  // MARK: Bytes

  public var bytes: [UInt8] {
    var out = Checkpoint.magic
    out.reserveCapacity(256 + parts.reduce(0) { $0 + $1.count + 8 })
    func put(_ value: UInt64, _ width: Int = 8) { for k in 0..<width { out.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(k)))) } }
    func put(_ bytes: some Collection<UInt8>) {
      put(UInt64(bytes.count))
      out += bytes
    }
    put(UInt64(Checkpoint.version), 4)
    put(0, 4)
    put(0)
    put(UInt64(bitPattern: Int64(done)))
    put(UInt64(bitPattern: Int64(total)))
    put(value.bitPattern)
    put(UInt64(identity.count))
    for trait in identity {
      put(Array(trait.name.utf8))
      put(Array(trait.text.utf8))
    }
    put(UInt64(parts.count))
    for part in parts { put(part) }
    for k in 0..<8 { out[Checkpoint.sealed + k] = UInt8(truncatingIfNeeded: out.count >> (8 * k)) }
    let sum = Checkpoint.checksum(out)
    for k in 0..<4 { out[Checkpoint.sealed - 4 + k] = UInt8(truncatingIfNeeded: sum >> (8 * UInt64(k))) }
    return out
  }

  /// What bytes hold; refuses what is cut, changed or no checkpoint at all.
  public init(_ bytes: [UInt8], path: String) throws(FileError) {
    var cursor = ByteCursor(bytes, path: path)
    guard bytes.starts(with: Checkpoint.magic) else { throw FileError("this is no checkpoint", path: path) }
    cursor.offset = Checkpoint.magic.count
    let version = try cursor.little(4, "the header")
    guard version == Checkpoint.version else {
      throw FileError("this checkpoint has format \(version), and this program reads \(Checkpoint.version)", path: path)
    }
    let sum = try cursor.little(4, "the header")
    let length = try cursor.size(8, "the length")
    guard length == bytes.count else {
      throw FileError(bytes.count < length ? "the checkpoint is cut: \(bytes.count) of \(length) bytes" : "something follows the checkpoint", path: path)
    }
    guard sum == Checkpoint.checksum(bytes) else { throw FileError("the checksum of the checkpoint is wrong", path: path) }
    (done, total) = (try cursor.size(8, "a count"), try cursor.size(8, "a count"))
    value = Double(bitPattern: try cursor.little(8, "the value"))
    func text() throws(FileError) -> String {
      String(decoding: try cursor.take(try cursor.size(8, "a text"), "a text"), as: UTF8.self)
    }
    var identity: [Trait] = []
    for _ in 0..<(try cursor.size(8, "a count")) { identity.append(Trait(try text(), try text())) }
    var parts: [[UInt8]] = []
    for _ in 0..<(try cursor.size(8, "a count")) { parts.append(Array(try cursor.take(try cursor.size(8, "a part"), "a part"))) }
    (self.identity, self.parts) = (identity, parts)
    guard cursor.remaining == 0 else { throw FileError("something follows the checkpoint", path: path) }
  }

  // MARK: Files

  /// Where the checkpoint before the last lies.
  public static func previous(_ path: String) -> String { path + ".previous" }

  /// Writes the file whole or not at all. The one that was there stays as `previous`, if it is to be kept: at every moment there is
  /// a whole one under `path`, if there was one.
  public func write(to path: String, keepingOld: Bool) throws(FileError) {
    if keepingOld { try Checkpoint.keep(path) }
    try AtomicFile.write(bytes, to: path)
  }
}

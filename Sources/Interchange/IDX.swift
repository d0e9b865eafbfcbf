import Tensors

/// The IDX files of MNIST and its relatives: two zero bytes, a type, a rank, big-endian dimensions, big-endian elements.
public enum IDX {
  /// The array in a file, which may be compressed with gzip. Bytes and integers become Int.
  public static func read(_ path: String, limit: Int = 4 << 30) throws(FileError) -> Tensor {
    try decode(try readInflated(path, limit: limit), path: path)
  }

  /// The array that the bytes of an IDX file hold; `path` is for messages.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Tensor {
    var cursor = ByteCursor(bytes, path: path)
    guard try cursor.big(2, "the magic bytes") == 0 else {
      throw FileError("this is not an IDX file: it does not start with two zero bytes", path: path, offset: 0)
    }
    let code = try cursor.big(1, "the element type")
    guard let format = format(code) else {
      throw FileError("unknown IDX element type \(code)", path: path, offset: 2, hint: "8, 9, 11, 12, 13 and 14 are known")
    }
    let rank = Int(try cursor.big(1, "the number of dimensions"))
    guard rank <= Limits.rank else { throw FileError("the array has \(rank) dimensions", path: path, offset: 3) }
    var shape: [Int] = []
    for _ in 0..<rank { shape.append(Int(try cursor.big(4, "the dimensions"))) }
    guard let expected = format.byteCount(of: shape) else {
      throw FileError("the shape \(shape) is too large for memory", path: path, offset: 4)
    }
    guard expected == cursor.remaining else {
      throw FileError(
        "the shape \(shape) needs \(expected) bytes of data, but \(cursor.remaining) follow the header", path: path,
        offset: cursor.offset, hint: expected > cursor.remaining ? "the file is cut short" : nil)
    }
    return try format.tensor(shape, from: bytes[cursor.offset...], path: path, offset: cursor.offset)
  }

  private static func format(_ code: UInt64) -> ElementFormat? {
    switch code {
    case 0x08: ElementFormat(kind: .unsigned, size: 1, bigEndian: true)
    case 0x09: ElementFormat(kind: .signed, size: 1, bigEndian: true)
    case 0x0B: ElementFormat(kind: .signed, size: 2, bigEndian: true)
    case 0x0C: ElementFormat(kind: .signed, size: 4, bigEndian: true)
    case 0x0D: ElementFormat(kind: .float, size: 4, bigEndian: true)
    case 0x0E: ElementFormat(kind: .float, size: 8, bigEndian: true)
    default: nil
    }
  }
}

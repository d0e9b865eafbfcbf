import Tensors

/// NumPy's .npy files: one array each.
public enum NPY {
  /// The array in a file, which may be compressed with gzip. Integers of any width become Int, half precision becomes f32.
  public static func read(_ path: String, limit: Int = 4 << 30) throws(FileError) -> Tensor {
    try decode(try readInflated(path, limit: limit), path: path)
  }

  /// The array that the bytes of an .npy file hold; `path` is for messages.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Tensor {
    var cursor = ByteCursor(bytes, path: path)
    guard try cursor.take(6, "the magic bytes") == [0x93] + Array("NUMPY".utf8) else {
      throw FileError("this is not an .npy file: it does not start with \\x93NUMPY", path: path, offset: 0)
    }
    let major = try cursor.little(1, "the version")
    _ = try cursor.little(1, "the version")
    guard (1...3).contains(major) else { throw FileError("unknown version \(major) of the .npy format", path: path, offset: 6) }
    let length = try cursor.size(major == 1 ? 2 : 4, "the header length")
    guard length <= Limits.headerBytes else {
      throw FileError("the header claims \(length) bytes, more than the \(Limits.headerBytes) allowed", path: path, offset: 8)
    }
    let start = cursor.offset
    let header = try NPYHeader(parsing: try cursor.take(length, "the header"), path: path, offset: start)
    guard let expected = header.format.byteCount(of: header.shape) else {
      throw FileError("the shape \(header.shape) is too large for memory", path: path, offset: start)
    }
    guard expected == cursor.remaining else {
      throw FileError(
        "the shape \(header.shape) needs \(expected) bytes of data, but \(cursor.remaining) follow the header", path: path,
        offset: cursor.offset,
        hint: expected > cursor.remaining ? "the file is cut short" : "the file holds more than one array, or is damaged")
    }
    let shape = header.columnMajor ? header.shape.reversed() : header.shape
    let stored = try header.format.tensor(shape, from: bytes[cursor.offset...], path: path, offset: cursor.offset)
    return header.columnMajor && shape.count > 1 ? stored.reversingAxes() : stored
  }

  /// Writes `tensor` in version 1.0 of the format, atomically.
  public static func write(_ tensor: Tensor, to path: String) throws(FileError) {
    let header = try self.header(tensor, path: path)
    try AtomicFile.write(to: path) { (sink) throws(FileError) in
      try sink.write(header)
      try sink.write(tensor.contents)
    }
  }

  static func header(_ tensor: Tensor, path: String) throws(FileError) -> [UInt8] {
    let kind: ElementFormat.Kind
    switch tensor.dtype {
    case .f32, .f64: kind = .float
    case .int: kind = .signed
    case .bool: kind = .bool
    case .c64, .c128: kind = .complex
    case .string: throw FileError("a text cannot be written as an array", path: path)
    }
    return NPYHeader(format: ElementFormat(kind: kind, size: tensor.dtype.size, bigEndian: false), shape: tensor.shape).encoded()
  }
}

extension Tensor {
  /// The bytes of the elements; valid while the tensor lives.
  var contents: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: pointer, count: count * dtype.size) }

  /// A new tensor holding `values`, of type `dtype`, whose elements are laid out as `Element`.
  init<Element>(_ dtype: DType, _ shape: [Int], copying values: [Element]) {
    precondition(MemoryLayout<Element>.size == dtype.size)
    self.init(uninitialized: dtype, shape)
    precondition(values.count == count)
    values.withUnsafeBytes { pointer.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(pointer), byteCount: $0.count) }
  }
}

/// A file known to a `SourceMap`.
public struct FileID: Hashable, Sendable {
  public var raw: Int32
  public init(_ raw: Int32) { self.raw = raw }
  /// Text that no user wrote: library glue, derivative rules.
  public static let none = FileID(-1)
}

/// A half-open range of UTF-8 byte offsets in one file.
public struct SourceSpan: Hashable, Sendable {
  public var file: FileID
  public var start: Int32
  public var end: Int32
  public init(file: FileID, start: Int, end: Int) {
    (self.file, self.start, self.end) = (file, Int32(start), Int32(end))
  }
  public static let none = SourceSpan(file: .none, start: 0, end: 0)

  public func contains(_ other: SourceSpan) -> Bool { file == other.file && start <= other.start && other.end <= end }

  /// The smallest span that covers both.
  public func joined(with other: SourceSpan) -> SourceSpan {
    if file == .none { return other }
    if other.file == .none || other.file != file { return self }
    return SourceSpan(file: file, start: Int(min(start, other.start)), end: Int(max(end, other.end)))
  }
}

/// The texts of a compilation, by file.
public struct SourceMap: Sendable {
  public struct File: Sendable {
    public let path: String
    public let text: [UInt8]
    /// The byte offset at which each line starts.
    public let lineStarts: [Int32]
  }
  public private(set) var files: [File] = []
  public init() {}

  public mutating func add(path: String, text: String) -> FileID { add(path: path, bytes: Array(text.utf8)) }

  /// Adds a file as it was read; bytes that are not UTF-8 are reported by `parse`.
  public mutating func add(path: String, bytes: [UInt8]) -> FileID {
    var starts: [Int32] = [0]
    for (i, byte) in bytes.enumerated() where byte == 0x0A { starts.append(Int32(i + 1)) }
    files.append(File(path: path, text: bytes, lineStarts: starts))
    return FileID(Int32(files.count - 1))
  }

  public subscript(_ id: FileID) -> File { files[Int(id.raw)] }

  /// The text a span covers.
  public func text(_ span: SourceSpan) -> String {
    guard span.file != .none else { return "" }
    return String(decoding: self[span.file].text[Int(span.start)..<Int(span.end)], as: UTF8.self)
  }

  /// The zero-based line of a byte offset.
  public func line(of offset: Int32, in id: FileID) -> Int {
    let starts = self[id].lineStarts
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

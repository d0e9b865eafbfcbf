/// What went wrong with a file: a sentence, the file, and where in it that is known.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A sentence without a full stop.
  public var message: String
  public var path: String
  /// Byte offset from the start of the file (of the inflated contents, where it is compressed).
  public var offset: Int?
  /// Line of a text file, from 1.
  public var line: Int?
  /// What would mend it.
  public var hint: String?
  /// Whether the file was not touched at all, because the script may not.
  public var isRefusal = false

  public init(_ message: String, path: String, offset: Int? = nil, line: Int? = nil, hint: String? = nil) {
    (self.message, self.path, self.offset, self.line, self.hint) = (message, path, offset, line, hint)
  }

  public var description: String {
    // A refusal names the file itself.
    if isRefusal { return message + (hint.map { " (\($0))" } ?? "") }
    let place = line.map { ":\($0)" } ?? offset.map { " at byte \($0)" } ?? ""
    return "\(path)\(place): \(message)" + (hint.map { " (\($0))" } ?? "")
  }

  /// The same failure, inside a named part of the file.
  func inside(_ part: String) -> FileError {
    var error = self
    error.message = "\(part): \(message)"
    return error
  }
}

/// Bounds on what a file may make the program allocate or loop over.
enum Limits {
  /// Bytes that compressed contents may inflate to, unless the caller says otherwise.
  static let inflated = 4 << 30
  static let headerBytes = 1 << 20
  static let rank = 64
  static let archiveMembers = 100_000
  static let columns = 1 << 20
  /// No deflate stream expands its input by more (a 258-byte match costs at least two bits).
  static let deflateRatio = 1032
}

/// Text from a file as it may be shown in a message: short, on one line, printable.
func excerpt(_ text: some StringProtocol) -> String {
  var shown = ""
  for scalar in text.unicodeScalars.prefix(40) {
    shown += scalar.value < 32 || scalar.value == 127 ? "\u{FFFD}" : String(scalar)
  }
  return text.unicodeScalars.count > 40 ? shown + "…" : shown
}

/// The words and marks of a graph's text. White space separates and is otherwise skipped.
struct IRScanner {
  private let scalars: [Character]
  private var position = 0

  init(_ text: String) {
    scalars = Array(text)
    skip()
  }

  var atEnd: Bool { position == scalars.count }
  private mutating func skip() { while position < scalars.count, scalars[position].isWhitespace { position += 1 } }

  func error(_ message: String) -> IRParseError {
    IRParseError(line: scalars[..<position].count { $0 == "\n" } + 1, message: message)
  }

  func sees(_ mark: String) -> Bool {
    var at = position
    for c in mark {
      guard at < scalars.count, scalars[at] == c else { return false }
      at += 1
    }
    return true
  }
  /// Whether a brace opens the regions of an operation rather than its attributes: `{` at the end of a line.
  var seesRegion: Bool { position + 1 < scalars.count && scalars[position + 1].isNewline }

  mutating func take(_ mark: String) -> Bool {
    guard sees(mark) else { return false }
    position += mark.count
    skip()
    return true
  }
  mutating func takeWord(_ word: String) -> Bool {
    let end = position + word.count
    guard sees(word), end >= scalars.count || !IRScanner.isPart(scalars[end]) else { return false }
    return take(word)
  }
  mutating func expect(_ mark: String) throws(IRParseError) {
    if !take(mark) { throw error("expected `\(mark)`") }
  }

  private static func isPart(_ c: Character) -> Bool { c.isLetter || c.isNumber || c == "_" || c == "." || c == "'" }

  /// Letters, digits, `_`, `.` and `'`; may be empty.
  mutating func name() -> String { word { IRScanner.isPart($0) } }
  /// As a name, with signs: `-1.5e-07`, `true`, `f64`.
  mutating func number() -> String { word { IRScanner.isPart($0) || $0 == "-" || $0 == "+" } }
  private mutating func word(_ isPart: (Character) -> Bool) -> String {
    let start = position
    while position < scalars.count, isPart(scalars[position]) { position += 1 }
    let result = String(scalars[start..<position])
    skip()
    return result
  }

  /// `%3` or `%3.name`: the number, and the name after the dot.
  mutating func value() throws(IRParseError) -> (key: String, name: String?) {
    try expect("%")
    let word = name()
    guard let dot = word.firstIndex(of: ".") else { return (word, nil) }
    return (String(word[..<dot]), String(word[word.index(after: dot)...]))
  }

  mutating func quoted() throws(IRParseError) -> String {
    guard sees("\"") else { throw error("expected a text in quotes") }
    position += 1
    var result = ""
    while position < scalars.count, scalars[position] != "\"" {
      if scalars[position] == "\\", position + 1 < scalars.count {
        position += 1
        switch scalars[position] {
        case "n": result.append("\n")
        case "t": result.append("\t")
        case let other: result.append(other)
        }
      } else {
        result.append(scalars[position])
      }
      position += 1
    }
    if position == scalars.count { throw error("a text has no closing quote") }
    position += 1
    skip()
    return result
  }
}

/// Writes diagnostics for programs: one JSON object a line. A place has its byte `offset` in the file, and, from 1, its `line` and its
/// `column` in characters, `utf16` code units and `bytes`.
public struct JSONRenderer {
  public let map: SourceMap
  public init(map: SourceMap) { self.map = map }

  /// One object a line.
  public func render(_ diagnostics: [Diagnostic]) -> String { diagnostics.map { render($0) + "\n" }.joined() }

  public func render(_ diagnostic: Diagnostic) -> String {
    object([
      ("code", string(diagnostic.code.id)), ("title", string(diagnostic.code.title)),
      ("severity", string(diagnostic.severity.rawValue)), ("message", string(diagnostic.message)),
      ("span", span(diagnostic.span)), ("label", string(diagnostic.label)),
      ("labels", array(diagnostic.labels.map { object([("span", span($0.span)), ("text", string($0.text))]) })),
      ("notes", array(diagnostic.notes.map(string))),
      ("fixes", array(diagnostic.fixes.map(fix))),
    ])
  }

  private func fix(_ fix: Diagnostic.Fix) -> String {
    let edits = fix.edits.map { object([("span", span($0.span)), ("text", string($0.text))]) }
    return object([("title", string(fix.title)), ("edits", array(edits))])
  }

  private func span(_ span: SourceSpan) -> String {
    guard span.file != .none else { return "null" }
    return object([
      ("file", string(map[span.file].path)), ("start", place(span.start, in: span.file)), ("end", place(span.end, in: span.file)),
    ])
  }

  private func place(_ offset: Int32, in file: FileID) -> String {
    let offset = min(offset, Int32(map[file].text.count))
    let (line, column) = map.lineAndColumn(of: offset, in: file)
    let before = map.text(SourceSpan(file: file, start: Int(map[file].lineStarts[line - 1]), end: Int(offset)))
    return object([
      ("offset", "\(offset)"), ("line", "\(line)"), ("column", "\(column)"), ("utf16", "\(before.utf16.count + 1)"),
      ("bytes", "\(Int(offset) - Int(map[file].lineStarts[line - 1]) + 1)"),
    ])
  }

  private func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(string($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }

  private func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

  private func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 0x20 {
          let code = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

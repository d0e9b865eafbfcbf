/// Writes diagnostics for programs: one JSON object a line. A place has its byte `offset` in the file, and, from 1, its `line` and its
/// `column` in characters, `utf16` code units and `bytes`.
public struct JSONRenderer {
  public let map: SourceMap
  public init(map: SourceMap) { self.map = map }

  /// One object a line.
  public func render(_ diagnostics: [Diagnostic]) -> String { diagnostics.map { render($0) + "\n" }.joined() }

  public func render(_ diagnostic: Diagnostic) -> String {
    JSON.object([
      ("code", JSON.string(diagnostic.code.id)), ("title", JSON.string(diagnostic.code.title)),
      ("severity", JSON.string(diagnostic.severity.rawValue)), ("message", JSON.string(diagnostic.message)),
      ("span", span(diagnostic.span)), ("label", JSON.string(diagnostic.label)),
      ("labels", JSON.array(diagnostic.labels.map { JSON.object([("span", span($0.span)), ("text", JSON.string($0.text))]) })),
      ("notes", JSON.array(diagnostic.notes.map(JSON.string))),
      ("fixes", JSON.array(diagnostic.fixes.map(fix))),
    ])
  }

  private func fix(_ fix: Diagnostic.Fix) -> String {
    let edits = fix.edits.map { JSON.object([("span", span($0.span)), ("text", JSON.string($0.text))]) }
    return JSON.object([("title", JSON.string(fix.title)), ("edits", JSON.array(edits))])
  }

  private func span(_ span: SourceSpan) -> String {
    guard span.file != .none else { return "null" }
    return JSON.object([
      ("file", JSON.string(map[span.file].path)), ("start", place(span.start, in: span.file)), ("end", place(span.end, in: span.file)),
    ])
  }

  private func place(_ offset: Int32, in file: FileID) -> String {
    let offset = min(offset, Int32(map[file].text.count))
    let (line, column) = map.lineAndColumn(of: offset, in: file)
    let before = map.text(SourceSpan(file: file, start: Int(map[file].lineStarts[line - 1]), end: Int(offset)))
    return JSON.object([
      ("offset", "\(offset)"), ("line", "\(line)"), ("column", "\(column)"), ("utf16", "\(before.utf16.count + 1)"),
      ("bytes", "\(Int(offset) - Int(map[file].lineStarts[line - 1]) + 1)"),
    ])
  }
}

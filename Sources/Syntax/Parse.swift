import Diagnostics

/// Reads a file. It always gives a tree, with holes where `diagnostics` say that something was wrong.
public func parse(_ file: FileID, in map: SourceMap) -> Tree {
  let bytes = map[file].text
  return withDeepStack {
    var parser = Parser(file: file, bytes: bytes, range: 0..<bytes.count)
    let statements = parser.statements(until: parser.lexemes.count - 1)
    let diagnostics = parser.diagnostics.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }
    return Tree(file: file, statements: statements, tokens: parser.tokens, diagnostics: diagnostics)
  }
}

/// Whether more lines may complete the text: it ends inside brackets or a string, after an operator, or before a body.
public func isIncomplete(_ text: String) -> Bool {
  let bytes = Array(text.utf8)
  return withDeepStack {
    var parser = Parser(file: FileID(0), bytes: bytes, range: 0..<bytes.count)
    _ = parser.statements(until: parser.lexemes.count - 1)
    return parser.isIncomplete
  }
}

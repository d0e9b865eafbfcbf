import Diagnostics

/// Reads a file. It always gives a tree, with holes where `diagnostics` say that something was wrong.
public func parse(_ file: FileID, in map: SourceMap) -> Tree {
  let bytes = map[file].text
  return withDeepStack {
    var parser = Parser(file: file, bytes: bytes, range: 0..<bytes.count)
    let statements = parser.statements(until: parser.lexemes.count - 1)
    // Also in comments and texts: what is written back must be what was read.
    if let offset = bytes.firstInvalidUTF8 {
      let place = SourceSpan(file: file, start: offset, end: offset + 1)
      parser.diagnostics.append(
        Diagnostic(.invalidUTF8, "this file is not UTF-8 here", at: place, label: "no character is written like this"))
    }
    let diagnostics = parser.diagnostics.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }
    return Tree(file: file, statements: statements, tokens: parser.tokens, diagnostics: diagnostics)
  }
}

extension [UInt8] {
  /// Where the first bytes are that no character is written with.
  fileprivate var firstInvalidUTF8: Int? {
    var decoder = UTF8()
    var iterator = makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return offset
      }
    }
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

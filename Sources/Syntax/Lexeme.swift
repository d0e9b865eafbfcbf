import Diagnostics

/// A token that means something, as the parser sees it: spelled in ASCII, aware of line ends, and with its bracket's partner.
struct Lexeme {
  var kind: TokenKind
  var start: Int
  var end: Int
  /// The spelling of a word or symbol, Unicode twins replaced; empty for literals.
  var text = ""
  /// Its place among all tokens, from which documentation is found.
  var tokenIndex: Int
  var line: Int
  var startsLine = false
  /// For a bracket, the place of the other one.
  var partner = -1
  /// Put in for a bracket that is missing, which has been reported.
  var isSynthetic = false
  /// Stands after characters that were reported and left out.
  var isAfterInvalid = false
  /// Written as a mathematical sign (`√`, `∇`).
  var isGlyph = false

  var isWord: Bool { kind == .identifier || kind == .keyword }
  func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
  func isWord(_ word: String) -> Bool { kind == .identifier && text == word }
  func isKeyword(_ word: String) -> Bool { kind == .keyword && text == word }
  var isCloser: Bool { kind == .symbol && (text == ")" || text == "]" || text == "}") }
  var isOpener: Bool { kind == .symbol && (text == "(" || text == "[" || text == "{") }
}

extension Lexer {
  /// The tokens without trivia. Operators of other languages are reported and replaced by what was meant.
  mutating func lexemes() -> [Lexeme] {
    var result: [Lexeme] = []
    result.reserveCapacity(tokens.count / 2 + 1)
    var line = 0
    var startsLine = true
    var isAfterInvalid = false
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .newline: (line, startsLine) = (line + 1, true)
      case .space, .comment, .docComment: break
      case .invalid: isAfterInvalid = true
      default:
        var lexeme = Lexeme(
          kind: token.kind, start: Int(token.start), end: Int(token.end), tokenIndex: index, line: line, startsLine: startsLine,
          isAfterInvalid: isAfterInvalid)
        if token.kind == .identifier || token.kind == .keyword || token.kind == .symbol { spell(&lexeme) }
        result.append(lexeme)
        (startsLine, isAfterInvalid) = (false, false)
      }
    }
    return result
  }

  private mutating func spell(_ lexeme: inout Lexeme) {
    let source = String(decoding: bytes[lexeme.start..<lexeme.end], as: UTF8.self)
    lexeme.text = source
    if let twin = TokenTable.twinOf[source] {
      lexeme.text = twin
      lexeme.isGlyph = true
    } else if case .some(.some(let meant)) = TokenTable.meantBy[source] {
      lexeme.text = meant
      if TokenTable.keywords.contains(meant) { lexeme.kind = .keyword }
      let place = span(lexeme.start, lexeme.end)
      diagnostics.append(
        Diagnostic(
          .foreignOperator, "there is no operator `\(source)`", at: place, label: "write `\(meant)`",
          fixes: [.init("write `\(meant)`", edits: [.init(place, meant == "not" ? "not " : meant)])]))
    }
  }
}

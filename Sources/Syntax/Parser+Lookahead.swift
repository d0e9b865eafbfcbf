/// Questions about what is ahead, answered without reading it. An index stands for a lexeme; nil says that the thing asked
/// for is not there, another index where it ends.
extension Parser {
  private func lexeme(_ index: Int) -> Lexeme { lexemes[min(index, lexemes.count - 1)] }

  /// WORD [(args)] pattern [: type] followed by `in`, `~`, `from` or `at`.
  var isAtBinder: Bool {
    guard current.kind == .identifier, !(current.isGlyph && current.text == "sqrt") else { return false }
    let next = position + 1
    if lexeme(next).isSymbol("("), !endsLine(next), isBinding(at: lexeme(next).partner + 1) { return true }
    return isBinding(at: next)
  }

  private func isBinding(at index: Int) -> Bool {
    guard let end = endOfPattern(index) else { return false }
    // In a domain, `S(x) from θ0` is a call and the start, and `if S { x } from θ0` a condition and a body.
    if isInDomain, lexeme(index).isOpener, lexeme(end).isWord("from") || lexeme(end).isWord("at") { return false }
    return isDomainAhead(end)
  }

  /// Whether a pattern and the word for its domain stand at `index`: another clause of a binder.
  func isClause(at index: Int) -> Bool { endOfPattern(index).map { isDomainAhead($0) } ?? false }

  /// A pattern on this line. The words that may follow an operand are not taken for names.
  func endOfPattern(_ index: Int) -> Int? {
    if endsLine(index) { return nil }
    let lexeme = lexeme(index)
    switch lexeme.kind {
    case .identifier:
      return TokenTable.trailingWords.contains(lexeme.text) || TokenTable.infixWords.contains(lexeme.text) ? nil : index + 1
    case .symbol where lexeme.text == "(" || lexeme.text == "{":
      // Longer patterns are not looked for, so that nested brackets are not read again and again.
      guard lexeme.partner - index < 100, isPatternList(index + 1..<lexeme.partner, nests: lexeme.text == "(") else { return nil }
      return lexeme.partner + 1
    default: return nil
    }
  }

  /// Patterns between commas; in braces only names.
  private func isPatternList(_ range: Range<Int>, nests: Bool) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound {
      let part = lexemes[index]
      if part.kind == .identifier {
        index += 1
      } else if nests, part.isSymbol("(") || part.isSymbol("{") {
        guard isPatternList(index + 1..<part.partner, nests: part.text == "(") else { return false }
        index = part.partner + 1
      } else {
        return false
      }
      guard index == range.upperBound || lexemes[index].isSymbol(",") else { return false }
      index += 1
    }
    return !range.isEmpty
  }

  private func isDomainAhead(_ index: Int) -> Bool {
    if isDomainWord(index) { return true }
    guard lexeme(index).isSymbol(":"), let end = endOfType(index + 1) else { return false }
    return isDomainWord(end)
  }

  private func isDomainWord(_ index: Int) -> Bool {
    let word = lexeme(index)
    return !endsLine(index) && (word.isKeyword("in") || word.isSymbol("~") || word.isWord("from") || word.isWord("at"))
  }

  private func endOfType(_ start: Int) -> Int? {
    var index = start
    if lexeme(index).kind == .identifier {
      index += 1
      while lexeme(index).isSymbol("[") || lexeme(index).isSymbol("(") { index = lexeme(index).partner + 1 }
    } else if lexeme(index).isSymbol("(") || lexeme(index).isSymbol("{") {
      index = lexeme(index).partner + 1
    } else {
      return nil
    }
    return lexeme(index).isSymbol("->") ? endOfType(index + 1) : index
  }

  /// `x =>` or `(…) =>`
  var isAtLambda: Bool {
    switch current.kind {
    case .identifier: return peek().isSymbol("=>")
    case .symbol where current.text == "(" || current.text == "{": return lexeme(current.partner + 1).isSymbol("=>")
    default: return false
    }
  }

  /// In operand position `{ name :` and `{ name ,` begin a record.
  var isAtRecord: Bool {
    isAt("{") && peek(1).kind == .identifier && (peek(2).isSymbol(":") || peek(2).isSymbol(","))
  }

  /// The declaration word that stands here and counts as one.
  var declarationWord: String? {
    guard current.kind == .identifier, TokenTable.declarationWords.contains(current.text) else { return nil }
    let next = peek()
    if next.startsLine, !ignoresNewlines { return nil }
    if current.text == "assert" { return startsOperand(next) ? "assert" : nil }
    switch next.kind {
    case .identifier:
      if TokenTable.infixWords.contains(next.text) || isAtBinder { return nil }
      return current.text
    case .keyword:
      // A reserved word for a name is reported where the name is wanted.
      return ["for", "else", "in", "and", "or", "if", "not"].contains(next.text) ? nil : current.text
    case .string, .integer, .real: return current.text
    default: return next.isSymbol("{") ? current.text : nil
    }
  }

  func startsOperand(_ lexeme: Lexeme) -> Bool {
    switch lexeme.kind {
    case .integer, .real, .imaginary, .string: return true
    case .identifier: return !TokenTable.infixWords.contains(lexeme.text) || lexeme.isGlyph
    case .keyword: return ["true", "false", "not", "if", "match"].contains(lexeme.text)
    case .symbol: return ["(", "[", "{", "-"].contains(lexeme.text)
    default: return false
    }
  }
}

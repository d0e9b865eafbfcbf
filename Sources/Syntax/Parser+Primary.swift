import Diagnostics

extension Parser {
  /// A literal, a name, a bracket, or one of the forms that end with a body. The latter take no postfix.
  mutating func primary(_ takesPostfix: inout Bool) -> Expression {
    let start = current.start
    switch current.kind {
    case .integer, .real, .imaginary: return numberLiteral()
    case .string: return stringLiteral()
    case .identifier: return wordOperand(&takesPostfix)
    case .keyword:
      switch current.text {
      case "true", "false":
        let value = current.text == "true"
        advance()
        return Expression(.bool(value), span(from: start))
      case "if", "match":
        takesPostfix = false
        return current.text == "if" ? conditional() : matchExpression()
      default: break
      }
    case .symbol:
      switch current.text {
      case "(": return parenthesized()
      case "[": return arrayLiteral()
      case "{":
        if isAtRecord {
          let fields = recordFields()
          return Expression(.record(fields), span(from: start))
        }
        takesPostfix = false
        return block()
      default: break
      }
    default: break
    }
    return missingOperand()
  }

  private mutating func wordOperand(_ takesPostfix: inout Bool) -> Expression {
    let start = current.start
    if isAtBinder {
      takesPostfix = false
      return binder()
    }
    if let foreign = foreignOperand() { return foreign }
    let word = current
    if word.isWord("play"), peek().isSymbol("{"), isGame(peek()) {
      takesPostfix = false
      return play()
    }
    advance()
    let head = Expression(.name(word.text), span(from: start))
    guard word.isGlyph, TokenTable.prefixGlyphs.contains(word.text), !lineEnds, !isAt("("), startsOperand(current) else {
      if !lineEnds, !hasFailed { checkMissingDomain(word) }
      return head
    }
    let operand = nestedExpression { $0.glyphOperand(isRoot: word.text == "sqrt") }
    return Expression(.call(head, [Argument(label: nil, value: operand)]), span(from: start))
  }

  /// What `√` or `∇` stands before: a root takes the calls and fields of its operand, `∇f(x)` is the gradient of `f` at `x`.
  private mutating func glyphOperand(isRoot: Bool) -> Expression {
    if isRoot { return postfix() }
    let start = current.start
    var takesPostfix = true
    var result = primary(&takesPostfix)
    while takesPostfix, isAt("."), !lineEnds, !isTooHigh() {
      advance()
      result = Expression(.field(result, name("the name of a field")), span(from: start))
      height += 1
    }
    return result
  }

  private mutating func parenthesized() -> Expression {
    let start = current.start
    if isAtLambda {
      let opener = span(of: current)
      let result = nestedExpression { $0.lambda() }
      complain(
        .needsParentheses, "a function needs parentheses here", at: opener, label: "it would swallow what follows",
        fixes: [.init("add parentheses", edits: [.init(span(start, start), "("), .init(span(previousEnd, previousEnd), ")")])])
      return result
    }
    let (elements, isTuple) = bracketed(ignoringNewlines: true) { parser, close in
      let elements = parser.elements(until: close, of: "the tuple") { $0.expression() }
      return (elements, elements.count != 1 || parser.lexemes[close - 1].isSymbol(","))
    }
    let place = span(from: start)
    if !isTuple, let only = elements.first { return Expression(only.kind, place) }
    return Expression(.tuple(elements), place)
  }

  private mutating func arrayLiteral() -> Expression {
    let start = current.start
    let kind: Expression.Kind = bracketed(ignoringNewlines: true) { parser, close in
      if parser.position >= close { return .array([]) }
      let failedBefore = parser.hasFailed
      parser.hasFailed = false
      let first = parser.expression()
      if parser.isAtKeyword("for"), !parser.hasFailed {
        let result = parser.comprehension(of: first, until: close)
        parser.hasFailed = failedBefore
        return result
      }
      if parser.hasFailed { parser.skip(to: close) { $0.isAt(",") } }
      parser.hasFailed = failedBefore
      guard parser.position < close else { return .array([first]) }
      if parser.accept(",") { return .array([first] + parser.elements(until: close, of: "the array") { $0.expression() }) }
      parser.expectedSeparator(in: "the array", until: close)
      parser.hasFailed = failedBefore
      return .array([first])
    }
    return Expression(kind, span(from: start))
  }

  private mutating func comprehension(of body: Expression, until close: Int) -> Expression.Kind {
    advance()
    let clauses = binderClauses(word: "the comprehension")
    var condition: Expression?
    if isAtKeyword("if") {
      advance()
      condition = expression()
    }
    if position < close, !hasFailed {
      if !reportForeignTail() {
        fail(.expectedSeparator, "the comprehension should end here", label: "expected `]`, `if` or another clause after `,`")
      }
    }
    return .comprehension(body: body, clauses: clauses, guard: condition)
  }

  /// `{x: 1, y}`; the parser stands at `{`.
  mutating func recordFields() -> [RecordField] {
    bracketed(ignoringNewlines: false) { parser, close in
      parser.elements(until: close, of: "the record") { parser -> RecordField? in
        let name = parser.name("the name of a field")
        guard parser.isAt(":") || parser.isAt("=") else {
          return RecordField(name: name, value: Expression(.name(name.text), name.span))
        }
        if parser.isAt("=") {
          parser.complain(
            .labelWithEquals, "the fields of a record are written with `:`", at: parser.span(of: parser.current),
            label: "`=` assigns",
            fixes: [.init("write `:`", edits: [.init(parser.span(parser.previousEnd, parser.current.end), ":")])])
        }
        parser.advance()
        return RecordField(name: name, value: parser.expression())
      }
    }
  }

  mutating func name(_ what: String) -> Name {
    let place = span(of: current)
    if current.kind == .identifier {
      let result = Name(current.text, place)
      advance()
      return result
    }
    if current.kind == .keyword {
      let word = current.text
      complain(
        .reservedName, "`\(word)` is reserved and cannot be \(what)", at: place, label: "a keyword of the language",
        fixes: [.init("call it `\(word)_`", edits: [.init(place, word + "_")])])
      advance()
      return Name(word, place)
    }
    fail(.expectedName, "expected \(what)", label: "\(describeCurrent()) is not a name")
    return Name("", missingSpan)
  }

  /// What stands here, for a label.
  func describeCurrent() -> String {
    switch current.kind {
    case .endOfFile: return "the end of the text"
    case .integer, .real, .imaginary: return "a number"
    case .string: return "a string"
    default: return isPastLine && !ignoresNewlines ? "the end of the line" : "`\(source(span(of: current)))`"
    }
  }
}

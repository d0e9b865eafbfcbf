import Diagnostics

extension Parser {
  mutating func statements(until close: Int) -> [Statement] {
    var result: [Statement] = []
    while position < close {
      if accept(";") { continue }
      let start = position
      hasFailed = false
      result.append(nested(orElse: { Statement(.error, $0) }) { $0.statement() })
      if position < close, !hasFailed, !isAtStatementEnd { unexpectedTail() }
      if hasFailed || position == start { skip(to: close) { $0.isAt(";") || $0.lineEnds && $0.position > start } }
    }
    return result
  }

  mutating func statement() -> Statement {
    let start = current.start
    let doc = documentation(of: current)
    statementStart = position
    let kind = statementKind()
    return Statement(kind, span(from: start), doc: doc)
  }

  private mutating func statementKind() -> Statement.Kind {
    if current.kind == .keyword {
      switch current.text {
      case "let": return letStatement()
      case "fn": return functionStatement()
      case "for": return forStatement()
      case "while":
        advance()
        let condition = expression()
        return .while(condition, body: body(of: "`while`"))
      case "return":
        advance()
        return .return(isAtStatementEnd || isAt(",") ? nil : expression())
      default: break
      }
    } else if let word = declarationWord {
      return declaration(word)
    } else if reportForeignStatement() {
      return .error
    }
    return expressionStatement()
  }

  private mutating func letStatement() -> Statement.Kind {
    advance()
    if isAtWord("mut"), peek().kind == .identifier, !peek().startsLine {
      let place = span(lexemes[position - 1].start, current.end)
      complain(
        .foreignKeyword, "there is no `mut`", at: place, label: "what changes is declared with `var`",
        fixes: [.init("write `var`", edits: [.init(place, "var")])])
      advance()
    }
    let pattern = self.pattern()
    let type = accept(":") ? self.type() : nil
    if isAt("~") {
      advance()
      let distribution = expression()
      var key: Expression?
      if isAtWord("keyed") {
        advance()
        if isAtWord("by") {
          advance()
        } else {
          fail(.badDeclaration, "the key of a draw is written `keyed by k`", label: "expected `by`")
        }
        key = expression()
      }
      return .draw(pattern, type, distribution, key: key)
    }
    return .let(pattern, type, boundValue(of: "`let`"))
  }

  /// `= value` of a binding.
  mutating func boundValue(of what: String) -> Expression {
    if isAt("=") {
      advance()
      return expression()
    }
    if isAt(","), what == "`let`" {
      let first = lexemes[position - 1]
      var fixes: [Diagnostic.Fix] = []
      if first.kind == .identifier, peek().kind == .identifier, peek(2).isSymbol("=") {
        let edits = [Diagnostic.Fix.Edit(span(first.start, first.start), "("), .init(span(peek().end, peek().end), ")")]
        fixes = [.init("add parentheses", edits: edits)]
      }
      fail(
        .expectedPattern, "several names are bound with parentheses", at: span(of: current), label: "a single name ends here",
        notes: ["let (a, b) = pair"], fixes: fixes)
    } else if isAt("("), what == "`let`" {
      fail(
        .missingEquals, "a function is declared with `fn`", at: span(of: current), label: "`let` binds a value",
        notes: ["fn f(x) = …"])
    } else {
      fail(.missingValue, "\(what) needs a value", label: "expected `=` and the value, not \(describeCurrent())")
    }
    return Expression(.error, missingSpan)
  }

  private mutating func forStatement() -> Statement.Kind {
    advance()
    let parenthesized =
      isAt("(") && lexemes[position..<max(position, current.partner)].contains { $0.isKeyword("in") || $0.isSymbol(";") }
    if parenthesized {
      fail(
        .foreignKeyword, "`for` takes no parentheses", at: span(of: current), label: "expected `for x in xs { … }`")
      return .for(Pattern(.wildcard, missingSpan), in: Expression(.error, missingSpan), body: body(of: "`for`"))
    }
    let pattern = self.pattern()
    if isAtKeyword("in") {
      advance()
    } else if isAt("=") || isAtWord("of") {
      let place = span(of: current)
      complain(
        .missingDomain, "`for` goes over the elements of something", at: place, label: "expected `in`",
        fixes: [.init("write `in`", edits: [.init(place, "in")])])
      advance()
    } else {
      fail(.missingDomain, "`for` needs something to go over", label: "expected `in`, not \(describeCurrent())")
    }
    let elements = hasFailed ? Expression(.error, missingSpan) : expression()
    return .for(pattern, in: elements, body: body(of: "`for`"))
  }

  private mutating func expressionStatement() -> Statement.Kind {
    let value = expression()
    if hasFailed { return .expression(value) }
    guard current.kind == .symbol, !lineEnds, let operation = TokenTable.assignments[current.text] else {
      return .expression(value)
    }
    checkAssignable(value)
    advance()
    return .assign(value, operation: operation, expression())
  }

  private mutating func checkAssignable(_ target: Expression) {
    switch target.kind {
    case .name, .error: return
    case .field(let base, _): checkAssignable(base)
    case .index(let base, _): checkAssignable(base)
    default:
      var fixes: [Diagnostic.Fix] = []
      if case .tuple = target.kind {
        fixes = [.init("bind new names with `let`", edits: [.init(span(Int(target.span.start), Int(target.span.start)), "let ")])]
      } else if isAt("=") {
        fixes = [.init("compare with `==`", edits: [.init(span(of: current), "==")])]
      }
      complain(
        .notAssignable, "this cannot be assigned to", at: target.span, label: "not a variable",
        notes: ["a variable, a field of one or an element of one can be assigned to"], fixes: fixes)
    }
  }

  /// The `##` lines directly above, without their marks.
  func documentation(of lexeme: Lexeme) -> String? {
    guard lexeme.startsLine else { return nil }
    var lines: [String] = []
    var index = lexeme.tokenIndex - 1
    func skipSpace() { if index >= 0, tokens[index].kind == .space { index -= 1 } }
    skipSpace()
    while index >= 1, tokens[index].kind == .newline, tokens[index - 1].kind == .docComment {
      let comment = tokens[index - 1]
      index -= 2
      skipSpace()
      // A comment behind code on its line documents nothing.
      guard index < 0 || tokens[index].kind == .newline else { break }
      var text = String(decoding: bytes[Int(comment.start) + 2..<Int(comment.end)], as: UTF8.self)
      while text.last == " " || text.last == "\t" || text.last == "\r" { text.removeLast() }
      if text.first == " " { text.removeFirst() }
      lines.append(text)
    }
    return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
  }
}

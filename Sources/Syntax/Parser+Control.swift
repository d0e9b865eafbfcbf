import Diagnostics

extension Parser {
  /// Statements in braces, where a body must stand. `header` says what it is the body of.
  mutating func body(of header: String) -> Expression {
    if !isAt("{"), !hasFailed { missingBody(of: header) }
    if hasFailed {
      // After a mistake in the header the body may still be there, with mistakes of its own to report.
      while !isAtStatementEnd, !isAt("{") { position = max(position, current.partner) + 1 }
      if !isAt("{") { return Expression(.error, missingSpan) }
    }
    return block()
  }

  private mutating func missingBody(of header: String) {
    if isAt("="), header == "`if`" || header == "`while`" {
      equalityWithOneSign()
      if isAt("{") { return }
    }
    if header == "`else`", !lineEnds, startsOperand(current) {
      let start = current.start
      let first = span(of: current)
      _ = expression()
      let edits = [Diagnostic.Fix.Edit(span(start, start), "{ "), .init(span(previousEnd, previousEnd), " }")]
      complain(
        .missingBody, "the body of `else` is written in braces", at: first, label: "expected `{`",
        fixes: [.init("add braces", edits: edits)])
      hasFailed = true
      return
    }
    if reportColonBody(of: header) || reportForeignTail() { return }
    fail(.missingBody, "the body of \(header) is missing", label: "expected `{` and the body, not \(describeCurrent())")
  }

  mutating func block() -> Expression {
    let start = current.start
    guard isAt("{") else { return Expression(.error, missingSpan) }
    let failedBefore = hasFailed
    hasFailed = false
    let statements = bracketed(ignoringNewlines: false) { parser, close in parser.statements(until: close) }
    hasFailed = failedBefore
    return Expression(.block(statements), span(from: start))
  }

  /// `if c { … } else if d { … } else { … }`
  mutating func conditional() -> Expression {
    let start = current.start
    advance()
    let condition = expression()
    let then = body(of: "`if`")
    var otherwise: Expression?
    if isAtWord("elif") || isAtWord("elseif") || isAtWord("elsif") {
      let place = span(of: current)
      complain(
        .foreignKeyword, "there is no `\(current.text)`", at: place, label: "write `else if`",
        fixes: [.init("write `else if`", edits: [.init(place, "else if")])])
      otherwise = nestedExpression { $0.conditional() }
    } else if isAtKeyword("else"), !lineEnds {
      advance()
      if isAtKeyword("if") {
        otherwise = nestedExpression { $0.conditional() }
      } else {
        otherwise = body(of: "`else`")
      }
    }
    return Expression(.conditional(condition, then: then, else: otherwise), span(from: start))
  }

  mutating func matchExpression() -> Expression {
    let start = current.start
    advance()
    let subject = expression()
    if !isAt("{") {
      if !hasFailed { missingBody(of: "`match`") }
      while !isAtStatementEnd, !isAt("{") { position = max(position, current.partner) + 1 }
    }
    guard isAt("{") else { return Expression(.error, span(from: start)) }
    let failedBefore = hasFailed
    let arms = bracketed(ignoringNewlines: false) { $0.arms(until: $1) }
    hasFailed = failedBefore
    return Expression(.match(subject, arms), span(from: start))
  }

  private mutating func arms(until close: Int) -> [MatchArm] {
    var arms: [MatchArm] = []
    while position < close {
      hasFailed = false
      let start = position
      let pattern = matchPattern()
      if accept("=>") {
        arms.append(MatchArm(pattern: pattern, body: armBody()))
      } else {
        fail(.badDeclaration, "an arm of `match` is written `pattern => value`", label: "expected `=>`")
      }
      if position < close, !isAt(","), !isAt(";"), !lineEnds, !hasFailed {
        if !reportForeignTail() {
          fail(
            .expectedSeparator, "expected `,` or a new line between the arms of `match`", label: "another arm cannot begin here")
        }
      }
      if hasFailed || position == start { skip(to: close) { $0.isAt(",") || $0.lineEnds && $0.position > start } }
      while position < close, isAt(",") || isAt(";") { advance() }
    }
    return arms
  }

  /// A block, or one statement.
  private mutating func armBody() -> Expression {
    if isAt("{"), !isAtRecord { return block() }
    let start = current.start
    let only = nested(orElse: { Statement(.error, $0) }) { $0.statement() }
    return Expression(.block([only]), span(from: start))
  }

  mutating func matchPattern() -> MatchPattern {
    nested(orElse: { MatchPattern(.wildcard, $0) }) { $0.matchPatternHere() }
  }

  private mutating func matchPatternHere() -> MatchPattern {
    let start = current.start
    switch current.kind {
    case .identifier:
      let text = current.text
      advance()
      if text == "_" { return MatchPattern(.wildcard, span(from: start)) }
      guard let first = text.unicodeScalars.first, first.properties.isUppercase else {
        return MatchPattern(.bind(text), span(from: start))
      }
      let contents = isAt("(") ? matchPatterns() : []
      return MatchPattern(.constructor(text, contents), span(from: start))
    case .integer, .real, .imaginary, .string: break
    case .keyword where current.text == "true" || current.text == "false": break
    case .symbol where current.text == "-": break
    case .symbol where current.text == "(":
      let parts = matchPatterns()
      if parts.count == 1, let only = parts.first { return MatchPattern(only.kind, span(from: start)) }
      return MatchPattern(.tuple(parts), span(from: start))
    case .symbol where current.text == "[": return MatchPattern(.shape(matchPatterns()), span(from: start))
    default:
      fail(.expectedPattern, "expected a pattern", label: "\(describeCurrent()) is not one")
      return MatchPattern(.wildcard, missingSpan)
    }
    return MatchPattern(.literal(binary(.sum)), span(from: start))
  }

  private mutating func matchPatterns() -> [MatchPattern] {
    bracketed(ignoringNewlines: true) { parser, close in
      parser.elements(until: close, of: "the pattern") { $0.matchPattern() }
    }
  }
}

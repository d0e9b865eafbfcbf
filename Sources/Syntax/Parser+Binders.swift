import Diagnostics

extension Parser {
  /// `WORD [(args)] clauses [if guard] { body } [else other] [subject to { … }] [by solver]`
  mutating func binder() -> Expression {
    let start = current.start
    let word = name("a binder")
    let hasArguments = isAt("(") && isClause(at: current.partner + 1)
    let arguments = hasArguments ? self.arguments() : []
    let clauses = binderClauses(word: "`\(word.text)`")
    var condition: Expression?
    if isAtKeyword("if"), !hasFailed {
      advance()
      condition = expression()
    }
    let body = self.body(of: "`\(word.text)`")
    var otherwise: Expression?
    if condition != nil, isAtKeyword("else"), !lineEnds {
      advance()
      otherwise = expression()
    }
    let constraints = isAtWord("subject") ? self.constraints() : []
    let solver = isAtWord("by") ? self.solver() : nil
    let result = Binder(
      word: word, arguments: arguments, clauses: clauses, guard: condition, body: body, otherwise: otherwise,
      constraints: constraints, solver: solver)
    return Expression(.binder(result), span(from: start))
  }

  /// Clauses between commas. A comma belongs to the binder only if another clause follows it.
  mutating func binderClauses(word: String) -> [BinderClause] {
    var clauses = [clause(of: word)]
    while isAt(","), !hasFailed, isClause(at: position + 1) {
      advance()
      clauses.append(clause(of: word))
    }
    return clauses
  }

  /// `x in D`, `x: T ~ D`, `x from a at step t`, `x in S from a`, `x at a`, `x from a at t in ts`
  private mutating func clause(of word: String) -> BinderClause {
    let pattern = self.pattern()
    let type = accept(":") ? self.type() : nil
    let domain: BinderClause.Domain
    if isAtKeyword("in") {
      advance()
      let set = domainExpression()
      domain = isAtWord("from") ? start(within: set) : .over(set)
    } else if accept("~") {
      domain = .distributed(domainExpression())
    } else if isAtWord("from") {
      domain = start(within: nil)
    } else if isAtWord("at") {
      advance()
      domain = .at(domainExpression())
    } else {
      if isAt("=") {
        let place = span(of: current)
        fail(
          .missingDomain, "\(word) has no domain", at: place, label: "expected `in`, not `=`",
          fixes: [.init("write `in`", edits: [.init(place, "in")])])
      } else {
        fail(.missingDomain, "\(word) has no domain", label: "expected `in`, `~`, `from` or `at`, not \(describeCurrent())")
      }
      domain = .over(Expression(.error, missingSpan))
    }
    return BinderClause(pattern: pattern, type: type, domain: domain)
  }

  private mutating func domainExpression() -> Expression {
    let outer = isInDomain
    isInDomain = true
    let result = expression()
    isInDomain = outer
    return result
  }

  /// `from e`, then perhaps `at step t`, or `at t in ts` of a flow.
  private mutating func start(within set: Expression?) -> BinderClause.Domain {
    advance()
    let from = domainExpression()
    guard isAtWord("at") else { return .from(from, within: set, step: nil) }
    advance()
    if isAtWord("step"), !peek().isKeyword("in") {
      advance()
      return .from(from, within: set, step: pattern())
    }
    let place = span(of: current)
    let time = pattern()
    if isAtKeyword("in"), set == nil {
      advance()
      return .flow(from: from, time: time, times: domainExpression())
    }
    fail(
      .badClause, "after a start, `at` counts steps or gives times", at: place,
      label: "expected `step t`, or `t in` and the times")
    return .from(from, within: set, step: nil)
  }

  /// `subject to { g(x) <= 0; … }`
  private mutating func constraints() -> [Expression] {
    advance()
    if isAtWord("to") {
      advance()
    } else {
      fail(.badClause, "constraints are written `subject to { … }`", label: "expected `to`")
    }
    guard case .block(let statements) = body(of: "`subject to`").kind else { return [] }
    return statements.compactMap { statement in
      if case .expression(let constraint) = statement.kind { return constraint }
      if case .error = statement.kind { return nil }
      complain(
        .notAConstraint, "a constraint is a comparison", at: statement.span, label: "this is a statement",
        notes: ["an equality is written `==`"])
      return nil
    }
  }

  private mutating func solver() -> Expression? {
    let word = span(of: current)
    advance()
    guard current.kind == .identifier || isAt("("), !endsLine(position) else {
      fail(
        .missingSolver, "`by` names no solver", at: word, label: "expected the name of a solver after it",
        notes: ["without `by` the solver is chosen by the structure of the body"])
      return nil
    }
    return nestedExpression { $0.postfix() }
  }

  /// Reports `max d { … }`: a word and a name before a body, without a domain.
  mutating func checkMissingDomain(_ word: Lexeme) {
    guard current.kind == .identifier, peek().isSymbol("{") || peek().isSymbol(":") || peek().isSymbol("="),
      !TokenTable.infixWords.contains(current.text), !TokenTable.trailingWords.contains(current.text),
      TokenTable.binderWords.contains(word.text)
    else { return }
    fail(
      .missingDomain, "`\(word.text) \(current.text)` has no domain", at: span(peek().start, peek().start),
      label: "expected `in` a set, `~` a distribution, `from` a start or `at` a point")
  }

  /// Whether the braces after `play` hold players.
  func isGame(_ brace: Lexeme) -> Bool {
    let inside = lexemes[position..<max(position, brace.partner)]
    return inside.contains { $0.isWord("minimizes") || $0.isWord("maximizes") }
  }

  mutating func play() -> Expression {
    let start = current.start
    complain(
      .playUnsupported, "games (`play`) are not supported", at: span(of: current),
      label: "the players of a game are solved jointly",
      notes: ["alternate yourself: in a loop, take a step of `minimize` for one player and then for the other"])
    position = peek().partner
    advance()
    if isAtWord("by") { _ = solver() }
    return Expression(.error, span(from: start))
  }
}

import Diagnostics

extension Parser {
  /// Everything behind `model`, `set`, `dist` or `solver`.
  mutating func template(_ keyword: TemplateDeclaration.Keyword) -> TemplateDeclaration {
    let name = self.name("the name of a \(keyword.rawValue)")
    let parameters = isAt("(") ? self.parameters() : []
    var alias: Expression?
    var members: [TemplateDeclaration.Member] = []
    if accept("=") {
      alias = expression()
    } else if isAt("{") {
      members = bracketed(ignoringNewlines: false) { parser, close in parser.members(of: keyword, until: close) }
    } else if !hasFailed, !reportColonBody(of: "`\(keyword.rawValue) \(name.text)`") {
      fail(
        .missingBody, "`\(keyword.rawValue) \(name.text)` has no body", label: "expected `{` and its parts, or `=`")
    }
    return TemplateDeclaration(keyword: keyword, name: name, parameters: parameters, alias: alias, members: members)
  }

  private mutating func members(of keyword: TemplateDeclaration.Keyword, until close: Int) -> [TemplateDeclaration.Member] {
    var members: [TemplateDeclaration.Member] = []
    let failedBefore = hasFailed
    while position < close {
      if accept(";") { continue }
      hasFailed = false
      let start = position
      let offset = current.start
      let doc = documentation(of: current)
      statementStart = position
      if let kind = member(of: keyword) { members.append(.init(kind, span(from: offset), doc: doc)) }
      if position < close, !hasFailed, !isAtStatementEnd { unexpectedTail() }
      if hasFailed || position == start { skip(to: close) { $0.isAt(";") || $0.lineEnds && $0.position > start } }
    }
    hasFailed = failedBefore
    return members
  }

  private mutating func member(of keyword: TemplateDeclaration.Keyword) -> TemplateDeclaration.Member.Kind? {
    if isAtKeyword("fn") {
      advance()
      return .method(function(isObjective: false))
    }
    if isAtKeyword("let") {
      advance()
      let pattern = self.pattern()
      let type = accept(":") ? self.type() : nil
      let value = boundValue(of: "`let`")
      // The annotation of a computed member is kept as an assertion of its type.
      return .let(pattern, type.map { Expression(.cast(value, $0), value.span) } ?? value)
    }
    if current.isWord("param") || current.isWord("buffer"), peek().isWord, !peek().startsLine { return state() }
    if current.kind == .identifier, peek().isSymbol("(") { return shortMethod(of: keyword) }
    if current.kind == .identifier, peek().isSymbol(":") {
      let name = self.name("the name of a part")
      advance()
      return .submodel(name, expression())
    }
    if declarationWord != nil || current.kind == .keyword {
      fail(
        .misplacedDeclaration, "`\(current.text)` cannot stand in a \(keyword.rawValue)", at: span(of: current),
        label: "expected a part: `name: …`, `param`, `buffer`, `let` or `fn`")
    } else if !reportForeignStatement() {
      fail(
        .badDeclaration, "this is not a part of a \(keyword.rawValue)",
        label: "expected `name: …`, `param`, `buffer`, `let` or `fn`")
    }
    return nil
  }

  /// `param W: T ~ D`, `param b: T = e`, `buffer n: T = e`
  private mutating func state() -> TemplateDeclaration.Member.Kind? {
    let word = current.text
    advance()
    let name = self.name("the name of a \(word)")
    guard accept(":") else {
      fail(.badDeclaration, "the \(word) `\(name.text)` has no type", label: "expected `:` and its type")
      return nil
    }
    let type = self.type()
    if word == "param", accept("~") { return .param(name, type, initial: expression(), isDraw: true) }
    if !hasFailed, !isAt("=") {
      let how = word == "param" ? "expected `=` or `~` and how it starts" : "expected `=` and how it starts"
      fail(.missingValue, "the \(word) `\(name.text)` has no start", label: how)
      return nil
    }
    let initial = boundValue(of: word)
    return word == "param" ? .param(name, type, initial: initial, isDraw: false) : .buffer(name, type, initial: initial)
  }

  /// `state(θ) = …`, a method without `fn`, as sets, distributions and solvers write them.
  private mutating func shortMethod(of keyword: TemplateDeclaration.Keyword) -> TemplateDeclaration.Member.Kind {
    if keyword == .model {
      let place = span(of: current)
      complain(
        .badDeclaration, "a method of a model is declared with `fn`", at: place, label: "expected `fn`",
        fixes: [.init("insert `fn`", edits: [.init(span(current.start, current.start), "fn ")])])
    }
    return .method(function(isObjective: false))
  }
}

import Diagnostics

extension Parser {
  mutating func declaration(_ word: String) -> Statement.Kind {
    let start = current.start
    advance()
    switch word {
    case "var":
      let name = self.name("the name of a variable")
      let type = accept(":") ? self.type() : nil
      return .var(name, type, boundValue(of: "`var`"))
    case "assert":
      let condition = expression()
      if isAt("="), !hasFailed { equalityWithOneSign() }
      guard isAt(","), peek().kind == .string, !peek(2).isSymbol("=>") else { return .assert(condition, message: nil) }
      advance()
      return .assert(condition, message: expression())
    case "type":
      let name = self.name("the name of a type")
      if !accept("=") { fail(.badDeclaration, "a type is declared `type \(name.text) = …`", label: "expected `=`") }
      return .typeAlias(name, type())
    case "precision":
      return .precision(name("a precision"))
    case "seed":
      return .seed(expression())
    case "use":
      return .use(useDeclaration())
    case "test", "claim":
      return .test(testDeclaration(isClaim: word == "claim"))
    case "objective":
      return .function(function(isObjective: true))
    case "model", "set", "dist", "solver":
      guard let keyword = TemplateDeclaration.Keyword(rawValue: word) else { return .error }
      return .template(template(keyword))
    default:
      fail(
        .misplacedDeclaration, "`\(word)` declares a part of a model", at: span(start, previousEnd),
        label: "this is outside a model", notes: word == "param" ? ["a variable is declared with `var`"] : [])
      return .error
    }
  }

  mutating func functionStatement() -> Statement.Kind {
    advance()
    if isAt("(") {
      fail(
        .expectedName, "this function has no name", at: span(of: current), label: "expected a name before the parameters",
        notes: ["a function without a name is written `(x, y) => x + y`"])
    }
    return .function(function(isObjective: false))
  }

  /// Everything behind `fn` or `objective`. In a model the name may be missing.
  mutating func function(isObjective: Bool) -> FunctionDeclaration {
    let name = isAt("(") ? Name("", span(current.start, current.start)) : self.name("the name of a function")
    var parameters: [Parameter] = []
    if isAt("(") {
      parameters = self.parameters()
    } else if !hasFailed {
      fail(.badDeclaration, "the function `\(name.text)` has no parameters", label: "expected `(`, not \(describeCurrent())")
    }
    let result = accept("->") ? type() : nil
    let body = functionBody(name.text)
    var derivative: Expression?
    var isUnchecked = false
    if current.isWord("derivative"), peek().isSymbol("("), lexemes[min(peek().partner + 1, lexemes.count - 1)].isSymbol("=>") {
      advance()
      derivative = nestedExpression { $0.lambda() }
      isUnchecked = isAtWord("unchecked")
      if isUnchecked { advance() }
    }
    return FunctionDeclaration(
      name: name, parameters: parameters, result: result, body: body, derivative: derivative,
      derivativeIsUnchecked: isUnchecked, isObjective: isObjective)
  }

  private mutating func functionBody(_ name: String) -> Expression {
    if accept("=") { return expression() }
    if isAt("{") || hasFailed { return body(of: "the function") }
    let what = name.isEmpty ? "the function" : "the function `\(name)`"
    if reportColonBody(of: what) { return body(of: what) }
    if isAt("=>") {
      let place = span(of: current)
      complain(
        .missingEquals, "the body of a declared function follows `=`", at: place, label: "`=>` is for functions without a name",
        fixes: [.init("write `=`", edits: [.init(place, "=")])])
      advance()
      return expression()
    }
    if !lineEnds, startsOperand(current) {
      let gap = span(previousEnd, previousEnd)
      fail(
        .missingEquals, "`=` is missing before the body of \(what)", at: span(of: current), label: "expected `=` or `{`",
        fixes: [.init("insert `=`", edits: [.init(gap, " =")])])
    } else {
      fail(.missingBody, "\(what) has no body", label: "expected `=` and an expression, or `{`")
    }
    return Expression(.error, missingSpan)
  }

  /// `nn, data` · `attacks: pgd, fgsm` · `"./m.ptb" as mine`
  private mutating func useDeclaration() -> UseDeclaration {
    var modules: [UseDeclaration.Module] = []
    repeat {
      let isPath = current.kind == .string
      let name: Name
      if isPath {
        let place = span(of: current)
        var path = ""
        if case .string(let parts) = stringLiteral().kind {
          for case .text(let text) in parts { path += text }
        }
        name = Name(path, place)
      } else {
        name = self.name("the name of a module")
      }
      var alias: Name?
      if isAtWord("as") {
        advance()
        alias = self.name("the name of a module")
      }
      var members: [Name]?
      if accept(":") {
        var names = [self.name("a name of the module")]
        while accept(",") { names.append(self.name("a name of the module")) }
        members = names
      }
      modules.append(UseDeclaration.Module(name: name, isPath: isPath, alias: alias, members: members))
    } while !hasFailed && accept(",")
    return UseDeclaration(modules: modules)
  }

  /// Everything behind `test` or `claim`; `cite` may stand before or after the body.
  private mutating func testDeclaration(isClaim: Bool) -> TestDeclaration {
    let word = isClaim ? "claim" : "test"
    let title = titleString(of: word)
    var property: [BinderClause] = []
    var cite = isAtWord("cite") ? citation() : nil
    if isAtKeyword("for") {
      advance()
      property = binderClauses(word: "`for`")
    }
    if cite == nil, isAtWord("cite") { cite = citation() }
    let body = self.body(of: "`\(word)`")
    if cite == nil, isAtWord("cite") { cite = citation() }
    var control: (title: Expression?, body: Expression)?
    if isAtWord("control") {
      advance()
      let title = current.kind == .string ? stringLiteral() : nil
      control = (title, self.body(of: "`control`"))
    }
    return TestDeclaration(isClaim: isClaim, title: title, property: property, cite: cite, body: body, control: control)
  }

  private mutating func citation() -> Expression? {
    advance()
    if current.kind == .string { return stringLiteral() }
    fail(.badDeclaration, "`cite` needs the reference", label: "expected a string")
    return nil
  }

  private mutating func titleString(of word: String) -> Expression {
    if current.kind == .string { return stringLiteral() }
    fail(.badDeclaration, "a `\(word)` has a title", label: "expected a string, as in `\(word) \"…\" { … }`")
    return Expression(.error, missingSpan)
  }
}

import Diagnostics

/// The mistakes people bring from other languages, and the catch-alls that look for them first.
extension Parser {
  /// Words that begin statements elsewhere, what is said of them, and what to write in their place.
  private static let foreignStatements: [String: (message: String, replacement: String?)] = [
    "def": ("functions are declared with `fn`", "fn"), "function": ("functions are declared with `fn`", "fn"),
    "func": ("functions are declared with `fn`", "fn"), "fun": ("functions are declared with `fn`", "fn"),
    "const": ("values are bound with `let`", "let"), "val": ("values are bound with `let`", "let"),
    "import": ("modules are brought in with `use`", "use"), "using": ("modules are brought in with `use`", "use"),
    "include": ("modules are brought in with `use`", "use"), "foreach": ("loops are written with `for`", "for"),
    "class": ("what has parameters is a `model`, a plain record a `type`", nil),
    "struct": ("a record is named with `type`", nil), "switch": ("cases are told apart with `match`", "match"),
    "elif": ("a second condition is written `else if`", "else if"),
  ]

  /// Reports a statement that begins with a word of another language.
  mutating func reportForeignStatement() -> Bool {
    guard current.kind == .identifier else { return false }
    let next = peek()
    if current.text == "end", endsLine(position + 1) || next.isCloser || next.isSymbol(";"), !isEndAVariable {
      let place = span(of: current)
      fail(
        .foreignEnd, "bodies end with `}`, not with `end`", at: place, label: "this is only a name",
        fixes: [.init("write `}`", edits: [.init(place, "}")])])
      return true
    }
    guard let (message, replacement) = Self.foreignStatements[current.text], !endsLine(position + 1), !isAtBinder,
      next.kind == .identifier || next.kind == .string || current.text == "switch" && startsOperand(next) && !next.isSymbol("(")
    else { return false }
    let place = span(of: current)
    fail(
      .foreignKeyword, "there is no `\(current.text)`", at: place, label: message,
      fixes: replacement.map { [.init("write `\($0)`", edits: [.init(place, $0)])] } ?? [])
    return true
  }

  /// Whether `end` is used as a name anywhere else than alone on a line.
  private var isEndAVariable: Bool {
    lexemes.indices.contains { index in
      lexemes[index].isWord("end")
        && !(lexemes[index].startsLine
          && (index + 1 >= lexemes.count || lexemes[index + 1].startsLine
            || lexemes[index + 1].kind == .endOfFile))
    }
  }

  /// `None`, `True`, `lambda x: …` where an operand is wanted.
  mutating func foreignOperand() -> Expression? {
    let place = span(of: current)
    switch current.text {
    case "True", "False":
      let meant = current.text.lowercased()
      complain(
        .foreignConstant, "there is no `\(current.text)`", at: place, label: "write `\(meant)`",
        fixes: [.init("write `\(meant)`", edits: [.init(place, meant)])])
      advance()
      return Expression(.bool(meant == "true"), place)
    case "None":
      fail(
        .foreignConstant, "there is no `None`", at: place, label: "every value has a type and is there",
        notes: ["a missing number is `nan`; for \"found or not\" return a tuple with a Bool"])
    case "lambda" where peek().kind == .identifier && (peek(2).isSymbol(":") || peek(2).isSymbol(",")):
      let name = source(span(of: peek()))
      let fixes: [Diagnostic.Fix] =
        peek(2).isSymbol(":") ? [.init("write `\(name) =>`", edits: [.init(span(current.start, peek(2).end), "\(name) =>")])] : []
      fail(.foreignKeyword, "there is no `lambda`", at: place, label: "a function is written `x => …`", fixes: fixes)
    default: return nil
    }
    advance()
    return Expression(.error, place)
  }

  /// `if c:` and its like.
  mutating func reportColonBody(of header: String) -> Bool {
    guard isAt(":") || isAtWord("then") || isAtWord("do") else { return false }
    let place = span(of: current)
    fail(
      .colonBody, "the body of \(header) is written in braces", at: place, label: "expected `{`",
      notes: ["indentation has no meaning; the body ends with `}`"],
      fixes: [.init("open the body with `{`", edits: [.init(place, isAt(":") ? " {" : "{")])])
    return true
  }

  /// `if a = b`: reports it and reads on as if `==` stood there.
  mutating func equalityWithOneSign() {
    let place = span(of: current)
    complain(
      .assignmentInCondition, "`=` assigns; a comparison is written `==`", at: place, label: "expected `==`",
      fixes: [.init("write `==`", edits: [.init(place, "==")])])
    advance()
    _ = expression()
  }

  /// Reports what follows a complete operand and would continue it in another language.
  mutating func reportForeignTail() -> Bool {
    let place = span(of: current)
    switch (current.kind, current.text) {
    case (.keyword, "in"): inAsOperator()
    case (.keyword, "not") where peek().isKeyword("in"):
      fail(
        .inAsOperator, "`not in` is not an operator", at: span(current.start, peek().end),
        label: "`in` names the domain of a binder",
        notes: ["membership is written `not S.contains(x)`"])
    case (.keyword, "if"):
      fail(
        .ternary, "a conditional begins with `if`", at: place, label: "the value stands in braces behind the condition",
        notes: ["if c { a } else { b }"])
    case (.symbol, "?"):
      fail(.ternary, "a conditional is an `if` expression", at: place, label: "there is no `?`", notes: ["if c { a } else { b }"])
    case (.symbol, "++"):
      let next = peek()
      let isIncrement = next.startsLine || next.isCloser || next.kind == .endOfFile || next.isSymbol(";")
      fail(
        .foreignOperator, "there is no operator `++`", at: place,
        label: isIncrement ? "write `+= 1`" : "arrays are joined with `concat`",
        fixes: isIncrement ? [.init("write `+= 1`", edits: [.init(place, " += 1")])] : [])
    case (.symbol, "->"):
      fail(
        .arrowLambda, "a function is written with `=>`", at: place, label: "`->` stands in types",
        fixes: [.init("write `=>`", edits: [.init(place, "=>")])])
    case (.symbol, "=>"):
      fail(
        .needsParentheses, "a function needs parentheses here", at: place, label: "the operand before it has taken its parameter",
        notes: ["a + (x => x)"])
    default: return false
    }
    return true
  }

  private mutating func inAsOperator() {
    let left = lexemes[max(0, position - 1)]
    let right = peek()
    var fixes: [Diagnostic.Fix] = []
    if left.kind == .identifier, right.kind == .identifier {
      let (element, set) = (source(span(of: left)), source(span(of: right)))
      fixes = [
        .init("write `\(set).contains(\(element))`", edits: [.init(span(left.start, right.end), "\(set).contains(\(element))")])
      ]
    }
    fail(
      .inAsOperator, "`in` is not an operator", at: span(of: current), label: "it names the domain of a binder",
      notes: ["membership is written `S.contains(x)`"], fixes: fixes)
  }

  /// The `f` of `f"…"`.
  var stringPrefix: Lexeme? {
    let before = lexemes[max(0, position - 1)]
    return before.kind == .identifier && before.end == current.start && current.kind == .string ? before : nil
  }

  /// Reports that a statement should have ended.
  mutating func unexpectedTail() {
    if reportForeignTail() { return }
    let place = span(of: current)
    if isAtKeyword("else") {
      fail(.elseWithoutIf, "this `else` belongs to no `if`", at: place, label: "no `if` or guard ends before it")
    } else if current.kind == .identifier, TokenTable.trailingWords.contains(current.text) {
      strayTrailer()
    } else if isAt(":"), peek().startsLine || peek().kind == .endOfFile {
      _ = reportColonBody(of: "this")
    } else {
      let before = lexemes[max(0, position - 1)]
      var fixes: [Diagnostic.Fix] = []
      if let prefix = stringPrefix {
        fixes.append(.init("remove the prefix; every string takes `{x}`", edits: [.init(span(of: prefix), "")]))
      } else if before.kind == .identifier, isAt("~") {
        fixes.append(.init("a draw is declared: write `let`", edits: [.init(span(before.start, before.start), "let ")]))
      } else if before.kind == .identifier, endsLine(position + 1) || peek().isCloser, startsOperand(current) {
        let call = "\(source(span(of: before)))(\(source(place)))"
        fixes.append(.init("write `\(call)`", edits: [.init(span(before.start, current.end), call)]))
      }
      fail(
        .expectedStatementEnd, "expected a new line or `;` after this statement", at: place, label: "this cannot continue it",
        fixes: fixes)
    }
  }

  private mutating func strayTrailer() {
    let uses = [
      "by": "`by` names the solver of a binder", "at": "`at` names the point of a derivative or a time",
      "from": "`from` names the start of a minimisation", "keyed": "`keyed by` belongs to a draw, `let z ~ D keyed by k`",
      "subject": "`subject to` adds constraints to a binder", "control": "`control` belongs to a claim",
      "cite": "`cite` belongs to a claim",
    ]
    let notes = current.startsLine ? ["a line that starts with `\(current.text)` continues the line before"] : []
    fail(
      .strayTrailer, "`\(current.text)` has nothing to belong to", at: span(of: current), label: uses[current.text] ?? "",
      notes: notes)
  }

  /// Reports that an operand is missing, and leaves a hole.
  mutating func missingOperand() -> Expression {
    let place = span(of: current)
    let before = position > 0 ? lexemes[position - 1] : current
    switch (current.kind, current.text) {
    case (.symbol, "//"):
      fail(
        .foreignComment, "comments start with `#`", at: place, label: "`//` divides and rounds down",
        fixes: [.init("write `#`", edits: [.init(place, "#")])])
    case (.symbol, "/") where peek().isSymbol("*") && peek().start == current.end:
      fail(.foreignComment, "comments start with `#`", at: span(current.start, peek().end), label: "and end with the line")
    case (.keyword, "else"):
      fail(.elseWithoutIf, "this `else` belongs to no `if`", at: place, label: "no `if` or guard ends before it")
    case (.keyword, "let"), (.keyword, "fn"), (.keyword, "for"), (.keyword, "while"), (.keyword, "return"):
      fail(.expectedExpression, "expected an expression", label: "`\(current.text)` begins a statement")
    case (.keyword, let word) where word == "in":
      fail(.expectedExpression, "expected an expression", at: place, label: "`in` names the domain of a binder")
    case (.symbol, "->"), (.symbol, "=>"):
      fail(.expectedPattern, "this function has no parameters", at: place, label: "expected `x` or `(x, y)` before it")
    default:
      if before.isSymbol("-"), position > 1, lexemes[position - 2].isSymbol("-"), lexemes[position - 2].end == before.start {
        let both = span(before.start - 1, before.end)
        fail(
          .foreignOperator, "there is no operator `--`", at: both, label: "write `-= 1`",
          fixes: [.init("write `-= 1`", edits: [.init(both, " -= 1")])])
        break
      }
      fail(.expectedExpression, "expected an expression", label: "\(describeCurrent()) does not begin one")
    }
    return Expression(.error, missingSpan)
  }
}

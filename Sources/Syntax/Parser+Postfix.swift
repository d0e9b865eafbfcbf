import Diagnostics

extension Parser {
  /// An operand with its calls, indices and fields, and with `as` and `with`.
  mutating func postfix() -> Expression {
    let start = current.start
    let outer = height
    height = 0
    var takesPostfix = true
    var result = primary(&takesPostfix)
    while takesPostfix, !lineEnds, !isTooHigh() {
      if isAt("(") {
        let arguments = self.arguments()
        result = Expression(.call(result, arguments), span(from: start))
      } else if isAt("[") {
        let items = bracketed(ignoringNewlines: true) { parser, close in
          parser.elements(until: close, of: "the index") { parser in
            parser.nested(orElse: { .slice(from: nil, to: nil, step: nil, inclusive: false, $0) }) { $0.indexItem() }
          }
        }
        if items.isEmpty {
          fail(.expectedExpression, "this index is empty", at: span(previousEnd - 1, previousEnd), label: "expected a place")
        }
        if let second = items.compactMap(\.rest).dropFirst().first {
          complain(
            .badSlice, "`..` stands once in an index: for all axes that the other items leave", at: second, label: "the second one",
            fixes: [.init("write `:` for one axis", edits: [.init(second, ":")])])
        }
        result = Expression(.index(result, items), span(from: start))
      } else if isAt(".") {
        advance()
        result = Expression(.field(result, fieldName()), span(from: start))
      } else if isAtWord("as") {
        advance()
        result = Expression(.cast(result, atomicType()), span(from: start))
      } else if isAtWord("with"), peek().isSymbol("{") {
        advance()
        result = Expression(.with(result, recordFields()), span(from: start))
      } else {
        break
      }
      height += 1
    }
    if !takesPostfix, !lineEnds, !hasFailed, isAt("[") || isAt(".") || isAt("("), lexemes[position - 1].isSymbol("}") || isAt(".")
    {
      blockPostfix(from: start)
    }
    height = max(outer, height)
    return result
  }

  private mutating func blockPostfix(from start: Int) {
    let edits = [
      Diagnostic.Fix.Edit(span(start, start), "("), Diagnostic.Fix.Edit(span(previousEnd, previousEnd), ")"),
    ]
    fail(
      .needsParentheses, "what ends with a body needs parentheses before `\(current.text)`", at: span(of: current),
      label: "this cannot follow a body", labels: [.init(span(start, start + 1), "it starts here")],
      fixes: [.init("add parentheses", edits: edits)])
  }

  private mutating func fieldName() -> Name {
    if current.kind == .integer {
      fail(
        .expectedName, "the parts of a tuple have no names", at: span(of: current), label: "expected the name of a field",
        notes: ["take it apart with `let (a, b) = …`"])
      return Name("", span(of: current))
    }
    return name("the name of a field")
  }

  mutating func arguments() -> [Argument] {
    bracketed(ignoringNewlines: true) { parser, close in
      parser.elements(until: close, of: "the arguments") { $0.argument() }
    }
  }

  private mutating func argument() -> Argument? {
    var label: Name?
    if current.kind == .identifier, peek().isSymbol(":") {
      label = name("the name of an argument")
      advance()
    } else if current.kind == .keyword, peek().isSymbol(":") {
      label = name("the name of an argument")
      advance()
    } else if current.kind == .identifier, peek().isSymbol("=") {
      label = Name(current.text, span(of: current))
      advance()
      complain(
        .labelWithEquals, "named arguments are written with `:`", at: span(of: current),
        label: "`=` assigns, which an argument cannot",
        fixes: [.init("write `:`", edits: [.init(span(previousEnd, current.end), ":")])])
      advance()
    }
    return Argument(label: label, value: expression())
  }

  /// `e`, `lo..hi`, `lo..=hi..step`, `lo..`, `..hi`, `:`, `::step`, `..`
  private mutating func indexItem() -> IndexItem {
    let start = current.start
    if isAt(":") {
      advance()
      var step: Expression?
      if accept(":") { step = binary(.union) }
      if step == nil, startsOperand(current) {
        badSlice(from: start)
        _ = binary(.union)
      }
      return .slice(from: nil, to: nil, step: step, inclusive: false, span(from: start))
    }
    var low: Expression?
    if !isAt(".."), !isAt("..=") {
      if isAtLambda || isAtKeyword("not") { return .at(expression()) }
      let first = binary(.union)
      if isAt(":"), !hasFailed {
        badSlice(from: start)
        advance()
        let high = startsOperand(current) ? binary(.union) : nil
        return .slice(from: first, to: high, step: nil, inclusive: false, span(from: start))
      }
      guard isAt("..") || isAt("..=") else { return .at(climb(first, from: start, .pipe)) }
      low = first
    }
    let inclusive = isAt("..=")
    advance()
    let high = isAt(",") || current.isCloser || isAt("..") ? nil : binary(.union)
    let step = accept("..") ? binary(.union) : nil
    if step == nil, let low, let high, !isAt(","), !current.isCloser, !hasFailed {
      // `0..n == m` is an operand like any other.
      let range = Expression(.range(low, high, inclusive: inclusive), span(from: start))
      return .at(climb(range, from: start, .pipe))
    }
    if low == nil, high == nil, step == nil {
      if !inclusive { return .rest(span(from: start)) }
      let place = span(from: start)
      complain(
        .badSlice, "a whole axis is written `:`", at: place, label: "this range has no ends",
        fixes: [.init("write `:`", edits: [.init(place, ":")])])
    }
    return .slice(from: low, to: high, step: step, inclusive: inclusive, span(from: start))
  }

  private mutating func badSlice(from start: Int) {
    let colon = isAt(":") ? span(of: current) : span(start, start + 1)
    complain(
      .badSlice, "slices are written with `..`", at: colon, label: "a lone `:` is the whole axis",
      fixes: [.init("write `..`", edits: [.init(colon, "..")])])
  }
}

extension IndexItem {
  fileprivate var rest: SourceSpan? { if case .rest(let span) = self { span } else { nil } }
}

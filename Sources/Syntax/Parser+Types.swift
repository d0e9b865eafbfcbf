import Diagnostics

extension Parser {
  // MARK: Patterns

  /// `x`, `_`, `(a, b)`, `{x, y}`
  mutating func pattern() -> Pattern {
    nested(orElse: { Pattern(.wildcard, $0) }) { $0.patternHere() }
  }

  private mutating func patternHere() -> Pattern {
    let start = current.start
    switch current.kind {
    case .identifier, .keyword:
      let name = name("the name of a variable")
      return Pattern(name.text == "_" ? .wildcard : .name(name.text), name.span)
    case .symbol where current.text == "(":
      let parts = bracketed(ignoringNewlines: true) { parser, close in
        parser.elements(until: close, of: "the pattern") { $0.pattern() }
      }
      if parts.count == 1, let only = parts.first { return Pattern(only.kind, span(from: start)) }
      if parts.isEmpty { fail(.expectedPattern, "this pattern is empty", at: span(from: start), label: "expected names") }
      return Pattern(.tuple(parts), span(from: start))
    case .symbol where current.text == "{":
      let names = bracketed(ignoringNewlines: false) { parser, close in
        parser.elements(until: close, of: "the pattern") { $0.name("the name of a field") }
      }
      return Pattern(.record(names), span(from: start))
    default:
      fail(
        .expectedPattern, "expected a name to bind", label: "\(describeCurrent()) is not one",
        notes: ["`_` stands for a value that is not needed"])
      return Pattern(.wildcard, missingSpan)
    }
  }

  // MARK: Types

  mutating func type() -> TypeExpression {
    nested(orElse: { TypeExpression(.tuple([]), $0) }) { $0.functionType() }
  }

  private mutating func functionType() -> TypeExpression {
    let start = current.start
    let isList = isAt("(")
    let head = atomicType()
    guard isAt("->"), !lineEnds else { return head }
    advance()
    let result = type()
    if isList, case .tuple(let parameters) = head.kind {
      return TypeExpression(.function(parameters, result), span(from: start))
    }
    return TypeExpression(.function([head], result), span(from: start))
  }

  /// A type without an arrow outside its brackets.
  mutating func atomicType() -> TypeExpression {
    let start = current.start
    switch current.kind {
    case .identifier: return namedType()
    case .symbol where current.text == "(":
      let (parts, isTuple) = bracketed(ignoringNewlines: true) { parser, close in
        let parts = parser.elements(until: close, of: "the type") { $0.type() }
        return (parts, parts.count != 1 || parser.lexemes[close - 1].isSymbol(","))
      }
      if !isTuple, let only = parts.first { return TypeExpression(only.kind, span(from: start)) }
      return TypeExpression(.tuple(parts), span(from: start))
    case .symbol where current.text == "{":
      let fields = bracketed(ignoringNewlines: false) { parser, close in
        parser.elements(until: close, of: "the record type") { parser -> (name: Name, type: TypeExpression)? in
          let name = parser.name("the name of a field")
          if !parser.accept(":") {
            parser.fail(.expectedType, "the field `\(name.text)` has no type", label: "expected `:` and a type")
            return nil
          }
          return (name, parser.type())
        }
      }
      return TypeExpression(.record(fields), span(from: start))
    default:
      fail(
        .expectedType, "expected a type", label: "\(describeCurrent()) is not one",
        notes: ["Real[n], (A, B), {x: A}, A -> B, or the name of a model"])
      return TypeExpression(.tuple([]), missingSpan)
    }
  }

  /// `Real[n, d]`, `Net(h: 64)`, `Private(eps, delta)[T]`
  private mutating func namedType() -> TypeExpression {
    let start = current.start
    let head = name("a type")
    var arguments: [Argument] = []
    var dimensions: [TypeExpression.DimensionOrType] = []
    var (hasArguments, hasDimensions) = (false, false)
    while !lineEnds {
      if isAt("("), !hasArguments {
        hasArguments = true
        arguments = self.arguments()
      } else if isAt("["), !hasDimensions {
        hasDimensions = true
        dimensions = bracketed(ignoringNewlines: true) { parser, close in
          parser.elements(until: close, of: "the dimensions") { $0.dimension() }
        }
        if dimensions.isEmpty {
          let place = span(lexemes[lexemes[position - 1].partner].start, previousEnd)
          fail(
            .expectedType, "these dimensions are empty", at: place, label: "expected sizes or types",
            fixes: [.init("remove the brackets", edits: [.init(place, "")])])
        }
      } else {
        break
      }
    }
    return TypeExpression(.named(head, dimensions, arguments: arguments), span(from: start))
  }

  private mutating func dimension() -> TypeExpression.DimensionOrType? {
    if isAt("..") {
      let place = span(of: current)
      advance()
      return .batch(place)
    }
    if isAtType { return .type(type()) }
    return .dimension(nestedExpression { $0.binary(.sum) })
  }

  /// Whether what stands here can only be a type: sizes are numbers, names, sums and products.
  private var isAtType: Bool {
    if isAt("{") { return true }
    if current.kind == .identifier { return peek().isSymbol("[") || peek().isSymbol("(") || peek().isSymbol("->") }
    guard isAt("(") else { return false }
    let close = current.partner
    if lexemes[min(close + 1, lexemes.count - 1)].isSymbol("->") || close == position + 1 { return true }
    return lexemes[position..<close].contains { $0.isSymbol(",") || $0.isSymbol(":") || $0.isSymbol("[") || $0.isSymbol("->") }
  }

  /// `(x: Real[n], (a, b), k: Real = 2)`
  mutating func parameters() -> [Parameter] {
    bracketed(ignoringNewlines: true) { parser, close in
      parser.elements(until: close, of: "the parameters") { parser in
        let pattern = parser.pattern()
        let type = parser.accept(":") ? parser.type() : nil
        let value = parser.accept("=") ? parser.expression() : nil
        return Parameter(pattern: pattern, type: type, defaultValue: value)
      }
    }
  }
}

import Diagnostics

/// How tightly an operator binds.
enum Precedence: Int, Comparable {
  case pipe, or, and, not, comparison, range, union, intersection, sum, product, prefix, power
  static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }
  /// The level of an operand to the right of a left-associative operator.
  var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .power }
}

extension BinaryOperator {
  var precedence: Precedence {
    switch self {
    case .pipe: return .pipe
    case .or: return .or
    case .and: return .and
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return .comparison
    case .union: return .union
    case .intersection: return .intersection
    case .add, .subtract: return .sum
    case .multiply, .divide, .floorDivide, .remainder, .matrixProduct: return .product
    case .power: return .power
    }
  }
}

extension Parser {
  mutating func expression() -> Expression {
    nestedExpression { $0.isAtLambda ? $0.lambda() : $0.binary(.pipe) }
  }

  private func infixOperator() -> BinaryOperator? {
    guard current.kind == .symbol || current.kind == .keyword, !lineEnds else { return nil }
    return BinaryOperator(rawValue: current.text)
  }

  /// An expression whose operators bind at least as tightly as `minimum`.
  mutating func binary(_ minimum: Precedence) -> Expression {
    let outer = height
    height = 0
    let start = current.start
    let operand = prefix(minimum)
    let result = climb(operand, from: start, minimum)
    height = max(outer, height)
    return result
  }

  /// Takes operators and their right operands as long as they bind tightly enough.
  mutating func climb(_ first: Expression, from start: Int, _ minimum: Precedence) -> Expression {
    var left = first
    var lastComparison: (right: Expression, span: SourceSpan)?
    var isChain = false
    while !lineEnds, !isTooHigh() {
      let operatorSpan = span(of: current)
      if let operation = infixOperator(), operation.precedence >= minimum {
        advance()
        let right = operation == .pipe && isAtLambda ? lambda() : binary(operation.precedence.tighter)
        if operation.precedence == .comparison, let last = lastComparison {
          if !isChain { chained(last.span, operatorSpan, last.right) }
          isChain = true
          let second = Expression(
            .binary(operation, last.right, right, operatorSpan: operatorSpan), last.right.span.joined(with: right.span))
          left = Expression(.binary(.and, left, second, operatorSpan: operatorSpan), span(from: start))
        } else {
          left = Expression(.binary(operation, left, right, operatorSpan: operatorSpan), span(from: start))
        }
        lastComparison = operation.precedence == .comparison ? (right, operatorSpan) : nil
      } else if isAt("..") || isAt("..="), minimum <= .range {
        let inclusive = isAt("..=")
        advance()
        let right = binary(.union)
        left = Expression(.range(left, right, inclusive: inclusive), span(from: start))
        if isAt("..") || isAt("..="), !hasFailed {
          fail(
            .needsParentheses, "a range has two ends", at: span(of: current),
            label: "a step is written only in an index, `a[0..10..2]`")
        }
      } else if isAtWord("within"), minimum <= .comparison {
        left = within(left, from: start)
      } else {
        break
      }
      height += 1
    }
    return left
  }

  private mutating func chained(_ first: SourceSpan, _ second: SourceSpan, _ middle: Expression) {
    let text = source(middle.span)
    complain(
      .chainedComparison, "comparisons do not chain", at: second, label: "a second comparison of the same value",
      labels: [.init(first, "the first")],
      fixes: [.init("compare twice, with `and`", edits: [.init(span(Int(second.start), Int(second.start)), "and \(text) ")])])
  }

  /// `a within t of b`, `a within k se of b`
  private mutating func within(_ left: Expression, from start: Int) -> Expression {
    advance()
    let tolerance = binary(.range)
    let standardErrors = isAtWord("se")
    if standardErrors { advance() }
    if !isAtWord("of") {
      fail(
        .expectedExpression, "`within` needs `of`", label: "expected `of` and the value to compare with",
        notes: ["a within 0.1 of b"])
      return Expression(.error, span(from: start))
    }
    advance()
    let right = binary(.range)
    return Expression(.within(left, tolerance: tolerance, of: right, standardErrors: standardErrors), span(from: start))
  }

  /// An operand with the signs before it.
  private mutating func prefix(_ minimum: Precedence) -> Expression {
    let start = current.start
    if isAt("-") {
      advance()
      let operand = nestedExpression { $0.prefix(.prefix) }
      return Expression(.unary(.minus, operand), span(from: start))
    }
    if isAtKeyword("not") {
      let word = span(of: current)
      advance()
      let operand = nestedExpression { $0.binary(.not) }
      let result = Expression(.unary(.not, operand), span(from: start))
      if minimum > .not {
        let end = span(previousEnd, previousEnd)
        complain(
          .needsParentheses, "`not` binds more loosely than the operator before it", at: word, label: "this needs parentheses",
          fixes: [.init("add parentheses", edits: [.init(span(start, start), "("), .init(end, ")")])])
      }
      return result
    }
    if isAt("+") {
      complain(
        .unaryPlus, "there is no sign `+`", at: span(of: current), label: "this adds nothing",
        fixes: [.init("remove it", edits: [.init(span(of: current), "")])])
      advance()
      return nestedExpression { $0.prefix(minimum) }
    }
    return power()
  }

  private mutating func power() -> Expression {
    let start = current.start
    let base = postfix()
    guard isAt("^"), !lineEnds else { return base }
    let operatorSpan = span(of: current)
    advance()
    let exponent = nestedExpression { $0.prefix(.prefix) }
    return Expression(.binary(.power, base, exponent, operatorSpan: operatorSpan), span(from: start))
  }

  mutating func lambda() -> Expression {
    let start = current.start
    let parameters: [Parameter]
    if isAt("(") {
      parameters = self.parameters()
    } else {
      parameters = [Parameter(pattern: pattern(), type: nil, defaultValue: nil)]
    }
    _ = accept("=>")
    let body = expression()
    return Expression(.lambda(parameters, body: body), span(from: start))
  }
}

import Diagnostics
import Elaboration
import Syntax

/// A variable of a property test, `x ~ D` or `x in S`: how it is drawn, and what it may be.
struct PropertyVariable {
  enum Domain {
    case distribution, set, elements
    case range(inclusive: Bool)
  }
  /// Its place among the variables of the test.
  let number: Int
  let clause: BinderClause
  let domain: Domain
  /// The expression of the domain.
  let expression: Expression
  private var place: SourceSpan { clause.pattern.span }

  /// Names that a script cannot write: of what was drawn, and of the place of an element.
  private var drawn: String { "drawn \(number)" }
  private var chosen: String { "chosen \(number)" }
  /// The name whose tensors may be replaced by simpler ones.
  var handle: String { if case .elements = domain { chosen } else { drawn } }

  /// What a set contains and what a range runs over is asked of a context that sees the variables before.
  static func make(_ number: Int, _ clause: BinderClause, in context: ScriptContext) -> Result<PropertyVariable, Problems> {
    switch clause.domain {
    case .distributed(let e): return .success(PropertyVariable(number: number, clause: clause, domain: .distribution, expression: e))
    case .over(let e):
      if case .range(_, _, let inclusive) = e.kind {
        return .success(PropertyVariable(number: number, clause: clause, domain: .range(inclusive: inclusive), expression: e))
      }
      return context.type(of: Statement(.expression(e), e.span)).map { type in
        type.hasPrefix("Set")
          ? PropertyVariable(number: number, clause: clause, domain: .set, expression: shaped(e, by: clause.type))
          : PropertyVariable(number: number, clause: clause, domain: .elements, expression: e)
      }
    case .from, .at, .flow:
      return .failure(Problems([Diagnostic(
        .badPropertyDomain, "the variables of a test are drawn", at: clause.pattern.span, label: "expected `~` a distribution or `in` a set",
        notes: ["test \"…\" for x ~ Normal(0, 1), n in 1..10 { … }"])]))
    }
  }

  /// `d: Real[n] in S`: the set of that shape.
  private static func shaped(_ set: Expression, by type: TypeExpression?) -> Expression {
    guard case .named(let name, let dimensions, _)? = type?.kind, name.text == "Real" else { return set }
    let sizes = dimensions.compactMap { dimension -> Argument? in
      if case .dimension(let size) = dimension { Argument(label: nil, value: size) } else { nil }
    }
    let zeros = Expression(.call(Expression(.name("zeros"), set.span), sizes), set.span)
    let like = Expression(.field(set, Name("like", set.span)), set.span)
    return Expression(.call(like, [Argument(label: nil, value: sizes.isEmpty ? Expression(.real(0), set.span) : zeros)]), set.span)
  }

  /// The statements that draw its handle.
  var drawing: [Statement] {
    switch domain {
    case .distribution: return [statement(.draw(name(drawn), clause.type, expression, key: nil))]
    case .set:
      let uniform = make(.field(expression, Name("uniform", expression.span)))
      return [statement(.draw(name(drawn), nil, uniform, key: nil))]
    case .range(let inclusive):
      guard case .range(let low, let high, _) = expression.kind else { return [] }
      let end = inclusive ? make(.binary(.add, high, make(.int(1)), operatorSpan: high.span)) : high
      return [statement(.let(name(drawn), nil, call("random_int", [low, end])))]
    case .elements:
      let place = call("random_int", [make(.int(0)), call("len", [expression])])
      return [statement(.let(name(chosen), nil, place))]
    }
  }

  /// The statements that make the value from the handle, and bind the pattern to it.
  var binding: [Statement] {
    let bound = statement(.let(clause.pattern, nil, make(.name(drawn))))
    guard case .elements = domain else { return [bound] }
    return [statement(.let(name(drawn), nil, make(.index(expression, [.at(make(.name(chosen)))])))), bound]
  }

  /// A statement that fails where the value lies outside the domain; nil where every value of its type lies inside.
  var membership: Statement? {
    let value = make(.name(drawn))
    switch domain {
    case .distribution:
      let density = make(.call(make(.field(expression, Name("logpdf", expression.span))), [Argument(label: nil, value: value)]))
      return statement(.assert(make(.binary(.greater, density, make(.unary(.minus, make(.name("inf")))), operatorSpan: place)), message: nil))
    case .set:
      return statement(.assert(make(.call(make(.field(expression, Name("contains", expression.span))), [Argument(label: nil, value: value)])), message: nil))
    case .range(let inclusive):
      guard case .range(let low, let high, _) = expression.kind else { return nil }
      let above = make(.binary(.greaterOrEqual, value, low, operatorSpan: place))
      let below = make(.binary(inclusive ? .lessOrEqual : .less, value, high, operatorSpan: place))
      return statement(.assert(make(.binary(.and, above, below, operatorSpan: place)), message: nil))
    case .elements: return nil
    }
  }

  /// The names that the pattern binds.
  var names: [String] { clause.pattern.names }

  private func name(_ text: String) -> Pattern { Pattern(.name(text), place) }
  private func make(_ kind: Expression.Kind) -> Expression { Expression(kind, expression.span) }
  private func statement(_ kind: Statement.Kind) -> Statement { Statement(kind, place) }
  private func call(_ function: String, _ arguments: [Expression]) -> Expression {
    make(.call(make(.name(function)), arguments.map { Argument(label: nil, value: $0) }))
  }
}

extension DiagnosticCode {
  static let badPropertyDomain = DiagnosticCode("E0950", "a variable of a test is not drawn")
}

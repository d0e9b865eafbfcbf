import Syntax

extension Formula {
  fileprivate var isQuantified: Bool { if case .big(let big, _, _, _) = self { big.style == .quantifier } else { false } }
}

extension Translator {
  func binder(_ b: Binder) -> Formula {
    guard let first = b.clauses.first else { return .text("") }
    var body = formula(b.body)
    if let other = b.otherwise { body = .cases([(body, b.guard.map(formula)), (formula(other), nil)]) }
    // The truth values that are added up count as 0 and 1.
    if ["sum", "mean"].contains(b.word.text), (Tightness.disjunction...Tightness.relation).contains(body.tightness) || body.isQuantified {
      body = .big(.indicator, below: [], above: nil, body)
    }
    if case .at(let point) = first.domain { return derivative(b.word.text, pattern(first.pattern), body, at: formula(point)) }
    if let indexed = indexedSum(b, body) { return indexed }
    var below = b.clauses.map(domain)
    if let condition = b.guard, b.otherwise == nil { below.append(formula(condition)) }
    below += b.constraints.map(formula)
    switch b.word.text {
    case "range": return .builder(body, below)
    case "quantile": return .big(.named("quantile"), below: below, above: b.arguments.first.map { formula($0.value) }, body)
    case "flow": return .big(.named("flow"), below: below, above: nil, body)
    default: break
    }
    if b.word.text == "mean", case .over(let e) = first.domain, case .name = e.kind, b.clauses.count == 1, b.guard == nil {
      return .infix(.juxtaposed, [.fraction(.number(1), .fenced(.absolute, [formula(e)])), .big(.sum, below: below, above: nil, body)])
    }
    return .big(operation(b, first), below: below, above: nil, body)
  }

  private func operation(_ b: Binder, _ first: BinderClause) -> Big {
    let isRandom = if case .distributed = first.domain { true } else { false }
    return switch b.word.text {
    case "sum": .sum
    case "prod": .product
    case "max", "maximize": .max
    case "min", "minimize": .min
    case "argmax": .argmax
    case "argmin": .argmin
    case "forall", "all": .forall
    case "exists", "any": .exists
    case "prob": .probability
    case "mean": isRandom ? .expectation : .named("mean")
    case "var": .variance
    case "std": .deviation
    case "push": .law
    default: .named(b.word.text)
    }
  }

  private func domain(_ clause: BinderClause) -> Formula {
    let variable = pattern(clause.pattern)
    switch clause.domain {
    case .over(let e): return .infix(.member, [variable, formula(e)])
    case .distributed(let e): return .infix(.distributed, [variable, formula(e)])
    case .from(_, let set?, _): return .infix(.member, [variable, formula(set)])
    case .from: return variable
    case .at(let e): return .infix(.equal, [variable, formula(e)])
    case .flow(let start, let time, let times): return .infix(.equal, [.apply(variable, [formula(start)]), .infix(.member, [pattern(time), formula(times)])])
    }
  }

  /// `Σ_{i=0}^{n−1}` of sums, products and means over a range.
  private func indexedSum(_ b: Binder, _ body: Formula) -> Formula? {
    guard b.clauses.count == 1, b.guard == nil, case .over(let e) = b.clauses[0].domain, case .range(let from, let to, let inclusive) = e.kind else { return nil }
    let below = [Formula.infix(.equal, [pattern(b.clauses[0].pattern), formula(from)])]
    let above = last(to, inclusive)
    switch b.word.text {
    case "sum": return .big(.sum, below: below, above: above, body)
    case "prod": return .big(.product, below: below, above: above, body)
    case "mean":
      guard case .int(0) = from.kind else { return nil }
      let count: Formula = inclusive ? .infix(.add, [formula(to), .number(1)]) : formula(to)
      return .infix(.juxtaposed, [.fraction(.number(1), count), .big(.sum, below: below, above: above, body)])
    default: return nil
    }
  }

  private func derivative(_ word: String, _ variable: Formula, _ body: Formula, at point: Formula) -> Formula {
    let sign = switch word {
    case "grad": Sign("∇", "\\nabla")
    case "hessian": Sign("∇²", "\\nabla^{2}")
    default: Sign("D", "\\mathrm{D}")
    }
    let operation = Formula.index(.sign(sign), [variable])
    // `grad x at x { … }`: at the variable itself.
    if case .name(let own) = variable, case .name(own) = point { return .apply(operation, [body]) }
    return .evaluated(.apply(operation, [body]), at: [.infix(.equal, [variable, point])])
  }

  /// `(body)_{x ∈ D}`
  func comprehension(_ body: Expression, _ clauses: [BinderClause], _ condition: Expression?) -> Formula {
    .index(.fenced(.round, [formula(body)]), clauses.map(domain) + (condition.map { [formula($0)] } ?? []))
  }
}

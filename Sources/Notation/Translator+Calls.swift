import Syntax

extension Translator {
  func call(_ callee: Expression, _ arguments: [Argument], _ whole: Expression) -> Formula {
    applied(callee, arguments.map(argument), arguments, whole: whole)
  }

  private func argument(_ argument: Argument) -> Formula {
    let value = formula(argument.value)
    guard let label = argument.label else { return value }
    return .infix(.equal, [Translator.isVariable(label.text) ? .name(label.text) : .word(label.text), value])
  }

  /// `callee(arguments)`; a pipe puts its left side first.
  func applied(_ callee: Expression, _ values: [Formula], _ arguments: [Argument], whole: Expression) -> Formula {
    switch callee.kind {
    case .name(let name) where meanings[name] == nil:
      if let (alias, value) = alias(name) { return expanded(alias, value, arguments) }
      if let known = known(name, values, arguments) { return known }
    case .call(let inner, let first):
      // `x |> f(k: 2)` and `grad(f)(x)`
      if case .name(let name) = inner.kind, let derivative = derivative(name, first, values) { return derivative }
    case .field(let base, let method):
      if method.text == "like" { return formula(base) }
      if method.text == "project", values.count == 1 { return .apply(.index(.word("proj"), [formula(base)]), values) }
      if method.text == "contains", values.count == 1 { return .infix(.member, [values[0], formula(base)]) }
      if method.text == "sample" { return .apply(.word("draw"), [formula(base)]) }
    case .binder: return .apply(formula(callee), values)
    default: break
    }
    return .apply(formula(callee), values)
  }

  /// Functions with a notation of their own; nil for all others, and where the arguments are not the usual ones.
  private func known(_ name: String, _ a: [Formula], _ arguments: [Argument]) -> Formula? {
    func norm(_ order: Formula) -> Formula { .index(.fenced(.norm, [a[0]]), [order]) }
    switch (name, a.count) {
    case ("sqrt", 1): return .root(a[0])
    case ("abs", 1): return .fenced(.absolute, a)
    case ("norm", 1): return norm(.number(2))
    case ("norm", 2): return norm(arguments[1].label == nil ? a[1] : formula(arguments[1].value))
    case ("dot", 2): return .fenced(.angle, a)
    case ("floor", 1): return .fenced(.floor, a)
    case ("ceil", 1): return .fenced(.ceiling, a)
    case ("exp", 1): return .power(.name("e"), a[0])
    case ("inv", 1): return .power(a[0], .number(-1))
    case ("transpose", 1): return .power(a[0], .name("T"))
    case ("real", 1): return a[0]
    case ("eye", 1): return .index(.name("I"), a)
    case ("zeros", _): return .number(0)
    case ("sum", 1): return .big(.sum, below: [], above: nil, a[0])
    case ("where", 3): return cases([(a[1], a[0])], a[2])
    case ("close", 2...3): return .infix(.close, Array(a.prefix(2)))
    case ("det", 1), ("log", 1), ("sin", 1), ("cos", 1), ("tan", 1), ("tanh", 1), ("max", _), ("min", _): return .apply(.word(name), a)
    case ("stop_gradient", 1): return .apply(.word("sg"), a)
    case ("frozen", 1), ("fresh", _): return a[0]
    case ("grad", 1): return .prefix(Sign("∇", "\\nabla "), a[0], .atom)
    case ("hessian", 1): return .prefix(Sign("∇²", "\\nabla^{2} "), a[0], .atom)
    default: return space(name, a, arguments)
    }
  }

  /// Sets and distributions.
  private func space(_ name: String, _ a: [Formula], _ arguments: [Argument]) -> Formula? {
    guard aliases[name] == nil else { return nil }
    func ball(_ unicode: String, _ latex: String, _ radius: [Formula]) -> Formula {
      .apply(.sign(Sign("𝔹" + unicode, "\\mathbb{B}_{\(latex)}")), radius)
    }
    let values = arguments.map { formula($0.value) }
    switch (name, a.count) {
    case ("Linf", 1): return ball("∞", "\\infty", values)
    case ("L2", 1): return ball("₂", "2", values)
    case ("L1", 1): return ball("₁", "1", values)
    case ("L0", 1): return ball("₀", "0", values)
    case ("Lp", 2): return .apply(.index(.sign(Sign("𝔹", "\\mathbb{B}")), [values[0]]), [values[1]])
    case ("Box", 2): return .fenced(.square, values)
    case ("Sphere", 1): return .apply(.sign(Sign("𝕊", "\\mathbb{S}")), values)
    case ("Singleton", 1): return .fenced(.curly, values)
    case ("Normal", 2): return .apply(.sign(Sign("𝒩", "\\mathcal{N}")), [values[0], squared(values[1])])
    case ("Uniform", 2): return .apply(.sign(Sign("𝒰", "\\mathcal{U}")), values)
    default: return nil
    }
  }

  private func squared(_ x: Formula) -> Formula {
    if case .number(let value) = x, value == 0 || value == 1 { return x }
    return .power(x, .number(2))
  }

  /// `grad(f)(x)` and its kin.
  private func derivative(_ name: String, _ first: [Argument], _ values: [Formula]) -> Formula? {
    guard first.count == 1 else { return nil }
    let f = formula(first[0].value)
    func of(_ sign: Sign) -> Formula { .apply(.prefix(sign, f, .atom), Array(values.prefix(1))) }
    switch (name, values.count) {
    case ("grad", 1): return of(Sign("∇", "\\nabla "))
    case ("hessian", 1): return of(Sign("∇²", "\\nabla^{2} "))
    case ("jacobian", 1): return of(Sign("D", "\\mathrm{D} "))
    case ("hvp", 2): return .infix(.juxtaposed, [of(Sign("∇²", "\\nabla^{2} ")), values[1]])
    case ("jvp", 2): return .infix(.juxtaposed, [of(Sign("D", "\\mathrm{D} ")), values[1]])
    default: return nil
    }
  }
}

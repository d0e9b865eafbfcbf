import Diagnostics
import Ops
import Syntax

/// `WORD pattern DOMAIN { body } [by solver]`: the kind of domain decides what the question is.
extension Elaborator {
  func binder(_ b: Binder, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let start = builder.graph.operations.count
    return try tallied {
      let value = try tracingOptions(of: b.solver, span, scope) { try answer(b, scope, span) }
      noteAnswer(value, of: b, from: start, span)
      return value
    }
  }

  private func answer(_ b: Binder, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    guard let first = b.clauses.first else { throw Failure() }
    let wanted = wantedGuarantee
    wantedGuarantee = nil
    if !b.constraints.isEmpty {
      throw fail(
        .notYet, "`subject to` is not supported in this edition", at: b.constraints[0].span,
        notes: ["sets can be intersected: `x in A & B`"])
    }
    switch first.domain {
    case .at(let point): return try derivative(b, first, point, scope, span)
    case .from(let start, let set, let step): return try minimisation(b, first, start, set, step, scope, span)
    case .distributed(let e): return try expectation(b, first, e, scope, span)
    case .flow: throw fail(.notYet, "`flow` is not supported in this edition", at: span, notes: ["write the steps of the method as a `for` loop"])
    case .over(let e):
      if case .range = e.kind { return try finite(b, try finiteDomain(e, scope), scope, span) }
      let value = try evaluate(e, scope)
      let domain = try productOfSets(value, e.span) ?? value
      if isSet(domain) {
        wantedGuarantee = wanted
        return try overSet(b, first, try instantiated(domain, e.span), scope, span)
      }
      if case .object(let object) = domain, object.template.keyword == .dist, object.template.property("is_table") == nil {
        throw fail(.setWanted, "`in` runs over sets and finite domains, and this is \(domain.typeName)", at: e.span, fixes: [.init("write `~` to sample")])
      }
      return try finite(b, try finiteDomain(domain, e.span), scope, span)
    }
  }

  private func isSet(_ value: Value) -> Bool {
    switch value {
    case .object(let object): object.template.keyword == .set
    case .template(let template): template.keyword == .set
    default: false
    }
  }

  /// A binder's body as a function of its variable, as solvers get it. Its draws are the same at each call with one key; without
  /// one they are those of the place that calls it, so that each sample of an expectation draws its own.
  func objective(_ b: Binder, _ clause: BinderClause, _ scope: Scope, step: (pattern: Pattern, index: Node)? = nil, key: DrawKey?) -> Function {
    let function = Function(native: "objective", ["x"]) { e, arguments, span in
      let local = Scope(parent: scope, kind: .block)
      try e.destructure(clause.pattern, arguments[0], local, clause.pattern.span)
      if let step { try e.destructure(step.pattern, .node(step.index), local, step.pattern.span) }
      e.noteEvaluation()
      return try e.withKey(key ?? e.key.folding(b.word.text)) { try e.withFreshOccurrences { try e.evaluate(b.body, local) } }
    }
    return function
  }
  /// Counts of names start anew, so that two instances of one body draw alike.
  func withFreshOccurrences<T>(_ body: () throws -> T) rethrows -> T {
    let outer = frames[frames.count - 1].occurrences
    frames[frames.count - 1].occurrences = [:]
    defer { frames[frames.count - 1].occurrences = outer }
    return try body()
  }

  /// The solver after `by`, instantiated; nil where there is none or it is `auto`.
  /// `steps`: whether it answers by a loop of steps, which may have checkpoints.
  func chosenSolver(_ b: Binder, _ scope: Scope, steps: Bool = false) throws -> Object? {
    guard let e = b.solver else { return nil }
    if case .name("auto") = e.kind { return nil }
    let value: Value
    do { value = try solverValue(e, scope) } catch let failure as Failure {
      let name = e.calleeSpan
      guard let diagnostic = failure.diagnostic, diagnostic.code == .unknownName, diagnostic.span == name else { throw failure }
      let known = solverNames
      let near = nearest(library.sources.text(name), in: known)
      throw fail(
        .unknownSolver, "no solver is called `\(library.sources.text(name))`", at: name,
        notes: near == nil ? ["solvers are: \(known.joined(separator: ", "))"] : [],
        fixes: near.map { [.init("did you mean `\($0)`?", edits: [.init(name, $0)])] } ?? [])
    }
    guard let object = try instantiated(value, e.span).object, object.template.keyword == .solver else {
      throw fail(.notASolver, "`by` names a solver, and this is \(value.typeName)", at: e.span)
    }
    if !steps { try refuseCheckpoint(object, at: e.span) }
    return object
  }

  /// Whether a solver is the library's `exact`: a user's solver of that name proves nothing by it.
  func isExact(_ solver: Object) -> Bool {
    if case .template(let template)? = library.solvers.own("exact")?.value { template === solver.template } else { false }
  }

  private var solverNames: [String] {
    library.solvers.order.filter { if case .template? = library.solvers.own($0)?.value { true } else { false } }
  }

  func solverNamed(_ name: String, _ options: [Value] = [], _ span: SourceSpan) throws -> Object {
    guard case .template(let template)? = library.solvers.lookup(name)?.value,
      let object = try instantiate(template, Arguments(options, span), span).object
    else { throw fail(.unknownSolver, "the library lacks the solver `\(name)`", at: span) }
    return object
  }

  func cannotSolve(_ solver: Object, _ problem: String, needs method: String, _ b: Binder, _ span: SourceSpan) -> Failure {
    let offers = solver.template.purposes
    let able = library.solvers.order.filter { name in
      if case .template(let template)? = library.solvers.own(name)?.value { template.method(method) != nil } else { false }
    }
    return fail(
      .solverCannot, "`\(solver.template.name)` cannot solve \(problem)", at: b.solver?.span ?? span,
      notes: (offers.isEmpty ? [] : ["`\(solver.template.name)` is for \(offers.joined(separator: ", and for "))"]) + ["these can: \(able.joined(separator: ", "))"])
  }

  /// A scalar Real objective: the value of a bound, a Bool counted as 0 or 1 where a mean is meant.
  func scalarObjective(_ value: Value, _ span: SourceSpan) throws -> Node {
    let plain = valueOf(value)
    guard let t = plain.tensor else {
      throw fail(.objectiveNotScalar, "the body must be one Real, and this is \(value.typeName)", at: span)
    }
    guard t.shape.isEmpty else {
      throw fail(
        .objectiveNotScalar, "the body must be one Real, and this is \(t.type.spelled)", at: span,
        notes: ["`sum(…)`, `mean(…)` or `norm(…)` make one number of many"])
    }
    return try realNode(t, span)
  }

  /// A value without its guarantee.
  func valueOf(_ value: Value) -> Value {
    if case .guarded(let kind, let fields) = value {
      return fields.first { $0.name == (kind == .bounds ? "lo" : "value") }?.value ?? value
    }
    return value
  }
}

extension Template {
  /// What a solver answers, by its methods.
  fileprivate var purposes: [String] {
    [
      (["maximize"], "searching a set (`max d in S { … }`)"), (["bound", "range"], "bounding over a set (`max d in S { … }`, `range`)"),
      (["step"], "minimising from a start (`argmin x from x0 { … }`)"),
      (["mean", "prob", "var", "quantile"], "expectations over a distribution (`mean z ~ D { … }`)"),
      (["estimate"], "estimating a gradient (`grad x at x0 { … }`)"), (["push"], "pushing a distribution (`push z ~ D { … }`)"),
    ].compactMap { methods, purpose in methods.contains { method($0) != nil } ? purpose : nil }
  }
}

extension Expression {
  /// The place of the name that a solver is called by.
  fileprivate var calleeSpan: SourceSpan {
    if case .call(let callee, _) = kind { return callee.span }
    return span
  }
}

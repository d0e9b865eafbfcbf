import Diagnostics
import Ops
import Syntax

/// Binders over finite domains: exact, with the body computed for all elements at once.
extension Elaborator {
  private static let words = ["sum", "prod", "mean", "max", "min", "argmax", "argmin", "any", "all", "var", "std", "quantile", "range"]

  func finite(_ b: Binder, _ domain: FiniteDomain, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let word = b.word.text
    guard Elaborator.words.contains(word) else {
      throw fail(
        .binderDoesNotFit, "`\(word)` does not run over a finite domain", at: b.word.span,
        notes: ["over a finite domain: \(Elaborator.words.joined(separator: ", "))"],
        fixes: word == "forall" ? [.init("write `all`", edits: [.init(b.word.span, "all")])]
          : word == "exists" ? [.init("write `any`", edits: [.init(b.word.span, "any")])] : [])
    }
    if let solver = b.solver, library.sources.text(solver.span) != "exact" {
      throw fail(
        .solverCannot, "a finite domain is summed up exactly, so no solver is needed", at: solver.span,
        notes: ["argmin", "min", "minimize"].contains(word)
          ? ["a minimisation starts from a point: `\(word) x from x0 { … } by …`; `in` runs over the elements of an array"]
          : ["`by` belongs to the nearest binder that is closed before it: put braces or parentheses round the inner one"])
    }
    noteChoice(b, nil, why: "the domain is finite, and its elements are computed \(domain.count == nil ? "one after another" : "all at once")", span)
    if b.clauses.count == 1, domain.count == nil { return try accumulated(b, domain, scope, span) }
    var shape: Shape = []
    var mask: Value?
    let values = try grid(b.clauses[...], first: domain, scope, span, name: word) { local in
      let value = try self.evaluate(b.body, local)
      guard let condition = b.guard else { return .tuple([value]) }
      let c = try self.scalarTruth(condition, local, "if")
      return .tuple([value, .tensor(c)])
    }
    guard case .tuple(let parts) = values, let value = parts.first else { throw Failure() }
    if parts.count > 1 { mask = parts[1] }
    guard let lead = value.leaves.first else {
      throw fail(.objectiveNotScalar, "the body of `\(word)` has no value", at: b.body.span)
    }
    shape = Array(lead.shape.prefix(b.clauses.count))
    let flat = flattenLead(value, b.clauses.count)
    let kept = mask.map { flattenLead($0, b.clauses.count) }
    let empty = try b.otherwise.map { try evaluate($0, scope) }
    if word == "argmax" || word == "argmin" {
      return try arg(word, flat, kept, shape, b, domain, scope, span)
    }
    return try reduced(word, flat, kept, empty, b, scope, span)
  }

  /// Joins the leading axes of a grid into one.
  private func flattenLead(_ value: Value, _ count: Int) -> Value {
    if count == 1 { return value }
    return value.mapLeaves { leaf in
      let lead = leaf.shape.prefix(count).reduce(Dim(1), *)
      return TensorValue(node(leaf).reshape([lead] + leaf.shape.dropFirst(count)))
    }
  }

  private func reduced(_ word: String, _ value: Value, _ mask: Value?, _ empty: Value?, _ b: Binder, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let arguments: [Value] = [value, mask ?? .unit, empty ?? .unit]
    if case .guarded(.verdict, let fields) = value { return try meanOfVerdicts(word, fields, span) }
    if case .guarded(let kind, let fields) = value {
      guard ["mean", "sum", "max", "min"].contains(word) else {
        throw fail(.wrongGuarantee, "`\(word)` of \(value.typeName)s proves nothing", at: span, fixes: [.init("`.value` drops the guarantee, explicitly")])
      }
      // sums, means and extremes are nondecreasing in each element, so they keep a bound.
      return .guarded(kind, try fields.compactMap { field in
        switch field.name {
        case "value", "lo", "hi":
          return Field(name: field.name, value: try callPrelude("finite_\(word)", [field.value] + arguments.dropFirst(), span))
        case "confidence":
          // All of them hold at once with at least 1 − Σ (1 − cᵢ).
          let misses = try binary(.subtract, .tensor(constant(1)), field.value, span, span, span)
          let missed = try callPrelude("finite_sum", [misses] + arguments.dropFirst(), span)
          return Field(name: field.name, value: try binary(.subtract, .tensor(constant(1)), missed, span, span, span))
        case "basis": return field
        default: return nil
        }
      })
    }
    if value.isStructure {
      guard let leaves = value.vectorLeaves, ["sum", "mean"].contains(word) else {
        throw fail(.objectiveNotScalar, "`\(word)` needs one Real for each element, and this is \(value.typeName)", at: b.body.span)
      }
      return value.replacingVector(try leaves.map {
        try callPrelude("finite_\(word)", [.tensor($0)] + arguments.dropFirst(), span).tensor ?? $0
      })
    }
    var extra: [Value] = []
    if word == "quantile" {
      guard let p = b.arguments.first else {
        throw fail(.missingArgument, "`quantile` needs a probability: `quantile(0.9) x in X { … }`", at: b.word.span)
      }
      extra = [try evaluate(p.value, scope)]
    }
    if word == "any" || word == "all" {
      guard value.tensor?.dtype == .bool else {
        throw fail(.needsBool, "the body of `\(word)` is a truth value, and this is \(value.typeName)", at: b.body.span)
      }
    }
    if word == "range" {
      let low = try callPrelude("finite_min", arguments, span)
      let high = try callPrelude("finite_max", arguments, span)
      return .guarded(.bounds, [Field(name: "lo", value: low), Field(name: "hi", value: high)])
    }
    return try callPrelude("finite_\(word)", arguments + extra, span)
  }

  /// The share of Proved counts from below, the share of not Refuted from above.
  private func meanOfVerdicts(_ word: String, _ fields: [Field], _ span: SourceSpan) throws -> Value {
    guard word == "mean" else {
      throw fail(.wrongGuarantee, "verdicts can be averaged, and `\(word)` of them is not defined", at: span)
    }
    func share(_ name: String) throws -> Value {
      try callPrelude("finite_mean", [fields.first { $0.name == name }?.value ?? .unit, .unit, .unit], span)
    }
    let proves = fields.contains { $0.name == "proves" }
    let refutes = fields.contains { $0.name == "refutes" }
    let low = try share("proved")
    let high = try binary(.subtract, .tensor(constant(1)), try share("refuted"), span, span, span)
    switch (proves, refutes) {
    case (true, true): return .guarded(.bounds, [Field(name: "lo", value: low), Field(name: "hi", value: high)])
    case (true, false): return .guarded(.lower, [Field(name: "value", value: low)])
    default: return .guarded(.upper, [Field(name: "value", value: high)])
    }
  }

  /// `argmax v in V { … }`: the element itself.
  private func arg(_ word: String, _ value: Value, _ mask: Value?, _ shape: Shape, _ b: Binder, _ first: FiniteDomain, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    guard let t = valueOf(value).tensor, t.type.rank == 1 else {
      throw fail(.objectiveNotScalar, "`\(word)` needs one Real for each element, and this is \(value.typeName)", at: b.body.span)
    }
    guard mask == nil else { throw fail(.notYet, "`\(word)` takes no guard in this edition", at: b.guard?.span ?? span) }
    var flat = try emit1(word == "argmax" ? .argmax : .argmin, [node(t)], ["axis": .int(0)], at: span)
    var elements: [Value] = []
    for (k, clause) in b.clauses.enumerated().reversed() {
      guard case .over(let e) = clause.domain else { throw Failure() }
      let domain = k == 0 ? first : try finiteDomain(e, scope)
      let extent = node(TensorValue(size: shape[k]))
      let place = b.clauses.count == 1 ? node(flat) : Node.apply(.mod, node(flat), extent)
      flat = TensorValue(Node.apply(.floordiv, node(flat), extent))
      let rows = domain.columns.map { Node.apply(.gather, $0.node, place, attributes: ["batch": .int(0)]) }
      elements.append(try domain.element(place, rows, self))
    }
    return elements.count == 1 ? elements[0] : .tuple(elements.reversed())
  }

  /// A range whose length only the run tells: a loop that accumulates.
  private func accumulated(_ b: Binder, _ domain: FiniteDomain, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let word = b.word.text
    guard ["sum", "prod", "mean", "max", "min", "any", "all"].contains(word) else {
      throw fail(
        .sizeNotKnown, "`\(word)` needs a range whose length is known before the run", at: domain.span,
        notes: ["sum, prod, mean, max, min, any and all also take other ranges"])
    }
    // The type of the body, from a trial whose operations are dropped.
    let trial = Builder(parent: builder)
    let trialIndex = trial.parameter(TensorType(.int))
    let place = key.folding(word, occurrence(word))
    func body(_ index: Node) throws -> Node {
      let local = Scope(parent: scope, kind: .block)
      try destructure(b.clauses[0].pattern, try domain.element(index, [], self), local, b.clauses[0].pattern.span)
      return try pure("inside a body that is computed for all elements at once") {
        try withKey(place.folding(index)) {
          try withFreshOccurrences {
            let value = valueOf(try evaluate(b.body, local))
            guard let t = value.tensor else {
              throw fail(.objectiveNotScalar, "`\(word)` over such a range needs a number, and this is \(value.typeName)", at: b.body.span)
            }
            if word == "any" || word == "all", t.dtype != .bool { throw fail(.needsBool, "the body of `\(word)` is a truth value", at: b.body.span) }
            let number = word == "mean" ? try realNode(t.isFlexible ? t : t, b.body.span) : node(t)
            guard let condition = b.guard else { return number }
            let c = try node(scalarTruth(condition, local, "if")).broadcast(to: number.shape)
            return Node.select(c, number, neutral(word, number.type))
          }
        }
      }
    }
    let type = try within(trial) { try body(trialIndex).type }
    let inner = Builder(parent: builder)
    let index = inner.parameter(TensorType(.int), name: "i")
    let sofar = inner.parameter(type)
    let next = try within(inner) { () throws -> Node in
      let value = try body(index)
      switch word {
      case "sum", "mean": return sofar + value
      case "prod": return sofar * value
      case "max": return Node.apply(.max, sofar, value)
      case "min": return Node.apply(.min, sofar, value)
      case "any": return Node.apply(.or, sofar, value)
      default: return Node.apply(.and, sofar, value)
      }
    }
    let start = neutral(word, type)
    let total = placeLoop(domain, inner, carries: [start], xs: [], results: [next], stacked: [], [:])[0]
    guard word == "mean", let count = domain.dynamicCount else { return .node(total) }
    return .node(total / count.convert(type.dtype).broadcast(to: type.shape))
  }
  private func neutral(_ word: String, _ type: TensorType) -> Node {
    switch word {
    case "prod": return type.dtype == .int ? builder.int(1, type.shape) : builder.fill(1, type)
    case "max": return type.dtype == .int ? builder.int(.min, type.shape) : builder.fill(-.infinity, type)
    case "min": return type.dtype == .int ? builder.int(.max, type.shape) : builder.fill(.infinity, type)
    case "any": return builder.bool(false, type.shape)
    case "all": return builder.bool(true, type.shape)
    default: return type.dtype == .int ? builder.int(0, type.shape) : builder.fill(0, type)
    }
  }
}

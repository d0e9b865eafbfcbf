import Diagnostics
import Ops
import Syntax

/// Certificates: solvers with `bound(f, S)`, an Upper of max f over S, or `range(f, S)`, Bounds of every value of f.
extension Elaborator {
  /// An upper bound of f over a set, and the witness with its value where the solver gives one.
  struct Certificate {
    var upper: Value
    /// What the body surely is at `point`; −∞ if the point is outside the set.
    var lower: Value?
    var point: Value?
    var meta: [Field]
    /// How far a search came that its solver tells of.
    var search: [Field] = []
  }

  func certificate(_ f: Function, over set: Object, _ like: Value, by solver: Object, _ bodySpan: SourceSpan, _ span: SourceSpan, decides: Bool = false) throws -> Certificate {
    // A verdict needs the sign of a margin only.
    let method = decides && solver.template.method("decide") != nil ? "decide" : "bound"
    let answer = try pure("inside a body that is solved over") { try callMethod(method, of: solver, [.function(f), .object(set)], span) }
    guard case .guarded(let kind, let fields) = answer, kind == .upper || kind == .bounds,
      let end = answer[field: kind == .upper ? "value" : "hi"]?.tensor
    else {
      throw fail(
        .solverBroken, "`bound` of `\(solver.template.name)` gives an Upper, and this is \(answer.typeName)", at: span,
        notes: ["an Upper comes from a certificate (`interval_bound`, `linear_bound`), or says what it assumes"])
    }
    try requireAssumption(of: solver, fields, span)
    var meta = try meta(fields, f, set, like, span)
    let search = fields.filter { ["open", "rounds", "seconds"].contains($0.name) }
    let upper = Value.node(withoutNaN(node(end), .infinity))
    guard let point = answer[field: "point"] else {
      return Certificate(upper: upper, lower: answer[field: "lo"], point: nil, meta: meta, search: search)
    }
    // A verdict looks at the point itself.
    if decides { return Certificate(upper: upper, lower: nil, point: point, meta: meta, search: search) }
    let found = try movedInside(set, point, span)
    let value = try scalarObjective(try apply(.function(f), [found], span), bodySpan)
    let certain = try certainValue(of: f, at: found, value, span)
    if certain == nil { meta = meta.filter { $0.name != "basis" } + [Field(name: "basis", value: .text(Text("float")))] }
    return Certificate(upper: upper, lower: .node(try inside(set, found, certain ?? value, span)), point: found, meta: meta, search: search)
  }

  /// A solver of the script's own may have bounded another function or another set, so its bound rests on what it names.
  private func requireAssumption(of solver: Object, _ fields: [Field], _ span: SourceSpan) throws {
    guard library.isUserFile(solver.template.declaration.name.span.file) else { return }
    if case .text(let basis)? = fields.first(where: { $0.name == "basis" })?.value, basis.constant?.hasPrefix("assuming ") == true { return }
    throw fail(
      .statedBound, "`\(solver.template.name)` is the script's own, so its bound must name what it rests on", at: span,
      labels: [.init(solver.template.declaration.name.span, "declared here")],
      fixes: [.init("`Upper(b, assuming: \"Theorem 1 of …\")`")])
  }

  /// What goes with a certificate. A body that draws is bounded for the numbers that it draws at this place, and says so; so is one
  /// over a set of the script's own, whose box is believed.
  func meta(_ fields: [Field], _ f: Function, _ set: Object, _ like: Value, _ span: SourceSpan) throws -> [Field] {
    let trial = Builder(parent: builder)
    let parameters = (like.vectorLeaves ?? []).map { trial.parameter($0.type) }
    try uncounted { try within(trial) {
      _ = try pure("inside a body that is solved over") {
        try withFreshOccurrences { try apply(.function(f), [like.replacingVector(parameters.map { TensorValue($0) })], span) }
      }
    } }
    var assumptions = believed(.object(set)).map { "`bounds` and `contains` of the set `\($0)` are right" }
    if trial.graph.containsRandom { assumptions.append("the body draws what it drew here") }
    if assumptions.isEmpty { return Elaborator.meta(fields) }
    if case .text(let basis)? = fields.first(where: { $0.name == "basis" })?.value, let text = basis.constant, text.hasPrefix("assuming ") {
      assumptions.insert(String(text.dropFirst(9)), at: 0)
    }
    return [Field(name: "basis", value: .text(Text("assuming " + assumptions.joined(separator: ", and that "))))]
  }

  /// The sets of the script's own that a set is made of, by name.
  private func believed(_ value: Value) -> [String] {
    guard let object = value.object else {
      if case .tuple(let values) = value { return values.flatMap(believed) }
      if case .record(let fields) = value { return fields.flatMap { believed($0.value) } }
      return []
    }
    let own = object.template.keyword == .set && library.isUserFile(object.template.declaration.name.span.file) ? [object.template.name] : []
    var names: [String] = []
    for name in own + object.parts.flatMap({ believed($0.value) }) where !names.contains(name) { names.append(name) }
    return names
  }

  /// A value found at a point of the set; −∞ if the point is outside.
  func inside(_ set: Object, _ point: Value, _ value: Node, _ span: SourceSpan) throws -> Node {
    let member = try callMethod("contains", of: set, [point], span)
    guard let member = member.tensor, member.dtype == .bool else {
      throw fail(.solverBroken, "`contains` of this set gave no truth value", at: span)
    }
    return Node.select(node(member), value, builder.fill(-.infinity, like: value))
  }

  /// A bound that is no number bounds nothing.
  private func withoutNaN(_ x: Node, _ end: Double) -> Node {
    Node.select(Node.apply(.eq, x, x), x, builder.fill(end, like: x))
  }

  /// `max d in S { … } by crown`: Upper, or Bounds where the solver also has a witness. `f` is negated already where a minimum is meant.
  func bounded(
    _ f: Function, over set: Object, _ like: Value, by solver: Object, _ goal: Goal, _ b: Binder, _ span: SourceSpan
  ) throws -> Value {
    let found = try certificate(f, over: set, like, by: solver, b.body.span, span)
    watch([found.upper], span)
    func field(_ name: String, _ value: Value) -> Field { Field(name: name, value: value) }
    let bound: Value
    if let lower = found.lower {
      bound = .guarded(.bounds, [field("lo", lower), field("hi", found.upper)] + found.meta)
    } else {
      bound = .guarded(.upper, [field("value", found.upper)] + found.meta)
    }
    let signed = goal.isMinimum ? try negated(bound, span) : bound
    switch goal.answer {
    case .value:
      guard case .guarded(let kind, let fields) = signed, let point = found.point else { return signed }
      return .guarded(kind, fields + [field("point", point)])
    case .point, .solution:
      guard let point = found.point, let lower = found.lower else {
        throw fail(
          .solverCannot, "`\(solver.template.name)` gives a bound and no point", at: b.solver?.span ?? span,
          notes: ["searches give points: pgd, multistart, bab"])
      }
      if goal.answer == .point { return point }
      return .guarded(.solution, [field("point", point), field("value", goal.isMinimum ? try unary(.minus, lower, span, span) : lower)])
    }
  }

  /// `range d in S { … }`: Bounds of every value of the body, which may be any vector.
  func range(_ b: Binder, _ clause: BinderClause, _ set: Object, _ like: Value, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let place = key.folding("range", occurrence("range"))
    let f = objective(b, clause, scope, key: place)
    let solver = try namedSolver(b, scope) ?? substituteSolver(b) ?? solverNamed("crown", [], span)
    noteChoice(b, solver, why: b.solver == nil ? "the default for ranges" : nil, span)
    if solver.template.method("range") != nil {
      let answer = try pure("inside a body that is solved over") { try callMethod("range", of: solver, [.function(f), .object(set)], span) }
      guard case .guarded(.bounds, let fields) = answer, let lo = answer[field: "lo"], let hi = answer[field: "hi"] else {
        throw fail(.solverBroken, "`range` of `\(solver.template.name)` gives Bounds, and this is \(answer.typeName)", at: span)
      }
      try requireAssumption(of: solver, fields, span)
      watch([lo, hi], span)
      return .guarded(.bounds, [
        Field(name: "lo", value: lo.mapLeaves { TensorValue(self.withoutNaN(self.node($0), -.infinity)) }),
        Field(name: "hi", value: hi.mapLeaves { TensorValue(self.withoutNaN(self.node($0), .infinity)) }),
      ] + (try meta(fields, f, set, like, span)))
    }
    guard solver.template.method("bound") != nil else { throw cannotSolve(solver, "a range over a set", needs: "bound", b, span) }
    let top = try certificate(f, over: set, like, by: solver, b.body.span, span)
    let bottom = try certificate(negated(f), over: set, like, by: solver, b.body.span, span)
    watch([top.upper, bottom.upper], span)
    return .guarded(.bounds, [
      Field(name: "lo", value: try unary(.minus, bottom.upper, span, span)), Field(name: "hi", value: top.upper),
    ] + top.meta)
  }

  func negated(_ f: Function) -> Function {
    Function(native: "objective", ["x"], holds: Held([.function(f)])) { e, arguments, span in
      try e.unary(.minus, e.valueOf(try e.apply(.function(f), [arguments[0]], span)), span, span)
    }
  }
}

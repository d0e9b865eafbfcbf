import Diagnostics
import Ops
import Syntax

/// `forall x in S { predicate }` and `exists`: the worst (best) value of a margin over the set decides.
extension Elaborator {
  func verdict(_ b: Binder, _ clause: BinderClause, _ set: Object, _ like: Value, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let universal = b.word.text == "forall"
    let outer = (marginIsClosed, marginIsOpen)
    defer { (marginIsClosed, marginIsOpen) = outer }
    let place = key.folding(b.word.text, occurrence(b.word.text))
    func inside(_ point: Value, _ body: (Scope) throws -> TensorValue) throws -> TensorValue {
      let local = Scope(parent: scope, kind: .block)
      try destructure(clause.pattern, point, local, clause.pattern.span)
      return try withKey(place) { try withFreshOccurrences { try body(local) } }
    }
    // What is maximised: by how much the predicate is violated, or, for `exists`, satisfied.
    let margin = Function(native: "margin", ["x"]) { e, arguments, _ in
      e.noteEvaluation()
      return .tensor(try inside(arguments[0]) { try e.margin(b.body, violated: universal, $0) })
    }
    let named = try namedSolver(b, scope)
    if isFinite(set, span), named.map(isExact) ?? true {
      noteChoice(b, try solverNamed("exact", [], span), why: named == nil ? "the set is finite, and every point of it is tried" : nil, span)
      return try finiteVerdict(margin, universal, over: set, b, span, inside)
    }
    let isAffine = try (named == nil || named.map(isExact) == true) && hasSupport(set, span) && isAffine(margin, like, span)
    if let named, isExact(named), !isAffine {
      throw fail(
        .solverCannot, "`exact` needs a comparison that is affine in `\(library.sources.text(clause.pattern.span))`", at: b.solver?.span ?? span,
        notes: ["`crown` and `bab` prove, `pgd` refutes"])
    }
    guard let chosen = isAffine ? nil : try named ?? substituteSolver(b) else {
      return try defaultVerdict(margin, universal, over: set, like, isAffine: isAffine, b, span, inside)
    }
    noteChoice(b, chosen, why: nil, span)
    if chosen.template.method("bound") != nil {
      return try certifiedVerdict(margin, universal, over: set, like, by: chosen, b, span, inside)
    }
    return try searchedVerdict(margin, universal, over: set, like, by: chosen, b, span, inside)
  }

  /// The verdict where the script names no solver: a certificate and a search; where the body cannot be bounded, the search alone.
  private func defaultVerdict(
    _ margin: Function, _ universal: Bool, over set: Object, _ like: Value, isAffine: Bool, _ b: Binder, _ span: SourceSpan, _ at: AtPoint
  ) throws -> Value {
    let solver = try solverNamed(isAffine ? "exact" : "prove_or_refute", [], span)
    do {
      let answer = try certifiedVerdict(margin, universal, over: set, like, by: solver, b, span, at)
      let reason = isAffine ? "the comparison is affine in the variable, so the support function of the set decides it" : "the default for verdicts"
      noteChoice(b, solver, why: b.solver == nil ? reason : nil, span)
      return answer
    } catch let failure as Failure where failure.diagnostic?.code == .transformRefused {
      let search = try solverNamed("pgd", [], span)
      noteChoice(b, search, why: "the body cannot be bounded: \(failure.diagnostic?.message ?? "")", span)
      return try searchedVerdict(margin, universal, over: set, like, by: search, b, span, at)
    }
  }

  /// The verdict of a search: it can only refute a `forall` and prove an `exists`.
  private func searchedVerdict(
    _ margin: Function, _ universal: Bool, over set: Object, _ like: Value, by solver: Object, _ b: Binder, _ span: SourceSpan, _ at: AtPoint
  ) throws -> Value {
    guard solver.template.method("maximize") != nil else { throw cannotSolve(solver, "`\(b.word.text)` over a set", needs: "maximize", b, span) }
    let (point, value) = try solve(margin, over: set, like, by: solver, b, span)
    let witness = try confirmed(margin, point, universal, set, b, span, at)
    let meta = try meta([Field(name: "basis", value: .text(Text(witness.isRigorous ? "outward" : "float")))], margin, set, like, span)
    let parts = [
      Field(name: "witness", value: witness.point), Field(name: "bound", value: value), Field(name: "found", value: value), Field(name: universal ? "refutes" : "proves", value: .unit),
      Field(name: "why", value: .node(whyUnknown(witness.reasons, otherwise: .searched, unless: [witness.counts]))),
    ]
    return verdict(universal, [
      Field(name: "proved", value: universal ? .truth(false) : .node(witness.counts)),
      Field(name: "refuted", value: universal ? .node(witness.counts) : .truth(false)),
    ] + parts + meta)
  }

  /// The verdict over a finite set: every point is tried, by the ordinary interpreter, as `all` over an array does.
  private func finiteVerdict(
    _ margin: Function, _ universal: Bool, over set: Object, _ b: Binder, _ span: SourceSpan, _ at: @escaping AtPoint
  ) throws -> Value {
    let judge = Function(native: "predicate", ["x"]) { e, arguments, span in
      let holds = try at(arguments[0]) { try e.scalarTruth(b.body, $0, b.word.text) }
      return .record([
        Field(name: "margin", value: try e.apply(.function(margin), [arguments[0]], span)),
        Field(name: "counts", value: universal ? try e.unary(.not, .tensor(holds), span, span) : .tensor(holds)),
      ])
    }
    let tried = try pure("inside a body that is solved over") { try callPrelude("tried_points", [.object(set), .function(judge)], span) }
    func part(_ name: String) -> Value { tried[field: name] ?? .unit }
    let (found, none) = (try scalarTensor(part("found"), span), try scalarTensor(part("none"), span))
    return verdict(universal, [
      Field(name: "proved", value: universal ? part("none") : part("found")), Field(name: "refuted", value: universal ? part("found") : part("none")),
      Field(name: "witness", value: part("point")), Field(name: "bound", value: part("bound")), Field(name: "found", value: part("bound")),
      Field(name: "proves", value: .unit), Field(name: "refutes", value: .unit),
      Field(name: "why", value: .node(whyUnknown([], otherwise: .notANumber, unless: [node(found), node(none)]))),
      Field(name: "basis", value: .text(Text("exact"))),
    ])
  }

  /// Of `exists` the witness belongs to Proved, which a mark among the parts tells.
  private func verdict(_ universal: Bool, _ parts: [Field]) -> Value {
    .guarded(.verdict, parts + (universal ? [] : [Field(name: "exists", value: .unit)]))
  }

  private func scalarTensor(_ value: Value, _ span: SourceSpan) throws -> TensorValue {
    guard let t = value.tensor else { throw fail(.solverBroken, "a verdict needs a number here, and this is \(value.typeName)", at: span) }
    return t
  }

  /// The verdict of a certificate: an upper bound of the margin below 0 says that no point violates (satisfies) the predicate.
  private func certifiedVerdict(
    _ margin: Function, _ universal: Bool, over set: Object, _ like: Value, by solver: Object, _ b: Binder, _ span: SourceSpan, _ at: AtPoint
  ) throws -> Value {
    (marginIsClosed, marginIsOpen) = (false, false)
    let found = try certificate(margin, over: set, like, by: solver, b.body.span, span, decides: true)
    // Where only `≤`, `≥` and `==` can be violated, a margin of exactly 0 violates nothing.
    let zero = Value.tensor(constant(0))
    let isClosed = marginIsClosed
    let none = try binary(isClosed ? .less : .lessOrEqual, found.upper, zero, span, span, span)
    let upper = try realNode(scalarTensor(found.upper, span), span)
    var parts = [Field(name: "bound", value: found.upper), Field(name: universal ? "proves" : "refutes", value: .unit)] + found.meta
    var decided = [try node(scalarTensor(none, span))]
    var replay: Value = .truth(false)
    var reasons: [(UnknownReason, Node)] = []
    if let point = found.point {
      let witness = try confirmed(margin, point, universal, set, b, span, at)
      replay = .node(witness.counts)
      decided.append(witness.counts)
      reasons += witness.reasons
      parts.append(Field(name: universal ? "refutes" : "proves", value: .unit))
      parts.append(Field(name: "witness", value: witness.point))
      parts.append(Field(name: "found", value: .node(witness.margin)))
    } else { parts.append(Field(name: "witness", value: try member(set, Name("center", span), span))) }
    reasons.append((.infinite, builder.emit1(.not, [Node.apply(.isFinite, upper)])))
    parts += found.search
    if let open = found.search.first(where: { $0.name == "open" })?.value.tensor {
      reasons.append((.closed, Node.apply(.eq, node(open), builder.int(0))))
    }
    parts.append(Field(name: "why", value: .node(whyUnknown(
      reasons, otherwise: found.search.isEmpty ? found.point == nil ? .bound : .notFound : .open, unless: decided))))
    // A witness decides without the bound.
    let zeroIfDecided = Node.select(try node(scalarTensor(replay, span)), node(constant(0)), upper)
    watch([.node(zeroIfDecided)], span)
    return verdict(universal, [
      Field(name: "proved", value: universal ? none : replay), Field(name: "refuted", value: universal ? replay : none),
    ] + parts)
  }

  /// A Real that is positive where a predicate is violated (or, else, satisfied), and the larger the more.
  private func margin(_ e: Expression, violated: Bool, _ scope: Scope) throws -> TensorValue {
    func of(_ e: Expression, _ violated: Bool) throws -> Value { .tensor(try margin(e, violated: violated, scope)) }
    switch e.kind {
    case .block(let statements):
      let inner = Scope(parent: scope, kind: .block)
      guard let last = statements.last, case .expression(let predicate) = last.kind else { break }
      for statement in statements.dropLast() { _ = try execute(statement, inner) }
      return try margin(predicate, violated: violated, inner)
    // All elements of a comparison must hold anyway.
    case .call(let callee, let arguments):
      guard case .name("all") = callee.kind, arguments.count == 1, arguments[0].label == nil else { break }
      return try margin(arguments[0].value, violated: violated, scope)
    case .bool(let truth): return constant(truth == violated ? -1 : 1)
    case .unary(.not, let operand): return try margin(operand, violated: !violated, scope)
    case .binary(.and, let a, let b, _), .binary(.or, let a, let b, _):
      guard case .binary(let op, _, _, _) = e.kind else { break }
      // One side violates a conjunction; both must violate a disjunction.
      let decl: OpDecl = (op == .and) == violated ? .max : .min
      let (x, y) = (try of(a, violated), try of(b, violated))
      guard let p = x.tensor, let q = y.tensor else { break }
      return try elementwise(decl, p, q, a.span, b.span, e.span)
    case .binary(let op, let a, let b, _) where op.isComparison:
      let isStrict = op == .less || op == .greater || op == .notEqual
      if isStrict == violated { marginIsClosed = true } else { marginIsOpen = true }
      if op == .equal || op == .notEqual, let choice = try classMargin(a, b, violated: violated == (op == .equal), scope) { return choice }
      let (left, right) = (try evaluate(a, scope), try evaluate(b, scope))
      let difference = try binary(.subtract, left, right, a.span, b.span, e.span)
      let signed: Value
      switch op {
      case .less, .lessOrEqual: signed = difference
      case .greater, .greaterOrEqual: signed = try unary(.minus, difference, e.span, e.span)
      default:
        let distance = try callPrelude("abs", [difference], e.span)
        signed = op == .equal ? distance : try unary(.minus, distance, e.span, e.span)
      }
      let result = violated ? signed : try unary(.minus, signed, e.span, e.span)
      guard let t = result.tensor, t.dtype.isReal else {
        throw fail(.objectiveNotScalar, "a predicate over a set compares Reals, and this is \(result.typeName)", at: e.span)
      }
      // All elements must hold: the worst decides.
      return t.shape.isEmpty ? t : TensorValue(Node.reduce(violated ? .maxOf : .minOf, node(t)))
    default: break
    }
    throw fail(
      .binderDoesNotFit, "a predicate over a set is made of comparisons", at: e.span,
      notes: ["comparisons, `and`, `or`, `not`, and `argmax(v) == k`; a function's result can be compared, as in `f(x) > 0`"])
  }

  /// `argmax(v) == k` is violated by as much as another entry exceeds the k-th.
  private func classMargin(_ a: Expression, _ b: Expression, violated: Bool, _ scope: Scope) throws -> TensorValue? {
    func scores(_ e: Expression) -> Expression? {
      guard case .call(let callee, let arguments) = e.kind, case .name("argmax") = callee.kind, arguments.count == 1 else { return nil }
      return arguments[0].value
    }
    guard let (v, k) = scores(a).map({ ($0, b) }) ?? scores(b).map({ ($0, a) }) else { return nil }
    (marginIsClosed, marginIsOpen) = (true, true)
    guard let t = valueOf(try evaluate(v, scope)).tensor, t.type.rank == 1, let index = try evaluate(k, scope).tensor, index.dtype == .int else { return nil }
    let x = try realNode(t, v.span)
    let iota = builder.emit1(.iota, [], ["shape": .dims(x.shape), "axis": .int(0), "dtype": .dtype(.int)])
    let chosen = Node.apply(.eq, iota, node(index).broadcast(to: x.shape))
    // Rows x − x_k, of which a certificate bounds each: the own entry takes no part.
    let own = Node.reduce(.sum, Node.select(chosen, x, builder.fill(0, like: x))).broadcast(to: x.shape)
    let out = builder.fill(violated ? -.infinity : .infinity, like: x)
    let others = Node.select(chosen, out, violated ? x - own : own - x)
    return TensorValue(Node.reduce(violated ? .maxOf : .minOf, others))
  }
}

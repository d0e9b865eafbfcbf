import Diagnostics
import Ops
import Syntax
import Transforms

/// Problems that a solver answers: over sets, from a start, over distributions, at a point.
extension Elaborator {
  // MARK: max, min over a set

  func overSet(_ b: Binder, _ clause: BinderClause, _ set: Value, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let wanted = wantedGuarantee
    wantedGuarantee = nil
    guard var object = set.object else { throw Failure() }
    if let type = clause.type, let like = try exemplar(of: type, scope) { object.like = like }
    guard let like = try like(of: object, span) else {
      throw fail(
        .shapeOfSetUnknown, "the shape of this set is not known", at: clause.pattern.span,
        notes: ["write `S[64]`, `S.like(x)`, `x + S`, or annotate the variable: `d: Real[64] in S`"])
    }
    object.like = like
    if b.word.text == "forall" || b.word.text == "exists" { return try verdict(b, clause, object, like, scope, span) }
    if b.word.text == "range" { return try range(b, clause, object, like, scope, span) }
    guard let goal = Goal(b.word.text) else {
      throw fail(
        .binderDoesNotFit, "`\(b.word.text)` does not run over a set", at: b.word.span,
        notes: ["over a set: max, min, argmax, argmin, maximize, minimize, forall, exists, range"])
    }
    let place = key.folding(b.word.text, occurrence(b.word.text))
    let plain = objective(b, clause, scope, key: place)
    let f = goal.isMinimum ? negated(plain) : plain
    let chosen = try namedSolver(b, scope)
    let isFinite = isFinite(object, span)
    let affine = try isFinite || (chosen == nil && hasSupport(object, span) ? isAffine(f, like, span) : false)
    let substitute = affine ? nil : try substituteSolver(b)
    let solver = try chosen ?? substitute ?? solverNamed(affine ? "exact" : defaultSolver(goal, wanted), [], span)
    noteChoice(b, solver, why: chosen == nil ? choiceReason(affine: affine, wanted) : nil, span)
    if solver.template.method("bound") != nil {
      let answer = try bounded(f, over: object, like, by: solver, goal, b, span)
      try enter(answer, of: plain, over: object, like, goal, solver: solver.template.name, b.body.span, span)
      return answer
    }
    guard solver.template.method("maximize") != nil else { throw cannotSolve(solver, "a problem over a set", needs: "maximize", b, span) }
    if isExact(solver), !isFinite, try !(chosen == nil ? affine : isAffine(f, like, span)) {
      throw fail(
        .solverCannot, "`exact` needs a body that is affine in `\(library.sources.text(clause.pattern.span))`", at: b.solver?.span ?? span,
        notes: ["`pgd` searches for a lower bound"])
    }
    let (point, value) = try solve(f, over: object, like, by: solver, b, span)
    let exact = isExact(solver)
    let signed = goal.isMinimum ? try unary(.minus, value, span, span) : value
    let bound = exact ? signed : .guarded(goal.isMinimum ? .upper : .lower, [Field(name: "value", value: signed)])
    try enter(bound, of: plain, over: object, like, goal, solver: solver.template.name, b.body.span, span)
    switch goal.answer {
    case .point: return point
    case .value:
      return exact ? signed : .guarded(goal.isMinimum ? .upper : .lower, [Field(name: "value", value: signed), Field(name: "point", value: point)])
    case .solution:
      return .guarded(.solution, [Field(name: "point", value: point), Field(name: "value", value: signed)])
    }
  }

  /// Whether a set knows its support function.
  func hasSupport(_ set: Object, _ span: SourceSpan) -> Bool {
    if set.template.property("has_support") != nil {
      return (try? member(set, Name("has_support", span), span).tensor?.truth) ?? false
    }
    return set.template.method("argsupport") != nil
  }

  /// Whether a set says that it has finitely many points, which can be tried.
  func isFinite(_ set: Object, _ span: SourceSpan) -> Bool { says("is_finite", set, span) }

  /// Whether a set states a fact about itself, known before the run.
  func says(_ fact: String, _ set: Object, _ span: SourceSpan) -> Bool {
    set.template.property(fact) != nil && (try? member(set, Name(fact, span), span).tensor?.truth) == true
  }

  /// What a binder's word asks for.
  struct Goal {
    enum Answer { case value, point, solution }
    let isMinimum: Bool
    let answer: Answer
    init?(_ word: String) {
      switch word {
      case "max": (isMinimum, answer) = (false, .value)
      case "min": (isMinimum, answer) = (true, .value)
      case "argmax": (isMinimum, answer) = (false, .point)
      case "argmin": (isMinimum, answer) = (true, .point)
      case "maximize": (isMinimum, answer) = (false, .solution)
      case "minimize": (isMinimum, answer) = (true, .solution)
      default: return nil
      }
    }
  }

  /// The solver of a problem over a set that names none: an annotation may ask for a certificate or both sides.
  private func defaultSolver(_ goal: Goal, _ wanted: Guarantee?) -> String {
    switch wanted {
    case .bounds: "bab"
    case .upper where !goal.isMinimum, .lower where goal.isMinimum: "crown"
    default: "pgd"
    }
  }
  private func choiceReason(affine: Bool, _ wanted: Guarantee?) -> String {
    if affine { return "the body is affine in the variable and the set knows its support function, or the set is finite" }
    return wanted.map { "the annotation asks for \($0.rawValue)" } ?? "the body is differentiable and not affine"
  }

  /// The solver's code and the problem, as one `solve` op: derivatives use the problem, the run the code.
  func solve(_ f: Function, over set: Object, _ like: Value, by solver: Object, _ b: Binder, _ span: SourceSpan) throws -> (Value, Value) {
    let bodySpan = b.body.span
    guard let leaves = like.vectorLeaves else { throw fail(.notAVector, "\(like.typeName) is no vector", at: span) }
    let problem = Builder(parent: builder)
    let parameters = leaves.map { problem.parameter($0.type) }
    let body = try uncounted { try within(problem) {
      try pure("inside a body that is solved over") {
        try scalarObjective(try apply(.function(f), [like.replacingVector(parameters.map { TensorValue($0) })], span), bodySpan)
      }
    } }
    let code = Builder(parent: builder)
    let (point, value) = try within(code) {
      try pure("inside a body that is solved over") { () throws -> (Value, Node) in
        let answer = try callMethod("maximize", of: solver, [.function(f), .object(set)], span)
        let point = answer[field: "point"] ?? answer
        guard point.matches(like), let found = point.vectorLeaves, zip(found, leaves).allSatisfy({ $0.shape == $1.shape }) else {
          throw fail(.solverBroken, "`\(solver.template.name)` gave \(point.typeName) where a point of the set was wanted", at: span)
        }
        let value = try scalarObjective(try apply(.function(f), [point], span), bodySpan)
        if library.isUserFile(solver.template.declaration.name.span.file) { try requireInside(set, point, solver, b, span) }
        // A point outside the set bounds nothing.
        return (point, try inside(set, point, value, span))
      }
    }
    let results = within(code) { (point.vectorLeaves ?? []).map { node($0) } } + [value]
    let (movement, followed, follows) = try movement(of: set, like, by: solver, span)
    let outputs = placeSolve(
      [problem, code, movement], [[body], results, [followed]], own: [leaves.count, 0, 2 * leaves.count],
      [
        "goal": .text("max"), "solver": .text(solver.template.name), "points": .int(leaves.count), "derivative": .text("danskin"),
        "follows": .bool(follows),
      ])
    return (
      point.replacingVector(outputs.prefix(leaves.count).map { TensorValue($0) }), .node(outputs[leaves.count])
    )
  }

  /// A point that a solver of the script's own gives lies in the set; else the program says so and stops.
  private func requireInside(_ set: Object, _ point: Value, _ solver: Object, _ b: Binder, _ span: SourceSpan) throws {
    guard let member = try callMethod("contains", of: set, [point], span).tensor else { return }
    let message = "the point that `\(solver.template.name)` gives lies outside the set, so it bounds nothing; `S.project(x)` moves it inside"
    _ = try emit1(.require, [node(member)], ["message": .text(message)], at: b.solver?.span ?? span)
  }

  /// How the value of a problem follows its set: `(x leaves…, g leaves…) → ⟨g, y⟩` with y the point that x becomes as the set changes, for
  /// derivatives in what the set is made of. Of a set for which that is not known: whether it contains x, which tells what it is made of.
  private func movement(of set: Object, _ like: Value, by solver: Object, _ span: SourceSpan) throws -> (Builder, Node, follows: Bool) {
    func region(_ result: (Value, Value) throws -> Value) throws -> (Builder, Node) {
      let region = Builder(parent: builder)
      let leaves = like.vectorLeaves ?? []
      let x = like.replacingVector(leaves.map { TensorValue(region.parameter($0.type)) })
      let g = like.replacingVector(leaves.map { TensorValue(region.parameter($0.type)) })
      let value = try uncounted { try within(region) { try pure("inside a body that is solved over") { try result(x, g) } } }
      guard let tensor = value.tensor else { throw fail(.solverBroken, "the extent of this set is no number", at: span) }
      return (region, within(region) { node(tensor) })
    }
    do {
      let (followed, value) = try region { x, g in
        // An affine function is largest where the set reaches furthest along its gradient.
        if isExact(solver) { return try callPrelude("dot", [g, try callMethod("argsupport", of: set, [g], span)], span) }
        return try callPrelude("follow", [.object(set), x, g], span)
      }
      return (followed, value, true)
    } catch is Failure {
      let (fixed, value) = try region { x, _ in try callMethod("contains", of: set, [x], span) }
      return (fixed, value, false)
    }
  }

  /// A `solve` op with its regions, each of which has parameters of its own before what it captures.
  private func placeSolve(_ regions: [Builder], _ results: [[Node]], own: [Int], _ attributes: Attributes) -> [Node] {
    let captures = Builder.shareCaptures(regions, own: own, results: results)
    let graphs = zip(regions, results).map { $0.finish($1) }
    return builder.place(.solve, captures, attributes, regions: graphs, types: graphs[1].resultTypes)
  }

  /// Whether a function of a vector is affine, by the traits of the ops in its body.
  func isAffine(_ f: Function, _ like: Value, _ span: SourceSpan) throws -> Bool {
    let trial = Builder(parent: builder)
    let leaves = like.vectorLeaves ?? []
    let parameters = leaves.map { trial.parameter($0.type) }
    let value = try uncounted { try within(trial) {
      try pure("inside a body that is solved over") {
        valueOf(try withFreshOccurrences { try apply(.function(f), [like.replacingVector(parameters.map { TensorValue($0) })], span) })
      }
    } }
    guard let result = value.tensor, case .node(let node) = result.source else { return true }
    return within(trial) { trial.finish([node]) }.isAffine(inFirst: leaves.count)
  }

  // MARK: argmin from a start

  func minimisation(
    _ b: Binder, _ clause: BinderClause, _ startExpression: Expression, _ within: Expression?, _ step: Pattern?, _ scope: Scope,
    _ span: SourceSpan
  ) throws -> Value {
    guard let goal = Goal(b.word.text) else {
      throw fail(
        .binderDoesNotFit, "`\(b.word.text)` does not start from a point", at: b.word.span,
        notes: ["from a start: argmin, min, minimize, argmax, max, maximize"])
    }
    let place = key.folding(b.word.text, occurrence(b.word.text))
    let start = try realVector(try withKey(place.folding("start")) { try instantiated(try evaluate(startExpression, scope), startExpression.span) }, startExpression.span)
    let set = try within.map { try instantiated(try evaluate($0, scope), $0.span) }
    let solver = try chosenSolver(b, scope, steps: true) ?? solverNamed(set == nil ? "lbfgs" : "projected", [], span)
    noteChoice(b, solver, why: b.solver == nil ? "the default for minimisations \(set == nil ? "without" : "with") a set" : nil, span)
    guard solver.template.method("step") != nil else { throw cannotSolve(solver, "a minimisation from a start", needs: "step", b, span) }
    let steps = try stepCount(of: solver, b, span)
    let problem = MinimisationProblem(
      binder: b, clause: clause, goal: goal, start: start, set: try set.map { try shapedLike($0, start, span) }, solver: solver, steps: steps,
      step: step, scope: scope, key: place, span: span)
    return try problem.elaborate(self)
  }

  private func shapedLike(_ set: Value, _ start: Value, _ span: SourceSpan) throws -> Value {
    guard var object = set.object, object.template.keyword == .set else {
      throw fail(.setWanted, "a minimisation is constrained by a set, and this is \(set.typeName)", at: span)
    }
    if try like(of: object, span) == nil { object.like = try zerosLike(start, span) }
    return .object(object)
  }

  /// A point of a vector space: literals become Real.
  func realVector(_ value: Value, _ span: SourceSpan) throws -> Value {
    guard let leaves = value.vectorLeaves, !leaves.isEmpty else {
      throw fail(
        .notAVector, "\(value.typeName) is no vector", at: span,
        notes: ["a vector is made of Real tensors, records, tuples and models of them"])
    }
    return value.replacingVector(try leaves.map { leaf in
      if !leaf.dtype.isDifferentiable, !leaf.isFlexible { _ = try realNode(leaf, span) }
      return try realValue(leaf)
    })
  }

  private func stepCount(of solver: Object, _ b: Binder, _ span: SourceSpan) throws -> Dim {
    guard let steps = solver.field("steps")?.tensor else { return Dim(1000) }
    guard let count = steps.size else {
      throw fail(.sizeNotKnown, "the number of steps must be known before the program runs", at: b.solver?.span ?? span)
    }
    if let n = count.constant, n < 0 { throw fail(.badOption, "the number of steps is at least 0, and this is \(n)", at: b.solver?.span ?? span) }
    return count
  }
}

import Diagnostics
import Ops
import Syntax
import Transforms

/// Problems that a solver answers: over sets, from a start, over distributions, at a point.
extension Elaborator {
  // MARK: max, min over a set

  func overSet(_ b: Binder, _ clause: BinderClause, _ set: Value, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    guard var object = set.object else { throw Failure() }
    if let type = clause.type, let like = try exemplar(of: type, scope) { object.like = like }
    guard let like = try like(of: object, span) else {
      throw fail(
        .shapeOfSetUnknown, "the shape of this set is not known", at: clause.pattern.span,
        notes: ["write `S[64]`, `S.like(x)`, `x + S`, or annotate the variable: `d: Real[64] in S`"])
    }
    object.like = like
    if b.word.text == "forall" || b.word.text == "exists" { return try verdict(b, clause, object, like, scope, span) }
    guard let goal = Goal(b.word.text) else {
      throw fail(
        b.word.text == "range" ? .notYet : .binderDoesNotFit, "`\(b.word.text)` over a set is not supported in this edition",
        at: b.word.span, notes: ["over a set: max, min, argmax, argmin, maximize, minimize, forall, exists"])
    }
    let place = key.folding(b.word.text, occurrence(b.word.text))
    let plain = objective(b, clause, scope, key: place)
    let f = goal.isMinimum ? negated(plain) : plain
    let chosen = try chosenSolver(b, scope)
    let affine = chosen == nil && hasSupport(object, span) ? try isAffine(f, like, span) : false
    let solver = try chosen ?? solverNamed(affine ? "exact" : "pgd", [], span)
    guard solver.template.method("maximize") != nil else { throw cannotSolve(solver, "a problem over a set", needs: "maximize", b, span) }
    if solver.template.name == "exact", try !(chosen == nil ? affine : isAffine(f, like, span)) {
      throw fail(
        .solverCannot, "`exact` needs a body that is affine in `\(library.sources.text(clause.pattern.span))`", at: b.solver?.span ?? span,
        notes: ["`pgd` searches for a lower bound"])
    }
    let (point, value) = try solve(f, over: object, like, by: solver, b.body.span, span)
    let exact = solver.template.name == "exact"
    let signed = goal.isMinimum ? try unary(.minus, value, span, span) : value
    switch goal.answer {
    case .point: return point
    case .value:
      return exact ? signed : .guarded(goal.isMinimum ? .upper : .lower, [Field(name: "value", value: signed), Field(name: "point", value: point)])
    case .solution:
      return .guarded(.solution, [Field(name: "point", value: point), Field(name: "value", value: signed)])
    }
  }

  /// Whether a set knows its support function.
  private func hasSupport(_ set: Object, _ span: SourceSpan) -> Bool {
    if set.template.property("has_support") != nil {
      return (try? member(set, Name("has_support", span), span).tensor?.truth) ?? false
    }
    return set.template.method("argsupport") != nil
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

  private func negated(_ f: Function) -> Function {
    Function(native: "objective", ["x"], holds: Held([.function(f)])) { e, arguments, span in
      try e.unary(.minus, e.valueOf(try e.apply(.function(f), [arguments[0]], span)), span, span)
    }
  }

  /// The solver's code and the problem, as one `solve` op: derivatives use the problem, the run the code.
  func solve(_ f: Function, over set: Object, _ like: Value, by solver: Object, _ bodySpan: SourceSpan, _ span: SourceSpan) throws -> (Value, Value) {
    guard let leaves = like.vectorLeaves else { throw fail(.notAVector, "\(like.typeName) is no vector", at: span) }
    let problem = Builder(parent: builder)
    let parameters = leaves.map { problem.parameter($0.type) }
    let body = try within(problem) {
      try pure("inside a body that is solved over") {
        try scalarObjective(try apply(.function(f), [like.replacingVector(parameters.map { TensorValue($0) })], span), bodySpan)
      }
    }
    let code = Builder(parent: builder)
    let (point, value) = try within(code) {
      try pure("inside a body that is solved over") { () throws -> (Value, Node) in
        let answer = try callMethod("maximize", of: solver, [.function(f), .object(set)], span)
        let point = answer[field: "point"] ?? answer
        guard point.matches(like), let found = point.vectorLeaves, zip(found, leaves).allSatisfy({ $0.shape == $1.shape }) else {
          throw fail(.solverBroken, "`\(solver.template.name)` gave \(point.typeName) where a point of the set was wanted", at: span)
        }
        let value = try scalarObjective(try apply(.function(f), [point], span), bodySpan)
        // A point outside the set bounds nothing.
        let inside = try callMethod("contains", of: set, [point], span)
        guard let member = inside.tensor, member.dtype == .bool else {
          throw fail(.solverBroken, "`contains` of this set gave no truth value", at: span)
        }
        return (point, Node.select(node(member), value, builder.fill(-.infinity, like: value)))
      }
    }
    let results = within(code) { (point.vectorLeaves ?? []).map { node($0) } } + [value]
    let outputs = placeSolve(
      problem, code, points: leaves.count, body: body, results: results, goal: "max", solver: solver.template.name,
      derivative: "danskin")
    return (
      point.replacingVector(outputs.prefix(leaves.count).map { TensorValue($0) }), .node(outputs[leaves.count])
    )
  }

  private func placeSolve(
    _ problem: Builder, _ code: Builder, points: Int, body: Node, results: [Node], goal: String, solver: String, derivative: String
  ) -> [Node] {
    let captures = Builder.shareCaptures([problem, code], own: [points, 0], results: [[body], results])
    let regions = [problem.finish([body]), code.finish(results)]
    return builder.place(
      .solve, captures,
      ["goal": .text(goal), "solver": .text(solver), "points": .int(points), "derivative": .text(derivative)],
      regions: regions, types: regions[1].resultTypes)
  }

  /// Whether a function of a vector is affine, by the traits of the ops in its body.
  func isAffine(_ f: Function, _ like: Value, _ span: SourceSpan) throws -> Bool {
    let trial = Builder(parent: builder)
    let leaves = like.vectorLeaves ?? []
    let parameters = leaves.map { trial.parameter($0.type) }
    let value = try within(trial) {
      try pure("inside a body that is solved over") {
        valueOf(try withFreshOccurrences { try apply(.function(f), [like.replacingVector(parameters.map { TensorValue($0) })], span) })
      }
    }
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
    let solver = try chosenSolver(b, scope) ?? solverNamed(set == nil ? "lbfgs" : "projected", [], span)
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
    return value.replacingVector(try leaves.map { TensorValue(try realNode($0, span)) })
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

/// `argmin θ [in S] from θ0 [at step t] { f } by solver`: the loop over the solver's `step`.
struct MinimisationProblem {
  let binder: Binder
  let clause: BinderClause
  let goal: Elaborator.Goal
  let start: Value
  let set: Value?
  let solver: Object
  let steps: Dim
  let step: Pattern?
  let scope: Scope
  let key: DrawKey
  let span: SourceSpan

  func elaborate(_ e: Elaborator) throws -> Value {
    guard let leaves = start.vectorLeaves else { throw Failure() }
    let types = leaves.map { $0.type }
    let unrolled = solver.field("unrolled")?.tensor?.truth == true
    let problem = Builder(parent: e.builder)
    let parameters = types.map { problem.parameter($0) }
    // For derivatives the objective is that of the last iteration.
    let body = try e.within(problem) {
      try e.pure("inside a body that is solved over") {
        try self.value(of: self.objective(e, e.node(TensorValue(size: steps))), self.start.replacingVector(parameters.map { TensorValue($0) }), e)
      }
    }
    let draws = problem.graph.containsRandom
    let code = Builder(parent: e.builder)
    var like = start
    let results = try e.within(code) {
      try e.pure("inside a body that is solved over") { try self.iterate(e, &like) }
    }
    let names = ["value", "history", "moved"]
    let outputs: [Node]
    if unrolled {
      let graph = code.finish(results)
      outputs = e.builder.inline(graph, code.captures)
    } else {
      let captures = Builder.shareCaptures([problem, code], own: [types.count, 0], results: [[body], results])
      let regions = [problem.finish([body]), code.finish(results)]
      outputs = e.builder.place(
        .solve, captures,
        [
          "goal": .text("argmin"), "solver": .text(solver.template.name), "points": .int(types.count),
          "derivative": .text(derivative(draws: draws)),
        ], regions: regions, types: regions[1].resultTypes)
    }
    let point = start.replacingVector(outputs.prefix(types.count).map { TensorValue($0) })
    var parts: [String: Value] = [:]
    for (name, node) in zip(names, outputs.dropFirst(types.count)) {
      let flipped = !goal.isMinimum && name != "moved" ? -node : node
      parts[name] = .node(flipped)
    }
    switch goal.answer {
    case .point: return point
    case .value: return parts["value"] ?? .unit
    case .solution:
      let cost = Value.record([Field(name: "evaluations", value: .tensor(TensorValue(size: steps * Dim(max(1, evaluations.count)))))])
      let converged = try e.callPrelude("has_converged", [point, parts["moved"] ?? .unit], span)
      return .guarded(.solution, [
        Field(name: "point", value: point), Field(name: "value", value: parts["value"] ?? .unit),
        Field(name: "history", value: parts["history"] ?? .unit), Field(name: "converged", value: converged), Field(name: "cost", value: cost),
      ])
    }
  }

  /// How often the objective stands in one step.
  private final class Counter { var count = 0 }
  private let evaluations = Counter()

  /// The derivative of the solution: by the implicit function theorem where it is stationary, else a reason why not.
  private func derivative(draws: Bool) -> String {
    if set != nil { return "the solution is constrained by a set, so it need not be stationary; `unroll(\(solver.template.name)(…))` differentiates the iterations" }
    if draws { return "the objective draws at random, so the solution is not stationary; `unroll(\(solver.template.name)(…))` differentiates the iterations" }
    guard solver.template.property("stationary") != nil else {
      return "`\(solver.template.name)` need not reach a stationary point; `unroll(\(solver.template.name)(…))` differentiates its iterations, lbfgs and newton by the implicit function theorem"
    }
    return "implicit"
  }

  private func objective(_ e: Elaborator, _ t: Node) -> Function {
    let inner = e.objective(binder, clause, scope, step: step.map { ($0, t) }, key: key.folding(t))
    guard !goal.isMinimum else { return inner }
    return Function(native: "objective", ["x"]) { e, arguments, span in
      try e.unary(.minus, e.valueOf(try e.apply(.function(inner), [arguments[0]], span)), span, span)
    }
  }
  private func value(of f: Function, _ point: Value, _ e: Elaborator) throws -> Node {
    evaluations.count += 1
    let value = try e.apply(.function(f), [point], span)
    // A least-squares solver is given the residuals, and minimises half their square norm.
    let isSquared = solver.template.property("least_squares") != nil
    return try e.scalarObjective(isSquared ? e.callPrelude("half_squares", [value], span) : value, binder.body.span)
  }

  /// The loop: point leaves, value at the end, history, and how far the last step went.
  private func iterate(_ e: Elaborator, _ like: inout Value) throws -> [Node] {
    let place = key.folding("solver")
    let state = solver.template.method("state") == nil
      ? Value.unit : try e.withKey(place.folding("state")) { try e.callMethod("state", of: solver, [start], span) }
    let first = start.leaves.map { e.node($0) }
    let stateLeaves = state.leaves.map { e.node($0) }
    let zero = e.builder.fill(0, TensorType(e.real))
    let inner = Builder(parent: e.builder)
    let t = inner.parameter(TensorType(.int), name: "t")
    let carries = (first + stateLeaves + [zero, zero]).map { inner.parameter($0.type) }
    let results = try e.within(inner) { () throws -> [Node] in
      let point = start.replacing(carries.prefix(first.count).map { TensorValue($0) })
      let s = state.replacing(carries.dropFirst(first.count).prefix(stateLeaves.count).map { TensorValue($0) })
      let f = self.objective(e, t)
      let counted = Function(native: "objective", ["x"]) { e, arguments, span in
        evaluations.count += 1
        return e.valueOf(try e.apply(.function(f), [arguments[0]], span))
      }
      let now = try self.value(of: f, point, e)
      let (next, nextState) = try e.withKey(place.folding(t)) { try self.oneStep(e, point, s, counted, t) }
      let typedState = state.replacing(zip(state.leaves, stateLeaves).map { $0.typed($1.type) })
      let fitted = try e.fit(next, like: point, span) { "the point of `\(solver.template.name)`" }
      let fittedState = try e.fit(nextState, like: typedState, span) { "the state of `\(solver.template.name)`" }
      let difference = try e.binary(.subtract, fitted, point, span, span, span)
      guard let moved = try e.callPrelude("norm", [difference], span).tensor else { throw Failure() }
      return fitted.leaves.map { e.node($0) } + fittedState.leaves.map { e.node($0) } + [now, e.node(moved), now]
    }
    let domain = FiniteDomain(count: steps, element: { index, _, _ in .node(index) }, span: span)
    let monitor = first.count + stateLeaves.count
    let outputs = e.placeLoop(
      domain, inner, carries: first + stateLeaves + [zero, zero], xs: [], results: Array(results.dropLast()),
      stacked: [results[results.count - 1]], ["progress": .text(solver.template.name), "monitor": .int(monitor)])
    let point = start.replacing(outputs.prefix(first.count).map { TensorValue($0) })
    let last = try value(of: objective(e, e.node(TensorValue(size: steps))), point, e)
    let vector = point.vectorLeaves ?? []
    return vector.map { e.node($0) } + [last, outputs[monitor + 2], outputs[monitor + 1]]
  }

  private func oneStep(_ e: Elaborator, _ point: Value, _ s: Value, _ f: Function, _ t: Node) throws -> (Value, Value) {
    guard let method = solver.template.method("step") else { throw Failure() }
    var arguments = [point, s, .function(f), .node(t)]
    if method.parameters.count == 5 { arguments.append(set ?? .unit) } else if set != nil {
      throw e.fail(
        .solverCannot, "`\(solver.template.name)` takes no constraint", at: binder.solver?.span ?? span, notes: ["`projected` does"])
    }
    let answer = try e.apply(.function(e.bound(method, solver)), arguments, span)
    guard case .tuple(let parts) = answer, parts.count == 2 else { return (answer, .unit) }
    return (parts[0], parts[1])
  }
}

import Diagnostics
import Ops
import Syntax

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
    let kept = try e.checkpointAttributes(solver, unrolled: unrolled, at: binder.solver?.span ?? span)
    let problem = Builder(parent: e.builder)
    let parameters = types.map { problem.parameter($0) }
    // For derivatives the objective is that of the last iteration.
    let body = try e.uncounted { try e.within(problem) {
      try e.pure("inside a body that is solved over") {
        try self.value(of: self.objective(e, e.node(TensorValue(size: steps))), self.start.replacingVector(parameters.map { TensorValue($0) }), e)
      }
    } }
    let draws = problem.graph.containsRandom
    let code = Builder(parent: e.builder)
    let (results, state) = try e.within(code) {
      try e.pure("inside a body that is solved over") { try self.iterate(e, kept) }
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
      let end = state.replacing(outputs.dropFirst(types.count + names.count).map { TensorValue($0) })
      let cost = Value.record([Field(name: "evaluations", value: .tensor(TensorValue(size: steps * Dim(evaluations.count) + Dim(1))))])
      let converged = try e.callPrelude("has_converged", [point, parts["moved"] ?? .unit], span)
      return .guarded(.solution, [
        Field(name: "point", value: point), Field(name: "value", value: parts["value"] ?? .unit),
        Field(name: "history", value: parts["history"] ?? .unit), Field(name: "converged", value: converged), Field(name: "cost", value: cost),
        Field(name: "state", value: end),
      ])
    }
  }

  /// How often the objective stands in one step; one evaluation more is at the end.
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
    let value = try e.apply(.function(f), [point], span)
    // A least-squares solver is given the residuals, and minimises half their square norm.
    let isSquared = solver.template.property("least_squares") != nil
    return try e.scalarObjective(isSquared ? e.callPrelude("half_squares", [value], span) : value, binder.body.span)
  }

  /// The loop: point leaves, value at the end, history, how far the last step went, and leaves of the solver's state, which is told too.
  private func iterate(_ e: Elaborator, _ kept: Attributes) throws -> ([Node], Value) {
    let place = key.folding("solver")
    let state = solver.template.method("state") == nil
      ? Value.unit : try e.withKey(place.folding("state")) { try e.callMethod("state", of: solver, [start], span) }
    let first = start.leaves.map { e.node($0) }
    let stateLeaves = state.leaves.map { e.node($0) }
    let zero = e.builder.fill(0, TensorType(e.real))
    let inner = Builder(parent: e.builder)
    let t = inner.parameter(TensorType(.int), name: "t")
    let carries = (first + stateLeaves + [zero, zero]).map { inner.parameter($0.type) }
    let results = try e.repeated(steps) { try e.within(inner) { () throws -> [Node] in
      let point = start.replacing(carries.prefix(first.count).map { TensorValue($0) })
      let s = state.replacing(carries.dropFirst(first.count).prefix(stateLeaves.count).map { TensorValue($0) })
      let f = self.objective(e, t)
      let counted = Function(native: "objective", ["x"]) { e, arguments, span in
        evaluations.count += 1
        return e.valueOf(try e.apply(.function(f), [arguments[0]], span))
      }
      let (next, nextState, told) = try e.withKey(place.folding(t)) { try self.oneStep(e, point, s, counted, t) }
      // A step that knows about the value, for the report of progress, or how far it went, spares an evaluation or a copy of the point.
      let now = try self.value(of: f, point, e)
      let reported = try told?[field: "value"].map { try e.scalarObjective($0, span) } ?? now
      let typedState = state.replacing(zip(state.leaves, stateLeaves).map { $0.typed($1.type) })
      let fitted = try e.fit(next, like: point, span) { "the point of `\(solver.template.name)`" }
      let fittedState = try e.fit(nextState, like: typedState, span) { "the state of `\(solver.template.name)`" }
      let length = try told?[field: "moved"] ?? e.callPrelude("norm", [e.binary(.subtract, fitted, point, span, span, span)], span)
      let moved = TensorValue(try e.scalarObjective(length, span))
      return fitted.leaves.map { e.node($0) } + fittedState.leaves.map { e.node($0) } + [reported, e.node(moved), now]
    } }
    let domain = FiniteDomain(count: steps, element: { index, _, _ in .node(index) }, span: span)
    let monitor = first.count + stateLeaves.count
    var attributes: Attributes = ["progress": .text(solver.template.name), "monitor": .int(monitor), "monitorName": .text("loss")]
    for entry in kept.entries { attributes[entry.name] = entry.value }
    let outputs = e.placeLoop(
      domain, inner, carries: first + stateLeaves + [zero, zero], xs: [], results: Array(results.dropLast()),
      stacked: [results[results.count - 1]], attributes)
    let point = start.replacing(outputs.prefix(first.count).map { TensorValue($0) })
    let last = try value(of: objective(e, e.node(TensorValue(size: steps))), point, e)
    // A solution at which the objective is no number is none.
    let isNumber = e.builder.emit1(.eq, [last, last])
    _ = e.builder.emit1(.require, [isNumber], ["message": .text("the objective is NaN where `\(solver.template.name)` ended, so nothing was minimised"), "isNaN": .bool(true)])
    let vector = point.vectorLeaves ?? []
    let end = Array(outputs[first.count..<monitor])
    return (vector.map { e.node($0) } + [last, outputs[monitor + 2], outputs[monitor + 1]] + end, state.replacing(end.map { TensorValue($0) }))
  }

  /// `(point, state)`, or `(point, state, {value, moved})` of a solver that knows these, the value perhaps roughly.
  private func oneStep(_ e: Elaborator, _ point: Value, _ s: Value, _ f: Function, _ t: Node) throws -> (Value, Value, Value?) {
    guard let method = solver.template.method("step") else { throw Failure() }
    var arguments = [point, s, .function(f), .node(t)]
    if method.parameters.count == 5 { arguments.append(set ?? .unit) } else if set != nil {
      throw e.fail(
        .solverCannot, "`\(solver.template.name)` takes no constraint", at: binder.solver?.span ?? span, notes: ["`projected` does"])
    }
    let answer = try e.apply(.function(e.bound(method, solver)), arguments, span)
    guard case .tuple(let parts) = answer, (2...3).contains(parts.count) else { return (answer, .unit, nil) }
    return (parts[0], parts[1], parts.count == 3 ? parts[2] : nil)
  }
}

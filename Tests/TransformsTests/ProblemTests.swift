import Ops
import Testing

@testable import Transforms

@Suite struct ProblemTests {
  /// Ridge regression, solved in closed form, with its objective as the body.
  private func ridge(_ rows: Int, _ columns: Int, derivative: String = "implicit") -> Graph {
    let captures = [matrix(rows, columns), vector(rows), scalar]
    let objective = build([vector(columns)] + captures) { b, p in
      let error = b.matmul(p[1], p[0].reshape([Dim(columns), 1])).reshape([Dim(rows)]) - p[2]
      return [(error * error).total + p[3] * (p[0] * p[0]).total]
    }
    let solution = build(captures) { b, p in
      let theta = closedForm(b, p)
      return [theta] + b.inline(objective, [theta] + p)
    }
    return build(captures) { b, p in
      b.place(
        .solve, p,
        ["goal": .text("argmin"), "solver": .text("ridge"), "points": .int(1), "derivative": .text(derivative)],
        regions: [objective, solution], types: solution.resultTypes)
    }
  }

  private func closedForm(_ b: Builder, _ p: [Node]) -> Node {
    let (rows, columns) = (p[0].shape[0], p[0].shape[1])
    let gram = b.matmul(p[0].T, p[0])
    let row = b.emit1(.iota, [], ["shape": .dims([columns, columns]), "axis": .int(0), "dtype": .dtype(.int)])
    let column = b.emit1(.iota, [], ["shape": .dims([columns, columns]), "axis": .int(1), "dtype": .dtype(.int)])
    let ridge = gram + b.emit1(.eq, [row, column]).convert(.f64) * p[2].broadcast(to: [columns, columns])
    return b.emit1(.linearSolve, [ridge, b.matmul(p[0].T, p[1].reshape([rows, 1]))]).reshape([columns])
  }

  private func data(_ rows: Int, _ columns: Int) -> [Value] {
    var numbers = Numbers(41)
    return [numbers.value([rows, columns]), numbers.value([rows]), Value(0.7)]
  }

  @Test func implicitDerivatives() throws {
    try checkDerivatives(ridge(5, 2), data(5, 2), order: 2)
  }

  @Test func implicitAgreesWithTheClosedForm() throws {
    let direct = build([matrix(4, 3), vector(4), scalar]) { b, p in [closedForm(b, p)] }
    let x = data(4, 3)
    let u = Value([0.3, -0.2, 0.9])
    let expected = try run(pullbackGraph(direct), x + [u])
    let found = try run(pullbackGraph(ridge(4, 3)), x + [u, Value(0)])
    for (a, b) in zip(expected, found) { #expect(zip(a.elements, b.elements).allSatisfy { close($0, $1, 1e-9) }) }
  }

  @Test func implicitLanes() throws {
    let (one, two) = (data(4, 2), data(4, 2).map { Value($0.elements.map { $0 * 0.8 + 0.1 }, $0.shape) })
    let lanes = zip(one, two).map { Value($0.elements + $1.elements, [2] + $0.shape) }
    try checkBatch(ridge(4, 2), lanes, batched: [true, true, true], 2)
    try checkBatch(ridge(4, 2), [one[0], lanes[1], one[2]], batched: [false, true, false], 2, order: 0)
  }

  /// More unknowns than the dense limit: conjugate gradients, on `Σ (1 + c²) θ² − 2 b θ` with θ = b / (1 + c²).
  @Test func conjugateGradients() throws {
    let n = 300
    let objective = build([vector(n), vector(n), scalar]) { _, p in
      let weight = (p[2] * p[2] + 1).broadcast(to: [Dim(n)])
      return [(weight * p[0] * p[0] - p[1] * p[0] * 2).total]
    }
    let solution = build([vector(n), scalar]) { b, p in
      let theta = p[0] / (p[1] * p[1] + 1).broadcast(to: [Dim(n)])
      return [theta] + b.inline(objective, [theta] + p)
    }
    let graph = build([vector(n), scalar]) { b, p in
      let out = b.place(
        .solve, p, ["goal": .text("argmin"), "solver": .text("exact"), "points": .int(1), "derivative": .text("implicit")],
        regions: [objective, solution], types: solution.resultTypes)
      return [(out[0] * out[0]).total]
    }
    var numbers = Numbers(9)
    let b = numbers.value([n])
    try checkDerivatives(graph, [b, Value(0.6)], order: 2)
    try checkBatch(graph, [b, Value([0.6, -0.2])], batched: [false, true], 2, order: 1)
  }

  /// The largest of `c·θ` over θ = ±1 and its tangent with the point held. Danskin's theorem gives no second derivative.
  @Test func danskin() throws {
    let body = build([vector(3), vector(3)]) { _, p in [(p[0] * p[1]).total] }
    let solution = build([vector(3)]) { _, p in [p[0].applying(.sign), p[0].applying(.abs).total] }
    let graph = build([vector(3)]) { b, p in
      let out = b.place(
        .solve, p, ["goal": .text("max"), "solver": .text("corners"), "points": .int(1), "derivative": .text("danskin")],
        regions: [body, solution], types: solution.resultTypes)
      return [out[1] * out[1]]
    }
    let x = Value([0.4, -1.2, 2])
    try checkDerivatives(graph, [x])
    #expect(throws: TransformError.self) { try checkDerivatives(graph, [x], order: 2) }
    try checkBatch(graph, [Value(x.elements + [-1, 0.5, -0.3], [2, 3])], batched: [true], 2, order: 0)
  }

  @Test func aReasonIsARefusal() throws {
    let graph = ridge(3, 2, derivative: "the solver draws random points")
    let b = Builder()
    let x = graph.parameterTypes.map { b.parameter($0) }
    do {
      _ = try vjp(graph, into: b, x, active: [true, true, true])
      Issue.record("differentiated")
    } catch { #expect(error.message.contains("draws random points")) }
  }
}

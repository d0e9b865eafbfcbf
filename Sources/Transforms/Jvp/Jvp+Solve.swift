import Ops

extension Differentiator {
  /// The tangents of a solved problem, at its solution.
  func solve(_ operation: Operation, of graph: Graph, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let y = b.copy(operation, of: graph, x)
    let points = Array(y[..<operation.attributes.int("points")])
    let body = operation.regions[0]
    // The value has the tangent of the objective with the point held fixed: by Danskin's theorem, or because the point is
    // stationary.
    let value = try run(body, points + x, points.map { _ in nil } + dx).tangents[0]
    let dpoints: [Node?]
    switch operation.attributes.text("derivative") {
    case "danskin":
      try refuseMovingSet(operation, dx)
      dpoints = points.map { _ in nil }
    case "implicit": dpoints = try implicit(operation, points, x, dx)
    case let reason: throw TransformError("this `\(operation.attributes.text("goal"))` has no derivative: \(reason)", operation.origin)
    }
    let rest = y.count - points.count - 1
    return (y, dpoints + [value] + Array(repeating: nil, count: rest))
  }

  /// Danskin's theorem holds the set: where all that varies is on the solver's side of a problem, the derivative would be 0 whatever
  /// the body is.
  private func refuseMovingSet(_ operation: Operation, _ dx: [Node?]) throws(TransformError) {
    func used(_ graph: Graph, from first: Int) -> [Bool] {
      let ids = Set(graph.operations.flatMap(\.operands) + graph.results)
      return graph.parameters.dropFirst(first).map(ids.contains)
    }
    let (body, code) = (used(operation.regions[0], from: operation.attributes.int("points")), used(operation.regions[1], from: 0))
    let varying = dx.indices.filter { dx[$0] != nil }
    guard !varying.contains(where: { body[$0] }), varying.contains(where: { code[$0] }) else { return }
    throw TransformError(
      "the set of this `\(operation.attributes.text("goal"))` (or an option of its solver) varies with what is differentiated, and Danskin's theorem holds it fixed: move what varies into the body, as in `max d in S { f(x + d) }` for `max z in x + S { f(z) }`",
      operation.origin)
  }
}

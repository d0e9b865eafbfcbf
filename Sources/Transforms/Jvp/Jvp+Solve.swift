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
    case "danskin": dpoints = points.map { _ in nil }
    case "implicit": dpoints = try implicit(operation, points, x, dx)
    case let reason: throw TransformError("this `\(operation.attributes.text("goal"))` has no derivative: \(reason)", operation.origin)
    }
    let rest = y.count - points.count - 1
    return (y, dpoints + [value] + Array(repeating: nil, count: rest))
  }
}

import Ops

extension Differentiator {
  /// The tangents of a solved problem, at its solution.
  func solve(_ operation: Operation, of graph: Graph, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let y = b.copy(operation, of: graph, x)
    let points = Array(y[..<operation.attributes.int("points")])
    // The value has the tangent of the objective with the point held fixed: by Danskin's theorem, or because the point is
    // stationary.
    var value = try run(operation.regions[0], points + x, points.map { _ in nil } + dx).tangents[0]
    let dpoints: [Node?]
    switch operation.attributes.text("derivative") {
    case "danskin":
      if let moved = try movement(of: operation, points, x, dx) { value = value.map { $0 + moved } ?? moved }
      dpoints = points.map { _ in nil }
    case "implicit": dpoints = try implicit(operation, points, x, dx)
    case let reason: throw TransformError("this `\(operation.attributes.text("goal"))` has no derivative: \(reason)", operation.origin)
    }
    let rest = y.count - points.count - 1
    return (y, dpoints + [value] + Array(repeating: nil, count: rest))
  }

  /// Danskin's theorem tells how the value of a problem over a set changes, and nothing of its point. Second derivatives of the value
  /// ask for it.
  func unknownTangent(_ operation: Operation, ofResult k: Int, _ dx: [Node?]) -> TransformError? {
    guard operation.control == .solve, operation.attributes.text("derivative") == "danskin", k < operation.attributes.int("points"),
      dx.contains(where: { $0 != nil })
    else { return nil }
    return TransformError(
      "how the point of this `\(operation.attributes.text("goal"))` moves is not known: Danskin's theorem gives the first derivative of the value alone; `stop_gradient` of the point holds it where it is",
      operation.origin)
  }

  /// What the value gains as its set S moves: ⟨g, dy⟩ with g = ∇f(x*) and y the point of S that the solution x* becomes, which is x*
  /// itself where that lies inside S (see `follow` in stdlib/sets.ptb). By the envelope theorem nothing else of the solution matters
  /// (Bonnans and Shapiro 2000, chapter 4). nil where S stays as it is.
  private func movement(of operation: Operation, _ points: [Node], _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Node? {
    // A problem over the whole space has no set that could move.
    guard let movement = operation.regions.dropFirst(2).first else { return nil }
    let used = Set(movement.operations.flatMap(\.operands) + movement.results)
    let moves = zip(movement.parameters.dropFirst(2 * points.count), dx).contains { $1 != nil && used.contains($0) }
    guard moves else { return nil }
    // What is found by iteration has a derivative of the iterates only.
    guard operation.attributes.bool("follows"), !movement.containsLoop else {
      throw TransformError(
        "the set of this `\(operation.attributes.text("goal"))` varies with what is differentiated, which needs a set whose projection is known in closed form: move what varies into the body, as in `max d in S { f(x + d) }` for `max z in x + S { f(z) }`",
        operation.origin)
    }
    let gradient = b.inline(try gradientGraph(operation.regions[0], points: points.count), points + x)
    let held = points + gradient
    return try run(movement, held + x, held.map { _ in nil } + dx).tangents[0]
  }
}

extension Graph {
  fileprivate var containsLoop: Bool { operations.contains { $0.control == .forLoop || $0.control == .whileLoop || $0.regions.contains(where: \.containsLoop) } }
}

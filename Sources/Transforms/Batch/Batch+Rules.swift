import Ops

extension Batcher {
  /// Both regions over lanes; the tangent of an operand is batched where the operand is.
  func batchCustom(_ operation: Operation, of graph: Graph, _ x: [Lanes]) throws(TransformError) -> [Lanes] {
    let flags = x.map { $0.axis != nil }
    let differentiable = operation.operands.map { graph.type($0).dtype.isDifferentiable }
    func all(_ region: Graph) -> [Bool] { region.results.map { _ in true } }
    let primal = try region(operation.regions[0], batched: flags, results: all(operation.regions[0]))
    let tangent = try region(
      operation.regions[1], batched: flags + flags.filter(by: differentiable), results: all(operation.regions[1]))
    return place(operation, x, [primal, tangent])
  }

  /// A problem in each lane: the objective has one value a lane.
  func batchSolve(_ operation: Operation, of graph: Graph, _ x: [Lanes]) throws(TransformError) -> [Lanes] {
    let flags = x.map { $0.axis != nil }
    let points = Array(repeating: true, count: operation.attributes.int("points"))
    let body = try region(operation.regions[0], batched: points + flags, results: [true])
    let solution = try region(operation.regions[1], batched: flags, results: operation.regions[1].results.map { _ in true })
    let movement = try operation.regions.dropFirst(2).map { movement throws(TransformError) in
      try region(movement, batched: points + points + flags, results: [true])
    }
    return place(operation, x, [body, solution] + movement, results: 1)
  }

  private func place(_ operation: Operation, _ x: [Lanes], _ regions: [Graph], results region: Int = 0) -> [Lanes] {
    b.place(
      operation.decl, x.map { leading($0).node }, operation.attributes, regions: regions, types: regions[region].resultTypes
    ).map { Lanes($0, axis: 0) }
  }
}

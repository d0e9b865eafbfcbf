import Ops

extension Differentiator {
  /// The operation itself, so that later derivatives find its rule too, and its own tangent region.
  func custom(_ operation: Operation, of graph: Graph, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let y = b.copy(operation, of: graph, x)
    let rule = operation.regions[1]
    let differentiable = x.map(\.dtype.isDifferentiable)
    let (values, given) = (x.filter(by: differentiable), dx.filter(by: differentiable))
    let tangents: [Node?]
    switch mode {
    case .fused:
      tangents = b.inline(rule, x + zip(values, given).map { $1 ?? b.zeros($0.type) })
    case .split:
      // The rule may compute values on its way. Being linear in the tangents it is its own derivative at zero, and that is
      // emitted in the form that can be transposed.
      let zeros = values.map { b.zeros($0.type) }
      tangents = try run(rule, x + zeros, x.map { _ in nil } + given).tangents
    }
    // The region gives tangents of the differentiable results only.
    return (y, y.map(\.dtype.isDifferentiable).scatter(tangents).map { $0 ?? nil })
  }
}

import Ops

extension Differentiator {
  /// `if` whose branches give the tangents after the values: `if(condition, captures…, d captures…)`.
  func fusedIf(_ operation: Operation, of graph: Graph, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let active = dx.dropFirst().map { $0 != nil }
    let marks = Marking.tangents.results(of: operation, dx.map { $0 != nil })
    var regions: [Graph] = []
    for region in operation.regions {
      let inner = Builder(name: region.name)
      let captures = region.parameterTypes.map { inner.parameter($0) }
      let tangents = active.scatter(captures.filter(by: active).map { inner.parameter($0.type) })
      let dual = try Differentiator(inner, .fused).run(region, captures, tangents)
      let outputs = Self.materialize(dual.tangents, like: dual.results, marks, into: inner)
      regions.append(inner.finish(dual.results + outputs))
    }
    let types = operation.results.map(graph.type)
    let all = b.place(
      operation.decl, x + dx.dropFirst().compactMap { $0 }, operation.attributes, regions: regions,
      types: types + types.filter(by: marks))
    return (Array(all[..<types.count]), marks.scatter(Array(all[types.count...])))
  }
}

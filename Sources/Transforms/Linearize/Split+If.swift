import Ops

extension Differentiator {
  /// Two ifs on one condition: the first gives the values and the residuals of the branch taken, the second is linear.
  func splitIf(_ operation: Operation, of graph: Graph, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let captures = Array(x.dropFirst())
    let active = dx.dropFirst().map { $0 != nil }
    let marks = Marking.tangents.results(of: operation, dx.map { $0 != nil })
    var branches: [(builder: Builder, linear: Linearized, sources: [ResidualSource])] = []
    // Residuals of the two branches share slots of equal types.
    var slots: [TensorType] = []
    for region in operation.regions {
      let inner = Builder(name: region.name)
      let parameters = region.parameterTypes.map { inner.parameter($0) }
      let linear = try linearize(region, into: inner, parameters, active: active, inRegion: true)
      var free = Array(slots.indices)
      var sources: [ResidualSource] = []
      for residual in linear.residuals {
        if let k = inner.graph.parameters.firstIndex(of: residual.id) {
          sources.append(.capture(k))
        } else if let at = free.firstIndex(where: { slots[$0] == residual.type }) {
          sources.append(.slot(free.remove(at: at)))
        } else {
          sources.append(.slot(slots.count))
          slots.append(residual.type)
        }
      }
      branches.append((inner, linear, sources))
    }

    let types = operation.results.map(graph.type)
    let primal = branches.map { branch in
      var kept = [Node?](repeating: nil, count: slots.count)
      for (residual, source) in zip(branch.linear.residuals, branch.sources) {
        if case .slot(let k) = source { kept[k] = residual }
      }
      let results = branch.linear.results + zip(kept, slots).map { $0 ?? branch.builder.zeros($1) }
      return branch.builder.finish(results)
    }
    let all = b.place(operation.decl, x, operation.attributes, regions: primal, types: types + slots)
    let (y, kept) = (Array(all[..<types.count]), Array(all[types.count...]))

    // Operands of the linear `if`: captures that are residuals, the slots, the tangents.
    let used = Set(branches.flatMap(\.sources).compactMap { if case .capture(let k) = $0 { k } else { nil } }).sorted()
    let operands = used.map { captures[$0] } + kept + dx.dropFirst().compactMap { $0 }
    let regions = branches.map { branch in
      let inner = Builder(name: branch.builder.graph.name)
      let parameters = operands.map { inner.parameter($0.type) }
      let residuals = branch.sources.map { source in
        switch source {
        case .capture(let k): parameters[used.firstIndex(of: k)!]
        case .slot(let k): parameters[used.count + k]
        }
      }
      let tangents = active.scatter(Array(parameters[(used.count + kept.count)...]))
      let found = branch.linear.apply(tangents, residuals: residuals, into: inner)
      return inner.finish(Self.materialize(found, like: y, marks, into: inner))
    }
    let out = b.place(operation.decl, [x[0]] + operands, operation.attributes, regions: regions, types: types.filter(by: marks))
    return (y, marks.scatter(out))
  }

  /// Where a branch's residual comes from: what the `if` captures anyway, or an additional result.
  private enum ResidualSource {
    case capture(Int), slot(Int)
  }
}

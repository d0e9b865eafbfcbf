import Ops

extension Graph {
  /// The graph with numbers for its symbolic sizes; `dim` becomes a constant.
  ///
  /// Keeps: results for operands of these sizes. Needs: nothing. The extents of loop records stay dynamic.
  public func specialised(_ sizes: [Dim.Symbol: Int]) -> Graph {
    if sizes.isEmpty && !operations.contains(where: { $0.decl === OpDecl.dim || !$0.regions.isEmpty }) { return self }
    return Specialiser(values: sizes.mapValues { Dim($0) }).run(self)
  }

  /// The sizes that parameters of these shapes give to the symbols; nil if they do not fit the parameters' types.
  public func sizes(of shapes: [[Int]]) -> [Dim.Symbol: Int]? {
    guard shapes.count == parameters.count else { return nil }
    var sizes: [Dim.Symbol: Int] = [:]
    for (type, shape) in zip(parameterTypes, shapes) {
      guard type.rank == shape.count else { return nil }
      for (dim, extent) in zip(type.shape, shape) {
        if let symbol = dim.symbol, sizes[symbol] == nil { sizes[symbol] = extent }
      }
    }
    let values = sizes.mapValues { Dim($0) }
    for (type, shape) in zip(parameterTypes, shapes) {
      if type.shape.map({ $0.substituting(values) }) != shape.map({ Dim($0) }) { return nil }
    }
    return sizes
  }
}

private struct Specialiser {
  let values: [Dim.Symbol: Dim]

  func run(_ old: Graph) -> Graph {
    let graph = Graph(name: old.name)
    var map = [ValueID?](repeating: nil, count: old.valueCount)
    for id in old.parameters { map[id.index] = graph.addParameter(type(old.type(id))) }
    graph.operations.reserveCapacity(old.operations.count)
    for operation in old.operations {
      var new = self.operation(operation)
      new.operands = operation.operands.map { map[$0.index]! }
      new.results = operation.results.map { result in
        let id = graph.addValue(type(old.type(result)))
        map[result.index] = id
        return id
      }
      graph.operations.append(new)
    }
    for (id, name) in old.valueNames { if let new = map[id.index] { graph.valueNames[new] = name } }
    graph.results = old.results.map { map[$0.index]! }
    return graph
  }

  private func type(_ type: TensorType) -> TensorType {
    type.shape.constants != nil ? type : type.with(shape: type.shape.map { $0.substituting(values) })
  }

  private func operation(_ old: Operation) -> Operation {
    if old.decl === OpDecl.dim, let value = old.attributes.dims("dim")[0].substituting(values).constant {
      return Operation(
        decl: .fill, operands: [], results: old.results,
        attributes: ["value": .int(value), "dtype": .dtype(.int), "shape": .dims([])], origin: old.origin)
    }
    var new = old
    for entry in old.attributes.entries {
      guard case .dims(let dims) = entry.value, dims.constants == nil else { continue }
      var attributes = Attributes()
      for entry in new.attributes.entries {
        if case .dims(let dims) = entry.value {
          attributes[entry.name] = .dims(dims.map { $0.substituting(values) })
        } else {
          attributes[entry.name] = entry.value
        }
      }
      new.attributes = attributes
      break
    }
    new.regions = old.regions.map(run)
    return new
  }
}

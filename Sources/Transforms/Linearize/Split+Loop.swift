import Ops

extension Differentiator {
  /// Two loops: the first records the residuals of each iteration, the second is a linear `for` that reads them. A `while`
  /// becomes a `for` with the number of iterations that the first counted.
  func splitLoop(_ operation: Operation, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let layout = LoopLayout(operation)
    let loop = Marking.tangents.loop(operation, layout, dx.map { $0 != nil })
    let (count, consts, carries, xs) = layout.operands(x)
    let (_, dconsts, dcarries, dxs) = layout.operands(dx)
    let activeConsts = dconsts.map { $0 != nil }
    let activeXs = dxs.map { $0 != nil }

    let inner = layout.bodyBuilder()
    let parameters = (inner.index.map { [$0] } ?? []) + inner.consts + inner.carries + inner.xs
    let linear = try linearize(
      layout.body, into: inner.builder, parameters, active: layout.bodyFlags(activeConsts, loop.carries, activeXs), inRegion: true)

    // Where each residual comes from, cheapest first; only what changes from iteration to iteration is recorded.
    var hoist = Hoist(
      inner.builder.graph, into: b, consts: zip(inner.consts.map(\.id), consts).map { ($0, $1) },
      surelyRuns: layout.length.constant.map { $0 > 0 } ?? false)
    var sources: [Source] = []
    var (fixed, read, recorded): ([Node], [Node], [Node]) = ([], [], [])
    for residual in linear.residuals {
      if residual.id == inner.index?.id {
        sources.append(.index)
      } else if let k = inner.xs.firstIndex(where: { $0.id == residual.id }) {
        sources.append(.x(read.count))
        read.append(xs[k])
      } else if let outer = hoist.value(residual.id) {
        sources.append(.const(fixed.count))
        fixed.append(outer)
      } else {
        sources.append(.record(recorded.count))
        recorded.append(residual)
      }
    }

    let body = inner.builder.finish(linear.results + recorded)
    let primal: (carries: [Node], count: Node?, ys: [Node])
    if layout.isFor {
      let out = b.placeFor(
        count: count, consts: consts, carries: carries, xs: xs, reversed: layout.reversed, length: layout.length, body: body)
      primal = (out.carries, count, out.ys)
    } else {
      let out = b.placeWhile(consts: consts, carries: carries, condition: operation.regions[0], body: body)
      primal = (out.carries, out.count, out.ys)
    }
    let (ys, records) = (Array(primal.ys[..<layout.ys]), Array(primal.ys[layout.ys...]))

    let b2 = Builder(name: layout.body.name)
    func slices(_ stacks: [Node]) -> [Node] {
      stacks.map { b2.parameter($0.type.with(shape: Array($0.shape.dropFirst()))) }
    }
    let index = b2.parameter(TensorType(.int))
    let constParameters = fixed.map { b2.parameter($0.type) }
    let dconstParameters = dconsts.compactMap { $0 }.map { b2.parameter($0.type) }
    let dcarryParameters = carries.filter(by: loop.carries).map { b2.parameter($0.type) }
    let (readSlices, recordSlices) = (slices(read), slices(records))
    let dxParameters = slices(dxs.compactMap { $0 })
    let residuals = sources.map { source in
      switch source {
      case .index: index
      case .const(let k): constParameters[k]
      case .x(let k): readSlices[k]
      case .record(let k): recordSlices[k]
      }
    }
    let tangents =
      (layout.isFor ? [nil] : []) + activeConsts.scatter(dconstParameters) + loop.carries.scatter(dcarryParameters)
      + activeXs.scatter(dxParameters)
    let found = linear.apply(tangents, residuals: residuals, into: b2)
    let outputs = Self.materialize(found, like: linear.results, loop.carries + loop.ys, into: b2)
    let out = b.placeFor(
      count: layout.length.isDynamic ? primal.count : nil, consts: fixed + dconsts.compactMap { $0 },
      carries: Self.materialize(dcarries, like: carries, loop.carries, into: b),
      xs: read + records + dxs.compactMap { $0 }, reversed: layout.reversed, length: layout.length, body: b2.finish(outputs))
    return (
      layout.results(primal.carries, count: primal.count ?? index, ys),
      layout.results(loop.carries.scatter(out.carries), count: nil, loop.ys.scatter(out.ys))
    )
  }

  private enum Source {
    case index, const(Int), x(Int), record(Int)
  }
}

/// Takes values of a loop's body that are the same in each iteration out of the loop.
private struct Hoist {
  private let body: Graph
  private let b: Builder
  private var outer: [ValueID: Node]
  private var producers: [ValueID: Operation] = [:]

  /// Out of a loop that may have no iteration, nothing is taken that may fail.
  init(_ body: Graph, into b: Builder, consts: [(ValueID, Node)], surelyRuns: Bool) {
    (self.body, self.b) = (body, b)
    outer = Dictionary(uniqueKeysWithValues: consts)
    var invariant = Set(outer.keys)
    for operation in body.operations where operation.operands.allSatisfy(invariant.contains) && (surelyRuns || !body.mayFail(operation)) {
      invariant.formUnion(operation.results)
      for result in operation.results { producers[result] = operation }
    }
  }

  /// The value outside the loop, if it does not depend on the iteration.
  mutating func value(_ id: ValueID) -> Node? {
    if let node = outer[id] { return node }
    guard let operation = producers[id] else { return nil }
    var operands: [Node] = []
    for operand in operation.operands { operands.append(value(operand)!) }
    for (result, node) in zip(operation.results, b.copy(operation, of: body, operands)) { outer[result] = node }
    return outer[id]
  }
}

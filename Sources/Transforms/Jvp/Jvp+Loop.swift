import Ops

extension Differentiator {
  /// A loop's body that carries, reads and records tangents next to the values.
  private struct DualBody {
    let marks: (carries: [Bool], ys: [Bool])
    let consts: [Node]
    let carries: [Node]
    let xs: [Node]
    let body: Graph
  }

  private func dualBody(_ operation: Operation, _ layout: LoopLayout, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> DualBody {
    let loop = Marking.tangents.loop(operation, layout, dx.map { $0 != nil })
    let (_, consts, carries, xs) = layout.operands(x)
    let (_, dconsts, dcarries, dxs) = layout.operands(dx)
    let inner = Builder(name: layout.body.name)
    func group(_ values: [Node], _ marks: [Bool], slice: Bool = false) -> (values: [Node], tangents: [Node?]) {
      let types = values.map { slice ? $0.type.with(shape: Array($0.shape.dropFirst())) : $0.type }
      let parameters = types.map { inner.parameter($0) }
      return (parameters, marks.scatter(types.filter(by: marks).map { inner.parameter($0) }))
    }
    let index = layout.isFor ? [inner.parameter(TensorType(.int))] : []
    let c = group(consts, dconsts.map { $0 != nil })
    let v = group(carries, loop.carries)
    let s = group(xs, dxs.map { $0 != nil }, slice: true)
    let dual = try Differentiator(inner, .fused).run(
      layout.body, index + c.values + v.values + s.values, index.map { _ in nil } + c.tangents + v.tangents + s.tangents)
    let (n, marks) = (layout.carries, loop.carries + loop.ys)
    let tangents = Self.materialize(dual.tangents, like: dual.results, marks, into: inner)
    let split = loop.carries.filter { $0 }.count
    let body = inner.finish(
      Array(dual.results[..<n]) + Array(tangents[..<split]) + Array(dual.results[n...]) + Array(tangents[split...]))
    return DualBody(
      marks: (loop.carries, loop.ys), consts: consts + dconsts.compactMap { $0 },
      carries: carries + Self.materialize(dcarries, like: carries, loop.carries, into: b),
      xs: xs + dxs.compactMap { $0 }, body: body)
  }

  func fusedFor(_ operation: Operation, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let layout = LoopLayout(operation)
    let dual = try dualBody(operation, layout, x, dx)
    let out = b.placeFor(
      count: layout.operands(x).count, consts: dual.consts, carries: dual.carries, xs: dual.xs, reversed: layout.reversed,
      length: layout.length, body: dual.body)
    let (n, m) = (layout.carries, layout.ys)
    return (
      Array(out.carries[..<n]) + Array(out.ys[..<m]),
      dual.marks.carries.scatter(Array(out.carries[n...])) + dual.marks.ys.scatter(Array(out.ys[m...]))
    )
  }

  func fusedWhile(_ operation: Operation, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let layout = LoopLayout(operation)
    let dual = try dualBody(operation, layout, x, dx)
    let (n, m) = (layout.carries, layout.ys)
    // The condition sees only the values.
    let inner = Builder(name: operation.regions[0].name)
    let consts = dual.consts.map { inner.parameter($0.type) }
    let carries = dual.carries.map { inner.parameter($0.type) }
    let condition = inner.finish(inner.inline(operation.regions[0], Array(consts[..<layout.consts]) + Array(carries[..<n])))
    let out = b.placeWhile(consts: dual.consts, carries: dual.carries, condition: condition, body: dual.body)
    return (
      layout.results(Array(out.carries[..<n]), count: out.count, Array(out.ys[..<m])),
      layout.results(
        dual.marks.carries.scatter(Array(out.carries[n...])), count: nil, dual.marks.ys.scatter(Array(out.ys[m...])))
    )
  }
}

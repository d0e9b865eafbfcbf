import Ops

extension Batcher {
  /// With one condition for all lanes: the `if` of the batched branches. Otherwise both branches, and a choice in each lane.
  func batchIf(_ operation: Operation, _ x: [Lanes]) throws(TransformError) -> [Lanes] {
    let captures = Array(x.dropFirst())
    if x[0].axis != nil { return try chooseInLanes(operation, leading(x[0]).node, captures) }
    let flags = captures.map { $0.axis != nil }
    let marks = Marking.batch.results(of: operation, x.map { $0.axis != nil })
    var regions: [Graph] = []
    for region in operation.regions { regions.append(try self.region(region, batched: flags, results: marks)) }
    let operands = captures.map { leading($0).node }
    let types = regions[0].resultTypes
    let out = b.place(operation.decl, [x[0].node] + operands, operation.attributes, regions: regions, types: types)
    return zip(out, marks).map { Lanes($0, axis: $1 ? 0 : nil) }
  }

  private func chooseInLanes(_ operation: Operation, _ condition: Node, _ captures: [Lanes]) throws(TransformError) -> [Lanes] {
    let conditions = [condition, b.emit1(.not, [condition])]
    var branches: [[Node]] = []
    for (region, taken) in zip(operation.regions, conditions) {
      branches.append(region.mayFail ? try guarded(region, taken, captures) : try run(region, captures).map(full))
    }
    return zip(branches[0], branches[1]).map { Lanes(select(condition, $0, $1), axis: 0) }
  }

  /// A branch that fails on some inputs (an index out of range, a matrix that is not positive definite) must not meet those of
  /// lanes that do not take it: they get the inputs of a lane that does, and where there is none, the branch is not run.
  private func guarded(_ region: Graph, _ taken: Node, _ captures: [Lanes]) throws(TransformError) -> [Node] {
    let flags = captures.map { $0.axis != nil }
    let operands = captures.map { leading($0).node }
    let run = Batcher(Builder(name: region.name), n)
    let lanes = run.b.parameter(taken.type)
    let parameters = operands.map { run.b.parameter($0.type) }
    let leader = run.first(lanes)
    let inputs = zip(parameters, flags).map { node, flag in
      flag && !node.type.isDynamic ? Lanes(run.lend(node, of: leader, where: lanes), axis: 0)
        : Lanes(node, axis: flag ? 1 : nil)
    }
    let results = try run.run(region, inputs).map(run.full)
    let types = results.map(\.type)
    let skip = Builder(name: "skip")
    _ = ([taken] + operands).map { skip.parameter($0.type) }
    let any = b.emit1(.anyOf, [taken], ["axes": .ints([0])])
    return b.place(
      .ifThenElse, [any, taken] + operands, [:], regions: [run.b.finish(results), skip.finish(types.map(skip.zeros))], types: types)
  }

  /// The number of the first lane for which the truth value holds.
  func first(_ lanes: Node) -> Node { b.emit1(.argmax, [lanes.convert(.int)], ["axis": .int(0)]) }

  /// The value, in which the lanes that the truth value leaves out have that of lane `leader`, without its derivative.
  func lend(_ value: Node, of leader: Node, where lanes: Node) -> Node {
    let rest = value.rank - 1
    let starts = [leader] + (0..<rest).map { _ in b.int(0) }
    let one = b.emit1(.dynamicSlice, [value] + starts, ["sizes": .dims([Dim(1)] + value.shape.dropFirst())])
    let lent = b.emit1(.stopGradient, [one]).broadcast(to: value.shape, axes: Array(0..<value.rank))
    return select(lanes, value, lent)
  }
}

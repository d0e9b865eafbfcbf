import Ops

/// Emits the graph over lanes: arguments that are marked have a leading axis of extent `count`, and so have the results that
/// come back marked (all of them where `all` asks for it).
public func batch(
  _ graph: Graph, into b: Builder, _ arguments: [Node], batched: [Bool], count: Dim, all: Bool = false
) throws(TransformError) -> (results: [Node], batched: [Bool]) {
  try graph.refuseEffects(inside: "batched")
  let batcher = Batcher(b, count)
  let out = try batcher.run(graph, zip(arguments, batched).map { Lanes(b.here($0), axis: $1 ? 0 : nil) })
  return (out.map { all || $0.axis != nil ? batcher.full($0) : $0.node }, out.map { all || $0.axis != nil })
}

/// A value in each lane: one for all, or stacked along an axis. The axis is the first, but the second in the stacks of loops,
/// whose first axis counts iterations.
struct Lanes {
  let node: Node
  let axis: Int?
  init(_ node: Node, axis: Int?) { (self.node, self.axis) = (node, axis) }
}

/// Walks a graph forwards, emitting each operation for all lanes at once.
struct Batcher {
  let b: Builder
  let n: Dim
  init(_ b: Builder, _ n: Dim) { (self.b, self.n) = (b, n) }

  func run(_ graph: Graph, _ arguments: [Lanes]) throws(TransformError) -> [Lanes] {
    var values = [Lanes?](repeating: nil, count: graph.valueCount)
    for (parameter, argument) in zip(graph.parameters, arguments) { values[parameter.index] = argument }
    for operation in graph.operations {
      let x = operation.operands.map { values[$0.index]! }
      let results = try b.at(operation) { () throws(TransformError) in try batch(operation, of: graph, x) }
      for (result, lanes) in zip(operation.results, results) { values[result.index] = lanes }
    }
    return graph.results.map { values[$0.index]! }
  }

  /// The value with lanes along the first axis; stacks with a dynamic height keep theirs.
  func leading(_ x: Lanes) -> Lanes {
    guard let axis = x.axis, axis != 0, !x.node.type.isDynamic else { return x }
    return Lanes(x.node.transpose([axis] + (0..<x.node.rank).filter { $0 != axis }), axis: 0)
  }

  /// A stack with lanes along the second axis, or the same for all.
  func stack(_ x: Lanes) -> Node {
    guard x.axis == 0 else { return x.node }
    return x.node.transpose([1, 0] + Array(2..<x.node.rank))
  }

  /// The value with a leading axis in any case.
  func full(_ x: Lanes) -> Node {
    x.axis == nil ? x.node.broadcast(to: [n] + x.node.shape, axes: Array(1..<(x.node.rank + 1))) : leading(x).node
  }

  private func batch(_ operation: Operation, of graph: Graph, _ x: [Lanes]) throws(TransformError) -> [Lanes] {
    if x.allSatisfy({ $0.axis == nil }) {
      return b.copy(operation, of: graph, x.map(\.node)).map { Lanes($0, axis: nil) }
    }
    switch operation.control {
    case .ifThenElse: return try batchIf(operation, x)
    case .forLoop, .whileLoop: return try batchLoop(operation, x)
    case .custom: return try batchCustom(operation, of: graph, x)
    case .solve: return try batchSolve(operation, of: graph, x)
    case nil: return try plain(operation, of: graph, x).map { Lanes($0, axis: 0) }
    }
  }

  private func plain(_ operation: Operation, of graph: Graph, _ x: [Lanes]) throws(TransformError) -> [Node] {
    // Of no lanes there is nothing to compute, and rules may divide by their number.
    if n == 0, !operation.results.contains(where: { graph.type($0).isDynamic }) {
      return operation.results.map { b.zeros(lanes(graph.type($0))) }
    }
    switch operation.decl.batching {
    case .elementwise: return b.emit(operation.decl, x.map(full), operation.attributes)
    case .rule(let rule):
      let operands = x.map(leading)
      let context = RuleContext(b: b, attributes: operation.attributes, x: operands.map(\.node), y: [])
      return rule(context, operands.map { $0.axis != nil }, n)
    case .loop: return loop(operation, of: graph, x)
    case .refused(let reason): throw TransformError("`\(operation.decl.name)` has no batched form: \(reason)", operation.origin)
    case .structural: fatalError("internal error: no batching is written for `\(operation.decl.name)`")
    }
  }

  /// Lane after lane.
  private func loop(_ operation: Operation, of graph: Graph, _ x: [Lanes]) -> [Node] {
    let inner = Builder(name: operation.decl.name)
    inner.origin = operation.origin
    _ = inner.parameter(TensorType(.int))
    let shared = x.filter { $0.axis == nil }.map(\.node)
    let stacks = x.filter { $0.axis != nil }.map { leading($0).node }
    let isShared = x.map { $0.axis == nil }
    var operands = isShared.scatter(shared.map { inner.parameter($0.type) })
    let slices = stacks.map { inner.parameter($0.type.with(shape: Array($0.shape.dropFirst()))) }
    for (i, slice) in isShared.map(!).scatter(slices).enumerated() where slice != nil { operands[i] = slice }
    let body = inner.finish(inner.copy(operation, of: graph, operands.map { $0! }))
    return b.placeFor(count: nil, consts: shared, carries: [], xs: stacks, reversed: false, length: n, body: body).ys
  }

  /// A closed graph over lanes, with results batched where marked.
  func region(_ graph: Graph, batched: [Bool], results marks: [Bool]) throws(TransformError) -> Graph {
    let inner = Batcher(Builder(name: graph.name), n)
    let parameters = zip(graph.parameterTypes, batched).map { type, flag in
      Lanes(inner.b.parameter(flag ? lanes(type) : type), axis: flag ? laneAxis(type) : nil)
    }
    let out = try inner.run(graph, parameters)
    return inner.b.finish(zip(out, marks).map { $1 ? inner.full($0) : $0.node })
  }

  /// The type with the axis of lanes, which stays behind a dynamic height.
  func lanes(_ type: TensorType) -> TensorType {
    var shape = type.shape
    shape.insert(n, at: laneAxis(type))
    return type.with(shape: shape)
  }
  func laneAxis(_ type: TensorType) -> Int { type.shape.first?.isDynamic == true ? 1 : 0 }

  /// A value where the lane's truth value holds, another elsewhere.
  func select(_ lane: Node, _ a: Node, _ b: Node) -> Node {
    .select(lane.broadcast(to: a.shape, axes: [0]), a, b)
  }
}

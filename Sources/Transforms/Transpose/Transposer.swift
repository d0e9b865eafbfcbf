import Ops

/// Walks a linear graph backwards, emitting operations that take cotangents of its results to those of its linear parameters.
final class Transposer {
  let b: Builder
  let graph: Graph
  /// Per value: whether it depends on a linear parameter.
  private var linear: [Bool]
  /// The other values, in `b`.
  private var values: [Node?]
  private var cotangents: [Node?]
  /// The heights of linear stacks that only the run tells.
  private var heights: [ValueID: Node] = [:]
  /// Stands for linear values, of which rules may only ask the type.
  private let types: Builder

  init(_ b: Builder, _ graph: Graph, linear marks: [Bool], values given: [Node?]) {
    (self.b, self.graph, types) = (b, graph, Builder(graph))
    linear = [Bool](repeating: false, count: graph.valueCount)
    values = [Node?](repeating: nil, count: graph.valueCount)
    cotangents = values
    for (i, parameter) in graph.parameters.enumerated() {
      linear[parameter.index] = marks[i]
      if !marks[i] { values[parameter.index] = b.here(given[i]!) }
    }
  }

  /// Cotangents of the parameters (nil: zero, or not linear) from those of the results, added to sums so far where these are
  /// given.
  func run(_ results: [Node?], onto sums: [Node?] = []) -> [Node?] {
    let saved = b.origin
    defer { b.origin = saved }
    for (parameter, sum) in zip(graph.parameters, sums) { accumulate(parameter, sum) }
    for operation in graph.operations {
      if operation.operands.contains(where: { linear[$0.index] }) {
        for result in operation.results { linear[result.index] = true }
      } else {
        b.origin = operation.origin
        let copies = b.copy(operation, of: graph, operation.operands.map { values[$0.index]! })
        for (result, node) in zip(operation.results, copies) { values[result.index] = node }
      }
    }
    for (result, cotangent) in zip(graph.results, results) { accumulate(result, cotangent.map(b.here)) }
    for operation in graph.operations.reversed() where operation.operands.contains(where: { linear[$0.index] }) {
      let given = operation.results.map { cotangents[$0.index] }
      if given.allSatisfy({ $0 == nil }) { continue }
      b.origin = operation.origin
      let marks = operation.operands.map { linear[$0.index] }
      let found = transpose(operation, operation.operands.map(node), marks, given)
      for (i, operand) in operation.operands.enumerated() where marks[i] { accumulate(operand, found[i]) }
    }
    return graph.parameters.map { cotangents[$0.index] }
  }

  private func node(_ id: ValueID) -> Node { values[id.index] ?? Node(types, id) }

  private func transpose(_ operation: Operation, _ x: [Node], _ marks: [Bool], _ given: [Node?]) -> [Node?] {
    switch operation.control {
    case .ifThenElse: return transposeIf(operation, x, marks, given)
    case .forLoop:
      let layout = LoopLayout(operation)
      if let count = layout.operands(x).count {
        for id in layout.operands(operation.operands).xs { heights[id] = count }
      }
      return transposeFor(layout, x, marks, given)
    case .solve: return transposeSolve(operation, x, given)
    case .whileLoop, .custom: fatalError("internal error: `\(operation.decl.name)` in a linear graph")
    case nil:
      guard case .rule(let rule) = operation.decl.adjoint else {
        fatalError("internal error: `\(operation.decl.name)` in a linear graph has no transpose")
      }
      let y = operation.results.map { Node(types, $0) }
      return rule(RuleContext(b: b, attributes: operation.attributes, x: x, y: y), given, marks)
    }
  }

  private func accumulate(_ id: ValueID, _ cotangent: Node?) {
    guard let cotangent, linear[id.index] else { return }
    guard let sum = cotangents[id.index] else {
      cotangents[id.index] = cotangent
      return
    }
    cotangents[id.index] = cotangent.type.isDynamic ? addStacks(sum, cotangent, height: heights[id]!) : b.emit1(.add, [sum, cotangent])
  }

  /// The sum of stacks whose height only the run tells: only loops work on these.
  private func addStacks(_ x: Node, _ y: Node, height: Node) -> Node {
    let inner = Builder(name: "add")
    _ = inner.parameter(TensorType(.int))
    let type = x.type.with(shape: Array(x.shape.dropFirst()))
    let body = inner.finish([inner.emit1(.add, [inner.parameter(type), inner.parameter(type)])])
    return b.placeFor(count: height, consts: [], carries: [], xs: [x, y], reversed: false, length: .dynamic, body: body).ys[0]
  }
}

import Ops

/// Which values of a graph are reached from marked parameters: by tangents, or by a batch axis. Nothing is emitted, so that
/// the fixpoints of nested loops are cheap.
enum Marking {
  case tangents, batch

  func results(of graph: Graph, _ parameters: [Bool]) -> [Bool] {
    var marked = [Bool](repeating: false, count: graph.valueCount)
    for (parameter, flag) in zip(graph.parameters, parameters) { marked[parameter.index] = flag }
    for operation in graph.operations {
      let operands = operation.operands.map { marked[$0.index] }
      guard operands.any else { continue }
      for (result, flag) in zip(operation.results, results(of: operation, operands)) {
        marked[result.index] = flag && (self == .batch || graph.type(result).dtype.isDifferentiable)
      }
    }
    return graph.results.map { marked[$0.index] }
  }

  func results(of operation: Operation, _ operands: [Bool]) -> [Bool] {
    func all(_ flag: Bool) -> [Bool] { operation.results.map { _ in flag } }
    switch operation.control {
    case .ifThenElse:
      let captures = Array(operands.dropFirst())
      if self == .batch && operands[0] { return all(true) }
      return operation.regions.map { results(of: $0, captures) }.reduce(all(false), ||)
    case .forLoop, .whileLoop:
      let layout = LoopLayout(operation)
      let loop = self.loop(operation, layout, operands)
      return layout.results(loop.carries, count: self == .batch && loop.lanesDiffer, loop.ys)
    case .custom, .solve: return all(true)
    case nil:
      if self == .batch { return all(true) }
      switch operation.decl.derivative {
      case .zero: return all(false)
      case .partials(let partials): return all(zip(partials, operands).contains { $0 != nil && $1 })
      default: return all(true)
      }
    }
  }

  /// The marks of a loop's carries at their fixpoint and of its stacks. `lanesDiffer`: batched lanes run different numbers of
  /// iterations, and then everything the loop makes is batched.
  func loop(_ operation: Operation, _ layout: LoopLayout, _ operands: [Bool]) -> (carries: [Bool], ys: [Bool], lanesDiffer: Bool) {
    let (count, consts, initial, xs) = layout.operands(operands)
    if self == .batch && count == true { return (initial.map { _ in true }, Array(repeating: true, count: layout.ys), true) }
    var carries = initial
    while true {
      let out = results(of: layout.body, layout.bodyFlags(consts, carries, xs))
      let next = carries || Array(out[..<layout.carries])
      if next != carries {
        carries = next
        continue
      }
      if self == .batch && !layout.isFor && results(of: operation.regions[0], consts + carries)[0] {
        return (carries.map { _ in true }, Array(repeating: true, count: layout.ys), true)
      }
      return (carries, Array(out[layout.carries...]), false)
    }
  }
}

import Ops

/// Control flow of which the course is known.
extension Folder {
  mutating func control(_ operation: Operation) {
    let operands = rewriter.operands(operation.operands)
    if operation.decl === OpDecl.ifThenElse, case .bool(let taken)? = splatValue(operands[0]) {
      return inline(operation.regions[taken ? 0 : 1], Array(operands.dropFirst()), as: operation.results)
    }
    if operation.decl === OpDecl.forLoop { return forLoop(operation, operands) }
    rewriter.copy(operation, regions: operation.regions.map { $0.folded() })
  }

  private mutating func inline(_ region: Graph, _ arguments: [ValueID], as results: [ValueID]) {
    rewriter.define(results, as: rewriter.inline(region.folded(), arguments))
  }

  private mutating func forLoop(_ operation: Operation, _ operands: [ValueID]) {
    let parts = LoopParts(operation)
    let (carries, ys) = (rewriter.operands(parts.carries), parts.ys.map(rewriter.old.type))
    if parts.length.constant == 0 {
      rewriter.define(parts.lastCarries, as: carries)
      let empty = ys.map { rewriter.fill($0.dtype == .int ? .int(0) : $0.dtype == .bool ? .bool(false) : .real(0), $0, at: operation.origin) }
      rewriter.define(parts.ys, as: empty)
      return
    }
    guard parts.length.constant == 1 else { return rewriter.copy(operation, regions: [parts.body.folded()]) }
    let index = rewriter.fill(.int(0), TensorType(.int), at: operation.origin)
    let rows = rewriter.operands(parts.xs).map { x in
      let type = rewriter.type(x)
      return reshape(x, to: type.with(shape: Array(type.shape.dropFirst())), operation)
    }
    let results = rewriter.inline(parts.body.folded(), [index] + rewriter.operands(parts.consts) + carries + rows)
    rewriter.define(parts.lastCarries, as: Array(results[..<carries.count]))
    let stacks = zip(results[carries.count...], ys).map { reshape($0, to: $1, operation) }
    rewriter.define(parts.ys, as: stacks)
  }

  private mutating func reshape(_ x: ValueID, to type: TensorType, _ operation: Operation) -> ValueID {
    rewriter.emit(.reshape, [x], ["shape": .dims(type.shape)], at: operation.origin)
  }
}

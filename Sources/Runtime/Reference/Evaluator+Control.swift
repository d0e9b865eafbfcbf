import Ops
import Passes

/// Control flow: each iteration runs the region anew.
extension Evaluator {
  func structural(
    _ operation: Operation, _ operands: [Tensor]
  ) throws(RuntimeFailure) -> [Tensor] {
    let decl = operation.decl
    if decl === OpDecl.ifThenElse {
      return try run(operation.regions[operands[0].truth ? 0 : 1], Array(operands.dropFirst()))
    }
    if decl === OpDecl.forLoop { return try forLoop(operation, operands) }
    if decl === OpDecl.whileLoop { return try whileLoop(operation, operands) }
    if decl === OpDecl.tensor { return [operation.attributes.tensor("tensor")] }
    return try effects.perform(operation, operands)
  }

  private func forLoop(_ operation: Operation, _ operands: [Tensor]) throws(RuntimeFailure) -> [Tensor] {
    let attributes = operation.attributes
    let (constCount, carryCount) = (attributes.int("consts"), attributes.int("carries"))
    let length = attributes.dims("length")[0]
    var rest = operands[...]
    let count = length.isDynamic ? max(0, rest.removeFirst().integer) : length.constant!
    let consts = Array(rest.prefix(constCount))
    var carries = Array(rest.dropFirst(constCount).prefix(carryCount))
    let stacks = rest.dropFirst(constCount + carryCount)
    let body = operation.regions[0]
    var records = body.resultTypes.dropFirst(carryCount).map { Tensor(uninitialized: $0.dtype, [count] + $0.shape.constants!) }
    for step in 0..<count {
      let i = attributes.bool("reversed") ? count - 1 - step : step
      let results = try run(body, [.filled(.int(i), .int, [])] + consts + carries + stacks.map { $0.slice(i) })
      carries = Array(results.prefix(carryCount))
      for (k, y) in results.dropFirst(carryCount).enumerated() { records[k].setSlice(i, y) }
    }
    return carries + records
  }

  private func whileLoop(_ operation: Operation, _ operands: [Tensor]) throws(RuntimeFailure) -> [Tensor] {
    let attributes = operation.attributes
    let (constCount, carryCount) = (attributes.int("consts"), attributes.int("carries"))
    let consts = Array(operands.prefix(constCount))
    var carries = Array(operands.dropFirst(constCount).prefix(carryCount))
    let body = operation.regions[1]
    var records = [[Tensor]](repeating: [], count: body.results.count - carryCount)
    var count = 0
    while try run(operation.regions[0], consts + carries)[0].truth {
      let results = try run(body, consts + carries)
      carries = Array(results.prefix(carryCount))
      for (k, y) in results.dropFirst(carryCount).enumerated() { records[k].append(y) }
      count += 1
    }
    let stacked = zip(records, body.resultTypes.dropFirst(carryCount)).map { record, type in
      var stack = Tensor(uninitialized: type.dtype, [record.count] + type.shape.constants!)
      for (i, y) in record.enumerated() { stack.setSlice(i, y) }
      return stack
    }
    return carries + [.filled(.int(count), .int, [])] + stacked
  }
}

import Ops
import Passes

/// Runs a graph in the plainest way: op after op, each result in fresh memory. The plan is tested against it, bit for bit.
///
/// Dims must be constant, but for those of loop records. `output` receives the text of `print`.
public func evaluate(
  _ graph: Graph, _ inputs: [Tensor], output: @escaping (String) -> Void = { print($0) }
) throws(RuntimeFailure) -> [Tensor] {
  var options = ExecutionOptions()
  options.output = output
  return try evaluate(graph, inputs, options)
}
public func evaluate(_ graph: Graph, _ inputs: [Tensor], _ options: ExecutionOptions) throws(RuntimeFailure) -> [Tensor] {
  try Evaluator(effects: EffectContext(options)).run(graph, inputs)
}

struct Evaluator {
  let effects: EffectContext

  func run(_ graph: Graph, _ inputs: [Tensor]) throws(RuntimeFailure) -> [Tensor] {
    guard inputs.count == graph.parameters.count else {
      fatalError("internal error: \(graph.name) takes \(graph.parameters.count) inputs, not \(inputs.count)")
    }
    var values = [Tensor?](repeating: nil, count: graph.valueCount)
    for (parameter, input) in zip(graph.parameters, inputs) { values[parameter.index] = input }
    for operation in graph.operations {
      let results = try run(operation, operation.operands.map { values[$0.index]! }, types: operation.results.map(graph.type))
      for (id, tensor) in zip(operation.results, results) { values[id.index] = tensor }
    }
    return graph.results.map { values[$0.index]! }
  }

  private func run(
    _ operation: Operation, _ operands: [Tensor], types: [TensorType]
  ) throws(RuntimeFailure) -> [Tensor] {
    switch operation.decl.kernel {
    case .micro(let micro):
      let (result, status) = Apply.micro(micro, operands, to: types[0].dtype)
      if status.code != .ok { throw RuntimeFailure(status, of: operation.decl.name, origin: operation.origin) }
      return [result]
    case .function:
      let (outputs, status) = Apply.function(operation, operands, to: concrete(types, operation, operands))
      if status.code != .ok { throw RuntimeFailure(status, of: operation.decl.name, origin: operation.origin) }
      return outputs
    case .alias:
      let shape = concrete(types, operation, operands)[0].shape.constants!
      return [Tensor(operands[0].dtype, shape, storage: operands[0].storage, text: operands[0].text)]
    case .expanded: return try run(operation.regions[operation.decl === OpDecl.solve ? 1 : 0], operands)
    case .structural: return try structural(operation, operands)
    }
  }

  /// The types with numbers for extents that only the run tells: those of the shape rule.
  private func concrete(_ types: [TensorType], _ operation: Operation, _ operands: [Tensor]) -> [TensorType] {
    if types.allSatisfy({ $0.shape.constants != nil }) { return types }
    do {
      return try operation.decl.infer(operands.map { TensorType($0.dtype, $0.shape.map { Dim($0) }) }, operation.attributes)
    } catch {
      fatalError("internal error: \(operation.decl.name) has no constant shape: \(error)")
    }
  }
}

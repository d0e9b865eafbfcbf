import Ops
import Runtime

/// Runs a graph with the reference evaluator.
func run(_ graph: Graph, _ inputs: [Value]) throws -> [Value] {
  let tensors = zip(graph.parameterTypes, inputs).map { type, value in
    switch type.dtype {
    case .int: Tensor(int: value.elements.map { Int($0) }, value.shape)
    case .bool: Tensor(bool: value.elements.map { $0 != 0 }, value.shape)
    case .f32: Tensor(f32: value.elements, value.shape)
    default: Tensor(f64: value.elements, value.shape)
    }
  }
  return try evaluate(graph, tensors).map { tensor in Value((0..<tensor.count).map(tensor.real), tensor.shape) }
}

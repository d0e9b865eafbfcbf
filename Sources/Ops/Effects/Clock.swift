import IR
import Tensors

extension OpDecl {
  /// Searches stop by it; what they give must hold whenever they stop.
  public static let clock: OpDecl = OpDecl(
    "clock", doc: "Seconds of the wall clock since it was first read, read once the operand has been computed.",
    traits: [.locallyConstant, .observed],
    infer: { (types, _) throws(OpError) in
      try Check.count("clock", types, 1)
      return [TensorType(.f64)]
    },
    kernel: kernel(Clock.read, .none), derivative: .zero, transpose: .none,
    batching: .rule { r, _, n in [Node.apply(.clock, r.x[0]).broadcast(to: [n], axes: [])] },
    rounding: .refused("time is no function of its operand"), interval: .refused("time is no function of its operand"), samples: [], errors: [])

  static let clockOps: [OpDecl] = [.clock]
}

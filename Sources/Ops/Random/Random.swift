import IR
import Tensors

// Draws are pure functions of a key (Philox4x32-10, Salmon et al. 2011): element i of a draw depends on the key and i alone.

extension OpDecl {
  public static let foldKey: OpDecl = OpDecl(
    "foldKey", doc: "A key that depends on a key and an Int, element by element.", traits: [.elementwise, .locallyConstant],
    infer: { (types, _) throws(OpError) in
      try Check.count("foldKey", types, 2)
      for type in types { try Check.elements("foldKey", type, .int) }
      try Check.sameShape("foldKey", types)
      return [types[0]]
    },
    kernel: kernel(RandomKernels.fold, .none), derivative: .zero, transpose: .none,
    batching: .rule { r, batched, n in
      let x = r.allBatched(batched, n)
      return [Node.apply(.foldKey, x[0], x[1])]
    }, rounding: .none, interval: .refused("a key has no bounds"),
    samples: [
      OpSample([(TensorType(.int), .indices(9)), (TensorType(.int), .indices(9))]), OpSample([(TensorType(.int, [3]), .indices(9)), (TensorType(.int, [3]), .indices(9))]),
    ],
    errors: [OpErrorSample([TensorType(.int, [2]), TensorType(.int)], [:], "differ in shape")])

  /// A draw of `shape` for each key.
  private static func draw(_ name: String, _ kind: DrawKind, doc: String) -> OpDecl {
    OpDecl(
      name, doc: doc, traits: [.random, .locallyConstant],
      infer: { (types, a) throws(OpError) in
        try Check.count(name, types, 1)
        try Check.elements(name, types[0], .int)
        return [TensorType(a.dtype("dtype"), types[0].shape + a.extents("shape"))]
      },
      kernel: kernel(RandomKernels.draw(kind), .results(1)), derivative: .zero, transpose: .none,
      batching: .rule { r, _, _ in [Node.apply(OpDecl.named(name) ?? .randomUniform, r.x[0], attributes: r.attributes)] },
      rounding: .none, interval: .refused("a draw has no bounds"),
      samples: [
        OpSample([(TensorType(.int), .indices(99))], ["shape": .dims([4]), "dtype": .dtype(.f64)]),
        OpSample([(TensorType(.int, [2]), .indices(99))], ["shape": .dims([3]), "dtype": .dtype(.f32)]),
        OpSample([(TensorType(.int), .indices(99))], ["shape": .dims([]), "dtype": .dtype(.f64)]),
      ],
      errors: [OpErrorSample([TensorType(.f64)], ["shape": .dims([2]), "dtype": .dtype(.f64)], "needs integers")])
  }
  public static let randomUniform: OpDecl = draw("randomUniform", .uniform, doc: "Numbers uniform on [0, 1).")
  public static let randomNormal: OpDecl = draw("randomNormal", .normal, doc: "Standard normal numbers, by Box and Muller's method.")
  public static let randomRademacher: OpDecl = draw("randomRademacher", .rademacher, doc: "−1 or 1 with equal probability.")
  public static let randomExponential: OpDecl = draw("randomExponential", .exponential, doc: "Exponential numbers of mean 1.")

  public static let randomInt: OpDecl = OpDecl(
    "randomInt", doc: "Ints uniform on low … high − 1 (operands key, low, high).", traits: [.random, .locallyConstant],
    infer: { (types, a) throws(OpError) in
      try Check.count("randomInt", types, 3)
      for type in types { try Check.elements("randomInt", type, .int) }
      try Check.sameShape("randomInt", types)
      return [TensorType(.int, types[0].shape + a.extents("shape"))]
    },
    kernel: kernel(RandomKernels.integers, .results(1)), derivative: .zero, transpose: .none,
    batching: .rule { r, batched, n in
      let x = r.allBatched(batched, n)
      return [r.b.emit1(.randomInt, x, r.attributes)]
    }, rounding: .none, interval: .refused("a draw has no bounds"),
    samples: [
      OpSample([(TensorType(.int), .indices(9)), (TensorType(.int), .edges([2])), (TensorType(.int), .edges([7]))], ["shape": .dims([5])]),
      OpSample([(TensorType(.int, [2]), .indices(9)), (TensorType(.int, [2]), .edges([0])), (TensorType(.int, [2]), .edges([3]))], ["shape": .dims([])]),
    ],
    errors: [OpErrorSample([TensorType(.int), TensorType(.f64), TensorType(.int)], ["shape": .dims([2])], "needs integers")])

  public static let randomPermutation: OpDecl = OpDecl(
    "randomPermutation", doc: "A random order of 0 … count − 1 for each key.", traits: [.random, .locallyConstant],
    infer: { (types, a) throws(OpError) in
      try Check.count("randomPermutation", types, 1)
      try Check.elements("randomPermutation", types[0], .int)
      return [types[0].with(shape: types[0].shape + a.extents("count"))]
    },
    kernel: kernel(RandomKernels.permutation, .results(1)), derivative: .zero, transpose: .none,
    batching: .rule { r, _, _ in [Node.apply(.randomPermutation, r.x[0], attributes: r.attributes)] }, rounding: .none, interval: .refused("a draw has no bounds"),
    samples: [
      OpSample([(TensorType(.int), .indices(9))], ["count": .dims([5])]), OpSample([(TensorType(.int, [2]), .indices(9))], ["count": .dims([1])]),
    ],
    errors: [OpErrorSample([TensorType(.f64)], ["count": .dims([2])], "needs integers")])

  static let randomOps: [OpDecl] = [
    .foldKey, .randomUniform, .randomNormal, .randomRademacher, .randomExponential, .randomInt, .randomPermutation,
  ]
}

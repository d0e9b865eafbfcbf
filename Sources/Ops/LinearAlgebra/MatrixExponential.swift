import IR
import Tensors

// The exponential of matrices.

extension OpDecl {
  public static let expm: OpDecl = OpDecl(
    "expm", doc: "The matrix exponential `Σ Aᵏ / k!` of square matrices [B…, n, n], by scaling and squaring (Higham 2005).",
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("expm", types, 1)
      try Check.square("expm", types[0], .realOrComplex)
      return types
    },
    kernel: .function(
      LinearAlgebraKernels.exponential, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.exponentialWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(12 + 8 / 3.0)),
    derivative: .rule { r, dx in [dx[0].map { .apply(.expmFrechet, r.x[0], $0) }] },
    transpose: .none, batching: batchMatrices { .expm }, rounding: noErrorBound, interval: noEnclosure("expm"),
    samples: [
      OpSample([matrices([3, 3])]), OpSample([matrices([2, 2, 2], .uniform(-0.1...0.1))]), OpSample([matrices([2, 2], .uniform(-9...9))]),
      OpSample([matrices([0, 0])]), OpSample([matrices([2, 2], .uniform(-1...1), .f32)]), OpSample([matrices([2, 2], .uniform(-1...1), .c128)]),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix"), OpErrorSample([TensorType(.int, [2, 2])], [:], "needs real or complex"),
    ])

  public static let expmFrechet: OpDecl = OpDecl(
    "expmFrechet",
    doc: "`L(A, E)`, the derivative of `expm` at A in the direction E, both [B…, n, n]: the upper right block of `expm([[A, E], [0, A]])`.",
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("expmFrechet", types, 2)
      try Check.square("expmFrechet", types[0], .realOrComplex)
      try Check.sameShape("expmFrechet", types)
      try Check.sameElements("expmFrechet", types)
      return [types[0]]
    },
    kernel: .function(
      LinearAlgebraKernels.exponentialDerivative, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.exponentialDerivativeWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(8 * (12 + 8 / 3.0))),
    derivative: .rule { r, dx in
      let (a, e) = (r.x[0], r.x[1])
      guard let dA = dx[0] else { return [dx[1].map { .apply(.expmFrechet, a, $0) }] }
      // L(A, E) is a block of expm at [[A, E], [0, A]], and its derivative the same block of the derivative there.
      let (zero, n) = (r.b.zeros(a.type), a.type.rows)
      let at = Node.blocks(a, e, zero, a)
      let direction = Node.blocks(dA, dx[1] ?? zero, zero, dA)
      return [Node.apply(.expmFrechet, at, direction).columns(n, n * 2).T.columns(0, n).T]
    },
    transpose: .rule { r, ct, _ in [nil, ct[0].map { .apply(.expmFrechet, r.x[0].T, $0) }] },
    batching: batchMatrices { .expmFrechet }, rounding: noErrorBound, interval: noEnclosure("expmFrechet"),
    samples: [
      OpSample([matrices([3, 3]), matrices([3, 3])]), OpSample([matrices([2, 2, 2], .uniform(-0.1...0.1)), matrices([2, 2, 2], .uniform(-50...50))]),
      OpSample([matrices([0, 0]), matrices([0, 0])]), OpSample([matrices([2, 2], .uniform(-1...1), .f32), matrices([2, 2], .uniform(-1...1), .f32)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [3, 3]), TensorType(.f64, [2, 2])], [:], "differ in shape")])

  static let linearAlgebraOps: [OpDecl] = [
    .linearSolve, .triangularSolve, .inv, .pinv, .det, .adjugate, .logabsdet, .cholesky, .lu, .qr, .svd, .eigh, .eig, .expm, .expmFrechet,
  ]
}

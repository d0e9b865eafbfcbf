import IR
import Tensors

// Linear systems and inverses. Derivatives: Giles 2008, "Collected matrix derivative results".

extension OpDecl {
  public static let linearSolve: OpDecl = OpDecl(
    "linearSolve",
    doc: "The solution X of `A X = B`, A [B…, n, n], B [B…, n, k], by LU factors with row exchanges. A singular A is an error.",
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.system("solve", types)
      return [types[1]]
    },
    kernel: .function(
      LinearAlgebraKernels.solve, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.solveWorkspace(n: x[1].sides.m, k: x[1].sides.n, dtype: x[0].dtype) }, work: .solving(cubes: 2 / 3.0, squares: 2)),
    derivative: .rule { r, dx in
      // A dX = dB - dA X
      sumOfPresent([dx[1], dx[0].map { -$0.matmul(r.y[0]) }]).map { [r.x[0].solve($0)] } ?? [nil]
    },
    transpose: .rule { r, ct, _ in [nil, ct[0].map { r.x[0].T.solve($0) }] },
    batching: batchSystem { .linearSolve }, rounding: .byRule, interval: .rule(MatrixEnclosure.system),
    samples: [
      OpSample([matrices([3, 3], .positiveDefinite), matrices([3, 2])]), OpSample([matrices([2, 4, 4], .positiveDefinite), matrices([2, 4, 1])]),
      OpSample([matrices([0, 0]), matrices([0, 2])]), OpSample([matrices([1, 1], .uniform(1...2)), matrices([1, 3])]),
      OpSample([matrices([3, 3], .positiveDefinite, .f32), matrices([3, 1], .uniform(-2...2), .f32)]),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [3, 2]), TensorType(.f64, [3, 1])], [:], "needs a square matrix"),
      OpErrorSample([TensorType(.f64, [3, 3]), TensorType(.f64, [2, 1])], [:], "has 3 rows and the right-hand side"),
      OpErrorSample([TensorType(.f64, [3, 3]), TensorType(.f64, [3])], [:], "needs a matrix"),
      OpErrorSample([TensorType(.int, [3, 3]), TensorType(.int, [3, 1])], [:], "needs real or complex numbers"),
      OpErrorSample([TensorType(.f64, [2, 3, 3]), TensorType(.f64, [4, 3, 1])], [:], "the leading axes"),
    ])

  public static let triangularSolve: OpDecl = OpDecl(
    "triangularSolve",
    doc: """
      The solution X of `A X = B`, or of `Aᵀ X = B` with `transpose`, for a triangular A [B…, n, n], B [B…, n, k]. Only the lower \
      (`lower`) or upper triangle of A is read; with `unit` its diagonal is taken to be 1. A zero on the diagonal is an error.
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.system("triangularSolve", types)
      return [types[1]]
    },
    kernel: .function(
      LinearAlgebraKernels.triangularSolve,
      pack: { a in ["lower", "transpose", "unit"].map { a.bool($0) ? 1 : 0 } }, workspace: { _, _ in 0 }, work: .solving(cubes: 0, squares: 1)),
    derivative: .rule { r, dx in
      let (lower, transpose, unit) = (r.attributes.bool("lower"), r.attributes.bool("transpose"), r.attributes.bool("unit"))
      let moved = dx[0].map { dA in
        let read = dA.part(unit ? (lower ? .gt : .lt) : (lower ? .ge : .le))
        return -read.matmul(r.y[0], transposeA: transpose)
      }
      return sumOfPresent([dx[1], moved]).map {
        [r.x[0].triangularSolve($0, lower: lower, transpose: transpose, unit: unit)]
      } ?? [nil]
    },
    transpose: .rule { r, ct, _ in
      let (lower, transpose, unit) = (r.attributes.bool("lower"), r.attributes.bool("transpose"), r.attributes.bool("unit"))
      return [nil, ct[0].map { r.x[0].triangularSolve($0, lower: lower, transpose: !transpose, unit: unit) }]
    },
    batching: batchSystem { .triangularSolve }, rounding: .byRule, interval: .rule(MatrixEnclosure.triangle),
    samples: [(true, false, false), (true, true, false), (false, false, true), (false, true, false)].map { form in
      OpSample([matrices([3, 3], .positiveDefinite), matrices([3, 2])], triangular(form.0, form.1, form.2))
    } + [
      OpSample([matrices([2, 3, 3], .positiveDefinite), matrices([2, 3, 1])], triangular(true, false, false)),
      OpSample([matrices([0, 0]), matrices([0, 2])], triangular(true, false, false)),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [3, 2]), TensorType(.f64, [3, 1])], triangular(true, false, false), "needs a square matrix"),
      OpErrorSample([TensorType(.f64, [3, 3]), TensorType(.f64, [2, 1])], triangular(true, false, false), "has 3 rows"),
    ])

  public static let inv: OpDecl = OpDecl(
    "inv", doc: "The inverse of square matrices [B…, n, n]. A singular matrix is an error.", traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("inv", types, 1)
      try Check.square("inv", types[0], .realOrComplex)
      return types
    },
    kernel: .function(
      LinearAlgebraKernels.inverse, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.inverseWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(2)),
    derivative: .rule { r, dx in [dx[0].map { -r.y[0].matmul($0).matmul(r.y[0]) }] },
    transpose: .none, batching: batchMatrices { .inv }, rounding: .byRule, interval: .rule(MatrixEnclosure.inverse),
    samples: [
      OpSample([matrices([3, 3], .positiveDefinite)]), OpSample([matrices([2, 2, 2], .positiveDefinite)]), OpSample([matrices([0, 0])]),
      OpSample([matrices([2, 2], .positiveDefinite, .f32)]),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix"), OpErrorSample([TensorType(.f64, [3])], [:], "needs a matrix"),
      OpErrorSample([TensorType(.bool, [3, 3])], [:], "needs real or complex numbers"),
    ])

  public static let pinv: OpDecl = OpDecl(
    "pinv",
    doc: """
      The Moore–Penrose inverse [B…, n, m] of matrices [B…, m, n], by the singular value decomposition; singular values below \
      `max(m, n) ε s₁` count as zero.
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("pinv", types, 1)
      try Check.matrix("pinv", types[0], .real)
      return [types[0].matrix(types[0].columns, types[0].rows)]
    },
    kernel: .function(
      LinearAlgebraKernels.pseudoInverse, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.pseudoInverseWorkspace(m: x[0].sides.m, n: x[0].sides.n, dtype: x[0].dtype) }, work: .thin(square: 8, cube: 20)),
    derivative: .rule { r, dx in
      // dP = -P dA P + P Pᵀ dAᵀ (I - A P) + (I - P A) dAᵀ Pᵀ P at constant rank (Golub and Pereyra 1973, eq. 4.12).
      guard let dA = dx[0] else { return [nil] }
      let (a, p) = (r.x[0], r.y[0])
      let left = p.matmul(p.matmul(dA, transposeA: true, transposeB: true))
      let right = dA.matmul(p, transposeA: true, transposeB: true).matmul(p)
      return [left - left.matmul(a).matmul(p) + right - p.matmul(a.matmul(right)) - p.matmul(dA).matmul(p)]
    },
    transpose: .none, batching: batchMatrices { .pinv }, rounding: noErrorBound, interval: noEnclosure("pinv"),
    samples: [
      OpSample([matrices([4, 2])]), OpSample([matrices([2, 3])]), OpSample([matrices([2, 3, 3], .positiveDefinite)]),
      OpSample([matrices([0, 2])]), OpSample([matrices([3, 2], .uniform(-2...2), .f32)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [3])], [:], "needs a matrix"), OpErrorSample([TensorType(.c128, [3, 3])], [:], "needs real numbers")])
}

extension Node {
  /// X with `self X = B`, for operands known to fit.
  func solve(_ b: Node) -> Node { .apply(.linearSolve, self, b) }
  func triangularSolve(_ b: Node, lower: Bool, transpose: Bool = false, unit: Bool = false) -> Node {
    .apply(.triangularSolve, self, b, attributes: triangular(lower, transpose, unit))
  }

  /// The least-squares solution X of `self X ≈ B` with the least norm, for `self` [B…, m, n] and B [B…, m, k].
  public func lstsq(_ b: Node) throws(OpError) -> Node {
    try Check.matrix("lstsq", type, .real)
    try Check.matrix("lstsq", b.type, .real)
    if type.lead != b.type.lead || type.rows != b.type.rows {
      throw OpError("`lstsq`: \(type.word) and the right-hand side \(b.type.word) differ in rows or in leading axes")
    }
    return Node.apply(.pinv, self).matmul(b)
  }
}

private func triangular(_ lower: Bool, _ transpose: Bool, _ unit: Bool) -> Attributes {
  ["lower": .bool(lower), "transpose": .bool(transpose), "unit": .bool(unit)]
}

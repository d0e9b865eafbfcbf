import IR
import Tensors

// Triangular and orthogonal factors.

extension OpDecl {
  public static let cholesky: OpDecl = OpDecl(
    "cholesky",
    doc: """
      The lower factor L of `S = L Lᵀ` for the symmetric part `S = (A + Aᵀ) / 2` of A [B…, n, n], so that derivatives are symmetric. A \
      matrix that is not positive definite is an error.
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("cholesky", types, 1)
      try Check.square("cholesky", types[0], .real)
      return types
    },
    kernel: .function(LinearAlgebraKernels.cholesky, pack: noPack, workspace: { _, _ in 0 }, work: .cubes(1 / 3.0)),
    derivative: .rule { r, dx in
      // dL = L Φ(L⁻¹ dS L⁻ᵀ), Φ the lower triangle with half the diagonal (Murray 2016, eq. 8).
      guard let dA = dx[0] else { return [nil] }
      let l = r.y[0]
      let inner = l.triangularSolve(l.triangularSolve(dA.symmetrised, lower: true).T, lower: true)
      return [l.matmul(inner.part(.gt) + inner.part(.eq) * 0.5)]
    },
    transpose: .none, batching: batchMatrices { .cholesky }, rounding: noErrorBound, interval: noEnclosure("cholesky"),
    samples: [
      OpSample([matrices([3, 3], .positiveDefinite)]), OpSample([matrices([2, 2, 2], .positiveDefinite)]), OpSample([matrices([0, 0])]),
      OpSample([matrices([3, 3], .positiveDefinite, .f32)]),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix"), OpErrorSample([TensorType(.c128, [2, 2])], [:], "needs real numbers"),
    ])

  public static let lu: OpDecl = OpDecl(
    "lu",
    doc: """
      `(F, p)` of square matrices [B…, n, n]: F holds U in its upper triangle and the unit lower L below, and the rows of A in the \
      order p (Int [B…, n]) are `L U`.
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("lu", types, 1)
      try Check.square("lu", types[0], .realOrComplex)
      return [types[0], types[0].vector(types[0].rows).with(dtype: .int)]
    },
    kernel: .function(
      LinearAlgebraKernels.lu, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.luWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(2 / 3.0)),
    derivative: .rule { r, dx in
      // With X = L⁻¹ P dA U⁻¹: dL = L tril(X, -1), dU = triu(X) U.
      guard let dA = dx[0] else { return [nil, nil] }
      let (factors, order) = (r.y[0], r.y[1])
      let moved = Node.apply(.gather, dA, order, attributes: ["batch": .int(dA.rank - 2)])
      let left = factors.triangularSolve(moved, lower: true, unit: true)
      let x = factors.triangularSolve(left.T, lower: false, transpose: true).T
      let (l, u) = (factors.part(.gt) + factors.unitMatrix, factors.part(.le))
      return [l.matmul(x.part(.gt)) + x.part(.le).matmul(u), nil]
    },
    transpose: .none, batching: batchMatrices { .lu }, rounding: noErrorBound, interval: noEnclosure("lu"),
    samples: [OpSample([matrices([3, 3])]), OpSample([matrices([2, 3, 3], .positiveDefinite)]), OpSample([matrices([0, 0])])],
    errors: [OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix")])

  public static let qr: OpDecl = OpDecl(
    "qr",
    doc: """
      The reduced factors `A = Q R` of matrices [B…, m, n]: Q [B…, m, r] with orthonormal columns, R [B…, r, n] upper triangular, \
      r = min(m, n). Signs are those of Householder's method (LAPACK): the diagonal of R may be negative.
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("qr", types, 1)
      try Check.matrix("qr", types[0], .real)
      let r = try Check.smallerSide("qr", types[0])
      return [types[0].matrix(types[0].rows, r), types[0].matrix(r, types[0].columns)]
    },
    kernel: .function(
      LinearAlgebraKernels.qr, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.qrWorkspace(m: x[0].sides.m, n: x[0].sides.n, dtype: x[0].dtype) }, work: .thin(square: 4, cube: -4 / 3.0)),
    derivative: .rule { r, dx in
      // Walter and Lehmann 2010, with R₁ the square part of R: X = Qᵀ dA₁ R₁⁻¹, Ω = tril(X, -1) - tril(X, -1)ᵀ;
      // dQ = dA₁ R₁⁻¹ + Q (Ω - X), dR = Qᵀ dA - Ω R.
      guard let dA = dx[0] else { return [nil, nil] }
      let (q, upper) = (r.y[0], r.y[1])
      let side = q.type.columns
      let moved = upper.columns(0, side).triangularSolve(dA.columns(0, side).T, lower: false, transpose: true).T
      let x = q.matmul(moved, transposeA: true)
      let below = x.part(.gt)
      let turn = below - below.T
      return [moved + q.matmul(turn - x), q.matmul(dA, transposeA: true) - turn.matmul(upper)]
    },
    transpose: .none, batching: batchMatrices { .qr }, rounding: noErrorBound, interval: noEnclosure("qr"),
    samples: [
      OpSample([matrices([4, 2])]), OpSample([matrices([3, 3])]), OpSample([matrices([2, 4])]), OpSample([matrices([2, 3, 2])]),
      OpSample([matrices([0, 3])]), OpSample([matrices([3, 2], .uniform(-2...2), .f32)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [3])], [:], "needs a matrix"), OpErrorSample([TensorType(.int, [3, 3])], [:], "needs real numbers")])

  public static let svd: OpDecl = OpDecl(
    "svd",
    doc: """
      The reduced singular value decomposition `A = U diag(s) Vᵀ` of matrices [B…, m, n]: `(U [B…, m, r], s [B…, r] descending, \
      Vᵀ [B…, r, n])`, r = min(m, n). Where singular values are equal or zero, the part of the derivative of U and V that does not \
      exist is taken to be 0; that of s is right as a subgradient.
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("svd", types, 1)
      try Check.matrix("svd", types[0], .real)
      let r = try Check.smallerSide("svd", types[0])
      return [types[0].matrix(types[0].rows, r), types[0].vector(r), types[0].matrix(r, types[0].columns)]
    },
    kernel: .function(
      LinearAlgebraKernels.svd, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.svdWorkspace(m: x[0].sides.m, n: x[0].sides.n, dtype: x[0].dtype) }, work: .thin(square: 6, cube: 20)),
    derivative: .rule { r, dx in
      // Giles 2008, §3.2, and its extension to the parts of U and V outside the range (as JAX has it).
      guard let dA = dx[0] else { return [nil, nil, nil] }
      let (u, s, vt) = (r.y[0], r.y[1], r.y[2])
      let dS = u.matmul(dA, transposeA: true).matmul(vt, transposeB: true)
      let (rows, columns) = (s.asColumns(dS.shape), s.asRows(dS.shape))
      let f = ((columns + rows) * (columns - rows)).reciprocalOrZero
      let (scaledColumns, scaledRows) = (dS * columns, dS * rows)
      var dU = u.matmul(f * (scaledColumns + scaledColumns.T))
      var dVt = (f * (scaledRows + scaledRows.T)).matmul(vt, transposeA: true)
      let (m, n) = (r.x[0].type.rows, r.x[0].type.columns)
      if m != s.shape[s.rank - 1] {
        let image = dA.matmul(vt, transposeB: true)
        dU = dU + (image - u.matmul(u.matmul(image, transposeA: true))) * s.asRows(image.shape).reciprocalOrZero
      }
      if n != s.shape[s.rank - 1] {
        let image = u.matmul(dA, transposeA: true)
        dVt = dVt + (image - image.matmul(vt, transposeB: true).matmul(vt)) * s.asColumns(image.shape).reciprocalOrZero
      }
      return [dU, dS.diagonal(), dVt]
    },
    transpose: .none, batching: batchMatrices { .svd }, rounding: .byRule, interval: .rule(MatrixEnclosure.singularValues),
    samples: [
      OpSample([matrices([4, 2])]), OpSample([matrices([3, 3])]), OpSample([matrices([2, 4])]), OpSample([matrices([2, 3, 2])]),
      OpSample([matrices([0, 3])]), OpSample([matrices([2, 2], .edges([1, 0, 0, 1]))], differentiable: false),
      OpSample([matrices([3, 2], .uniform(-2...2), .f32)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [3])], [:], "needs a matrix"), OpErrorSample([TensorType(.int, [3, 3])], [:], "needs real numbers")])
}

import IR
import Tensors

// Determinants and what their derivatives are made of.

extension OpDecl {
  public static let det: OpDecl = OpDecl(
    "det", doc: """
      The determinant of square matrices [B…, n, n] → [B…]; 0 for singular ones, with the right derivative there. Second derivatives \
      need an inverse.
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("det", types, 1)
      try Check.square("det", types[0], .realOrComplex)
      return [types[0].scalars]
    },
    kernel: .function(
      LinearAlgebraKernels.determinant, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.determinantWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(2 / 3.0)),
    derivative: .rule { r, dx in
      // Jacobi's formula, d det A = tr(adj(A) dA).
      guard let dA = dx[0] else { return [nil] }
      let a = r.x[0]
      if a.dtype.isComplex { return [r.y[0] * (Node.apply(.inv, a).T * dA).matrixSum] }
      return [(Node.apply(.adjugate, a).T * dA).matrixSum]
    },
    transpose: .none, batching: batchMatrices { .det }, rounding: noErrorBound, interval: noEnclosure("det"),
    samples: [
      OpSample([matrices([3, 3])]), OpSample([matrices([2, 2, 2])]), OpSample([matrices([2, 2], .edges([1, 2, 2, 4]))], differentiable: false),
      OpSample([matrices([1, 1])]), OpSample([matrices([0, 0])]), OpSample([matrices([2, 2], .positiveDefinite, .f32)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix"), OpErrorSample([TensorType(.int, [2, 2])], [:], "real or complex")])

  public static let adjugate: OpDecl = OpDecl(
    "adjugate",
    doc: "The adjugate of square matrices (the transposed cofactors), `det(A) A⁻¹` where that exists; needed for derivatives of `det`.",
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("adjugate", types, 1)
      try Check.square("adjugate", types[0], .real)
      return types
    },
    kernel: .function(
      LinearAlgebraKernels.adjugate, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.adjugateWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(26)),
    derivative: .rule { r, dx in
      // d adj = (tr(adj dA) I - adj dA) A⁻¹, for an A that has an inverse.
      guard let dA = dx[0] else { return [nil] }
      let product = r.y[0].matmul(dA)
      let trace = product.diagonal().sum([product.rank - 2]).overMatrices(product.shape)
      return [r.x[0].T.solve((trace.part(.eq) - product).T).T]
    },
    transpose: .none, batching: batchMatrices { .adjugate }, rounding: noErrorBound, interval: noEnclosure("adjugate"),
    samples: [OpSample([matrices([3, 3])]), OpSample([matrices([2, 2, 2])]), OpSample([matrices([0, 0])])],
    errors: [OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix")])

  public static let logabsdet: OpDecl = OpDecl(
    "logabsdet",
    doc: "`(log |det A|, sign of det A)` of square matrices [B…, n, n], without overflow; (-inf, 0) for singular ones.",
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("logabsdet", types, 1)
      try Check.square("logabsdet", types[0], .real)
      return [types[0].scalars, types[0].scalars]
    },
    kernel: .function(
      LinearAlgebraKernels.logDeterminant, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.determinantWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(2 / 3.0)),
    derivative: .rule { r, dx in [dx[0].map { (Node.apply(.inv, r.x[0]).T * $0).matrixSum }, nil] },
    transpose: .none, batching: batchMatrices { .logabsdet }, rounding: noErrorBound, interval: noEnclosure("logabsdet"),
    samples: [
      OpSample([matrices([3, 3])]), OpSample([matrices([2, 2, 2], .positiveDefinite)]), OpSample([matrices([0, 0])]),
      OpSample([matrices([2, 2], .edges([1, 2, 2, 4]))], differentiable: false),
    ],
    errors: [OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix")])
}

import IR
import Tensors

// Eigenvalues and eigenvectors.

extension OpDecl {
  public static let eigh: OpDecl = OpDecl(
    "eigh",
    doc: """
      `(w, V)` with `S V = V diag(w)` for the symmetric part `S = (A + Aᵀ) / 2` of A [B…, n, n]: eigenvalues w [B…, n] ascending and \
      orthonormal eigenvectors in the columns of V. Signs are LAPACK's, the same for the same matrix. For equal eigenvalues the part of \
      the derivative of V that does not exist is taken to be 0.
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("eigh", types, 1)
      try Check.square("eigh", types[0], .real)
      return [types[0].vector(types[0].rows), types[0]]
    },
    kernel: .function(
      LinearAlgebraKernels.symmetricEigen, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.symmetricEigenWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(9)),
    derivative: .rule { r, dx in
      // With M = Vᵀ dS V: dw = diag M, dV = V (F ∘ M), F[i, j] = 1 / (w[j] - w[i]) (Giles 2008, §3.1).
      guard let dA = dx[0] else { return [nil, nil] }
      let (w, v) = (r.y[0], r.y[1])
      let m = v.matmul(dA.symmetrised, transposeA: true).matmul(v)
      let f = (w.asRows(m.shape) - w.asColumns(m.shape)).reciprocalOrZero
      return [m.diagonal(), v.matmul(f * m)]
    },
    transpose: .none, batching: batchMatrices { .eigh }, rounding: .byRule, interval: .rule(MatrixEnclosure.symmetricEigen),
    samples: [
      OpSample([matrices([3, 3], .positiveDefinite)]), OpSample([matrices([2, 3, 3])]), OpSample([matrices([0, 0])]), OpSample([matrices([1, 1])]),
      OpSample([matrices([2, 2], .edges([1, 0, 0, 1]))], differentiable: false),
      OpSample([matrices([3, 3], .positiveDefinite, .f32)]),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix"), OpErrorSample([TensorType(.c128, [2, 2])], [:], "needs real numbers"),
    ])

  public static let eig: OpDecl = OpDecl(
    "eig",
    doc: """
      `(w, V)` with `A V = V diag(w)` for any square A [B…, n, n], both complex: eigenvalues by real and then imaginary part, and \
      eigenvectors of norm 1 whose largest component is real (as LAPACK normalises them).
      """,
    traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("eig", types, 1)
      try Check.square("eig", types[0], .realOrComplex)
      let result = types[0].with(dtype: types[0].dtype.complexified)
      return [result.vector(result.rows), result]
    },
    kernel: .function(
      LinearAlgebraKernels.eigen, pack: noPack,
      workspace: { x, _ in LinearAlgebraKernels.eigenWorkspace(n: x[0].sides.n, dtype: x[0].dtype) }, work: .cubes(25)),
    derivative: .rule { r, dx in
      // Of no eigenvectors none has a largest component.
      guard let dA = dx[0], r.y[0].shape.last != 0 else { return [nil, nil] }
      let (w, v) = (r.y[0], r.y[1])
      if v.type.rows == 0 { return [nil, nil] }
      let m = v.solve((dA.dtype.isComplex ? dA : dA.convert(v.dtype)).matmul(v))
      let difference = w.asRows(m.shape) - w.asColumns(m.shape)
      let zero = Node.apply(.eq, difference, r.b.zeros(difference.type))
      let one = r.b.fill(1, like: difference)
      let f = Node.select(zero, r.b.zeros(difference.type), one / .select(zero, one, difference))
      let free = v.matmul(f * m)
      // A multiple c v of each eigenvector may be added; c keeps the norm at 1 and the largest component real.
      let axis = v.rank - 2
      let modulus = v.applying(.cabs)
      let largest = Node.apply(.argmax, modulus, attributes: ["axis": .int(axis)]).asRows(v.shape)
      let row = r.b.emit1(.iota, [], ["shape": .dims(v.shape), "axis": .int(axis), "dtype": .dtype(.int)])
      let picked = Node.apply(.eq, row, largest)
      func pick(_ x: Node) -> Node { .select(picked, x, r.b.zeros(x.type)) }
      let along = -(v.applying(.conj) * free).applying(.re).sum([axis])
      let turn = -pick(free.applying(.im)).sum([axis]) / pick(modulus).sum([axis])
      let sign = pick(v.applying(.re)).sum([axis]).applying(.sign)
      return [m.diagonal(), free + v * Node.apply(.complex, along, turn * sign).asRows(v.shape)]
    },
    transpose: .none, batching: batchMatrices { .eig }, rounding: noErrorBound, interval: noEnclosure("eig"),
    samples: [OpSample([matrices([3, 3])]), OpSample([matrices([2, 2, 2])]), OpSample([matrices([2, 2], .uniform(-2...2), .c128)]), OpSample([matrices([0, 0])])],
    errors: [
      OpErrorSample([TensorType(.f64, [3, 2])], [:], "needs a square matrix"), OpErrorSample([TensorType(.int, [2, 2])], [:], "needs real or complex"),
    ])
}

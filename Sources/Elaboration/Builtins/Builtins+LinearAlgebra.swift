import Diagnostics
import Ops

extension Builtins {
  private static func matrix(_ a: Arguments, _ i: Int, _ e: Elaborator, square: Bool = true) throws -> Node {
    let x = try a.real(i, e)
    guard x.rank >= 2 else { throw e.fail(.wrongRank, "a matrix is needed here, and this is \(x.type.spelled)", at: a.span(i)) }
    if square, x.shape[x.rank - 1] != x.shape[x.rank - 2] {
      throw e.fail(.shapesDoNotFit, "a square matrix is needed here, and this is \(x.type.spelled)", at: a.span(i), notes: ["`lstsq(A, b)` and `pinv(A)` take any shape"])
    }
    return x
  }

  static func linearAlgebra(_ scope: Scope) {
    scope.native("solve", ["A", "b"], "x with A x = b, by LU; b is a vector or a matrix of columns. A singular A is an error.") { e, a, span in
      let A = try matrix(a, 0, e)
      let b = try a.real(1, e)
      guard b.rank > 0 else { throw e.fail(.wrongRank, "`solve` needs a vector or a matrix on the right", at: a.span(1)) }
      let isVector = b.rank == 1 || (A.rank > 2 && b.rank == A.rank - 1)
      let columns = isVector ? b.reshape(b.shape + [1]) : b
      guard columns.shape[columns.rank - 2] == A.shape[A.rank - 1] else {
        throw e.fail(
          .shapesDoNotFit, "the right side does not fit the matrix", at: span,
          labels: [.init(a.span(0), A.type.spelled), .init(a.span(1), b.type.spelled)])
      }
      let lead = try e.broadcast(Array(A.shape.dropLast(2)), Array(columns.shape.dropLast(2)), a.span(0), a.span(1), span, "solved")
      let x = try e.emit(.linearSolve, [A.broadcast(to: lead + A.shape.suffix(2)), columns.broadcast(to: lead + columns.shape.suffix(2))], at: span)[0]
      return .node(isVector ? x.reshape(Array(x.shape.dropLast())) : x)
    }
    scope.native("triangular_solve", ["A", "b", "lower?", "transpose?"], "x with A x = b for a triangular A (lower unless `lower: false`).") { e, a, span in
      let A = try matrix(a, 0, e)
      let b = try a.real(1, e)
      let columns = b.rank == A.rank - 1 ? b.reshape(b.shape + [1]) : b
      let x = try e.emit(
        .triangularSolve, [A, columns],
        ["lower": .bool(try a.flag(2, e, default: true)), "transpose": .bool(try a.flag(3, e)), "unit": .bool(false)], at: span)[0]
      return .node(b.rank == A.rank - 1 ? x.reshape(b.shape) : x)
    }
    for (name, decl, doc) in [
      ("inv", OpDecl.inv, "The inverse of a square matrix; a singular one is an error."), ("det", .det, "The determinant."),
      ("cholesky", .cholesky, "Lower L with A = L Lᵀ; an A that is not positive definite is an error."), ("expm", .expm, "The matrix exponential."),
    ] {
      scope.native(name, ["A"], doc) { e, a, span in .tensor(try e.emit1(decl, [try matrix(a, 0, e)], at: span)) }
    }
    scope.native("logdet", ["A"], "log |det A|.") { e, a, span in .node(try e.emit(.logabsdet, [try matrix(a, 0, e)], at: span)[0]) }
    scope.native("slogdet", ["A"], "`(sign, log |det A|)`.") { e, a, span in
      let parts = try e.emit(.logabsdet, [try matrix(a, 0, e)], at: span)
      return .tuple([.node(parts[1]), .node(parts[0])])
    }
    scope.native("qr", ["A"], "`(Q, R)` with A = Q R, orthonormal columns, R upper triangular.") { e, a, span in
      .tuple(try e.emit(.qr, [try matrix(a, 0, e, square: false)], at: span).map { .node($0) })
    }
    scope.native("svd", ["A"], "`(U, s, Vt)` with A = U diag(s) Vt, singular values descending.") { e, a, span in
      .tuple(try e.emit(.svd, [try matrix(a, 0, e, square: false)], at: span).map { .node($0) })
    }
    scope.native("eigh", ["A"], "`(w, V)`: eigenvalues ascending and eigenvectors (columns) of a symmetric matrix.") { e, a, span in
      .tuple(try e.emit(.eigh, [try matrix(a, 0, e)], at: span).map { .node($0) })
    }
    scope.native("eigvalsh", ["A"], "Eigenvalues of a symmetric matrix, ascending.") { e, a, span in .node(try e.emit(.eigh, [try matrix(a, 0, e)], at: span)[0]) }
    scope.native("eig", ["A"], "`{values, vectors}` of a square matrix, complex.") { e, a, span in
      let parts = try e.emit(.eig, [try matrix(a, 0, e)], at: span)
      return .record([Field(name: "values", value: .node(parts[0])), Field(name: "vectors", value: .node(parts[1]))])
    }
    scope.native("eigvals", ["A"], "Eigenvalues of a square matrix, complex.") { e, a, span in .node(try e.emit(.eig, [try matrix(a, 0, e)], at: span)[0]) }
  }
}

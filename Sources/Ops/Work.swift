import IR

#if canImport(Glibc)
  import Glibc
#endif

// The usual counts of matrix algorithms (Golub and Van Loan, Matrix Computations, 4th edition: tables of sections 3.2, 4.2, 5.5, 7.6, 8.6).

extension Work {
  /// c n³ for each of the square matrices [B…, n, n] of the last operand.
  static func cubes(_ c: Double) -> Work {
    .rule { x, _, _ in
      guard let shape = x.last?.shape, let n = shape.last else { return Count.zero }
      return c * Count(shape) * Count(n)
    }
  }
  /// p m n² + q n³ for each of the matrices [B…, m, n], n the shorter side.
  static func thin(square p: Double, cube q: Double) -> Work {
    .rule { x, _, _ in
      let shape = x[0].shape
      guard shape.count >= 2 else { return Count.zero }
      let (m, n) = (shape[shape.count - 2], shape[shape.count - 1])
      let short = (m.constant ?? .max) < (n.constant ?? .max) ? m : n
      let batch = Count(Array(shape.dropLast(2)))
      return p * Count(shape) * Count(short) + q * batch * Count([short, short, short])
    }
  }
  /// p n³ + q n² k of `A X = B`, A [B…, n, n], B [B…, n, k].
  static func solving(cubes p: Double, squares q: Double) -> Work {
    .rule { x, _, _ in
      guard let n = x[0].shape.last else { return Count.zero }
      return p * Count(x[0].shape) * Count(n) + q * Count(n) * Count(x[1].shape)
    }
  }
}

/// The binary logarithm of an extent; of one that is not known, that of a thousand.
func log2(_ extent: Dim) -> Double { Glibc.log2(Double(max(1, extent.constant ?? 1000))) }

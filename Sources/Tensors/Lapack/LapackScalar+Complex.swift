import COpenBLAS

extension Complex: LapackScalar {
  private static var isDouble: Bool { MemoryLayout<Real>.size == 8 }
  init(real: Double) { self.init(Real(real), 0) }
  func isZero() -> Bool { re == 0 && im == 0 }
  var isFinite: Bool { re.isFinite && im.isFinite }
  var magnitude1: Double { Double(abs(re)) + Double(abs(im)) }

  static func getrf(_ n: Int, _ a: UnsafeMutablePointer<Self>, _ pivots: UnsafeMutablePointer<Int32>) -> Int {
    Int(isDouble ? ptb_zgetrf(i32(n), i32(n), a, i32(n), pivots) : ptb_cgetrf(i32(n), i32(n), a, i32(n), pivots))
  }
  static func getrs(
    _ transpose: Bool, _ n: Int, _ k: Int, _ lu: UnsafePointer<Self>, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Self>
  ) {
    let form = CChar(truncatingIfNeeded: (transpose ? "T" : "N" as Unicode.Scalar).value)
    _ = isDouble
      ? ptb_zgetrs(form, i32(n), i32(k), lu, i32(n), pivots, b, i32(n))
      : ptb_cgetrs(form, i32(n), i32(k), lu, i32(n), pivots, b, i32(n))
  }
  static func getri(
    _ n: Int, _ lu: UnsafeMutablePointer<Self>, _ pivots: UnsafePointer<Int32>, _ work: UnsafeMutablePointer<Self>
  ) {
    let size = i32(n * LapackSize.block)
    _ = isDouble ? ptb_zgetri(i32(n), lu, i32(n), pivots, work, size) : ptb_cgetri(i32(n), lu, i32(n), pivots, work, size)
  }
  static func trsm(
    _ lower: Bool, _ transpose: Bool, _ unit: Bool, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>,
    _ x: UnsafeMutablePointer<Self>
  ) {
    let (half, form) = (lower ? CblasLower : CblasUpper, transpose ? CblasTrans : CblasNoTrans)
    let diagonal = unit ? CblasUnit : CblasNonUnit
    withUnsafePointer(to: Self(1, 0)) { one in
      if isDouble {
        cblas_ztrsm(CblasRowMajor, CblasLeft, half, form, diagonal, i32(n), i32(k), one, a, i32(n), x, i32(k))
      } else {
        cblas_ctrsm(CblasRowMajor, CblasLeft, half, form, diagonal, i32(n), i32(k), one, a, i32(n), x, i32(k))
      }
    }
  }
  static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Complex<Real>>,
    _ v: UnsafeMutablePointer<Complex<Real>>, _ scratch: inout Workspace
  ) -> Int {
    let size = LapackSize.geev(n)
    let (work, reals) = (scratch.take(Self.self, size), scratch.take(Double.self, 2 * n))
    if isDouble { return Int(ptb_zgeev(i32(n), a, i32(n), w, v, i32(n), work, i32(size), reals)) }
    return reals.withMemoryRebound(to: Float.self, capacity: 2 * n) {
      Int(ptb_cgeev(i32(n), a, i32(n), w, v, i32(n), work, i32(size), $0))
    }
  }
}

/// Eigenpairs as a real `geev` packs them: a conjugate pair shares two columns, its real part and its imaginary part.
func unpackEigenvectors<R: LapackReal>(
  _ n: Int, _ re: UnsafePointer<R>, _ im: UnsafePointer<R>, _ packed: UnsafePointer<R>, _ w: UnsafeMutablePointer<Complex<R>>,
  _ v: UnsafeMutablePointer<Complex<R>>
) {
  var column = 0
  while column < n {
    w[column] = Complex(re[column], im[column])
    let (x, to) = (packed + column * n, v + column * n)
    if im[column] == 0 || column + 1 == n {
      for row in 0..<n { to[row] = Complex(x[row], 0) }
      column += 1
    } else {
      w[column + 1] = Complex(re[column + 1], im[column + 1])
      for row in 0..<n {
        to[row] = Complex(x[row], x[row + n])
        to[row + n] = to[row].conjugate
      }
      column += 2
    }
  }
}

import COpenBLAS

/// A number that LAPACK factorises matrices of. All matrices are column-major here, as LAPACK has them.
protocol LapackScalar: BlasScalar {
  associatedtype Real: BinaryFloatingPoint & Sendable
  static func - (a: Self, b: Self) -> Self
  init(real: Double)
  func isZero() -> Bool
  var isFinite: Bool { get }
  /// |re| + |im|, as LAPACK measures.
  var magnitude1: Double { get }
  /// P A = L U in place, A square; the 1-based column of the first zero pivot, or 0.
  static func getrf(_ n: Int, _ a: UnsafeMutablePointer<Self>, _ pivots: UnsafeMutablePointer<Int32>) -> Int
  /// B := A⁻¹ B, or A⁻ᵀ B, by the factors of `getrf`.
  static func getrs(
    _ transpose: Bool, _ n: Int, _ k: Int, _ lu: UnsafePointer<Self>, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Self>)
  /// A⁻¹ in place of the factors of `getrf`; `work` holds `n * LapackSize.block`.
  static func getri(
    _ n: Int, _ lu: UnsafeMutablePointer<Self>, _ pivots: UnsafePointer<Int32>, _ work: UnsafeMutablePointer<Self>)
  /// X := op(A)⁻¹ X for a row-major triangular A [n, n] and X [n, k].
  static func trsm(
    _ lower: Bool, _ transpose: Bool, _ unit: Bool, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>,
    _ x: UnsafeMutablePointer<Self>)
  /// Eigenvalues and right eigenvectors (columns of norm 1) of A, which is overwritten.
  static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Complex<Real>>,
    _ v: UnsafeMutablePointer<Complex<Real>>, _ scratch: inout Workspace) -> Int
}

/// Real numbers, for which the orthogonal factorisations are offered.
protocol LapackReal: LapackScalar, BinaryFloatingPoint, Sendable where Real == Self {
  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Self>) -> Int
  static func gelqf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ tau: UnsafeMutablePointer<Self>,
    _ work: UnsafeMutablePointer<Self>)
  static func orglq(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int, _ tau: UnsafePointer<Self>,
    _ work: UnsafeMutablePointer<Self>)
  static func gesdd(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ s: UnsafeMutablePointer<Self>, _ u: UnsafeMutablePointer<Self>,
    _ vt: UnsafeMutablePointer<Self>, _ scratch: inout Workspace) -> Int
  static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Self>, _ scratch: inout Workspace) -> Int
}

/// Bounds on LAPACK's scratch memory, in elements.
enum LapackSize {
  /// The block size that work arrays of "n times the block size" are laid out for.
  static let block = 64
  static func gesdd(_ m: Int, _ n: Int) -> Int {
    let small = min(m, n)
    return 4 * small * small + 8 * small + block * (m + n) + 64
  }
  static func syevd(_ n: Int) -> (work: Int, integers: Int) { (2 * n * n + 6 * n + block * n + 64, 5 * n + 8) }
  static func geev(_ n: Int) -> Int { (block + 4) * n + 64 }
}

func i32(_ n: Int) -> Int32 { Int32(truncatingIfNeeded: n) }
private func letter(_ c: Unicode.Scalar) -> CChar { CChar(truncatingIfNeeded: c.value) }

extension Float: LapackReal {
  init(real: Double) { self = Float(real) }
  func isZero() -> Bool { self == 0 }
  var magnitude1: Double { Double(abs(self)) }
  static func getrf(_ n: Int, _ a: UnsafeMutablePointer<Float>, _ pivots: UnsafeMutablePointer<Int32>) -> Int {
    Int(ptb_sgetrf(i32(n), i32(n), a, i32(n), pivots))
  }
  static func getrs(
    _ transpose: Bool, _ n: Int, _ k: Int, _ lu: UnsafePointer<Float>, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Float>
  ) {
    _ = ptb_sgetrs(letter(transpose ? "T" : "N"), i32(n), i32(k), lu, i32(n), pivots, b, i32(n))
  }
  static func getri(
    _ n: Int, _ lu: UnsafeMutablePointer<Float>, _ pivots: UnsafePointer<Int32>, _ work: UnsafeMutablePointer<Float>
  ) {
    _ = ptb_sgetri(i32(n), lu, i32(n), pivots, work, i32(n * LapackSize.block))
  }
  static func trsm(
    _ lower: Bool, _ transpose: Bool, _ unit: Bool, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ x: UnsafeMutablePointer<Float>
  ) {
    cblas_strsm(
      CblasRowMajor, CblasLeft, lower ? CblasLower : CblasUpper, transpose ? CblasTrans : CblasNoTrans,
      unit ? CblasUnit : CblasNonUnit, i32(n), i32(k), 1, a, i32(n), x, i32(k))
  }
  static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ w: UnsafeMutablePointer<Complex<Float>>,
    _ v: UnsafeMutablePointer<Complex<Float>>, _ scratch: inout Workspace
  ) -> Int {
    let (re, im, packed) = (scratch.take(Float.self, n), scratch.take(Float.self, n), scratch.take(Float.self, n * n))
    let work = scratch.take(Float.self, LapackSize.geev(n))
    let info = Int(ptb_sgeev(i32(n), a, i32(n), re, im, packed, i32(n), work, i32(LapackSize.geev(n))))
    unpackEigenvectors(n, re, im, packed, w, v)
    return info
  }
  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Float>) -> Int { Int(ptb_spotrf(letter("U"), i32(n), a, i32(n))) }
  static func gelqf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ tau: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>
  ) {
    _ = ptb_sgelqf(i32(m), i32(n), a, i32(m), tau, work, i32(m * LapackSize.block))
  }
  static func orglq(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int, _ tau: UnsafePointer<Float>,
    _ work: UnsafeMutablePointer<Float>
  ) {
    _ = ptb_sorglq(i32(m), i32(n), i32(k), a, i32(lda), tau, work, i32(m * LapackSize.block))
  }
  static func gesdd(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ s: UnsafeMutablePointer<Float>, _ u: UnsafeMutablePointer<Float>,
    _ vt: UnsafeMutablePointer<Float>, _ scratch: inout Workspace
  ) -> Int {
    let size = LapackSize.gesdd(m, n)
    let (work, integers) = (scratch.take(Float.self, size), scratch.take(Int32.self, 8 * min(m, n)))
    return Int(ptb_sgesdd(i32(m), i32(n), a, i32(m), s, u, i32(m), vt, i32(min(m, n)), work, i32(size), integers))
  }
  static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ w: UnsafeMutablePointer<Float>, _ scratch: inout Workspace
  ) -> Int {
    let size = LapackSize.syevd(n)
    let (work, integers) = (scratch.take(Float.self, size.work), scratch.take(Int32.self, size.integers))
    return Int(ptb_ssyevd(letter("U"), i32(n), a, i32(n), w, work, i32(size.work), integers, i32(size.integers)))
  }
}

extension Double: LapackReal {
  init(real: Double) { self = Double(real) }
  func isZero() -> Bool { self == 0 }
  var magnitude1: Double { Double(abs(self)) }
  static func getrf(_ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafeMutablePointer<Int32>) -> Int {
    Int(ptb_dgetrf(i32(n), i32(n), a, i32(n), pivots))
  }
  static func getrs(
    _ transpose: Bool, _ n: Int, _ k: Int, _ lu: UnsafePointer<Double>, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Double>
  ) {
    _ = ptb_dgetrs(letter(transpose ? "T" : "N"), i32(n), i32(k), lu, i32(n), pivots, b, i32(n))
  }
  static func getri(
    _ n: Int, _ lu: UnsafeMutablePointer<Double>, _ pivots: UnsafePointer<Int32>, _ work: UnsafeMutablePointer<Double>
  ) {
    _ = ptb_dgetri(i32(n), lu, i32(n), pivots, work, i32(n * LapackSize.block))
  }
  static func trsm(
    _ lower: Bool, _ transpose: Bool, _ unit: Bool, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>
  ) {
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, lower ? CblasLower : CblasUpper, transpose ? CblasTrans : CblasNoTrans,
      unit ? CblasUnit : CblasNonUnit, i32(n), i32(k), 1, a, i32(n), x, i32(k))
  }
  static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Complex<Double>>,
    _ v: UnsafeMutablePointer<Complex<Double>>, _ scratch: inout Workspace
  ) -> Int {
    let (re, im, packed) = (scratch.take(Double.self, n), scratch.take(Double.self, n), scratch.take(Double.self, n * n))
    let work = scratch.take(Double.self, LapackSize.geev(n))
    let info = Int(ptb_dgeev(i32(n), a, i32(n), re, im, packed, i32(n), work, i32(LapackSize.geev(n))))
    unpackEigenvectors(n, re, im, packed, w, v)
    return info
  }
  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Double>) -> Int { Int(ptb_dpotrf(letter("U"), i32(n), a, i32(n))) }
  static func gelqf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ tau: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>
  ) {
    _ = ptb_dgelqf(i32(m), i32(n), a, i32(m), tau, work, i32(m * LapackSize.block))
  }
  static func orglq(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int, _ tau: UnsafePointer<Double>,
    _ work: UnsafeMutablePointer<Double>
  ) {
    _ = ptb_dorglq(i32(m), i32(n), i32(k), a, i32(lda), tau, work, i32(m * LapackSize.block))
  }
  static func gesdd(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Double>,
    _ vt: UnsafeMutablePointer<Double>, _ scratch: inout Workspace
  ) -> Int {
    let size = LapackSize.gesdd(m, n)
    let (work, integers) = (scratch.take(Double.self, size), scratch.take(Int32.self, 8 * min(m, n)))
    return Int(ptb_dgesdd(i32(m), i32(n), a, i32(m), s, u, i32(m), vt, i32(min(m, n)), work, i32(size), integers))
  }
  static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Double>, _ scratch: inout Workspace
  ) -> Int {
    let size = LapackSize.syevd(n)
    let (work, integers) = (scratch.take(Double.self, size.work), scratch.take(Int32.self, size.integers))
    return Int(ptb_dsyevd(letter("U"), i32(n), a, i32(n), w, work, i32(size.work), integers, i32(size.integers)))
  }
}

import CKernels
import COpenBLAS

/// A number that products are computed over.
protocol BlasScalar {
  static var zero: Self { get }
  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  /// c = op(a) op(b), row-major: c is [m, n] with rows `ldc` apart. Extents are at least 1.
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ b: UnsafePointer<Self>, _ ldb: Int, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
  /// y = op(a) x with a row-major [rows, columns].
  static func gemv(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ a: UnsafePointer<Self>, _ x: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>)
  static func dot(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
  /// c = op(a) op(b) of at most `PTB_SMALL_GEMM` products, all dense.
  static func small(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    _ c: UnsafeMutablePointer<Self>)
}

extension BlasScalar {
  static func small(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    _ c: UnsafeMutablePointer<Self>
  ) {
    plainProduct(transposeA, transposeB, m, n, k, a, transposeA ? m : k, b, transposeB ? k : n, c, n)
  }
}

/// OpenBLAS is held to one thread, so that a product has the same bits whatever the number of our own threads.
enum OpenBLAS {
  static let singleThreaded: Void = openblas_set_num_threads(1)
}

private func flag(_ transpose: Bool) -> CBLAS_TRANSPOSE { transpose ? CblasTrans : CblasNoTrans }
// BLAS counts in 32 bits; shape rules refuse larger extents.
private func i(_ n: Int) -> Int32 { Int32(truncatingIfNeeded: n) }

/// Without BLAS: loops over rows, with the inner loop along memory.
func plainProduct<T: BlasScalar>(
  _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<T>, _ lda: Int,
  _ b: UnsafePointer<T>, _ ldb: Int, _ c: UnsafeMutablePointer<T>, _ ldc: Int
) {
  let (rowA, stepA) = transposeA ? (1, lda) : (lda, 1)
  for row in 0..<m {
    let a = a + row * rowA
    let c = c + row * ldc
    if transposeB {
      for column in 0..<n {
        let b = b + column * ldb
        var sum = T.zero
        for p in 0..<k { sum = sum + a[p * stepA] * b[p] }
        c[column] = sum
      }
    } else {
      for column in 0..<n { c[column] = .zero }
      for p in 0..<k {
        let factor = a[p * stepA]
        let b = b + p * ldb
        for column in 0..<n { c[column] = c[column] + factor * b[column] }
      }
    }
  }
}

extension Float: BlasScalar {
  static func small(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ c: UnsafeMutablePointer<Float>
  ) {
    ptb_small_gemm_f32(transposeA ? 1 : 0, transposeB ? 1 : 0, Int64(m), Int64(n), Int64(k), a, b, c)
  }
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ b: UnsafePointer<Float>, _ ldb: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    cblas_sgemm(CblasRowMajor, flag(transposeA), flag(transposeB), i(m), i(n), i(k), 1, a, i(lda), b, i(ldb), 0, c, i(ldc))
  }
  static func gemv(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ a: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemv(CblasRowMajor, flag(transpose), i(rows), i(columns), 1, a, i(columns), x, 1, 0, y, 1)
  }
  static func dot(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float { cblas_sdot(i(n), x, 1, y, 1) }
}

extension Double: BlasScalar {
  static func small(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    _ c: UnsafeMutablePointer<Double>
  ) {
    ptb_small_gemm_f64(transposeA ? 1 : 0, transposeB ? 1 : 0, Int64(m), Int64(n), Int64(k), a, b, c)
  }
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ b: UnsafePointer<Double>, _ ldb: Int, _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    cblas_dgemm(CblasRowMajor, flag(transposeA), flag(transposeB), i(m), i(n), i(k), 1, a, i(lda), b, i(ldb), 0, c, i(ldc))
  }
  static func gemv(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ a: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    _ y: UnsafeMutablePointer<Double>
  ) {
    cblas_dgemv(CblasRowMajor, flag(transpose), i(rows), i(columns), 1, a, i(columns), x, 1, 0, y, 1)
  }
  static func dot(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double { cblas_ddot(i(n), x, 1, y, 1) }
}

extension Complex: BlasScalar {
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ b: UnsafePointer<Self>, _ ldb: Int, _ c: UnsafeMutablePointer<Self>, _ ldc: Int
  ) {
    let (ta, tb) = (flag(transposeA), flag(transposeB))
    withUnsafePointer(to: Self(1, 0)) { one in
      withUnsafePointer(to: Self.zero) { zero in
        if MemoryLayout<Real>.size == 8 {
          cblas_zgemm(CblasRowMajor, ta, tb, i(m), i(n), i(k), one, a, i(lda), b, i(ldb), zero, c, i(ldc))
        } else {
          cblas_cgemm(CblasRowMajor, ta, tb, i(m), i(n), i(k), one, a, i(lda), b, i(ldb), zero, c, i(ldc))
        }
      }
    }
  }
  static func gemv(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ a: UnsafePointer<Self>, _ x: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>
  ) {
    gemm(transpose, false, transpose ? columns : rows, 1, transpose ? rows : columns, a, columns, x, 1, y, 1)
  }
  static func dot(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self {
    var sum = Self.zero
    for index in 0..<n { sum = sum + x[index] * y[index] }
    return sum
  }
}

/// Integers; what does not fit in 64 bits is noted for the end of the kernel (`KernelStatus.ofInts`).
struct CheckedInt: BlasScalar {
  var value: Int
  static var zero: Self { Self(value: 0) }
  static func + (a: Self, b: Self) -> Self { kept(a.value.addingReportingOverflow(b.value)) }
  static func * (a: Self, b: Self) -> Self { kept(a.value.multipliedReportingOverflow(by: b.value)) }
  @inline(__always)
  private static func kept(_ result: (partialValue: Int, overflow: Bool)) -> Self {
    if result.overflow { ptb_note_overflow() }
    return Self(value: result.partialValue)
  }
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ b: UnsafePointer<Self>, _ ldb: Int, _ c: UnsafeMutablePointer<Self>, _ ldc: Int
  ) {
    plainProduct(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc)
  }
  static func gemv(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ a: UnsafePointer<Self>, _ x: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>
  ) {
    plainProduct(transpose, false, transpose ? columns : rows, 1, transpose ? rows : columns, a, columns, x, 1, y, 1)
  }
  static func dot(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self {
    var sum = Self.zero
    for index in 0..<n { sum = sum + x[index] * y[index] }
    return sum
  }
}

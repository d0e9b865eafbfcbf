/// Kernels of dense linear algebra: matrices in the last two axes, one after another over the leading ones.
///
/// LAPACK's matrices are column-major, ours row-major, so LAPACK sees the transpose of what we have; each kernel says how it uses
/// or undoes that. Operands are never written to. Matrices that hold a nan or inf give nan without a call where LAPACK's
/// iterations might not end.
public enum LinearAlgebraKernels {
  /// Runs the kernel for the type of the elements; a generic function is fast only where its type is written out.
  static func dispatch(
    _ dtype: DType, _ f32: @autoclosure () -> KernelStatus, _ f64: @autoclosure () -> KernelStatus,
    _ c64: @autoclosure () -> KernelStatus = .ok, _ c128: @autoclosure () -> KernelStatus = .ok
  ) -> KernelStatus {
    _ = OpenBLAS.singleThreaded
    switch dtype {
    case .f32: return f32()
    case .f64: return f64()
    case .c64: return c64()
    case .c128: return c128()
    case .int, .bool, .string: return .ok  // refused by the shape rules
    }
  }
}

extension Operand {
  var rows: Int { shape[rank - 2] }
  var columns: Int { shape[rank - 1] }
  /// The number of matrices.
  var matrices: Int {
    var product = 1
    for axis in 0..<(rank - 2) { product *= shape[axis] }
    return product
  }
}

/// to = fromᵀ for from [rows, columns], in tiles that stay in cache.
func transposeMatrix<T>(_ rows: Int, _ columns: Int, _ from: UnsafePointer<T>, _ to: UnsafeMutablePointer<T>) {
  let tile = 16
  for rowStart in stride(from: 0, to: rows, by: tile) {
    for columnStart in stride(from: 0, to: columns, by: tile) {
      for row in rowStart..<min(rowStart + tile, rows) {
        for column in columnStart..<min(columnStart + tile, columns) { to[column * rows + row] = from[row * columns + column] }
      }
    }
  }
}

func allFinite<T: LapackScalar>(_ x: UnsafePointer<T>, _ count: Int) -> Bool {
  for index in 0..<count where !x[index].isFinite { return false }
  return true
}

/// to = (from + fromᵀ) / 2.
func symmetrise<T: LapackReal>(_ n: Int, _ from: UnsafePointer<T>, _ to: UnsafeMutablePointer<T>) {
  for row in 0..<n {
    to[row * n + row] = from[row * n + row]
    for column in 0..<row {
      let mean = from[row * n + column] * T(0.5) + from[column * n + row] * T(0.5)
      to[row * n + column] = mean
      to[column * n + row] = mean
    }
  }
}

/// Whether the row exchanges of `getrf` are an odd number.
func isOdd(_ pivots: UnsafePointer<Int32>, _ n: Int) -> Bool {
  var odd = false
  for row in 0..<n where Int(pivots[row]) != row + 1 { odd.toggle() }
  return odd
}

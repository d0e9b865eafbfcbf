extension LinearAlgebraKernels {
  // MARK: eigh(A) → (w ascending, V), of (A + Aᵀ) / 2

  public static let symmetricEigen: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, symmetricEigen(call, Float.self), symmetricEigen(call, Double.self))
  }
  public static func symmetricEigenWorkspace(n: Int, dtype: DType) -> Int {
    let size = LapackSize.syevd(n)
    return (n * n + size.work) * dtype.size + 4 * size.integers + 512
  }
  private static func symmetricEigen<T: LapackReal>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let input = call.pointee.inputs[0]
    let n = input.rows
    guard input.count > 0 else { return .ok }
    for matrix in 0..<input.matrices {
      let w = call.pointee.outputs[0].pointer.typed(T.self) + matrix * n
      let v = call.pointee.outputs[1].pointer.typed(T.self) + matrix * n * n
      var scratch = Workspace(call.pointee.workspace)
      let a = scratch.take(T.self, n * n)
      symmetrise(n, input.pointer.typed(T.self) + matrix * n * n, a)
      guard allFinite(a, n * n) else {
        w.update(repeating: .nan, count: n)
        v.update(repeating: .nan, count: n * n)
        continue
      }
      if T.syevd(n, a, w, &scratch) > 0 { return KernelStatus(.noConvergence) }
      transposeMatrix(n, n, a, v)
    }
    return .ok
  }

  // MARK: eig(A) → (w, V), complex, w by real and then imaginary part

  public static let eigen: Kernel = { call in
    dispatch(
      call.pointee.inputs[0].dtype, eigen(call, Float.self), eigen(call, Double.self), eigen(call, Complex<Float>.self),
      eigen(call, Complex<Double>.self))
  }
  public static func eigenWorkspace(n: Int, dtype: DType) -> Int {
    (n * n + n * n + 2 * n + LapackSize.geev(n)) * dtype.size + (n * n + n) * dtype.complexified.size + 24 * n + 1024
  }
  private static func eigen<T: LapackScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let input = call.pointee.inputs[0]
    let n = input.rows
    guard input.count > 0 else { return .ok }
    for matrix in 0..<input.matrices {
      let w = call.pointee.outputs[0].pointer.typed(Complex<T.Real>.self) + matrix * n
      let v = call.pointee.outputs[1].pointer.typed(Complex<T.Real>.self) + matrix * n * n
      var scratch = Workspace(call.pointee.workspace)
      let a = scratch.take(T.self, n * n)
      let (values, vectors) = (scratch.take(Complex<T.Real>.self, n), scratch.take(Complex<T.Real>.self, n * n))
      let order = scratch.take(Int.self, n)
      let from = UnsafePointer(input.pointer.typed(T.self) + matrix * n * n)
      guard allFinite(from, n * n) else {
        w.update(repeating: Complex(.nan, .nan), count: n)
        v.update(repeating: Complex(.nan, .nan), count: n * n)
        continue
      }
      transposeMatrix(n, n, from, a)
      if T.geev(n, a, values, vectors, &scratch) > 0 { return KernelStatus(.noConvergence) }
      // LAPACK's order is that in which the iteration found them; a fixed one can be documented.
      for index in 0..<n { order[index] = index }
      var sorted = UnsafeMutableBufferPointer(start: order, count: n)
      sorted.sort {
        (values[$0].re, values[$0].im, $0) < (values[$1].re, values[$1].im, $1)
      }
      for column in 0..<n {
        w[column] = values[order[column]]
        for row in 0..<n { v[row * n + column] = vectors[order[column] * n + row] }
      }
    }
    return .ok
  }
}

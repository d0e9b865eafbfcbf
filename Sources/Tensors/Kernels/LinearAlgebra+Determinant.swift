import Glibc

extension LinearAlgebraKernels {
  // MARK: det(A), logabsdet(A) → (log |det A|, sign)

  public static let determinant: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, determinant(call, Float.self), determinant(call, Double.self), determinant(call, Complex<Float>.self),
      determinant(call, Complex<Double>.self))
  }
  public static let logDeterminant: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, logDeterminant(call, Float.self), logDeterminant(call, Double.self))
  }
  public static func determinantWorkspace(n: Int, dtype: DType) -> Int { n * n * dtype.size + 4 * n + 256 }

  /// Gives `body` the factors of each matrix and whether their row exchanges are odd.
  private static func forEachFactored<T: LapackScalar>(
    _ call: UnsafePointer<KernelCall>, _: T.Type, _ body: (_ matrix: Int, _ lu: UnsafePointer<T>, _ n: Int, _ odd: Bool) -> Void
  ) {
    let input = call.pointee.inputs[0]
    let n = input.rows
    var scratch = Workspace(call.pointee.workspace)
    let (a, pivots) = (scratch.take(T.self, n * n), scratch.take(Int32.self, n))
    for matrix in 0..<input.matrices {
      // The determinant is that of the transpose, which LAPACK sees.
      a.update(from: input.pointer.typed(T.self) + matrix * n * n, count: n * n)
      if n > 0 { _ = T.getrf(n, a, pivots) }
      body(matrix, a, n, isOdd(pivots, n))
    }
  }
  private static func determinant<T: LapackScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let out = call.pointee.outputs[0].pointer.typed(T.self)
    forEachFactored(call, T.self) { matrix, lu, n, odd in
      var product = T(real: odd ? -1 : 1)
      for row in 0..<n { product = product * lu[row * n + row] }
      out[matrix] = product
    }
    return .ok
  }
  private static func logDeterminant<T: LapackReal>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let logs = call.pointee.outputs[0].pointer.typed(T.self)
    let signs = call.pointee.outputs[1].pointer.typed(T.self)
    forEachFactored(call, T.self) { matrix, lu, n, odd in
      var (sum, sign) = (0.0, odd ? -1.0 : 1.0)
      for row in 0..<n {
        let pivot = Double(lu[row * n + row])
        sum += log(abs(pivot))
        sign *= pivot.isNaN ? pivot : pivot == 0 ? 0 : pivot < 0 ? -1 : 1
      }
      logs[matrix] = T(sum)
      signs[matrix] = T(sign)
    }
    return .ok
  }

  // MARK: adjugate(A), the transposed matrix of cofactors

  public static let adjugate: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, adjugate(call, Float.self), adjugate(call, Double.self))
  }
  public static func adjugateWorkspace(n: Int, dtype: DType) -> Int {
    (4 * n * n + n + max(n * LapackSize.block, LapackSize.gesdd(n, n))) * dtype.size + 40 * n + 1024
  }

  /// det(A) A⁻¹ where A is well conditioned; otherwise from A = U S Vᵀ as det(U) det(V) V adj(S) Uᵀ, which needs no inverse
  /// (Stewart 1998, "On the adjugate matrix").
  private static func adjugate<T: LapackReal>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let (input, out) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let n = out.rows
    guard out.count > 0 else { return .ok }
    var scratch = Workspace(call.pointee.workspace)
    let (a, u, vt) = (scratch.take(T.self, n * n), scratch.take(T.self, n * n), scratch.take(T.self, n * n))
    let (copy, s, pivots) = (scratch.take(T.self, n * n), scratch.take(T.self, n), scratch.take(Int32.self, n))
    let rest = scratch
    let work = scratch.take(T.self, n * LapackSize.block)
    for matrix in 0..<out.matrices {
      let from = UnsafePointer(input.pointer.typed(T.self) + matrix * n * n)
      let to = out.pointer.typed(T.self) + matrix * n * n
      guard allFinite(from, n * n) else {
        to.update(repeating: .nan, count: n * n)
        continue
      }
      a.update(from: from, count: n * n)
      let info = T.getrf(n, a, pivots)
      var (determinant, smallest, largest) = (T(isOdd(pivots, n) ? -1 : 1), T.infinity, T(0))
      for row in 0..<n {
        let pivot = a[row * n + row]
        determinant *= pivot
        (smallest, largest) = (min(smallest, abs(pivot)), max(largest, abs(pivot)))
      }
      if info == 0 && smallest > largest * T(1e-3) {
        T.getri(n, a, pivots, work)
        for index in 0..<(n * n) { to[index] = a[index] * determinant }
        continue
      }
      // LAPACK sees Aᵀ = U' S V'ᵀ: read row by row, u holds U'ᵀ = Vᵀ of A and vt holds V' = U of A.
      a.update(from: from, count: n * n)
      var memory = rest
      if T.gesdd(n, n, a, s, u, vt, &memory) > 0 { return KernelStatus(.noConvergence) }
      var sign = T(1)
      for factor in [u, vt] {
        copy.update(from: factor, count: n * n)
        _ = T.getrf(n, copy, pivots)
        if isOdd(pivots, n) { sign = -sign }
        for row in 0..<n where copy[row * n + row] < 0 { sign = -sign }
      }
      for skipped in 0..<n {
        var others = sign
        for index in 0..<n where index != skipped { others *= s[index] }
        for row in 0..<n { u[skipped * n + row] *= others }
      }
      // adj(A) = V adj(S) Uᵀ: (rows of u, scaled)ᵀ times vtᵀ.
      T.gemm(true, true, n, n, n, u, n, vt, n, to, n)
    }
    return .ok
  }
}

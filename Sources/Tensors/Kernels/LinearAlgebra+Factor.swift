extension LinearAlgebraKernels {
  // MARK: cholesky(A), of (A + Aᵀ) / 2

  public static let cholesky: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, cholesky(call, Float.self), cholesky(call, Double.self))
  }
  private static func cholesky<T: LapackReal>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let (input, out) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let n = out.rows
    guard out.count > 0 else { return .ok }
    for matrix in 0..<out.matrices {
      let to = out.pointer.typed(T.self) + matrix * n * n
      let from = UnsafePointer(input.pointer.typed(T.self) + matrix * n * n)
      symmetrise(n, from, to)
      guard allFinite(to, n * n) else {
        for row in 0..<n { for column in 0..<n { to[row * n + column] = column > row ? 0 : .nan } }
        continue
      }
      // The upper factor in column-major order is the lower factor read row by row.
      let info = T.potrf(n, to)
      if info > 0 { return KernelStatus(.notPositiveDefinite, info - 1) }
      for row in 0..<n { (to + row * n + row + 1).update(repeating: 0, count: n - row - 1) }
    }
    return .ok
  }

  // MARK: qr(A [.., m, n]) → (Q [.., m, r], R [.., r, n]), r = min(m, n)

  public static let qr: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, qr(call, Float.self), qr(call, Double.self))
  }
  public static func qrWorkspace(m: Int, n: Int, dtype: DType) -> Int {
    (m * n + min(m, n) + max(m, n) * LapackSize.block) * dtype.size + 512
  }
  private static func qr<T: LapackReal>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let (input, outQ, outR) = (call.pointee.inputs[0], call.pointee.outputs[0], call.pointee.outputs[1])
    let (m, n) = (input.rows, input.columns)
    let r = min(m, n)
    guard r > 0 else { return .ok }  // both factors are empty
    var scratch = Workspace(call.pointee.workspace)
    let (a, tau) = (scratch.take(T.self, m * n), scratch.take(T.self, r))
    let work = scratch.take(T.self, max(m, n) * LapackSize.block)
    for matrix in 0..<input.matrices {
      a.update(from: input.pointer.typed(T.self) + matrix * m * n, count: m * n)
      // LAPACK sees Aᵀ [n, m] and factors it as L Q'; A = Q'ᵀ Lᵀ. Row by row, its L is our R and its Q' [r, m] our Q.
      T.gelqf(n, m, a, tau, work)
      let toR = outR.pointer.typed(T.self) + matrix * r * n
      for row in 0..<r {
        for column in 0..<n { toR[row * n + column] = column < row ? 0 : a[row * n + column] }
      }
      T.orglq(r, m, r, a, n, tau, work)
      let toQ = outQ.pointer.typed(T.self) + matrix * m * r
      for row in 0..<m { (toQ + row * r).update(from: a + row * n, count: r) }
    }
    return .ok
  }

  // MARK: svd(A [.., m, n]) → (U [.., m, r], s [.., r] descending, Vᵀ [.., r, n])

  public static let svd: Kernel = { call in
    dispatch(
      call.pointee.outputs[1].dtype, svd(call, Float.self), svd(call, Double.self))
  }
  public static func svdWorkspace(m: Int, n: Int, dtype: DType) -> Int {
    (m * n + LapackSize.gesdd(m, n)) * dtype.size + 32 * min(m, n) + 512
  }
  private static func svd<T: LapackReal>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let input = call.pointee.inputs[0]
    let (m, n) = (input.rows, input.columns)
    let r = min(m, n)
    guard r > 0 else { return .ok }
    for matrix in 0..<input.matrices {
      let u = call.pointee.outputs[0].pointer.typed(T.self) + matrix * m * r
      let s = call.pointee.outputs[1].pointer.typed(T.self) + matrix * r
      let vt = call.pointee.outputs[2].pointer.typed(T.self) + matrix * r * n
      var scratch = Workspace(call.pointee.workspace)
      let from = UnsafePointer(input.pointer.typed(T.self) + matrix * m * n)
      guard decompose(m, n, from, u, s, vt, &scratch) else { return KernelStatus(.noConvergence) }
    }
    return .ok
  }
  /// One singular value decomposition; false if the iteration did not converge.
  static func decompose<T: LapackReal>(
    _ m: Int, _ n: Int, _ from: UnsafePointer<T>, _ u: UnsafeMutablePointer<T>, _ s: UnsafeMutablePointer<T>,
    _ vt: UnsafeMutablePointer<T>, _ scratch: inout Workspace
  ) -> Bool {
    let r = min(m, n)
    guard allFinite(from, m * n) else {
      u.update(repeating: .nan, count: m * r)
      s.update(repeating: .nan, count: r)
      vt.update(repeating: .nan, count: r * n)
      return true
    }
    let a = scratch.take(T.self, m * n)
    a.update(from: from, count: m * n)
    // LAPACK sees Aᵀ = U' S V'ᵀ. Row by row its U' [n, r] is our Vᵀ [r, n], and its V'ᵀ [r, m] our U [m, r].
    return T.gesdd(n, m, a, s, vt, u, &scratch) == 0
  }

  // MARK: pinv(A [.., m, n]) → [.., n, m]

  public static let pseudoInverse: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, pseudoInverse(call, Float.self), pseudoInverse(call, Double.self))
  }
  public static func pseudoInverseWorkspace(m: Int, n: Int, dtype: DType) -> Int {
    svdWorkspace(m: m, n: n, dtype: dtype) + (m + n + 1) * min(m, n) * dtype.size + 256
  }
  private static func pseudoInverse<T: LapackReal>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let (input, out) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let (m, n) = (input.rows, input.columns)
    let r = min(m, n)
    guard out.count > 0 else { return .ok }
    for matrix in 0..<input.matrices {
      var scratch = Workspace(call.pointee.workspace)
      let (u, s) = (scratch.take(T.self, m * r), scratch.take(T.self, r))
      let vt = scratch.take(T.self, r * n)
      let from = UnsafePointer(input.pointer.typed(T.self) + matrix * m * n)
      guard decompose(m, n, from, u, s, vt, &scratch) else { return KernelStatus(.noConvergence) }
      // Singular values below this are noise of the decomposition (as numpy.linalg.matrix_rank has it).
      let threshold = s[0] * T(max(m, n)) * T.ulpOfOne
      for row in 0..<r {
        // Written so that a nan stays one.
        let factor = s[row] <= threshold ? 0 : 1 / s[row]
        for column in 0..<n { vt[row * n + column] *= factor }
      }
      T.gemm(true, true, n, m, r, vt, n, u, r, out.pointer.typed(T.self) + matrix * n * m, m)
    }
    return .ok
  }
}

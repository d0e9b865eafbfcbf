extension LinearAlgebraKernels {
  // MARK: solve(A [.., n, n], B [.., n, k])

  public static let solve: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, solve(call, Float.self), solve(call, Double.self), solve(call, Complex<Float>.self),
      solve(call, Complex<Double>.self))
  }
  public static func solveWorkspace(n: Int, k: Int, dtype: DType) -> Int { (n * n + n * k) * dtype.size + 4 * n + 256 }

  private static func solve<T: LapackScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let (inA, inB, out) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0])
    let (n, k) = (out.rows, out.columns)
    guard out.count > 0 else { return .ok }
    var scratch = Workspace(call.pointee.workspace)
    let (a, b) = (scratch.take(T.self, n * n), scratch.take(T.self, n * k))
    let pivots = scratch.take(Int32.self, n)
    for matrix in 0..<out.matrices {
      // Column-major copies of both, so that the factors and pivots are those of A itself.
      transposeMatrix(n, n, inA.pointer.typed(T.self) + matrix * n * n, a)
      let info = T.getrf(n, a, pivots)
      if info > 0 { return KernelStatus(.singularMatrix, info - 1) }
      let (from, to) = (inB.pointer.typed(T.self) + matrix * n * k, out.pointer.typed(T.self) + matrix * n * k)
      if k == 1 {
        to.update(from: from, count: n)
        T.getrs(false, n, 1, a, pivots, to)
      } else {
        transposeMatrix(n, k, from, b)
        T.getrs(false, n, k, a, pivots, b)
        transposeMatrix(k, n, b, to)
      }
    }
    return .ok
  }

  // MARK: triangularSolve(A, B); attributes: lower, transpose, unit

  public static let triangularSolve: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, triangularSolve(call, Float.self), triangularSolve(call, Double.self), triangularSolve(call, Complex<Float>.self),
      triangularSolve(call, Complex<Double>.self))
  }
  private static func triangularSolve<T: LapackScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let (inA, inB, out) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0])
    let (n, k, attributes) = (out.rows, out.columns, call.pointee.attributes)
    guard out.count > 0 else { return .ok }
    let x = out.pointer.typed(T.self)
    if x != inB.pointer.typed(T.self) { x.update(from: inB.pointer.typed(T.self), count: out.count) }
    for matrix in 0..<out.matrices {
      let a = inA.pointer.typed(T.self) + matrix * n * n
      if attributes[2] == 0 {
        for row in 0..<n where a[row * n + row].isZero() { return KernelStatus(.singularMatrix, row) }
      }
      T.trsm(attributes[0] != 0, attributes[1] != 0, attributes[2] != 0, n, k, a, x + matrix * n * k)
    }
    return .ok
  }

  // MARK: inv(A)

  public static let inverse: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, inverse(call, Float.self), inverse(call, Double.self), inverse(call, Complex<Float>.self),
      inverse(call, Complex<Double>.self))
  }
  public static func inverseWorkspace(n: Int, dtype: DType) -> Int { n * LapackSize.block * dtype.size + 4 * n + 256 }

  private static func inverse<T: LapackScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let (input, out) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let n = out.rows
    guard out.count > 0 else { return .ok }
    var scratch = Workspace(call.pointee.workspace)
    let (work, pivots) = (scratch.take(T.self, n * LapackSize.block), scratch.take(Int32.self, n))
    for matrix in 0..<out.matrices {
      // LAPACK inverts Aᵀ, in column-major order: read row by row that is A⁻¹.
      let a = out.pointer.typed(T.self) + matrix * n * n
      a.update(from: input.pointer.typed(T.self) + matrix * n * n, count: n * n)
      let info = T.getrf(n, a, pivots)
      if info > 0 { return KernelStatus(.singularMatrix, info - 1) }
      T.getri(n, a, pivots, work)
    }
    return .ok
  }

  // MARK: lu(A) → (L and U packed, permutation p with A[p] = L U)

  public static let lu: Kernel = { call in
    dispatch(
      call.pointee.outputs[0].dtype, lu(call, Float.self), lu(call, Double.self), lu(call, Complex<Float>.self),
      lu(call, Complex<Double>.self))
  }
  public static func luWorkspace(n: Int, dtype: DType) -> Int { n * n * dtype.size + 4 * n + 256 }

  private static func lu<T: LapackScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) -> KernelStatus {
    let (input, out) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let n = out.rows
    guard out.count > 0 else { return .ok }
    var scratch = Workspace(call.pointee.workspace)
    let (a, pivots) = (scratch.take(T.self, n * n), scratch.take(Int32.self, n))
    for matrix in 0..<out.matrices {
      transposeMatrix(n, n, input.pointer.typed(T.self) + matrix * n * n, a)
      _ = T.getrf(n, a, pivots)  // a zero pivot is no error: the factors exist
      transposeMatrix(n, n, a, out.pointer.typed(T.self) + matrix * n * n)
      let permutation = call.pointee.outputs[1].pointer.typed(Int.self) + matrix * n
      for row in 0..<n { permutation[row] = row }
      for row in 0..<n {
        let other = Int(pivots[row]) - 1
        (permutation[row], permutation[other]) = (permutation[other], permutation[row])
      }
    }
    return .ok
  }
}

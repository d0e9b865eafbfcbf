import Glibc

extension LinearAlgebraKernels {
  // MARK: expm(A)

  /// Single precision is computed in double: the matrices are small and squaring amplifies rounding.
  public static let exponential: Kernel = { call in
    _ = OpenBLAS.singleThreaded
    switch call.pointee.outputs[0].dtype {
    case .f32: return exponential(call, Double.self, { (x: Float) in Double(x) }, { Float($0) })
    case .c64:
      return exponential(
        call, Complex<Double>.self, { (x: Complex<Float>) in Complex(Double(x.re), Double(x.im)) },
        { Complex(Float($0.re), Float($0.im)) })
    case .c128: return exponential(call, Complex<Double>.self, { $0 }, { $0 })
    default: return exponential(call, Double.self, { $0 }, { $0 })
    }
  }
  public static func exponentialWorkspace(n: Int, dtype: DType) -> Int {
    8 * (n * n * (dtype.isComplex ? 16 : 8) + 64) + 4 * n + 64
  }
  private static func exponential<S, T: LapackScalar>(
    _ call: UnsafePointer<KernelCall>, _: T.Type, _ widen: (S) -> T, _ narrow: (T) -> S
  ) -> KernelStatus {
    let (input, out) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let n = out.rows
    guard out.count > 0 else { return .ok }
    for matrix in 0..<out.matrices {
      var scratch = Workspace(call.pointee.workspace)
      let a = scratch.take(T.self, n * n)
      let (from, to) = (input.pointer.typed(S.self) + matrix * n * n, out.pointer.typed(S.self) + matrix * n * n)
      for index in 0..<(n * n) { a[index] = widen(from[index]) }
      let result = exponential(n, a, &scratch)
      for index in 0..<(n * n) { to[index] = narrow(result[index]) }
    }
    return .ok
  }

  // MARK: expmFrechet(A, E), the derivative of expm at A in direction E

  public static let exponentialDerivative: Kernel = { call in
    _ = OpenBLAS.singleThreaded
    switch call.pointee.outputs[0].dtype {
    case .f32: return derivative(call, Double.self, { (x: Float) in Double(x) }, { Float($0) })
    case .c64:
      return derivative(
        call, Complex<Double>.self, { (x: Complex<Float>) in Complex(Double(x.re), Double(x.im)) },
        { Complex(Float($0.re), Float($0.im)) })
    case .c128: return derivative(call, Complex<Double>.self, { $0 }, { $0 })
    default: return derivative(call, Double.self, { $0 }, { $0 })
    }
  }
  public static func exponentialDerivativeWorkspace(n: Int, dtype: DType) -> Int { exponentialWorkspace(n: 2 * n, dtype: dtype) }

  /// The upper right block of exp [[A, E], [0, A]] (Higham 2008, §3.2). E is scaled by a power of two to the size of A, so that
  /// it neither adds squarings nor drowns.
  private static func derivative<S, T: LapackScalar>(
    _ call: UnsafePointer<KernelCall>, _: T.Type, _ widen: (S) -> T, _ narrow: (T) -> S
  ) -> KernelStatus {
    let out = call.pointee.outputs[0]
    let n = out.rows
    guard out.count > 0 else { return .ok }
    let (inA, inE) = (call.pointee.inputs[0].pointer.typed(S.self), call.pointee.inputs[1].pointer.typed(S.self))
    for matrix in 0..<out.matrices {
      var scratch = Workspace(call.pointee.workspace)
      let block = scratch.take(T.self, 4 * n * n)
      var (sizeA, sizeE) = (1.0, 0.0)
      for index in (matrix * n * n)..<((matrix + 1) * n * n) {
        (sizeA, sizeE) = (max(sizeA, widen(inA[index]).magnitude1), max(sizeE, widen(inE[index]).magnitude1))
      }
      let finite = sizeE > 0 && sizeE.isFinite && sizeA.isFinite
      let exponent = finite ? min(max((log2(sizeA) - log2(sizeE)).rounded(), -1000), 1000) : 0
      let (scale, unscale) = (T(real: exp2(exponent)), T(real: exp2(-exponent)))
      for row in 0..<n {
        for column in 0..<n {
          let index = (matrix * n + row) * n + column
          block[row * 2 * n + column] = widen(inA[index])
          block[(row + n) * 2 * n + column + n] = widen(inA[index])
          block[row * 2 * n + column + n] = widen(inE[index]) * scale
          block[(row + n) * 2 * n + column] = .zero
        }
      }
      let result = exponential(2 * n, block, &scratch)
      for row in 0..<n {
        for column in 0..<n {
          out.pointer.typed(S.self)[(matrix * n + row) * n + column] = narrow(result[row * 2 * n + column + n] * unscale)
        }
      }
    }
    return .ok
  }

  // MARK: one matrix

  /// Degree, bound on ‖A‖₁ and coefficients of the Padé approximants (Higham 2005, table 2.3 and algorithm 2.3).
  private static let approximants: [(degree: Int, bound: Double, coefficients: [Double])] = [
    (3, 1.495585217958292e-2, [120, 60, 12, 1]),
    (5, 2.539398330063230e-1, [30240, 15120, 3360, 420, 30, 1]),
    (7, 9.504178996162932e-1, [17_297_280, 8_648_640, 1_995_840, 277_200, 25_200, 1512, 56, 1]),
    (
      9, 2.097847961257068,
      [17_643_225_600, 8_821_612_800, 2_075_673_600, 302_702_400, 30_270_240, 2_162_160, 110_880, 3960, 90, 1]
    ),
    (
      13, 5.371920351148152,
      [
        64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600, 1_187_353_796_428_800, 129_060_195_264_000,
        10_559_470_521_600, 670_442_572_800, 33_522_128_640, 1_323_241_920, 40_840_800, 960_960, 16_380, 182, 1,
      ]
    ),
  ]

  /// exp(a) by scaling and squaring, in one of the scratch matrices; `a` is overwritten. Matrices are row-major, which is no
  /// matter to LAPACK: exp(Aᵀ) = exp(A)ᵀ.
  private static func exponential<T: LapackScalar>(
    _ n: Int, _ a: UnsafeMutablePointer<T>, _ scratch: inout Workspace
  ) -> UnsafeMutablePointer<T> {
    let count = n * n
    let (square, power, u, v) = (
      scratch.take(T.self, count), scratch.take(T.self, count), scratch.take(T.self, count), scratch.take(T.self, count)
    )
    let (spare, pivots) = (scratch.take(T.self, count), scratch.take(Int32.self, n))
    // The largest sum over a row (or, for LAPACK, a column) bounds the spectrum.
    var norm = 0.0
    for row in 0..<n {
      var sum = 0.0
      for column in 0..<n { sum += a[row * n + column].magnitude1 }
      norm = sum > norm || sum.isNaN ? sum : norm
    }
    guard norm.isFinite else {
      v.update(repeating: T(real: .nan), count: count)
      return v
    }
    let choice = approximants.first { norm <= $0.bound } ?? approximants[approximants.count - 1]
    let squarings = norm > choice.bound ? Int(log2(norm / choice.bound).rounded(.up)) : 0
    let shrink = T(real: scalbn(1, Int32(-squarings)))
    for index in 0..<count { a[index] = a[index] * shrink }

    // U = A Σ b[2j+1] A^2j and V = Σ b[2j] A^2j; then exp(A) ≈ (V - U)⁻¹ (V + U).
    MatmulKernel.multiply(false, false, n, n, n, a, a, square)
    for index in 0..<count {
      let diagonal = index % (n + 1) == 0
      power[index] = T(real: diagonal ? 1 : 0)
      (u[index], v[index]) = (.zero, .zero)
    }
    for j in 0...(choice.degree / 2) {
      let (even, odd) = (T(real: choice.coefficients[2 * j]), T(real: choice.coefficients[2 * j + 1]))
      for index in 0..<count {
        u[index] = u[index] + power[index] * odd
        v[index] = v[index] + power[index] * even
      }
      if j < choice.degree / 2 {
        MatmulKernel.multiply(false, false, n, n, n, power, square, spare)
        power.update(from: spare, count: count)
      }
    }
    MatmulKernel.multiply(false, false, n, n, n, a, u, spare)
    for index in 0..<count {
      u[index] = v[index] - spare[index]
      v[index] = v[index] + spare[index]
    }
    // U, V and A commute, so that the transposed system LAPACK sees has the transposed solution.
    if T.getrf(n, u, pivots) == 0 { T.getrs(false, n, n, u, pivots, v) }
    var (result, other) = (v, spare)
    for _ in 0..<squarings {
      MatmulKernel.multiply(false, false, n, n, n, result, result, other)
      swap(&result, &other)
    }
    return result
  }
}

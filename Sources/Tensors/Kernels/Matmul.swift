import CKernels

/// The kernel of `matmul`. Attributes: number of batch axes, transpose a, transpose b.
public enum MatmulKernel {
  public static let kernel: Kernel = { call in
    switch call.pointee.outputs[0].dtype {
    case .f32: run(call, Float.self)
    case .f64: run(call, Double.self)
    case .int:
      run(call, CheckedInt.self)
      return .ofInts()
    case .c64: run(call, Complex<Float>.self)
    case .c128: run(call, Complex<Double>.self)
    case .bool, .string: break  // refused by the shape rule
    }
    return .ok
  }

  private static func run<T: BlasScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) {
    _ = OpenBLAS.singleThreaded
    let (a, b, c) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0])
    let batch = call.pointee.attributes[0]
    let (ta, tb) = (call.pointee.attributes[1] != 0, call.pointee.attributes[2] != 0)
    let (m, n) = (c.shape[batch], c.shape[batch + 1])
    let k = a.shape[batch + (ta ? 0 : 1)]
    guard c.count > 0 else { return }
    var (pa, pb) = (UnsafePointer<T>(a.pointer.typed(T.self)), UnsafePointer<T>(b.pointer.typed(T.self)))
    var pc = c.pointer.typed(T.self)
    for _ in 0..<(c.count / (m * n)) {
      multiply(ta, tb, m, n, k, pa, pb, pc)
      pa += m * k
      pb += k * n
      pc += m * n
    }
  }

  /// c[m, n] = op(a) op(b), all of them dense. Which routine does it depends on the extents alone.
  static func multiply<T: BlasScalar>(
    _ ta: Bool, _ tb: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>,
    _ c: UnsafeMutablePointer<T>
  ) {
    let (lda, ldb) = (ta ? m : k, tb ? k : n)
    if k == 0 {
      c.update(repeating: .zero, count: m * n)
    } else if m * n == 1 && k > 8 {
      c[0] = T.dot(k, a, b)
    } else if m * n * k <= PTB_SMALL_GEMM && (n > 1 || ta || k <= 32) {
      // Below about 16 x 16 x 16 the call into BLAS and its packing cost more than the product.
      T.small(ta, tb, m, n, k, a, b, c)
    } else if n == 1 {
      T.gemv(ta, ta ? k : m, ta ? m : k, a, b, c)
    } else if m == 1 {
      T.gemv(!tb, tb ? n : k, tb ? k : n, b, a, c)
    } else {
      T.gemm(ta, tb, m, n, k, a, lda, b, ldb, c, n)
    }
  }
}

extension UnsafeMutableRawPointer {
  /// Kernel memory as elements of one type.
  @inline(__always) func typed<T>(_: T.Type) -> UnsafeMutablePointer<T> { assumingMemoryBound(to: T.self) }
}

#if canImport(Glibc)
  import Glibc
#endif

/// Kernels along one axis that keep its length.
public enum RunningKernels {
  /// [outer, n, inner] about an axis.
  private static func split(_ x: Operand, _ axis: Int) -> (outer: Int, n: Int, inner: Int) {
    let shape = x.extents
    return (shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *))
  }

  /// Attributes: the axis, and 1 to run from its end.
  public static let cumsum: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let (axis, reversed) = (call.pointee.attributes[0], call.pointee.attributes[1] != 0)
    switch x.dtype {
    case .f32: run(Float.self, 1, x, y, axis, reversed) { $0 + $1 }
    case .f64: run(Double.self, 1, x, y, axis, reversed) { $0 + $1 }
    case .c64: run(Float.self, 2, x, y, axis, reversed) { $0 + $1 }
    case .c128: run(Double.self, 2, x, y, axis, reversed) { $0 + $1 }
    default: run(Int.self, 1, x, y, axis, reversed) { $0 &+ $1 }
    }
    return .ok
  }
  /// Attribute: the axis.
  public static let cumprod: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let axis = call.pointee.attributes[0]
    switch x.dtype {
    case .f32: run(Float.self, 1, x, y, axis, false) { $0 * $1 }
    case .f64: run(Double.self, 1, x, y, axis, false) { $0 * $1 }
    case .c64: complexProduct(Float.self, x, y, axis)
    case .c128: complexProduct(Double.self, x, y, axis)
    default: run(Int.self, 1, x, y, axis, false) { $0 &* $1 }
    }
    return .ok
  }
  private static func run<T>(_: T.Type, _ parts: Int, _ x: Operand, _ y: Operand, _ axis: Int, _ reversed: Bool, _ join: (T, T) -> T) {
    let (outer, n, plain) = split(x, axis)
    let inner = plain * parts
    let (a, b) = (x.at(T.self), y.at(T.self))
    for o in 0..<outer {
      for step in 0..<n {
        let k = reversed ? n - 1 - step : step
        let row = (o * n + k) * inner
        let before = reversed ? row + inner : row - inner
        for i in 0..<inner { b[row + i] = step == 0 ? a[row + i] : join(b[before + i], a[row + i]) }
      }
    }
  }
  private static func complexProduct<T: FloatingPoint>(_: T.Type, _ x: Operand, _ y: Operand, _ axis: Int) {
    let (outer, n, inner) = split(x, axis)
    let (a, b) = (x.at(T.self), y.at(T.self))
    for o in 0..<outer {
      for i in 0..<inner {
        var (re, im): (T, T) = (1, 0)
        for k in 0..<n {
          let at = 2 * ((o * n + k) * inner + i)
          (re, im) = (re * a[at] - im * a[at + 1], re * a[at + 1] + im * a[at])
          (b[at], b[at + 1]) = (re, im)
        }
      }
    }
  }

  public static let softmax: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    if x.dtype == .f32 { rows(Float.self, x, y) { expf($0) } } else { rows(Double.self, x, y) { exp($0) } }
    return .ok
  }
  private static func rows<T: BinaryFloatingPoint>(_: T.Type, _ x: Operand, _ y: Operand, _ exp: (T) -> T) {
    let n = x.shape[x.rank - 1]
    guard n > 0 else { return }
    for r in 0..<(x.count / n) {
      let (a, b) = (x.at(T.self) + r * n, y.at(T.self) + r * n)
      var top = a[0]
      for i in 1..<Swift.max(1, n) where a[i] > top { top = a[i] }
      for i in 0..<n { b[i] = exp(a[i] - top) }
      let scale = 1 / ReduceKernels.sum(UnsafePointer(b), n, 1)
      for i in 0..<n { b[i] *= scale }
    }
  }

  /// Attribute: the axis. Results: the sorted elements and their order.
  public static let sort: Kernel = { call in
    let (x, y, order) = (call.pointee.inputs[0], call.pointee.outputs[0], call.pointee.outputs[1])
    let axis = call.pointee.attributes[0]
    switch x.dtype {
    case .f32: sorted(Float.self, x, y, order, axis) { a, b in a < b || (b.isNaN && !a.isNaN) }
    case .f64: sorted(Double.self, x, y, order, axis) { a, b in a < b || (b.isNaN && !a.isNaN) }
    default: sorted(Int.self, x, y, order, axis) { $0 < $1 }
    }
    return .ok
  }
  private static func sorted<T>(_: T.Type, _ x: Operand, _ y: Operand, _ order: Operand, _ axis: Int, _ before: (T, T) -> Bool) {
    let (outer, n, inner) = split(x, axis)
    let (a, b, places) = (x.at(T.self), y.at(T.self), order.at(Int.self))
    var indices = [Int](repeating: 0, count: n)
    for o in 0..<outer {
      for i in 0..<inner {
        let base = o * n * inner + i
        for k in 0..<n { indices[k] = k }
        indices.sort { p, q in
          let (u, v) = (a[base + p * inner], a[base + q * inner])
          return before(u, v) || (!before(v, u) && p < q)
        }
        for k in 0..<n {
          places[base + k * inner] = indices[k]
          b[base + k * inner] = a[base + indices[k] * inner]
        }
      }
    }
  }
}

import CKernels

/// Kernels along one axis that keep its length.
public enum RunningKernels {
  /// [outer, n, inner] about an axis.
  private static func split(_ x: Operand, _ axis: Int) -> (outer: Int, n: Int, inner: Int) {
    let shape = x.extents
    return (shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *))
  }

  /// Attributes: the axis, and 1 to run from its end.
  public static let cumsum: Kernel = { call in
    if call.pointee.attributes[1] != 0 { return sumBack(call) }
    return scan(call, PTB_SUM)
  }
  /// Attribute: the axis.
  public static let cumprod: Kernel = { call in
    return scan(call, PTB_PROD)
  }
  private static func scan(_ call: UnsafePointer<KernelCall>, _ kind: ptb_reduce_kind) -> KernelStatus {
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    if x.count == 0 { return .ok }
    let (outer, n, inner) = split(x, call.pointee.attributes[0])
    ptb_scan(Int32(kind.rawValue), Int32(x.dtype.rawValue), x.pointer, y.pointer, Int64(outer), Int64(n), Int64(inner))
    guard x.dtype == .int else { return .ok }
    let check = IntOverflow(x: UnsafePointer(x.at(Int.self)), outer: outer, axis: n, inner: inner)
    return (kind == PTB_SUM ? check.ofSum(running: true) : check.ofProduct(running: true)) ? KernelStatus(.overflow) : .ok
  }

  private static func sumBack(_ call: UnsafePointer<KernelCall>) -> KernelStatus {
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let (outer, n, inner) = split(x, call.pointee.attributes[0])
    // A complex number is two parts that are summed apart.
    switch x.dtype {
    case .f32: runBack(x.at(Float.self), y.at(Float.self), outer, n, inner) { $0 + $1 }
    case .f64: runBack(x.at(Double.self), y.at(Double.self), outer, n, inner) { $0 + $1 }
    case .c64: runBack(x.at(Float.self), y.at(Float.self), outer, n, 2 * inner) { $0 + $1 }
    case .c128: runBack(x.at(Double.self), y.at(Double.self), outer, n, 2 * inner) { $0 + $1 }
    default:
      runBack(x.at(Int.self), y.at(Int.self), outer, n, inner) { $0 &+ $1 }
      let check = IntOverflow(x: UnsafePointer(x.at(Int.self)), outer: outer, axis: n, inner: inner)
      return check.ofSum(running: true, back: true) ? KernelStatus(.overflow) : .ok
    }
    return .ok
  }
  @inline(__always)
  private static func runBack<T>(
    _ x: UnsafeMutablePointer<T>, _ y: UnsafeMutablePointer<T>, _ outer: Int, _ n: Int, _ inner: Int, _ add: (T, T) -> T
  ) {
    for o in 0..<outer {
      for k in stride(from: n - 1, through: 0, by: -1) {
        let row = (o * n + k) * inner
        for i in row..<(row + inner) { y[i] = k == n - 1 ? x[i] : add(x[i], y[i + inner]) }
      }
    }
  }

  public static let softmax: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let n = x.shape[x.rank - 1]
    if n > 0 { ptb_softmax(Int32(x.dtype.rawValue), x.pointer, y.pointer, Int64(x.count / n), Int64(n)) }
    return .ok
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

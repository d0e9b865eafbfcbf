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
    scan(call, PTB_SUM, reversed: call.pointee.attributes[1] != 0)
    return .ok
  }
  /// Attribute: the axis.
  public static let cumprod: Kernel = { call in
    scan(call, PTB_PROD, reversed: false)
    return .ok
  }
  private static func scan(_ call: UnsafePointer<KernelCall>, _ kind: ptb_reduce_kind, reversed: Bool) {
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    if x.count == 0 { return }
    let axis = call.pointee.attributes[0]
    let (outer, n, inner) = split(x, axis)
    func forward(_ source: UnsafeRawPointer) {
      ptb_scan(Int32(kind.rawValue), Int32(x.dtype.rawValue), source, y.pointer, Int64(outer), Int64(n), Int64(inner))
    }
    guard reversed else { return forward(x.pointer) }
    // Turned round, scanned in place, turned back.
    func turn(_ target: UnsafeMutableRawPointer, _ source: UnsafeRawPointer) {
      let shape = [outer, n, inner]
      var strides = rowMajor(shape)
      let last = (n - 1) * inner * x.dtype.size
      strides[1] = -strides[1]
      stridedCopy(target, rowMajor(shape), source + last, strides, shape, size: x.dtype.size)
    }
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: x.count * x.dtype.size, alignment: 64)
    defer { scratch.deallocate() }
    turn(scratch, x.pointer)
    ptb_scan(Int32(kind.rawValue), Int32(x.dtype.rawValue), scratch, scratch, Int64(outer), Int64(n), Int64(inner))
    turn(y.pointer, scratch)
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

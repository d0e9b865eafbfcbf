import CKernels

/// What a reduction computes.
public enum ReduceKind: Sendable {
  case sum, prod, max, min, all, any, logsumexp, argmax, argmin

  fileprivate var code: Int32 {
    switch self {
    case .sum: Int32(PTB_SUM.rawValue)
    case .prod: Int32(PTB_PROD.rawValue)
    case .max, .any: Int32(PTB_AMAX.rawValue)
    case .min, .all: Int32(PTB_AMIN.rawValue)
    case .logsumexp: Int32(PTB_LOGSUMEXP.rawValue)
    case .argmax: Int32(PTB_ARGMAX.rawValue)
    case .argmin: Int32(PTB_ARGMIN.rawValue)
    }
  }
}

/// Reductions. Attributes: the number of axes, and these. Sums are fixed trees, so they have the same bits whatever the threads.
public enum ReduceKernels {
  public static func kernel(_ kind: ReduceKind) -> Kernel {
    { call in
      let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
      let type = Int32(x.dtype.rawValue)
      let count = call.pointee.attributes[0]
      let axes = call.pointee.attributes + 1
      // One block of adjacent axes: [outer, axis, inner] as it lies.
      var adjacent = true
      for k in 1..<Swift.max(1, count) where axes[k] != axes[k - 1] + 1 { adjacent = false }
      if adjacent {
        var (outer, axis, inner) = (1, 1, 1)
        for k in 0..<x.rank {
          if count == 0 || k < axes[0] { outer *= x.shape[k] } else if k <= axes[count - 1] { axis *= x.shape[k] } else { inner *= x.shape[k] }
        }
        ptb_reduce(kind.code, type, x.pointer, y.pointer, Int64(outer), Int64(axis), Int64(inner))
        return overflows(kind, x.dtype, x.pointer, outer, axis, inner) ? KernelStatus(.overflow) : .ok
      }
      // Else the axes are brought together at the end first.
      let reduced = (0..<count).map { axes[$0] }
      let kept = (0..<x.rank).filter { !reduced.contains($0) }
      let shape = (kept + reduced).map { x.shape[$0] }
      let strides = rowMajor(x.extents)
      let moved = UnsafeMutableRawPointer.allocate(byteCount: Swift.max(1, x.count * x.dtype.size), alignment: 64)
      defer { moved.deallocate() }
      if x.count > 0 { stridedCopy(moved, rowMajor(shape), x.pointer, (kept + reduced).map { strides[$0] }, shape, size: x.dtype.size) }
      let axis = reduced.reduce(1) { $0 * x.shape[$1] }
      ptb_reduce(kind.code, type, moved, y.pointer, Int64(y.count), Int64(axis), 1)
      return overflows(kind, x.dtype, moved, y.count, axis, 1) ? KernelStatus(.overflow) : .ok
    }
  }

  private static func overflows(_ kind: ReduceKind, _ dtype: DType, _ x: UnsafeMutableRawPointer, _ outer: Int, _ axis: Int, _ inner: Int) -> Bool {
    guard dtype == .int else { return false }
    let check = IntOverflow(x: UnsafePointer(x.typed(Int.self)), outer: outer, axis: axis, inner: inner)
    return kind == .sum ? check.ofSum() : kind == .prod ? check.ofProduct() : false
  }
}

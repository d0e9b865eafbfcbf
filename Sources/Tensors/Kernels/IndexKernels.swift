/// Kernels with indices that are known only when they run: each is checked.
public enum IndexKernels {
  /// Sizes of B, K, n and the bytes of R of a gather or scatter.
  private struct Layout {
    let batch, picks, rows, bytes: Int
    init(_ x: Operand, _ index: Operand, batch b: Int) {
      batch = x.extents[..<b].reduce(1, *)
      picks = index.extents[b...].reduce(1, *)
      rows = x.shape[b]
      bytes = x.extents[(b + 1)...].reduce(1, *) * x.dtype.size
    }
  }

  /// Attribute: the number of batch axes.
  public static let gather: Kernel = { call in
    let (x, index, y) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0])
    let layout = Layout(x, index, batch: call.pointee.attributes[0])
    let places = index.at(Int.self)
    let bytes = layout.bytes
    for b in 0..<layout.batch {
      let source = x.pointer + b * layout.rows * bytes
      for k in 0..<layout.picks {
        let i = places[b * layout.picks + k]
        guard i >= 0 && i < layout.rows else { return KernelStatus(.indexOutOfRange, i) }
        let target = y.pointer + (b * layout.picks + k) * bytes
        switch bytes {
        case 8: target.storeBytes(of: (source + i * 8).load(as: UInt64.self), as: UInt64.self)
        case 4: target.storeBytes(of: (source + i * 4).load(as: UInt32.self), as: UInt32.self)
        default: target.copyMemory(from: source + i * bytes, byteCount: bytes)
        }
      }
    }
    return .ok
  }

  /// Attribute: the number of batch axes.
  public static let scatterAdd: Kernel = { call in
    let (x, index, updates, y) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.inputs[2], call.pointee.outputs[0])
    let layout = Layout(x, index, batch: call.pointee.attributes[0])
    if y.pointer != x.pointer { y.pointer.copyMemory(from: x.pointer, byteCount: x.count * x.dtype.size) }
    switch x.dtype {
    case .f32: return add(Float.self, 1, layout, index, updates, y)
    case .f64: return add(Double.self, 1, layout, index, updates, y)
    case .c64: return add(Float.self, 2, layout, index, updates, y)
    case .c128: return add(Double.self, 2, layout, index, updates, y)
    default: return addInts(layout, index, updates, y)
    }
  }
  private static func add<T: FloatingPoint>(_: T.Type, _ parts: Int, _ l: Layout, _ index: Operand, _ updates: Operand, _ y: Operand) -> KernelStatus {
    let n = l.bytes / MemoryLayout<T>.stride
    for b in 0..<l.batch {
      for k in 0..<l.picks {
        let i = index.at(Int.self)[b * l.picks + k]
        guard i >= 0 && i < l.rows else { return KernelStatus(.indexOutOfRange, i) }
        let target = y.at(T.self) + (b * l.rows + i) * n
        let source = updates.at(T.self) + (b * l.picks + k) * n
        for j in 0..<n { target[j] += source[j] }
      }
    }
    return .ok
  }
  private static func addInts(_ l: Layout, _ index: Operand, _ updates: Operand, _ y: Operand) -> KernelStatus {
    let n = l.bytes / 8
    for b in 0..<l.batch {
      for k in 0..<l.picks {
        let i = index.at(Int.self)[b * l.picks + k]
        guard i >= 0 && i < l.rows else { return KernelStatus(.indexOutOfRange, i) }
        let target = y.at(Int.self) + (b * l.rows + i) * n
        let source = updates.at(Int.self) + (b * l.picks + k) * n
        for j in 0..<n {
          let (sum, isOver) = target[j].addingReportingOverflow(source[j])
          if isOver { return KernelStatus(.overflow) }
          target[j] = sum
        }
      }
    }
    return .ok
  }

  /// Attribute: the extent of the axis.
  public static let wrap: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let n = call.pointee.attributes[0]
    for k in 0..<x.count {
      let i = x.at(Int.self)[k]
      guard i >= -n && i < n else { return KernelStatus(.indexOutOfRange, i) }
      y.at(Int.self)[k] = i < 0 ? i + n : i
    }
    return .ok
  }

  /// Attribute: the extent of the axis.
  public static let check: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let n = call.pointee.attributes[0]
    for k in 0..<x.count {
      let i = x.at(Int.self)[k]
      guard i >= 0 && i < n else { return KernelStatus(.indexOutOfRange, i) }
      y.at(Int.self)[k] = i
    }
    return .ok
  }

  public static let nonZero: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    for k in 0..<x.count {
      guard x.at(Int.self)[k] != 0 else { return KernelStatus(.divisionByZero, k) }
      y.at(Int.self)[k] = x.at(Int.self)[k]
    }
    return .ok
  }

  /// The byte offset of a block's corner in x, or the index that does not fit.
  private static func corner(_ call: UnsafePointer<KernelCall>, first: Int, _ x: Operand, _ sizes: [Int]) -> (offset: Int, bad: Int?) {
    let strides = rowMajor(x.extents)
    var offset = 0
    for k in 0..<x.rank {
      let i = call.pointee.inputs[first + k].at(Int.self)[0]
      guard i >= 0 && i <= x.shape[k] - sizes[k] else { return (0, i) }
      offset += i * strides[k]
    }
    return (offset * x.dtype.size, nil)
  }

  public static let dynamicSlice: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let (offset, bad) = corner(call, first: 1, x, y.extents)
    if let bad { return KernelStatus(.indexOutOfRange, bad) }
    if y.count > 0 { stridedCopy(y.pointer, rowMajor(y.extents), x.pointer + offset, rowMajor(x.extents), y.extents, size: x.dtype.size) }
    return .ok
  }

  public static let dynamicUpdate: Kernel = { call in
    let (x, block, y) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0])
    let (offset, bad) = corner(call, first: 2, x, block.extents)
    if let bad { return KernelStatus(.indexOutOfRange, bad) }
    if y.pointer != x.pointer { y.pointer.copyMemory(from: x.pointer, byteCount: x.count * x.dtype.size) }
    if block.count > 0 { stridedCopy(y.pointer + offset, rowMajor(y.extents), block.pointer, rowMajor(block.extents), block.extents, size: x.dtype.size) }
    return .ok
  }
}

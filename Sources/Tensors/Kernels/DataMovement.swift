/// Kernels that put elements in other places.
public enum DataMovement {
  /// Attribute: the bits of the value (of a Double for real and complex types).
  public static let fill: Kernel = { call in
    let call = call.pointee
    let out = call.outputs[0]
    let bits = call.attributes[0]
    switch out.dtype {
    case .f32: out.at(Float.self).update(repeating: Float(Double(bitPattern: UInt64(bitPattern: Int64(bits)))), count: out.count)
    case .f64: out.at(Double.self).update(repeating: Double(bitPattern: UInt64(bitPattern: Int64(bits))), count: out.count)
    case .int, .string: out.at(Int.self).update(repeating: bits, count: out.count)
    case .bool: out.at(UInt8.self).update(repeating: bits == 0 ? 0 : 1, count: out.count)
    case .c64:
      let real = Float(Double(bitPattern: UInt64(bitPattern: Int64(bits))))
      for i in 0..<out.count { (out.at(Float.self)[2 * i], out.at(Float.self)[2 * i + 1]) = (real, 0) }
    case .c128:
      let real = Double(bitPattern: UInt64(bitPattern: Int64(bits)))
      for i in 0..<out.count { (out.at(Double.self)[2 * i], out.at(Double.self)[2 * i + 1]) = (real, 0) }
    }
    return .ok
  }

  /// Attribute: the axis.
  public static let iota: Kernel = { call in
    let out = call.pointee.outputs[0]
    let shape = out.extents
    let axis = call.pointee.attributes[0]
    let inner = shape[(axis + 1)...].reduce(1, *)
    let n = shape[axis]
    for i in 0..<out.count {
      let index = (i / inner) % n
      switch out.dtype {
      case .f32: out.at(Float.self)[i] = Float(index)
      case .f64: out.at(Double.self)[i] = Double(index)
      default: out.at(Int.self)[i] = index
      }
    }
    return .ok
  }

  private static func copy(_ call: UnsafePointer<KernelCall>, from offset: Int, _ strides: [Int]) -> KernelStatus {
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    if y.count == 0 { return .ok }
    stridedCopy(y.pointer, rowMajor(y.extents), x.pointer + offset * x.dtype.size, strides, y.extents, size: x.dtype.size)
    return .ok
  }

  /// Attributes: for each axis of the operand its axis in the result.
  public static let broadcast: Kernel = { call in
    let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let own = rowMajor(x.extents)
    var strides = [Int](repeating: 0, count: y.rank)
    for k in 0..<x.rank where x.shape[k] != 1 { strides[call.pointee.attributes[k]] = own[k] }
    return copy(call, from: 0, strides)
  }

  /// Attributes: the permutation.
  public static let transpose: Kernel = { call in
    let x = call.pointee.inputs[0]
    let own = rowMajor(x.extents)
    return copy(call, from: 0, (0..<x.rank).map { own[call.pointee.attributes[$0]] })
  }

  /// Attributes: the starts, then the steps.
  public static let slice: Kernel = { call in
    let x = call.pointee.inputs[0]
    let own = rowMajor(x.extents)
    let attributes = call.pointee.attributes
    let offset = (0..<x.rank).reduce(0) { $0 + attributes[$1] * own[$1] }
    return copy(call, from: offset, (0..<x.rank).map { own[$0] * attributes[x.rank + $0] })
  }

  /// Attributes: the number of axes, and these.
  public static let reverse: Kernel = { call in
    let (x, out) = (call.pointee.inputs[0], call.pointee.outputs[0])
    if out.count == 0 { return .ok }
    var strides = rowMajor(x.extents)
    var offset = 0
    for k in 0..<call.pointee.attributes[0] {
      let axis = call.pointee.attributes[1 + k]
      offset += (x.shape[axis] - 1) * strides[axis]
      strides[axis] = -strides[axis]
    }
    return copy(call, from: offset, strides)
  }

  /// Attributes: `low` of each axis, then `interior`.
  public static let pad: Kernel = { call in
    let (x, value, y) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0])
    let size = x.dtype.size
    if y.count == 0 { return .ok }
    stridedCopy(y.pointer, rowMajor(y.extents), value.pointer, [Int](repeating: 0, count: y.rank), y.extents, size: size)
    let (own, theirs) = (rowMajor(x.extents), rowMajor(y.extents))
    var shape = x.extents
    var (from, to) = (0, 0)
    var strides: [Int] = []
    for k in 0..<x.rank {
      let low = call.pointee.attributes[k]
      let step = call.pointee.attributes[x.rank + k] + 1
      // Elements i with 0 ≤ low + i · step < extent survive.
      let first = low >= 0 ? 0 : (-low + step - 1) / step
      let last = y.shape[k] - 1 - low < 0 ? -1 : Swift.min(x.shape[k] - 1, (y.shape[k] - 1 - low) / step)
      shape[k] = Swift.max(0, last - first + 1)
      from += first * own[k]
      to += (low + first * step) * theirs[k]
      strides.append(step * theirs[k])
    }
    if shape.contains(0) { return .ok }
    stridedCopy(y.pointer + to * size, strides, x.pointer + from * size, own, shape, size: size)
    return .ok
  }

  /// Attribute: the axis.
  public static let concat: Kernel = { call in
    let y = call.pointee.outputs[0]
    let axis = call.pointee.attributes[0]
    let size = y.dtype.size
    let outer = y.extents[..<axis].reduce(1, *)
    let row = y.extents[axis...].reduce(1, *) * size
    var at = 0
    for k in 0..<call.pointee.inputCount {
      let x = call.pointee.inputs[k]
      let piece = x.extents[axis...].reduce(1, *) * size
      for i in 0..<outer { (y.pointer + i * row + at).copyMemory(from: x.pointer + i * piece, byteCount: piece) }
      at += piece
    }
    return .ok
  }
}

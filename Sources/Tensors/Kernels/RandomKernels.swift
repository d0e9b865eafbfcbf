/// What a draw is distributed as.
public enum DrawKind: Sendable {
  case uniform, normal, rademacher, exponential

  public func draw(single: Bool) -> Draw {
    switch self {
    case .uniform: single ? .uniformF32 : .uniformF64
    case .normal: single ? .normalF32 : .normalF64
    case .rademacher: single ? .rademacherF32 : .rademacherF64
    case .exponential: single ? .exponentialF32 : .exponentialF64
    }
  }
}

public enum RandomKernels {
  public static let fold: Kernel = { call in
    let (a, b, y) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0])
    for i in 0..<y.count { y.at(UInt64.self)[i] = Philox.foldKey(a.at(UInt64.self)[i], b.at(UInt64.self)[i]) }
    return .ok
  }

  /// The numbers of each key, one after the other. Element i of a key's draw depends on the key and i alone.
  public static func draw(_ kind: DrawKind) -> Kernel {
    { call in
      let (keys, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
      guard keys.count > 0 else { return .ok }
      Philox.drawRows(
        kind.draw(single: y.dtype == .f32), keys: keys.at(UInt64.self), count: y.count / keys.count, 0..<y.count, into: y.pointer)
      return .ok
    }
  }

  /// Operands: keys, lowest, one above the highest.
  public static let integers: Kernel = { call in
    let (keys, low, high, y) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.inputs[2], call.pointee.outputs[0])
    guard keys.count > 0 else { return .ok }
    let n = y.count / keys.count
    for k in 0..<keys.count {
      let (a, b) = (low.at(Int.self)[k], high.at(Int.self)[k])
      guard a < b else { return KernelStatus(.domain, b) }
      Philox.draw(.integer, key: keys.at(UInt64.self)[k], 0..<n, low: a, high: b, into: y.pointer + k * n * 8)
    }
    return .ok
  }

  /// A random order of 0 … n − 1 for each key.
  public static let permutation: Kernel = { call in
    let (keys, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    guard keys.count > 0 else { return .ok }
    let n = y.count / keys.count
    for k in 0..<keys.count { Philox.permutation(key: keys.at(UInt64.self)[k], count: n, into: y.at(Int64.self) + k * n) }
    return .ok
  }
}

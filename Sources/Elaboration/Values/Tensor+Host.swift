import Ops

/// Small tensors on this side of the run: constants of the script and results of earlier statements.
extension Tensor {
  init(real value: Double, _ dtype: DType) {
    self.init(uninitialized: dtype, [])
    if dtype == .f32 { pointer.storeBytes(of: Float(value), as: Float.self) } else { pointer.storeBytes(of: value, as: Double.self) }
  }
  init(int value: Int) {
    self.init(uninitialized: .int, [])
    pointer.storeBytes(of: value, as: Int.self)
  }
  init(bool value: Bool) {
    self.init(uninitialized: .bool, [])
    pointer.storeBytes(of: value ? 1 : 0, as: UInt8.self)
  }
  init(imaginary value: Double, _ dtype: DType) {
    self.init(uninitialized: dtype, [])
    if dtype == .c64 {
      pointer.storeBytes(of: 0, as: Float.self)
      pointer.storeBytes(of: Float(value), toByteOffset: 4, as: Float.self)
    } else {
      pointer.storeBytes(of: 0, as: Double.self)
      pointer.storeBytes(of: value, toByteOffset: 8, as: Double.self)
    }
  }

  /// The Real scalar's number.
  var realScalar: Double? {
    guard rank == 0 else { return nil }
    switch dtype {
    case .f32: return Double(pointer.load(as: Float.self))
    case .f64: return pointer.load(as: Double.self)
    default: return nil
    }
  }
  /// A scalar as the `value` of a `fill`.
  var scalarAttribute: Attribute? {
    switch dtype {
    case .f32, .f64: realScalar.map { .real($0) }
    case .int: .int(pointer.load(as: Int.self))
    case .bool: .bool(pointer.load(as: UInt8.self) != 0)
    case .c64, .c128, .string: nil
    }
  }

  /// Element k as a Double (Int and Bool too); complex numbers have none.
  public func double(_ k: Int) -> Double {
    switch dtype {
    case .f32: Double(pointer.load(fromByteOffset: k * 4, as: Float.self))
    case .f64: pointer.load(fromByteOffset: k * 8, as: Double.self)
    case .int: Double(pointer.load(fromByteOffset: k * 8, as: Int.self))
    case .bool: Double(pointer.load(fromByteOffset: k, as: UInt8.self))
    case .c64, .c128, .string: .nan
    }
  }
  /// The elements as another real type.
  func converted(to target: DType) -> Tensor {
    if dtype == target { return self }
    let result = Tensor(uninitialized: target, shape)
    for k in 0..<count {
      switch target {
      case .f32: result.pointer.storeBytes(of: Float(double(k)), toByteOffset: k * 4, as: Float.self)
      case .f64: result.pointer.storeBytes(of: double(k), toByteOffset: k * 8, as: Double.self)
      default: return self
      }
    }
    return result
  }
  /// Tensors of one type and shape along a new leading axis.
  static func stacking(_ items: [Tensor], _ shape: [Int]) -> Tensor {
    let result = Tensor(uninitialized: items[0].dtype, [items.count] + shape)
    let bytes = items[0].count * items[0].dtype.size
    for (i, item) in items.enumerated() {
      (result.pointer + i * bytes).copyMemory(from: item.pointer, byteCount: bytes)
    }
    return result
  }
}

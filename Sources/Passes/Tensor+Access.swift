import IR

/// Elements by value, for code that is not hot.
extension Tensor {
  public var truth: Bool { pointer.load(as: UInt8.self) != 0 }
  public var integer: Int { pointer.load(as: Int.self) }

  /// An element of a real, integer or Bool tensor.
  public func real(_ i: Int) -> Double {
    switch dtype {
    case .f32: Double(pointer.load(fromByteOffset: i * 4, as: Float.self))
    case .f64: pointer.load(fromByteOffset: i * 8, as: Double.self)
    case .int: Double(pointer.load(fromByteOffset: i * 8, as: Int.self))
    case .bool: pointer.load(fromByteOffset: i, as: UInt8.self) == 0 ? 0 : 1
    case .c64, .c128, .string: fatalError("internal error: an element of \(dtype) is not a real number")
    }
  }

  /// Writes one element: a number, a truth value, or the real part of a complex number.
  public func set(_ i: Int, _ value: Attribute) {
    switch (dtype, value) {
    case (.f32, .real(let v)): pointer.storeBytes(of: Float(v), toByteOffset: i * 4, as: Float.self)
    case (.f64, .real(let v)): pointer.storeBytes(of: v, toByteOffset: i * 8, as: Double.self)
    case (.c64, .real(let v)):
      pointer.storeBytes(of: Float(v), toByteOffset: i * 8, as: Float.self)
      pointer.storeBytes(of: 0, toByteOffset: i * 8 + 4, as: Float.self)
    case (.c128, .real(let v)):
      pointer.storeBytes(of: v, toByteOffset: i * 16, as: Double.self)
      pointer.storeBytes(of: 0, toByteOffset: i * 16 + 8, as: Double.self)
    case (.int, .int(let v)): pointer.storeBytes(of: v, toByteOffset: i * 8, as: Int.self)
    case (.bool, .bool(let v)): pointer.storeBytes(of: v ? 1 : 0, toByteOffset: i, as: UInt8.self)
    case (_, .int(let v)): set(i, dtype == .bool ? .bool(v != 0) : .real(Double(v)))
    case (.int, .real(let v)): set(i, .int(Int(v)))
    case (.bool, .real(let v)): set(i, .bool(v != 0))
    case (_, .bool(let v)): set(i, dtype == .int ? .int(v ? 1 : 0) : .real(v ? 1 : 0))
    default: fatalError("internal error: \(value) is not an element of \(dtype)")
    }
  }

  /// Every element `value`.
  public static func filled(_ value: Attribute, _ dtype: DType, _ shape: [Int]) -> Tensor {
    let result = Tensor(uninitialized: dtype, shape)
    if result.count == 0 { return result }
    result.set(0, value)
    for i in 1..<max(1, result.count) {
      result.pointer.advanced(by: i * dtype.size).copyMemory(from: result.pointer, byteCount: dtype.size)
    }
    return result
  }

  /// A copy of row i of the leading axis.
  public func slice(_ i: Int) -> Tensor {
    let row = Tensor(uninitialized: dtype, Array(shape.dropFirst()))
    row.pointer.copyMemory(from: pointer + i * row.count * dtype.size, byteCount: row.count * dtype.size)
    return row
  }
  public mutating func setSlice(_ i: Int, _ row: Tensor) {
    (pointer + i * row.count * dtype.size).copyMemory(from: row.pointer, byteCount: row.count * dtype.size)
  }
}

extension Tensor {
  public init(f64 values: [Double], _ shape: [Int]) {
    self.init(uninitialized: .f64, shape)
    for (i, v) in values.enumerated() { set(i, .real(v)) }
  }
  public init(f32 values: [Double], _ shape: [Int]) {
    self.init(uninitialized: .f32, shape)
    for (i, v) in values.enumerated() { set(i, .real(v)) }
  }
  public init(int values: [Int], _ shape: [Int]) {
    self.init(uninitialized: .int, shape)
    for (i, v) in values.enumerated() { set(i, .int(v)) }
  }
  public init(bool values: [Bool], _ shape: [Int]) {
    self.init(uninitialized: .bool, shape)
    for (i, v) in values.enumerated() { set(i, .bool(v)) }
  }
  public init(text: String) {
    self.init(.string, [], storage: Storage(byteCount: 8), text: text)
    pointer.storeBytes(of: 0, as: Int.self)
  }
}

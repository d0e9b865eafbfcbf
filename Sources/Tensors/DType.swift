/// The type of one element. Raw values equal `enum ptb_type` of CKernels.
public enum DType: UInt8, Hashable, Sendable, CaseIterable {
  case f32 = 0
  case f64 = 1
  case int = 2
  case bool = 3
  case c64 = 4
  case c128 = 5
  /// A text; only scalars. The element is a handle into the executor's table of texts.
  case string = 6

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .bool: 1
    case .f32: 4
    case .f64, .int, .c64, .string: 8
    case .c128: 16
    }
  }
  public var isReal: Bool { self == .f32 || self == .f64 }
  public var isComplex: Bool { self == .c64 || self == .c128 }
  /// Whether values of this type form a vector space that derivatives live in.
  public var isDifferentiable: Bool { isReal || isComplex }
  /// The real type of a complex one (the type of its modulus); a real type is its own.
  public var realPart: DType { self == .c64 ? .f32 : self == .c128 ? .f64 : self }
  /// The complex type over a real one.
  public var complexified: DType { self == .f32 ? .c64 : self == .f64 ? .c128 : self }
}

@_exported import Tensors

/// The type of an IR value: an element type and a shape, possibly symbolic.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  public var dtype: DType
  public var shape: Shape
  public init(_ dtype: DType, _ shape: Shape = []) { (self.dtype, self.shape) = (dtype, shape) }
  public var rank: Int { shape.count }
  public var isScalar: Bool { shape.isEmpty }
  /// The same shape over another element type.
  public func with(dtype: DType) -> TensorType { TensorType(dtype, shape) }
  public func with(shape: Shape) -> TensorType { TensorType(dtype, shape) }
  /// As the IR prints it: `f64[3, n]`.
  public var description: String { shape.isEmpty ? "\(dtype)" : "\(dtype)[\(shape.map(\.description).joined(separator: ", "))]" }
}

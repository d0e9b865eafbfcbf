/// Memory that a tensor's elements live in: 64-byte aligned, freed with its last owner.
public final class Storage: @unchecked Sendable {
  public let pointer: UnsafeMutableRawPointer
  public let byteCount: Int
  public init(byteCount: Int) {
    self.byteCount = byteCount
    pointer =
      byteCount >= LargeBlocks.smallest
      ? LargeBlocks.allocate(byteCount) : .allocate(byteCount: max(byteCount, 1), alignment: 64)
  }
  deinit {
    if byteCount >= LargeBlocks.smallest { LargeBlocks.deallocate(pointer, byteCount) } else { pointer.deallocate() }
  }
}

/// A dense, row-major array with a known shape. A value: never written after it is shared.
public struct Tensor: @unchecked Sendable {
  public let dtype: DType
  public let shape: [Int]
  public let storage: Storage
  /// The text of a `.string` scalar.
  public let text: String?

  public init(_ dtype: DType, _ shape: [Int], storage: Storage, text: String? = nil) {
    (self.dtype, self.shape, self.storage, self.text) = (dtype, shape, storage, text)
  }
  /// Elements are not initialised.
  public init(uninitialized dtype: DType, _ shape: [Int]) {
    self.init(dtype, shape, storage: Storage(byteCount: shape.reduce(1, *) * dtype.size))
  }
  public var count: Int { shape.reduce(1, *) }
  public var rank: Int { shape.count }
  public var pointer: UnsafeMutableRawPointer { storage.pointer }
}

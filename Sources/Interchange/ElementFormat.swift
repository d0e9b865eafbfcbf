import Tensors

/// How a file stores one element, and the type it becomes in memory.
struct ElementFormat: Equatable {
  enum Kind { case signed, unsigned, float, complex, bool }
  var kind: Kind
  /// Bytes per element.
  var size: Int
  var bigEndian: Bool

  var dtype: DType {
    switch kind {
    case .signed, .unsigned: .int
    case .bool: .bool
    case .float: size == 8 ? .f64 : .f32
    case .complex: size == 16 ? .c128 : .c64
    }
  }

  /// Bytes that an array of this shape occupies in the file; nil where a dimension is negative or its size in memory overflows.
  func byteCount(of shape: [Int]) -> Int? {
    // A dimension of 0 must not hide an overflow among the others, which would trap later.
    var bound = 16
    for dimension in shape where dimension != 0 {
      let (product, overflow) = bound.multipliedReportingOverflow(by: dimension)
      guard dimension > 0, !overflow else { return nil }
      bound = product
    }
    return shape.contains(0) ? 0 : bound / 16 * size
  }

  /// The array stored in `data`, which holds exactly `byteCount(of: shape)` bytes, in row-major order.
  /// `offset` is where they start in the file.
  func tensor(_ shape: [Int], from data: ArraySlice<UInt8>, path: String, offset: Int) throws(FileError) -> Tensor {
    try data.withUnsafeBufferPointer { (bytes) throws(FileError) in
      try tensor(shape, from: UnsafeRawBufferPointer(bytes), path: path, offset: offset)
    }
  }

  private func tensor(
    _ shape: [Int], from source: UnsafeRawBufferPointer, path: String, offset: Int
  ) throws(FileError) -> Tensor {
    let tensor = Tensor(uninitialized: dtype, shape)
    let count = source.count / size
    let target = tensor.pointer
    switch (kind, size) {
    case (.bool, _): map(source, UInt8.self, to: target) { $0 == 0 ? 0 : 1 as UInt8 }
    case (.signed, 1): map(source, Int8.self, to: target) { Int($0) }
    case (.signed, 2): map(source, Int16.self, to: target) { Int($0) }
    case (.signed, 4): map(source, Int32.self, to: target) { Int($0) }
    case (.unsigned, 1): map(source, UInt8.self, to: target) { Int($0) }
    case (.unsigned, 2): map(source, UInt16.self, to: target) { Int($0) }
    case (.unsigned, 4): map(source, UInt32.self, to: target) { Int($0) }
    case (.unsigned, _):
      var largest: UInt64 = 0
      map(source, UInt64.self, to: target) { largest = max(largest, $0); return Int(truncatingIfNeeded: $0) }
      guard largest <= UInt64(Int.max) else {
        throw FileError(
          "the unsigned value \(largest) does not fit an Int", path: path, offset: offset,
          hint: "convert the array to a signed or floating-point type before saving it")
      }
    case (.float, 2): map(source, UInt16.self, to: target) { Float(Float16(bitPattern: $0)) }
    case (.float, 4), (.complex, 8): map(source, UInt32.self, to: target) { $0 }
    default: map(source, UInt64.self, to: target) { $0 }
    }
    assert(count == tensor.count)
    return tensor
  }

  private func map<Stored: FixedWidthInteger, Element>(
    _ source: UnsafeRawBufferPointer, _: Stored.Type, to target: UnsafeMutableRawPointer, _ convert: (Stored) -> Element
  ) {
    let elements = target.assumingMemoryBound(to: Element.self)
    for index in 0..<source.count / MemoryLayout<Stored>.size {
      let stored = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self)
      elements[index] = convert(bigEndian ? stored.byteSwapped : stored)
    }
  }
}

extension Tensor {
  /// The tensor whose element at (i, j, …, k) is this one's at (k, …, j, i): column-major order made row-major.
  func reversingAxes() -> Tensor {
    let result = Tensor(uninitialized: dtype, shape.reversed())
    switch dtype.size {
    case 1: reverseAxes(into: result, UInt8.self)
    case 4: reverseAxes(into: result, UInt32.self)
    case 8: reverseAxes(into: result, UInt64.self)
    default: reverseAxes(into: result, SIMD2<UInt64>.self)
    }
    return result
  }

  private func reverseAxes<Element>(into result: Tensor, _: Element.Type) {
    let source = pointer.assumingMemoryBound(to: Element.self)
    let target = result.pointer.assumingMemoryBound(to: Element.self)
    let extents = result.shape
    var strides: [Int] = []
    var stride = 1
    for extent in extents { strides.append(stride); stride *= extent }
    var index = [Int](repeating: 0, count: extents.count)
    var position = 0
    for linear in 0..<result.count {
      target[linear] = source[position]
      for axis in extents.indices.reversed() {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < extents[axis] { break }
        position -= strides[axis] * extents[axis]
        index[axis] = 0
      }
    }
  }
}

import CKernels

/// Copies elements between two arrangements of one shape. Strides are in elements; a stride of 0 repeats.
func stridedCopy(
  _ destination: UnsafeMutableRawPointer, _ destinationStrides: [Int], _ source: UnsafeRawPointer, _ sourceStrides: [Int],
  _ shape: [Int], size: Int
) {
  // Axes of one element change nothing; the C kernel takes a bounded rank.
  let axes = shape.indices.filter { shape[$0] != 1 }
  ptb_copy_strided(
    Int64(size), Int64(axes.count), axes.map { Int64(shape[$0]) }, source, axes.map { Int64(sourceStrides[$0]) }, destination,
    axes.map { Int64(destinationStrides[$0]) })
}

/// Row-major strides of a shape.
func rowMajor(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for k in stride(from: shape.count - 2, through: 0, by: -1) { strides[k] = strides[k + 1] * shape[k + 1] }
  return strides
}

extension Operand {
  var extents: [Int] { Array(UnsafeBufferPointer(start: shape, count: rank)) }
  func at<T>(_: T.Type) -> UnsafeMutablePointer<T> { pointer.assumingMemoryBound(to: T.self) }
}

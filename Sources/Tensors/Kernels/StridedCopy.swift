/// Copies elements between two arrangements of one shape. Strides are in elements; a stride of 0 repeats.
func stridedCopy(
  _ destination: UnsafeMutableRawPointer, _ destinationStrides: [Int], _ source: UnsafeRawPointer, _ sourceStrides: [Int],
  _ shape: [Int], size: Int
) {
  switch size {
  case 1: copyAxes(destination.assumingMemoryBound(to: UInt8.self), destinationStrides[...], source.assumingMemoryBound(to: UInt8.self), sourceStrides[...], shape[...])
  case 4: copyAxes(destination.assumingMemoryBound(to: UInt32.self), destinationStrides[...], source.assumingMemoryBound(to: UInt32.self), sourceStrides[...], shape[...])
  case 8: copyAxes(destination.assumingMemoryBound(to: UInt64.self), destinationStrides[...], source.assumingMemoryBound(to: UInt64.self), sourceStrides[...], shape[...])
  default: copyAxes(destination.assumingMemoryBound(to: Wide.self), destinationStrides[...], source.assumingMemoryBound(to: Wide.self), sourceStrides[...], shape[...])
  }
}
private struct Wide { var a: UInt64, b: UInt64 }

private func copyAxes<T>(
  _ destination: UnsafeMutablePointer<T>, _ ds: ArraySlice<Int>, _ source: UnsafePointer<T>, _ ss: ArraySlice<Int>, _ shape: ArraySlice<Int>
) {
  guard let n = shape.first, let d = ds.first, let s = ss.first else {
    destination.pointee = source.pointee
    return
  }
  if shape.count == 1 {
    if d == 1 && s == 1 { destination.update(from: source, count: n) } else if d == 1 && s == 0 {
      destination.update(repeating: source.pointee, count: n)
    } else {
      for i in 0..<n { destination[i * d] = source[i * s] }
    }
    return
  }
  for i in 0..<n { copyAxes(destination + i * d, ds.dropFirst(), source + i * s, ss.dropFirst(), shape.dropFirst()) }
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

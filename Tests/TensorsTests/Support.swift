import CKernels
import XCTest

@testable import Tensors

/// A fixed sequence of numbers for tests that want arbitrary ones.
struct TestRandom: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_f491_4f6c_dd1d
  }
}

protocol Element {
  static var dtype: DType { get }
}
extension Float: Element { static var dtype: DType { .f32 } }
extension Double: Element { static var dtype: DType { .f64 } }
extension Int64: Element { static var dtype: DType { .int } }
extension UInt8: Element { static var dtype: DType { .bool } }
struct Complex64: Element, Equatable {
  var re: Float, im: Float
  static var dtype: DType { .c64 }
}
struct Complex128: Element, Equatable {
  var re: Double, im: Double
  static var dtype: DType { .c128 }
}

/// A tensor of a flat array's elements.
func tensor<T: Element>(_ values: [T]) -> Tensor {
  let tensor = Tensor(uninitialized: T.dtype, [values.count])
  values.withUnsafeBytes { bytes in
    if let base = bytes.baseAddress { tensor.pointer.copyMemory(from: base, byteCount: bytes.count) }
  }
  return tensor
}

extension Tensor {
  func values<T: Element>(_: T.Type = T.self) -> [T] {
    precondition(T.dtype == dtype)
    return Array(UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: T.self), count: count))
  }
  var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: pointer, count: count * dtype.size)) }
}

extension Region {
  /// Runs the region over ranges one after the other; by default over all of it at once.
  func callAsFunction(_ inputs: [Tensor], into outputs: [Tensor], ranges: [Range<Int>]? = nil) {
    let ins: [UnsafeRawPointer?] = inputs.map { UnsafeRawPointer($0.pointer) }
    let outs: [UnsafeMutableRawPointer?] = outputs.map(\.pointer)
    for range in ranges ?? [0..<count] { run(ins, outs, range) }
  }
}

/// op(a, b, c) on whole tensors of one length, as a region of one instruction.
func apply<R: Element>(_ op: MicroOp, _ operands: Tensor..., as _: R.Type = R.self) -> [R] {
  var builder = RegionBuilder(count: operands[0].count)
  let values = operands.map { builder.contiguous($0.dtype) }
  builder.store(
    builder.emit(op, R.dtype, values[0], values.count > 1 ? values[1] : nil, values.count > 2 ? values[2] : nil))
  let out = Tensor(uninitialized: R.dtype, [operands[0].count])
  builder.finish()(operands, into: [out])
  return out.values()
}

/// Cuts 0 ..< count into ranges of random lengths up to `longest`.
func randomCuts(_ count: Int, longest: Int, _ random: inout TestRandom) -> [Range<Int>] {
  var cuts: [Range<Int>] = []
  var at = 0
  while at < count {
    let end = min(count, at + Int.random(in: 1...longest, using: &random))
    cuts.append(at..<end)
    at = end
  }
  return cuts
}

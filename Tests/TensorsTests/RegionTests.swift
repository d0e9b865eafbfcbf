import CKernels
import XCTest

@testable import Tensors

/// The interpreter: every way to read an input against a plain loop, and the same bits however a region is cut.
final class RegionTests: XCTestCase {
  /// Reads with the builder's choice of access, and by the definition of broadcasting.
  private func checkBroadcast<T: Element & Equatable>(_ values: [T], from shape: [Int], to output: [Int]) {
    let count = output.reduce(1, *)
    var builder = RegionBuilder(count: count)
    let value = builder.broadcast(T.dtype, from: shape, to: output)
    builder.store(builder.emit(PTB_COPY, T.dtype, value))
    let region = builder.finish()
    let input = tensor(values)
    let padded = [Int](repeating: 1, count: output.count - shape.count) + shape
    let expected = (0..<count).map { flat -> T in
      var rest = flat
      var at = 0
      var step = 1
      for k in output.indices.reversed() {
        if padded[k] != 1 { at += rest % output[k] * step }
        rest /= output[k]
        step *= padded[k]
      }
      return values[at]
    }
    var random = TestRandom(UInt64(count))
    for ranges in [nil, randomCuts(count, longest: 1300, &random), randomCuts(count, longest: 9, &random)] {
      let out = Tensor(uninitialized: T.dtype, [count])
      region([input], into: [out], ranges: ranges)
      XCTAssertEqual(out.values(T.self), expected, "\(shape) to \(output)")
    }
  }

  func testEveryAccessPattern() {
    let cases: [([Int], [Int])] = [
      ([4, 700], [4, 700]), ([1], [1000]), ([700], [4, 700]), ([3], [900, 3]), ([4, 1], [4, 700]), ([900, 1], [900, 3]),
      ([5, 1, 7], [5, 90, 7]), ([1, 6, 1, 5], [7, 6, 9, 5]), ([2, 1, 3, 1], [2, 8, 3, 50]),
    ]
    for (shape, output) in cases {
      let count = shape.reduce(1, *)
      checkBroadcast((0..<count).map { Float($0) }, from: shape, to: output)
      checkBroadcast((0..<count).map { Int64($0) }, from: shape, to: output)
      checkBroadcast((0..<count).map { UInt8($0 % 2) }, from: shape, to: output)
      checkBroadcast((0..<count).map { Complex128(re: Double($0), im: -1) }, from: shape, to: output)
    }
  }

  func testStridesOfATranspose() {
    var builder = RegionBuilder(count: 60)
    let value = builder.strided(.f64, shape: [4, 5, 3], strides: [1, 12, 4])
    builder.store(builder.emit(PTB_COPY, .f64, value))
    let out = Tensor(uninitialized: .f64, [60])
    builder.finish()([tensor((0..<60).map(Double.init))], into: [out])
    let expected = (0..<60).map { flat -> Double in
      let (i, j, k) = (flat / 15, flat / 3 % 5, flat % 3)
      return Double(i + 12 * j + 4 * k)
    }
    XCTAssertEqual(out.values(Double.self), expected)
  }

  /// A random program over f32 inputs with a mask, written twice: as a region and one instruction at a time.
  func testFusionAndCutsKeepBits() {
    var random = TestRandom(11)
    let unary: [MicroOp] = [PTB_NEG, PTB_ABS, PTB_TANH, PTB_EXP, PTB_SIGMOID, PTB_SIN, PTB_GELU, PTB_LOG1P, PTB_ERF]
    let binary: [MicroOp] = [PTB_ADD, PTB_SUB, PTB_MUL, PTB_MIN, PTB_MAX, PTB_MUL0]
    for _ in 0..<40 {
      let count = Int.random(in: 1...2000, using: &random)
      let inputs = (0..<3).map { _ in tensor((0..<count).map { _ in Float.random(in: -3...3, using: &random) }) }
      var builder = RegionBuilder(count: count)
      var values = inputs.map { _ in builder.contiguous(.f32) }
      var plain = inputs
      for _ in 0..<12 {
        let (i, j) = (Int.random(in: 0..<values.count, using: &random), Int.random(in: 0..<values.count, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          let op = unary.randomElement(using: &random)!
          values.append(builder.emit(op, .f32, values[i]))
          plain.append(tensor(apply(op, plain[i], as: Float.self)))
        case 1:
          let op = binary.randomElement(using: &random)!
          values.append(builder.emit(op, .f32, values[i], values[j]))
          plain.append(tensor(apply(op, plain[i], plain[j], as: Float.self)))
        default:
          let mask = builder.emit(PTB_LT, .bool, values[i], values[j])
          values.append(builder.emit(PTB_SELECT, .f32, mask, values[j], values[i]))
          let bits = tensor(apply(PTB_LT, plain[i], plain[j], as: UInt8.self))
          plain.append(tensor(apply(PTB_SELECT, bits, plain[j], plain[i], as: Float.self)))
        }
      }
      let stored = [values.count - 1, values.count - 3, Int.random(in: 0..<3, using: &random)]
      for k in stored { builder.store(values[k]) }
      let region = builder.finish()
      for ranges in [nil, randomCuts(count, longest: 100, &random)] {
        let outs = stored.map { _ in Tensor(uninitialized: .f32, [count]) }
        region(inputs, into: outs, ranges: ranges)
        for (out, k) in zip(outs, stored) { XCTAssertEqual(out.bytes, plain[k].bytes) }
        // Over the inputs themselves: each output donated one input's memory.
        let donated = inputs.map { tensor($0.values(Float.self)) }
        region(donated, into: donated, ranges: ranges)
        for (out, k) in zip(donated, stored) { XCTAssertEqual(out.bytes, plain[k].bytes) }
      }
    }
  }

  func testRegistersOfDifferentWidths() {
    let x = tensor((0..<1500).map { Float($0) - 700 })
    var builder = RegionBuilder(count: 1500)
    let value = builder.contiguous(.f32)
    let negated = builder.emit(PTB_NEG, .f32, value)
    let wide = builder.emit(PTB_CONVERT, .f64, negated)
    let whole = builder.emit(PTB_CONVERT, .int, wide)
    let complex = builder.emit(PTB_COMPLEX, .c128, wide, wide)
    builder.store(builder.emit(PTB_IM, .f64, complex))
    builder.store(builder.emit(PTB_ADD, .int, whole, whole))
    let outs = [Tensor(uninitialized: .f64, [1500]), Tensor(uninitialized: .int, [1500])]
    builder.finish()([x], into: outs)
    XCTAssertEqual(outs[0].values(Double.self), (0..<1500).map { 700 - Double($0) })
    XCTAssertEqual(outs[1].values(Int64.self), (0..<1500).map { 2 * (700 - Int64($0)) })
  }
}

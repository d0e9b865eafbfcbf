import CKernels
import Foundation
import XCTest

@testable import Tensors

final class ReduceTests: XCTestCase {
  private func reduce<T: Element, R: Element>(
    _ kind: ptb_reduce_kind, _ values: [T], _ outer: Int, _ axis: Int, _ inner: Int, as _: R.Type = R.self
  ) -> [R] {
    let input = tensor(values), out = Tensor(uninitialized: R.dtype, [outer * inner])
    withExtendedLifetime(input) {
      ptb_reduce(
        Int32(kind.rawValue), Int32(T.dtype.rawValue), input.pointer, out.pointer, Int64(outer), Int64(axis), Int64(inner))
    }
    return out.values()
  }

  /// The reduction by its definition: the values along the axis, in order, for every result.
  private func lines<T>(_ values: [T], _ outer: Int, _ axis: Int, _ inner: Int) -> [[T]] {
    (0..<outer * inner).map { at in (0..<axis).map { values[at / inner * axis * inner + $0 * inner + at % inner] } }
  }

  private let layouts = [(1, 1, 1), (3, 7, 1), (2, 100, 1), (1, 5000, 1), (1, 20_000, 1), (2, 9, 5), (1, 300, 200), (3, 70, 2)]

  func testSumsAndProducts() {
    var random = TestRandom(1)
    for (outer, axis, inner) in layouts {
      let x = (0..<outer * axis * inner).map { _ in Double.random(in: -1...1, using: &random) }
      for (y, line) in zip(reduce(PTB_SUM, x, outer, axis, inner, as: Double.self), lines(x, outer, axis, inner)) {
        XCTAssertEqual(y, line.reduce(0, +), accuracy: 1e-11)
      }
      let narrow = x.map { Float($0) }
      for (y, line) in zip(reduce(PTB_SUM, narrow, outer, axis, inner, as: Float.self), lines(narrow, outer, axis, inner)) {
        let magnitude = line.reduce(0) { $0 + abs(Double($1)) }
        XCTAssertEqual(Double(y), line.reduce(0) { $0 + Double($1) }, accuracy: 4e-6 * max(magnitude, 1))
      }
      for (y, line) in zip(reduce(PTB_SUM_SQUARES, x, outer, axis, inner, as: Double.self), lines(x, outer, axis, inner)) {
        XCTAssertEqual(y, line.reduce(0) { $0 + $1 * $1 }, accuracy: 1e-11)
      }
      let near = x.map { 1 + 1e-3 * $0 }
      for (y, line) in zip(reduce(PTB_PROD, near, outer, axis, inner, as: Double.self), lines(near, outer, axis, inner)) {
        XCTAssertEqual(y, line.reduce(1, *), accuracy: 1e-11)
      }
      let whole = x.map { Int64($0 * 1e18) }
      XCTAssertEqual(
        reduce(PTB_SUM, whole, outer, axis, inner), lines(whole, outer, axis, inner).map { $0.reduce(0, &+) })
      XCTAssertEqual(
        reduce(PTB_PROD, whole, outer, axis, inner), lines(whole, outer, axis, inner).map { $0.reduce(1, &*) })
      let flags = x.map { $0 > 0.3 ? 1 : 0 as UInt8 }
      XCTAssertEqual(
        reduce(PTB_SUM, flags, outer, axis, inner), lines(flags, outer, axis, inner).map { Int64($0.filter { $0 == 1 }.count) })
      XCTAssertEqual(
        reduce(PTB_AMAX, flags, outer, axis, inner), lines(flags, outer, axis, inner).map { $0.contains(1) ? 1 : 0 as UInt8 })
      XCTAssertEqual(
        reduce(PTB_AMIN, flags, outer, axis, inner), lines(flags, outer, axis, inner).map { $0.contains(0) ? 0 : 1 as UInt8 })
    }
    let z = [Complex128(re: 1, im: 2), Complex128(re: 0, im: 1), Complex128(re: 3, im: 0)]
    XCTAssertEqual(reduce(PTB_SUM, z, 1, 3, 1), [Complex128(re: 4, im: 3)])
    XCTAssertEqual(reduce(PTB_PROD, z, 1, 3, 1), [Complex128(re: -6, im: 3)])
  }

  func testExtremesAndTheirPlaces() {
    var random = TestRandom(2)
    for (outer, axis, inner) in layouts {
      for withNaN in [false, true] {
        let x = (0..<outer * axis * inner).map { _ in
          withNaN && Int.random(in: 0..<50, using: &random) == 0 ? Float.nan : Float(Int.random(in: -9...9, using: &random))
        }
        let expected = lines(x, outer, axis, inner).map { line -> (max: Float, min: Float, argmax: Int64, argmin: Int64) in
          if let nan = line.firstIndex(where: \.isNaN) { return (.nan, .nan, Int64(nan), Int64(nan)) }
          let (most, least) = (line.max()!, line.min()!)
          return (most, least, Int64(line.firstIndex(of: most)!), Int64(line.firstIndex(of: least)!))
        }
        func same(_ a: [Float], _ b: [Float]) -> Bool { zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN } }
        XCTAssertTrue(same(reduce(PTB_AMAX, x, outer, axis, inner), expected.map(\.max)))
        XCTAssertTrue(same(reduce(PTB_AMIN, x, outer, axis, inner), expected.map(\.min)))
        XCTAssertEqual(reduce(PTB_ARGMAX, x, outer, axis, inner), expected.map(\.argmax))
        XCTAssertEqual(reduce(PTB_ARGMIN, x, outer, axis, inner), expected.map(\.argmin))
      }
    }
    XCTAssertEqual(reduce(PTB_ARGMAX, [3, 9, 9, 1] as [Int64], 1, 4, 1), [1 as Int64])
    XCTAssertEqual(reduce(PTB_AMIN, [3, -9, 9, 1] as [Int64], 2, 2, 1), [-9, 1] as [Int64])
  }

  func testEmptyAxes() {
    XCTAssertEqual(reduce(PTB_SUM, [] as [Double], 2, 0, 3), [Double](repeating: 0, count: 6))
    XCTAssertEqual(reduce(PTB_PROD, [] as [Float], 1, 0, 1), [1 as Float])
    XCTAssertEqual(reduce(PTB_AMAX, [] as [Double], 1, 0, 1), [-Double.infinity])
    XCTAssertEqual(reduce(PTB_LOGSUMEXP, [] as [Double], 1, 0, 1), [-Double.infinity])
  }

  func testSplitsKeepBits() {
    var random = TestRandom(4)
    let n = 3 * 4096 + 17, x = tensor((0..<n).map { _ in Float.random(in: -1...1, using: &random) })
    for kind in [PTB_SUM, PTB_PROD, PTB_AMAX, PTB_AMIN, PTB_SUM_SQUARES] {
      let k = Int32(kind.rawValue)
      var partials = [Float](repeating: 0, count: 4), joined: Float = 0, whole: Float = 0
      ptb_reduce_blocks(k, 0, x.pointer, Int64(n), 2, 4, &partials)
      ptb_reduce_blocks(k, 0, x.pointer, Int64(n), 0, 2, &partials)
      ptb_reduce_join(k, 0, partials, 4, &joined)
      ptb_reduce(k, 0, x.pointer, &whole, 1, Int64(n), 1)
      XCTAssertEqual(joined.bitPattern, whole.bitPattern)
    }
    var whole = [Float](repeating: 0, count: 400), parts = whole
    ptb_reduce(0, 0, x.pointer, &whole, 2, 30, 200)
    for range in randomCuts(400, longest: 90, &random) {
      ptb_reduce_range(0, 0, x.pointer, &parts, 30, 200, Int64(range.lowerBound), Int64(range.upperBound))
    }
    withExtendedLifetime(x) { XCTAssertEqual(parts, whole) }
  }

  func testLogSumExpAndSoftmax() {
    XCTAssertEqual(reduce(PTB_LOGSUMEXP, [-1000.0, -1001], 1, 2, 1, as: Double.self)[0], -999.68673831248177717, accuracy: 1e-12)
    XCTAssertEqual(reduce(PTB_LOGSUMEXP, [-Double.infinity, -.infinity], 1, 2, 1), [-Double.infinity])
    XCTAssertEqual(reduce(PTB_LOGSUMEXP, [Double.infinity, 1], 1, 2, 1), [Double.infinity])
    var random = TestRandom(5)
    for (outer, axis, inner) in layouts {
      let x = (0..<outer * axis * inner).map { _ in Double.random(in: -30...30, using: &random) }
      let expected = lines(x, outer, axis, inner).map { line -> Double in
        let most = line.max()!
        return most + log(line.reduce(0) { $0 + exp($1 - most) })
      }
      for (y, e) in zip(reduce(PTB_LOGSUMEXP, x, outer, axis, inner, as: Double.self), expected) {
        XCTAssertEqual(y, e, accuracy: 1e-12)
      }
      let input = tensor(x.map { Float($0) }), out = Tensor(uninitialized: .f32, [x.count])
      withExtendedLifetime(input) { ptb_softmax(0, input.pointer, out.pointer, Int64(outer * inner), Int64(axis)) }
      let rows = out.values(Float.self)
      for row in 0..<outer * inner {
        let line = x[row * axis..<(row + 1) * axis], total = line.reduce(0) { $0 + exp(Double($1)) }
        for (k, value) in line.enumerated() { XCTAssertEqual(Double(rows[row * axis + k]), exp(value) / total, accuracy: 2e-6) }
      }
    }
  }

  func testScans() {
    for (outer, axis, inner) in layouts {
      let x = (0..<outer * axis * inner).map { Int64($0 % 7 - 3) }, input = tensor(x)
      let out = Tensor(uninitialized: .int, [x.count])
      for (kind, combine) in [(PTB_SUM, { $0 &+ $1 }), (PTB_PROD, { $0 &* $1 })] as [(ptb_reduce_kind, (Int64, Int64) -> Int64)] {
        ptb_scan(Int32(kind.rawValue), 2, input.pointer, out.pointer, Int64(outer), Int64(axis), Int64(inner))
        var expected = x
        for o in 0..<outer { for k in 1..<max(axis, 1) { for j in 0..<inner {
          let at = (o * axis + k) * inner + j
          expected[at] = combine(expected[at - inner], x[at])
        } } }
        XCTAssertEqual(out.values(Int64.self), expected)
      }
      withExtendedLifetime(input) {}
    }
  }
}

import CKernels
import Foundation
import XCTest

@testable import Tensors

final class PhiloxTests: XCTestCase {
  private func check<W: FixedWidthInteger>(
    _ cases: [(rounds: Int32, counter: [W], key: [W], block: [W])],
    _ block: (Int32, UnsafePointer<W>, UnsafePointer<W>, UnsafeMutablePointer<W>) -> Void
  ) {
    for known in cases {
      var out = [W](repeating: 0, count: known.block.count)
      block(known.rounds, known.counter, known.key, &out)
      XCTAssertEqual(out, known.block)
    }
  }

  func testKnownAnswers() {
    check(KnownAnswers.philox2x32) { ptb_philox2x32($0, $1, $2, $3) }
    check(KnownAnswers.philox4x32) { ptb_philox4x32($0, $1, $2, $3) }
    check(KnownAnswers.philox2x64) { ptb_philox2x64($0, $1, $2, $3) }
    check(KnownAnswers.philox4x64) { ptb_philox4x64($0, $1, $2, $3) }
  }

  /// C++26 [rand.predef]: the 10000th output of the default-seeded engines.
  func testStandardStreams() {
    XCTAssertEqual(draw(.bits, key: 20_111_115, 9999..<10000, as: UInt32.self), [1_955_073_260])
    var out = [UInt64](repeating: 0, count: 4)
    ptb_philox4x64(10, [2499, 0, 0, 0], [20_111_115, 0], &out)
    XCTAssertEqual(out[3], 3_409_172_418_970_261_260)
  }

  private func draw<T>(
    _ kind: Draw, key: UInt64, _ range: Range<Int>, low: Int = 0, high: Int = 0, as _: T.Type = T.self
  ) -> [T] {
    [T](unsafeUninitializedCapacity: range.count) { buffer, count in
      Philox.draw(kind, key: key, range, low: low, high: high, into: buffer.baseAddress!)
      count = range.count
    }
  }

  /// Elements by their definition from the words of the stream.
  func testDrawsAreWhatTheHeaderSays() {
    let key: UInt64 = 0x1234_5678_9abc_def0
    let words = draw(.bits, key: key, 0..<400, as: UInt32.self)
    func long(_ i: Int) -> UInt64 { UInt64(words[2 * i]) | UInt64(words[2 * i + 1]) << 32 }
    for i in [0, 1, 2, 3, 4, 57, 99] {
      let block = Philox.block((UInt32(i), 0, 0, 0), key: (0x9abc_def0, 0x1234_5678))
      XCTAssertEqual(Array(words[4 * i..<4 * i + 4]), block)
      XCTAssertEqual(draw(.uniformF32, key: key, i..<i + 1), [Float(words[i] >> 8) * 0x1p-24])
      XCTAssertEqual(draw(.uniformF64, key: key, i..<i + 1), [Double(long(i) >> 11) * 0x1p-53])
      let exponential = draw(.exponentialF64, key: key, i..<i + 1, as: Double.self)[0]
      XCTAssertEqual(exponential, -log1p(-Double(long(i) >> 11) * 0x1p-53), accuracy: 1e-15 * max(exponential, 1))
      let integer = Int64(bitPattern: long(i).multipliedFullWidth(by: 17).high) - 5
      XCTAssertEqual(draw(.integer, key: key, i..<i + 1, low: -5, high: 12), [integer])
      XCTAssertEqual(draw(.rademacherF64, key: key, i..<i + 1), [words[i / 32] >> (i % 32) & 1 == 1 ? 1.0 : -1.0])
      let (u, v) = (Double(long(2 * i % 100) >> 11) * 0x1p-53 + 0x1p-53, Double(long(2 * i % 100 + 1) >> 11) * 0x1p-53)
      let pair = draw(.normalF64, key: key, (2 * i % 100)..<(2 * i % 100 + 2), as: Double.self)
      XCTAssertEqual(pair[0], (-2 * log(u)).squareRoot() * cos(2 * .pi * v), accuracy: 1e-14)
      XCTAssertEqual(pair[1], (-2 * log(u)).squareRoot() * sin(2 * .pi * v), accuracy: 1e-14)
    }
  }

  func testDrawsDoNotDependOnTheSplit() {
    var random = TestRandom(3)
    let count = 9000
    for kind in Draw.allCases {
      func bytes(_ ranges: [Range<Int>]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count * kind.size) { buffer, used in
          for range in ranges {
            Philox.draw(kind, key: 99, range, low: -5, high: 12, into: buffer.baseAddress! + range.lowerBound * kind.size)
          }
          used = count * kind.size
        }
      }
      let whole = bytes([0..<count])
      XCTAssertEqual(bytes(randomCuts(count, longest: 3, &random)), whole)
      XCTAssertEqual(bytes(randomCuts(count, longest: 500, &random)), whole)
    }
  }

  func testRowsAreTheDrawsOfTheirKeys() {
    let keys: [UInt64] = [1, 2, 1 << 60, 4]
    let n = 37
    var rows = [Float](repeating: 0, count: keys.count * n)
    for range in [0..<50, 50..<51, 51..<keys.count * n] {
      Philox.drawRows(.normalF32, keys: keys, count: n, range, into: &rows)
    }
    XCTAssertEqual(rows, keys.flatMap { draw(.normalF32, key: $0, 0..<n, as: Float.self) })
  }

  func testMoments() {
    let n = 200_000
    let tolerance = 5 / Double(n).squareRoot()
    func moments(_ values: [Double]) -> (mean: Double, square: Double, fourth: Double) {
      func mean(_ f: (Double) -> Double) -> Double { values.reduce(0) { $0 + f($1) } / Double(n) }
      return (mean { $0 }, mean { $0 * $0 }, mean { $0 * $0 * $0 * $0 })
    }
    for values in [
      draw(.normalF64, key: 5, 0..<n, as: Double.self), draw(.normalF32, key: 5, 0..<n, as: Float.self).map(Double.init),
    ] {
      let m = moments(values)
      XCTAssertEqual(m.mean, 0, accuracy: tolerance)
      XCTAssertEqual(m.square, 1, accuracy: 1.5 * tolerance)
      XCTAssertEqual(m.fourth, 3, accuracy: 10 * tolerance)
      let neighbours = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(n)
      XCTAssertEqual(neighbours, 0, accuracy: tolerance)
      XCTAssertEqual(Double(values.filter { abs($0) > 1.959963984540054 }.count) / Double(n), 0.05, accuracy: 0.003)
    }
    let uniform = moments(draw(.uniformF32, key: 6, 0..<n, as: Float.self).map(Double.init))
    XCTAssertEqual(uniform.mean, 0.5, accuracy: tolerance)
    XCTAssertEqual(uniform.square, 1 / 3.0, accuracy: tolerance)
    let exponential = moments(draw(.exponentialF32, key: 7, 0..<n, as: Float.self).map(Double.init))
    XCTAssertEqual(exponential.mean, 1, accuracy: tolerance)
    XCTAssertEqual(exponential.square, 2, accuracy: 5 * tolerance)
    let signs = draw(.rademacherF32, key: 8, 0..<n, as: Float.self)
    XCTAssertTrue(signs.allSatisfy { abs($0) == 1 })
    XCTAssertEqual(Double(signs.reduce(0, +)) / Double(n), 0, accuracy: tolerance)
    let integers = draw(.integer, key: 9, 0..<n, low: -3, high: 4, as: Int64.self)
    for k in Int64(-3)..<4 {
      XCTAssertEqual(Double(integers.filter { $0 == k }.count) / Double(n), 1 / 7.0, accuracy: tolerance)
    }
  }

  func testKeysFoldApart() {
    var seen = Set<UInt64>()
    for key in [0, 1, .max] as [UInt64] { for data in 0..<1000 as Range<UInt64> { seen.insert(Philox.foldKey(key, data)) } }
    XCTAssertEqual(seen.count, 3000)
  }

  func testPermutationsAreUniform() {
    var counts: [[Int64]: Int] = [:]
    for key in 0..<24_000 as Range<UInt64> {
      var order = [Int64](repeating: 0, count: 4)
      Philox.permutation(key: key, count: 4, into: &order)
      counts[order, default: 0] += 1
    }
    XCTAssertEqual(counts.count, 24)
    XCTAssertTrue(counts.values.allSatisfy { abs($0 - 1000) < 160 })
    var long = [Int64](repeating: 0, count: 1000)
    Philox.permutation(key: 3, count: 1000, into: &long)
    XCTAssertEqual(long.sorted(), Array(0..<1000))
  }
}

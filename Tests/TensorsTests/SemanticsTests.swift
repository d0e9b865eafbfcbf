import CKernels
import Foundation
import XCTest

@testable import Tensors

/// What the micro-operations do at the edges.
final class SemanticsTests: XCTestCase {
  private func bits(_ values: [Double]) -> [String] { values.map { $0.isNaN ? "nan" : "\($0)" } }

  func testExtremesPropagateNaN() {
    let a = tensor([1, .nan, 2, -.infinity] as [Double])
    let b = tensor([.nan, 1, 3, 5] as [Double])
    XCTAssertEqual(bits(apply(PTB_MAX, a, b)), ["nan", "nan", "3.0", "5.0"])
    XCTAssertEqual(bits(apply(PTB_MIN, a, b)), ["nan", "nan", "2.0", "-inf"])
    XCTAssertEqual(bits(apply(PTB_RELU, tensor([.nan, -1, 2, -.infinity] as [Double]))), ["nan", "0.0", "2.0", "0.0"])
  }

  func testRoundingAndSign() {
    let x = tensor([0.5, 1.5, -0.5, 2.5, -2.7, 0, .infinity])
    XCTAssertEqual(apply(PTB_ROUND, x), [0, 2, -0.0, 2, -3, 0, .infinity])
    XCTAssertEqual(apply(PTB_SIGN, x), [1, 1, -1, 1, -1, 0, 1])
    XCTAssertEqual(apply(PTB_FLOOR, x), [0, 1, -1, 2, -3, 0, .infinity])
    XCTAssertTrue(apply(PTB_SIGN, tensor([Double.nan]), as: Double.self)[0].isNaN)
  }

  func testFloorDivisionOfReals() {
    let a = tensor([7.0, -7, 7, -7, -1, 0, 6])
    let b = tensor([3.0, 3, -3, -3, .infinity, -2, 0.1])
    XCTAssertEqual(bits(apply(PTB_MOD, a, b)), ["1.0", "2.0", "-2.0", "-1.0", "inf", "-0.0", "\(fmod(6, 0.1))"])
    XCTAssertEqual(apply(PTB_FLOORDIV, a, b), [2, -3, -3, 2, -1, -0.0, 59])
    XCTAssertEqual(bits(apply(PTB_FLOORDIV, tensor([1.0, 0]), tensor([0.0, 0]))), ["inf", "nan"])
  }

  func testIntegersWrapAndNeverTrap() {
    let a = tensor([7, -7, 7, -7, .min, 5, .min] as [Int64])
    let b = tensor([3, 3, -3, -3, -1, 0, 2] as [Int64])
    XCTAssertEqual(apply(PTB_MOD, a, b), [1, 2, -2, -1, 0, 0, 0] as [Int64])
    XCTAssertEqual(apply(PTB_FLOORDIV, a, b), [2, -3, -3, 2, .min, 0, .min / 2] as [Int64])
    XCTAssertEqual(apply(PTB_MUL, a, b), [21, -21, -21, 21, .min, 0, 0] as [Int64])
    XCTAssertEqual(apply(PTB_NEG, tensor([.min, 3] as [Int64])), [.min, -3] as [Int64])
    XCTAssertEqual(apply(PTB_ABS, tensor([.min, -3] as [Int64])), [.min, 3] as [Int64])
    XCTAssertEqual(
      apply(PTB_POW, tensor([2, -3, 3, 0, 10] as [Int64]), tensor([10, 3, -1, 0, 19] as [Int64])),
      [1024, -27, 0, 1, Int64(truncatingIfNeeded: 10_000_000_000_000_000_000 as UInt64)] as [Int64])
  }

  func testConversions() {
    let x = tensor([2.9, -2.9, 1e300, -1e300, .nan, .infinity, 0, 9.3e18])
    XCTAssertEqual(apply(PTB_CONVERT, tensor([2.9, -2.9, 0, 9.2e18, -0x1p63])), [2, -2, 0, 9_200_000_000_000_000_000, .min] as [Int64])
    XCTAssertEqual(apply(PTB_CONVERT, x), [1, 1, 1, 1, 1, 1, 0, 1] as [UInt8])
    XCTAssertEqual(apply(PTB_CONVERT, tensor([2.9, -1e10, -0.5] as [Float])), [2, -10_000_000_000, 0] as [Int64])
    XCTAssertEqual(apply(PTB_CONVERT, tensor([256, 0, -1] as [Int64])), [1, 0, 1] as [UInt8])
    XCTAssertEqual(apply(PTB_CONVERT, tensor([1, 0] as [UInt8])), [Complex128(re: 1, im: 0), Complex128(re: 0, im: 0)])
    XCTAssertEqual(apply(PTB_CONVERT, tensor([Complex64(re: 1.5, im: 2)])), [1.5 as Float])
    XCTAssertEqual(apply(PTB_CONVERT, tensor([Complex64(re: 0, im: 2)])), [1 as UInt8])
  }

  func testExactZeroWins() {
    let a = tensor([0, 0, .infinity, 2, .nan])
    let b = tensor([.infinity, .nan, -0.0, 3, 1])
    XCTAssertEqual(bits(apply(PTB_MUL0, a, b)), ["0.0", "0.0", "0.0", "6.0", "nan"])
  }

  func testPowersByAScalarAgreeWithPow() {
    let x: [Double] = [3, -2, 0.1, -0.0, 0, .infinity, -.infinity, 1e-200, 7.3]
    for exponent in [2, 3, -1, 0.5] {
      var builder = RegionBuilder(count: x.count)
      let (base, power) = (builder.contiguous(.f64), builder.scalar(.f64))
      builder.store(builder.emit(PTB_POW, .f64, base, power))
      let out = Tensor(uninitialized: .f64, [x.count])
      builder.finish()([tensor(x), tensor([exponent])], into: [out])
      for (y, x) in zip(out.values(Double.self), x) {
        let exact = pow(x, exponent)
        XCTAssertTrue(y == exact || y.isNaN && exact.isNaN || abs(y - exact) <= exact.magnitude.ulp, "\(x)^\(exponent)")
      }
    }
  }

  func testComparisonsAndLogic() {
    let a = tensor([1, .nan, 2] as [Float])
    let b = tensor([1, 1, 3] as [Float])
    XCTAssertEqual(apply(PTB_EQ, a, b), [1, 0, 0] as [UInt8])
    XCTAssertEqual(apply(PTB_NE, a, b), [0, 1, 1] as [UInt8])
    XCTAssertEqual(apply(PTB_LT, a, b), [0, 0, 1] as [UInt8])
    XCTAssertEqual(apply(PTB_GE, a, b), [1, 0, 0] as [UInt8])
    XCTAssertEqual(apply(PTB_NOT, tensor([1, 0] as [UInt8])), [0, 1] as [UInt8])
    XCTAssertEqual(apply(PTB_IS_FINITE, tensor([1, .nan, -.infinity] as [Double])), [1, 0, 0] as [UInt8])
    XCTAssertEqual(apply(PTB_SELECT, tensor([1, 0, 1] as [UInt8]), a, b)[2], 2 as Float)
    XCTAssertEqual(apply(PTB_SELECT, tensor([0, 0, 1] as [UInt8]), a, b), [1, 1, 2] as [Float])
  }

  func testComplexArithmetic() {
    let a = tensor([Complex128(re: 1, im: 2), Complex128(re: 1e300, im: 1e300)])
    let b = tensor([Complex128(re: 3, im: -4), Complex128(re: 1e300, im: 1e300)])
    XCTAssertEqual(apply(PTB_MUL, a, b, as: Complex128.self)[0], Complex128(re: 11, im: 2))
    XCTAssertEqual(apply(PTB_DIV, a, b), [Complex128(re: -0.2, im: 0.4), Complex128(re: 1, im: 0)])
    XCTAssertEqual(apply(PTB_SUB, a, b, as: Complex128.self)[0], Complex128(re: -2, im: 6))
    XCTAssertEqual(apply(PTB_CONJ, a, as: Complex128.self)[0], Complex128(re: 1, im: -2))
    XCTAssertEqual(apply(PTB_CABS, b, as: Double.self)[0], 5)
    XCTAssertEqual(apply(PTB_ARG, a, as: Double.self)[0], atan2(2, 1))
    XCTAssertEqual(
      apply(PTB_COMPLEX, tensor([1, 2] as [Float]), tensor([3, 4] as [Float])),
      [Complex64(re: 1, im: 3), Complex64(re: 2, im: 4)])
    XCTAssertFalse(RegionBuilder.supports(PTB_EXP, .c64, source: .c64))
  }
}

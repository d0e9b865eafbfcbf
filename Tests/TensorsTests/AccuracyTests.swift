import CKernels
import Foundation
import XCTest

@testable import Tensors

/// The functions of a real against a wider type: the worst error in units in the last place of the result.
final class AccuracyTests: XCTestCase {
  private func worst<Wide: BinaryFloatingPoint, Narrow: BinaryFloatingPoint>(
    _ results: [Narrow], _ arguments: [Narrow], _ exact: (Wide) -> Wide
  ) -> (ulp: Double, at: Narrow) {
    var worst = (ulp: 0.0, at: Narrow(0))
    for (y, x) in zip(results, arguments) {
      let w = exact(Wide(x))
      let rounded = Narrow(w)
      if w.isNaN && y.isNaN || rounded.isInfinite && rounded == y { continue }
      let error = Double(abs(Wide(y) - w) / Wide(rounded.isFinite && rounded != 0 ? rounded.ulp : Narrow.leastNonzeroMagnitude))
      if !(error <= worst.ulp) { worst = (error, x) }
    }
    return worst
  }

  /// Every 20011-th float, so that all exponents and both signs occur.
  private static let floats: [Float] =
    stride(from: UInt32(0), to: .max - 20011, by: 20011).map(Float.init(bitPattern:))
    + [0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0.5, 88.72284, -103.97208, .leastNonzeroMagnitude]
  private static let doubles: [Double] = {
    var random = TestRandom(7)
    let anywhere = (0..<10_000).map { _ in Double(bitPattern: random.next()) }
    let ordinary = (0..<40_000).map { _ in
      Double.random(in: -1...1, using: &random) * pow(2, Double.random(in: -20...10, using: &random))
    }
    return anywhere + ordinary + [0, -0.0, 1, -1, .infinity, -.infinity, .nan, 709.782712893384, -745.1332191019411]
  }()

  private func check32(_ op: MicroOp, _ limit: Double, _ exact: (Double) -> Double, line: UInt = #line) {
    let (ulp, at) = worst(apply(op, tensor(Self.floats), as: Float.self), Self.floats, exact)
    XCTAssertLessThanOrEqual(ulp, limit, "at \(at)", line: line)
  }

  func testFloatFunctions() {
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    check32(PTB_EXP, 1.0, { exp($0) })
    check32(PTB_EXPM1, 1.4, { expm1($0) })
    check32(PTB_LOG, 0.9, { log($0) })
    check32(PTB_LOG1P, 0.9, { log1p($0) })
    check32(PTB_TANH, 2.0, { tanh($0) })
    check32(PTB_SIGMOID, 2.0, sigmoid)
    check32(PTB_SOFTPLUS, 1.7, { max($0, 0) + log1p(exp(-abs($0))) })
    check32(PTB_SILU, 2.0, { $0 == -.infinity ? 0 : $0 * sigmoid($0) })
    check32(PTB_GELU, 1.5, { $0 == -.infinity ? 0 : 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) })
    check32(PTB_ERF, 1.0, { erf($0) })
    check32(PTB_ERFC, 1.7, { erfc($0) })
    check32(PTB_SIN, 1.6, { sin($0) })
    check32(PTB_COS, 1.6, { cos($0) })
    check32(PTB_RSQRT, 1.5, { 1 / $0.squareRoot() })
  }

  func testDoubleFunctions() throws {
    #if arch(x86_64)
      func check(_ op: MicroOp, _ limit: Double, _ exact: (Float80) -> Float80, line: UInt = #line) {
        let (ulp, at) = worst(apply(op, tensor(Self.doubles), as: Double.self), Self.doubles, exact)
        XCTAssertLessThanOrEqual(ulp, limit, "at \(at)", line: line)
      }
      check(PTB_EXP, 1.0, { exp($0) })
      check(PTB_EXPM1, 2.0, { expm1($0) })
      check(PTB_LOG, 0.9, { log($0) })
      check(PTB_LOG1P, 0.9, { log1p($0) })
      check(PTB_TANH, 2.0, { tanh($0) })
      check(PTB_SIGMOID, 2.0, { 1 / (1 + exp(-$0)) })
      check(PTB_SILU, 2.0, { $0 == -.infinity ? 0 : $0 / (1 + exp(-$0)) })
      check(PTB_SOFTPLUS, 1.7, { max($0, 0) + log1p(exp(-abs($0))) })
      check(PTB_SIN, 1.6, { sin($0) })
      check(PTB_COS, 1.6, { cos($0) })
    #else
      throw XCTSkip("no wider type to compare with")
    #endif
  }

  /// mpmath, 40 digits (special.json of the goldens), and identities at the rest.
  func testSpecialFunctions() {
    func check(_ op: MicroOp, _ cases: [(Double, Double)], line: UInt = #line) {
      let results = apply(op, tensor(cases.map(\.0)), as: Double.self)
      for (y, (x, expected)) in zip(results, cases) {
        XCTAssertEqual(y, expected, accuracy: 1e-14 * max(abs(expected), 1e-2), "at \(x)", line: line)
      }
    }
    check(PTB_ERF, [(-1e-8, -1.1283791670955125599e-8)])
    check(PTB_ERFC, [(-2, 1.9953222650189527342)])
    check(
      PTB_ERFINV, [(0.3, 0.27246271472675434502), (-0.3, -0.27246271472675434502), (0, 0), (0.9999999, 3.7665625816384708887)])
    check(
      PTB_LGAMMA,
      [
        (1e-10, 23.025850929882735237), (0.5, 0.57236494292470008707), (171.5, 709.14316303092824227),
        (-0.5, 1.2655121234846453965), (-10.1, -13.02097327101149852), (1.0000001, -5.772155829918507097e-8),
      ])
    check(
      PTB_DIGAMMA,
      [
        (-0.5, 0.036489973978576520559), (1, -0.57721566490153286061), (1.4616321449683622, -9.2412655217294275168e-17),
        (0.5, -1.9635100260214234794), (10, 2.2517525890667211077),
      ])
    check(
      PTB_TRIGAMMA,
      [
        (1, 1.6449340668482264365), (100, 0.010050166663333571395), (0.5, 4.934802200544679309),
        (-0.5, 8.934802200544679309),
      ])
    let orders = tensor([0.0, 1, 2, 2, 3])
    let at = tensor([1.0, 1, 1, -0.5, 0.5])
    let expected = [
      -0.57721566490153286061, 1.6449340668482264365, -2.4041138063191885708, -0.8287966442343199956, 97.409091034002437236,
    ]
    for (y, e) in zip(apply(PTB_POLYGAMMA, orders, at, as: Double.self), expected) {
      XCTAssertEqual(y, e, accuracy: 1e-13 * abs(e))
    }
  }

  func testPoles() {
    XCTAssertTrue(apply(PTB_DIGAMMA, tensor([0.0, -1, -7]), as: Double.self).allSatisfy(\.isNaN))
    XCTAssertEqual(apply(PTB_TRIGAMMA, tensor([0.0, -1]), as: Double.self), [.infinity, .infinity])
    XCTAssertEqual(apply(PTB_LGAMMA, tensor([0.0, -3]), as: Double.self), [.infinity, .infinity])
    XCTAssertEqual(Array(apply(PTB_ERFINV, tensor([1.0, -1]), as: Double.self)), [.infinity, -.infinity])
    XCTAssertTrue(apply(PTB_ERFINV, tensor([1.5]), as: Double.self)[0].isNaN)
  }
}

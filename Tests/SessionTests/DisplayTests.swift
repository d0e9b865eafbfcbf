import Tensors
import XCTest

@testable import Session

/// Numbers with few digits, rounded so that what is shown of a bound holds too.
final class DisplayTests: XCTestCase {
  func testEndsAreRoundedOutwards() {
    var state: UInt64 = 1
    func next() -> UInt64 { state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407; return state }
    for _ in 0..<20_000 {
      let sign = next() >> 63 == 0 ? 1.0 : -1.0
      let x = sign * Double(next() >> 11) / Double(1 << 53) * Double("1e\(Int(next() >> 60) - 8)")!
      let (low, high) = (Digits.significant(x, 6, .down), Digits.significant(x, 6, .up))
      XCTAssertLessThanOrEqual(Double(low)!, x)
      XCTAssertGreaterThanOrEqual(Double(high)!, x)
      XCTAssertLessThanOrEqual(Double(high)! - Double(low)!, abs(x) * 1.2e-5)
      let y = x + Double(next() >> 11) / Double(1 << 53)
      let shown = Digits.interval(x, y)
      XCTAssertLessThanOrEqual(Double(shown.lo)!, x)
      XCTAssertGreaterThanOrEqual(Double(shown.hi)!, y)
    }
  }

  func testDigitsThatAreWorthReading() {
    XCTAssertEqual(Digits.significant(0.731_25), "0.73125")
    XCTAssertEqual(Digits.significant(1_234_567.9), "1234568.0")
    XCTAssertEqual(Digits.significant(-1.766_666_7, 4, .up), "-1.766")
    XCTAssertEqual(Digits.significant(.infinity), "inf")
    XCTAssertEqual(Digits.significant(.nan), "nan")
    XCTAssertEqual(Digits.significant(Double.leastNonzeroMagnitude), "5e-324")
    XCTAssertEqual(Digits.significant(1.797e308), "1.797e+308")
    XCTAssertEqual("\(Digits.interval(3.981, 4.0977))", "(lo: \"3.98\", hi: \"4.1\")")
    XCTAssertEqual("\(Digits.interval(0, 0))", "(lo: \"0.0\", hi: \"0.0\")")
    XCTAssertEqual("\(Digits.estimate(0.412_34, 0.0059))", "(value: \"0.412\", error: \"0.006\")")
    XCTAssertEqual("\(Digits.estimate(0.993, 0.0309))", "(value: \"0.993\", error: \"0.031\")")
  }

  func testTimes() {
    XCTAssertEqual([0, 1.5e-9, 3.078e-6, 0.0123, 1, 99.94, 150, .infinity].map(Seconds.text), ["0 ns", "1.5 ns", "3.08 µs", "12.3 ms", "1 s", "99.9 s", "2 min 30 s", "∞ s"])
  }

  private func matrix(_ shape: [Int]) -> Tensor {
    let tensor = Tensor(uninitialized: .f64, shape)
    for k in 0..<tensor.count { tensor.pointer.storeBytes(of: Double(k), toByteOffset: 8 * k, as: Double.self) }
    return tensor
  }

  func testTensors() {
    XCTAssertEqual(TensorText(tensor: matrix([2, 3]), width: 80).lines, ["[[0.0, 1.0, 2.0],", " [3.0, 4.0, 5.0]]"])
    XCTAssertEqual(TensorText(tensor: matrix([2, 1, 2]), width: 80).lines, ["[[[0.0, 1.0]],", " [[2.0, 3.0]]]"])
    let large = TensorText(tensor: matrix([100, 50]), width: 80)
    XCTAssertEqual(large.lines.count, 7)
    XCTAssertEqual(large.lines[3], " …")
    XCTAssertEqual(large.summary, "min 0.0, mean 2500.0, max 4999.0")
    for shape in [[0], [0, 3], [3, 0], [2, 0, 2]] { XCTAssertEqual(TensorText(tensor: matrix(shape), width: 80).lines, ["[] (no elements)"], "\(shape)") }
    XCTAssertTrue(TensorText(tensor: matrix([40]), width: 80).lines.allSatisfy { $0.count <= 80 })
  }
}

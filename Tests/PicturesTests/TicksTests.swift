import XCTest

@testable import Pictures

final class TicksTests: XCTestCase {
  private func axis(_ a: Double, _ b: Double, log: Bool = false) -> Axis {
    var axis = Axis()
    axis.limits = a...b
    axis.isLogarithmic = log
    return axis
  }

  func testKnownAxes() {
    XCTAssertEqual(axis(0, 1).ticks(5).map(\.label), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map { $0 == "0.0" ? "0" : $0 })
    XCTAssertEqual(axis(-12, 97).ticks(5).map(\.value), [0, 50])
    XCTAssertEqual(axis(-12, 97).ticks(6).map(\.label), ["0", "20", "40", "60", "80"])
    XCTAssertEqual(axis(0, 3e-7).ticks(3).map(\.label), ["0", "1e−7", "2e−7", "3e−7"])
    XCTAssertEqual(axis(1e-3, 1e3, log: true).ticks(7).map(\.label), ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³"])
    XCTAssertEqual(axis(1.5, 60, log: true).ticks(7).map(\.label), ["2", "5", "10", "20", "50"])
    XCTAssertEqual(axis(-2.5, 2.5).ticks(5).map(\.label), ["−2", "−1", "0", "1", "2"])
  }

  /// Ticks lie within the limits, ascend by one step of 1, 2 or 5 times a power of ten, have labels that differ and read back, and are
  /// about as many as asked for.
  func testLaws() {
    var state: UInt64 = 7
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    for _ in 0..<5000 {
      let scale = Extent.power(uniform() * 200 - 100)
      let a = (uniform() * 2 - 1) * scale
      let b = a + uniform() * scale * (uniform() < 0.3 ? 1e-4 : 1)
      guard b > a else { continue }
      let count = 2 + Int(uniform() * 10)
      let ticks = axis(a, b).ticks(count)
      XCTAssertGreaterThanOrEqual(ticks.count, 1 + count / 3 - 1, "\(a) \(b) \(count)")
      XCTAssertLessThanOrEqual(ticks.count, count + 2, "\(a) \(b) \(count)")
      let slack = (b - a) * 1e-6
      XCTAssertTrue(ticks.allSatisfy { $0.value >= a - slack && $0.value <= b + slack }, "\(a) \(b)")
      XCTAssertEqual(Set(ticks.map(\.label)).count, ticks.count, "\(a) \(b) \(ticks)")
      for tick in ticks {
        let read = Double(tick.label.map { $0 == "−" ? "-" : String($0) }.joined())
        XCTAssertEqual(read ?? .nan, tick.value, accuracy: (b - a) * 1e-2, "\(tick)")
      }
    }
  }

  func testExtremeAxesDoNotTrap() {
    for (a, b) in [(-1.7e308, 1.7e308), (Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude * 2000), (1e15, 1e15 + 1), (-1e-300, 1e300)] {
      _ = axis(a, b).ticks(5)
      _ = Extent(a, b, margin: 0.1).range(isLogarithmic: false)
      if a > 0 { _ = axis(a, b, log: true).ticks(5) }
    }
    XCTAssertEqual(Extent(3, 3, margin: 0.04).range(isLogarithmic: false), 2.5...3.5)
    XCTAssertEqual(Extent(0, 0, margin: 0.04).range(isLogarithmic: false), -0.5...0.5)
  }
}

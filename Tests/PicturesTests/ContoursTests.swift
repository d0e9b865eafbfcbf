import XCTest

@testable import Pictures

final class ContoursTests: XCTestCase {
  /// The contour of x² + y² at r² is one closed line at the distance r, to the order of the grid.
  func testACircle() throws {
    let at = (0...60).map { Double($0) / 30 - 1 }
    let grid = Grid(x: at, y: at, z: at.flatMap { x in at.map { x * x + $0 * $0 } })
    let lines = Contours.lines(grid, at: 0.49)
    XCTAssertEqual(lines.count, 1)
    let line = try XCTUnwrap(lines.first)
    XCTAssertTrue(line[0] == line[line.count - 1])
    for point in line { XCTAssertEqual((point.x * point.x + point.y * point.y).squareRoot(), 0.7, accuracy: 1e-3) }
  }

  /// Of a plane every contour is exact.
  func testAPlane() {
    let (x, y) = ([0.0, 1, 3], [0.0, 2, 5, 6])
    let grid = Grid(x: x, y: y, z: x.flatMap { a in y.map { 2 * a + $0 } })
    for level in [0.5, 3, 7.25] {
      let lines = Contours.lines(grid, at: level)
      XCTAssertEqual(lines.count, 1)
      for point in lines[0] { XCTAssertEqual(2 * point.x + point.y, level, accuracy: 1e-12) }
    }
    XCTAssertTrue(Contours.lines(grid, at: 100).isEmpty)
    XCTAssertEqual(Contours.levels(of: grid, count: 5), [5, 10])
  }

  /// A saddle has two lines that do not cross; holes of NaN are left out.
  func testSaddleAndHole() {
    let saddle = Grid(x: [0, 1], y: [0, 1], z: [1, 0, 0, 1])
    XCTAssertEqual(Contours.lines(saddle, at: 0.4).count, 2)
    XCTAssertEqual(Contours.lines(saddle, at: 0.6).count, 2)
    XCTAssertTrue(Contours.lines(Grid(x: [0, 1], y: [0, 1], z: [1, 0, .nan, 1]), at: 0.5).isEmpty)
    XCTAssertTrue(Contours.levels(of: Grid(x: [0, 1], y: [0, 1], z: [2, 2, 2, 2])).isEmpty)
  }
}

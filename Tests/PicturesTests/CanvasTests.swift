import Foundation
import XCTest

@testable import Pictures

final class CanvasTests: XCTestCase {
  private func text(_ canvas: Canvas) -> [String] {
    (0..<canvas.rows).map { row in String((0..<canvas.columns).map { canvas.cell($0, row).character }) }
  }
  private func line(_ points: [(Double, Double)], columns: Int = 2, rows: Int = 1, dash: Dash = .solid) -> [String] {
    var canvas = Canvas(columns: columns, rows: rows)
    var travelled = 0
    for (a, b) in zip(points, points.dropFirst()) { canvas.line((a.0, a.1), (b.0, b.1), dash, &travelled, nil) }
    return text(canvas)
  }

  func testEachDotHasItsBit() {
    let expected: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    for x in 0..<2 {
      for y in 0..<4 {
        var canvas = Canvas(columns: 1, rows: 1)
        canvas.dot(x, y, nil)
        XCTAssertEqual(canvas.cell(0, 0).character.unicodeScalars.first?.value, 0x2800 + expected[x][y])
      }
    }
  }

  func testLines() {
    XCTAssertEqual(line([(0, 0), (3, 3)]), ["⠑⢄"])
    XCTAssertEqual(line([(0, 3), (3, 0)]), ["⡠⠊"])
    XCTAssertEqual(line([(0, 1), (3, 1)]), ["⠒⠒"])
    XCTAssertEqual(line([(0, 0), (7, 0)], columns: 4, dash: Dash(lengths: [1, 2])), ["⠁⠈ ⠁"])
  }

  func testWhatLiesOutsideIsCutOff() {
    XCTAssertEqual(line([(-100, 1), (100, 1)]), ["⠒⠒"])
    XCTAssertEqual(line([(-5, -5), (-1, -1)]), ["  "])
    XCTAssertEqual(line([(-1e300, 1), (1e300, 1)]), ["⠒⠒"])
    var canvas = Canvas(columns: 1, rows: 1)
    for place in [(-1, 0), (0, -1), (2, 0), (0, 4), (Int.max, Int.min)] { canvas.dot(place.0, place.1, nil) }
    XCTAssertEqual(text(canvas), [" "])
  }

  func testTextsDoNotCoverEachOther() {
    var canvas = Canvas(columns: 6, rows: 1)
    canvas.write("ab", column: 1, row: 0)
    canvas.write("xyz", column: 2, row: 0)
    canvas.write("long text", column: 0, row: 0)
    XCTAssertEqual(text(canvas), [" ab   "])
  }
}

final class TerminalTests: XCTestCase {
  private func render(_ panel: Panel, columns: Int = 30, rows: Int = 9, colours: TerminalRenderer.Colours = .none) throws -> [String] {
    try TerminalRenderer(columns: columns, rows: rows, colours: colours).render(Picture(panels: [panel])).text.components(separatedBy: "\n")
  }

  func testAKnownLine() throws {
    var panel = Panel(title: "title", marks: [Mark(.line(x: [0, 1], y: [0, 1]), label: "f")])
    panel.x = Axis(label: "x")
    panel.x.limits = 0...1
    panel.y.limits = 0...1
    let lines = try render(panel, rows: 11)
    XCTAssertEqual(lines[0], "            title")
    XCTAssertEqual(lines[1], "            ⠤⠤⠤⠤ f")
    XCTAssertTrue(lines[2].hasPrefix("1.0┤"), lines[2])
    XCTAssertEqual(lines[2].last, "⠉")
    XCTAssertTrue(lines.contains { $0.hasPrefix("  0┤⡠") || $0.hasPrefix("  0┤⣀") || $0.hasPrefix("  0┤⠤") }, lines.joined(separator: "\n"))
    XCTAssertEqual(lines.last?.trimmingCharacters(in: .whitespaces), "x")
    XCTAssertTrue(lines[lines.count - 3].hasPrefix("   └┬"), lines[lines.count - 3])
  }

  /// Every line fits the width, with and without colours.
  func testNothingRunsOverTheEdge() throws {
    for columns in [24, 40, 77] {
      for panel in Samples.panels {
        for line in try render(panel, columns: columns, rows: 14) { XCTAssertLessThanOrEqual(line.count, columns, line) }
      }
    }
  }

  /// No colour lasts beyond its line: the last change of colours is back to none.
  func testColoursEndWhereTheLineEnds() throws {
    for panel in Samples.panels {
      let lines = try render(panel, colours: .indexed)
      XCTAssertTrue(lines.contains { $0.contains("\u{1B}[") })
      for line in lines where line.contains("\u{1B}[") { XCTAssertEqual(line.components(separatedBy: "\u{1B}[").last?.hasPrefix("0m"), true, line) }
    }
  }

  func testGapsAndWhatIsLeftOut() throws {
    let mark = Mark(.line(x: [0, 1, 2, 3], y: [0, .nan, .infinity, 1]))
    XCTAssertEqual(try TerminalRenderer().render(Picture(panels: [Panel(marks: [mark])])).leftOut, 2)
    for y in [[], [Double.nan, .infinity]] {
      XCTAssertThrowsError(try render(Panel(marks: [Mark(.line(x: y, y: y))]))) { XCTAssertEqual(($0 as? PictureError)?.kind, .nothingToDraw) }
    }
    var logarithmic = Panel(marks: [Mark(.line(x: [0, 1], y: [-1, 0]))])
    logarithmic.y.isLogarithmic = true
    XCTAssertThrowsError(try render(logarithmic)) { XCTAssertEqual(($0 as? PictureError)?.kind, .nothingToDraw) }
  }

  func testExtremeNumbersDoNotTrap() throws {
    for (a, b) in [(0, 1.7e308), (-1.7e308, 1.7e308), (Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude * 2000), (1e16, 1e16 + 2), (0, 0)] as [(Double, Double)] {
      for form in [Mark.Form.line(x: [a, b], y: [a, b]), .points(x: [a, b], y: [b, a]), .stems(x: [a, b], y: [a, b]), .band(x: [a, b], lo: [a, a], hi: [b, b]), .bars(from: [a], to: [b], height: [b])] {
        _ = try render(Panel(marks: [Mark(form)]))
        var narrow = Panel(marks: [Mark(form)])
        (narrow.x.limits, narrow.y.limits) = (0.4...0.5, 0.1...0.2)
        _ = try render(narrow)
      }
      if a < b { _ = try render(Panel(marks: [Mark(.heat(Grid(x: [a, b], y: [a, b], z: [a, b, b, a]), diverging: true)), Mark(.contour(Grid(x: [a, b], y: [a, b], z: [a, b, b, a]), levels: nil))])) }
    }
  }

  func testALabelCannotMoveTheCursor() throws {
    let panel = Panel(title: "a\u{1B}[2J\u{7}\tb", marks: [Mark(.line(x: [0, 1], y: [0, 1]), label: "\r\u{9B}x")])
    for line in try render(panel) { XCTAssertTrue(line.unicodeScalars.allSatisfy { $0.value >= 32 && !(0x7F..<0xA0).contains($0.value) }, line) }
  }
}

final class SurfaceTests: XCTestCase {
  /// Near faces hide far ones: a wall at the near edge looks the same with a floor behind it and without.
  func testNearHidesFar() throws {
    let at = (0...10).map(Double.init)
    let wall = at.flatMap { _ in at.map { y in y <= 1 ? 1.0 : 0 } }
    func painted(_ count: Int) -> Canvas {
      let heights = at.indices.flatMap { i in wall[(i * 11)..<(i * 11 + count)] }
      var panel = Panel(marks: [Mark(.surface(Grid(x: at, y: Array(at.prefix(count)), z: heights)))])
      (panel.x.limits, panel.y.limits, panel.z.limits) = (0...10, 0...10, 0...1)
      var painter = SurfacePainter(panel, Canvas(columns: 60, rows: 24), hasColour: false)
      painter.paint()
      return painter.canvas
    }
    let (all, alone) = (painted(11), painted(3))
    var (same, other) = (0, 0)
    for row in 0..<24 {
      for column in 0..<60 where alone.cell(column, row).character != " " {
        if all.cell(column, row) == alone.cell(column, row) { same += 1 } else { other += 1 }
      }
    }
    XCTAssertGreaterThan(same, 3 * other, "\(same) cells are the same, \(other) are not")
  }

  func testErasingTakesTheInsideAway() {
    var canvas = Canvas(columns: 4, rows: 2)
    for x in 0..<8 { for y in 0..<8 { canvas.dot(x, y, nil) } }
    canvas.erase([(2, -0.5), (5, -0.5), (5, 8.5), (2, 8.5)])
    XCTAssertEqual((0..<4).map { canvas.cell($0, 0).character }, ["⣿", " ", " ", "⣿"])
    canvas.erase([(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9)])
    XCTAssertEqual((0..<4).map { canvas.cell($0, 1).character }, [" ", " ", " ", " "])
  }
}

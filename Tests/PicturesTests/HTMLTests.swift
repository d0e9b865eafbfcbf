import Foundation
import XCTest

@testable import Pictures

#if canImport(FoundationXML)
  import FoundationXML
#endif

final class HTMLTests: XCTestCase {
  private func page(_ panels: [Panel], title: String? = nil, columns: Int = 1) throws -> String {
    try HTMLPage(Picture(title: title, panels: panels, columns: columns)).text
  }
  private func between(_ text: String, _ start: String, _ end: String) throws -> String {
    let from = try XCTUnwrap(text.range(of: start)?.upperBound)
    let to = try XCTUnwrap(text.range(of: end, range: from..<text.endIndex)?.lowerBound)
    return String(text[from..<to])
  }
  private func data(_ page: String) throws -> [[String: Any]] {
    let json = try between(page, "id=\"data\">", "</script>")
    return try XCTUnwrap(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
  }
  private func isWellFormed(_ page: String) throws -> Bool {
    let drawings = try between(page, "<div class=\"panels\">", "<div id=\"tip\"")
    return XMLParser(data: Data("<div>\(drawings)".utf8)).parse()
  }

  func testEveryKindIsWellFormed() throws {
    for panel in Samples.panels {
      let page = try page([panel])
      XCTAssertTrue(try isWellFormed(page))
      XCTAssertFalse(page.contains("nan"), "a place that is no number")
      XCTAssertEqual(try data(page).count, 1)
    }
    let all = try page(Samples.panels, title: "all", columns: 4)
    XCTAssertTrue(try isWellFormed(all))
    XCTAssertEqual(try data(all).count, Samples.panels.count)
    XCTAssertEqual(try page(Samples.panels), try page(Samples.panels))
  }

  /// It loads nothing from anywhere.
  func testItNeedsNothingElse() throws {
    let page = try page(Samples.panels)
    let addresses = page.components(separatedBy: "http").dropFirst().map { String($0.prefix(25)) }.filter { !$0.hasPrefix("-equiv") }
    XCTAssertEqual(Set(addresses), ["://www.w3.org/2000/svg\", "], "the name of SVG, which is no address to load from")
    for word in ["src=", "<link", "url(h", "import ", "fetch", "innerHTML"] { XCTAssertFalse(page.contains(word), word) }
    XCTAssertTrue(page.contains("default-src 'none'"))
  }

  /// A point stands in the data with its own numbers, and in the drawing where its axes say.
  func testAPointIsWhereItsNumbersSay() throws {
    var panel = Panel(marks: [Mark(.line(x: [0, 1, 2], y: [0, .nan, 10]), label: "loss"), Mark(.points(x: [1], y: [5]))])
    (panel.x.limits, panel.y.limits) = (0...2, 0...10)
    let drawing = SVGPanel(try panel.prepared().panel, number: 0, width: 640, height: 420)
    XCTAssertEqual(drawing.x(1), drawing.area.x + drawing.area.width / 2, accuracy: 1e-9)
    XCTAssertEqual(drawing.y(10), drawing.area.y, accuracy: 1e-9)
    let page = try page([panel])
    let marks = try XCTUnwrap(try data(page)[0]["marks"] as? [[String: Any]])
    XCTAssertEqual(marks[0]["label"] as? String, "loss")
    let y = try XCTUnwrap(marks[0]["y"] as? [Any])
    XCTAssertTrue(y[1] is NSNull)
    XCTAssertEqual(y[2] as? Double, 10)
    XCTAssertTrue(page.contains("class=\"key\" data-mark=\"0\""))
  }

  /// What a user writes is text, wherever it stands.
  func testHostileLabels() throws {
    for text in ["</script><script>alert(1)</script>", "\" onload=\"alert(1)", "<img src=x>", "a&b", "]]>", "'", "\u{0}\u{1B}x", "`${alert(1)}`", "\u{2028}", "δ ∈ ℝⁿ"] {
      var panel = Panel(title: text, marks: [Mark(.line(x: [0, 1], y: [0, 1]), label: text), Mark(.regions(Grid(x: [0, 1], y: [0, 1], z: [0, 1, 1, 0]), names: [text, text]))])
      (panel.x.label, panel.y.label, panel.z.label) = (text, text, text)
      panel.x.names = [text, text]
      let page = try page([panel, panel], title: text, columns: 2)
      XCTAssertTrue(try isWellFormed(page), text)
      XCTAssertEqual(page.components(separatedBy: "</script>").count, 3, text)
      XCTAssertFalse(page.contains("<img"), text)
      let marks = try XCTUnwrap(try data(page)[0]["marks"] as? [[String: Any]])
      XCTAssertEqual(marks[0]["label"] as? String, text)
    }
  }

  func testExtremeNumbersDoNotTrap() throws {
    let flat = Grid(x: [0, 1], y: [0, 1], z: [1, 1, 1, 1])
    for form in [Mark.Form.contour(flat, levels: nil), .surface(flat), .arrows(x: [0], y: [0], u: [0], v: [0], scale: nil), .bars(from: [0], to: [1], height: [0])] {
      XCTAssertTrue(try isWellFormed(try page([Panel(marks: [Mark(form)])])))
    }
    for (a, b) in [(0, 1.7e308), (-1.7e308, 1.7e308), (Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude * 2000), (1e16, 1e16 + 4), (0, 0)] as [(Double, Double)] {
      for form in [Mark.Form.line(x: [a, b], y: [a, b]), .points(x: [a, b], y: [b, a]), .stems(x: [a, b], y: [a, b]), .band(x: [a, b], lo: [a, a], hi: [b, b])] {
        let page = try page([Panel(marks: [Mark(form)])])
        XCTAssertTrue(try isWellFormed(page), "\(a) \(b)")
        XCTAssertFalse(page.contains("inf"), "\(a) \(b)")
      }
    }
  }
}

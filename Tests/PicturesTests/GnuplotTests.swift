import Foundation
import XCTest

@testable import Pictures

final class GnuplotTests: XCTestCase {
  private func draw(_ picture: Picture, _ format: GnuplotScript.Format = .svg) throws -> [UInt8] { try GnuplotProcess.run(try GnuplotScript(picture, format)) }

  func testEveryKindInEveryFormat() throws {
    let beginnings: [GnuplotScript.Format: String] = [.svg: "<?xml", .png: "\u{89}PNG", .pdf: "%PDF"]
    for format in GnuplotScript.Format.allCases {
      for panel in Samples.panels {
        let bytes = try draw(Picture(panels: [panel]), format)
        let wanted = format == .png ? [0x89, 0x50, 0x4E, 0x47] : Array((beginnings[format] ?? "").utf8)
        XCTAssertEqual(Array(bytes.prefix(wanted.count)), wanted)
      }
      XCTAssertFalse(try draw(Picture(title: "all", panels: Samples.panels, columns: 4), format).isEmpty)
    }
  }

  func testTheSamePictureIsTheSameFile() throws {
    for format in [GnuplotScript.Format.svg, .png] {
      let picture = Picture(panels: Samples.panels, columns: 3)
      XCTAssertEqual(try draw(picture, format), try draw(picture, format))
    }
  }

  /// Labels say what they say: nothing in them is run, and every character arrives.
  func testHostileLabels() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pictures-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let trap = folder.appendingPathComponent("ran").path
    let hostile = [
      "`touch \(trap)`", "$(touch \(trap))", "it's", "''", "'; system('touch \(trap)'); '", "' . system(\"touch \(trap)\") . '", "\"q\" \\n \\", "a_b^c{d}@e&f~g",
      "%s %d %n", "δ ∈ ℝⁿ 日本", "# no comment", "EOD", "$d0x0 << EOD", "@HOME", "<b>&amp;</b>",
    ]
    for text in hostile {
      var panel = Panel(title: text, marks: [Mark(.line(x: [0, 1], y: [0, 1]), label: text), Mark(.regions(Grid(x: [0, 1], y: [0, 1], z: [0, 1, 1, 0]), names: [text, text]))])
      (panel.x.label, panel.y.label, panel.z.label) = (text, text, text)
      panel.x.names = [text, text]
      let svg = String(decoding: try draw(Picture(title: text, panels: [panel, panel], columns: 2)), as: UTF8.self)
      let escaped = text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      let shown = svg.replacingOccurrences(of: "&quot;", with: "\"").replacingOccurrences(of: "&#39;", with: "'").replacingOccurrences(of: "\u{A0}", with: " ")
      XCTAssertTrue(shown.contains(escaped), "\(text): not in the picture")
    }
    let broken = String(decoding: try draw(Picture(panels: [Panel(title: "one\n`touch \(trap)`\u{0}\u{1B}", marks: [Mark(.line(x: [0, 1], y: [0, 1]))])])), as: UTF8.self)
    XCTAssertTrue(broken.contains("one") && broken.contains("touch"))
    XCTAssertFalse(FileManager.default.fileExists(atPath: trap), "a label was run")
  }

  func testWhatIsMissingIsTold() throws {
    let script = try GnuplotScript(Picture(panels: [Samples.panels[0]]), .svg)
    XCTAssertThrowsError(try GnuplotProcess.run(script, program: "no-such-gnuplot")) {
      XCTAssertEqual(($0 as? PictureError)?.kind, .noGnuplot)
      XCTAssertTrue(($0 as? PictureError)?.hint?.contains("apt-get install gnuplot-nox") == true)
    }
    XCTAssertThrowsError(try GnuplotProcess.run(script, program: "false")) { XCTAssertEqual(($0 as? PictureError)?.kind, .gnuplotFailed) }
  }

  func testExtremeNumbersAreDrawn() throws {
    let flat = Grid(x: [0, 1], y: [0, 1], z: [1, 1, 1, 1])
    for form in [Mark.Form.contour(flat, levels: nil), .surface(flat), .arrows(x: [0], y: [0], u: [0], v: [0], scale: nil), .bars(from: [0], to: [1], height: [0])] {
      XCTAssertFalse(try draw(Picture(panels: [Panel(marks: [Mark(form)])])).isEmpty)
    }
    for (a, b) in [(0, 1.7e308), (-1.7e308, 1.7e308), (Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude * 2000), (1e16, 1e16 + 4), (0, 0)] as [(Double, Double)] {
      XCTAssertFalse(try draw(Picture(panels: [Panel(marks: [Mark(.line(x: [0, 1], y: [a, b]))])])).isEmpty, "\(a) \(b)")
    }
  }
}

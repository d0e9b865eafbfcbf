import Foundation
import XCTest

@testable import Session

/// Where pictures go.
final class PlotTests: XCTestCase {
  private var folder = URL(fileURLWithPath: "/")
  override func setUpWithError() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("plots-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }
  override func tearDown() { try? FileManager.default.removeItem(at: folder) }

  private func run(_ text: String, _ options: SessionOptions = SessionOptions()) throws -> (printed: [String], problems: [String]) {
    var printed: [String] = []
    var options = options
    options.output = { printed.append($0) }
    let program = Program(Script(path: folder.appendingPathComponent("script.ptb").path, text: text), options, home: try home())
    let problems = program.hasErrors ? program.diagnostics : program.run()
    return (printed, problems.map { "\($0.code.id) \($0.message)" })
  }
  private var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  func testAPathStartsAtTheScript() throws {
    let result = try run("plot([1.0, 2.0], to: \"a.svg\")\nplot([1.0, 2.0], to: \"b.txt\")\nplot([[1.0]], to: \"c.png\")\nplot([1.0], to: \"d.html\")")
    XCTAssertEqual(result.problems, [])
    XCTAssertEqual(result.printed, [])
    XCTAssertEqual(files, ["a.svg", "b.txt", "c.png", "d.html"])
  }

  func testAFolderTakesWhatNamesNoFile() throws {
    var options = SessionOptions()
    options.pictures.folder = folder.path
    let result = try run("for k in 0..2 { plot([1.0, 2.0]) }\nplot([1.0, 2.0], to: \"own.txt\")\nplot([2.0, 1.0])", options)
    XCTAssertEqual(result.problems, [])
    XCTAssertEqual(result.printed, [])
    XCTAssertEqual(files, ["own.txt", "plot-1.svg", "plot-2.svg", "plot-3.svg"])
  }

  /// A NaN among the results runs a statement twice, to find where it comes from; it draws once.
  func testAPictureIsDrawnOnce() throws {
    let result = try run("fn f() { plot([1.0, 2.0]); 0.0 * inf }\nlet x = f()")
    XCTAssertEqual(result.printed.count, 1)
  }

  func testTheSizeIsWhatWasAskedFor() throws {
    let result = try run("plot([1.0, 2.0], size: (320, 240), to: \"a.svg\")\nplot([1.0, 2.0], size: (320, 240), to: \"b.html\")\nplot([1.0, 2.0], size: (320, 240))")
    XCTAssertEqual(result.problems, [])
    XCTAssertEqual(files.sorted(), ["a.svg", "b.html"])
    for name in files {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      XCTAssertTrue(text.contains("width=\"320\" height=\"240\""), name)
    }
    let lines = result.printed[0].split(separator: "\n", omittingEmptySubsequences: false)
    XCTAssertLessThanOrEqual(lines.map(\.count).max() ?? 0, 40)
    XCTAssertEqual(lines.count, 15, accuracy: 2)
  }

  func testAxesAreNamedAsTheArgumentsAre() throws {
    let result = try run("let step = [0.0, 1.0]\nlet loss = [2.0, 1.0]\nplot(step, loss)\nplot([0.0, 1.0], [2.0, 1.0])")
    let named = result.printed.first?.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
    XCTAssertEqual(named.first, "loss")
    XCTAssertEqual(named.last, "step")
    XCTAssertEqual(result.printed.last?.contains("["), false)
  }

  func testColumnsAndTheWidthOfTheTerminal() throws {
    var options = SessionOptions()
    (options.pictures.columns, options.pictures.rows) = (40, 10)
    let result = try run("use plots\nplot(panel([1.0, 2.0], title: \"left\"), panel([1.0, 2.0], title: \"right\"))", options)
    for line in result.printed[0].split(separator: "\n") { XCTAssertLessThanOrEqual(line.count, 40) }
  }
}

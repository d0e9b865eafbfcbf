import Foundation
import Session
import XCTest

/// The scripts that must run, as they stand. They lie beside the repository where it is developed; a clone alone has the corpus,
/// the library's tests and the examples.
final class AcceptanceTests: XCTestCase {
  /// How many tests each script has; all pass.
  private static let expected = [
    "01_expressions": 5, "02_derivatives": 6, "03_sets": 3, "04_guarantees": 4, "05_random": 4, "06_optimize": 4, "07_digits": 4,
  ]

  func testScripts() throws {
    let folder = repository.appendingPathComponent("../shared/acceptance").standardized.path
    guard FileManager.default.fileExists(atPath: folder) else { throw XCTSkip("the acceptance scripts are not here") }
    for (name, count) in Self.expected.sorted(by: { $0.key < $1.key }) {
      let counts = try runTests(of: "\(folder)/\(name).ptb")
      XCTAssertEqual(counts.passed, count, name)
      XCTAssertEqual(counts.failed, 0, name)
    }
  }

  /// The example of the README on real data: trained, the network reads at least nine digits of ten.
  func testDigitsExample() throws {
    let path = repository.appendingPathComponent("examples/digits.ptb").path
    let script = try Script(path: path)
    var lines: [String] = []
    var options = SessionOptions()
    options.output = { lines.append($0) }
    let program = Program(script, options, home: try home())
    XCTAssertEqual(program.diagnostics.map(\.message), [])
    XCTAssertEqual(program.run().map(\.message), [])
    let clean = try XCTUnwrap(lines.first { $0.hasPrefix("clean accuracy ") }.flatMap { Double($0.dropFirst(15)) })
    XCTAssertGreaterThan(clean, 0.88)
    let robust = lines.filter { $0.hasPrefix("robust") }.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    XCTAssertEqual(robust.count, 3)
    XCTAssertEqual(robust, robust.sorted(by: >), "a larger set leaves less accuracy")
    XCTAssertLessThan(robust[0], clean)
  }
}

let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

func home() throws -> Home { try XCTUnwrap(Home(executable: repository.appendingPathComponent("x").path)) }

/// Runs a script's tests.
func runTests(of path: String) throws -> (passed: Int, failed: Int) {
  let script = try Script(path: path)
  let program = Program(script, SessionOptions(), home: try home(), checksTests: false)
  return TestRunner(program).run { _ in }
}

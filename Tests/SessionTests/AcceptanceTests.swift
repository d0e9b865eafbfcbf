import Foundation
import Session
import XCTest

/// The scripts that users may write in edition 1, as they stand. They lie beside the repository where it is developed; a clone
/// alone has the corpus and the examples.
final class AcceptanceTests: XCTestCase {
  /// How many tests of each script pass, and how many need what edition 1 does not have (certificates, `push`, `mezo`).
  private static let expected: [(name: String, passed: Int, failed: Int)] = [
    ("01_expressions", 5, 0), ("02_derivatives", 6, 0), ("03_sets", 3, 0), ("04_guarantees", 1, 3), ("05_random", 3, 1),
    ("06_optimize", 4, 0),
  ]

  func testScripts() throws {
    let folder = repository.appendingPathComponent("../shared/acceptance").standardized.path
    guard FileManager.default.fileExists(atPath: folder) else { throw XCTSkip("the acceptance scripts are not here") }
    for (name, passed, failed) in Self.expected {
      let counts = try runTests(of: "\(folder)/\(name).ptb")
      XCTAssertEqual(counts.passed, passed, name)
      XCTAssertEqual(counts.failed, failed, name)
    }
  }

  /// The example of the README on real data: trained, the network reads at least nine digits of ten.
  func testDigitsExample() throws {
    let path = repository.appendingPathComponent("examples/digits.ptb").path
    let script = try XCTUnwrap(Script(path: path))
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
  let script = try XCTUnwrap(Script(path: path))
  let program = Program(script, SessionOptions(), home: try home(), checksTests: false)
  return TestRunner(program).run { _ in }
}

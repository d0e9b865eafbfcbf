import Diagnostics
import Foundation
import XCTest

@testable import Session

/// The numbers of independent systems, as scripts that `scripts/make_goldens.py` writes.
final class GoldenTests: XCTestCase {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// They share a module, which lies above their folders.
  private var options: SessionOptions {
    var options = SessionOptions()
    options.fileRules.reads = [root.appendingPathComponent("Tests/Goldens").path]
    return options
  }

  func testDerivativesAgreeWithJAX() throws { try run("autodiff") }
  func testMoreDerivativesAgreeWithJAX() throws { try run("jax") }
  func testOptimizersAgreeWithOptax() throws { try run("optimizers") }
  func testNumbersAgreeWithReferences() throws { try run("numbers") }

  /// Scripts that must stop with a diagnostic, named on their first line.
  func testWrongInputsAreRefused() throws {
    for path in try scripts("errors") {
      let script = try Script(path: path)
      let prefix = "# Must fail with: "
      let first = String(decoding: script.bytes, as: UTF8.self).prefix { $0 != "\n" }
      guard first.hasPrefix(prefix) else { XCTFail("\(path) does not say how it must fail"); continue }
      let program = Program(script, options, home: try home())
      let problems = program.hasErrors ? program.diagnostics : program.run()
      let messages = problems.map(\.message)
      XCTAssertTrue(messages.contains { $0.contains(first.dropFirst(prefix.count)) }, "\(path) fails with \(messages)")
    }
  }

  /// Runs every test of a folder's scripts; each that fails is a failure here, with its diagnostics.
  private func run(_ folder: String) throws {
    for path in try scripts(folder) {
      let runner = TestRunner(Program(try Script(path: path), options, home: try home(), checksTests: false))
      let counts = runner.run { outcome in
        guard !outcome.passed else { return }
        let renderer = TextRenderer(map: runner.sources)
        XCTFail("\(outcome.title)\n" + outcome.problems.map { renderer.render($0) }.joined(separator: "\n"))
      }
      XCTAssertGreaterThan(counts.passed, 0, "\(path) tests nothing")
    }
  }

  private func scripts(_ folder: String) throws -> [String] {
    let path = root.appendingPathComponent("Tests/Goldens/\(folder)").path
    let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".ptb") }.sorted()
    XCTAssertFalse(names.isEmpty, "no scripts in \(folder)")
    return names.map { "\(path)/\($0)" }
  }
  private func home() throws -> Home { try XCTUnwrap(Home(executable: root.appendingPathComponent("ptb").path)) }
}

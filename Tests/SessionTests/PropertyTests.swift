import Foundation
import XCTest

@testable import Session

/// Property tests: what is drawn, what fails, and how simple the counterexample becomes.
final class PropertyTests: XCTestCase {
  private func outcomes(_ text: String, cases: Int = 100, seed: UInt64? = nil, filter: String? = nil) throws -> [TestRunner.Outcome] {
    var options = SessionOptions()
    options.seed = seed
    options.output = { _ in }
    let runner = TestRunner(Program(Script(path: "it's a.ptb", text: text), options, home: try home(), checksTests: false))
    var outcomes: [TestRunner.Outcome] = []
    var chosen = TestOptions()
    (chosen.cases, chosen.filter) = (cases, filter)
    runner.run(chosen) { outcomes.append($0) }
    return outcomes
  }
  /// The notes of the only test's first problem.
  private func notes(_ text: String, cases: Int = 100, seed: UInt64? = nil) throws -> [String] {
    try XCTUnwrap(outcomes(text, cases: cases, seed: seed).first?.problems.first, "no failure").notes
  }
  private func counterexample(_ text: String, seed: UInt64? = nil) throws -> String {
    let note = try notes(text, seed: seed).first { $0.hasPrefix("counterexample: ") }
    return String(try XCTUnwrap(note).dropFirst("counterexample: ".count))
  }

  func testKnownSmallestCounterexamples() throws {
    for (test, smallest) in [
      ("x ~ Normal(0, 5) { assert x < 3.7 }", "x = 4.0"),
      ("x ~ Normal(0, 5) { assert x > -3.7 }", "x = -4.0"),
      ("x ~ Normal(0, 9) { assert abs(x) < 2.5 }", "x = 3.0"),
      ("x ~ Uniform(0.2, 0.9) { assert x < 0.234567 }", "x = 0.3"),
      ("x ~ Uniform(0.2, 0.24) { assert x < 0.234567 }", "x = 0.24"),
      ("x ~ Normal(0, 1)[20] { assert not any(x > 1) }", "x = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0]"),
      ("n in 1..1000 { assert n < 137 }", "n = 137"),
      ("n in -50..=50 { assert n > -7 }", "n = -7"),
      ("n in 1..=8, v in Linf(2)[n] { assert norm(v) < 2.2 }", "n = 2, v = [2.0, 1.0]"),
      ("v: Real[3] in L2(2) { assert norm(v) < 0.5 }", "v = [1.0, 0.0, 0.0]"),
      ("k ~ Poisson(30.0) { assert k < 25 }", "k = 25.0"),
      ("t in [1.0, 5.0, 2.0, 7.0] { assert t < 4 }", "t = 5.0"),
      ("{a, b} in {a: [1.0, 5.0], b: [3, 4]} { assert a < 4 }", "a = 5.0, b = 4"),
    ] {
      let found = try counterexample("test \"t\" for \(test)\n")
      // Which of equal elements remains is not the point.
      func sorted(_ text: String) -> String { text.contains("[") ? String(text.sorted()) : text }
      XCTAssertEqual(sorted(found), sorted(smallest), test)
    }
  }

  /// Far from 0 there are no simpler neighbours to be found, and the search must end.
  func testNumbersBeyondTheGridAreLeftAlone() throws {
    for domain in ["Uniform(999999999999998.1, 999999999999998.9)", "Uniform(1e300, 2e300)", "Uniform(-9e15, -8e15)"] {
      XCTAssertEqual(try outcomes("test \"far\" for x ~ \(domain) { assert x == 0 }\n").map(\.passed), [false], domain)
    }
  }

  func testAnExampleThatIsNoProgramFails() throws {
    let broken = try outcomes("## Twice.\n## ```\n## assert twice(2) == 4\n## let y = [1, 2\n## ```\nfn twice(x) = 2 * x\n")
    XCTAssertEqual(broken.map(\.passed), [false])
    let open = try outcomes("## Twice.\n## ```\n## assert twice(2) == 5\nfn twice(x) = 2 * x\n")
    XCTAssertEqual(open.map(\.passed), [false])
  }

  func testTheReportSaysHowToSeeItAgain() throws {
    let text = "let limit = 3.7\ntest \"a 'b' $c\" for x ~ Normal(0, 2) {\n  assert x < limit, \"too large\"\n}\n"
    let notes = try notes(text, cases: 500, seed: 12)
    XCTAssertTrue(notes.contains("counterexample: x = 4.0"), "\(notes)")
    XCTAssertTrue(notes.contains { $0.hasPrefix("found as: x = ") })
    let place = try XCTUnwrap(notes.first { $0.hasPrefix("case ") })
    let again = try XCTUnwrap(notes.first { $0.hasPrefix("again: ") })
    XCTAssertTrue(place.hasSuffix(" of 500, seed 12"), place)
    XCTAssertTrue(again.hasPrefix("again: ptb test --seed 12 --filter 'a '\\''b'\\'' $c'"), again)
    XCTAssertTrue(again.hasSuffix("'it'\\''s a.ptb'"), again)
  }

  /// What a test draws hangs on its title and the seed, not on the tests beside it.
  func testOtherTestsDoNotMatter() throws {
    let failing = "test \"b\" for x ~ Normal(0, 2) { assert x < 1 }\n"
    let other = "test \"a\" for x ~ Normal(0, 2) { assert x < 100 }\ntest \"a2\" { let x ~ Normal(0, 1); assert x < 100 }\n"
    let alone = try XCTUnwrap(outcomes(failing).first?.problems.first?.notes)
    let beside = try XCTUnwrap(outcomes(other + failing).last?.problems.first?.notes)
    let filtered = try XCTUnwrap(outcomes(other + failing, filter: "b").first?.problems.first?.notes)
    XCTAssertEqual(alone, beside)
    XCTAssertEqual(alone, filtered)
    let reseeded = try XCTUnwrap(outcomes(failing, seed: 3).first?.problems.first?.notes)
    XCTAssertNotEqual(alone, reseeded)
  }

  func testPropertiesThatHold() throws {
    let text = """
      test "all" for x ~ Normal(0, 1)[3], n in 1..5, y ~ Exponential(1)[n] { assert size(y) == n and y >= 0 and finite(x) }
      test "dependent" for n in 2..6, k in 0..n { assert k < n }
      """
    XCTAssertEqual(try outcomes(text).map(\.passed), [true, true])
  }

  func testMistakesAreTold() throws {
    XCTAssertEqual(try outcomes("test \"t\" for x from 1.0 { assert x > 0 }").first?.problems.map(\.code.id), ["E0950"])
    XCTAssertEqual(try outcomes("test \"t\" for x ~ Nrmal(0, 1) { assert x > 0 }").first?.problems.map(\.code.id), ["E0301"])
    XCTAssertEqual(try outcomes("test \"t\" for x ~ 3.0 { assert x > 0 }").first?.problems.map(\.code.id), ["E0606"])
    XCTAssertEqual(try outcomes("test \"t\" for n in 5..5 { assert n > 0 }").first?.problems.count, 1)
    // What fails in another way than an assertion is simplified too.
    XCTAssertEqual(try counterexample("test \"t\" for n in 0..100 { let v = [1, 2, 3]; assert v[n] > 0 }"), "n = 3")
  }

  func testNaNAndInfinityDoNotStopTheSearch() throws {
    let found = try counterexample("fn f(x) = if x > 1 { 0.0 / 0.0 } else { x }\ntest \"t\" for x ~ Normal(0, 3) { let y = f(x); assert y == y }\n")
    XCTAssertEqual(found, "x = 2.0")
    XCTAssertFalse(try notes("test \"t\" for x ~ Cauchy(0, 1e300) { assert abs(x) < 1e299 }").isEmpty)
  }
}

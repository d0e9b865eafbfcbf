import Diagnostics
import Foundation
import XCTest

@testable import Session

final class ClaimTests: XCTestCase {
  private let script = """
    let xs = [1.0, 2.0, 3.5]
    let estimate = Estimate(2.006, 0.0125)
    let low = max d in Linf(1)[2] { sin(d[0]) + d[1] ^ 2 } by pgd(steps: 5)
    let high: Upper = max d in Linf(1)[2] { d[0] + relu(d[1]) } by crown
    claim "sampling finds the mean; 中文 takes two columns" cite "A 2020 | b" {
      assert estimate within 5 se of 2
      assert 2.5 >= estimate
    } control "the wrong mean" {
      assert estimate > 1
    }
    claim "bounds and elements" cite "C 2021" {
      assert low > 0.1 and high <= 2.5
      assert xs <= 3
      assert all(xs > 0)
      assert xs[0] == 1.5
      for i in 0..2 { assert i < 2 }
    }
    test "no claim" { assert 1 == 1 }
    claim "stops" { let y = xs[7] }

    """

  private func table(_ text: String) throws -> ClaimTable {
    var options = SessionOptions()
    options.output = { _ in }
    let program = Program(Script(path: "claims.ptb", text: text), options, home: try home(), checksTests: false)
    let result = ClaimRunner(program).run()
    XCTAssertTrue(result.failure.isEmpty, "\(result.failure.map(\.message))")
    // Times are not to be pinned.
    return ClaimTable(result.claims.map { claim in
      var claim = claim
      (claim.seconds, claim.scriptSeconds) = (0.012, 3.25)
      return claim
    })
  }

  func testGolden() throws {
    let table = try table(script)
    for (name, text) in [("claims.txt", table.text), ("claims.md", table.markdown), ("claims.json", table.json)] {
      let file = repository.appendingPathComponent("Tests/Goldens/claims/\(name)")
      if ProcessInfo.processInfo.environment["PTB_UPDATE"] != nil { try text.write(to: file, atomically: true, encoding: .utf8) }
      XCTAssertEqual(text, try String(contentsOf: file, encoding: .utf8), name)
    }
  }

  /// What is measured is what the tests of the script compare: they pass and fail alike.
  func testClaimsAgreeWithTests() throws {
    var options = SessionOptions()
    options.output = { _ in }
    var passed: [String: Bool] = [:]
    TestRunner(Program(Script(path: "claims.ptb", text: script), options, home: try home(), checksTests: false)).run {
      passed[$0.title] = $0.passed
    }
    for claim in try table(script).claims { XCTAssertEqual(claim.holds, passed[claim.claim.title], claim.claim.title) }
  }

  func testMarginsSayHowFarTheValueMayMove() throws {
    let claims = try table(script).claims
    let first = claims[0].claim.measurements
    XCTAssertEqual(first.map(\.operation), ["within", "<="])
    let value = try XCTUnwrap(first[1].value), high = try XCTUnwrap(first[1].hi)
    XCTAssertEqual(first[1].margin, 2.5 - high)
    XCTAssertGreaterThan(high, value)
    let second = claims[1].claim.measurements
    XCTAssertEqual(second.map(\.guarantee), ["Lower", "Upper", "", "", "", ""])
    XCTAssertEqual(second.map(\.holds), [true, true, false, true, false, true])
    XCTAssertEqual(second[2].margin, -0.5)
    XCTAssertEqual(second[2].count, 3)
    XCTAssertNil(second[3].margin)
    // Of a loop the worst round counts: i = 1.
    XCTAssertEqual(second[5].margin, 1)
    XCTAssertEqual(second[5].rounds, 2)
  }

  func testJSONIsJSON() throws {
    let value = try JSONSerialization.jsonObject(with: Data(try table(script).json.utf8))
    let claims = try XCTUnwrap(value as? [[String: Any]])
    XCTAssertEqual(claims.count, 3)
    XCTAssertEqual(claims[0]["cite"] as? String, "A 2020 | b")
    XCTAssertEqual((claims[1]["comparisons"] as? [[String: Any]])?.count, 6)
  }

  /// Columns of the text table line up, also after wide characters.
  func testColumnsAreAligned() throws {
    let lines = try table(script).text.split(separator: "\n").map(String.init)
    func columns(_ text: Substring) -> Int { text.reduce(0) { $0 + DisplayWidth.columns(of: $1) } }
    let place = try XCTUnwrap(lines.first?.range(of: "bound")).lowerBound
    let column = columns(lines[0][..<place])
    var checked = 0
    for line in lines where line.contains("≤ 2.5") {
      guard let range = line.range(of: "≤ 2.5", options: .backwards) else { continue }
      XCTAssertEqual(columns(line[..<range.lowerBound]), column, line)
      checked += 1
    }
    XCTAssertEqual(checked, 2)
  }
}

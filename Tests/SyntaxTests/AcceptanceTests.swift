import Diagnostics
import XCTest

@testable import Syntax

final class AcceptanceTests: XCTestCase {
  func testAcceptanceScriptsParseClean() throws {
    let scripts = corpus().filter { $0.path.contains("/acceptance/") }
    try XCTSkipIf(scripts.isEmpty, "no acceptance scripts beside this checkout")
    for script in scripts {
      let complaints = report(script.text)
      XCTAssertEqual(complaints, "", script.path)
    }
  }
}

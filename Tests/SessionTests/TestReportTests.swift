import Foundation
import XCTest

@testable import Session

#if canImport(FoundationXML)
  import FoundationXML
#endif

final class TestReportTests: XCTestCase {
  /// Reads XML: the elements with their attributes, and the text of failures.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var text = ""
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
    ) { elements.append((name, attributes)) }
    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  func testJUnitIsXMLWhateverTitlesHold() throws {
    var report = TestReport()
    let odd = "a <b> & \"c\" 'd' ]]> \u{1}\u{FFFE} θ 𝄞 \n\t end"
    report.files = [TestReport.File(path: "dir/<x>.ptb"), TestReport.File(path: "empty.ptb")]
    report.files[0].tests = [
      .init(title: odd, seconds: 0.0124, failure: "it is \(odd)", report: "error: \(odd)\n"),
      .init(title: "fine", seconds: 61.5, failure: "", report: ""),
    ]
    let parser = XMLParser(data: Data(report.junit.utf8))
    let reader = Reader()
    parser.delegate = reader
    XCTAssertTrue(parser.parse(), "\(String(describing: parser.parserError))")
    XCTAssertEqual(reader.elements.map(\.name), ["testsuites", "testsuite", "testcase", "failure", "testcase", "testsuite"])
    XCTAssertEqual(reader.elements[0].attributes["tests"], "2")
    XCTAssertEqual(reader.elements[0].attributes["failures"], "1")
    XCTAssertEqual(reader.elements[1].attributes["time"], "61.512")
    XCTAssertEqual(reader.elements[2].attributes["classname"], "dir/<x>.ptb")
    let shown = odd.replacingOccurrences(of: "\u{1}", with: "\u{FFFD}").replacingOccurrences(of: "\u{FFFE}", with: "\u{FFFD}")
    XCTAssertEqual(reader.elements[2].attributes["name"], shown)
    XCTAssertEqual(reader.elements[3].attributes["message"], "it is \(shown)")
    XCTAssertTrue(reader.text.contains("error: \(shown)\n"))
    XCTAssertEqual(reader.elements[5].attributes["tests"], "0")
  }

  func testEventsSurviveTheirLine() {
    for event: TestEvent in [
      .output("a\tb\\n\nc\r"), .output(""), .ended(title: "t\t", seconds: 0.25, failure: "", report: "x\ny\\t"),
    ] {
      XCTAssertFalse(event.line.contains("\n"))
      XCTAssertEqual(TestEvent(line: event.line), event)
    }
    XCTAssertNil(TestEvent(line: "what a library printed"))
    XCTAssertNil(TestEvent(line: "ended\ta\tb\tc\td"))
  }

  func testSlowestFirst() {
    var report = TestReport()
    report.files = [TestReport.File(path: "a"), TestReport.File(path: "b")]
    report.files[0].tests = [.init(title: "x", seconds: 1, failure: "", report: ""), .init(title: "y", seconds: 3, failure: "", report: "")]
    report.files[1].tests = [.init(title: "z", seconds: 2, failure: "f", report: "f")]
    XCTAssertEqual(report.slowest(2).map(\.test.title), ["y", "z"])
    XCTAssertEqual([report.passed, report.failed], [2, 1])
  }
}

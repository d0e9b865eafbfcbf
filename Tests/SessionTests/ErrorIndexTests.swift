import Foundation
import XCTest

@testable import Session

/// `lang/errors` has a page for every diagnostic, and the program on it gives that diagnostic.
final class ErrorIndexTests: XCTestCase {
  private let folder = repository.appendingPathComponent("lang/errors")
  private func page(_ code: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent("\(code).md"), encoding: .utf8)
  }
  /// The text of the first fenced block of a language.
  private func block(_ page: String) -> String? {
    guard let start = page.range(of: "```ptb\n"), let end = page.range(of: "\n```", range: start.upperBound..<page.endIndex) else { return nil }
    return String(page[start.upperBound..<end.lowerBound]) + "\n"
  }

  func testEveryCodeHasItsPage() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }
    XCTAssertEqual(Set(files), Set(allCodes.map { "\($0.id).md" }))
    XCTAssertEqual(Set(allCodes.map(\.id)).count, allCodes.count, "a code is declared twice")
  }

  func testPagesSayWhatThereIsToSay() throws {
    for code in allCodes {
      let text = try page(code.id)
      XCTAssertEqual(text.prefix { $0 != "\n" }.lowercased(), "# \(code.id): \(code.title)".lowercased(), code.id)
      XCTAssertTrue(text.contains("\nUsual mends:\n\n- "), "\(code.id) names no mend")
      XCTAssertTrue(text.contains("](../reference.md#"), "\(code.id) has no link to the reference")
    }
  }

  func testLinksLeadToSections() throws {
    let reference = try String(contentsOf: repository.appendingPathComponent("lang/reference.md"), encoding: .utf8)
    let anchors = Set(reference.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { heading in
      String(heading.dropFirst(3).lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }.map { $0 == " " ? "-" : $0 })
    })
    for code in allCodes {
      let text = try page(code.id)
      guard let start = text.range(of: "](../reference.md#"), let end = text[start.upperBound...].firstIndex(of: ")") else { continue }
      XCTAssertTrue(anchors.contains(String(text[start.upperBound..<end])), "\(code.id): no section \(text[start.upperBound..<end])")
    }
  }

  func testProgramsGiveTheirCode() throws {
    for code in allCodes {
      guard let program = block(try page(code.id)) else {
        XCTAssertNotNil(CorpusTests.withoutProgram[code.id], "\(code.id) shows no program")
        continue
      }
      let path = repository.appendingPathComponent("lang/errors/\(code.id).ptb").path
      let seen = try observe(path, program, CorpusFile(path: path, text: program).settings)
      XCTAssertEqual(seen.codes, [code.id], "\(code.id): \(seen.problems.map(\.message))")
    }
  }
}

import Diagnostics
import Elaboration
import Foundation
import Session
import Syntax
import XCTest

/// What every declaration of the library owes its reader. The examples themselves are run by `ptb test stdlib`.
final class LibraryTests: XCTestCase {
  private func files() throws -> [URL] {
    let folder = repository.appendingPathComponent("stdlib")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "ptb" }.sorted { $0.path < $1.path }
  }

  /// Solvers, sets and distributions say what they are, and show it.
  func testTemplatesAreDocumentedWithAnExample() throws {
    for file in try files() {
      var sources = SourceMap()
      let tree = parse(sources.add(path: file.lastPathComponent, text: try String(contentsOf: file, encoding: .utf8)), in: sources)
      XCTAssertTrue(tree.diagnostics.isEmpty, "\(file.lastPathComponent): \(tree.diagnostics.map(\.message))")
      for statement in tree.statements {
        guard case .template(let template) = statement.kind, template.keyword != .model else { continue }
        let name = "\(file.lastPathComponent): \(template.name.text)"
        guard let doc = statement.doc else { XCTFail("\(name) has no documentation"); continue }
        XCTAssertTrue(doc.contains("```"), "\(name) shows no example")
      }
    }
  }

  func testFilesAreShort() throws {
    for file in try files() {
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
      XCTAssertLessThan(lines.count, 500, file.lastPathComponent)
      for (k, line) in lines.enumerated() { XCTAssertLessThanOrEqual(line.count, 160, "\(file.lastPathComponent):\(k + 1)") }
    }
  }
}

extension LibraryTests {
  /// `lang/library.md` is what `ptb doc` prints.
  func testReferenceIsUpToDate() throws {
    let path = repository.appendingPathComponent("lang/library.md")
    let text = Session(SessionOptions(), home: try home()).context.libraryReference()
    if ProcessInfo.processInfo.environment["PTB_UPDATE"] != nil { try text.write(to: path, atomically: true, encoding: .utf8) }
    XCTAssertEqual(try String(contentsOf: path, encoding: .utf8), text, "run `ptb doc > lang/library.md`")
  }
}

extension LibraryTests {
  /// A name that two files declare would mean one thing here and another there, depending on which is read first.
  func testNamesAreDeclaredOnce() throws {
    var places: [String: String] = [:]
    for file in try files() where Library.module(ofFile: file.deletingPathExtension().lastPathComponent) == nil {
      var sources = SourceMap()
      let tree = parse(sources.add(path: file.lastPathComponent, text: try String(contentsOf: file, encoding: .utf8)), in: sources)
      for statement in tree.statements {
        let name: String
        switch statement.kind {
        case .function(let function): name = function.name.text
        case .template(let template): name = (template.keyword == .solver ? "solver " : "") + template.name.text
        default: continue
        }
        XCTAssertNil(places[name], "\(name) is declared in \(file.lastPathComponent) and in \(places[name] ?? "")")
        places[name] = file.lastPathComponent
      }
    }
  }
}

import Diagnostics
import XCTest

@testable import Syntax

final class DiagnosticTests: XCTestCase {
  static let mistakes = mistakesA + mistakesB + mistakesC

  func testEveryMistakeIsReportedAsPinned() {
    for (source, expected) in Self.mistakes { XCTAssertEqual(report(source), expected, source) }
  }

  func testEveryCodeHasAMistake() {
    let reported = Set(Self.mistakes.flatMap { parsed($0.source).tree.diagnostics.map(\.code) })
    // Bytes that are no UTF-8 and nesting too deep have tests of their own.
    let elsewhere: Set<DiagnosticCode> = [.invalidUTF8, .tooDeep]
    XCTAssertEqual(Set(DiagnosticCode.allSyntax).subtracting(reported).subtracting(elsewhere).map(\.id).sorted(), [])
    XCTAssertEqual(reported.subtracting(DiagnosticCode.allSyntax), [])
    XCTAssertEqual(Set(DiagnosticCode.allSyntax.map(\.id)).count, DiagnosticCode.allSyntax.count)
  }

  /// A fix, applied, mends at least the mistake it is offered for.
  func testFixesMend() {
    for (source, _) in Self.mistakes {
      let (tree, _) = parsed(source)
      for diagnostic in tree.diagnostics {
        for fix in diagnostic.fixes where !fix.edits.isEmpty {
          var bytes = Array(source.utf8)
          for edit in fix.edits.reversed() {
            bytes.replaceSubrange(Int(edit.span.start)..<Int(edit.span.end), with: Array(edit.text.utf8))
          }
          let mended = parsed(String(decoding: bytes, as: UTF8.self)).tree.diagnostics
          let place = (diagnostic.code, diagnostic.span.start)
          XCTAssertFalse(
            mended.contains { $0.code == place.0 && $0.span.start == place.1 },
            "\(source) -> \(String(decoding: bytes, as: UTF8.self))")
        }
      }
    }
  }

  func testInvalidBytes() {
    var map = SourceMap()
    let file = map.add(path: "bytes.ptb", bytes: Array("let a = 1 ".utf8) + [0xFF, 0xC3] + Array("\nlet b = 2\n".utf8))
    let tree = parse(file, in: map)
    XCTAssertEqual(tree.diagnostics.map(\.code), [.invalidUTF8])
    XCTAssertEqual(tree.statements.count, 2)
    XCTAssertEqual(tree.tokens.filter { $0.kind == .invalid }.map { $0.end - $0.start }, [2])
    for text in ["# caf\\\nlet a = 1\n", "let a = \"caf\\\"\n"] {
      var map = SourceMap()
      let file = map.add(path: "bytes.ptb", bytes: text.utf8.map { $0 == UInt8(ascii: "\\") ? 0xE9 : $0 })
      XCTAssertEqual(parse(file, in: map).diagnostics.map(\.code), [.invalidUTF8], text)
    }
  }

  func testAByteOrderMarkIsSpace() {
    let (tree, _) = parsed("\u{FEFF}let a = 1\n")
    XCTAssertEqual(tree.diagnostics.map(\.code), [])
    XCTAssertEqual(tree.tokens.first?.kind, .space)
  }

  func testDeepNesting() {
    func codes(_ text: String) -> [DiagnosticCode] { parsed(text).tree.diagnostics.map(\.code) }
    let forms = [
      ("(", "a", ")"), ("[", "a", "]"), ("f(", "a", ")"), ("a[", "0", "]"), ("{ ", "a", " }"), ("-", "a", ""), ("not ", "a", ""),
      ("2 ^ ", "a", ""), ("x => ", "a", ""), ("if a { ", "1", " }"), ("sum i in a { ", "i", " }"), ("match a { _ => ", "1", " }"),
      ("{x: ", "1", "}"), ("√", "a", ""), ("∇", "a", ""), ("sum i in ", "a", ""), ("\"{", "a", "}\""), ("let t: ", "A", " = 1"),
      ("a", ".b", ""), ("a", " + b", ""),
    ]
    for (open, middle, close) in forms {
      let deep = String(repeating: open, count: 5000) + middle + String(repeating: close, count: 5000)
      _ = codes(deep)
      _ = codes("a" + String(repeating: middle, count: 5000))
    }
    let nested = { (count: Int) in String(repeating: "(", count: count) + "a" + String(repeating: ")", count: count) }
    XCTAssertEqual(codes(nested(Parser.depthLimit - 10)), [])
    XCTAssertEqual(codes(nested(1000)), [.tooDeep])
    XCTAssertEqual(codes("a" + String(repeating: " + a", count: Parser.heightLimit - 10)), [])
    XCTAssertEqual(codes("a" + String(repeating: " + a", count: 1000)), [.tooDeep])
    XCTAssertEqual(codes("[" + String(repeating: "a, ", count: 5000) + "]"), [])
  }

  /// The caller's stack may be small.
  func testDeepNestingOnASmallStack() {
    let done = expectation(description: "parsed")
    let thread = Thread {
      let text = String(repeating: "{ f([", count: 1000) + String(repeating: "]) }", count: 1000)
      XCTAssertTrue(parsed(text).tree.diagnostics.contains { $0.code == .tooDeep })
      done.fulfill()
    }
    thread.stackSize = 512 << 10
    thread.start()
    wait(for: [done], timeout: 30)
  }
}

import Diagnostics
import Foundation
import XCTest

@testable import Syntax

final class RendererTests: XCTestCase {
  private func render(_ text: String) -> String {
    let (tree, map) = parsed(text)
    return TextRenderer(map: map).render(tree.diagnostics)
  }

  func testTheExampleOfTheReference() {
    var map = SourceMap()
    let source =
      "model Net(h: Int) {\n  fc1: Dense(64, h)\n  param b: Real[32] = 0\n  fn (x: Real[.., 64]) -> Real[.., 10] = x @ W.T + b\n}\n"
    let file = map.add(path: "net.ptb", text: source)
    func span(_ text: String) -> SourceSpan {
      let range = source.range(of: text)!
      let start = source.utf8.distance(from: source.startIndex, to: range.lowerBound)
      return SourceSpan(file: file, start: start, end: start + text.utf8.count)
    }
    let sum = span("x @ W.T + b")
    let b = SourceSpan(file: file, start: Int(sum.end) - 1, end: Int(sum.end))
    let diagnostic = Diagnostic(
      DiagnosticCode("E0203", "Shapes"), "these shapes cannot be added", at: span("x @ W.T"), label: "Real[.., 10]",
      labels: [.init(b, "Real[32]: b is declared on line 3")], notes: ["the last dimensions differ: 10 and 32"],
      fixes: [.init("declare `param b: Real[10]`")])
    XCTAssertEqual(
      TextRenderer(map: map).render(diagnostic),
      """
      net.ptb:4:42: error[E0203]: these shapes cannot be added
            fn (x: Real[.., 64]) -> Real[.., 10] = x @ W.T + b
                                                   ^^^^^^^   ^ Real[32]: b is declared on line 3
                                                   Real[.., 10]
      note: the last dimensions differ: 10 and 32
      help: declare `param b: Real[10]`

      """)
  }

  func testLabelsOnSeveralLines() {
    XCTAssertEqual(
      render("fn f(x) {\n  a\n  b"),
      """
      test.ptb:1:9: error[E0110]: this `{` is not closed
          fn f(x) {
                  ^ it is opened here
      test.ptb:3:4: note: `}` is missing by here
            b
             ^
      help: insert `}`
            b}

      """)
  }

  func testColumnsOfTabsAndWideCharacters() {
    XCTAssertEqual(
      render("\tlet 日本 = \"漢字é\" + e\u{301} + 3 $"),
      """
      test.ptb:1:25: error[E0102]: `$` means nothing here
              let 日本 = "漢字é" + e\u{301} + 3 $
                                         ^ U+0024

      """)
  }

  func testASpanOverSeveralLines() {
    var map = SourceMap()
    let file = map.add(path: "a.ptb", text: "f(1,\n  2,\n  3,\n  4)\n")
    let span = SourceSpan(file: file, start: 1, end: 19)
    let diagnostic = Diagnostic(DiagnosticCode("E9999", "T"), "too much", at: span, label: "all this", severity: .warning)
    XCTAssertEqual(
      TextRenderer(map: map).render(diagnostic),
      """
      a.ptb:1:2: warning[E9999]: too much
          f(1,
           ^^^
          ...
            4)
            ^^ all this

      """)
  }

  func testSeveralFilesAndColor() {
    var map = SourceMap()
    let a = map.add(path: "a.ptb", text: "x\n")
    let b = map.add(path: "b.ptb", text: "let y = 1\n")
    let diagnostic = Diagnostic(
      DiagnosticCode("E9999", "T"), "two", at: SourceSpan(file: a, start: 0, end: 1), label: "here",
      labels: [.init(SourceSpan(file: b, start: 4, end: 5), "there"), .init(.none, "nowhere")])
    XCTAssertEqual(
      TextRenderer(map: map).render(diagnostic),
      "a.ptb:1:1: error[E9999]: two\n    x\n    ^ here\nb.ptb:1:5: note: there\n    let y = 1\n        ^\n")
    XCTAssertTrue(TextRenderer(map: map, usesColor: true).render(diagnostic).contains("\u{1B}[31;1merror[E9999]\u{1B}[0m"))
  }

  func testJSON() throws {
    let (tree, map) = parsed("a\nlet π2 = f(x=\"\\q\")\n")
    let lines = JSONRenderer(map: map).render(tree.diagnostics).split(separator: "\n")
    XCTAssertEqual(lines.count, 2)
    XCTAssertEqual(
      String(lines[0]),
      #"{"code":"E0129","title":"A named argument written with `=`","severity":"error","#
        + #""message":"named arguments are written with `:`","span":{"file":"test.ptb","start":{"offset":15,"line":2,"column":13,"utf16":13,"bytes":14},"#
        + #""end":{"offset":16,"line":2,"column":14,"utf16":14,"bytes":15}},"label":"`=` assigns, which an argument cannot","labels":[],"notes":[],"#
        + #""fixes":[{"title":"write `:`","edits":[{"span":{"file":"test.ptb","start":{"offset":15,"line":2,"column":13,"utf16":13,"bytes":14},"#
        + #""end":{"offset":16,"line":2,"column":14,"utf16":14,"bytes":15}},"text":":"}]}]}"#)
    for line in lines { XCTAssertNoThrow(try JSONSerialization.jsonObject(with: Data(line.utf8))) }
  }

  /// A wide character is one column of characters, two UTF-16 units here, four bytes.
  func testColumnsInJSON() {
    let (tree, map) = parsed("let x = \"𝔹\" $\n")
    let line = JSONRenderer(map: map).render(tree.diagnostics)
    XCTAssertTrue(line.contains(#""start":{"offset":15,"line":1,"column":13,"utf16":14,"bytes":16}"#), line)
  }

  func testFixesAreApplied() {
    var map = SourceMap()
    let file = map.add(path: "a.ptb", text: "let y = reul(x) + rleu(x)\n")
    func wrong(_ start: Int, _ titles: [String]) -> Diagnostic {
      let span = SourceSpan(file: file, start: start, end: start + 4)
      return Diagnostic(DiagnosticCode("E9999", "T"), "unknown", at: span, fixes: titles.map { .init("did you mean `\($0)`?", edits: [.init(span, $0)]) })
    }
    let (bytes, count) = map.mended(file, by: [wrong(8, ["relu"]), wrong(18, ["softplus"])])
    XCTAssertEqual(bytes, Array("let y = relu(x) + softplus(x)\n".utf8))
    XCTAssertEqual(count, 2)
    // Of two proposals none is chosen; of two that overlap the first.
    XCTAssertEqual(map.mended(file, by: [wrong(8, ["relu", "real"])]).count, 0)
    XCTAssertEqual(map.mended(file, by: [wrong(8, ["relu"]), wrong(10, ["real"])]).bytes, Array("let y = relu(x) + rleu(x)\n".utf8))
    XCTAssertEqual(
      TextRenderer(map: map).render(wrong(8, ["relu"])),
      "a.ptb:1:9: error[E9999]: unknown\n    let y = reul(x) + rleu(x)\n            ^^^^\nhelp: did you mean `relu`?\n    let y = relu(x) + rleu(x)\n")
  }

  func testNearest() {
    XCTAssertEqual(nearest("lenght", in: ["length", "width"]), "length")
    XCTAssertEqual(nearest("soft_max", in: ["softmax", "max"]), "softmax")
    XCTAssertEqual(nearest("normal", in: ["Normal", "formal"]), "Normal")
    XCTAssertEqual(nearest("x", in: ["y", "z"]), nil)
    XCTAssertEqual(nearest("grad", in: ["hessian"]), nil)
    XCTAssertEqual(nearest("abc", in: ["abd", "abb"]), "abb")
  }
}

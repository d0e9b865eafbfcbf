import Diagnostics
import XCTest

@testable import Syntax

final class TreeTests: XCTestCase {
  static var representative: String { programs.map(\.source).joined(separator: "\n") }

  func testProgramsGiveTheirTrees() {
    for (source, tree) in Self.programs {
      XCTAssertEqual(report(source), "", source)
      XCTAssertEqual(dump(source).trimmingCharacters(in: .newlines), tree, source)
    }
  }

  func testUnicodeIsNormalized() {
    let pairs = [
      ("a ≤ b and a ≥ c or a ≠ d", "a <= b and a >= c or a != d"), ("∀ d ∈ S { d }", "forall d in S { d }"),
      ("∃ d ∈ S { d }", "exists d in S { d }"), ("Σ i ∈ 0..3 { i }", "sum i in 0..3 { i }"),
      ("√(x) · π ⊙ ∞", "sqrt(x) * pi * inf"),
      ("x ⇒ x", "x => x"), ("fn f(x) → Real = x", "fn f(x) -> Real = x"), ("∇ m at m0 { m }", "grad m at m0 { m }"),
      ("√x.y(1) ^ 2", "sqrt(x.y(1)) ^ 2"), ("∇m.f(x)", "grad(m.f)(x)"),
    ]
    for (unicode, ascii) in pairs { XCTAssertEqual(dump(unicode), dump(ascii), unicode) }
  }

  func testNewlinesEndStatements() {
    func count(_ text: String) -> Int {
      XCTAssertEqual(report(text), "", text)
      return parsed(text).tree.statements.count
    }
    XCTAssertEqual(count("a\nb"), 2)
    XCTAssertEqual(count("a; b;; c"), 3)
    XCTAssertEqual(count("f(a,\n  b\n)"), 1)
    XCTAssertEqual(count("[a\n,\nb]"), 1)
    for symbol in ["+", "-", "*", "/", "//", "%", "@", "^", "&", "|", "==", "<", "and", "or", "|>", "=", "+=", "..", "=>"] {
      XCTAssertEqual(count("a \(symbol)\n b"), 1, symbol)
    }
    XCTAssertEqual(count("fn f(x) ->\n Real = x"), 1)
    XCTAssertEqual(count("a\n|> f\n.g"), 1)
    XCTAssertEqual(count("max d in S { d }\nby pgd"), 1)
    XCTAssertEqual(count("max d in S { d }\nsubject to { d > 1 }\nby pgd"), 1)
    XCTAssertEqual(count("if a { 1 }\nelse { 2 }"), 1)
    XCTAssertEqual(count("argmin x in S\nfrom x0\nat step t { x }"), 1)
    XCTAssertEqual(count("let z ~ D\nkeyed by k"), 1)
    XCTAssertEqual(count("claim \"c\"\ncite \"d\" { }\ncontrol \"e\" { }"), 1)
    // A sign at the start of a line begins a statement, and so does a bracket.
    XCTAssertEqual(count("a\n-b\n(c)\n[d]"), 4)
    // The innermost bracket decides: a block in parentheses has statements again.
    XCTAssertEqual(count("f(x => {\n let y = x\n -y\n})"), 1)
    XCTAssertEqual(dump("f({\n a\n -b\n})"), "(call f (block a (neg b)))\n")
    XCTAssertEqual(dump("f((a\n -b))"), "(call f (- a b))\n")
  }

  func testRecordsAndBlocks() {
    XCTAssertEqual(dump("let a = {x: 1}"), "(let a (record (x 1)))\n")
    XCTAssertEqual(dump("let a = {x, y}"), "(let a (record (x x) (y y)))\n")
    XCTAssertEqual(dump("let a = {x}"), "(let a (block x))\n")
    XCTAssertEqual(dump("let a = {}"), "(let a (block))\n")
    XCTAssertEqual(dump("if {x: 1} == a { x }"), "(if (== (record (x 1)) a) (block x))\n")
    XCTAssertEqual(dump("max d in {u: A, v: B} { d }"), "(binder max (in d (record (u A) (v B))) (block d))\n")
  }

  func testBindersAndCalls() {
    XCTAssertEqual(dump("max(d, e)"), "(call max d e)\n")
    XCTAssertEqual(dump("max (d, e) in S { d }"), "(binder max (in (tuple d e) S) (block d))\n")
    XCTAssertEqual(dump("max (d) in S { d }"), "(binder max (in d S) (block d))\n")
    XCTAssertEqual(dump("q(0.9) z ~ D { z }"), "(binder q (args 0.9) (~ z D) (block z))\n")
    XCTAssertEqual(dump("q(a) (z, w) ~ D { z }"), "(binder q (args a) (~ (tuple z w) D) (block z))\n")
    XCTAssertEqual(dump("var\nx ~ D { z }").contains("binder var"), false)
    XCTAssertEqual(dump("f(max d in S { d }, 2)"), "(call f (binder max (in d S) (block d)) 2)\n")
    XCTAssertEqual(
      dump("max x in A { min y in B { x } by f } by g"),
      "(binder max (in x A) (block (binder min (in y B) (block x) by f)) by g)\n")
    XCTAssertEqual(
      dump("sum x in A { x } + max y in B { y } by g"),
      "(+ (binder sum (in x A) (block x)) (binder max (in y B) (block y) by g))\n")
  }

  func testContextualWordsAreNames() {
    let source = "let seed = 1; let by = 2; let at = seed + by; f(at: at, from: 1, by: by); set.model(test); type + use"
    XCTAssertEqual(report(source), "")
    XCTAssertEqual(
      dump(source),
      """
      (let seed 1)
      (let by 2)
      (let at (+ seed by))
      (call f at: at from: 1 by: by)
      (call (. set model) test)
      (+ type use)

      """)
  }

  func testDocumentation() {
    let source = "## file\n\n## one\n##  two\nfn f(x) = x\nlet a = 1 ## no\nlet b = 2\n"
    XCTAssertEqual(parsed(source).tree.statements.map(\.doc), ["one\n two", nil, nil])
    XCTAssertEqual(report("## alone"), "")
    XCTAssertEqual(report("## before\nprint(1)\n## after\n"), "")
  }

  func testIncompleteInput() {
    let incomplete = [
      "f(1,", "[1, 2", "{", "fn f(x) {\n  x", "let x =", "a +", "a |>", "x =>", "max d in S", "max d in S { d } by", "if a",
      "fn f(x)",
      "for i in 0..3", "\"abc", "print(\"a {x", "match x {", "if a { 1 } else", "let z ~", "test \"t\"", "f(\n", "a and\n",
      "max d in",
    ]
    for text in incomplete { XCTAssertTrue(isIncomplete(text), text) }
    let complete = [
      "", "a", "f(1)", "let x = 1", "if a { 1 }", "a b", "f(1))", "let = 3", "\"abc\"", "# comment", "fn f(x) = x\n", "f(1, ]",
    ]
    for text in complete where text != "f(1, ]" { XCTAssertFalse(isIncomplete(text), text) }
  }

  func testTokensAreDumped() {
    let (tree, map) = parsed("x' ≤ 1 # c\n")
    XCTAssertEqual(
      tree.dumpTokens(in: map),
      """
      0..2 identifier "x'"
      2..3 space " "
      3..6 symbol "≤"
      6..7 space " "
      7..8 integer "1"
      8..9 space " "
      9..12 comment "# c"
      12..13 newline "\\n"
      13..13 endOfFile ""

      """)
  }
}

import Diagnostics
import Foundation
import XCTest

@testable import Syntax

/// `lang/grammar.ebnf` says what the parser does.
final class GrammarTests: XCTestCase {
  func testTheParserAcceptsWhatTheGrammarMakes() throws {
    let grammar = try Grammar.load()
    var maker = SentenceMaker(grammar, seed: 7)
    var failures = 0
    let rounds = ProcessInfo.processInfo.environment["PTB_FUZZ_SECONDS"] == nil ? 60 : 1500
    for round in 0..<rounds {
      for rule in ["program", "statement", "expression", "declaration", "binder", "template", "function", "match", "type"] {
        let tokens = maker.sentence(of: rule, size: 5 + round % 60)
        let sentence = (rule == "type" ? "let t: " : "") + tokens.joined(separator: " ") + (rule == "type" ? " = 1" : "")
        let complaints = report(sentence)
        if !complaints.isEmpty, failures < 5 {
          failures += 1
          XCTFail("\(rule): \(sentence)\n\(complaints)")
        }
      }
    }
    XCTAssertEqual(Set(grammar.order).subtracting(maker.reached), [], "rules that no sentence reached")
  }

  func testTheGrammarRecognizesTheCorpus() throws {
    let recognizer = Recognizer(try Grammar.load())
    for (path, text) in corpus() + [("representative", TreeTests.representative)] {
      let (tree, map) = parsed(text)
      guard tree.diagnostics.isEmpty else { continue }
      for statement in tree.statements {
        let source = map.text(statement.span)
        XCTAssertTrue(recognizer.accepts(grammarTokens(source), as: "statement"), "\(path): \(source)")
      }
    }
  }

  func testNearMissesAreRejectedByBoth() throws {
    let recognizer = Recognizer(try Grammar.load())
    let nearMisses = [
      "let x", "let x =", "let = 3", "x = ", "f ( a b )", "f ( a : )", "( a , , b )", "[ a for x ]", "[ a for x in ]", "a . 3",
      "a [ ]", "a [ 1 : 3 ]", "if a", "if a { } else", "if a b { }", "while { }", "for x { }", "for in xs { }", "match x",
      "match x { 1 }", "match x { 1 => }", "max d in S", "max d in { }", "max d in S { } by",
      "sum i in S { } subject { }", "argmin m from { }", "argmin m from m0 at step { m }", "flow q from a at t { q }",
      "fn f", "fn f ( x )", "fn f ( x ) =", "fn ( x ) = x", "fn f ( x : ) = x", "type T", "type T = 3", "use nn ,", "use nn as",
      "test { }", "test \"t\"", "claim \"c\" cite { }", "model M", "model M { x }", "model M { f ( x ) = x }",
      "model M { param w = 3 }", "set S", "a < b < c", "a == b == c", "a .. b .. c", "a + not b", "a within b", "+ a", "a +",
      "not",
      "a and", "x => ", "=> x", "a + x => x", "let z ~", "let z ~ D keyed k", "let x : = 3", "let x : Real [ ] = 3",
      "let x : { a } = 3", "{ a : }", "{ a : 1 b : 2 }", "a in b", "mean x in X { x } . value", "mean x in X { x } [ 0 ]",
      "else { }",
      "precision 3", "assert and", "a as", "a as 3", "a with b", "a b", "1 2", "\"s\" \"t\"", ") (", "return return",
      "let ( ) = 3",
    ]
    for sentence in nearMisses {
      XCTAssertFalse(recognizer.accepts(grammarTokens(sentence), as: "program"), "the grammar accepts: \(sentence)")
      XCTAssertNotEqual(report(sentence), "", "the parser accepts: \(sentence)")
    }
  }
}

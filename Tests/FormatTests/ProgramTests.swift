import Diagnostics
import Foundation
import Syntax
import XCTest

@testable import Format

/// Laws that hold of every program in the tree.
final class ProgramTests: XCTestCase {
  func testEveryProgramKeepsItsMeaningAndIsLaidOutOnce() throws {
    let all = programs()
    XCTAssertGreaterThan(all.count, 400)
    for (path, text) in all {
      let once = try formatted(text)
      XCTAssertEqual(try formatted(once), once, "\(path) changes when it is laid out again")
      let (before, after) = (parsed(text), parsed(once))
      XCTAssertEqual(before.tree.dump(), after.tree.dump(), path)
      XCTAssertEqual(CodeFormatter.words(of: before.tree, before.map), CodeFormatter.words(of: after.tree, after.map), path)
      XCTAssertEqual(CodeFormatter.comments(of: before.tree, before.map), CodeFormatter.comments(of: after.tree, after.map), path)
    }
  }

  /// Spaces, indentation and the number of blank lines carry no meaning, so they carry none to the formatter.
  func testSpacesMakeNoDifference() throws {
    var generator = Generator(state: 7)
    for (path, text) in programs() {
      let expected = try formatted(text)
      XCTAssertEqual(try formatted(mangled(text, &generator)), expected, path)
    }
  }

  /// Line breaks inside parentheses and brackets mean nothing: whatever they are, the program stays, and its layout is stable.
  func testBreaksInBracketsAreHarmless() throws {
    var generator = Generator(state: 11)
    for (path, text) in programs() where text.utf8.count < 8_000 {
      let once = try formatted(broken(text, &generator))
      XCTAssertEqual(try formatted(once), once, path)
      XCTAssertEqual(parsed(once).tree.dump(), parsed(text).tree.dump(), path)
    }
  }

  /// Lines stay within the width where there is a place to break them.
  func testLongLinesAreBroken() throws {
    var generator = Generator(state: 13)
    func expression(_ depth: Int) -> String {
      let name = ["alpha", "beta_1", "gamma", "θ", "x'"].randomElement(using: &generator)!
      if depth == 0 { return name }
      let (a, b) = (expression(depth - 1), expression(depth - 1))
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: return "\(a) + \(b)"
      case 1: return "\(name)(\(a), \(b))"
      case 2: return "[\(a), \(b)]"
      case 3: return "(\(a)) * (\(b))"
      case 4: return "{\(name): \(a), other: \(b)}"
      default: return "(if \(name) > 0 { \(a) } else { \(b) })"
      }
    }
    for _ in 0..<300 {
      let text = "let value = \(expression(Int.random(in: 3...6, using: &generator)))\n"
      let once = try formatted(text)
      XCTAssertEqual(try formatted(once), once)
      for line in once.split(separator: "\n") { XCTAssertLessThanOrEqual(line.count, CodeFormatter.width, text) }
    }
  }

  // MARK: Mangling

  /// Other spaces wherever they mean nothing, and other numbers of blank lines where there are some.
  private func mangled(_ text: String, _ generator: inout Generator) -> String {
    let (tree, map) = parsed(text)
    var result = ""
    let tokens = tree.tokens
    var newlines = 0
    for (k, token) in tokens.enumerated() {
      let shown = map.text(of: token, in: tree.file)
      switch token.kind {
      case .newline:
        newlines += 1
        if newlines == 3 { continue }
        result += [" ", "", "\t", "\r"].randomElement(using: &generator)! + "\n"
        if newlines == 2, Bool.random(using: &generator) { result += "  \n" }
        continue
      case .space:
        let isNeeded = k > 0 && k + 1 < tokens.count && newlines == 0
        if !isNeeded { break }
        if mayTouch(tokens[k - 1], tokens[k + 1], map, tree.file), Bool.random(using: &generator) { break }
        result += [" ", "   ", "\t"].randomElement(using: &generator)!
        continue
      default:
        if newlines > 0 || result.isEmpty || Int.random(in: 0..<4, using: &generator) == 0 {
          result += ["", " ", "     ", "\t"].randomElement(using: &generator)!
        }
        result += shown
      }
      if token.kind != .space { newlines = 0 }
    }
    return result
  }

  /// Whether two tokens stay themselves without a space between them.
  private func mayTouch(_ a: Token, _ b: Token, _ map: SourceMap, _ file: FileID) -> Bool {
    if a.kind == .newline || b.kind == .newline { return true }
    let (left, right) = (map.text(of: a, in: file), map.text(of: b, in: file))
    let glued = parsed(left + right).tree.tokens.map(\.kind)
    // A `.` before a digit is read by what stands before it.
    return glued == [a.kind, b.kind, .endOfFile] && !left.hasSuffix(".") && !right.hasPrefix(".") && a.kind != .integer && a.kind != .real
  }

  /// Line breaks between the tokens in `( )` and `[ ]`, here and there.
  private func broken(_ text: String, _ generator: inout Generator) -> String {
    let (tree, map) = parsed(text)
    var result = ""
    var open: [String] = []
    for token in tree.tokens {
      let shown = map.text(of: token, in: tree.file)
      if [")", "]", "}"].contains(shown) { _ = open.popLast() }
      let isFree = open.last.map { $0 != "{" } ?? false
      result += isFree && token.kind == .space && Int.random(in: 0..<6, using: &generator) == 0 ? "\n" : shown
      if token.kind == .symbol, ["(", "[", "{"].contains(shown) { open.append(shown) }
    }
    return result
  }
}

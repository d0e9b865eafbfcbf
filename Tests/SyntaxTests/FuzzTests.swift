import Diagnostics
import Foundation
import XCTest

@testable import Syntax

/// Whatever is read, parsing ends, keeps every byte, and marks places that exist.
///
/// `PTB_FUZZ_SECONDS` makes it run longer, `PTB_FUZZ_SEED` elsewhere.
final class FuzzTests: XCTestCase {
  private func check(_ bytes: [UInt8], _ context: @autoclosure () -> String) {
    var map = SourceMap()
    let file = map.add(path: "fuzz.ptb", bytes: bytes)
    let tree = parse(file, in: map)
    var offset: Int32 = 0
    for token in tree.tokens {
      if token.start != offset || token.end < token.start { return XCTFail("tokens leave a gap at \(offset): \(context())") }
      offset = token.end
    }
    XCTAssertEqual(Int(offset), bytes.count, context())
    let places = tree.diagnostics.flatMap { diagnostic in
      [diagnostic.span] + diagnostic.labels.map(\.span) + diagnostic.fixes.flatMap { $0.edits.map(\.span) }
    }
    for place in places where place.start < 0 || place.end < place.start || Int(place.end) > bytes.count {
      return XCTFail("a diagnostic marks \(place.start)..\(place.end) of \(bytes.count): \(context())")
    }
    for statement in tree.statements where statement.span.end < statement.span.start || Int(statement.span.end) > bytes.count {
      return XCTFail("a statement spans \(statement.span.start)..\(statement.span.end): \(context())")
    }
    if tree.dump().contains("<error>"), tree.diagnostics.isEmpty { XCTFail("a hole without a report: \(context())") }
    let texts = (TextRenderer(map: map).render(tree.diagnostics), JSONRenderer(map: map).render(tree.diagnostics))
    XCTAssertEqual(texts.0.isEmpty, tree.diagnostics.isEmpty)
    XCTAssertEqual(texts.1.isEmpty, tree.diagnostics.isEmpty)
  }

  func testTheCorpusKeepsEveryByte() {
    for (path, text) in corpus() { check(Array(text.utf8), path) }
    for (source, _) in TreeTests.programs + DiagnosticTests.mistakes { check(Array(source.utf8), source) }
  }

  func testCorruptedPrograms() {
    let environment = ProcessInfo.processInfo.environment
    let seconds = environment["PTB_FUZZ_SECONDS"].flatMap(Double.init)
    let deadline = Date().addingTimeInterval(seconds ?? 4)
    var random = SeededGenerator(environment["PTB_FUZZ_SEED"].flatMap(UInt64.init) ?? 1)
    let seeds = (corpus().map(\.text) + TreeTests.programs.map(\.source) + DiagnosticTests.mistakes.map(\.source)).map {
      Array($0.utf8)
    }
    var runs = 0
    while Date() < deadline, seconds != nil || runs < 1500 {
      var bytes = seeds[random.below(seeds.count)]
      // Parts of long programs are as good as the whole, and faster.
      if bytes.count > 600 {
        let start = random.below(bytes.count - 400)
        bytes = Array(bytes[start..<start + 400])
      }
      for _ in 0...random.below(6) { mutate(&bytes, with: seeds, &random) }
      check(bytes, "run \(runs): \(String(decoding: bytes, as: UTF8.self))")
      runs += 1
    }
    if seconds != nil { print("fuzz: \(runs) programs") }
  }

  private static let pieces: [[UInt8]] =
    (TokenTable.symbols + TokenTable.keywords.sorted() + TokenTable.declarationWords.sorted()
    + TokenTable.trailingWords.sorted() + TokenTable.foreign.map(\.spelling) + TokenTable.twins.map { String($0.character) } + [
      "\"", "\"{", "}\"", "{{", "\\", "\\u{", "'", "##", "#", "\n", "\r\n", "\t", ";", "1e", ".5", "1.", "9999999999999999999",
      "2i", "é",
      "\u{301}", "𝒳", "a", "x'", "_", "within", "as", "with", "derivative", "step", "play { minimizes }",
    ]).map { Array(" \($0) ".utf8) }

  private func mutate(_ bytes: inout [UInt8], with seeds: [[UInt8]], _ random: inout SeededGenerator) {
    let place = random.below(bytes.count + 1)
    let end = min(bytes.count, place + 1 + random.below(12))
    switch random.below(9) {
    case 0: bytes.removeSubrange(min(place, bytes.count)..<end)
    case 1: bytes.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
    case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
    case 3: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
    case 4: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
    case 5: bytes.removeSubrange(place..<bytes.count)
    case 6:
      let other = seeds[random.below(seeds.count)]
      let start = random.below(other.count)
      bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(60))], at: place)
    case 7:
      let piece = Self.pieces[random.below(Self.pieces.count)].dropFirst().dropLast()
      bytes.replaceSubrange(place..<end, with: piece)
    default:
      let piece = Self.pieces[random.below(Self.pieces.count)]
      for _ in 0..<random.below(300) { bytes.insert(contentsOf: piece, at: place) }
    }
  }
}

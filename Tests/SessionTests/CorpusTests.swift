import Diagnostics
import Foundation
import Syntax
import XCTest

@testable import Session

/// What a program did: its diagnostics, and what each statement printed, by the statement's last line.
struct Observation {
  var problems: [CorpusFile.Problem] = []
  var printed: [Int: [String]] = [:]
  var codes: Set<String> { Set(problems.map(\.code)) }
}

/// Checks and runs a program as `ptb run` does, one statement after another.
func observe(_ path: String, _ text: String, _ settings: CorpusFile.Settings = .init()) throws -> Observation {
  var result = Observation()
  var printed: [String] = []
  var options = SessionOptions()
  options.seed = settings.seed
  options.limits.bytes = settings.memory.map { $0 << 20 }
  options.tracesNaN = settings.tracesNaN
  options.output = { printed.append($0) }
  var warnings: [Diagnostic] = []
  options.warn = { warnings.append($0) }
  let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  flag.initialize(to: settings.stop?.rawValue ?? 0)
  defer { flag.deallocate() }
  options.cancellation = UnsafePointer(flag)
  options.limits.seconds = 1

  let program = Program(Script(path: path, text: text), options, home: try home())
  let use = program.tree.statements.first { if case .use = $0.kind { true } else { false } }
  let firstUse = use.map { program.sources.line(of: $0.span.start, in: $0.span.file) } ?? 0
  func note(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      let span = diagnostic.span
      // What is wrong inside a module is announced at the `use`.
      let isHere = span.file != .none && program.sources[span.file].path == path
      let line = isHere ? program.sources.line(of: span.start, in: span.file) : firstUse
      let marked = program.sources.text(span).split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
      result.problems.append(.init(line: line, severity: diagnostic.severity.rawValue, code: diagnostic.code.id, message: diagnostic.message, marked: marked))
    }
  }
  note(program.diagnostics)
  if program.hasErrors { return result }
  for statement in program.tree.statements {
    (printed, warnings) = ([], [])
    let problems = program.session.run(statement, in: program.session.context)
    let last = program.sources.line(of: max(statement.span.start, statement.span.end - 1), in: statement.span.file)
    if !printed.isEmpty { result.printed[last, default: []] += printed.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) } }
    note(warnings + problems)
    if !problems.isEmpty { break }
  }
  return result
}

/// The programs under a folder of the repository, by their paths in it.
func programs(in folder: String) -> [(path: String, text: String)] {
  let root = repository.appendingPathComponent(folder)
  guard let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else { return [] }
  var result: [(String, String)] = []
  for case let file as URL in files where file.pathExtension == "ptb" {
    if let text = try? String(contentsOf: file, encoding: .utf8) { result.append((file.path, text)) }
  }
  return result.sorted { $0.0 < $1.0 }
}

final class CorpusTests: XCTestCase {
  /// Modules that programs of the corpus use; they are no programs of their own.
  private func isModule(_ path: String) -> Bool { path.contains("/modules/") && path.hasSuffix("_module.ptb") }
  private func name(_ path: String) -> String { String(path.dropFirst(repository.path.count + 1)) }

  /// Codes that no program of the corpus can bring about, with the reason.
  static let withoutProgram: [String: String] = [
    "E0101": "a file of the corpus is text, and this is about bytes that are none: SyntaxTests",
    "E0112": "it takes hundreds of nested brackets: SyntaxTests",
    "E0904": "LAPACK gives NaN, and no failure, for every matrix tried",
    "E0972": "it takes a machine without gnuplot: PicturesTests",
    "E0973": "it takes a gnuplot that fails: PicturesTests",
  ]

  func testCorpus() throws {
    let updates = ProcessInfo.processInfo.environment["PTB_UPDATE"] == "1"
    let only = ProcessInfo.processInfo.environment["PTB_ONLY"]
    var produced: Set<String> = []
    var counts = (errors: 0, positive: 0)
    for (path, text) in programs(in: "lang/corpus") where !isModule(path) {
      if let only, !path.contains(only) { continue }
      let file = CorpusFile(path: path, text: text)
      let seen = try observe(path, text, file.settings)
      produced.formUnion(seen.codes)
      if !seen.problems.contains(where: { $0.severity == "error" }) { counts.positive += 1 } else { counts.errors += 1 }
      if updates {
        let rewritten = file.rewritten(problems: seen.problems, printed: seen.printed)
        if rewritten != text { try rewritten.write(toFile: path, atomically: true, encoding: .utf8) }
        continue
      }
      compare(file, seen)
    }
    if updates || only != nil { return }
    XCTAssertGreaterThanOrEqual(counts.errors, 80)
    XCTAssertGreaterThanOrEqual(counts.positive, 80)
    for code in allCodes {
      if let reason = CorpusTests.withoutProgram[code.id] {
        XCTAssertFalse(produced.contains(code.id), "\(code.id) is produced, although: \(reason)")
      } else {
        XCTAssertTrue(produced.contains(code.id), "no program of the corpus produces \(code.id): \(code.title)")
      }
    }
  }

  private func compare(_ file: CorpusFile, _ seen: Observation) {
    let name = name(file.path)
    for line in file.malformed { XCTFail("\(name):\(line + 1): this directive is not understood") }
    for problem in seen.problems where !file.problems.contains(problem) {
      XCTFail("\(name):\(problem.line + 1): not expected: \(problem.code) \(problem.message), at «\(problem.marked)»")
    }
    for problem in file.problems where !seen.problems.contains(problem) {
      XCTFail("\(name):\(problem.line + 1): expected: \(problem.code) \(problem.message), at «\(problem.marked)»")
    }
    XCTAssertEqual(seen.problems.count, file.problems.count, name)
    XCTAssertFalse(file.problems.isEmpty && file.output.isEmpty, "\(name) expects nothing")
    // What is announced belongs to the last statement that ends before it.
    var expected: [Int: [String]] = [:]
    let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, text) in file.output {
      var owner = line - 1
      while owner > 0, lines[owner].drop(while: { $0 == " " }).hasPrefix("#>") { owner -= 1 }
      expected[owner, default: []].append(text)
    }
    for line in Set(expected.keys).union(seen.printed.keys).sorted() {
      XCTAssertEqual(seen.printed[line]?.joined(separator: "\n"), expected[line]?.joined(separator: "\n"), "\(name):\(line + 1): what is printed")
    }
  }
}

import Diagnostics
import Elaboration
import Syntax

#if canImport(Glibc)
  import Glibc
#endif

/// Runs the tests, claims and doc tests of a script.
public final class TestRunner {
  public struct Outcome {
    public let title: String
    public let problems: [Diagnostic]
    public let seconds: Double
    public var passed: Bool { problems.isEmpty }
  }
  private let program: Program
  /// Where the tests stand: the script itself, or a file of the library, of which only the documentation is run.
  private let tree: Tree
  public init(_ program: Program) { (self.program, tree) = (program, program.tree) }

  /// The examples in the documentation of a file of the library, run as a script that uses it would run them.
  public init(library file: Script, _ options: SessionOptions, home: Home) {
    let name = file.path.split(separator: "/").last.map { String($0.dropLast(4)) } ?? ""
    let use = Library.module(ofFile: name).map { "use \($0)\n" } ?? ""
    program = Program(Script(path: file.path, text: use), options, home: home)
    let sources = program.session.library.sources
    var copy = sources
    tree = parse(copy.add(path: file.path, text: file.text), in: copy)
    program.session.library.sources = copy
  }
  public var sources: SourceMap { program.sources }

  /// Runs the script's statements, then each test in a context that sees them. `report` hears of each as it ends.
  public func run(filter: String? = nil, report: (Outcome) -> Void) -> (passed: Int, failed: Int) {
    var counts = (passed: 0, failed: 0)
    func finish(_ outcome: Outcome) {
      if outcome.passed { counts.passed += 1 } else { counts.failed += 1 }
      report(outcome)
    }
    let started = now()
    let problems = program.hasErrors ? program.diagnostics : program.run()
    if !problems.isEmpty {
      finish(Outcome(title: "the script itself", problems: problems, seconds: now() - started))
      return counts
    }
    for test in tests() where filter.map({ test.title.contains($0) }) ?? true {
      if program.session.isInterrupted { break }
      let started = now()
      let problems = run(test)
      finish(Outcome(title: test.title, problems: problems, seconds: now() - started))
    }
    return counts
  }

  private struct Test {
    var title: String
    var bodies: [Expression]
    var property: [BinderClause]
  }

  private func tests() -> [Test] {
    var tests: [Test] = []
    for statement in tree.statements {
      if let doc = statement.doc { tests += docTests(doc, statement) }
      guard case .test(let test) = statement.kind else { continue }
      let title = if case .string(let parts) = test.title.kind, case .text(let text)? = parts.first { text } else { "test" }
      tests.append(Test(title: title, bodies: [test.body] + (test.control.map { [$0.body] } ?? []), property: test.property))
    }
    return tests
  }

  /// The fenced blocks of a declaration's documentation.
  private func docTests(_ doc: String, _ statement: Statement) -> [Test] {
    var blocks: [String] = []
    var current: [Substring]?
    for line in doc.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.drop(while: { $0 == " " }).hasPrefix("```") {
        if let lines = current { blocks.append(lines.joined(separator: "\n")); current = nil } else { current = [] }
      } else { current?.append(line) }
    }
    return blocks.enumerated().map { k, text in
      let path = "documentation on line \(program.sources.line(of: statement.span.start, in: statement.span.file) + 1)"
      let file = program.session.library.sources.add(path: path, text: text)
      let tree = parse(file, in: program.session.library.sources)
      let span = SourceSpan(file: file, start: 0, end: text.utf8.count)
      return Test(title: "\(path), example \(k + 1)", bodies: [Expression(.block(tree.statements), span)], property: [])
    }
  }

  private func run(_ test: Test) -> [Diagnostic] {
    for body in test.bodies {
      let context = program.session.context.nested()
      for statement in statements(of: body, test.property) {
        let problems = program.session.run(statement, in: context, key: test.title)
        if !problems.isEmpty { return problems }
      }
    }
    return []
  }

  /// A body's statements; of a property test, a loop over draws of its variables.
  private func statements(of body: Expression, _ property: [BinderClause]) -> [Statement] {
    guard case .block(let statements) = body.kind else { return [] }
    if property.isEmpty { return statements }
    let draws = property.compactMap { clause -> Statement? in
      guard case .distributed(let e) = clause.domain else { return nil }
      return Statement(.draw(clause.pattern, clause.type, e, key: nil), clause.pattern.span)
    }
    let count = Expression(.range(Expression(.int(0), body.span), Expression(.int(100), body.span), inclusive: false), body.span)
    return [Statement(.for(Pattern(.wildcard, body.span), in: count, body: Expression(.block(draws + statements), body.span)), body.span)]
  }

  private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

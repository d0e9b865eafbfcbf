import Diagnostics
import Elaboration
import Syntax

/// How tests are run.
public struct TestOptions {
  /// Only tests whose title holds this text.
  public var filter: String?
  /// How many times the variables of a property test are drawn.
  public var cases = 100
  public init() {}
}

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
  private let path: String
  public init(_ program: Program) { (self.program, tree, path) = (program, program.tree, program.path) }

  /// The examples in the documentation of a file of the library, run as a script that uses it would run them.
  public init(library file: Script, _ options: SessionOptions, home: Home) {
    let name = file.path.split(separator: "/").last.map { String($0.dropLast(4)) } ?? ""
    let use = Library.module(ofFile: name).map { "use \($0)\n" } ?? ""
    program = Program(Script(path: file.path, text: use), options, home: home)
    path = file.path
    let sources = program.session.library.sources
    var copy = sources
    tree = parse(copy.add(path: file.path, bytes: file.bytes), in: copy)
    program.session.library.sources = copy
  }
  public var sources: SourceMap { program.sources }
  /// Receives what is amiss without failing a test.
  public var warn: (Diagnostic) -> Void {
    get { program.session.options.warn }
    set { program.session.options.warn = newValue }
  }

  /// Runs the script's statements, then each test in a context that sees them. `report` hears of each as it ends.
  @discardableResult
  public func run(_ options: TestOptions = TestOptions(), report: (Outcome) -> Void) -> (passed: Int, failed: Int) {
    var counts = (passed: 0, failed: 0)
    func finish(_ outcome: Outcome) {
      if outcome.passed { counts.passed += 1 } else { counts.failed += 1 }
      report(outcome)
    }
    let started = Clock.now()
    let problems = program.hasErrors ? program.diagnostics : program.run()
    // What was interrupted has neither passed nor failed.
    if program.session.isInterrupted { return counts }
    if !problems.isEmpty {
      finish(Outcome(title: "the script itself", problems: problems, seconds: Clock.now() - started))
      return counts
    }
    var finder = TestFinder(statements: tree.statements, sources: sources)
    let tests = finder.tests()
    program.session.library.sources = finder.sources
    for test in tests where options.filter.map({ test.title.contains($0) }) ?? true {
      let started = Clock.now()
      let problems = program.session.context.countingDrawsAnew { program.session.run(test, options) { self.program.testCommand(test.title, case: $0, path: self.path) } }
      if program.session.isInterrupted { break }
      finish(Outcome(title: test.title, problems: problems, seconds: Clock.now() - started))
    }
    return counts
  }
}

extension Program {
  /// What a user types to see a failure again, of a property the case of that number.
  func testCommand(_ title: String, case number: Int, path: String? = nil) -> String {
    var words = ["ptb", "test", "--seed", "\(seed)", "--filter", shellQuoted(title)]
    if number > TestOptions().cases { words += ["--cases", "\(number)"] }
    if let precision = session.options.precision { words += ["--precision", precision == .f32 ? "f32" : "f64"] }
    return (words + [shellQuoted(path ?? self.path)]).joined(separator: " ")
  }
}

extension Session {
  /// Runs a test that is entered by itself.
  public func test(_ statement: Statement) -> [Diagnostic] {
    var finder = TestFinder(statements: [statement], sources: library.sources)
    let tests = finder.tests()
    library.sources = finder.sources
    return tests.flatMap { test in context.countingDrawsAnew { run(test, TestOptions()) { _ in "enter the test again" } } }
  }

  /// `again`: what shows case `k` of a property again.
  fileprivate func run(_ test: TestCase, _ options: TestOptions, again: @escaping (Int) -> String) -> [Diagnostic] {
    if !test.problems.isEmpty { return test.problems }
    for body in test.bodies {
      guard case .block(let statements) = body.kind else { continue }
      let problems = test.property.isEmpty
        ? run(statements, in: context.nested(), key: test.key)
        : PropertyTest(self, test, statements).run(cases: options.cases, again: again)
      if !problems.isEmpty { return problems }
    }
    return []
  }

  /// Runs statements in order, up to the first that fails.
  func run(_ statements: [Statement], in context: ScriptContext, key: String) -> [Diagnostic] {
    for statement in statements {
      let problems = run(statement, in: context, key: key)
      if !problems.isEmpty { return problems }
    }
    return []
  }
}

/// A word as a shell reads it.
func shellQuoted(_ text: String) -> String {
  let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-./=+:,@".unicodeScalars.contains($0)) }
  return isPlain ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

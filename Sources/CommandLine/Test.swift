import ArgumentParser
import Diagnostics
import Interchange
import Session

#if canImport(Glibc)
  import Glibc
#endif

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run tests, claims and the examples in documentation.",
    discussion: "Examples: ptb test --filter Hessian examples/, ptb test --junit results.xml .\nThe last line is `N passed, N failed`.")
  @Argument(help: "Scripts and folders.") var paths: [String]
  @Option(help: "Only tests whose title holds this.") var filter: String?
  @Option(help: "How often the variables of a property test (`for x ~ D`) are drawn.") var cases = TestOptions().cases
  @Option(help: "Files that are run at the same time; results are the same for any number. (default: one for each processor)") var jobs: Int?
  @Option(help: "Also write the results to this file, as JUnit's XML.") var junit: String?
  @Option(help: "List this many of the slowest tests.") var slow = 0
  @OptionGroup var options: RunOptions
  /// Run one file and tell the process that started this one.
  @Flag(help: .hidden) var worker = false
  @Flag(help: .hidden) var color = false

  func validate() throws {
    if cases < 1 { throw ValidationError("--cases is at least 1, not \(cases).") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1, not \(jobs).") }
    if slow < 0 { throw ValidationError("--slow is at least 0, not \(slow).") }
  }

  func run() throws {
    let home = try findHome()
    if worker {
      try runFile(paths[0], home, options.threads, color: color) { tellParent($0) }
      return tellLimit(tellParent)
    }
    let files = try scripts(in: paths)
    let display = TestDisplay(files, showsProgress: !options.quiet)
    let count = min(jobs ?? RunOptions.processors, files.count)
    if count <= 1 {
      for (k, path) in files.enumerated() where !Interruption.isAsked {
        try runFile(path, home, options.threads, color: usesColor(2)) { display.take($0, ofFile: k) }
        display.finish(k)
      }
    } else {
      try TestWorkers(files, count: count, arguments: workerArguments(share: max(1, RunOptions.processors / count)), display).run()
    }
    try conclude(display.report)
  }

  /// Ends this process where nobody listens any more.
  private func tellParent(_ event: TestEvent) {
    print(event.line)
    if fflush(stdout) != 0 { _exit(Status.failed) }
  }

  /// Runs the tests of a file here.
  private func runFile(_ path: String, _ home: Home, _ threads: Int, color: Bool, tell: @escaping (TestEvent) -> Void) throws {
    let script: Script
    do throws(FileError) { script = try Script(argument: path) } catch {
      return tell(.ended(title: "the script itself", seconds: 0, failure: error.message, report: "error: \(path): \(error.message)\n"))
    }
    var session = options.session
    session.threads = threads
    session.output = { tell(.output($0)) }
    // Scripts that share a folder for pictures do not overwrite each other's.
    session.pictures.prefix = path.hasSuffix(".ptb") ? String(path.dropLast(4).map { $0 == "/" ? "-" : $0 }) : "plot"
    if worker { session.progress = nil }
    let runner = home.isLibrary(path)
      ? TestRunner(library: script, session, home: home)
      : TestRunner(Program(script, session, home: home, checksTests: false))
    func shown(_ problems: [Diagnostic]) -> String { TextRenderer(map: runner.sources, usesColor: color).render(problems) }
    var chosen = TestOptions()
    (chosen.filter, chosen.cases) = (filter, cases)
    runner.warn = { tell(.output(shown([$0]))) }
    runner.run(chosen) { outcome in
      // The words of a failure tell it from a success.
      let failure = outcome.problems.first.map { $0.message.isEmpty ? $0.code.id : $0.message } ?? ""
      tell(.ended(title: outcome.title, seconds: outcome.seconds, failure: failure, report: outcome.passed ? "" : shown(outcome.problems)))
    }
  }

  /// Tests that a limit of time or memory cut off have not passed.
  private func tellLimit(_ tell: (TestEvent) -> Void) {
    guard Interruption.isAsked, Interruption.flag.pointee != StopReason.interrupted.rawValue else { return }
    tell(.ended(title: "the rest of this file", seconds: 0, failure: Interruption.message, report: Interruption.message + "\n"))
  }

  private func workerArguments(share: Int) -> [String] {
    var arguments = ["test", "--worker", "--cases", "\(cases)"] + options.arguments(threads: share)
    if usesColor(2) { arguments.append("--color") }
    if let filter { arguments += ["--filter", filter] }
    return arguments
  }

  private func conclude(_ results: TestReport) throws {
    if slow > 0 {
      print("slowest:")
      for (path, test) in results.slowest(slow) { print("  \(Seconds.text(test.seconds)) \(path): \(test.title)") }
    }
    var isWritten = true
    if let junit {
      do throws(FileError) { try AtomicFile.write(Array(results.junit.utf8), to: junit) } catch {
        report(error)
        isWritten = false
      }
    }
    if Interruption.isAsked { writeError(Interruption.message + "\n") }
    print("\(results.passed) passed, \(results.failed) failed")
    if Interruption.isAsked { throw ExitCode(Interruption.status) }
    if results.passed + results.failed == 0 {
      writeError("error: there was nothing to test\(filter.map { ": no title holds `\($0)`" } ?? "")\n")
      throw ExitCode(Status.usage)
    }
    if results.failed > 0 { throw ExitCode(Status.testsFailed) }
    if !isWritten { throw ExitCode(Status.failed) }
  }
}

/// Shows the results of files in their order, whichever ends first.
final class TestDisplay {
  private(set) var report = TestReport()
  private var waiting: [[TestEvent]]
  private var isDone: [Bool]
  /// The file whose results are shown as they come.
  private var current = 0
  private var namesCurrent = false
  private let showsProgress: Bool
  private let isColored = usesColor(1)

  init(_ files: [String], showsProgress: Bool) {
    report.files = files.map { TestReport.File(path: $0) }
    waiting = files.map { _ in [] }
    isDone = files.map { _ in false }
    self.showsProgress = showsProgress && isatty(2) != 0 && getenv("CI") == nil
  }

  func take(_ event: TestEvent, ofFile k: Int) {
    if case .ended(let title, let seconds, let failure, let text) = event {
      report.files[k].tests.append(.init(title: title, seconds: seconds, failure: failure, report: text))
    }
    if k == current { show(event) } else { waiting[k].append(event) }
    progress()
  }

  func finish(_ k: Int) {
    isDone[k] = true
    while current < isDone.count {
      waiting[current].forEach(show)
      waiting[current] = []
      guard isDone[current] else { break }
      if !namesCurrent { showName() }
      current += 1
      namesCurrent = false
    }
    progress()
  }

  /// Shows what is known of files that have not ended.
  func stop() {
    for k in current..<isDone.count where !waiting[k].isEmpty || isDone[k] { finish(k) }
    clear()
  }

  private func showName() {
    print(report.files[current].path)
    namesCurrent = true
  }

  private func show(_ event: TestEvent) {
    clear()
    if !namesCurrent { showName() }
    switch event {
    case .output(let line): print(line)
    case .ended(let title, let seconds, let failure, let report):
      let mark = failure.isEmpty ? colored("ok  ", "32") : colored("FAIL", "31")
      print("  \(mark) \(title) (\(Seconds.text(seconds)))")
      fflush(stdout)
      if !report.isEmpty { writeError(report) }
    }
  }

  private func colored(_ text: String, _ code: String) -> String { isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }

  private func clear() { if showsProgress { writeError("\r\u{1B}[K") } }

  private func progress() {
    guard showsProgress, current < isDone.count else { return clear() }
    fflush(stdout)
    let ended = isDone.count { $0 }
    writeError("\r\u{1B}[K\(ended)/\(isDone.count) files · \(report.passed) passed, \(report.failed) failed")
  }
}

import Diagnostics
import Elaboration
import Interchange
import Session
import Syntax
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// A session with a person.
final class Conversation {
  private(set) var session: Session
  private let makeSession: (_ change: (inout SessionOptions) -> Void) -> Session
  var ended = false
  /// Whether the last entry had a mistake.
  private(set) var failed = false
  /// Whether it was told that the user stopped the last entry.
  private(set) var toldOfInterruption = false
  /// The last file that was loaded.
  var loaded: String?
  /// The statements that ran to their end, for `:save`, and the folders that their paths start from.
  private(set) var entries: [(text: String, folder: String)] = []
  private var count = 0
  /// How many results there are: the next one's place in `out`.
  private(set) var resultCount = 0
  /// The last question over a set, and those whose answers have names.
  private var lastQuestion: Question?
  private var questions: [String: Question] = [:]
  /// The text of the last expression that was entered.
  private(set) var lastExpression: String?
  /// The seconds that `:prove` and `:bound` may search.
  var patience = 10.0
  /// What is at hand without `use`.
  static let modules = ["nn", "data"]

  /// `makeSession`: a new session, with options changed from those of the command line.
  init(_ makeSession: @escaping (_ change: (inout SessionOptions) -> Void) -> Session) {
    self.makeSession = makeSession
    session = makeSession { _ in }
    prepare()
  }

  private func prepare() {
    session.context.allowsRedefinition = true
    session.options.warn = { [unowned session] in report([$0], session.library.sources) }
    for module in Self.modules { _ = session.context.useLibrary(module) }
  }

  /// What stands before an entry: the place that its value will have in `out`.
  var prompt: String { Conversation.prompt(resultCount: resultCount) }
  static func prompt(resultCount: Int) -> String { "ptb[\(resultCount)]> " }

  // MARK: Entries

  /// Input that is no terminal is a script that comes line by line, and ends at the first mistake.
  func readPiped() {
    var buffer = ""
    while !failed, !ended, let line = readLine(strippingNewline: false) {
      buffer += line
      if isUnfinished(buffer) { continue }
      _ = evaluate(buffer)
      buffer = ""
    }
    if !failed, !buffer.isEmpty { _ = evaluate(buffer) }
  }

  /// Runs a script; its paths start at its folder.
  func load(_ path: String) {
    do throws(FileError) {
      let script = try Script(path: path)
      enter(script, quiet: true, in: script.folder)
      loaded = path
    } catch { fail(error) }
  }

  /// Evaluates an entry; whether it had no mistake.
  func evaluate(_ text: String) -> Bool {
    (failed, toldOfInterruption) = (false, false)
    let trimmed = text.drop { $0 == " " || $0 == "\n" }
    if trimmed.isEmpty { return true }
    defer { fflush(stdout) }
    if isCommand(text) {
      command(String(trimmed).trimmed)
      return !failed
    }
    count += 1
    enter(Script(path: "input \(count)", text: text), quiet: trimmed.reversed().first { $0 != "\n" && $0 != " " } == ";")
    return !failed
  }

  private func enter(_ script: Script, quiet: Bool, in folder: String? = nil) {
    adoptPrecision(of: script)
    if failed { return }
    let tree = parse(session.library.sources.add(path: script.path, bytes: script.bytes), in: session.library.sources)
    tell(tree.diagnostics)
    if failed { return }
    session.inFolder(folder ?? session.folder) {
      for statement in tree.statements {
        run(statement, quiet: quiet)
        if failed { return }
        switch statement.kind {
        case .precision, .seed: continue
        default: entries.append((session.library.sources.text(statement.span), session.folder))
        }
      }
    }
  }

  /// The precision that a script asks for holds for all of it, and so for the session; a session in another one takes its place.
  private func adoptPrecision(of script: Script) {
    var sources = SourceMap()
    let tree = parse(sources.add(path: script.path, bytes: script.bytes), in: sources)
    for case .precision(let name) in tree.statements.map(\.kind) where !failed { setPrecision(name.text) }
  }

  func tell(_ problems: [Diagnostic]) {
    report(problems, session.library.sources)
    if problems.contains(where: { $0.severity == .error }) { failed = true }
    if problems.contains(where: \.isStop) { toldOfInterruption = true }
  }

  /// A command that cannot do what it is asked to.
  func refuse(_ message: String) {
    fflush(stdout)
    writeError("error: \(message)\n")
    failed = true
  }
  func fail(_ error: FileError) { refuse("\(error.path): \(error.message)") }

  private func run(_ statement: Statement, quiet: Bool) {
    switch statement.kind {
    // Adopted before the first statement.
    case .precision: return
    case .seed(let e):
      guard case .int(let seed) = e.kind else { return refuse("the seed is a whole number") }
      return session.context.reseed(UInt64(bitPattern: Int64(seed)))
    case .test: return tell(session.test(statement))
    default: break
    }
    tell(session.run(statement, in: session.context))
    if failed { return }
    if let question = session.question(in: statement) {
      lastQuestion = question
      if case .let(let pattern, _, _) = statement.kind, case .name(let name) = pattern.kind { questions[name] = question }
    }
    guard case .expression(let e) = statement.kind else { return }
    guard let (view, type) = session.context.lastView else { return }
    lastExpression = session.library.sources.text(e.span)
    keepResult { session.context.keepResult() }
    if !quiet { print(text(of: view, type)) }
  }

  // MARK: Results

  /// Lets the context keep a value, and counts it.
  func keepResult(_ keep: () -> Void) {
    keep()
    resultCount = session.context.resultCount
  }

  func forgetResults() { keepResult { session.context.forgetResults() } }

  /// Forgets everything that was entered.
  func forgetEntries() { (entries, questions, lastQuestion, lastExpression, loaded) = ([], [:], nil, nil, nil) }

  func forgetQuestions(_ names: [String]) { for name in names { questions[name] = nil } }

  /// A value as the terminal has room for it.
  func text(of view: ValueView, _ type: String) -> String {
    ValueText(width: width, variable: lastQuestion?.variable ?? "x").text(view, type: type)
  }
  /// The columns of the terminal; 80 where there is none.
  var width: Int {
    var size = winsize()
    return isatty(1) != 0 && ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  // MARK: Questions

  /// The question that a text names or asks; the last one where the text is empty. Tells what is wrong where there is none.
  func question(_ text: String) -> Question? {
    if text.isEmpty || "<>=≤≥".contains(text.first!) {
      guard let lastQuestion else {
        refuse("no question over a set has been asked yet: enter one, such as `forall d in Linf(0.1)[2] { norm(d) < 1 }`")
        return nil
      }
      return text.isEmpty ? lastQuestion : compared(lastQuestion, text)
    }
    if let known = questions[text] { return known }
    guard let statement = statement(text) else { return nil }
    switch session.context.questions(of: statement) {
    case .failure(let problems): tell(problems.diagnostics)
    case .success(let found):
      if case .expression(let e) = statement.kind, !found.isEmpty {
        lastQuestion = Question(expression: e, binders: found)
        return lastQuestion
      }
      refuse("this asks nothing over a set: `forall`, `exists`, `max`, `min` or `range` over a set is wanted")
    }
    return nil
  }

  /// `< 4.1`, about the last maximum or minimum.
  private func compared(_ question: Question, _ text: String) -> Question? {
    guard let statement = statement("0 \(text)"), case .expression(let e) = statement.kind, case .binary(let operation, _, let bound, _) = e.kind else {
      if !failed { refuse("a comparison is wanted, such as `< 4.1`") }
      return nil
    }
    if let compared = question.compared(operation, with: bound) { return compared }
    refuse("the last question is no `max` or `min` that `\(text)` could be about")
    return nil
  }

  // MARK: Settings that hold for the whole session

  /// Begins again in another precision, and computes everything anew.
  func setPrecision(_ name: String) {
    guard let precision = name == "f32" ? DType.f32 : name == "f64" ? .f64 : nil else { return refuse("the precision is `f32` or `f64`, not `\(name)`") }
    if session.context.precision == precision { return }
    let (old, before) = (session, entries)
    let seed = old.context.seed
    session = makeSession { options in
      let made = options
      options = old.options
      (options.warn, options.precision, options.seed) = (made.warn, precision, seed)
    }
    prepare()
    forgetEntries()
    let (output, repeats) = (session.options.output, session.options.isRepetition)
    session.options.output = { _ in }
    session.options.isRepetition = true
    for (text, folder) in before {
      enter(Script(path: "entered before", text: text), quiet: true, in: folder)
      if failed { break }
    }
    (session.options.output, session.options.isRepetition) = (output, repeats)
    if failed {
      (session, entries) = (old, before)
      refuse("in \(name) an entry fails that did not before; the precision stays as it was")
    } else if !before.isEmpty { print("\(before.count) \(before.count == 1 ? "entry" : "entries") computed anew in \(name)") }
    keepResult {}
  }
}

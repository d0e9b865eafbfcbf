import ArgumentParser
import Diagnostics
import Elaboration
import Interchange
import Session
import Syntax

#if canImport(Glibc)
  import Glibc
#endif

struct Repl: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Explore: enter expressions, see values with their types.", discussion: "Type :help at the prompt.")
  @ArgumentParser.Argument(help: "A script to run first.") var file: String?
  @OptionGroup var options: RunOptions

  func run() throws {
    let home = try findHome()
    if let file, !file.hasSuffix(".ptb"), (try? Script(path: file)) == nil {
      throw ValidationError("There is no command or script `\(file)`; see ptb --help.")
    }
    if isatty(0) != 0 {
      return Prompt(Supervisor { [options] in Conversation(Session(options.unwatchedSession, home: home)) }).run(file)
    }
    let conversation = Conversation(Session(options.session, home: home))
    if let file { conversation.load(file) }
    conversation.readPiped()
    if conversation.failed { throw ExitCode(Interruption.isAsked ? Status.interrupted : Status.failed) }
  }
}

/// A session with a person.
final class Conversation {
  let session: Session
  var ended = false
  /// Whether the last entry had a mistake.
  private(set) var failed = false
  /// Whether it was told that the user stopped the last entry.
  private(set) var toldOfInterruption = false
  /// The last file that was loaded.
  var loaded: String?
  /// The entries that ran to their end, for `:save`.
  private(set) var entries: [String] = []
  private var count = 0
  /// What is at hand without `use`.
  static let modules = ["nn", "data"]

  init(_ session: Session) {
    self.session = session
    session.context.allowsRedefinition = true
    session.options.warn = { [session] in report([$0], session.library.sources) }
    for module in Self.modules {
      let name = Name(module, .none)
      _ = session.run(Statement(.use(UseDeclaration(modules: [.init(name: name, isPath: false, alias: nil, members: nil)])), .none), in: session.context)
    }
  }

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
      loaded = path
      session.inFolder(script.folder) { enter(script, quiet: true) }
    } catch {
      report(error)
      failed = true
    }
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

  private func enter(_ script: Script, quiet: Bool) {
    let tree = parse(session.library.sources.add(path: script.path, bytes: script.bytes), in: session.library.sources)
    tell(tree.diagnostics)
    if failed { return }
    for statement in tree.statements {
      tell(run(statement, quiet: quiet))
      if failed { return }
      if case .precision = statement.kind { continue }
      if case .seed = statement.kind { continue }
      entries.append(session.library.sources.text(statement.span))
    }
  }

  private func tell(_ problems: [Diagnostic]) {
    report(problems, session.library.sources)
    if problems.contains(where: { $0.severity == .error }) { failed = true }
    if problems.contains(where: \.code.isInterruption) { toldOfInterruption = true }
  }

  /// An expression's value is bound to `ans`, and shown with its type.
  private func run(_ statement: Statement, quiet: Bool) -> [Diagnostic] {
    switch statement.kind {
    case .precision, .seed:
      // They hold for a whole program, and this one has begun.
      let option = session.library.sources.text(statement.span).split(separator: " ").joined(separator: " ")
      writeError("`\(option)` holds for a whole program: start with `ptb repl --\(option)`\n")
      return []
    case .test: return session.test(statement)
    default: break
    }
    guard case .expression(let e) = statement.kind else { return session.run(statement, in: session.context) }
    let name = Pattern(.name("ans"), e.span)
    let problems = session.run(Statement(.let(name, nil, e), statement.span), in: session.context)
    if problems.contains(where: { $0.code.id == "E0417" }) {
      // It has no value: run it for what it does.
      return session.run(statement, in: session.context)
    }
    if !problems.isEmpty || quiet { return problems }
    let (text, trouble) = session.show(Statement(.expression(Expression(.name("ans"), e.span)), e.span))
    let type = session.context.listing.first { $0.name == "ans" }?.type ?? ""
    if trouble.isEmpty { print("\(text)  : \(type)") }
    return trouble
  }
}

/// Whether a text is a command of the prompt, not of the language.
func isCommand(_ text: String) -> Bool {
  let first = text.first { $0 != " " && $0 != "\n" }
  return first == ":" || first == "?"
}
/// Whether more lines may complete an entry.
func isUnfinished(_ entry: String) -> Bool { !isCommand(entry) && isIncomplete(entry) }

extension String {
  var trimmed: String { String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}

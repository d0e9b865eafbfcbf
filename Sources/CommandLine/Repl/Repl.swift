import ArgumentParser
@preconcurrency import CReadline
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
    let conversation = Conversation(Session(options.session, home: home))
    if let file { conversation.load(file) }
    isatty(0) != 0 ? conversation.interact() : conversation.readPiped()
  }
}

/// A session with a person.
final class Conversation {
  let session: Session
  var ended = false
  /// The last file that was loaded.
  var loaded: String?
  /// The entries that ran to their end, for `:save`.
  private(set) var entries: [String] = []
  private var count = 0
  /// What is at hand without `use`.
  static let modules = ["nn", "data"]
  private static var names: [String] = []

  init(_ session: Session) {
    self.session = session
    session.context.allowsRedefinition = true
    session.options.warn = { [session] in report([$0], session.library.sources) }
    for module in Self.modules {
      let name = Name(module, .none)
      _ = session.run(Statement(.use(UseDeclaration(modules: [.init(name: name, isPath: false, alias: nil, members: nil)])), .none), in: session.context)
    }
  }

  /// Input that is no terminal is a script that comes line by line.
  func readPiped() {
    var buffer = ""
    while let line = readLine(strippingNewline: false) {
      buffer += line
      if isIncomplete(buffer) { continue }
      evaluate(buffer)
      buffer = ""
      if ended { return }
    }
    if !buffer.isEmpty { evaluate(buffer) }
  }

  func interact() {
    setUpReadline()
    print("Perturb \(version)   :help for help, Ctrl-D to leave")
    var buffer = ""
    while !ended {
      let prompt = buffer.isEmpty ? "ptb> " : "...> "
      guard let raw = readline(prompt) else {
        print("")
        break
      }
      let line = String(cString: raw)
      free(raw)
      buffer += line + "\n"
      if isIncomplete(buffer), !line.isEmpty { continue }
      let entry = String(buffer.dropLast())
      if !entry.isEmpty { remember(entry) }
      Interruption.flag.pointee = 0
      evaluate(entry)
      Interruption.flag.pointee = 0
      buffer = ""
    }
  }

  /// Runs a script; its paths start at its folder.
  func load(_ path: String) {
    do throws(FileError) {
      let script = try Script(path: path)
      loaded = path
      session.inFolder(script.folder) { enter(script, quiet: true) }
    } catch { report(error) }
  }

  private func evaluate(_ text: String) {
    let trimmed = text.drop { $0 == " " || $0 == "\n" }
    if trimmed.isEmpty { return }
    if trimmed.hasPrefix(":") || trimmed.hasPrefix("?") { return command(String(trimmed).trimmed) }
    count += 1
    enter(Script(path: "input \(count)", text: text), quiet: trimmed.reversed().first { $0 != "\n" && $0 != " " } == ";")
  }

  private func enter(_ script: Script, quiet: Bool) {
    let tree = parse(session.library.sources.add(path: script.path, bytes: script.bytes), in: session.library.sources)
    if !tree.diagnostics.isEmpty { return report(tree.diagnostics, session.library.sources) }
    for statement in tree.statements {
      let problems = run(statement, quiet: quiet)
      report(problems, session.library.sources)
      if problems.contains(where: { $0.severity == .error }) { return }
      if case .precision = statement.kind { continue }
      if case .seed = statement.kind { continue }
      entries.append(session.library.sources.text(statement.span))
    }
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

  // MARK: Readline

  private static let historyPath: String = {
    let home = getenv("HOME").map { String(cString: $0) } ?? "."
    return getenv("PTB_HISTORY").map { String(cString: $0) } ?? "\(home)/.ptb_history"
  }()

  private func setUpReadline() {
    // Readline reads the locale from the environment: without UTF-8 it would break `δ`.
    if setlocale(LC_ALL, "").map({ String(cString: $0).uppercased().contains("UTF") }) != true { setenv("LC_ALL", "C.UTF-8", 1) }
    setlocale(LC_CTYPE, "C.UTF-8")
    rl_readline_name = UnsafePointer(strdup("ptb"))
    using_history()
    // Histories hold what people type: nobody else's business.
    let file = open(Conversation.historyPath, O_CREAT | O_APPEND, 0o600)
    if file >= 0 { close(file) }
    read_history(Conversation.historyPath)
    // Ctrl-C at the prompt drops the line.
    rl_signal_event_hook = {
      guard Interruption.flag.pointee != 0 else { return 0 }
      Interruption.flag.pointee = 0
      rl_replace_line("", 0)
      rl_crlf()
      rl_on_new_line()
      rl_redisplay()
      return 0
    }
    rl_attempted_completion_over = 1
    Conversation.names = session.context.allNames.sorted()
    rl_completion_entry_function = { text, state in
      guard let text else { return nil }
      let prefix = String(cString: text)
      if state == 0 { Conversation.matches = Conversation.names.filter { $0.hasPrefix(prefix) && !prefix.isEmpty }[...] }
      guard let next = Conversation.matches.popFirst() else { return nil }
      return strdup(next)
    }
  }
  private static var matches: ArraySlice<String> = []

  private func remember(_ entry: String) {
    add_history(entry)
    append_history(1, Conversation.historyPath)
    Conversation.names = session.context.allNames.sorted()
  }
}

extension String {
  var trimmed: String { String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}

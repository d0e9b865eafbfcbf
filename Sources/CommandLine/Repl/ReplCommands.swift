import Diagnostics
import Elaboration
import Interchange
import Passes
import Session
import Syntax

/// A command of the REPL: declared here once, told by `:help` and by the suggestion for a misspelt one.
struct ReplCommand {
  /// The names it goes by, the full one first.
  let names: [String]
  /// What is written behind it, for `:help`; empty if nothing.
  let argument: String
  let meaning: String
  let run: (Conversation, String) -> Void

  static let all: [ReplCommand] = [
    ReplCommand(names: ["help", "h"], argument: "[name]", meaning: "this list, or what a name is; also ?name") { $0.help($1) },
    ReplCommand(names: ["type", "t"], argument: "e", meaning: "the type of an expression, with its shape and guarantee") { $0.type($1) },
    ReplCommand(names: ["explain", "e"], argument: "e", meaning: "the mathematics, the solvers, what the answer proves and costs") { $0.explain($1) },
    ReplCommand(names: ["ir"], argument: "e", meaning: "the optimised operations of an expression") { $0.showIR($1) },
    ReplCommand(names: ["time"], argument: "e", meaning: "how long an expression takes, compiled once and run again and again") { $0.time($1) },
    ReplCommand(names: ["plot", "p"], argument: "e", meaning: "a picture of a value") { $0.plot($1) },
    ReplCommand(names: ["vars"], argument: "", meaning: "your names with their types") { conversation, _ in
      for (name, type) in conversation.session.context.listing { print("\(name): \(type)") }
    },
    ReplCommand(names: ["apropos"], argument: "word", meaning: "names with a word in them or in their documentation") { $0.apropos($1) },
    ReplCommand(names: ["load", "l"], argument: "FILE", meaning: "run a script") { $0.load($1) },
    ReplCommand(names: ["reload", "r"], argument: "", meaning: "run the last script that was loaded again") { conversation, _ in
      guard let path = conversation.loaded else { return print("no script has been loaded; see :load FILE") }
      conversation.load(path)
    },
    ReplCommand(names: ["save"], argument: "FILE", meaning: "write what you entered, without what failed, as a script") { $0.save($1) },
    ReplCommand(names: ["quit", "q"], argument: "", meaning: "leave; also Ctrl-D") { conversation, _ in conversation.ended = true },
  ]
}

extension Conversation {
  func command(_ line: String) {
    if line.hasPrefix("?") { return help(String(line.dropFirst()).trimmed) }
    let words = line.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
    let name = words.first ?? ""
    let rest = words.count > 1 ? words[1].trimmed : ""
    if name.isEmpty { return help("") }
    guard let command = ReplCommand.all.first(where: { $0.names.contains(name) }) else {
      let close = nearest(name, in: ReplCommand.all.map { $0.names[0] })
      return print("there is no command `:\(name)`" + (close.map { "; did you mean `:\($0)`?" } ?? "; see :help"))
    }
    if rest.isEmpty, !command.argument.isEmpty, !command.argument.hasPrefix("[") {
      return print("`:\(command.names[0])` wants something behind it: :\(command.names[0]) \(command.argument)")
    }
    command.run(self, rest)
  }

  fileprivate func help(_ name: String) {
    guard name.isEmpty else {
      if let text = session.context.describe(name) { return print(text) }
      return print("`\(name)` is not known" + (nearest(name, in: session.context.allNames).map { "; did you mean `\($0)`?" } ?? "; see :apropos"))
    }
    print("Enter an expression to see its value and type; `ans` is the last one. A trailing `;` is quiet.")
    for command in ReplCommand.all {
      let call = ":\(command.names[0]) \(command.argument)"
      print("  " + call + String(repeating: " ", count: max(1, 16 - call.count)) + command.meaning)
    }
  }

  /// The statement that a text is; its mistakes are told.
  private func statement(_ text: String) -> Statement? {
    let tree = parse(session.library.sources.add(path: "input", text: text), in: session.library.sources)
    if tree.diagnostics.isEmpty, tree.statements.count == 1 { return tree.statements[0] }
    if tree.diagnostics.isEmpty {
      print("one statement is wanted here, and this is \(tree.statements.isEmpty ? "none" : "\(tree.statements.count)")")
    } else {
      report(tree.diagnostics, session.library.sources)
    }
    return nil
  }

  /// Prints what an enquiry found, or why it could not.
  private func tell<Answer>(_ text: String, _ enquire: (Statement) -> Result<Answer, Problems>, _ show: (Answer) -> Void) {
    guard let statement = statement(text) else { return }
    switch enquire(statement) {
    case .success(let answer): show(answer)
    case .failure(let problems): report(problems.diagnostics, session.library.sources)
    }
  }

  fileprivate func type(_ text: String) { tell(text, session.context.type(of:)) { print($0) } }
  fileprivate func explain(_ text: String) { tell(text, { session.explain($0) }) { print($0) } }
  fileprivate func showIR(_ text: String) {
    tell(text, session.graph(of:)) { print([Pass].standard.run($0).text()) }
    session.context.rollback()
  }
  fileprivate func time(_ text: String) {
    tell(text, { session.time($0, keepsBindings: false) }) { print("\(duration($0.median)) (least \(duration($0.least)); compiled and run once: \(duration($0.first)))") }
  }

  fileprivate func plot(_ text: String) {
    guard let statement = statement(text), case .expression(let e) = statement.kind else { return }
    let call = Expression(.call(Expression(.name("plot"), e.span), [Argument(label: nil, value: e)]), e.span)
    report(session.run(Statement(.expression(call), e.span), in: session.context), session.library.sources)
  }

  fileprivate func apropos(_ word: String) {
    let wanted = word.lowercased()
    let found = Set(session.context.allNames).sorted().filter { name in
      name.lowercased().contains(wanted) || session.context.describe(name)?.lowercased().contains(wanted) == true
    }
    print(found.isEmpty ? "nothing speaks of `\(word)`" : found.joined(separator: "  "))
  }

  fileprivate func save(_ path: String) {
    let script = (["use \(Conversation.modules.joined(separator: ", "))"] + entries).joined(separator: "\n") + "\n"
    do throws(FileError) {
      try AtomicFile.write([UInt8](script.utf8), to: path)
      print("\(entries.count) entries written to \(path)")
    } catch { return report(error) }
    if script.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }).contains("ans") {
      print("`ans` is known at the prompt only: give what these entries call `ans` a name before the script is run")
    }
  }
}

/// A time with three digits and the unit that suits it.
private func duration(_ seconds: Double) -> String {
  let units: [(String, Double)] = [("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)]
  let (unit, size) = units.first { seconds >= $0.1 } ?? ("ns", 1e-9)
  let value = seconds / size
  let digits = value >= 100 ? 1.0 : value >= 10 ? 10 : 100
  return "\((value * digits).rounded() / digits) \(unit)"
}

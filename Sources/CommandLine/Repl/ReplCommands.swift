import Diagnostics
import Elaboration
import Session
import Syntax

/// A command of the REPL: declared here once, told by `:help`, completed, and suggested for a misspelt one.
struct ReplCommand {
  /// What may be written behind a command, for completion.
  enum Argument { case nothing, expression, name, file, module, setting, command }
  /// What the command is about: a heading of `:help`.
  enum Group: String, CaseIterable {
    case questions = "What a number proves", looking = "What something is", measuring = "How long it takes", session = "The session"
  }
  /// The names it goes by, the full one first.
  let names: [String]
  /// What is written behind it, for `:help`; in brackets what may be left out.
  var argument = ""
  var takes = Argument.nothing
  let meaning: String
  let group: Group
  /// Whether it only writes what the session holds.
  var onlyWrites = false
  /// How it is used, in more words, with an example.
  let more: String
  let run: (Conversation, String) -> Void

  static let all: [ReplCommand] = questionCommands + lookingCommands + measuringCommands + sessionCommands
  static func named(_ name: String) -> ReplCommand? { all.first { $0.names.contains(name) } }

  /// The command that a line calls.
  static func called(by line: String) -> ReplCommand? {
    named(line.trimmed.dropFirst().split(separator: " ", maxSplits: 1).first.map(String.init) ?? "")
  }
  /// Whether it may change the session, so that it must be done again to have the same one again.
  var changesSession: Bool { !onlyWrites && (group == .session || group == .questions) }

  var call: String { ":\(names[0])" + (argument.isEmpty ? "" : " \(argument)") }
}

extension Conversation {
  func command(_ line: String) {
    if line.hasPrefix("?") { return help(String(line.dropFirst()).trimmed) }
    let words = line.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
    let name = words.first ?? ""
    let rest = words.count > 1 ? words[1].trimmed : ""
    if name.isEmpty { return help("") }
    guard let command = ReplCommand.named(name) else {
      return refuse("there is no command `:\(name)`" + orNearest(name, in: ReplCommand.all.flatMap(\.names).filter { $0.count > 1 }, sign: ":", else: "see :help"))
    }
    if rest.isEmpty, !command.argument.isEmpty, !command.argument.hasPrefix("[") {
      return refuse("`:\(command.names[0])` wants something behind it: \(command.call)")
    }
    if !rest.isEmpty, command.argument.isEmpty { return refuse("`:\(command.names[0])` takes nothing behind it, and this is `\(rest)`") }
    command.run(self, rest)
  }

  /// The statement that a text is; its mistakes are told.
  func statement(_ text: String) -> Statement? {
    let found = statements(text)
    if found.count == 1 { return found[0] }
    if !failed { refuse("one statement is wanted here, and this is \(found.isEmpty ? "none" : "\(found.count)")") }
    return nil
  }
  func statements(_ text: String) -> [Statement] {
    let tree = parse(session.library.sources.add(path: "input", text: text), in: session.library.sources)
    tell(tree.diagnostics)
    return tree.diagnostics.isEmpty ? tree.statements : []
  }

  /// Prints what an enquiry about a statement found, or why it could not; without a text about the last expression.
  func tell<Answer>(_ text: String, _ enquire: (Statement) -> Result<Answer, Problems>, _ show: (Answer) -> Void) {
    guard let text = text.isEmpty ? lastExpression : text else { return refuse("no expression has been entered yet") }
    guard let statement = statement(text) else { return }
    switch enquire(statement) {
    case .success(let answer): show(answer)
    case .failure(let problems): tell(problems.diagnostics)
    }
  }
}

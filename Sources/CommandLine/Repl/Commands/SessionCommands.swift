import Diagnostics
import Elaboration
import Interchange
import Runtime
import Session

extension ReplCommand {
  static let sessionCommands: [ReplCommand] = [
    ReplCommand(names: ["vars", "v"], meaning: "your names with their types and the memory they hold", group: .session, more: "Results are in `out`.") { conversation, _ in
      conversation.vars()
    },
    ReplCommand(
      names: ["clear"], argument: "[names]", takes: .name, meaning: "forget results and names, and free their memory; `:clear out` only results", group: .session,
      more: "`:clear a b` forgets two names. What another value still holds stays in memory.") { $0.clear($1) },
    ReplCommand(
      names: ["load", "l"], argument: "FILE", takes: .file, meaning: "run a script", group: .session,
      more: "Its `precision` and `seed` hold for the session from then on. Its paths start at its folder.") { $0.load($1) },
    ReplCommand(names: ["reload", "r"], meaning: "run the last script that was loaded again", group: .session, more: "Names that it binds are bound anew.") { conversation, _ in
      guard let path = conversation.loaded else { return conversation.refuse("no script has been loaded; see :load FILE") }
      conversation.load(path)
    },
    ReplCommand(
      names: ["save"], argument: "FILE", takes: .file, meaning: "write what you entered, without what failed, as a script", group: .session, onlyWrites: true,
      more: "A script that is loaded counts as entered.") { $0.save($1) },
    ReplCommand(
      names: ["seed"], argument: "[n]", meaning: "the seed of all draws; with a number draws begin again from it", group: .session,
      more: "`:seed 7`, then the same draws in the same order give the same numbers.") { $0.set("seed", $1) },
    ReplCommand(
      names: ["precision"], argument: "[p]", meaning: "f32 or f64; changing it computes what was entered anew", group: .session,
      more: "One precision holds for all Reals. A change runs all entries again, silently and without writing files.") { $0.set("precision", $1) },
    ReplCommand(
      names: ["set"], argument: "[name value]", takes: .setting, meaning: "the settings of the session, or one of them changed", group: .session,
      more: Setting.all.map { "\($0.name): \($0.meaning) (\($0.values))" }.joined(separator: "\n")) { $0.set($1) },
    ReplCommand(names: ["quit", "q"], meaning: "leave; also Ctrl-D", group: .session, more: "What you entered is lost unless `:save` wrote it.") { conversation, _ in conversation.ended = true },
  ]
}

extension Conversation {
  fileprivate func vars() {
    let rows = session.context.listing.map { (name: $0.name, type: $0.type, bytes: session.context.memory(of: $0.name)) }
    if rows.isEmpty { return print("no names yet: `let x = 3` makes one") }
    let (names, types) = (rows.map(\.name.count).max() ?? 0, min(rows.map(\.type.count).max() ?? 0, 60))
    for row in rows {
      let line = row.name + String(repeating: " ", count: names - row.name.count + 2) + row.type
      print(row.bytes < 1000 ? line : line + String(repeating: " ", count: max(0, types - row.type.count) + 2) + NumberText.bytes(row.bytes))
    }
  }

  fileprivate func clear(_ text: String) {
    let names = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
    if names.isEmpty {
      let own = session.context.listing.map(\.name)
      _ = session.context.forget(own)
      forgetEntries()
      forgetResults()
      return print("\(own.count) \(own.count == 1 ? "name" : "names") and all results forgotten")
    }
    let results = [ScriptContext.allName, ScriptContext.lastName]
    let unknown = session.context.forget(names.filter { !results.contains($0) })
    if let first = unknown.first { return refuse("`\(first)` is no name of yours" + orNearest(first, in: session.context.listing.map(\.name), else: ":vars lists them")) }
    forgetQuestions(names)
    if names.contains(where: results.contains) { forgetResults() }
  }

  fileprivate func save(_ path: String) {
    let head = (session.context.precision == .f32 ? ["precision f32"] : []) + (session.context.seed == 0 ? [] : ["seed \(session.context.seed)"])
    let script = (head + ["use \(Conversation.modules.joined(separator: ", "))"] + entries.map(\.text)).joined(separator: "\n") + "\n"
    do throws(FileError) {
      try AtomicFile.write([UInt8](script.utf8), to: path)
      print("\(entries.count) \(entries.count == 1 ? "entry" : "entries") written to \(path)")
    } catch { return fail(error) }
    let words = Set(script.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }).map(String.init))
    for name in [ScriptContext.lastName, ScriptContext.allName] where words.contains(name) && !session.context.listing.contains(where: { $0.name == name }) {
      print("`\(name)` is known at the prompt only: give what these entries call `\(name)` a name before the script is run")
    }
  }
}

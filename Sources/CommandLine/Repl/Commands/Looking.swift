import Diagnostics
import Elaboration
import Passes
import Session
import Syntax

extension ReplCommand {
  static let lookingCommands: [ReplCommand] = [
    ReplCommand(
      names: ["help", "h"], argument: "[name]", takes: .command, meaning: "this list, or what a name or a command is; also ?name", group: .looking,
      more: "`?pgd` is the page of a name with its signature and an example, `?:prove` that of a command.") { $0.help($1) },
    ReplCommand(
      names: ["type", "t"], argument: "[e]", takes: .expression, meaning: "the type of an expression, with its shape and guarantee", group: .looking,
      more: "Nothing is run. Without an expression it is about the last one.") { $0.tell($1, $0.session.context.type(of:)) { print($0) } },
    ReplCommand(
      names: ["ir"], argument: "[e]", takes: .expression, meaning: "the optimised operations of an expression", group: .looking,
      more: "What runs, after all passes. Nothing is run.") { $0.showIR($1) },
    ReplCommand(
      names: ["plot", "p"], argument: "[e]", takes: .expression, meaning: "a picture of a value", group: .looking,
      more: "As `plot(e)`: a vector as a line, a matrix as a heat map, a function over a range. See docs/pictures.md.") { $0.plot($1) },
    ReplCommand(
      names: ["browse", "b"], argument: "[module]", takes: .module, meaning: "what a module or file of the library declares; all modules without one", group: .looking,
      more: "`:browse attacks` lists what stands in stdlib/attacks.ptb, a line each.") { $0.browse($1) },
    ReplCommand(
      names: ["apropos"], argument: "word", takes: .name, meaning: "names with a word in them or in their documentation", group: .looking,
      more: "`:apropos lipschitz`") { $0.apropos($1) },
  ]
}

extension Conversation {
  func help(_ name: String) {
    if name.isEmpty { return print(overview) }
    if name.hasPrefix(":"), let command = ReplCommand.named(String(name.dropFirst())) { return print("\(command.call)\n\(command.meaning)\n\n\(command.more)") }
    if let page = session.page(of: name, width: width) { return print(page) }
    if let command = ReplCommand.named(name) { return print("\(command.call)\n\(command.meaning)\n\n\(command.more)") }
    refuse("`\(name)` is not known" + orNearest(name, in: session.context.allNames + ReplCommand.all.map { $0.names[0] }, else: "`:apropos \(name)` searches the documentation"))
  }

  private var overview: String {
    var lines = [
      "Enter an expression to see its value and type: 1 + 1, grad(sin)(0.0), forall d in Linf(0.1)[2] { norm(d) < 1 }",
      "`ans` is the last value, `out[0]` the first, `out[-1]` the last. A trailing `;` is quiet.",
      "?name tells what a name is, ?:prove what a command does.",
    ]
    let width = ReplCommand.all.map(\.call.count).max() ?? 0
    for group in ReplCommand.Group.allCases {
      lines += ["", group.rawValue]
      for command in ReplCommand.all where command.group == group {
        lines.append("  " + command.call + String(repeating: " ", count: width + 2 - command.call.count) + command.meaning)
      }
    }
    return lines.joined(separator: "\n")
  }

  fileprivate func showIR(_ text: String) {
    tell(text, session.graph(of:)) { print([Pass].standard.run($0).text()) }
    session.context.rollback()
  }

  fileprivate func plot(_ text: String) {
    let text = text.isEmpty ? ScriptContext.lastName : text
    guard let statement = statement(text) else { return }
    guard case .expression(let e) = statement.kind else { return refuse("an expression is wanted here") }
    let call = Expression(.call(Expression(.name("plot"), e.span), [Argument(label: nil, value: e)]), e.span)
    tell(session.run(Statement(.expression(call), e.span), in: session.context))
  }

  fileprivate func browse(_ name: String) {
    if name.isEmpty { return print(session.context.modules(width: width)) }
    if let listing = session.context.listing(of: name, width: width) { return print(listing) }
    refuse("there is no module `\(name)`" + orNearest(name, in: session.context.browsable, else: ":browse lists them"))
  }

  fileprivate func apropos(_ word: String) {
    let wanted = word.lowercased()
    let found = Set(session.context.allNames).sorted().filter { name in
      name.lowercased().contains(wanted) || session.context.describe(name)?.lowercased().contains(wanted) == true
    }
    if found.isEmpty { return print("nothing speaks of `\(word)`") }
    let width = found.map(\.count).max() ?? 0
    for name in found {
      let line = "  " + name + String(repeating: " ", count: width + 2 - name.count) + (session.context.summary(of: name) ?? "")
      print(line.count > self.width ? line.prefix(self.width - 1) + "…" : line)
    }
  }
}

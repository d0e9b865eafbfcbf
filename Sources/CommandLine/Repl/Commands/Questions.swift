import Diagnostics
import Elaboration
import Session
import Syntax

extension ReplCommand {
  static let questionCommands: [ReplCommand] = [
    ReplCommand(
      names: ["prove"], argument: "[e]", takes: .expression, meaning: "decide the last question over a set by branch and bound; `:prove < 4.1` about a max",
      group: .questions,
      more: """
        Asks the last question over a set again, whatever solver it named, and lets branch and bound decide it: Proved, Refuted with a
        counterexample that becomes `ans`, or Unknown with the reason. `:prove e` asks about e, which may be a name: `let v = forall …`,
        then `:prove v`. After a `max` or `min`, `:prove < 4.1` asks whether it stays below 4.1. It searches for at most `:set patience` seconds.
            forall d in Linf(0.1)[2] { norm(d) < 0.2 }
            :prove
        """) { $0.inquire($1) { $0.prove() } },
    ReplCommand(
      names: ["refute"], argument: "[e]", takes: .expression, meaning: "search a counterexample to the last question by attacks; it becomes `ans`", group: .questions,
      more: """
        Tries attacks one after the other, with more steps and restarts than the default, until one finds a point of the set that violates
        the predicate. The point becomes `ans`. What is not refuted is not proved: see :prove.
            forall d in Linf(0.1)[2] { norm(d) < 0.12 }
            :refute
        """) { $0.inquire($1) { $0.refute() } },
    ReplCommand(
      names: ["bound"], argument: "[e]", takes: .expression, meaning: "enclose the last maximum or minimum from both sides", group: .questions,
      more: """
        Bounds of the value over its set: an attack gives the end that is reached, at the point that becomes `ans`, and a certificate the end
        that is proved. Of a `forall` it tells by how much the predicate is violated at worst; below 0 it holds.
            max d in Linf(0.1)[2] { norm(d) }
            :bound
        """) { $0.inquire($1) { $0.bound() } },
    ReplCommand(
      names: ["explain", "e"], argument: "[e]", takes: .expression, meaning: "the mathematics, the solvers, what the answer proves and costs", group: .questions,
      more: "Nothing is run. Without an expression it explains the last one. A page about an error: `:explain E0203`.") { $0.explain($1) },
  ]
}

extension Conversation {
  fileprivate func inquire(_ text: String, _ ask: (Inquiry) -> Result<Finding, Problems>) {
    guard let question = question(text) else { return }
    switch ask(Inquiry(session, question, patience: patience, width: width)) {
    case .failure(let problems): tell(problems.diagnostics)
    case .success(let finding):
      var lines = finding.lines
      if !finding.solvers.isEmpty { lines[0] += "   (\(finding.solvers.joined(separator: ", ")), \(Seconds.text(finding.seconds)))" }
      print(lines.joined(separator: "\n"))
    }
    keepResult {}
  }

  fileprivate func explain(_ text: String) {
    let isCode = text.count == 5 && text.first?.uppercased() == "E" && text.dropFirst().allSatisfy(\.isNumber)
    if isCode {
      guard let page = session.errorPage(text.uppercased()) else { return refuse("there is no error code `\(text)`") }
      return print(page)
    }
    tell(text, { session.explain($0) }) { print($0) }
  }
}

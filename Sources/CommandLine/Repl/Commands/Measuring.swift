import Elaboration
import Session
import Syntax

extension ReplCommand {
  static let measuringCommands: [ReplCommand] = [
    ReplCommand(
      names: ["time"], argument: "[e]", takes: .expression, meaning: "how long an expression takes, compiled once and run again and again", group: .measuring,
      more: "The median of at least five runs, the least, and how long compiling and the first run took. Without an expression: the last one.") { conversation, text in
      conversation.tell(text, { conversation.session.time($0, keepsBindings: false) }) { timing in
        print("\(Seconds.text(timing.median)) (least \(Seconds.text(timing.least)); compiled and run once: \(Seconds.text(timing.first)))")
      }
    },
    ReplCommand(
      names: ["bench"], argument: "a [; b; …]", takes: .expression, meaning: "repeat expressions in turn: medians, spread, and how they compare", group: .measuring,
      more: """
        Each is compiled once; then they run in turn for about a second in all, so that what disturbs one disturbs the others too. Told are the
        median, where the middle half of the runs lies, and the ratio to the first with the middle half of the ratios of neighbouring runs.
            :bench sum(exp(x)); sum(x * x)
        """) { $0.bench($1) },
  ]
}

extension Conversation {
  fileprivate func bench(_ text: String) {
    let statements = statements(text)
    if statements.isEmpty { return }
    switch session.compare(statements) {
    case .failure(let problems): tell(problems.diagnostics)
    case .success(let comparison):
      let sources = session.library.sources
      let texts = statements.map { sources.text($0.span) }
      let width = min(texts.map(\.count).max() ?? 0, 40)
      for (text, row) in zip(texts, comparison) {
        let name = text.count > width ? text.prefix(width - 1) + "…" : text + String(repeating: " ", count: width - text.count)
        var line = "\(name)  \(Seconds.text(row.median))   middle half \(Seconds.text(row.quartiles.0)) … \(Seconds.text(row.quartiles.1)), \(row.count) runs"
        if let ratio = row.ratio { line += "   \(ratio.text)" }
        print(line)
      }
    }
  }
}

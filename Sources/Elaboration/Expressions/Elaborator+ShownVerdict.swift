import Diagnostics
import Ops

/// `Proved`, `Refuted at [0.1, -0.1]`, `Unknown: …`, of which the run decides.
extension Elaborator {
  func shownVerdict(_ fields: [Field], _ format: String, _ span: SourceSpan) throws -> Text {
    func part(_ name: String) -> Value? { fields.first { $0.name == name }?.value }
    guard let proved = part("proved"), let refuted = part("refuted") else { return Text("?") }
    func number(_ n: Int) -> Value { .tensor(TensorValue(literal: n)) }
    let state = try callPrelude("where", [proved, number(1), try callPrelude("where", [refuted, number(2), number(0)], span)], span)
    guard let words = state.tensor else { return Text("?") }
    let word = Text([.value(words, format: TextChoice.words(["Unknown", "Proved", "Refuted"]))])
    guard words.shape.isEmpty else { return word }
    let exists = part("exists") != nil
    let (searches, certifies) = exists ? (part("proves") != nil, part("refutes") != nil) : (part("refutes") != nil, part("proves") != nil)
    var text = word
    if searches, let witness = part("witness") {
      text = text + (try only(if: exists ? proved : refuted, Text(" at ") + (try shown(witness, format: format, span))))
    }
    var reason = Text(certifies ? ": that it is \(exists ? "satisfied" : "violated")" : ": a search alone never \(exists ? "refutes" : "proves")")
    if certifies {
      if let bound = part("bound") { reason = reason + Text(" by up to ") + (try shown(bound, format: format, span)) }
      reason = reason + Text(" is not excluded")
    }
    let isOpen = try unary(.not, try binary(.or, proved, refuted, span, span, span), span, span)
    return text + (try only(if: isOpen, reason))
  }

  /// A text that is left out where a truth value of the run is false.
  private func only(if condition: Value, _ text: Text) throws -> Text {
    guard let truth = condition.tensor else { return text }
    return Text([.value(truth, format: TextChoice.onlyIf)]) + text + Text([.value(truth, format: TextChoice.always)])
  }
}

import Diagnostics
import Ops

/// `Proved`, `Refuted at [0.1, -0.1]`, `Unknown: …`, of which the run decides.
extension Elaborator {
  func shownVerdict(_ fields: [Field], _ span: SourceSpan) throws -> Text {
    func part(_ name: String) -> Value? { fields.first { $0.name == name }?.value }
    guard let proved = part("proved"), let refuted = part("refuted") else { return Text("?") }
    func number(_ n: Int) -> Value { .tensor(TensorValue(literal: n)) }
    let state = try callPrelude("where", [proved, number(1), try callPrelude("where", [refuted, number(2), number(0)], span)], span)
    guard let words = state.tensor else { return Text("?") }
    let word = Text([.value(words, format: TextChoice.words(["Unknown", "Proved", "Refuted"]))])
    guard words.shape.isEmpty else { return word }
    let exists = part("exists") != nil
    let text = word + (try only(if: exists ? proved : refuted, Text(" at ") + (try shownWitness(fields, span))))
    let isOpen = try unary(.not, try binary(.or, proved, refuted, span, span, span), span, span)
    return text + (try only(if: isOpen, Text(": "))) + (try reason(of: fields, span))
  }

  /// A text that is left out where a truth value of the run is false.
  func only(if condition: Value, _ text: Text) throws -> Text {
    guard let truth = condition.tensor else { return text }
    return Text([.value(truth, format: TextChoice.onlyIf)]) + text + Text([.value(truth, format: TextChoice.always)])
  }
}

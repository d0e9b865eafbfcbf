import Diagnostics
import Syntax

/// Which solver answers a binder, why, and what its answer is.
public struct Answer {
  /// The binder in the script.
  public let place: SourceSpan
  public let solver: String
  /// Why it was chosen; nil where the script names it.
  public let reason: String?
  /// The type of the answer, and what that says.
  public fileprivate(set) var type = ""
  public fileprivate(set) var meaning: String?
}

extension Elaborator {
  /// Notes which solver a binder of the script uses: its first instance stands for all.
  func noteChoice(_ b: Binder, _ solver: Object, why reason: String?, _ span: SourceSpan) {
    guard library.isUserFile(span.file), !answers.contains(where: { $0.place == span }) else { return }
    answers.append(Answer(place: span, solver: solver.template.name, reason: reason))
  }
  func noteAnswer(_ value: Value, of b: Binder, _ span: SourceSpan) {
    guard let at = answers.firstIndex(where: { $0.place == span && $0.type.isEmpty }) else { return }
    answers[at].type = value.typeName
    if case .guarded(let kind, _) = value {
      answers[at].meaning = Elaborator.meaning(of: kind)
    } else {
      let isPoint = b.word.text == "argmin" || b.word.text == "argmax"
      answers[at].meaning = isPoint ? "the best point found, which proves nothing by itself" : value.object == nil ? "exact up to rounding" : nil
    }
  }
}

extension ScriptContext {
  /// The binders that solvers answer, in the order of the script.
  public var answers: [Answer] { elaborator.answers.filter { !$0.type.isEmpty }.sorted { $0.place.start < $1.place.start } }
}

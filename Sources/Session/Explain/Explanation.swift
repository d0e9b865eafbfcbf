import Diagnostics
import Elaboration
import IR
import Notation
import Syntax

/// What a script or a statement asks, as mathematics, and how each question is answered.
struct Explanation {
  let sources: SourceMap
  let aliases: [TemplateDeclaration]
  let answers: [Answer]
  let style: NotationStyle
  /// Whether what an answer costs is said too.
  var tellsCosts = true

  private var translator: Translator { Translator(aliases: aliases) { [sources] in sources.text($0) } }

  /// The objectives, models and questions among statements; only those that bind a name, if one is given.
  func text(_ statements: [Statement], name: String? = nil) -> String {
    let sections = statements.flatMap { section($0, name) }
    return sections.joined(separator: "\n\n")
  }

  /// One statement, whether or not it asks anything.
  func text(_ statement: Statement) -> String {
    let sections = section(statement, nil)
    if !sections.isEmpty { return sections.joined(separator: "\n\n") }
    switch statement.kind {
    case .expression(let e): return formula(nil, e)
    case .let(let pattern, _, let e): return formula(translator.pattern(pattern), e)
    case .function(let function): return self.function(function)
    default: return "this statement asks nothing"
    }
  }

  private func section(_ statement: Statement, _ name: String?) -> [String] {
    let inside = answers.filter { statement.span.contains($0.place) }
    func wanted(_ own: String) -> Bool { name == nil || name == own }
    switch statement.kind {
    case .function(let function):
      let isAsked = name == function.name.text
      guard wanted(function.name.text), function.isObjective || !inside.isEmpty || isAsked || hasBinder(function.body) else { return [] }
      return [joined(self.function(function), inside)]
    case .let(let pattern, _, let e):
      guard !inside.isEmpty, wanted(spelled(pattern)) || pattern.names.contains(where: wanted) else { return [] }
      return [joined(formula(translator.pattern(pattern), e), inside)]
    case .var(let own, _, let e):
      guard !inside.isEmpty, wanted(own.text) else { return [] }
      return [joined(formula(translator.pattern(Pattern(.name(own.text), own.span)), e), inside)]
    case .expression(let e), .assert(let e, _):
      guard !inside.isEmpty, name == nil else { return [] }
      return [joined(isChoice(e) ? questions(inside) : formula(nil, e), inside)]
    case .template(let template):
      if template.keyword == .model, wanted(template.name.text) { return [joined(model(template), inside)] }
      guard template.alias == nil, !inside.isEmpty, wanted(template.name.text) else { return [] }
      return [joined("\(template.keyword.rawValue) \(template.name.text)\n" + questions(inside), inside)]
    case .test(let test):
      let bodies = [test.body, test.control?.body].compactMap { $0 }.flatMap(\.statements)
      return bodies.flatMap { section($0, name) }
    default:
      guard !inside.isEmpty, name == nil else { return [] }
      return [joined(questions(inside), inside)]
    }
  }

  /// The formulas of the outermost binders of a statement that is no formula itself.
  private func questions(_ inside: [Answer]) -> String {
    inside.filter { answer in !inside.contains { $0.place != answer.place && $0.place.contains(answer.place) } }
      .map { formula(nil, Expression(.binder($0.binder), $0.place)) }.joined(separator: "\n")
  }
  private func isChoice(_ e: Expression) -> Bool {
    switch e.kind {
    case .match, .conditional, .block: true
    default: false
    }
  }
  private func hasBinder(_ e: Expression) -> Bool {
    if case .binder = e.kind { return true }
    if case .block(let statements) = e.kind, case .expression(let last)? = statements.last?.kind { return hasBinder(last) }
    return false
  }
  private func spelled(_ pattern: Pattern) -> String { sources.text(pattern.span) }

  // MARK: Mathematics

  private func formula(_ left: Formula?, _ e: Expression) -> String {
    display(translator.formula(e).written(defining: left, as: style))
  }
  private func function(_ function: FunctionDeclaration) -> String {
    let left = Formula.apply(translator.called(function.name.text), function.parameters.map { translator.pattern($0.pattern) })
    return formula(left, function.body)
  }
  /// A model is the function that calling it is.
  private func model(_ template: TemplateDeclaration) -> String {
    for case .method(let call) in template.members.map(\.kind) where call.name.text.isEmpty {
      let left = Formula.apply(translator.called(template.name.text), call.parameters.map { translator.pattern($0.pattern) })
      return formula(left, call.body)
    }
    return "model \(template.name.text) is a vector of parameters"
  }
  private func display(_ text: String) -> String { style == .latex ? "$$\n\(text)\n$$" : text }

  // MARK: Answers

  private func joined(_ head: String, _ answers: [Answer]) -> String {
    ([head] + answers.map(self.answer)).filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// A paragraph: the binder, then what is to be known, a line each.
  private func answer(_ answer: Answer) -> String {
    let line = sources.line(of: answer.place.start, in: answer.place.file) + 1
    let lines = sources.text(answer.place).split(separator: "\n", omittingEmptySubsequences: false)
    let head = (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")
    var rows: [(String, String)] = []
    if let solver = answer.solver {
      rows.append(("solver", answer.reason.map { "\(solver), chosen because \($0)" } ?? "\(solver), as the script says"))
    } else {
      rows.append(("solver", "none is needed: \(answer.reason ?? "it is computed as it stands")"))
    }
    rows.append(("gives", answer.type))
    rows += answer.meaning.enumerated().map { ($0 == 0 ? "says" : "", $1) }
    if tellsCosts { rows += ExplainedCost(answer).rows.enumerated().map { ($0 == 0 ? "costs" : "", $1) } }
    if style == .latex {
      return "Line \(line): `\(head)`\n" + rows.map { "\n- \($0.0.isEmpty ? "" : "\($0.0): ")\($0.1)" }.joined()
    }
    let body = rows.map { "    \($0.0.isEmpty ? "      " : $0.0.padded(6))  \($0.1)" }
    return (["  line \(line): \(head)"] + body).joined(separator: "\n")
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
extension Expression {
  /// The statements of a block.
  var statements: [Statement] { if case .block(let statements) = kind { statements } else { [] } }
}

import Diagnostics
import Elaboration
import Notation
import Syntax

extension Session {
  /// A statement as mathematics, with what answers each of its binders, why, what that proves and what it costs. It is not run; an
  /// expression that is the name of a function or a model explains that.
  public func explain(_ statement: Statement, as style: NotationStyle = .unicode) -> Result<String, Problems> {
    if case .expression(let e) = statement.kind, case .name(let name) = e.kind, let declaration = context.declaration(name) {
      let explanation = Explanation(sources: library.sources, aliases: context.aliases, answers: context.answers, style: style)
      return .success(explanation.text(declaration))
    }
    return context.answers(of: statement).map { answers in
      Explanation(sources: library.sources, aliases: context.aliases, answers: answers, style: style).text(statement)
    }
  }
}

extension Program {
  /// What the script asks, as mathematics, and how each question is answered; only what a name stands for, if one is given.
  public func explanation(of name: String? = nil, as style: NotationStyle = .unicode, costs: Bool = true) -> String {
    let explanation = Explanation(sources: sources, aliases: checker.aliases, answers: checker.answers, style: style, tellsCosts: costs)
    let text = explanation.text(tree.statements, name: name)
    return text.isEmpty ? "this script asks nothing: it has no objective, no model and no binder" : text
  }

  /// The names that can be explained.
  public var explainedNames: [String] {
    tree.statements.flatMap { statement -> [String] in
      switch statement.kind {
      case .function(let function): [function.name.text]
      case .template(let template): [template.name.text]
      case .var(let name, _, _): [name.text]
      case .let(let pattern, _, _), .draw(let pattern, _, _, _): pattern.names
      default: []
      }
    }
  }
}

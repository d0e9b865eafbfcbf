import Diagnostics
import Elaboration
import Syntax

/// A question over a set that somebody asked at a prompt: an expression with `forall`, `exists`, `max`, `min` or `range` in it,
/// in the words of the script or in a function that it calls.
public struct Question {
  public let expression: Expression
  /// The binders that it asks, and who answered them.
  public let binders: [SetQuestion]
  public init(expression: Expression, binders: [SetQuestion]) { (self.expression, self.binders) = (expression, binders) }

  /// The binder that it is, where the whole expression is one.
  var binder: Binder? { if case .binder(let binder) = expression.kind { binder } else { nil } }
  var isPredicate: Bool { binders.contains(where: \.isPredicate) }
  /// What the variable of the question is called.
  public var variable: String {
    guard let pattern = (binder ?? binders.last?.binder)?.clauses.first?.pattern, case .name(let name) = pattern.kind else { return "x" }
    return name
  }

  /// The question whether a maximum or minimum compares so with a number: `max d in S { f } < c` is `forall d in S { f < c }`,
  /// `max d in S { f } > c` is `exists d in S { f > c }`.
  public func compared(_ operation: BinaryOperator, with bound: Expression) -> Question? {
    guard let b = binder, operation.isComparison, operation != .notEqual, operation != .equal else { return nil }
    let isBelow = operation == .less || operation == .lessOrEqual
    let word: String
    switch b.word.text {
    case "max": word = isBelow ? "forall" : "exists"
    case "min": word = isBelow ? "exists" : "forall"
    default: return nil
    }
    func comparison(_ e: Expression) -> Expression { Expression(.binary(operation, e, bound, operatorSpan: bound.span), e.span) }
    var body = comparison(b.body)
    if case .block(var statements) = b.body.kind, let last = statements.last, case .expression(let value) = last.kind {
      statements[statements.count - 1] = Statement(.expression(comparison(value)), last.span)
      body = Expression(.block(statements), b.body.span)
    }
    let name = Name(word, b.word.span)
    let binder = Binder(
      word: name, arguments: [], clauses: b.clauses, guard: b.guard, body: body, otherwise: nil, constraints: b.constraints, solver: nil)
    return Question(
      expression: Expression(.binder(binder), expression.span), binders: [SetQuestion(binder: binder, place: expression.span, solver: "")])
  }
}

extension Session {
  /// The question that the last statement asked; nil if it asked none over a set, or did something besides.
  public func question(in statement: Statement) -> Question? {
    let expression: Expression
    switch statement.kind {
    case .expression(let e), .let(_, _, let e), .var(_, _, let e): expression = e
    default: return nil
    }
    return context.questions.isEmpty ? nil : Question(expression: expression, binders: context.questions)
  }

  /// A statement of the prompt's own, such as the name of a solver.
  func expression(_ text: String) -> Expression {
    let tree = parse(library.sources.add(path: "prompt", text: text), in: library.sources)
    guard case .expression(let e)? = tree.statements.first?.kind else { return Expression(.error, .none) }
    return e
  }
}

import Diagnostics
import Syntax

/// A binder over a set that a statement asked, and the solver that answered it.
public struct SetQuestion {
  public let binder: Binder
  public let place: SourceSpan
  public let solver: String
  public init(binder: Binder, place: SourceSpan, solver: String) { (self.binder, self.place, self.solver) = (binder, place, solver) }
  /// Whether it asks for a Verdict.
  public var isPredicate: Bool { ["forall", "exists"].contains(binder.word.text) }
}

extension Elaborator {
  /// Notes a question of the script's; one in a body that is elaborated several times is one question.
  func noteQuestion(_ b: Binder, _ solver: Object, _ span: SourceSpan) {
    guard library.isUserFile(span.file), b.isOverSet, !questions.contains(where: { $0.place == span }) else { return }
    questions.append(SetQuestion(binder: b, place: span, solver: solver.template.name))
  }

  /// The solver that a binder over a set names; nil where another is put in its place.
  func namedSolver(_ b: Binder, _ scope: Scope) throws -> Object? {
    isSubstituted(b) ? nil : try chosenSolver(b, scope)
  }
  /// The solver that is put in the place of a binder's own, if one is.
  func substituteSolver(_ b: Binder) throws -> Object? {
    guard isSubstituted(b), let substitute else { return nil }
    return try instantiated(try solverValue(substitute, library.prelude), substitute.span).object
  }
  /// Binders of the library are part of its solvers and stay as they are.
  private func isSubstituted(_ b: Binder) -> Bool { substitute != nil && library.isUserFile(b.word.span.file) }
}

extension Binder {
  /// Whether it may run over a set: what it runs over is told only when it is elaborated.
  fileprivate var isOverSet: Bool {
    guard case .over? = clauses.first?.domain else { return false }
    return ["forall", "exists", "max", "min", "argmax", "argmin", "maximize", "minimize", "range"].contains(word.text)
  }
}

extension ScriptContext {
  /// The questions over sets that the last statement asked.
  public var questions: [SetQuestion] { elaborator.questions }

  /// The questions over sets that a statement asks, which is not run.
  public func questions(of statement: Statement) -> Result<[SetQuestion], Problems> {
    let result = elaborate(statement).map { _ in elaborator.questions }
    rollback()
    return result
  }

  /// Lets another solver answer every question over a set that is elaborated in `body`, where it is not affine.
  public func answering<T>(by solver: Expression, _ body: () throws -> T) rethrows -> T {
    let outer = elaborator.substitute
    elaborator.substitute = solver
    defer { elaborator.substitute = outer }
    return try body()
  }
}

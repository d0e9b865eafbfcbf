import Diagnostics
import Syntax

extension Elaborator {
  /// Statements in braces: the value of the last one, if it is an expression.
  ///
  /// In the script's own code a statement that fails does not end the block: the names that it gives or changes stand for nothing, quietly,
  /// and the mistakes of later statements, which do not follow from its own, are told with it.
  func block(_ statements: [Statement], _ scope: Scope) throws -> Value {
    var value = Value.unit
    var mistakes: [Diagnostic] = []
    var failed: Failure?
    for statement in statements {
      do { value = try execute(statement, scope) } catch let failure as Failure where goesOn(after: statement) {
        mistakes += failure.diagnostics
        failed = failed ?? failure
        poison(statement, scope)
      } catch {
        guard failed != nil else { throw error }
        // A `return` ends the body, and a failure that nothing can follow.
        if let failure = error as? Failure { mistakes += failure.diagnostics }
        break
      }
    }
    guard var failed else { return value }
    let all = Failure(all: mistakes)
    (failed.diagnostic, failed.others) = (all.diagnostic, all.others)
    throw failed
  }

  /// After a failed `require` or `refuse` of the user's own only the consequences would be told.
  private func goesOn(after statement: Statement) -> Bool {
    guard library.isUserFile(statement.span.file) else { return false }
    guard case .expression(let e) = statement.kind, case .call(let callee, _) = e.kind, case .name(let name) = callee.kind else { return true }
    return !["require", "refuse"].contains(name)
  }

  /// Makes the names that a failed statement gives or changes stand for nothing.
  private func poison(_ statement: Statement, _ scope: Scope) {
    switch statement.kind {
    case .let(let pattern, _, _), .draw(let pattern, _, _, _):
      for name in pattern.names { scope.define(name, .poison, span: pattern.span) }
    case .var(let name, _, _): scope.define(name.text, .poison, mutable: true, span: name.span)
    case .assign(let target, _, _):
      guard let name = target.rootName else { return }
      // `x = 3` without a `let` is told once.
      if scope.lookup(name) == nil { scope.define(name, .poison, span: target.span) } else { change(name, scope) }
    case .for(_, _, let body), .while(_, let body): for name in assigned(in: [body], scope) { change(name, scope) }
    case .expression(let e): for name in assigned(in: [e], scope) { change(name, scope) }
    default: break
    }
  }
  private func change(_ name: String, _ scope: Scope) {
    if let owner = scope.owner(of: name), owner.bindings[name]?.isMutable == true { owner.update(name, .poison) }
  }
}

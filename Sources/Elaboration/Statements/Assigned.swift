import Syntax

extension Elaborator {
  /// The variables of enclosing scopes that expressions assign, in order of their first assignment.
  func assigned(in expressions: [Expression], _ scope: Scope) -> [String] {
    var finder = AssignmentFinder()
    for e in expressions { finder.visit(e) }
    return finder.names.filter { name in scope.lookup(name)?.isMutable == true }
  }
}

/// Finds assignments in the statements of a body; names that the body declares itself do not count.
private struct AssignmentFinder {
  var names: [String] = []
  private var local: Set<String> = []

  mutating func visit(_ e: Expression) {
    switch e.kind {
    case .block(let statements):
      let outer = local
      for statement in statements { visit(statement) }
      local = outer
    case .conditional(let c, let then, let otherwise):
      visit(c); visit(then)
      if let otherwise { visit(otherwise) }
    case .match(let subject, let arms):
      visit(subject)
      for arm in arms { visit(arm.body) }
    case .tuple(let items), .array(let items): items.forEach { visit($0) }
    case .binary(_, let a, let b, _): visit(a); visit(b)
    case .unary(_, let a): visit(a)
    case .call(let callee, let arguments): visit(callee); arguments.forEach { visit($0.value) }
    default: break
    }
  }
  mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .assign(let target, _, _):
      if let name = target.rootName, !local.contains(name), !names.contains(name) { names.append(name) }
    case .var(let name, _, _): local.insert(name.text)
    case .for(_, _, let body), .while(_, let body): visit(body)
    case .expression(let e), .let(_, _, let e): visit(e)
    default: break
    }
  }
}

extension Expression {
  /// The variable that an assignment's target is a part of.
  var rootName: String? {
    switch kind {
    case .name(let name): name
    case .field(let base, _), .index(let base, _): base.rootName
    default: nil
    }
  }
}

import Diagnostics
import Syntax

/// What the tree says about tokens that are written alike: offsets in the text.
struct Roles {
  /// Where a statement, a member of a declaration or an arm of a `match` starts.
  private(set) var unitStarts: Set<Int> = []
  /// Where something ends that its arguments, its index or its operand (of `√`) stand against.
  private(set) var heads: Set<Int> = []
  /// Where the name of a declaration ends, which its parameters stand against.
  private(set) var declared: Set<Int> = []
  /// Where a type's name starts, which brackets may stand against.
  private(set) var typeNames: Set<Int> = []
  /// Where the name of a constructor in a pattern starts.
  private(set) var constructors: Set<Int> = []
  /// Where a pattern `{x, y}` starts, perhaps with parentheses before it.
  private(set) var recordPatterns: Set<Int> = []
  /// Where the braces of a declaration with members end.
  private(set) var memberBraces: Set<Int> = []
  /// Where an operator between two operands stands.
  private(set) var operators: [Int: BinaryOperator] = [:]
  /// Binders whose word may have arguments: the end of the word, and where the first pattern starts.
  private(set) var binders: [(word: Int, pattern: Int)] = []

  private enum Node {
    case statement(Statement), expression(Expression), type(TypeExpression), pattern(Pattern), match(MatchPattern)
  }
  /// What is still to be visited: trees may be too deep to be walked by recursion.
  private var pending: [Node] = []

  init(_ tree: Tree) {
    pending = tree.statements.map(Node.statement)
    while let node = pending.popLast() {
      switch node {
      case .statement(let statement): visit(statement)
      case .expression(let e): visit(e)
      case .type(let type): visit(type)
      case .pattern(let pattern): visit(pattern)
      case .match(let pattern): visit(pattern)
      }
    }
  }

  private mutating func add(_ expressions: Expression?...) { pending += expressions.compactMap { $0.map(Node.expression) } }
  private mutating func add(_ types: TypeExpression?...) { pending += types.compactMap { $0.map(Node.type) } }
  private mutating func add(_ pattern: Pattern?) { if let pattern { pending.append(.pattern(pattern)) } }
  private mutating func add(_ parameters: [Parameter]) {
    for p in parameters { add(p.pattern); add(p.type); add(p.defaultValue) }
  }
  private mutating func add(_ arguments: [Argument]) { for a in arguments { add(a.value) } }
  private mutating func add(_ statements: [Statement]) { pending += statements.map(Node.statement) }
  private mutating func add(_ clauses: [BinderClause]) {
    for clause in clauses {
      add(clause.pattern)
      add(clause.type)
      switch clause.domain {
      case .over(let e), .distributed(let e), .at(let e): add(e)
      case .from(let e, let within, let step):
        add(e, within)
        add(step)
      case .flow(let from, let time, let times):
        add(from, times)
        add(time)
      }
    }
  }

  private mutating func visit(_ statement: Statement) {
    unitStarts.insert(Int(statement.span.start))
    switch statement.kind {
    case .let(let pattern, let type, let e):
      add(pattern)
      add(type)
      add(e)
    case .draw(let pattern, let type, let e, let key):
      add(pattern)
      add(type)
      add(e, key)
    case .var(_, let type, let e):
      add(type)
      add(e)
    case .assign(let target, _, let e): add(target, e)
    case .for(let pattern, let elements, let body):
      add(pattern)
      add(elements, body)
    case .while(let condition, let body): add(condition, body)
    case .return(let e): add(e)
    case .assert(let e, let message): add(e, message)
    case .expression(let e), .seed(let e): add(e)
    case .function(let function): add(function)
    case .template(let template):
      if template.alias == nil { memberBraces.insert(Int(statement.span.end)) }
      declared.insert(Int(template.name.span.end))
      add(template.parameters)
      add(template.alias)
      for member in template.members { visit(member) }
    case .typeAlias(_, let type): add(type)
    case .test(let test):
      add(test.title, test.cite, test.body, test.control?.title, test.control?.body)
      add(test.property)
    case .use, .precision, .error: break
    }
  }

  private mutating func visit(_ member: TemplateDeclaration.Member) {
    unitStarts.insert(Int(member.span.start))
    switch member.kind {
    case .submodel(_, let e): add(e)
    case .param(_, let type, let e, _), .buffer(_, let type, let e):
      add(type)
      add(e)
    case .let(let pattern, let e):
      add(pattern)
      add(e)
    case .method(let function): add(function)
    }
  }

  private mutating func add(_ function: FunctionDeclaration) {
    if !function.name.text.isEmpty { declared.insert(Int(function.name.span.end)) }
    add(function.parameters)
    add(function.result)
    add(function.body, function.derivative)
  }

  private mutating func visit(_ e: Expression) {
    switch e.kind {
    case .int, .real, .imaginary, .bool, .name, .error: break
    case .string(let parts):
      for case .interpolation(let inner, _) in parts { add(inner) }
    case .tuple(let parts), .array(let parts): for part in parts { add(part) }
    case .record(let fields): for field in fields { add(field.value) }
    case .comprehension(let body, let clauses, let condition):
      add(body, condition)
      add(clauses)
    case .field(let base, _): add(base)
    case .call(let callee, let arguments):
      heads.insert(Int(callee.span.end))
      add(callee)
      add(arguments)
    case .index(let base, let items):
      heads.insert(Int(base.span.end))
      add(base)
      for item in items {
        switch item {
        case .at(let e): add(e)
        case .slice(let from, let to, let step, _, _): add(from, to, step)
        case .rest: break
        }
      }
    case .unary(_, let operand): add(operand)
    case .binary(let operation, let a, let b, let span):
      operators[Int(span.start)] = operation
      add(a, b)
    case .range(let a, let b, _): add(a, b)
    case .within(let a, let tolerance, let b, _): add(a, tolerance, b)
    case .lambda(let parameters, let body):
      add(parameters)
      add(body)
    case .block(let statements): add(statements)
    case .conditional(let condition, let then, let otherwise): add(condition, then, otherwise)
    case .match(let subject, let arms):
      add(subject)
      for arm in arms {
        unitStarts.insert(Int(arm.pattern.span.start))
        pending.append(.match(arm.pattern))
        addArm(arm.body)
      }
    case .binder(let binder):
      if let first = binder.clauses.first { binders.append((Int(binder.word.span.end), Int(first.pattern.span.start))) }
      add(binder.arguments)
      add(binder.clauses)
      add(binder.guard, binder.body, binder.otherwise, binder.solver)
      for constraint in binder.constraints {
        unitStarts.insert(Int(constraint.span.start))
        add(constraint)
      }
    case .cast(let base, let type):
      add(base)
      add(type)
    case .with(let base, let fields):
      add(base)
      for field in fields { add(field.value) }
    }
  }

  /// The body of an arm. A statement without braces does not start a line of its own.
  private mutating func addArm(_ body: Expression) {
    if case .block(let statements) = body.kind, statements.count == 1, statements[0].span.start == body.span.start {
      let isNew = unitStarts.insert(Int(body.span.start)).inserted
      visit(statements[0])
      if isNew { unitStarts.remove(Int(body.span.start)) }
    } else {
      add(body)
    }
  }

  private mutating func visit(_ type: TypeExpression) {
    switch type.kind {
    case .named(let name, let dimensions, let arguments):
      typeNames.insert(Int(name.span.start))
      add(arguments)
      for dimension in dimensions {
        switch dimension {
        case .batch: break
        case .dimension(let size): add(size)
        case .type(let inner): add(inner)
        }
      }
    case .tuple(let parts): for part in parts { add(part) }
    case .record(let fields): for field in fields { add(field.type) }
    case .function(let parameters, let result):
      for parameter in parameters { add(parameter) }
      add(result)
    }
  }

  private mutating func visit(_ pattern: Pattern) {
    switch pattern.kind {
    case .name, .wildcard: break
    case .tuple(let parts): for part in parts { add(part) }
    case .record: recordPatterns.insert(Int(pattern.span.start))
    }
  }

  private mutating func visit(_ pattern: MatchPattern) {
    switch pattern.kind {
    case .wildcard, .bind: break
    case .constructor(_, let parts):
      if !parts.isEmpty { constructors.insert(Int(pattern.span.start)) }
      pending += parts.map(Node.match)
    case .literal(let e): add(e)
    case .tuple(let parts), .shape(let parts): pending += parts.map(Node.match)
    }
  }
}

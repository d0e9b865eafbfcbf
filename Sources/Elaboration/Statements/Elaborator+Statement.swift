import Diagnostics
import Ops
import Syntax

extension Elaborator {
  /// Elaborates one statement; an expression gives its value, anything else nothing.
  func execute(_ statement: Statement, _ scope: Scope) throws -> Value {
    try at(statement.span) {
      switch statement.kind {
      case .expression(let e): return try evaluate(e, scope)
      case .let(let pattern, let type, let e): try bindLet(pattern, type, e, scope)
      case .draw(let pattern, let type, let e, let entity): try draw(pattern, type, e, entity, scope)
      case .var(let name, let type, let e):
        var value = try evaluate(e, scope)
        if let type { value = try conform(value, to: type, scope, DimensionScope(), e.span) { "`\(name.text)`" } }
        try checkName(name, scope)
        noteOrigin(name.text, e.span)
        scope.define(name.text, value.mapLeaves(rigid), mutable: true, span: name.span)
      case .assign(let target, let op, let e): try assign(target, op, e, scope, statement.span)
      case .for(let pattern, let domain, let body): try forLoop(pattern, domain, body, scope, statement.span)
      case .while(let condition, let body): try whileLoop(condition, body, scope, statement.span)
      case .return(let e):
        guard frames.count > 1 else { throw fail(.returnOutside, "`return` stands inside a function", at: statement.span) }
        throw EarlyReturn(value: try e.map { try evaluate($0, scope) } ?? .unit)
      case .assert(let condition, let message): try assertion(condition, message, scope, statement.span)
      case .function(let declaration):
        try checkName(declaration.name, scope)
        scope.define(
          declaration.name.text, .function(Function(declaration, scope: scope, doc: statement.doc)), span: declaration.name.span)
      case .template(let declaration):
        try checkName(declaration.name, scope)
        scope.define(
          declaration.name.text, .template(Template(declaration, scope: scope, doc: statement.doc)), span: declaration.name.span)
      case .typeAlias(let name, let type): scope.types[name.text] = type
      case .test, .use, .precision, .seed:
        throw fail(.onlyAtTop, "this stands at the top level of a script", at: statement.span)
      case .error: throw Failure()
      }
      return .unit
    }
  }

  private func bindLet(_ pattern: Pattern, _ type: TypeExpression?, _ e: Expression, _ scope: Scope) throws {
    let before = key
    if case .name(let name) = pattern.kind { key = key.folding(name, occurrence(name)) }
    defer { key = before }
    // `let v: Upper[Real] = max …` chooses a solver that proves one.
    if case .binder = e.kind, case .named(let name, _, _)? = type?.kind { wantedGuarantee = Guarantee(rawValue: name.text) }
    defer { wantedGuarantee = nil }
    var value = try evaluate(e, scope)
    if value.isUnit, !e.isNone {
      throw fail(.noValue, "this has no value to bind", at: e.span, notes: ["a block's value is that of its last expression"])
    }
    if let type { value = try conform(value, to: type, scope, DimensionScope(), e.span) { pattern.described } }
    if case .name(let name) = pattern.kind { noteOrigin(name, e.span) }
    try destructure(pattern, named(value.mapLeaves(rigid), pattern), scope, e.span)
  }

  /// `let z: Real[d] ~ D keyed by k`
  private func draw(_ pattern: Pattern, _ type: TypeExpression?, _ e: Expression, _ entity: Expression?, _ scope: Scope) throws {
    let name = if case .name(let name) = pattern.kind { name } else { "draw" }
    var place = key.folding(name, occurrence(name))
    if let entity {
      guard let id = try evaluate(entity, scope).tensor, id.dtype == .int, id.shape.isEmpty else {
        throw fail(.badKey, "`keyed by` names an entity by an Int", at: entity.span)
      }
      place = place.folding(node(id))
    }
    try requireDistributionName(e)
    var distribution = try instantiated(try evaluate(e, scope), e.span)
    guard var object = distribution.object, object.template.keyword == .dist else {
      throw fail(
        .notADistribution, "`~` draws from a distribution, and this is \(distribution.typeName)", at: e.span,
        notes: distribution.object?.template.keyword == .set ? ["a set's uniform distribution is `S.uniform`"] : [])
    }
    if let type, let like = try exemplar(of: type, scope) {
      object.like = like
      distribution = .object(object)
    }
    let sample = try withKey(place) { try callMethod("sample", of: object, [], e.span) }
    try destructure(pattern, sample, scope, e.span)
  }

  /// Zeros of the type that an annotation names, where it names one (`Real[d]`).
  func exemplar(of type: TypeExpression, _ scope: Scope) throws -> Value? {
    switch type.kind {
    case .tuple(let types):
      let parts = try types.compactMap { try exemplar(of: $0, scope) }
      return parts.count == types.count ? .tuple(parts) : nil
    case .record(let fields):
      let parts = try fields.compactMap { field in try exemplar(of: field.type, scope).map { Field(name: field.name.text, value: $0) } }
      return parts.count == fields.count ? .record(parts) : nil
    default: break
    }
    guard case .named(let name, let dims, _) = type.kind else { return nil }
    if let alias = scope.type(named: name.text) { return try exemplar(of: alias.type, alias.scope) }
    guard name.text == "Real" else { return nil }
    var shape: Shape = []
    for dim in dims {
      guard case .dimension(let e) = dim else { return nil }
      guard let size = try evaluate(e, scope).tensor?.size else { throw sizeNotKnown(e.span) }
      shape.append(size)
    }
    return .node(builder.zeros(TensorType(real, shape)))
  }

  // MARK: Names

  func checkName(_ name: Name, _ scope: Scope) throws {
    if let old = scope.bindings[name.text], !old.isImported, scope.kind == .script, !old.value.isPoison, !allowsRedefinition {
      throw fail(
        .definedTwice, "`\(name.text)` is defined already", at: name.span, labels: [.init(old.span, "first here")],
        notes: ["a value that changes is a `var`, and changes by `\(name.text) = …`"])
    }
  }

  /// Binds the names of a pattern to the parts of a value.
  func destructure(_ pattern: Pattern, _ value: Value, _ scope: Scope, _ span: SourceSpan) throws {
    switch pattern.kind {
    case .wildcard: return
    case .name(let name):
      try checkName(Name(name, pattern.span), scope)
      scope.define(name, value, span: pattern.span)
    case .tuple(let parts):
      let values: [Value]
      switch value {
      case .tuple(let items): values = items
      case .tensor(let t) where t.type.rank > 0 && t.shape[0] == Dim(parts.count):
        values = try parts.indices.map { .tensor(try row($0, of: t)) }
      default:
        throw fail(
          .patternDoesNotFit, "a pattern of \(parts.count) parts does not fit \(value.typeName)", at: pattern.span,
          labels: [.init(span, value.typeName)])
      }
      guard values.count == parts.count else {
        throw fail(
          .patternDoesNotFit, "a pattern of \(parts.count) parts does not fit \(value.typeName)", at: pattern.span,
          labels: [.init(span, "\(values.count) parts")])
      }
      for (part, value) in zip(parts, values) { try destructure(part, value, scope, span) }
    case .record(let names):
      for name in names {
        guard let part = value[field: name.text] else {
          throw fail(
            .unknownField, "\(value.typeName) has no field `\(name.text)`", at: name.span, labels: [.init(span, value.typeName)])
        }
        try checkName(name, scope)
        scope.define(name.text, part, span: name.span)
      }
    }
  }
  private func row(_ k: Int, of t: TensorValue) throws -> TensorValue {
    var start = t.shape.map { _ in Dim(0) }
    var stop = t.shape
    (start[0], stop[0]) = (Dim(k), Dim(k + 1))
    let cut = builder.emit1(
      .slice, [node(t)], ["start": .dims(start), "stop": .dims(stop), "step": .ints(t.shape.map { _ in 1 })])
    return TensorValue(cut.reshape(Array(t.shape.dropFirst())))
  }

  /// Gives IR values the names that the script gives them, for printing.
  private func named(_ value: Value, _ pattern: Pattern) -> Value {
    if case .name(let name) = pattern.kind, case .node(let node)? = value.tensor?.source, node.builder === builder {
      builder.graph.valueNames[node.id] = name
    }
    return value
  }

  // MARK: Assignment

  /// `x = 3` of a name that is not there: the declaration that is meant.
  private func declaration(_ target: Expression, _ op: BinaryOperator?) -> [Diagnostic.Fix] {
    guard case .name(let name) = target.kind, op == nil else { return [] }
    let start = SourceSpan(file: target.span.file, start: Int(target.span.start), end: Int(target.span.start))
    return [.init("write `let \(name) = …`", edits: [.init(start, "let ")])]
  }

  private func assign(_ target: Expression, _ op: BinaryOperator?, _ e: Expression, _ scope: Scope, _ span: SourceSpan) throws {
    guard let name = target.rootName, let owner = scope.owner(of: name), let binding = owner.bindings[name] else {
      if let name = target.rootName {
        throw fail(
          .unknownName, "`\(name)` is not known here", at: target.span, label: "a new name is declared",
          notes: ["`var` declares a name that changes later"], fixes: declaration(target, op))
      }
      throw fail(.cannotAssign, "this cannot be assigned", at: target.span)
    }
    if binding.value.isPoison { throw Failure() }
    guard binding.isMutable else {
      throw fail(
        .assignToLet, "`\(name)` cannot change", at: target.span, labels: binding.span == .none ? [] : [.init(binding.span, "bound here")],
        fixes: [Diagnostic.Fix("declare it with `var \(name) = …`")])
    }
    guard !crossesFunction(from: scope, to: owner) else {
      throw fail(
        .assignToOuter, "a function cannot change `\(name)`, which stands outside it", at: target.span,
        labels: [.init(binding.span, "declared here")], notes: ["functions are pure: give the new value back as the result"])
    }
    let new = try assigned(binding.value, target, scope) { old in
      let value = try self.evaluate(e, scope)
      guard let op else { return value }
      return try self.tracingShapes([target, e], scope, span) { try self.binary(op, old, value, target.span, e.span, span) }
    }
    let kept = binding.value.replacing(binding.value.leaves.map(rigid))
    if case .name = target.kind, owner.isGlobal || !kept.matches(new) {
      guard kept.matches(new) else {
        throw fail(
          .typeChanges, "`\(name)` is \(kept.typeName), and this is \(new.typeName)", at: e.span,
          labels: [.init(binding.span, "declared here")])
      }
    }
    owner.update(name, try assignable(new, kept, name, e.span).mapLeaves(rigid))
  }

  /// A new value of a variable: it keeps the variable's element types (shapes may grow outside loops).
  private func assignable(_ new: Value, _ old: Value, _ name: String, _ span: SourceSpan) throws -> Value {
    var kinds = old.leaves[...]
    return try new.mapLeaves { leaf in
      let kind = kinds.removeFirst()
      if leaf.dtype == kind.dtype { return leaf }
      if kind.dtype.isReal, leaf.isFlexible { return TensorValue(try realNode(leaf, span)) }
      throw fail(
        .typeChanges, "`\(name)` is \(kind.type.spelled), and this is \(leaf.type.spelled)", at: span,
        notes: kind.dtype == .int && leaf.dtype.isReal ? ["a variable that starts as an Int stays one: start it with `0.0`"] : [])
    }
  }

  private func crossesFunction(from scope: Scope, to owner: Scope) -> Bool {
    var current: Scope? = scope
    while let here = current, here !== owner {
      if here.kind == .function { return true }
      current = here.parent
    }
    return false
  }

  /// The root value with the part that a target names replaced.
  private func assigned(_ root: Value, _ target: Expression, _ scope: Scope, _ new: (Value) throws -> Value) throws -> Value {
    switch target.kind {
    case .field(let base, let name):
      return try assigned(root, base, scope) { old in
        guard let part = old[field: name.text] else {
          throw self.fail(.unknownField, "\(old.typeName) has no field `\(name.text)`", at: name.span)
        }
        return try self.replacing(name, of: old, by: try new(part), target.span)
      }
    case .index(let base, let items):
      return try assigned(root, base, scope) { old in
        guard let t = old.tensor else {
          throw self.fail(.cannotAssign, "only elements of a tensor can be assigned, and this is \(old.typeName)", at: target.span)
        }
        return .tensor(try self.updating(t, items, scope, target.span) { try new(.tensor($0)) })
      }
    default: return try new(root)
    }
  }
}

extension BinaryOperator {
  public var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }
}
extension Expression {
  var isLiteralNumber: Bool {
    switch kind {
    case .int, .real, .bool: true
    case .unary(.minus, let e): e.isLiteralNumber
    default: false
    }
  }
  var isNone: Bool { if case .name("none") = kind { true } else { false } }
}
extension Pattern {
  var described: String { if case .name(let name) = kind { "`\(name)`" } else { "this" } }
}

import Diagnostics
import Ops
import Syntax
import Transforms

/// Control flow: regions whose carried values are the variables that the body assigns.
extension Elaborator {
  // MARK: if

  func conditional(_ condition: Expression, _ then: Expression, _ otherwise: Expression?, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let c = try scalarTruth(condition, scope, "if")
    if let known = c.truth {
      if known { return try evaluate(then, scope) }
      return try otherwise.map { try evaluate($0, scope) } ?? .unit
    }
    let names = assigned(in: [then] + (otherwise.map { [$0] } ?? []), scope)
    return try at(span) {
      try choose(
        c, names, scope, span, thenSpan: then.span, elseSpan: otherwise?.span ?? span,
        then: { try self.evaluate(then, scope) }, else: { try otherwise.map { try self.evaluate($0, scope) } ?? .unit })
    }
  }

  /// A scalar truth value for `if` or `while`.
  func scalarTruth(_ condition: Expression, _ scope: Scope, _ word: String) throws -> TensorValue {
    let value = try evaluate(condition, scope)
    if case .guarded(let kind, _) = value {
      throw fail(
        .boundInCondition, "`\(word)` cannot decide on \(value.typeName)", at: condition.span, labels: becauseOf(value, condition.span), notes: [Elaborator.meaning(of: kind)],
        fixes: [kind == .verdict ? .init("`match v { Proved => …, _ => … }` takes a Verdict apart") : droppingGuarantee(of: value)])
    }
    guard let t = value.tensor, t.dtype == .bool else {
      throw fail(
        .needsBool, "`\(word)` needs a truth value, and this is \(value.typeName)", at: condition.span,
        notes: value.tensor?.dtype == .int ? ["numbers are not truth values: compare, as in `n != 0`"] : [])
    }
    guard t.shape.isEmpty else {
      throw fail(
        .needsScalarBool, "`\(word)` needs one truth value, and this is \(t.type.spelled)", at: condition.span,
        fixes: [Diagnostic.Fix("`all(…)` or `any(…)` make one of many; `where(c, a, b)` chooses element by element")])
    }
    return t
  }

  /// An `if` decided at run time: both branches as regions that give their value and the variables they assign.
  func choose(
    _ condition: TensorValue, _ names: [String], _ scope: Scope, _ span: SourceSpan, thenSpan: SourceSpan, elseSpan: SourceSpan,
    then: () throws -> Value, else otherwise: () throws -> Value
  ) throws -> Value {
    let before = names.map { scope.lookup($0)?.value ?? .unit }
    func branch(_ body: () throws -> Value) throws -> (Builder, Value, [Value]) {
      let inner = Builder(parent: builder)
      let value = try withoutReturn(span) { try within(inner, body) }
      let after = names.map { scope.lookup($0)?.value ?? .unit }
      for (name, old) in zip(names, before) { scope.owner(of: name)?.update(name, old) }
      return (inner, value, after)
    }
    let (thenBuilder, thenValue, thenAfter) = try branch(then)
    let (elseBuilder, elseValue, elseAfter) = try branch(otherwise)
    // The value of an `if` without `else` is dropped.
    let wantsValue = !thenValue.isUnit && !elseValue.isUnit
    if wantsValue, !thenValue.matches(elseValue) {
      let functions = [thenValue, elseValue].contains { $0.function != nil }
      throw fail(
        .branchesDiffer, isText(thenValue) && isText(elseValue) ? "the run cannot choose between texts" : "the branches of an `if` have one type", at: span,
        labels: [.init(thenSpan, thenValue.typeName), .init(elseSpan, elseValue.typeName)],
        notes: functions ? ["which function is called must be known before the run: call inside the branches"]
          : isText(thenValue) && isText(elseValue) ? ["which text it is must be known before the run: print inside the branches"] : [])
    }
    let thenValues = (wantsValue ? [thenValue] : []) + thenAfter
    let elseValues = (wantsValue ? [elseValue] : []) + elseAfter
    for (k, name) in names.enumerated() where !thenAfter[k].matches(elseAfter[k]) {
      throw fail(.branchesDiffer, "the branches give `\(name)` different types", at: span)
    }
    var thenNodes: [Node] = []
    var elseNodes: [Node] = []
    for (a, b) in zip(thenValues.flatMap(\.leaves), elseValues.flatMap(\.leaves)) {
      guard a.shape == b.shape else {
        throw fail(
          .branchesDiffer, "the branches of an `if` have one shape", at: span,
          labels: [.init(thenSpan, a.type.spelled), .init(elseSpan, b.type.spelled)])
      }
      let wantsReal = a.dtype.isReal || b.dtype.isReal
      thenNodes.append(try within(thenBuilder) { wantsReal ? try realNode(a, thenSpan) : node(a) })
      elseNodes.append(try within(elseBuilder) { wantsReal ? try realNode(b, elseSpan) : node(b) })
      guard thenNodes.last?.dtype == elseNodes.last?.dtype else {
        throw fail(
          .branchesDiffer, "the branches of an `if` have one type", at: span,
          labels: [.init(thenSpan, a.type.spelled), .init(elseSpan, b.type.spelled)])
      }
    }
    let captures = Builder.shareCaptures([thenBuilder, elseBuilder], own: [0, 0], results: [thenNodes, elseNodes])
    let regions = [thenBuilder.finish(thenNodes), elseBuilder.finish(elseNodes)]
    let results = builder.place(
      .ifThenElse, [node(condition)] + captures, [:], regions: regions, types: regions[0].resultTypes)
    var rest = results.map { TensorValue($0) }[...]
    func take(_ like: Value) -> Value { like.mapLeaves { _ in rest.removeFirst() } }
    let value = wantsValue ? take(thenValue) : .unit
    for (name, like) in zip(names, thenAfter) { scope.owner(of: name)?.update(name, take(like)) }
    return value
  }

  private func isText(_ value: Value) -> Bool { if case .text = value { true } else { false } }

  /// `return` cannot leave a region that the run decides on.
  func withoutReturn<T>(_ span: SourceSpan, _ body: () throws -> T) throws -> T {
    do { return try body() } catch is EarlyReturn {
      throw fail(
        .returnInRegion, "`return` cannot leave a loop or a branch that the run decides on", at: span,
        notes: ["give the value by the last expression: `if c { a } else { b }`, or keep it in a `var`"])
    }
  }

  // MARK: Loops

  /// `while c { … }`
  func whileLoop(_ condition: Expression, _ body: Expression, _ scope: Scope, _ span: SourceSpan) throws {
    let names = assigned(in: [body, condition], scope)
    let carried = try Carried(names, scope, self, span)
    if names.isEmpty, try scalarTruth(condition, scope, "while").truth == false { return }
    let test = Builder(parent: builder)
    // The number of the iteration, for draws; a loop that draws nothing does without.
    let count = TensorType(.int)
    let testParameters = (carried.types + [count]).map { test.parameter($0) }
    carried.bind(testParameters, scope)
    let c = try within(test) { () throws -> Node in
      try self.keyed("condition", index: testParameters[carried.types.count]) { node(try scalarTruth(condition, scope, "while")) }
    }
    let inner = Builder(parent: builder)
    let parameters = (carried.types + [count]).map { inner.parameter($0) }
    carried.bind(parameters, scope)
    var results = try withoutReturn(span) {
      try repeated(nil) { try within(inner) { () throws -> [Node] in
        try self.keyed("while", index: parameters[carried.types.count]) { _ = try self.evaluate(body, scope) }
        return try carried.collect(scope, self, span)
      } }
    }
    let draws = test.graph.containsRandom || inner.graph.containsRandom
    let (all, n) = (carried.types.count + 1, carried.types.count + (draws ? 1 : 0))
    if draws { results.append(within(inner) { parameters[all - 1] + inner.int(1) }) }
    let captures = Builder.shareCaptures([test, inner], own: [all, all], results: [[c], results])
    let conditionGraph = test.finish([c])
    let bodyGraph = inner.finish(results)
    // The op has the constants first.
    let m = captures.count
    for graph in [conditionGraph, bodyGraph] { graph.permuteParameters(Array(all..<(all + m)) + Array(0..<n)) }
    let initial = carried.initial + (draws ? [builder.int(0)] : [])
    var attributes: Attributes = ["consts": .int(m), "carries": .int(n)]
    for entry in report("while", carried, span).entries { attributes[entry.name] = entry.value }
    let outputs = builder.place(
      .whileLoop, captures + initial, attributes, regions: [conditionGraph, bodyGraph],
      types: initial.map(\.type) + [count])
    carried.bind(Array(outputs.prefix(carried.types.count)), scope)
  }

  /// `for p in domain { … }`
  func forLoop(_ pattern: Pattern, _ domain: Expression, _ body: Expression, _ scope: Scope, _ span: SourceSpan) throws {
    let range = try finiteDomain(domain, scope)
    let names = assigned(in: [body], scope)
    let carried = try Carried(names, scope, self, span)
    let inner = Builder(parent: builder)
    let index = inner.parameter(TensorType(.int), name: "i")
    let parameters = carried.types.map { inner.parameter($0) }
    let slices = range.columns.map { inner.parameter($0.row) }
    carried.bind(parameters, scope)
    let results = try withoutReturn(span) {
      try repeated(range.count) { try within(inner) { () throws -> [Node] in
        let local = Scope(parent: scope, kind: .block)
        try self.destructure(pattern, range.element(index, slices, self), local, pattern.span)
        try self.keyed("for", index: index) { _ = try self.evaluate(body, local) }
        return try carried.collect(scope, self, span)
      } }
    }
    let outputs = placeLoop(
      range, inner, carries: carried.initial, xs: range.columns.map(\.node), results: results, stacked: [],
      report("for \(library.sources.text(pattern.span))", carried, span))
    carried.bind(outputs, scope)
  }

  /// What a loop tells of its progress: in a solver's code under the solver's name; with the value of a number that is called `loss` or
  /// `gap`.
  private func report(_ name: String, _ carried: Carried, _ span: SourceSpan) -> Attributes {
    let label = library.isUserFile(span.file) ? name : workingSolver ?? frames.last?.name ?? name
    var attributes: Attributes = ["progress": .text(label)]
    for name in ["loss", "gap"] {
      guard let place = carried.scalar(name) else { continue }
      attributes["monitor"] = .int(place)
      attributes["monitorName"] = .text(name)
    }
    return attributes
  }

  /// Finishes a loop's body, whose parameters are the index, the carries and the slices, and places the op.
  func placeLoop(
    _ range: FiniteDomain, _ inner: Builder, carries: [Node], xs: [Node], results: [Node], stacked: [Node], _ extra: Attributes
  ) -> [Node] {
    let own = 1 + carries.count + xs.count
    let captures = Builder.shareCaptures([inner], own: [own], results: [results + stacked])
    let body = inner.finish(results + stacked)
    let (n, m) = (carries.count, captures.count)
    body.permuteParameters([0] + Array(own..<(own + m)) + Array(1..<own))
    let length = range.count ?? .dynamic
    let types = body.resultTypes.enumerated().map { k, type in
      k < n ? type : TensorType(type.dtype, [length] + type.shape)
    }
    var attributes: Attributes = [
      "consts": .int(m), "carries": .int(n), "reversed": .bool(false), "length": .dims([length]),
    ]
    for entry in extra.entries { attributes[entry.name] = entry.value }
    let count = range.count == nil ? [range.dynamicCount].compactMap { $0 } : []
    return builder.place(.forLoop, count + captures + carries + xs, attributes, regions: [body], types: types)
  }

  // MARK: match

  func match(_ subject: Expression, _ arms: [MatchArm], _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let value = try evaluate(subject, scope)
    return try match(value, arms[...], scope, subject.span, span)
  }

  private func match(_ value: Value, _ arms: ArraySlice<MatchArm>, _ scope: Scope, _ subject: SourceSpan, _ span: SourceSpan) throws -> Value {
    guard let arm = arms.first else {
      throw fail(
        .noArmMatches, "no arm matches \(value.typeName)", at: span, labels: [.init(subject, value.typeName)],
        fixes: [Diagnostic.Fix("add `_ => …` for the rest")])
    }
    let local = Scope(parent: scope, kind: .block)
    switch try test(arm.pattern, value, local) {
    case .never: return try match(value, arms.dropFirst(), scope, subject, span)
    case .always: return try evaluate(arm.body, local)
    case .when(let condition):
      if arms.count == 1 { return try evaluate(arm.body, local) }
      let names = assigned(in: arms.map(\.body), scope)
      return try choose(
        condition, names, scope, span, thenSpan: arm.body.span, elseSpan: span,
        then: { try self.evaluate(arm.body, local) },
        else: { try self.match(value, arms.dropFirst(), scope, subject, span) })
    }
  }

  private enum Match {
    case never, always
    case when(TensorValue)
  }

  /// Whether a pattern fits, now or depending on the run; binds its names.
  private func test(_ pattern: MatchPattern, _ value: Value, _ scope: Scope) throws -> Match {
    switch pattern.kind {
    case .wildcard: return .always
    case .bind(let name):
      scope.define(name, value, span: pattern.span)
      return .always
    case .literal(let expression):
      let literal = try evaluate(expression, scope)
      let same = try binary(.equal, value, literal, pattern.span, expression.span, pattern.span)
      guard let truth = same.tensor else { return .never }
      return truth.truth.map { $0 ? .always : .never } ?? .when(truth)
    case .tuple(let parts), .shape(let parts):
      guard case .tuple(let values) = value, values.count == parts.count else { return .never }
      var result = Match.always
      for (part, value) in zip(parts, values) {
        switch try test(part, value, scope) {
        case .never: return .never
        case .always: break
        case .when(let condition):
          if case .when(let other) = result {
            result = .when(try binary(.and, other, condition, pattern.span, pattern.span, pattern.span))
          } else { result = .when(condition) }
        }
      }
      return result
    case .constructor(let name, let parts):
      guard case .guarded(.verdict, let fields) = value else {
        throw fail(
          .badPattern, "`\(name)` is a case of a Verdict, and this is \(value.typeName)", at: pattern.span,
          notes: ["verdicts come from `forall` and `exists`; a bare lower-case name matches anything"])
      }
      func part(_ name: String) -> Value { fields.first { $0.name == name }?.value ?? .unit }
      let cases = ["Proved": ("proved", nil), "Refuted": ("refuted", "witness"), "Unknown": ("unknown", "bound")]
      guard let (flag, content) = cases[name] as (String, String?)? else {
        throw fail(.badPattern, "a Verdict is `Proved`, `Refuted(w)` or `Unknown(bound)`", at: pattern.span)
      }
      if let inner = parts.first, let content { _ = try test(inner, part(content), scope) }
      if flag == "unknown" {
        let decided = try binary(.or, part("proved"), part("refuted"), pattern.span, pattern.span, pattern.span)
        guard let unknown = try unary(.not, decided, pattern.span, pattern.span).tensor else { return .never }
        return unknown.truth.map { $0 ? .always : .never } ?? .when(unknown)
      }
      guard let truth = part(flag).tensor else { return .never }
      return truth.truth.map { $0 ? .always : .never } ?? .when(truth)
    }
  }
}

/// The variables that a loop's body assigns, as values that the loop carries.
struct Carried {
  private let names: [String]
  private let likes: [Value]
  let initial: [Node]
  var types: [TensorType] { initial.map(\.type) }

  init(_ names: [String], _ scope: Scope, _ e: Elaborator, _ span: SourceSpan) throws {
    self.names = names
    likes = names.map { scope.lookup($0)?.value ?? .unit }
    initial = likes.flatMap(\.leaves).map { e.node($0) }
  }
  /// The place of a variable that is one Real among the carried values.
  func scalar(_ name: String) -> Int? {
    guard let k = names.firstIndex(of: name), let t = likes[k].tensor, t.shape.isEmpty, t.dtype.isReal else { return nil }
    return likes[..<k].reduce(0) { $0 + $1.leaves.count }
  }
  func bind(_ nodes: [Node], _ scope: Scope) {
    var rest = nodes[...]
    for (name, like) in zip(names, likes) {
      scope.owner(of: name)?.update(name, like.mapLeaves { _ in TensorValue(rest.removeFirst()) })
    }
  }
  /// The values at the end of an iteration, made to have the types they began with.
  func collect(_ scope: Scope, _ e: Elaborator, _ span: SourceSpan) throws -> [Node] {
    var nodes: [Node] = []
    for (name, like) in zip(names, likes) {
      guard let binding = scope.lookup(name) else { continue }
      let typed = like.replacing(like.leaves.map { $0.typed($0.type) })
      let fitted = try e.fit(binding.value, like: typed, span) { "`\(name)` in a loop" }
      nodes += fitted.leaves.map { e.node($0) }
    }
    return nodes
  }
}

import Diagnostics
import Ops
import Syntax

extension Elaborator {
  /// The value of an expression.
  func evaluate(_ e: Expression, _ scope: Scope) throws -> Value {
    if let flag = library.cancellation, flag.pointee != 0 { throw Failure(diagnostic: library.stopped(e.span)) }
    switch e.kind {
    case .int(let value): return .tensor(TensorValue(literal: value))
    case .real(let value): return .tensor(constant(value))
    case .imaginary(let value): return .tensor(TensorValue(Tensor(imaginary: value, real.complexified)))
    case .bool(let value): return .truth(value)
    case .string(let parts): return .text(try text(parts, scope))
    case .name(let name): return try lookup(name, e.span, scope)
    case .tuple(let items): return .tuple(try items.map { try evaluate($0, scope) })
    case .record(let fields):
      return .record(try fields.map { Field(name: $0.name.text, value: try evaluate($0.value, scope)) })
    case .array(let items): return try array(items, scope, e.span)
    case .comprehension(let body, let clauses, let condition):
      return try comprehension(body, clauses, condition, scope, e.span)
    case .field(let base, let name): return try field(try evaluate(base, scope), name, base.span, scope)
    case .call(let callee, let arguments): return try call(callee, arguments, scope, e.span)
    case .index(let base, let items): return try index(try evaluate(base, scope), items, scope, e.span)
    case .unary(let op, let operand): return try unary(op, try evaluate(operand, scope), operand.span, e.span)
    case .binary(.pipe, let value, let function, _):
      let argument = Arguments([try evaluate(value, scope)], value.span)
      return try apply(try evaluate(function, scope), argument, e.span)
    case .binary(.and, let a, let b, let at), .binary(.or, let a, let b, let at):
      return try logic(e, a, b, at, scope)
    case .binary(let op, let a, let b, _):
      let left = try evaluate(a, scope)
      let right = try evaluate(b, scope)
      return try tracingShapes([a, b], scope, e.span) { try at(e.span) { try binary(op, left, right, a.span, b.span, e.span) } }
    case .range: throw fail(
      .rangeNotAValue, "a range is not a value here", at: e.span,
      notes: ["ranges stand after `in` (`for i in 0..n`) and in an index (`x[1..3]`); `arange(n)` is an Int tensor"])
    case .within(let value, let tolerance, let target, let standardErrors):
      return try within(value, tolerance, target, standardErrors, scope, e.span).holds
    case .lambda(let parameters, let body):
      return .function(Function(lambda: parameters, body, scope: scope, span: e.span))
    case .block(let statements): return try block(statements, Scope(parent: scope, kind: .block))
    case .conditional(let condition, let then, let otherwise):
      return try conditional(condition, then, otherwise, scope, e.span)
    case .match(let subject, let arms): return try match(subject, arms, scope, e.span)
    case .binder(let binder): return try at(e.span) { try self.binder(binder, scope, e.span) }
    case .cast(let value, let type): return try cast(try evaluate(value, scope), type, scope, e.span)
    case .with(let base, let fields): return try with(base, fields, scope, e.span)
    case .error: throw Failure()
    }
  }

  func lookup(_ name: String, _ span: SourceSpan, _ scope: Scope) throws -> Value {
    if let binding = scope.lookup(name) {
      if binding.value.isPoison { throw Failure() }
      switch binding.origin {
      case .value: return binding.value
      case .lazy(let expression, let home): return try evaluate(expression, home)
      case .constant(let number): return .tensor(constant(number))
      }
    }
    // A solver may be passed on by its name (`gradient: two_point`), unless something else has that name.
    if let solver = library.solvers.lookup(name)?.value { return solver }
    throw unknownName(name, span, scope)
  }

  func unknownName(_ name: String, _ span: SourceSpan, _ scope: Scope) -> Failure {
    if let module = library.module(declaring: name) {
      return fail(
        .unknownName, "`\(name)` is not known here", at: span, notes: ["it is in the library module `\(module)`"],
        fixes: [Diagnostic.Fix("write `use \(module)` at the top of the file")])
    }
    if let foreign = ForeignNames.diagnostic(name, span) { return Failure(diagnostic: foreign) }
    var fixes: [Diagnostic.Fix] = []
    if let near = nearest(name, in: scope.allNames) {
      fixes = Diagnostic.Fix.misspelt(span, near)
    }
    return fail(.unknownName, "`\(name)` is not known here", at: span, label: "no such name", fixes: fixes)
  }

  /// The text of a string literal, with the values it shows.
  private func text(_ parts: [StringPart], _ scope: Scope) throws -> Text {
    var pieces: [Text.Piece] = []
    for part in parts {
      switch part {
      case .text(let text): pieces.append(.text(text))
      case .interpolation(let expression, let format):
        pieces += try shown(try evaluate(expression, scope), format: format ?? "", expression.span).pieces
      }
    }
    return Text(pieces)
  }

  /// How a value is shown: structures spelled out, tensors filled in when the program runs.
  func shown(_ value: Value, format: String, _ span: SourceSpan) throws -> Text {
    switch value {
    case .tensor(let t):
      if let complaint = library.formatComplaint(format, t.dtype) {
        throw fail(.badFormat, complaint, at: span, notes: ["formats follow Python: `{x:.3f}`, `{n:>6}`, `{p:.1%}`"])
      }
      return Text([.value(t, format: format)])
    case .text(let text):
      if format.isEmpty { return text }
      guard let constant = text.constant, let padded = library.formatText(constant, format) else {
        throw fail(.badFormat, "`\(format)` is no format for a String", at: span)
      }
      return Text(padded)
    case .tuple(let values): return try list("(", values.map { ("", $0) }, ")", format, span)
    case .record(let fields): return try list("{", fields.map { ("\($0.name): ", $0.value) }, "}", format, span)
    case .object(let object) where object.template.keyword == .model:
      let count = value.vectorLeaves.map(elementCount) ?? Dim(0)
      return Text("\(value.typeName) with \(count) parameters")
    case .guarded(let kind, let fields): return try shownGuarded(kind, fields, format, span)
    case .unit: return Text("nothing")
    default: return Text(value.typeName)
    }
  }
  private func list(_ open: String, _ items: [(String, Value)], _ close: String, _ format: String, _ span: SourceSpan) throws -> Text {
    var result = Text(open)
    for (i, (name, value)) in items.enumerated() {
      result = result + Text((i == 0 ? "" : ", ") + name) + (try shown(value, format: format, span))
    }
    return result + Text(close)
  }
  private func shownGuarded(_ kind: Guarantee, _ fields: [Field], _ format: String, _ span: SourceSpan) throws -> Text {
    func part(_ name: String) throws -> Text {
      guard let value = fields.first(where: { $0.name == name })?.value ?? guardedField(kind, fields, name) else { return Text("?") }
      return try shown(value, format: format, span)
    }
    // How sure it is, where that is not certain (or, of an estimate, not 95 %), and the assumption it rests on.
    var tail = Text("")
    if let confidence = fields.first(where: { $0.name == "confidence" })?.value {
      let percent = try binary(.multiply, confidence, .tensor(constant(100)), span, span, span)
      tail = Text(" (") + (try shown(percent, format: ".6g", span)) + Text(" %)")
    } else if kind == .estimate, case .text(let basis)? = fields.first(where: { $0.name == "basis" })?.value, let text = basis.constant {
      tail = Text(" (\(text))")
    } else if kind == .estimate { tail = Text(" (95 %)") }
    if case .text(let basis)? = fields.first(where: { $0.name == "basis" })?.value, let text = basis.constant, text.hasPrefix("assuming ") {
      tail = tail + Text(", \(text)")
    }
    switch kind {
    case .lower: return Text("≥ ") + (try part("value")) + tail
    case .upper: return Text("≤ ") + (try part("value")) + tail
    case .bounds: return (try part("lo")) + Text(" … ") + (try part("hi")) + tail
    case .estimate: return (try part("value")) + Text(" ± ") + (try part("error")) + tail
    case .solution: return Text("solution at ") + (try part("point")) + Text(" with value ") + (try part("value"))
    case .verdict: return try shownVerdict(fields, span) + tail
    }
  }

  /// `base.name`: a part, a property, a method, or a fact about a tensor.
  func field(_ base: Value, _ name: Name, _ span: SourceSpan, _ scope: Scope) throws -> Value {
    switch base {
    case .module(let module):
      if let binding = module.scope.lookup(name.text) { return binding.value }
      let near = Diagnostic.Fix.misspelt(name.span, nearest(name.text, in: module.scope.order))
      throw fail(.unknownField, "module `\(module.name)` has no `\(name.text)`", at: name.span, fixes: near)
    case .object(let object): return try member(object, name, span)
    case .record, .guarded:
      if let value = base[field: name.text] { return value }
      if case .guarded(let kind, let fields) = base {
        if let derived = guardedField(kind, fields, name.text) { return derived }
        if kind == .verdict, name.text == "reason" { return .text(try reason(of: fields, span)) }
        // Of bounds of a record: the bounds of its part.
        let inner = fields.filter { ["value", "lo", "hi", "se", "error"].contains($0.name) }
        if !inner.isEmpty, inner.allSatisfy({ $0.value[field: name.text] != nil }) {
          return .guarded(kind, inner.map { Field(name: $0.name, value: $0.value[field: name.text] ?? .unit) } + Elaborator.meta(fields))
        }
      }
    case .tuple(let values):
      if let at = Int(name.text), values.indices.contains(at) { return values[at] }
    case .tensor(let t):
      switch name.text {
      case "T":
        guard t.type.rank >= 2 else {
          throw fail(
            .unknownField, "`.T` transposes the last two axes, and this is \(base.typeName)", at: name.span,
            notes: ["`dot(a, b)` and `outer(a, b)` are the products of two vectors"])
        }
        return .tensor(TensorValue(at(span) { node(t).T }))
      case "value", "lo", "hi": return base
      case "error", "se": return .tensor(constant(0))
      case "confidence": return .tensor(constant(1))
      default: break
      }
    case .template(let template) where template.keyword == .set || template.keyword == .dist:
      if let object = try? instantiate(template, Arguments(), span), let made = object.object {
        return try member(made, name, span)
      }
    default: break
    }
    let known: [String] =
      switch base {
      case .record(let fields), .guarded(_, let fields): fields.map(\.name)
      default: []
      }
    var fixes = Diagnostic.Fix.misspelt(name.span, nearest(name.text, in: known))
    if fixes.isEmpty, scope.lookup(name.text)?.value.function != nil {
      fixes = [Diagnostic.Fix("`\(name.text)` is a function: write `\(name.text)(…)` or `… |> \(name.text)`")]
    }
    let grows = ["append", "push", "extend"].contains(name.text) && base.tensor != nil
    throw fail(
      .unknownField, "\(base.typeName) has no field `\(name.text)`", at: name.span,
      notes: grows ? ["arrays do not grow: `[f(i) for i in 0..n]` makes all elements, `concat([a, b])` joins arrays"] : [], fixes: fixes)
  }

  /// `[a, b, c]`: a tensor with a new leading axis, or a table of records.
  private func array(_ items: [Expression], _ scope: Scope, _ span: SourceSpan) throws -> Value {
    guard !items.isEmpty else {
      return .tensor(TensorValue(Tensor(uninitialized: real, [0])))
    }
    var values: [Value] = []
    for item in items { values.append(try evaluate(item, scope)) }
    return try at(span) { try stack(values, items.map(\.span), span) }
  }

  /// `a within t of b`, `a within k se of b`.
  func within(
    _ value: Expression, _ tolerance: Expression, _ target: Expression, _ standardErrors: Bool, _ scope: Scope, _ span: SourceSpan
  ) throws -> (holds: Value, value: Value, goal: Value, width: Value) {
    let v = try evaluate(value, scope)
    let goal = try evaluate(target, scope)
    var width = try evaluate(tolerance, scope)
    if standardErrors {
      guard let error = v[field: "se"] else {
        throw fail(
          .notAnEstimate, "`within … se of` needs an Estimate on the left, and this is \(v.typeName)", at: value.span,
          notes: ["standard errors come from sampling: `mean z ~ D { … } by mc(…)`"])
      }
      width = try binary(.multiply, width, error, tolerance.span, value.span, span)
    }
    let difference = try binary(.subtract, valueOf(v), goal, value.span, target.span, span)
    let holds = try binary(.lessOrEqual, try callPrelude("abs", [difference], span), width, span, tolerance.span, span)
    return (holds, v, goal, width)
  }

  /// `m with {seen: n}`: the value with some parts replaced.
  private func with(_ base: Expression, _ fields: [RecordField], _ scope: Scope, _ span: SourceSpan) throws -> Value {
    var result = try evaluate(base, scope)
    for field in fields {
      result = try replacing(field.name, of: result, by: try evaluate(field.value, scope), field.value.span)
    }
    return result
  }

  /// The structure with one part replaced by a value of the same type.
  func replacing(_ name: Name, of base: Value, by new: Value, _ span: SourceSpan) throws -> Value {
    guard let old = base[field: name.text] else {
      throw fail(.unknownField, "\(base.typeName) has no field `\(name.text)`", at: name.span)
    }
    // One function (or solver, as an option) may stand for another: they are known now, and have no type to keep.
    let fitted = old.isCode && new.isCode ? new : try fit(new, like: old, span) { "field `\(name.text)`" }
    switch base {
    case .record(var fields):
      for i in fields.indices where fields[i].name == name.text { fields[i].value = fitted }
      return .record(fields)
    case .object(var object):
      object.set(name.text, fitted)
      return .object(object)
    default: throw fail(.cannotAssign, "the parts of \(base.typeName) cannot be replaced", at: span)
    }
  }

  /// A value made to have the type of another (literals become Real); a different type is an error.
  func fit(_ value: Value, like old: Value, _ span: SourceSpan, _ what: () -> String) throws -> Value {
    guard value.matches(old) else {
      throw fail(.typeChanges, "\(what()) is \(old.typeName), and this is \(value.typeName)", at: span)
    }
    var kinds = old.leaves[...]
    return try value.mapLeaves { leaf in
      let kind = kinds.removeFirst()
      if leaf.type == kind.type { return leaf }
      if leaf.isFlexible, kind.dtype.isDifferentiable, leaf.shape == kind.shape { return TensorValue(try realNode(leaf, span)) }
      if kind.isFlexible, leaf.shape == kind.shape { return leaf }
      throw fail(
        .typeChanges, "\(what()) is \(kind.type.spelled), and this is \(leaf.type.spelled)", at: span,
        notes: kind.dtype == .int && leaf.dtype.isReal ? ["a variable that starts as an Int stays one: start it with `0.0`"] : [])
    }
  }
}

import Diagnostics
import Ops
import Syntax

/// The dimension variables of one signature.
final class DimensionScope {
  private(set) var sizes: [String: Dim] = [:]
  var batch: Shape?
  /// Dimensions that could not be solved when met, to be checked when all arguments are bound.
  fileprivate var waiting: [(expression: Expression, actual: Dim, span: SourceSpan, what: String)] = []

  func set(_ name: String, _ size: Dim) { sizes[name] = size }
  /// The variables are Ints in the body.
  func define(in scope: Scope) {
    for (name, size) in sizes where scope.bindings[name] == nil { scope.define(name, .tensor(TensorValue(size: size))) }
  }
}

extension Elaborator {
  /// The value as a type wants it (literals become Real, an exact Real a bound), or the error that it does not fit.
  func conform(
    _ value: Value, to type: TypeExpression, _ scope: Scope, _ dimensions: DimensionScope, _ span: SourceSpan, _ what: () -> String
  ) throws -> Value {
    if case .poison = value { throw Failure() }
    switch type.kind {
    case .tuple(let types):
      guard case .tuple(let values) = value, values.count == types.count else { throw mismatch(value, type, span, what) }
      var parts: [Value] = []
      for (part, type) in zip(values, types) { parts.append(try conform(part, to: type, scope, dimensions, span, what)) }
      return .tuple(parts)
    case .record(let fields):
      guard case .record(let given) = value, given.count == fields.count else { throw mismatch(value, type, span, what) }
      var parts: [Field] = []
      for field in fields {
        guard let part = value[field: field.name.text] else { throw mismatch(value, type, span, what) }
        parts.append(Field(name: field.name.text, value: try conform(part, to: field.type, scope, dimensions, span, what)))
      }
      return .record(parts)
    case .function:
      switch value {
      case .function, .object, .template: return value
      default: throw mismatch(value, type, span, what)
      }
    case .named(let name, let arguments, let settings):
      return try conform(value, toNamed: name, arguments, settings, type, scope, dimensions, span, what)
    }
  }

  private func conform(
    _ value: Value, toNamed name: Name, _ arguments: [TypeExpression.DimensionOrType], _ settings: [Argument],
    _ type: TypeExpression, _ scope: Scope, _ dimensions: DimensionScope, _ span: SourceSpan, _ what: () -> String
  ) throws -> Value {
    switch name.text {
    case "Real", "Int", "Bool", "Complex":
      if case .guarded(let kind, _) = value, kind != .solution {
        throw fail(
          .boundNotReal, "\(what()) is a Real, and this is \(value.typeName)", at: span, labels: becauseOf(value, span),
          notes: ["\(kind.rawValue) is what a solver proved, not the value itself"],
          fixes: [droppingGuarantee(of: value)])
      }
      guard let t = value.tensor else { throw mismatch(value, type, span, what) }
      let fitted: TensorValue
      switch name.text {
      case "Real":
        guard t.dtype.isReal || t.isFlexible else {
          if t.dtype == .int { _ = try realNode(t, span) }
          throw mismatch(value, type, span, what)
        }
        if case .literal(let n) = t.source { fitted = constant(Double(n)) } else {
          fitted = t.dtype.isReal ? t : TensorValue(try realNode(t, span))
        }
      case "Complex": fitted = t.dtype.isComplex ? t : TensorValue(try realNode(t, span).convert(real.complexified))
      case "Int":
        guard t.dtype == .int else { throw mismatch(value, type, span, what) }
        fitted = rigid(t)
      default:
        guard t.dtype == .bool else { throw mismatch(value, type, span, what) }
        fitted = t
      }
      try unify(arguments, fitted.shape, type, scope, dimensions, span, what)
      return .tensor(fitted)
    case "String":
      guard case .text = value else { throw mismatch(value, type, span, what) }
      return value
    case "Lower", "Upper", "Bounds", "Estimate", "Verdict", "Solution":
      return try conform(value, toGuarantee: name, arguments, type, scope, dimensions, span, what)
    case "Set", "Dist":
      let made = try instantiated(value, span)
      guard let object = made.object, object.template.keyword == (name.text == "Set" ? .set : .dist) else {
        throw mismatch(value, type, span, what)
      }
      return made
    default: break
    }
    if let alias = scope.type(named: name.text) {
      return try conform(value, to: alias.type, alias.scope, DimensionScope(), span, what)
    }
    if case .template(let template)? = scope.lookup(name.text)?.value {
      guard let object = value.object, object.template === template else { throw mismatch(value, type, span, what) }
      for setting in settings {
        guard let label = setting.label, let actual = object.field(label.text)?.tensor?.size else { continue }
        try unify(setting.value, actual, scope, dimensions, span, what)
      }
      return value
    }
    // A name of one capital letter is a type variable.
    if name.text.count == 1 || name.text == "Optimizer" || name.text == "Solver" { return value }
    let known = ["Real", "Int", "Bool", "Complex", "String", "Set", "Dist", "Lower", "Upper", "Bounds", "Estimate", "Verdict"]
    throw fail(
      .unknownType, "`\(name.text)` is no type", at: name.span,
      fixes: ForeignNames.type(name.text).map { [.init("write `\($0)`", edits: [.init(name.span, $0)])] } ?? nearest(name.text, in: known + scope.allNames).map { [.init("did you mean `\($0)`?", edits: [.init(name.span, $0)])] } ?? [])
  }

  private func conform(
    _ value: Value, toGuarantee name: Name, _ arguments: [TypeExpression.DimensionOrType], _ type: TypeExpression,
    _ scope: Scope, _ dimensions: DimensionScope, _ span: SourceSpan, _ what: () -> String
  ) throws -> Value {
    guard let wanted = Guarantee(rawValue: name.text) else { throw mismatch(value, type, span, what) }
    switch value {
    case .guarded(let kind, let fields):
      if kind == wanted { return value }
      if kind == .bounds, wanted == .lower || wanted == .upper {
        let part = fields.first { $0.name == (wanted == .lower ? "lo" : "hi") }?.value ?? .unit
        return .guarded(wanted, [Field(name: "value", value: part)])
      }
      throw fail(
        .wrongGuarantee, "\(what()) is \(name.text), and this is \(value.typeName)", at: span, labels: becauseOf(value, span),
        notes: [Elaborator.meaning(of: kind), Elaborator.meaning(of: wanted)],
        fixes: wanted == .lower || wanted == .upper ? otherSolver(for: value, span, wanted: wanted) : [])
    case .tensor where wanted != .verdict && wanted != .solution:
      // What is exact is a bound and an estimate of itself.
      return wanted == .bounds
        ? .guarded(.bounds, [Field(name: "lo", value: value), Field(name: "hi", value: value)])
        : wanted == .estimate
          ? .guarded(.estimate, [Field(name: "value", value: value), Field(name: "se", value: .tensor(constant(0)))])
          : .guarded(wanted, [Field(name: "value", value: value)])
    default: throw mismatch(value, type, span, what)
    }
  }

  static func meaning(of kind: Guarantee) -> String {
    switch kind {
    case .lower: "a Lower says that the true value is at least this, as an attack finds it"
    case .upper: "an Upper says that the true value is at most this, as a certificate proves it"
    case .bounds: "Bounds enclose the true value from both sides"
    case .estimate: "an Estimate is a value with a confidence interval, from sampling"
    case .verdict: "a Verdict is Proved, Refuted with a witness, or Unknown"
    case .solution: "a Solution is a point with its value and how it was found"
    }
  }

  /// An Int that has been bound is no literal any more.
  func rigid(_ t: TensorValue) -> TensorValue {
    if case .literal(let n) = t.source { return TensorValue(size: Dim(n)) }
    var copy = t
    copy.isLiteralArray = false
    return copy
  }

  func mismatch(_ value: Value, _ type: TypeExpression, _ span: SourceSpan, _ what: () -> String) -> Failure {
    let text = library.sources.text(type.span)
    return fail(
      .typeMismatch, "\(what()) is \(text), and this is \(value.typeName)", at: span, label: value.typeName,
      labels: library.isUserFile(type.span.file) ? [.init(type.span, "the type comes from here")] : [])
  }

  // MARK: Dimensions

  private func unify(
    _ dims: [TypeExpression.DimensionOrType], _ shape: Shape, _ type: TypeExpression, _ scope: Scope,
    _ dimensions: DimensionScope, _ span: SourceSpan, _ what: () -> String
  ) throws {
    var wanted: [Expression] = []
    var hasBatch = false
    for dim in dims {
      switch dim {
      case .batch: hasBatch = true
      case .dimension(let e): wanted.append(e)
      case .type(let t):
        throw fail(.badDimension, "a tensor's brackets hold sizes", at: t.span)
      }
    }
    let text = library.sources.text(type.span)
    guard hasBatch ? shape.count >= wanted.count : shape.count == wanted.count else {
      throw fail(
        .wrongRank, "\(what()) is \(text), with \(wanted.count) dimension\(wanted.count == 1 ? "" : "s"), and this has \(shape.count)",
        at: span, label: TensorType(real, shape).spelled,
        labels: library.isUserFile(type.span.file) ? [.init(type.span, "the type comes from here")] : [],
        notes: hasBatch ? [] : ["`\(text.split(separator: "[", maxSplits: 1).joined(separator: "[.., "))` would take any leading batch dimensions too"])
    }
    if hasBatch {
      let lead = Array(shape.dropLast(wanted.count))
      if let known = dimensions.batch, known != lead {
        throw fail(
          .shapesDoNotFit, "`..` stands for the same dimensions throughout a signature", at: span,
          notes: ["it is \(TensorType(real, known).spelled.dropFirst(4)) elsewhere and \(TensorType(real, lead).spelled.dropFirst(4)) here"])
      }
      dimensions.batch = lead
    }
    for (e, actual) in zip(wanted, shape.suffix(wanted.count)) {
      try unify(e, actual, scope, dimensions, span) { "\(what()) is \(text)" }
    }
  }

  /// Makes a dimension expression agree with a size, solving for one unknown name.
  private func unify(_ e: Expression, _ actual: Dim, _ scope: Scope, _ dimensions: DimensionScope, _ span: SourceSpan, _ what: () -> String) throws {
    var unknown: [String] = []
    let value = try dimension(e, scope, dimensions, &unknown)
    if unknown.isEmpty {
      guard value == actual else {
        let text = library.sources.text(e.span)
        let named = text == value.description ? text : "\(text) = \(value)"
        throw fail(
          .dimensionMismatch, "\(what()), and a dimension differs", at: span, label: "\(named) is wanted, this is \(actual)",
          labels: library.isUserFile(e.span.file) ? [.init(e.span, "the size comes from here")] : [])
      }
      return
    }
    if unknown.count == 1, let solved = solve(value, for: Dim.Symbol(id: -2, name: unknown[0]), equal: actual) {
      dimensions.set(unknown[0], solved)
    } else {
      dimensions.waiting.append((e, actual, span, what()))
    }
  }

  /// The size that an expression means; names that are not known yet become symbols with id -2.
  func dimension(_ e: Expression, _ scope: Scope, _ dimensions: DimensionScope, _ unknown: inout [String]) throws -> Dim {
    switch e.kind {
    case .int(let n): return try sizes([Dim(n)], e.span)[0]
    case .name(let name):
      if let known = dimensions.sizes[name] { return known }
      if let owner = scope.owner(of: name), !owner.isGlobal {
        guard let size = owner.bindings[name]?.value.tensor?.size else {
          throw fail(.sizeNotKnown, "`\(name)` is not a size that is known before the run", at: e.span)
        }
        return size
      }
      if !unknown.contains(name) { unknown.append(name) }
      return Dim(Dim.Symbol(id: -2, name: name))
    case .binary(let op, let a, let b, _):
      let x = try dimension(a, scope, dimensions, &unknown)
      let y = try dimension(b, scope, dimensions, &unknown)
      switch op {
      case .add: return x + y
      case .subtract: return x - y
      case .multiply: return x * y
      case .floorDivide: if let q = x.dividedExactly(by: y) { return q }
      default: break
      }
      throw fail(.badDimension, "a dimension is a sum or product of sizes", at: e.span)
    default: throw fail(.badDimension, "a dimension is a number, a name, or a sum or product of these", at: e.span)
    }
  }
  private func solve(_ value: Dim, for symbol: Dim.Symbol, equal actual: Dim) -> Dim? {
    let rest = value.substituting([symbol: 0])
    let slope = value.substituting([symbol: 1]) - rest
    guard value - rest == slope * Dim(symbol) else { return nil }
    return (actual - rest).dividedExactly(by: slope)
  }

  /// `e as T`: checked now where the types tell, else when the program runs.
  func cast(_ value: Value, _ type: TypeExpression, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let dimensions = DimensionScope()
    if let t = value.tensor, case .named(_, let dims, _) = type.kind, dims.count == t.type.rank {
      // Symbolic sizes may turn out to be what is claimed.
      var shape: Shape = []
      for (dim, actual) in zip(dims, t.shape) {
        guard case .dimension(let e) = dim else { shape.append(actual); continue }
        var unknown: [String] = []
        let wanted = try dimension(e, scope, dimensions, &unknown)
        if unknown.isEmpty, actual.constant == nil || wanted.constant == nil { shape.append(wanted) } else { shape.append(actual) }
      }
      if shape != t.shape {
        let assumed = TensorValue(builder.emit1(.reshape, [node(t)], ["shape": .dims(shape)]))
        return try conform(.tensor(assumed), to: type, scope, dimensions, span) { "what `as` asserts" }
      }
    }
    return try conform(value, to: type, scope, dimensions, span) { "what `as` asserts" }
  }
}

extension DimensionScope {
  /// Checks what had to wait for other arguments.
  func settle(_ e: Elaborator, _ scope: Scope, _ span: SourceSpan) throws {
    let pending = waiting
    waiting = []
    for item in pending {
      var unknown: [String] = []
      let value = try e.dimension(item.expression, scope, self, &unknown)
      guard unknown.isEmpty else {
        throw e.fail(
          .badDimension, "the sizes of `\(e.library.sources.text(item.expression.span))` cannot be told from one number", at: item.span)
      }
      guard value == item.actual else {
        throw e.fail(
          .dimensionMismatch, "\(item.what), and a dimension differs", at: item.span, label: "\(value) is wanted, this is \(item.actual)")
      }
    }
  }
}

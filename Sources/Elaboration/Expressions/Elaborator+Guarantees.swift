import Diagnostics
import Ops
import Syntax

/// Arithmetic and comparison of bounds and estimates (section 6 of the language reference).
extension Elaborator {
  /// Half the width, in standard errors, of the interval that holds 95 % of a normal distribution.
  static let normalQuantile = 1.959963984540054

  /// What is derived from the stored parts of a guarantee.
  func guardedField(_ kind: Guarantee, _ fields: [Field], _ name: String) -> Value? {
    func part(_ name: String) -> Value? { fields.first { $0.name == name }?.value }
    switch (kind, name) {
    case (.estimate, "error"):
      // The half-width of a 95 % confidence interval of a normal mean.
      guard let se = part("se") else { return nil }
      return mapVector(se) { self.node($0) * Elaborator.normalQuantile }
    case (.estimate, "confidence"): return .tensor(constant(0.95))
    case (_, "confidence"): return .tensor(constant(1))
    case (.lower, "lo"), (.upper, "hi"): return part("value")
    // What lies behind it: a point evaluated by the ordinary interpreter, or samples; certificates say `outward` themselves.
    case (.estimate, "basis"): return .text(Text("sampled"))
    case (.lower, "basis"), (.upper, "basis"), (.bounds, "basis"): return .text(Text("float"))
    default: return nil
    }
  }

  /// The parts that are not ends of the interval: how sure the guarantee is, and what it rests on.
  static func meta(_ fields: [Field]) -> [Field] { fields.filter { ["confidence", "basis"].contains($0.name) } }
  private static let ends = ["value", "lo", "hi"]

  /// The same guarantee with other ends; a point belongs to the old one.
  private func withEnds(_ fields: [Field], _ transform: (Value) throws -> Value) rethrows -> [Field] {
    try fields.filter { $0.name != "point" }.map {
      Elaborator.ends.contains($0.name) ? Field(name: $0.name, value: try transform($0.value)) : $0
    }
  }

  /// How sure several guarantees are together: the chances of being wrong add up. `basis` of all that have one.
  private func union(_ a: [Field], _ b: [Field], _ span: SourceSpan) throws -> [Field] {
    var result: [Field] = []
    func both(_ name: String) -> (Value?, Value?) { (a.first { $0.name == name }?.value, b.first { $0.name == name }?.value) }
    switch both("confidence") {
    case (let x?, let y?):
      let total = try binary(.add, x, y, span, span, span)
      result.append(Field(name: "confidence", value: try binary(.subtract, total, .tensor(constant(1)), span, span, span)))
    case (let x?, nil), (nil, let x?): result.append(Field(name: "confidence", value: x))
    case (nil, nil): break
    }
    let bases = [both("basis").0, both("basis").1].compactMap { value -> String? in
      if case .text(let text)? = value { text.constant } else { nil }
    }
    if let first = bases.first {
      let rest = bases.dropFirst().filter { $0 != first }
      // What is outward on one side only is float on the whole.
      let single = both("basis").0 == nil || both("basis").1 == nil ? first == "outward" ? "float" : first : ([first] + rest).joined(separator: "; ")
      result.append(Field(name: "basis", value: .text(Text(single))))
    }
    return result
  }

  /// Minus a bound: the direction turns.
  func negated(_ value: Value, _ span: SourceSpan) throws -> Value {
    guard case .guarded(let kind, let fields) = value else { return value }
    func minus(_ name: String) throws -> Value {
      try unary(.minus, fields.first { $0.name == name }?.value ?? .unit, span, span)
    }
    let meta = Elaborator.meta(fields)
    switch kind {
    case .lower: return .guarded(.upper, [Field(name: "value", value: try minus("value"))] + meta)
    case .upper: return .guarded(.lower, [Field(name: "value", value: try minus("value"))] + meta)
    case .bounds: return .guarded(.bounds, [Field(name: "lo", value: try minus("hi")), Field(name: "hi", value: try minus("lo"))] + meta)
    case .estimate: return .guarded(.estimate, [Field(name: "value", value: try minus("value"))] + fields.filter { $0.name != "value" })
    case .verdict, .solution: return value
    }
  }

  /// A function that is monotone in each argument, of bounds: a nondecreasing one keeps them, a nonincreasing one turns them.
  /// Nil where no argument is a bound.
  func monotone(
    _ increasing: Bool, _ arguments: [Value], _ name: String, _ span: SourceSpan, _ f: ([Value]) throws -> Value
  ) throws -> Value? {
    guard arguments.contains(where: isGuarded) else { return nil }
    var kind: Guarantee?
    var meta: [Field]?
    for case .guarded(let k, let fields) in arguments {
      guard k != .estimate, kind == nil || kind == k else {
        throw fail(
          .sumBoundsNothing, "`\(name)` of \(arguments.map(\.typeName).joined(separator: " and ")) gives no bound", at: span,
          fixes: [.init("`.value` drops the guarantee, explicitly")])
      }
      kind = k
      meta = try meta.map { try union($0, Elaborator.meta(fields), span) } ?? Elaborator.meta(fields)
    }
    func ends(_ name: String) throws -> Value { try f(arguments.map { isGuarded($0) ? $0[field: name] ?? .unit : $0 }) }
    switch kind {
    case .lower?, .upper?:
      let flipped: Guarantee = kind == .lower ? .upper : .lower
      return .guarded(increasing ? kind ?? .lower : flipped, [Field(name: "value", value: try ends("value"))] + (meta ?? []))
    default:
      let (lo, hi) = (try ends("lo"), try ends("hi"))
      return .guarded(.bounds, [Field(name: "lo", value: increasing ? lo : hi), Field(name: "hi", value: increasing ? hi : lo)] + (meta ?? []))
    }
  }

  func notMonotone(_ name: String, _ value: Value, _ span: SourceSpan) -> Failure {
    fail(
      .sumBoundsNothing, "`\(name)` is not monotone, so of \(value.typeName) it gives no bound", at: span, labels: becauseOf(value, span),
      fixes: [droppingGuarantee(of: value), .init("bound the composition: put `\(name)` into the body")])
  }

  func binaryOnGuarded(
    _ op: BinaryOperator, _ a: Value, _ b: Value, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan
  ) throws -> Value? {
    guard isGuarded(a) || isGuarded(b) else { return nil }
    let (bound, place) = isGuarded(a) ? (a, aSpan) : (b, bSpan)
    if op.isComparison {
      throw fail(
        .boundInCondition, "a comparison with \(bound.typeName) has a meaning only in `assert`", at: span, labels: becauseOf(bound, place),
        notes: ["there it must be proved by the bound"], fixes: [droppingGuarantee(of: bound)])
    }
    switch op {
    case .subtract: return try binaryOnGuarded(.add, a, try isGuarded(b) ? negated(b, bSpan) : unary(.minus, b, bSpan, bSpan), aSpan, bSpan, span)
    case .add:
      if isGuarded(a), isGuarded(b) { return try sum(a, b, aSpan, bSpan, span) }
      return try shifted(isGuarded(a) ? a : b, by: isGuarded(a) ? b : a, span)
    case .multiply where isGuarded(a) != isGuarded(b): return try scaled(isGuarded(a) ? a : b, by: isGuarded(a) ? b : a, span)
    case .divide where !isGuarded(b):
      return try scaled(a, by: try binary(.divide, .tensor(constant(1)), b, bSpan, bSpan, span), span)
    default:
      throw fail(
        .sumBoundsNothing, "`\(op.rawValue)` does not keep \(bound.typeName) a bound", at: span, labels: becauseOf(bound, place),
        fixes: [droppingGuarantee(of: bound)])
    }
  }
  func isGuarded(_ value: Value) -> Bool {
    if case .guarded(let kind, _) = value { return kind != .solution && kind != .verdict }
    return false
  }

  private func shifted(_ bound: Value, by x: Value, _ span: SourceSpan) throws -> Value {
    guard case .guarded(let kind, let fields) = bound else { return bound }
    return .guarded(kind, try withEnds(fields) { try binary(.add, $0, x, span, span, span) })
  }

  private func sum(_ a: Value, _ b: Value, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan) throws -> Value {
    guard case .guarded(let k, let x) = a, case .guarded(let l, let y) = b, k == l else {
      throw fail(
        .sumBoundsNothing, "this sum bounds nothing", at: span,
        labels: [.init(aSpan, a.typeName), .init(bSpan, b.typeName)] + becauseOf(a, aSpan) + becauseOf(b, bSpan),
        notes: ["bounds of one direction add: both Lower, or both Upper"],
        fixes: alike(a, b, aSpan, bSpan) + [.init("take `.value` if you mean a heuristic")])
    }
    if k == .estimate { return try sumOfEstimates(x, y, span) }
    let ends = try x.filter { Elaborator.ends.contains($0.name) }.map { field in
      let other = y.first { $0.name == field.name }?.value ?? .unit
      return Field(name: field.name, value: try binary(.add, field.value, other, aSpan, bSpan, span))
    }
    return .guarded(k, ends + (try union(x, y, span)))
  }

  /// Solvers that give two bounds one direction.
  private func alike(_ a: Value, _ b: Value, _ aSpan: SourceSpan, _ bSpan: SourceSpan) -> [Diagnostic.Fix] {
    guard case .guarded(let k, _) = a, case .guarded(let l, _) = b else { return [] }
    let mends = (l == .lower || l == .upper ? otherSolver(for: a, aSpan, wanted: l) : []) + (k == .lower || k == .upper ? otherSolver(for: b, bSpan, wanted: k) : [])
    return mends
  }

  /// Standard errors and half-widths add, whatever the correlation.
  private func sumOfEstimates(_ x: [Field], _ y: [Field], _ span: SourceSpan) throws -> Value {
    let isOwn = (x + y).contains { $0.name == "error" || $0.name == "confidence" }
    func part(_ fields: [Field], _ name: String) -> Value { fields.first { $0.name == name }?.value ?? guardedField(.estimate, fields, name) ?? .unit }
    var sums: [Field] = []
    for name in ["value", "se"] + (isOwn ? ["error"] : []) {
      sums.append(Field(name: name, value: try binary(.add, part(x, name), part(y, name), span, span, span)))
    }
    guard isOwn else { return .guarded(.estimate, sums) }
    let both = ["confidence"].flatMap { name in [Field(name: name, value: part(x, name)), Field(name: name, value: part(y, name))] }
    return .guarded(.estimate, sums + (try union([both[0]], [both[1]], span)))
  }

  private func scaled(_ bound: Value, by factor: Value, _ span: SourceSpan) throws -> Value {
    guard case .guarded(let kind, let fields) = bound else { return bound }
    func times(_ name: String) throws -> Value {
      try binary(.multiply, factor, fields.first { $0.name == name }?.value ?? .unit, span, span, span)
    }
    if kind == .estimate {
      return .guarded(.estimate, try fields.map { field in
        switch field.name {
        case "value": Field(name: "value", value: try times("value"))
        case "se", "error": Field(name: field.name, value: try callPrelude("abs", [try times(field.name)], span))
        default: field
        }
      })
    }
    guard let c = factor.tensor.flatMap(staticNumber) else {
      throw fail(
        .sumBoundsNothing, "the sign of this factor is not known before the run, so the direction of the bound is not", at: span,
        fixes: [.init("`.value` drops the guarantee, explicitly")])
    }
    if c < 0 {
      let positive = try scaled(bound, by: .tensor(constant(-c)), span)
      return try negated(positive, span)
    }
    return .guarded(kind, try withEnds(fields) { try binary(.multiply, factor, $0, span, span, span) })
  }
  private func staticNumber(_ t: TensorValue) -> Double? {
    switch t.source {
    case .literal(let n): Double(n)
    case .size(let dim): dim.constant.map(Double.init)
    case .host(let tensor): tensor.realScalar
    default: nil
    }
  }

  /// A comparison with a bound inside `assert`: the truth value of its being proved. Nil where there is no bound.
  func provedComparison(
    _ op: BinaryOperator, _ a: Value, _ b: Value, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan
  ) throws -> Value? {
    guard isGuarded(a) || isGuarded(b) else { return nil }
    guard isGuarded(a) else {
      let flipped: [BinaryOperator: BinaryOperator] = [.less: .greater, .lessOrEqual: .greaterOrEqual, .greater: .less, .greaterOrEqual: .lessOrEqual]
      return try provedComparison(flipped[op] ?? op, b, a, bSpan, aSpan, span)
    }
    guard case .guarded(let kind, let fields) = a else { return nil }
    let above = op == .greater || op == .greaterOrEqual
    guard above || op == .less || op == .lessOrEqual else {
      throw fail(.provesNothing, "a bound never proves `\(op.rawValue)`", at: span, labels: [.init(aSpan, a.typeName)])
    }
    let end: Value
    switch kind {
    case .lower where above, .upper where !above: end = fields.first { $0.name == "value" }?.value ?? .unit
    case .bounds: end = fields.first { $0.name == (above ? "lo" : "hi") }?.value ?? .unit
    case .estimate:
      // The whole interval must satisfy it.
      let value = fields.first { $0.name == "value" }?.value ?? .unit
      let error = fields.first { $0.name == "error" }?.value ?? guardedField(kind, fields, "error") ?? .tensor(constant(0))
      end = try binary(above ? .subtract : .add, value, error, aSpan, aSpan, span)
    default:
      let mends = otherSolver(for: a, aSpan, wanted: kind == .lower ? .upper : .lower)
      throw fail(
        .provesNothing, "\(kind == .upper ? "an" : "a") \(kind.rawValue) never proves `\(op.rawValue)`", at: span, labels: [.init(aSpan, a.typeName)] + becauseOf(a, aSpan),
        notes: [Elaborator.meaning(of: kind), "`\(op.rawValue)` needs \((kind == .lower ? Guarantee.upper : .lower).article)"],
        fixes: mends.isEmpty ? [.init(kind == .lower ? "a certificate gives an Upper: `by crown`" : "an attack gives a Lower: `by pgd`")] : mends)
    }
    return try binary(op, end, valueOf(b), aSpan, bSpan, span)
  }
}

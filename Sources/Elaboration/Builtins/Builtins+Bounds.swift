import Diagnostics
import Ops
import Syntax
import Transforms

extension Builtins {
  static func bounds(_ scope: Scope) {
    scope.native(
      "interval_bound", ["f", "S"],
      """
      `interval_bound(f, S)`: Bounds of every value of f over the box that encloses the set S, by interval arithmetic with outward \
      rounding. f gives a Real tensor or a structure of them. The bounds hold in real arithmetic on the stored numbers; they may be \
      infinite, and are loose where a variable occurs more than once (R. E. Moore 1966).
      """
    ) { e, a, span in
      guard let set = a[1].object, set.template.keyword == .set else {
        throw e.fail(.setWanted, "`interval_bound` bounds over a set, and this is \(a[1].typeName)", at: a.span(1))
      }
      return try e.intervalBound(a[0], over: set, span)
    }
    scope.native(
      "require_continuous", ["f", "x"],
      """
      `require_continuous(f, x)`: refuses the program unless f is made of operations that are continuous and whose derivatives are \
      those of their values, so that the mean value theorem holds for it (kinks, as of `abs`, do no harm). x is a point of its shape.
      """
    ) { e, a, span in
      let traced = try e.trace(e.valued(a[0]), try a.vector(1, e), span, because: "inside what is bounded", for: .bound)
      try e.transform(span) { () throws(TransformError) in try traced.graph.requireContinuity(in: traced.active) }
      return .unit
    }
  }
}

extension Elaborator {
  /// The body of a function over the box of a set: its graph, and enclosures of its parameters (the leaves, then captures).
  struct Boxed {
    let graph: Graph
    let inputs: [Enclosed]
    /// The number of parameters that vary.
    let count: Int
    /// The structure of the results.
    let output: Value
  }

  /// The function without the guarantees of its results.
  func valued(_ f: Value) -> Value {
    .function(Function(native: "objective", ["x"], holds: Held([f])) { e, arguments, span in e.valueOf(try e.apply(f, [arguments[0]], span)) })
  }

  func boxed(_ f: Value, over set: Object, _ span: SourceSpan) throws -> Boxed {
    var set = set
    guard let like = try like(of: set, span) else { throw fail(.shapeOfSetUnknown, "the shape of this set is not known", at: span) }
    set.like = like
    let leaves = like.vectorLeaves ?? []
    let box = try self.box(of: set, span)
    let traced = try trace(valued(f), like, span, because: "inside what is bounded", for: .bound)
    var inputs: [Enclosed] = []
    for (leaf, ends) in zip(leaves, zip(box.lower, box.upper)) {
      inputs.append(.between(lower: try end(ends.0, leaf, below: true, span), upper: try end(ends.1, leaf, below: false, span)))
    }
    inputs += traced.arguments.dropFirst(traced.count).map { .exact($0) }
    if let probe, builder === root { try probe.note(traced.graph, inputs, count: traced.count, self, span) }
    return Boxed(graph: traced.graph, inputs: inputs, count: traced.count, output: traced.output)
  }

  /// The ends of the smallest box that a set knows to enclose it.
  private func box(of set: Object, _ span: SourceSpan) throws -> (lower: [TensorValue], upper: [TensorValue]) {
    let ends: Value
    if set.template.method("bounds") != nil || library.prelude.lookup("set_bounds") != nil {
      ends = try apply(try member(set, Name("bounds", span), span), Arguments([], span), span)
    } else {
      ends = .record([
        Field(name: "lo", value: try member(set, Name("lo", span), span)), Field(name: "hi", value: try member(set, Name("hi", span), span)),
      ])
    }
    guard let lo = ends[field: "lo"]?.vectorLeaves, let hi = ends[field: "hi"]?.vectorLeaves else {
      throw fail(.setWanted, "`bounds()` of a set gives a record `{lo, hi}`, and this is \(ends.typeName)", at: span)
    }
    let count = set.like?.vectorLeaves?.count ?? 0
    func spread(_ leaves: [TensorValue]) throws -> [TensorValue] {
      if leaves.count == count { return leaves }
      guard leaves.count == 1 else { throw fail(.structuresDiffer, "the box of this set has another structure than its points", at: span) }
      return Array(repeating: leaves[0], count: count)
    }
    return (try spread(lo), try spread(hi))
  }

  /// An end of a box in f64 and of the variable's shape, moved outwards by two units in the last place of the program's precision, in
  /// which it was computed; an end that is no number is infinite.
  private func end(_ value: TensorValue, _ leaf: TensorValue, below: Bool, _ span: SourceSpan) throws -> Node {
    let x = try realNode(value, span).convert(.f64)
    guard x.shape == leaf.shape || x.rank == 0 else {
      throw fail(.shapesDoNotFit, "the box of this set has the shape \(value.type.spelled) and its points \(leaf.type.spelled)", at: span)
    }
    let full = x.shape == leaf.shape ? x : x.broadcast(to: leaf.shape, axes: [])
    let reach = builder.emit1(.abs, [full]) * (real == .f32 ? 0x1p-22 : 0x1p-51)
    return below ? Outward.floor(full - reach) : Outward.ceiling(full + reach)
  }

  /// An end of a bound, infinite where the body may be undefined: of what is no number nothing is known.
  func unless(_ undefined: Node?, _ end: Node, _ infinite: Double) -> Node {
    guard let undefined else { return end }
    return Node.select(undefined.broadcast(to: end.shape, axes: []), builder.fill(infinite, like: end), end)
  }

  func intervalBound(_ f: Value, over set: Object, _ span: SourceSpan) throws -> Value {
    let boxed = try boxed(f, over: set, span)
    let found = try transform(span) { () throws(TransformError) in try enclose(boxed.graph, into: builder, boxed.inputs) }
    return bounds(
      boxed, lower: found.results.map { unless(found.undefined, $0.lower, -.infinity) },
      upper: found.results.map { unless(found.undefined, $0.upper, .infinity) })
  }

  /// Enclosures of what a function gives at a point, in f64 and infinite where it may be undefined; nil where one of its operations has none.
  func enclosures(of f: Value, at point: Value, _ span: SourceSpan) throws -> [(lower: Node, upper: Node)]? {
    let traced = try trace(valued(f), point, span, because: "inside what is bounded", for: .bound)
    guard let found = try? enclose(traced.graph, into: builder, traced.arguments.map { .exact($0) }, atPoint: true) else { return nil }
    return found.results.map { (unless(found.undefined, $0.lower, -.infinity), unless(found.undefined, $0.upper, .infinity)) }
  }
  /// Of a function that gives one Real.
  func enclosure(of f: Value, at point: Value, _ span: SourceSpan) throws -> (lower: Node, upper: Node)? {
    try enclosures(of: f, at: point, span)?.first
  }

  /// Bounds with the structure of a body's results, from ends in f64.
  func bounds(_ boxed: Boxed, lower: [Node], upper: [Node]) -> Value {
    .guarded(.bounds, ends(boxed, lower: lower, upper: upper) + [Field(name: "basis", value: .text(Text("outward")))])
  }

  /// `lo` and `hi` of a function's values, in the program's precision.
  func ends(_ boxed: Boxed, lower: [Node], upper: [Node]) -> [Field] {
    [
      Field(name: "lo", value: boxed.output.replacingVector(lower.map { TensorValue(narrowed($0, below: true)) })),
      Field(name: "hi", value: boxed.output.replacingVector(upper.map { TensorValue(narrowed($0, below: false)) })),
    ]
  }

  /// An end in the program's precision, rounded outwards.
  func narrowed(_ x: Node, below: Bool) -> Node {
    guard real == .f32 else { return x }
    let y = x.convert(.f32)
    let reach = builder.emit1(.abs, [y]) * 0x1p-22 + 0x1p-149
    return below ? Outward.floor(y - reach) : Outward.ceiling(y + reach)
  }
}

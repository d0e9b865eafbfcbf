import IR
import Tensors

// Reductions over axes, which disappear.

extension OpDecl {
  /// The sample shapes of a reduction, with their axes.
  private static func samples(_ dtype: DType, _ values: OpSample.Values, empty: Bool) -> [OpSample] {
    func one(_ shape: Shape, _ axes: [Int]) -> OpSample { OpSample([(TensorType(dtype, shape), values)], ["axes": .ints(axes)]) }
    return [one([5], [0]), one([2, 3], [1]), one([2, 3], [0]), one([2, 3, 2], [0, 2]), one([1], [0])] + (empty ? [one([0, 2], [0])] : [])
  }
  private static func reduction(
    _ name: String, _ kind: ReduceKind, doc: String, _ elements: Elements, traits: Set<Trait>, mayBeEmpty: Bool, derivative: Derivative,
    transpose: Transpose, rounding: Rounding, interval: IntervalRule = .derived, sampled values: OpSample.Values
  ) -> OpDecl {
    OpDecl(
      name, doc: doc, traits: traits,
      infer: { (types, a) throws(OpError) in
        try Check.count(name, types, 1)
        try Check.elements(name, types[0], elements)
        let axes = a.ints("axes")
        try Check.axes(name, axes, of: types[0])
        if !mayBeEmpty { try Check.nonEmpty(name, axes, of: types[0]) }
        return [types[0].with(shape: types[0].shape.removing(axes))]
      },
      kernel: kernel(ReduceKernels.kernel(kind), .operand) { counted($0.ints("axes")) }, derivative: derivative, transpose: transpose,
      batching: .rule { r, _, _ in
        let again = OpDecl.named(name) ?? .sum
        return [Node.apply(again, r.x[0], attributes: ["axes": .ints(shifted(r.attributes.ints("axes")))])]
      },
      rounding: rounding, interval: interval, samples: samples(elements.example, values, empty: mayBeEmpty),
      errors: [OpErrorSample([TensorType(elements.example, [2])], ["axes": .ints([1])], "axis 1")])
  }

  public static let sum: OpDecl = reduction(
    "sum", .sum, doc: "The sum over `axes`, in a fixed order whatever the threads.", .number, traits: [.linear, .increasing], mayBeEmpty: true,
    derivative: .linear,
    transpose: .rule { r, ct, _ in
      let kept = (0..<r.x[0].rank).filter { !r.attributes.ints("axes").contains($0) }
      return [ct[0]?.broadcast(to: r.x[0].shape, axes: kept)]
    }, rounding: .sums { r in r.attributes.ints("axes").map { r.x[0].shape[$0] } }, sampled: .uniform(-2...2))

  public static let prod: OpDecl = reduction(
    "prod", .prod, doc: "The product over `axes`.", .number, traits: [], mayBeEmpty: true,
    derivative: .rule { r, dx in
      // The product of the others, element by element, without dividing: exact where some are 0.
      guard let dx = dx[0] else { return [nil] }
      return [r.x[0].productOfOthers(r.attributes.ints("axes")).times(dx).sum(r.attributes.ints("axes"))]
    },
    transpose: .none, rounding: .byRule, interval: .rule(productOverAxes), sampled: .uniform(0.5...2))

  /// The elements that have the extreme value share the derivative.
  private static let extreme: Derivative = .rule { r, dx in
    guard let dx = dx[0] else { return [nil] }
    let axes = r.attributes.ints("axes")
    let kept = (0..<r.x[0].rank).filter { !axes.contains($0) }
    let same = Node.indicator(.eq, r.x[0], r.y[0].broadcast(to: r.x[0].shape, axes: kept))
    // Where the extreme value is nan no element equals it: each weight is 0/0, and the derivative nan too.
    let shares = same / same.sum(axes).broadcast(to: r.x[0].shape, axes: kept)
    // They lie in 0…1, which an enclosure of the quotient would not tell.
    let weights = Node.minimum(.maximum(shares, r.b.fill(0, like: shares)), r.b.fill(1, like: shares))
    return [weights.times(dx).sum(axes)]
  }
  public static let maxOf: OpDecl = reduction(
    "maxOf", .max, doc: "The largest element over `axes`; nan if one is.", .realOrInt, traits: [.increasing, .convex, .piecewiseLinear],
    mayBeEmpty: false, derivative: extreme, transpose: .none, rounding: .none, sampled: .uniform(-2...2))
  public static let minOf: OpDecl = reduction(
    "minOf", .min, doc: "The smallest element over `axes`; nan if one is.", .realOrInt, traits: [.increasing, .concave, .piecewiseLinear],
    mayBeEmpty: false, derivative: extreme, transpose: .none, rounding: .none, sampled: .uniform(-2...2))
  public static let allOf: OpDecl = reduction(
    "allOf", .all, doc: "Whether all elements over `axes` hold.", .bool, traits: [.increasing, .locallyConstant], mayBeEmpty: true,
    derivative: .zero, transpose: .none, rounding: .none, sampled: .bools)
  public static let anyOf: OpDecl = reduction(
    "anyOf", .any, doc: "Whether an element over `axes` holds.", .bool, traits: [.increasing, .locallyConstant], mayBeEmpty: true,
    derivative: .zero, transpose: .none, rounding: .none, sampled: .bools)
  public static let logsumexp: OpDecl = reduction(
    "logsumexp", .logsumexp, doc: "log Σ eˣ over `axes`, shifted by the largest element so that nothing overflows.", .real,
    traits: [.increasing, .convex], mayBeEmpty: false,
    derivative: .rule { r, dx in
      guard let dx = dx[0] else { return [nil] }
      let axes = r.attributes.ints("axes")
      let kept = (0..<r.x[0].rank).filter { !axes.contains($0) }
      let weights = (r.x[0] - r.y[0].broadcast(to: r.x[0].shape, axes: kept)).applying(.exp)
      return [weights.times(dx).sum(axes)]
    }, transpose: .none, rounding: logsumexpRounding, sampled: .uniform(-2...2))

  /// With the largest element m: m + log Σ exp(xᵢ - m), where the differences lose |xᵢ - m| units, weighted by their exponentials,
  /// the exponentials and the logarithm a few each, and the sum n.
  private static let logsumexpRounding = Rounding.bounded { r in
    let n = r.attributes.ints("axes").map { r.x[0].shape[$0] }.reduce(Dim(16), *)
    return Outward.gamma(n, extra: 16, like: r.y[0]) * 12 + r.y[0].applying(.abs) * 0x1p-51
  }

  private static func arg(_ name: String, _ kind: ReduceKind, doc: String) -> OpDecl {
    OpDecl(
      name, doc: doc, traits: [.locallyConstant],
      infer: { (types, a) throws(OpError) in
        try Check.count(name, types, 1)
        try Check.elements(name, types[0], .realOrInt)
        try Check.axis(name, a.int("axis"), of: types[0])
        try Check.nonEmpty(name, [a.int("axis")], of: types[0])
        return [TensorType(.int, types[0].shape.removing([a.int("axis")]))]
      },
      kernel: kernel(ReduceKernels.kernel(kind), .operand) { counted([$0.int("axis")]) }, derivative: .zero, transpose: .none,
      batching: .rule { r, _, _ in
        [Node.apply(OpDecl.named(name) ?? .argmax, r.x[0], attributes: ["axis": .int(r.attributes.int("axis") + 1)])]
      },
      rounding: .none,
      interval: .rule { r, l, u in
        // Those that may be extreme are not beaten by the end of any other; the first and the last of them.
        let axis = r.attributes.int("axis")
        let largest = kind == .argmax
        let best = Node.apply(largest ? .maxOf : .minOf, largest ? l[0] : u[0], attributes: ["axes": .ints([axis])])
        let kept = (0..<l[0].rank).filter { $0 != axis }
        let level = best.broadcast(to: l[0].shape, axes: kept)
        let may = Node.apply(largest ? .ge : .le, largest ? u[0] : l[0], level).convert(.int)
        func first(_ x: Node) -> Node { Node.apply(.argmax, x, attributes: ["axis": .int(axis)]) }
        let last = r.b.emit1(.dim, [], ["dim": .dims([l[0].shape[axis] - 1])]).broadcast(to: best.shape, axes: [])
        return [(first(may), last - first(Node.apply(.reverse, may, attributes: ["axes": .ints([axis])])))]
      },
      samples: [
        OpSample([(TensorType(.f64, [4]), .distinct)], ["axis": .int(0)]), OpSample([(TensorType(.f64, [2, 3]), .distinct)], ["axis": .int(1)]),
        OpSample([(TensorType(.f64, [2, 3]), .edges([1, 1, 0, 1, 0, 1]))], ["axis": .int(0)], differentiable: false),
      ],
      errors: [OpErrorSample([TensorType(.f64, [0])], ["axis": .int(0)], "of no elements")])
  }
  public static let argmax: OpDecl = arg("argmax", .argmax, doc: "The index of the largest element along `axis`, the first on ties; a nan is the largest.")
  public static let argmin: OpDecl = arg("argmin", .argmin, doc: "The index of the smallest element along `axis`, the first on ties; a nan is the smallest.")

  static let reductionOps: [OpDecl] = [.sum, .prod, .maxOf, .minOf, .allOf, .anyOf, .logsumexp, .argmax, .argmin]
}

/// Products of intervals, in pairs.
@Sendable private func productOverAxes(_ r: RuleContext, _ l: [Node], _ u: [Node]) -> [Enclosure.Ends] {
  let axes = r.attributes.ints("axes")
  let kept = (0..<l[0].rank).filter { !axes.contains($0) }
  let lead = kept.map { l[0].shape[$0] }
  guard var n = axes.map({ l[0].shape[$0] }).elementCount.constant else {
    let unknown = r.b.fill(.infinity, TensorType(l[0].dtype, lead))
    return [(-unknown, unknown)]
  }
  func row(_ x: Node) -> Node { x.transpose(kept + axes).reshape(lead + [Dim(n)]) }
  func part(_ x: Node, _ start: Int, _ stop: Int) -> Node { x.part(start, stop, axis: lead.count) }
  var ends: Enclosure.Ends = (row(l[0]), row(u[0]))
  if n == 0 {
    let one = r.b.fill(1, TensorType(l[0].dtype, lead))
    return [(one, one)]
  }
  while n > 1 {
    let half = n / 2
    let product = Enclosure.product((part(ends.lower, 0, half), part(ends.upper, 0, half)), (part(ends.lower, half, 2 * half), part(ends.upper, half, 2 * half)))
    func rest(_ x: Node, _ product: Node) -> Node {
      n % 2 == 0 ? product : .apply(.concat, product, part(x, n - 1, n), attributes: ["axis": .int(lead.count)])
    }
    ends = (rest(ends.lower, product.lower), rest(ends.upper, product.upper))
    n = half + n % 2
  }
  return [(ends.lower.reshape(lead), ends.upper.reshape(lead))]
}

extension Node {
  /// The places start ..< stop of one axis.
  func part(_ start: Int, _ stop: Int, axis: Int) -> Node {
    Node.apply(.slice, self, attributes: [
      "start": .dims(shape.indices.map { $0 == axis ? Dim(start) : 0 }), "stop": .dims(shape.replacing(axis, by: Dim(stop))),
      "step": .ints(shape.map { _ in 1 }),
    ])
  }

  /// For each element the product of all others over the axes: running products from both sides.
  func productOfOthers(_ axes: [Int]) -> Node {
    // Bring the axes last and join them.
    let kept = (0..<rank).filter { !axes.contains($0) }
    let order = kept + axes
    let n = axes.map { shape[$0] }.reduce(Dim(1), *)
    let lead = kept.map { shape[$0] }
    let x = transpose(order).reshape(lead + [n])
    if n == 0 { return self }
    let axis = lead.count
    func shiftedOnes(_ y: Node, reversed: Bool) -> Node {
      var (start, stop) = (y.shape.map { _ in Dim(0) }, y.shape)
      if reversed { start[axis] = 1 } else { stop[axis] = n - 1 }
      let cut = Node.apply(.slice, y, attributes: ["start": .dims(start), "stop": .dims(stop), "step": .ints(y.shape.map { _ in 1 })])
      let one = builder.fill(1, TensorType(dtype, lead + [1]))
      return Node.apply(.concat, reversed ? cut : one, reversed ? one : cut, attributes: ["axis": .int(axis)])
    }
    let before = shiftedOnes(Node.apply(.cumprod, x, attributes: ["axis": .int(axis)]), reversed: false)
    let flipped = Node.apply(.reverse, x, attributes: ["axes": .ints([axis])])
    let running = Node.apply(.reverse, Node.apply(.cumprod, flipped, attributes: ["axis": .int(axis)]), attributes: ["axes": .ints([axis])])
    let others = before * shiftedOnes(running, reversed: true)
    let inverse = order.indices.map { k in order.firstIndex(of: k) ?? 0 }
    return others.reshape(order.map { shape[$0] }).transpose(inverse)
  }
}

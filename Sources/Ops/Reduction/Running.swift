import IR
import Tensors

// Ops along one axis that keep its length: running sums, softmax, sorting.

extension OpDecl {
  private static func along(_ name: String, _ types: [TensorType], _ axis: Int, _ elements: Elements) throws(OpError) -> [TensorType] {
    try Check.count(name, types, 1)
    try Check.elements(name, types[0], elements)
    try Check.axis(name, axis, of: types[0])
    return types
  }
  private static func nextAxis(_ a: Attributes) -> Attributes { a.with("axis", .int(a.int("axis") + 1)) }

  public static let cumsum: OpDecl = OpDecl(
    "cumsum", doc: "Running sums along `axis`, from its end if `reverse`.", traits: [.linear, .increasing],
    infer: { (types, a) throws(OpError) in try along("cumsum", types, a.int("axis"), .number) },
    kernel: kernel(RunningKernels.cumsum, .operand) { [$0.int("axis"), $0.bool("reverse") ? 1 : 0] }, derivative: .linear,
    transpose: .rule { r, ct, _ in
      [ct[0].map { Node.apply(.cumsum, $0, attributes: r.attributes.with("reverse", .bool(!r.attributes.bool("reverse")))) }]
    },
    batching: .rule { r, _, _ in [Node.apply(.cumsum, r.x[0], attributes: nextAxis(r.attributes))] }, rounding: .sums { r in [r.x[0].shape[r.attributes.int("axis")]] }, interval: .derived,
    samples: [
      OpSample([(TensorType(.f64, [4]), .uniform(-2...2))], ["axis": .int(0), "reverse": .bool(false)]),
      OpSample([(TensorType(.f64, [2, 3]), .uniform(-2...2))], ["axis": .int(0), "reverse": .bool(true)]),
      OpSample([(TensorType(.f64, [0]), .uniform(-2...2))], ["axis": .int(0), "reverse": .bool(false)]),
    ],
    errors: [OpErrorSample([TensorType(.f64)], ["axis": .int(0), "reverse": .bool(false)], "axis 0")])

  public static let cumprod: OpDecl = OpDecl(
    "cumprod", doc: "Running products along `axis`.", traits: [],
    infer: { (types, a) throws(OpError) in try along("cumprod", types, a.int("axis"), .number) },
    kernel: kernel(RunningKernels.cumprod, .operand) { [$0.int("axis")] },
    derivative: .rule { r, dx in
      // yₖ' = Σ_{j ≤ k} dxⱼ Π_{i ≤ k, i ≠ j} xᵢ: a matrix of products of others, which is exact where some xᵢ are 0.
      guard let dx = dx[0] else { return [nil] }
      let axis = r.attributes.int("axis")
      let n = r.x[0].shape[axis]
      let order = (0..<dx.rank).filter { $0 != axis } + [axis]
      let inverse = order.indices.map { k in order.firstIndex(of: k) ?? 0 }
      let x = r.x[0].transpose(order)
      let lead = Array(x.shape.dropLast())
      let square = lead + [n, n]
      func iota(_ k: Int) -> Node { r.b.emit1(.iota, [], ["shape": .dims(square), "axis": .int(lead.count + k), "dtype": .dtype(.int)]) }
      // Row j: the factors with the j-th replaced by 1, multiplied up, from place j on.
      let rows = x.broadcast(to: square, axes: Array(0..<lead.count) + [lead.count + 1])
      let replaced = Node.select(Node.apply(.eq, iota(0), iota(1)), r.b.fill(1, like: rows), rows)
      let products = Node.apply(.cumprod, replaced, attributes: ["axis": .int(lead.count + 1)])
      let masked = Node.select(Node.apply(.le, iota(0), iota(1)), products, r.b.fill(0, like: products))
      let weights = dx.transpose(order).broadcast(to: square, axes: Array(0..<lead.count) + [lead.count])
      return [masked.times(weights).sum([lead.count]).transpose(inverse)]
    },
    transpose: .none, batching: .rule { r, _, _ in [Node.apply(.cumprod, r.x[0], attributes: nextAxis(r.attributes))] },
    rounding: .byRule,
    interval: .rule { r, l, u in
      // Products over the last 2, 4, 8, … elements.
      let axis = r.attributes.int("axis")
      guard let n = l[0].shape[axis].constant else {
        let unknown = r.b.fill(.infinity, like: l[0])
        return [(-unknown, unknown)]
      }
      var ends: Enclosure.Ends = (l[0], u[0])
      var shift = 1
      while shift < n {
        let (now, before) = ((shift, n), (0, n - shift))
        func part(_ range: (Int, Int)) -> Enclosure.Ends {
          (ends.lower.part(range.0, range.1, axis: axis), ends.upper.part(range.0, range.1, axis: axis))
        }
        let (head, product) = (part((0, shift)), Enclosure.product(part(now), part(before)))
        func joined(_ a: Node, _ b: Node) -> Node { .apply(.concat, a, b, attributes: ["axis": .int(axis)]) }
        ends = (joined(head.lower, product.lower), joined(head.upper, product.upper))
        shift *= 2
      }
      return [ends]
    },
    samples: [
      OpSample([(TensorType(.f64, [4]), .uniform(0.5...2))], ["axis": .int(0)]), OpSample([(TensorType(.f64, [2, 3]), .uniform(0.5...2))], ["axis": .int(0)]),
    ],
    errors: [OpErrorSample([TensorType(.f64)], ["axis": .int(0)], "axis 0")])

  public static let softmax: OpDecl = OpDecl(
    "softmax", doc: "eˣ / Σ eˣ along the last axis, shifted by the largest element.", traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("softmax", types, 1)
      try Check.elements("softmax", types[0], .real)
      try Check.axis("softmax", types[0].rank - 1, of: types[0])
      return types
    },
    kernel: kernel(RunningKernels.softmax, .results(5)),
    derivative: .rule { r, dx in
      guard let dx = dx[0] else { return [nil] }
      let weighted = r.y[0].times(dx)
      let total = weighted.sum([dx.rank - 1]).broadcast(to: dx.shape, axes: Array(0..<(dx.rank - 1)))
      return [weighted - r.y[0].times(total)]
    },
    transpose: .none, batching: .rule { r, _, _ in [Node.apply(.softmax, r.x[0])] },
    rounding: .byRule, interval: .rule { r, l, u in
      // The i-th share grows with xᵢ and falls with the others.
      let axis = r.x[0].rank - 1
      let kept = Array(0..<axis)
      let top = Node.apply(.maxOf, u[0], attributes: ["axes": .ints([axis])]).broadcast(to: u[0].shape, axes: kept)
      let (a, b) = ((l[0] - top).applying(.exp), (u[0] - top).applying(.exp))
      // Where the shift has left no digits of the terms, nothing is known of the share.
      // A difference d loses |d| ≤ 746 units, where its exponential is not 0, the exponential 4 and the sum n; of the own term and
      // of the others together.
      let noise = Outward.gamma(r.x[0].shape[axis], extra: 1700, like: a)
      func share(_ own: Node, _ others: Node, _ sign: Double, unknown: Double) -> Node {
        let total = own + others
        let tiny = Node.comparing(.lt, total, 1e-290)
        let moved = own + (own * noise + 8 * Outward.tiny) * sign
        return .select(tiny, r.b.fill(unknown, like: total), moved / total)
      }
      let (zero, one) = (r.b.fill(0, like: a), r.b.fill(1, like: a))
      let low = Outward.floor(share(a, b.sumOfOthers(axis), -1, unknown: 0))
      let high = Outward.ceiling(share(b, a.sumOfOthers(axis), 1, unknown: 1))
      return [(.maximum(low, zero), .minimum(high, one))]
    },
    samples: [OpSample([(TensorType(.f64, [3]), .uniform(-2...2))]), OpSample([(TensorType(.f64, [2, 4]), .uniform(-2...2))])],
    errors: [OpErrorSample([TensorType(.f64)], [:], "along axis -1")])

  public static let sort: OpDecl = OpDecl(
    "sort", doc: "`(sorted, order)` along `axis`: ascending, stable, nan last; `order` holds the indices of the sorted elements.", traits: [],
    infer: { (types, a) throws(OpError) in
      let sorted = try along("sort", types, a.int("axis"), .realOrInt)
      return [sorted[0], sorted[0].with(dtype: .int)]
    },
    kernel: kernel(RunningKernels.sort, .rule { x, _, a in log2(x[0].shape[a.int("axis")]) * Count(x[0].shape) }) { [$0.int("axis")] },
    derivative: .rule { r, dx in
      guard let dx = dx[0] else { return [nil, nil] }
      let axis = r.attributes.int("axis")
      let order = (0..<dx.rank).filter { $0 != axis } + [axis]
      let inverse = order.indices.map { k in order.firstIndex(of: k) ?? 0 }
      let moved = Node.apply(.gather, dx.transpose(order), r.y[1].transpose(order), attributes: ["batch": .int(dx.rank - 1)])
      return [moved.transpose(inverse), nil]
    },
    transpose: .none, batching: .rule { r, _, _ in r.b.emit(.sort, [r.x[0]], nextAxis(r.attributes)) },
    rounding: .none, interval: .rule { r, l, u in
      // Which element comes where may change within the box: any index may be anywhere.
      let (a, b) = (r.b.emit(.sort, [l[0]], r.attributes), r.b.emit(.sort, [u[0]], r.attributes))
      let last = r.b.emit1(.dim, [], ["dim": .dims([r.x[0].shape[r.attributes.int("axis")] - 1])])
      return [(a[0], b[0]), (r.b.int(0, r.y[1].shape), last.broadcast(to: r.y[1].shape, axes: []))]
    },
    samples: [
      OpSample([(TensorType(.f64, [5]), .distinct)], ["axis": .int(0)]), OpSample([(TensorType(.f64, [3, 2]), .distinct)], ["axis": .int(0)]),
      OpSample([(TensorType(.f64, [4]), .edges([1, 1, 0, 2]))], ["axis": .int(0)], differentiable: false),
    ],
    errors: [OpErrorSample([TensorType(.f64)], ["axis": .int(0)], "axis 0")])

  static let runningOps: [OpDecl] = [.cumsum, .cumprod, .softmax, .sort]
}

extension Node {
  /// For each element the sum of all others along an axis: running sums from both sides, because a difference of sums would lose
  /// the small terms beside a large one.
  fileprivate func sumOfOthers(_ axis: Int) -> Node {
    let zero = builder.zeros(TensorType(dtype))
    func side(reversed: Bool) -> Node {
      let (low, high) = reversed ? (-1, 1) : (1, -1)
      func along(_ k: Int) -> Attribute { .ints((0..<rank).map { $0 == axis ? k : 0 }) }
      let moved = Node.apply(.pad, self, zero, attributes: ["low": along(low), "high": along(high), "interior": along(0)])
      return Node.apply(.cumsum, moved, attributes: ["axis": .int(axis), "reverse": .bool(reversed)])
    }
    return side(reversed: false) + side(reversed: true)
  }
}

import IR
import Tensors

// Elements chosen at run time.

extension OpDecl {
  private static let reals3: (TensorType, OpSample.Values) = (TensorType(.f64, [3]), .uniform(-2...2))
  private static func fits(_ name: String, _ sizes: Shape, in x: TensorType) throws(OpError) {
    for (k, size) in sizes.enumerated() {
      if let size = size.constant, let extent = x.shape[k].constant, size > extent {
        throw OpError("a block of \(sizes.text) does not fit into \(x.word) in `\(name)`: axis \(k) is \(size) and \(extent)")
      }
    }
  }
  private static let matrix: (TensorType, OpSample.Values) = (TensorType(.f64, [4, 2]), .uniform(-2...2))

  public static let gather: OpDecl = OpDecl(
    "gather", doc: "Rows by their numbers: x of B + [n] + R and Int index of B + K give B + K + R; `batch` is the rank of B. An index outside 0 … n − 1 is an error.",
    traits: [.linear, .increasing, .linearInFirst],
    infer: { (types, a) throws(OpError) in
      try Check.count("gather", types, 2)
      let (x, i, b) = (types[0], types[1], a.int("batch"))
      try Check.elements("gather", i, .int)
      guard x.rank > b, i.rank >= b, x.shape.prefix(b) == i.shape.prefix(b) else {
        throw OpError("`gather` from \(x.word) by \(i.word): the first \(b) axes differ")
      }
      return [x.with(shape: i.shape + x.shape.dropFirst(b + 1))]
    },
    kernel: kernel(IndexKernels.gather, .none) { [$0.int("batch")] },
    derivative: .rule { r, dx in [dx[0].map { Node.apply(.gather, $0, r.x[1], attributes: r.attributes) }] },
    transpose: .rule { r, ct, _ in
      [ct[0].map { Node.apply(.scatterAdd, r.b.zeros(r.x[0].type.with(dtype: $0.dtype)), r.x[1], $0, attributes: r.attributes) }, nil]
    },
    batching: .rule { r, batched, n in
      let b = r.attributes.int("batch")
      if !batched[0], b == 0 { return [Node.apply(.gather, r.x[0], r.x[1], attributes: r.attributes)] }
      if batched[0], !batched[1], b == 0 {
        // One index for all lanes: rows of the lanes side by side.
        let x = r.x[0]
        let rows = x.transpose([1, 0] + Array(2..<x.rank))
        let y = Node.apply(.gather, rows, r.x[1], attributes: r.attributes)
        let k = r.x[1].rank
        return [y.transpose([k] + Array(0..<k) + Array((k + 1)..<y.rank))]
      }
      let x = r.allBatched(batched, n)
      return [Node.apply(.gather, x[0], x[1], attributes: ["batch": .int(b + 1)])]
    },
    rounding: .none, interval: .rule { r, l, u in
      func rows(_ x: Node, _ index: Node) -> Node { Node.apply(.gather, x, index, attributes: r.attributes) }
      if l[1].builder === u[1].builder, l[1].id == u[1].id { return [(rows(l[0], l[1]), rows(u[0], u[1]))] }
      // Where the place is not certain, any row may be meant.
      let batch = r.attributes.int("batch")
      let shape = r.y[0].shape
      let low = l[1].place(in: l[0].shape[batch])
      if l[0].shape[batch] == 0 { return [(rows(l[0], l[1]), rows(u[0], l[1]))] }
      let axes = Array(0..<batch) + Array(l[1].rank..<shape.count)
      func extreme(_ decl: OpDecl, _ x: Node) -> Node {
        Node.apply(decl, x, attributes: ["axes": .ints([batch])]).broadcast(to: shape, axes: axes)
      }
      let certain = Node.apply(.eq, l[1], u[1]).broadcast(to: shape, axes: Array(0..<l[1].rank))
      let truth = l[0].dtype == .bool
      return [
        (.select(certain, rows(l[0], low), extreme(truth ? .allOf : .minOf, l[0])),
         .select(certain, rows(u[0], low), extreme(truth ? .anyOf : .maxOf, u[0])))
      ]
    },
    samples: [
      OpSample([reals3, (TensorType(.int, [4]), .indices(3))], ["batch": .int(0)]),
      OpSample([matrix, (TensorType(.int, [2, 2]), .indices(4))], ["batch": .int(0)]),
      OpSample([matrix, (TensorType(.int, []), .indices(4))], ["batch": .int(0)]),
      OpSample([(TensorType(.f64, [2, 3, 2]), .uniform(-2...2)), (TensorType(.int, [2, 4]), .indices(3))], ["batch": .int(1)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [3]), TensorType(.f64, [2])], ["batch": .int(0)], "needs integers")])

  public static let scatterAdd: OpDecl = OpDecl(
    "scatterAdd", doc: "x with `updates` of B + K + R added to the rows that Int index of B + K names; equal indices add up, in order.",
    traits: [.linear, .increasing],
    infer: { (types, a) throws(OpError) in
      try Check.count("scatterAdd", types, 3)
      let (x, i, u, b) = (types[0], types[1], types[2], a.int("batch"))
      try Check.elements("scatterAdd", x, .number)
      try Check.elements("scatterAdd", i, .int)
      try Check.sameElements("scatterAdd", [x, u])
      guard x.rank > b, i.rank >= b, x.shape.prefix(b) == i.shape.prefix(b), u.shape == i.shape + x.shape.dropFirst(b + 1) else {
        throw OpError("`scatterAdd` of \(u.word) to rows \(i.word) of \(x.word)")
      }
      return [x]
    },
    kernel: kernel(IndexKernels.scatterAdd, .rule { x, _, _ in Count(x[x.count - 1].shape) }) { [$0.int("batch")] },
    derivative: .rule { r, dx in
      if dx[0] == nil && dx[2] == nil { return [nil] }
      let x = dx[0] ?? r.b.zeros(r.x[0].type)
      guard let u = dx[2] else { return [x] }
      return [Node.apply(.scatterAdd, x, r.x[1], u, attributes: r.attributes)]
    },
    transpose: .rule { r, ct, linear in
      [linear[0] ? ct[0] : nil, nil, linear[2] ? ct[0].map { Node.apply(.gather, $0, r.x[1], attributes: r.attributes) } : nil]
    },
    batching: .rule { r, batched, n in
      let x = r.allBatched(batched, n)
      return [Node.apply(.scatterAdd, x[0], x[1], x[2], attributes: ["batch": .int(r.attributes.int("batch") + 1)])]
    },
    rounding: .byRule, interval: .rule { r, l, u in
      func added(_ x: Node, _ index: Node, _ y: Node) -> Node { Node.apply(.scatterAdd, x, index, y, attributes: r.attributes) }
      let terms = l[1].shape.elementCount + 1
      func end(_ y: Node, _ magnitude: Node) -> Enclosure.Ends {
        y.dtype.isReal ? Outward.sum(y, magnitude: magnitude, terms: terms, underflows: false) : (y, y)
      }
      func magnitude(_ x: Node) -> Node { x.applying(.abs) }
      if l[1].builder === u[1].builder, l[1].id == u[1].id {
        return [
          (end(added(l[0], l[1], l[2]), added(magnitude(l[0]), l[1], magnitude(l[2]))).lower,
           end(added(u[0], l[1], u[2]), added(magnitude(u[0]), l[1], magnitude(u[2]))).upper)
        ]
      }
      // Where the place is not certain, an update may reach any row or miss it.
      let batch = r.attributes.int("batch")
      let certain = Node.apply(.eq, l[1], u[1]).broadcast(to: l[2].shape, axes: Array(0..<l[1].rank))
      let zero = r.b.zeros(l[2].type)
      let place = l[1].place(in: l[0].shape[batch])
      let low = added(l[0], place, .select(certain, l[2], zero))
      let high = added(u[0], place, .select(certain, u[2], zero))
      let places = Array(batch..<l[1].rank)
      let kept = Array(0..<batch) + Array((batch + 1)..<l[0].rank)
      func anywhere(_ x: Node) -> Node { Node.select(certain, zero, x).sum(places).broadcast(to: l[0].shape, axes: kept) }
      func all(_ x: Node, _ y: Node) -> Node {
        magnitude(x) + magnitude(y).sum(places).broadcast(to: x.shape, axes: kept)
      }
      return [
        (end(low + anywhere(.minimum(l[2], zero)), all(l[0], l[2])).lower, end(high + anywhere(.maximum(u[2], zero)), all(u[0], u[2])).upper)
      ]
    },
    samples: [
      OpSample([reals3, (TensorType(.int, [4]), .indices(3)), (TensorType(.f64, [4]), .uniform(-2...2))], ["batch": .int(0)]),
      OpSample([matrix, (TensorType(.int, [3]), .indices(4)), (TensorType(.f64, [3, 2]), .uniform(-2...2))], ["batch": .int(0)]),
      OpSample([(TensorType(.f64, [2, 3]), .uniform(-2...2)), (TensorType(.int, [2, 2]), .indices(3)), (TensorType(.f64, [2, 2]), .uniform(-2...2))], ["batch": .int(1)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [3]), TensorType(.int, [2]), TensorType(.f64, [3])], ["batch": .int(0)], "scatterAdd")])

  public static let checkIndex: OpDecl = OpDecl(
    "checkIndex", doc: "Indices as they are, if all lie in 0 … `extent` − 1; others are an error.", traits: [.elementwise, .locallyConstant],
    infer: { (types, _) throws(OpError) in
      try Check.count("checkIndex", types, 1)
      try Check.elements("checkIndex", types[0], .int)
      return types
    },
    kernel: kernel(IndexKernels.check, .none) { $0.constants("extent") }, derivative: .zero, transpose: .none,
    batching: .rule { r, _, _ in [Node.apply(.checkIndex, r.x[0], attributes: r.attributes)] },
    rounding: .none,
    interval: .rule { r, l, u in
      // Places outside are an error, not a value.
      let last = r.b.emit1(.dim, [], ["dim": .dims([r.attributes.extents("extent")[0] - 1])]).broadcast(to: l[0].shape, axes: [])
      func clipped(_ i: Node) -> Node { .minimum(.maximum(i, r.b.int(0, i.shape)), last) }
      return [(clipped(l[0]), clipped(u[0]))]
    },
    samples: [
      OpSample([(TensorType(.int, [3]), .indices(4))], ["extent": .dims([4])]),
      OpSample([(TensorType(.int, []), .indices(2))], ["extent": .dims([2])]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [2])], ["extent": .dims([4])], "needs integers")])

  public static let wrapIndex: OpDecl = OpDecl(
    "wrapIndex", doc: "Indices of an axis of `extent` elements: negative ones count from the end, and those outside are an error.", traits: [.elementwise, .locallyConstant],
    infer: { (types, _) throws(OpError) in
      try Check.count("wrapIndex", types, 1)
      try Check.elements("wrapIndex", types[0], .int)
      return types
    },
    kernel: kernel(IndexKernels.wrap, .none) { $0.constants("extent") }, derivative: .zero, transpose: .none,
    batching: .rule { r, _, _ in [Node.apply(.wrapIndex, r.x[0], attributes: r.attributes)] },
    rounding: .none,
    interval: .rule { r, l, u in
      // Where all are counted from one end; otherwise any place may be meant.
      let extent = r.b.emit1(.dim, [], ["dim": .dims([r.attributes.extents("extent")[0]])]).broadcast(to: l[0].shape, axes: [])
      let (zero, one) = (r.b.int(0, l[0].shape), r.b.int(1, l[0].shape))
      func placed(_ i: Node) -> Node {
        .minimum(.maximum(.select(.apply(.lt, i, zero), .minimum(i, zero) + extent, i), zero), extent - one)
      }
      let mixed = Node.apply(.and, .apply(.lt, l[0], zero), .apply(.ge, u[0], zero))
      return [(.select(mixed, zero, placed(l[0])), .select(mixed, extent - one, placed(u[0])))]
    },
    samples: [
      OpSample([(TensorType(.int, [3]), .indices(4))], ["extent": .dims([4])]),
      OpSample([(TensorType(.int, []), .edges([-2]))], ["extent": .dims([4])]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [2])], ["extent": .dims([4])], "needs integers")])

  public static let divisor: OpDecl = OpDecl(
    "divisor", doc: "Divisors of Ints: a zero is an error.", traits: [.elementwise, .locallyConstant],
    infer: { (types, _) throws(OpError) in
      try Check.count("divisor", types, 1)
      try Check.elements("divisor", types[0], .int)
      return types
    },
    kernel: kernel(IndexKernels.nonZero, .none), derivative: .zero, transpose: .none,
    batching: .rule { r, _, _ in [Node.apply(.divisor, r.x[0])] }, rounding: .none, interval: .rule { _, l, u in [(l[0], u[0])] },
    samples: [
      OpSample([(TensorType(.int, [3]), .edges([1, -2, 3]))]), OpSample([(TensorType(.int, []), .edges([4]))]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [2])], "needs integers")])

  public static let dynamicSlice: OpDecl = OpDecl(
    "dynamicSlice", doc: "A block of `sizes` whose corner is given by an Int for each axis; one that does not lie inside is an error.", traits: [.linearInFirst],
    infer: { (types, a) throws(OpError) in
      guard let x = types.first else { throw OpError("`dynamicSlice` of nothing") }
      try Check.scalarInts("dynamicSlice", types.dropFirst())
      let sizes = a.extents("sizes")
      if types.count != x.rank + 1 || sizes.count != x.rank { throw OpError("`dynamicSlice` of \(x.word) needs a place and a size for each axis") }
      try fits("dynamicSlice", sizes, in: x)
      return [x.with(shape: sizes)]
    },
    kernel: kernel(IndexKernels.dynamicSlice, .none),
    derivative: .rule { r, dx in [dx[0].map { r.b.emit1(.dynamicSlice, [$0] + r.x.dropFirst(), r.attributes) }] },
    transpose: .rule { r, ct, _ in
      [ct[0].map { r.b.emit1(.dynamicUpdate, [r.b.zeros(r.x[0].type), $0] + r.x.dropFirst()) }] + r.x.dropFirst().map { _ in nil }
    },
    batching: .loop, rounding: .none, interval: .rule { r, l, u in
      let place = Place(l.dropFirst(), u.dropFirst(), r.x[0].shape, r.attributes.extents("sizes"))
      func block(_ x: Node) -> Node { r.b.emit1(.dynamicSlice, [x] + place.corner, r.attributes) }
      guard let certain = place.certain else { return [(block(l[0]), block(u[0]))] }
      // Where the place is not certain, any element may be meant.
      let (low, high) = (block(l[0]), block(u[0]))
      let known = certain.broadcast(to: low.shape, axes: [])
      return [(
        .select(known, low, l[0].extreme(least: true).broadcast(to: low.shape, axes: [])),
        .select(known, high, u[0].extreme(least: false).broadcast(to: low.shape, axes: []))
      )]
    },
    samples: [
      OpSample([(TensorType(.f64, [5]), .uniform(-2...2)), (TensorType(.int), .indices(3))], ["sizes": .dims([2])]),
      OpSample([(TensorType(.f64, [3, 4]), .uniform(-2...2)), (TensorType(.int), .indices(2)), (TensorType(.int), .indices(2))], ["sizes": .dims([1, 2])]),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [3])], ["sizes": .dims([2])], "a place and a size"),
      OpErrorSample([TensorType(.f64, [3]), TensorType(.int)], ["sizes": .dims([4])], "does not fit"),
    ])

  public static let dynamicUpdate: OpDecl = OpDecl(
    "dynamicUpdate", doc: "x with a block replaced, whose corner is given by an Int for each axis; one that does not lie inside is an error.",
    traits: [.inPlace],
    infer: { (types, _) throws(OpError) in
      guard types.count >= 2, types.count == types[0].rank + 2, types[1].rank == types[0].rank else {
        throw OpError("`dynamicUpdate` needs a block and a place for each axis")
      }
      try Check.sameElements("dynamicUpdate", Array(types.prefix(2)))
      try Check.scalarInts("dynamicUpdate", types.dropFirst(2))
      try fits("dynamicUpdate", types[1].shape, in: types[0])
      return [types[0]]
    },
    kernel: kernel(IndexKernels.dynamicUpdate, .none),
    derivative: .rule { r, dx in
      if dx[0] == nil && dx[1] == nil { return [nil] }
      return [r.b.emit1(.dynamicUpdate, [dx[0] ?? r.b.zeros(r.x[0].type), dx[1] ?? r.b.zeros(r.x[1].type)] + r.x.dropFirst(2))]
    },
    transpose: .rule { r, ct, linear in
      guard let ct = ct[0] else { return r.x.map { _ in nil } }
      let corner = r.x.dropFirst(2)
      let rest = linear[0] ? r.b.emit1(.dynamicUpdate, [ct, r.b.zeros(r.x[1].type)] + corner) : nil
      let block = linear[1] ? r.b.emit1(.dynamicSlice, [ct] + corner, ["sizes": .dims(r.x[1].shape)]) : nil
      return [rest, block] + corner.map { _ in nil }
    },
    batching: .rule { r, batched, n in
      let x = r.x[0].batched(batched[0], n)
      let block = r.x[1].batched(batched[1], n)
      // One place for all lanes: the block has the lanes' axis too.
      if !batched.dropFirst(2).contains(true) { return [r.b.emit1(.dynamicUpdate, [x, block, r.b.int(0)] + r.x.dropFirst(2))] }
      // A place for each lane: empty the elements that are written, and add the block there.
      let shape = Array(x.shape.dropFirst())
      let inner = Array(block.shape.dropFirst())
      var place = r.b.int(0, block.shape)
      for k in shape.indices {
        let along = r.b.emit1(.iota, [], ["shape": .dims(inner), "axis": .int(k), "dtype": .dtype(.int)])
        // The rows of x are joined, so a place outside of one axis would be an element elsewhere: it is refused here.
        let within: Attributes = ["extent": .dims([shape[k] - inner[k] + 1])]
        let start = Node.apply(.checkIndex, r.x[k + 2].batched(batched[k + 2], n), attributes: within).broadcast(to: block.shape, axes: [0])
        let index = start + along.broadcast(to: block.shape, axes: Array(1...inner.count))
        let stride = r.b.emit1(.dim, [], ["dim": .dims([Array(shape.dropFirst(k + 1)).elementCount])])
        place = place + index * stride.broadcast(to: block.shape, axes: [])
      }
      let (count, size) = (shape.elementCount, inner.elementCount)
      let flat = place.reshape([n, size])
      let batch: Attributes = ["batch": .int(1)]
      let hits = Node.apply(.scatterAdd, r.b.int(0, [n, count]), flat, r.b.int(1, [n, size]), attributes: batch)
      // Truth values do not add up; as integers they do.
      let numbers: DType = x.dtype == .bool ? .int : x.dtype
      let rows = x.convert(numbers).reshape([n, count])
      let hole = Node.select(Node.apply(.eq, hits, r.b.int(0, [n, count])), rows, r.b.zeros(rows.type))
      let filled = Node.apply(.scatterAdd, hole, flat, block.convert(numbers).reshape([n, size]), attributes: batch)
      return [filled.convert(x.dtype).reshape(x.shape)]
    },
    rounding: .none, interval: .rule { r, l, u in
      let place = Place(l.dropFirst(2), u.dropFirst(2), r.x[0].shape, r.x[1].shape)
      func updated(_ x: Node, _ block: Node) -> Node { r.b.emit1(.dynamicUpdate, [x, block] + place.corner) }
      guard let certain = place.certain else { return [(updated(l[0], l[1]), updated(u[0], u[1]))] }
      // Where the place is not certain, each element may stay or become any of the block.
      let known = certain.broadcast(to: l[0].shape, axes: [])
      let truth = l[0].dtype == .bool
      func either(_ x: Node, _ block: Node, least: Bool) -> Node {
        let other = block.extreme(least: least).broadcast(to: x.shape, axes: [])
        return .apply(least ? (truth ? .and : .min) : (truth ? .or : .max), x, other)
      }
      return [(
        .select(known, updated(l[0], l[1]), either(l[0], l[1], least: true)),
        .select(known, updated(u[0], u[1]), either(u[0], u[1], least: false))
      )]
    },
    samples: [
      OpSample([(TensorType(.f64, [5]), .uniform(-2...2)), (TensorType(.f64, [2]), .uniform(-2...2)), (TensorType(.int), .indices(3))]),
      OpSample([(TensorType(.f64, [3, 4]), .uniform(-2...2)), (TensorType(.f64, [1, 2]), .uniform(-2...2)), (TensorType(.int), .indices(2)), (TensorType(.int), .indices(2))]),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [3]), TensorType(.int, [1]), TensorType(.int)], "differ in kind"),
      OpErrorSample([TensorType(.f64, [3]), TensorType(.f64, [4]), TensorType(.int)], "does not fit"),
    ])

  static let indexingOps: [OpDecl] = [.gather, .scatterAdd, .checkIndex, .wrapIndex, .divisor, .dynamicSlice, .dynamicUpdate]
}

/// The corner of a block by bounds of its indices: themselves where they are known, or else the lower ones moved inside, and
/// whether these are certain.
private struct Place {
  let corner: [Node]
  let certain: Node?
  init(_ low: ArraySlice<Node>, _ high: ArraySlice<Node>, _ shape: Shape, _ sizes: Shape) {
    var (corner, certain): ([Node], Node?) = ([], nil)
    for (k, (l, u)) in zip(low, high).enumerated() {
      if l.builder === u.builder, l.id == u.id {
        corner.append(l)
        continue
      }
      corner.append(l.place(in: shape[k] - sizes[k] + 1))
      let same = Node.apply(.eq, l, u)
      certain = certain.map { .apply(.and, $0, same) } ?? same
    }
    (self.corner, self.certain) = (corner, certain)
  }
}

extension Node {
  /// The least (or largest) of all elements.
  fileprivate func extreme(least: Bool) -> Node {
    let decl: OpDecl = dtype == .bool ? (least ? .allOf : .anyOf) : least ? .minOf : .maxOf
    if dtype != .bool, shape.elementCount == 0 { return builder.zeros(TensorType(dtype)) }
    return rank == 0 ? self : Node.apply(decl, self, attributes: ["axes": .ints(Array(0..<rank))])
  }

  /// An index moved inside an axis, where it only stands for a place that is not certain.
  fileprivate func place(in extent: Dim) -> Node {
    let last = builder.emit1(.dim, [], ["dim": .dims([extent - 1])]).broadcast(to: shape, axes: [])
    return .minimum(.maximum(self, builder.int(0, shape)), last)
  }
}

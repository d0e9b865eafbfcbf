import IR
import Tensors

// Convolution in the sense of neural networks: cross-correlation, kernels are not flipped.

extension OpDecl {
  public static let conv: OpDecl = OpDecl(
    "conv",
    doc: """
      `y[n, o, t] = Σ w[o, c, k] x[n, c, strides·t + rhsDilation·k - low]` over x [N, C] + spatial and w [O, C / groups] + kernel, for \
      1 or 2 spatial axes; x is zero outside, has lhsDilation - 1 zeros between its elements, and negative padding crops. Kernels \
      are not flipped. With groups, the o-th part of the filters sees the o-th part of the channels. (The conventions of XLA.)
      """,
    traits: [.multilinear], infer: inferConv,
    kernel: .function(
      ConvKernel.kernel,
      pack: { attributes in
        [("strides", 1), ("low", 0), ("lhsDilation", 1), ("rhsDilation", 1)].flatMap { Spatial.pair(attributes.ints($0), $1) }
          + [attributes.int("groups")]
      },
      workspace: { operands, results in
        ConvKernel.workspace(
          filters: operands[1].shape.constants ?? [], result: results[0].shape.constants ?? [], dtype: results[0].dtype)
      },
      work: .rule { x, y, _ in 2 * Count(y[0].shape) * Count(Array(x[1].shape.dropFirst())) }),
    derivative: .linear, transpose: .rule(transposeConv), batching: .rule(batchConv), rounding: .sums { r in Array(r.x[1].shape.dropFirst()) }, interval: .derived,
    samples: [
      sample([2, 2, 6], [3, 2, 3], ConvAttributes(1)),
      sample([1, 2, 7], [2, 2, 3], ConvAttributes(1, strides: [2], low: [1], high: [1])),
      sample([1, 1, 4], [1, 1, 3], ConvAttributes(1, low: [2], high: [2], lhsDilation: [2])),
      sample([1, 4, 5], [6, 2, 2], ConvAttributes(1, rhsDilation: [2], groups: 2)),
      sample([1, 1, 6], [2, 1, 2], ConvAttributes(1, low: [-1], high: [-2])),
      sample([1, 2, 5, 4], [3, 2, 3, 2], ConvAttributes(2, strides: [2, 1], low: [1, 0], high: [1, 1])),
      sample([2, 4, 3, 3], [4, 1, 2, 2], ConvAttributes(2, groups: 4)),
      sample([2, 3, 4, 4], [2, 3, 1, 1], ConvAttributes(2)),
      sample([1, 2, 4, 3], [2, 2, 2, 2], ConvAttributes(2, low: [1, 2], high: [1, 0], lhsDilation: [2, 1], rhsDilation: [1, 2])),
      sample([0, 2, 4], [3, 2, 2], ConvAttributes(1)), sample([1, 0, 4], [3, 0, 2], ConvAttributes(1)),
      sample([1, 2, 6], [3, 2, 3], ConvAttributes(1), dtype: .f32),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [1, 2, 6]), TensorType(.f64, [3, 3, 3])], ConvAttributes(1).attributes, "3 channels"),
      OpErrorSample([TensorType(.f64, [2, 6]), TensorType(.f64, [3, 3])], ConvAttributes(1).attributes, "1 or 2 spatial axes"),
      OpErrorSample([TensorType(.f64, [1, 2, 2]), TensorType(.f64, [3, 2, 3])], ConvAttributes(1).attributes, "does not fit"),
      OpErrorSample([TensorType(.f64, [1, 4, 6]), TensorType(.f64, [3, 2, 3])], ConvAttributes(1, groups: 2).attributes, "in 2 groups"),
      OpErrorSample([TensorType(.f64, [1, 2, 6]), TensorType(.f64, [3, 2, 3])], ConvAttributes(1, strides: [0]).attributes, "`strides` is at least 1"),
    ])
}

/// The attributes of `conv`, of which most are usually left alone.
public struct ConvAttributes: Sendable {
  public var strides, low, high, lhsDilation, rhsDilation: [Int]
  public var groups: Int
  /// For 1 or 2 spatial axes.
  public init(
    _ spatial: Int, strides: [Int]? = nil, low: [Int]? = nil, high: [Int]? = nil, lhsDilation: [Int]? = nil,
    rhsDilation: [Int]? = nil, groups: Int = 1
  ) {
    let (ones, zeros) = ([Int](repeating: 1, count: spatial), [Int](repeating: 0, count: spatial))
    (self.strides, self.low, self.high) = (strides ?? ones, low ?? zeros, high ?? zeros)
    (self.lhsDilation, self.rhsDilation, self.groups) = (lhsDilation ?? ones, rhsDilation ?? ones, groups)
  }
  init(_ a: Attributes) {
    (strides, low, high) = (a.ints("strides"), a.ints("low"), a.ints("high"))
    (lhsDilation, rhsDilation, groups) = (a.ints("lhsDilation"), a.ints("rhsDilation"), a.int("groups"))
  }
  public var attributes: Attributes {
    [
      "strides": .ints(strides), "low": .ints(low), "high": .ints(high), "lhsDilation": .ints(lhsDilation),
      "rhsDilation": .ints(rhsDilation), "groups": .int(groups),
    ]
  }
}

extension Node {
  /// The convolution of `self` with filters; the shapes are known to fit.
  func conv(_ filters: Node, _ attributes: ConvAttributes) -> Node { .apply(.conv, self, filters, attributes: attributes.attributes) }
}

private let inferConv: @Sendable ([TensorType], Attributes) throws(OpError) -> [TensorType] = { (types, attributes) throws(OpError) in
  try Check.count("conv", types, 2)
  let (x, w, a) = (types[0], types[1], ConvAttributes(attributes))
  try Check.elements("conv", x, .number)
  try Check.sameElements("conv", types)
  try Spatial.rank("conv", x)
  if w.rank != x.rank { throw OpError("`conv` of \(x.word) needs filters with \(Check.axes(x.rank)), not \(w.word)") }
  let spatial = x.rank - 2
  try Spatial.lengths(
    "conv", spatial, [("strides", a.strides), ("lhsDilation", a.lhsDilation), ("rhsDilation", a.rhsDilation)], least: 1)
  try Spatial.lengths("conv", spatial, [("low", a.low), ("high", a.high)], least: -(1 << 40))
  if a.groups < 1 { throw OpError("`conv`: the number of groups is at least 1, not \(a.groups)") }
  if w.shape[1] * Dim(a.groups) != x.shape[1] {
    let groups = a.groups == 1 ? "" : " in \(a.groups) groups"
    throw OpError("`conv`: filters \(w.word) for \(w.shape[1]) channels\(groups) do not fit the \(x.shape[1]) channels of \(x.word)")
  }
  if w.shape[0].dividedExactly(by: Dim(a.groups)) == nil {
    throw OpError("`conv`: \(w.shape[0]) filters do not divide in \(a.groups) groups")
  }
  try Check.blasExtents("conv", types)
  var shape = [x.shape[0], w.shape[0]]
  for axis in 0..<spatial {
    let size = Spatial.dilated(w.shape[axis + 2], a.rhsDilation[axis])
    if w.shape[axis + 2].constant == 0 { throw OpError("`conv` with a kernel of no elements: \(w.word)") }
    let extent = x.shape[axis + 2].constant == 0 ? 0 : Spatial.dilated(x.shape[axis + 2], a.lhsDilation[axis])
    shape.append(try Spatial.places("conv", extent, a.low[axis], a.high[axis], size: size, stride: a.strides[axis]))
  }
  return [x.with(shape: shape)]
}

/// Both adjoints are convolutions again: that in x with the flipped filters and stride and input dilation exchanged, that in w
/// of x with the cotangent, images and channels exchanged and stride and kernel dilation exchanged (as in JAX's rules).
private let transposeConv: @Sendable (RuleContext, [Node?], [Bool]) -> [Node?] = { r, cotangents, linear in
  guard let ct = cotangents[0] else { return [nil, nil] }
  let (x, w, a) = (r.x[0].type, r.x[1].type, ConvAttributes(r.attributes))
  let (spatial, groups) = (x.rank - 2, Dim(a.groups))
  let (channels, filters) = (w.shape[1], w.shape[0].dividedExactly(by: groups) ?? w.shape[0])
  let space = Array(2..<x.rank)
  /// Per spatial axis: extents of the input, the kernel and the result with their dilations.
  func extents(_ axis: Int) -> (input: Dim, kernel: Dim, result: Dim) {
    (
      Spatial.dilated(x.shape[axis + 2], a.lhsDilation[axis]), Spatial.dilated(w.shape[axis + 2], a.rhsDilation[axis]),
      Spatial.dilated(ct.shape[axis + 2], a.strides[axis])
    )
  }
  // Paddings are differences of extents in which symbols mostly cancel. Where they do not, the graph is one that is only checked,
  // and zeros of the right type stand for the convolution.
  var isKnown = true
  func number(_ dim: Dim) -> Int {
    isKnown = isKnown && dim.constant != nil
    return dim.constant ?? 0
  }
  func adjoint(_ x: Node, _ filters: Node, _ b: ConvAttributes, _ type: TensorType, _ arranged: (Node) -> Node = { $0 }) -> Node {
    if (x.shape + filters.shape).constants != nil { return arranged(x.conv(filters, b)) }
    guard isKnown, let y = try? r.b.tryEmit(.conv, [x, filters], b.attributes)[0] else { return r.b.zeros(type) }
    return arranged(y)
  }
  func split(_ node: Node, _ axis: Int, _ sizes: [Dim]) -> Node {
    node.reshape(Array(node.shape[..<axis]) + sizes + Array(node.shape[(axis + 1)...]))
  }
  func merge(_ node: Node, _ axis: Int) -> Node {
    node.reshape(Array(node.shape[..<axis]) + [node.shape[axis] * node.shape[axis + 1]] + Array(node.shape[(axis + 2)...]))
  }
  var (ctX, ctW): (Node?, Node?)
  if linear[0] {
    // [g O, C] + kernel → [g C, O] + kernel, flipped.
    let turned = merge(split(r.x[1], 0, [groups, filters]).transpose([0, 2, 1] + space.map { $0 + 1 }), 0)
    let flipped = Node.apply(.reverse, turned, attributes: ["axes": .ints(space)])
    var b = ConvAttributes(spatial, strides: a.lhsDilation, lhsDilation: a.strides, rhsDilation: a.rhsDilation, groups: a.groups)
    for axis in 0..<spatial {
      let e = extents(axis)
      b.low[axis] = number(e.kernel - 1) - a.low[axis]
      b.high[axis] = number(e.input - e.result + Dim(a.low[axis]))
    }
    ctX = x.shape.contains(0) ? r.b.zeros(x) : adjoint(ct, flipped, b, x)
  }
  isKnown = true
  if linear[1] {
    // Channels as images, images as channels: x [N, g C] → [C, g N], ct [N, g O] → [g O, N]; the result is [C, g O] + kernel.
    let images = merge(split(r.x[0], 1, [groups, channels]).transpose([2, 1, 0] + space.map { $0 + 1 }), 1)
    let kernels = ct.transpose([1, 0] + space)
    var b = ConvAttributes(spatial, strides: a.rhsDilation, low: a.low, lhsDilation: a.lhsDilation, rhsDilation: a.strides, groups: a.groups)
    for axis in 0..<spatial {
      let e = extents(axis)
      b.high[axis] = number(e.result - e.input + e.kernel - 1) - a.low[axis]
    }
    let empty = x.shape.contains(0) || w.shape.contains(0)
    ctW = empty ? r.b.zeros(w) : adjoint(images, kernels, b, w) { $0.transpose([1, 0] + space) }
  }
  return [ctX, ctW]
}

/// Lanes of x are more images; lanes of w are more filters; lanes of both are more groups.
private let batchConv: @Sendable (RuleContext, [Bool], Dim) -> [Node] = { r, batched, n in
  var a = ConvAttributes(r.attributes)
  let (x, w) = (r.x[0], r.x[1])
  switch (batched[0], batched[1]) {
  case (true, false):
    let y = x.reshape([n * x.shape[1]] + Array(x.shape[2...])).conv(w, a)
    return [y.reshape([n, x.shape[1]] + Array(y.shape[1...]))]
  case (false, true):
    let groups = Dim(a.groups)
    let filters = w.shape[1].dividedExactly(by: groups) ?? w.shape[1]
    let rest = Array(w.shape[2...])
    // [n, g O] → [g n O]: each group sees its filters of all lanes.
    let wide = w.reshape([n, groups, filters] + rest).transpose([1, 0] + Array(2..<(w.rank + 1)))
      .reshape([groups * n * filters] + rest)
    let y = x.conv(wide, a)
    let space = Array(y.shape[2...])
    return [
      y.reshape([y.shape[0], groups, n, filters] + space).transpose([2, 0, 1, 3] + space.indices.map { $0 + 4 })
        .reshape([n, y.shape[0], w.shape[1]] + space)
    ]
  default:
    let all = r.allBatched(batched, n)
    // The number of groups is a number: where n is a symbol, lane after lane.
    guard let lanes = n.constant else { return [convLaneAfterLane(r, all, n)] }
    a.groups *= lanes
    let (x, w) = (all[0], all[1])
    let wide = x.transpose([1, 0] + Array(2..<x.rank)).reshape([x.shape[1], n * x.shape[2]] + Array(x.shape[3...]))
    let y = wide.conv(w.reshape([n * w.shape[1]] + Array(w.shape[2...])), a)
    let space = Array(y.shape[2...])
    return [y.reshape([y.shape[0], n, w.shape[1]] + space).transpose([1, 0, 2] + space.indices.map { $0 + 3 })]
  }
}

private func convLaneAfterLane(_ r: RuleContext, _ operands: [Node], _ n: Dim) -> Node {
  let body = Builder(name: "conv")
  _ = body.parameter(TensorType(.int))
  let slices = operands.map { body.parameter($0.type.with(shape: Array($0.shape.dropFirst()))) }
  let y = body.emit1(.conv, slices, r.attributes)
  return r.b.place(
    .forLoop, operands, ["consts": .int(0), "carries": .int(0), "reversed": .bool(false), "length": .dims([n])],
    regions: [body.finish([y])], types: [y.type.with(shape: [n] + y.shape)])[0]
}

private func sample(_ x: Shape, _ w: Shape, _ attributes: ConvAttributes, dtype: DType = .f64) -> OpSample {
  OpSample([(TensorType(dtype, x), .uniform(-2...2)), (TensorType(dtype, w), .uniform(-1...1))], attributes.attributes)
}

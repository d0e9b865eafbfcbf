import IR
import Tensors

// Patches of images, from which pooling is made.

extension OpDecl {
  public static let windows: OpDecl = OpDecl(
    "windows",
    doc: """
      All windows of `size`, `strides` apart, over x [N, C] + spatial padded with the scalar operand 1: [N, C] + places + [window \
      elements, row-major].
      """,
    traits: [.linear, .increasing],
    infer: { (types, attributes) throws(OpError) in
      try Check.count("windows", types, 2)
      let x = types[0]
      if x.dtype == .string { throw OpError("`windows` needs numbers, not \(x.word)") }
      if types[1] != TensorType(x.dtype) { throw OpError("`windows` pads \(x.word) with a scalar of its kind, not with \(types[1].word)") }
      try Spatial.rank("windows", x)
      return [x.with(shape: try places("windows", x.shape, WindowAttributes(attributes)))]
    },
    kernel: .function(WindowsKernel.gather, pack: pack, workspace: { _, _ in 0 }, work: .none),
    derivative: .linear,
    transpose: .rule { r, cotangents, linear in
      guard let ct = cotangents[0] else { return [nil, nil] }
      let inside = ct.windowsAdd(r.x[0].shape, WindowAttributes(r.attributes))
      // What is not copied from x is copied from the padding.
      let padding = linear[1] ? ct.sum(Array(0..<ct.rank)) - inside.sum(Array(0..<inside.rank)) : nil
      return [linear[0] ? inside : nil, padding]
    },
    batching: .rule { r, batched, n in
      let a = WindowAttributes(r.attributes)
      let x = r.x[0]
      func lanes(_ x: Node, _ padding: Node) -> Node {
        let y = x.reshape([n * x.shape[1]] + Array(x.shape[2...])).windows(padding, a)
        return y.reshape([n, x.shape[1]] + Array(y.shape[1...]))
      }
      if !batched[1] { return [lanes(x, r.x[1])] }
      // Each lane has its own padding: it is put where windows of a mask are empty.
      let all = x.batched(batched[0], n)
      let mask = lanes(r.b.bool(true, all.shape), r.b.bool(false))
      let values = lanes(all, r.b.fill(0, TensorType(x.dtype)))
      return [.select(mask, values, r.x[1].broadcast(to: values.shape, axes: [0]))]
    },
    rounding: .none, interval: .derived,
    samples: [
      sample([1, 2, 5], WindowAttributes([2], strides: [2])), sample([2, 1, 4], WindowAttributes([3], low: [1], high: [2])),
      sample([1, 1, 4, 5], WindowAttributes([2, 3], strides: [2, 1], low: [1, 0], high: [0, 1])),
      sample([1, 2, 4, 4], WindowAttributes([2, 2], strides: [2, 2])), sample([0, 1, 4], WindowAttributes([2])),
      sample([1, 1, 5], WindowAttributes([2], low: [-1], high: [-1])),
      sample([1, 1, 3], WindowAttributes([2]), dtype: .f32), sample([1, 1, 3], WindowAttributes([2]), dtype: .int),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [1, 1, 2]), TensorType(.f64)], WindowAttributes([3]).attributes, "does not fit"),
      OpErrorSample([TensorType(.f64, [4, 4]), TensorType(.f64)], WindowAttributes([2]).attributes, "1 or 2 spatial axes"),
      OpErrorSample([TensorType(.f64, [1, 1, 4]), TensorType(.int)], WindowAttributes([2]).attributes, "a scalar of its kind"),
      OpErrorSample([TensorType(.f64, [1, 1, 4]), TensorType(.f64)], WindowAttributes([0]).attributes, "`size` is at least 1"),
    ])

  public static let windowsAdd: OpDecl = OpDecl(
    "windowsAdd",
    doc: "The adjoint of `windows`: each pixel of [N, C] + `spatial` is the sum of its copies in the windows; padding is dropped.",
    traits: [.linear, .increasing],
    infer: { (types, attributes) throws(OpError) in
      try Check.count("windowsAdd", types, 1)
      try Check.elements("windowsAdd", types[0], .number)
      let spatial = attributes.dims("spatial")
      if types[0].rank != spatial.count + 3 {
        throw OpError("`windowsAdd` needs [images, channels], places and window elements, not \(types[0].word)")
      }
      let shape = Array(types[0].shape[..<2]) + spatial
      try Spatial.rank("windowsAdd", types[0].with(shape: shape))
      let expected = try places("windowsAdd", shape, WindowAttributes(attributes))
      if expected != types[0].shape {
        throw OpError("`windowsAdd`: \(types[0].word) are not the windows of \(types[0].with(shape: shape).word)", note: Check.difference(expected, types[0].shape))
      }
      return [types[0].with(shape: shape)]
    },
    kernel: .function(WindowsKernel.add, pack: pack, workspace: { _, _ in 0 }, work: .operand),
    derivative: .linear,
    transpose: .rule { r, cotangents, _ in
      [cotangents[0].map { $0.windows(r.b.fill(0, TensorType($0.dtype)), WindowAttributes(r.attributes)) }]
    },
    batching: .rule { r, _, n in
      let x = r.x[0]
      let y = x.reshape([n * x.shape[1]] + Array(x.shape[2...])).windowsAdd(
        [n * x.shape[1], x.shape[2]] + r.attributes.dims("spatial"), WindowAttributes(r.attributes))
      return [y.reshape([n, x.shape[1]] + Array(y.shape[1...]))]
    },
    rounding: .sums { r in r.attributes.ints("size").map { Dim($0) } }, interval: .derived,
    samples: [
      addSample([1, 2, 2, 2], [5], WindowAttributes([2], strides: [2])),
      addSample([1, 1, 2, 4, 6], [4, 5], WindowAttributes([2, 3], strides: [2, 1], low: [1, 0], high: [0, 1])),
      addSample([2, 1, 3, 2], [4], WindowAttributes([2])),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [1, 1, 3, 2])], WindowAttributes([2]).attributes.adding("spatial", .dims([5])), "are not the windows"),
      OpErrorSample([TensorType(.f64, [3, 2])], WindowAttributes([2]).attributes.adding("spatial", .dims([4])), "window elements"),
    ])
}

/// The attributes of `windows`.
public struct WindowAttributes: Sendable {
  public var size, strides, low, high: [Int]
  public init(_ size: [Int], strides: [Int]? = nil, low: [Int]? = nil, high: [Int]? = nil) {
    let (ones, zeros) = (size.map { _ in 1 }, size.map { _ in 0 })
    (self.size, self.strides, self.low, self.high) = (size, strides ?? ones, low ?? zeros, high ?? zeros)
  }
  init(_ a: Attributes) { (size, strides, low, high) = (a.ints("size"), a.ints("strides"), a.ints("low"), a.ints("high")) }
  public var attributes: Attributes { ["size": .ints(size), "strides": .ints(strides), "low": .ints(low), "high": .ints(high)] }
}

extension Node {
  func windows(_ padding: Node, _ a: WindowAttributes) -> Node { .apply(.windows, self, padding, attributes: a.attributes) }
  /// `shape`: that of the images.
  func windowsAdd(_ shape: Shape, _ a: WindowAttributes) -> Node {
    .apply(.windowsAdd, self, attributes: a.attributes.adding("spatial", .dims(Array(shape[2...]))))
  }
}

private extension Attributes {
  func adding(_ name: String, _ value: Attribute) -> Attributes {
    var copy = self
    copy[name] = value
    return copy
  }
}

private let pack: @Sendable (Attributes) -> [Int] = { attributes in
  [("size", 1), ("strides", 1), ("low", 0)].flatMap { Spatial.pair(attributes.ints($0), $1) }
}

/// The shape of all windows over images.
private func places(_ name: String, _ shape: Shape, _ a: WindowAttributes) throws(OpError) -> Shape {
  let spatial = shape.count - 2
  try Spatial.lengths(name, spatial, [("size", a.size), ("strides", a.strides)], least: 1)
  try Spatial.lengths(name, spatial, [("low", a.low), ("high", a.high)], least: -(1 << 40))
  var result = Array(shape[..<2])
  for axis in 0..<spatial {
    result.append(
      try Spatial.places(name, shape[axis + 2], a.low[axis], a.high[axis], size: Dim(a.size[axis]), stride: a.strides[axis]))
  }
  return result + [Dim(a.size.reduce(1, *))]
}

private func sample(_ x: Shape, _ a: WindowAttributes, dtype: DType = .f64) -> OpSample {
  let values: OpSample.Values = dtype == .int ? .indices(9) : .uniform(-2...2)
  return OpSample([(TensorType(dtype, x), values), (TensorType(dtype), values)], a.attributes)
}
private func addSample(_ x: Shape, _ spatial: Shape, _ a: WindowAttributes) -> OpSample {
  OpSample([(TensorType(.f64, x), .uniform(-2...2))], a.attributes.adding("spatial", .dims(spatial)))
}

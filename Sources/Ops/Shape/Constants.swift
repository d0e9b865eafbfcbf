import IR
import Tensors

// Values without operands.

extension OpDecl {
  public static let fill: OpDecl = OpDecl(
    "fill", doc: "A tensor of `shape` with every element `value`.", traits: [.linear],
    infer: { (types, a) throws(OpError) in
      try Check.count("fill", types, 0)
      return [TensorType(a.dtype("dtype"), a.extents("shape"))]
    },
    kernel: kernel(DataMovement.fill, .none) { a in
      let bits: UInt64 =
        switch a["value"] {
        case .real(let x)?: a.dtype("dtype") == .int ? UInt64(bitPattern: saturated(x)) : x.bitPattern
        case .int(let n)?: a.dtype("dtype") == .int ? UInt64(bitPattern: Int64(n)) : Double(n).bitPattern
        case .bool(let b)?: b ? 1 : 0
        default: 0
        }
      return [Int(bitPattern: UInt(bits))]
    },
    derivative: .zero, transpose: .none, batching: .rule { r, _, _ in r.y }, rounding: .none, interval: .rule { r, _, _ in [(r.y[0], r.y[0])] },
    samples: [
      OpSample([], ["value": .real(1.5), "dtype": .dtype(.f64), "shape": .dims([2, 3])]),
      OpSample([], ["value": .int(7), "dtype": .dtype(.int), "shape": .dims([])]),
      OpSample([], ["value": .bool(true), "dtype": .dtype(.bool), "shape": .dims([0])]),
    ],
    errors: [OpErrorSample([TensorType(.f64)], ["value": .real(1), "dtype": .dtype(.f64), "shape": .dims([])], "takes 0 operands")])

  public static let tensor: OpDecl = OpDecl(
    "tensor", doc: "A tensor that is known before the run.", traits: [],
    infer: { (types, a) throws(OpError) in
      try Check.count("tensor", types, 0)
      let t = a.tensor("tensor")
      return [TensorType(t.dtype, t.shape.map { Dim($0) })]
    },
    kernel: .structural, derivative: .zero, transpose: .none, batching: .rule { r, _, _ in r.y },
    rounding: .none, interval: .rule { r, _, _ in [(r.y[0], r.y[0])] }, samples: [], errors: [])

  public static let dim: OpDecl = OpDecl(
    "dim", doc: "A size of the script as an Int: a number once shapes are known.", traits: [],
    infer: { (types, _) throws(OpError) in
      try Check.count("dim", types, 0)
      return [TensorType(.int)]
    },
    kernel: kernel(DataMovement.fill, .none) { $0.constants("dim") }, derivative: .zero, transpose: .none,
    batching: .rule { r, _, _ in r.y }, rounding: .none, interval: .rule { r, _, _ in [(r.y[0], r.y[0])] },
    samples: [OpSample([], ["dim": .dims([3])]), OpSample([], ["dim": .dims([0])])],
    errors: [OpErrorSample([TensorType(.f64)], ["dim": .dims([3])], "takes 0 operands")])

  public static let iota: OpDecl = OpDecl(
    "iota", doc: "The index along `axis` of each place of a tensor of `shape`.", traits: [],
    infer: { (types, a) throws(OpError) in
      try Check.count("iota", types, 0)
      let type = TensorType(a.dtype("dtype"), a.extents("shape"))
      try Check.axis("iota", a.int("axis"), of: type)
      return [type]
    },
    kernel: kernel(DataMovement.iota, .none) { [$0.int("axis")] }, derivative: .zero, transpose: .none,
    batching: .rule { r, _, _ in r.y }, rounding: .none, interval: .rule { r, _, _ in [(r.y[0], r.y[0])] },
    samples: [
      OpSample([], ["shape": .dims([4]), "axis": .int(0), "dtype": .dtype(.int)]),
      OpSample([], ["shape": .dims([2, 3]), "axis": .int(1), "dtype": .dtype(.f64)]),
    ],
    errors: [OpErrorSample([], ["shape": .dims([4]), "axis": .int(1), "dtype": .dtype(.int)], "axis 1")])

  static let constantOps: [OpDecl] = [.fill, .tensor, .dim, .iota]
}

/// The real as an Int, as `convert` cuts it: out of range, the nearest; nan, 0.
private func saturated(_ x: Double) -> Int64 {
  x.isNaN ? 0 : x >= 0x1p63 ? .max : x < -0x1p63 ? .min : Int64(x)
}

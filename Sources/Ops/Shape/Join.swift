import IR
import Tensors

// Padding and joining.

extension OpDecl {
  public static let pad: OpDecl = OpDecl(
    "pad", doc: "Adds `low` elements before, `high` after and `interior` between those of each axis, with the scalar value of operand 1; negative numbers crop.",
    traits: [.linear, .increasing],
    infer: { (types, a) throws(OpError) in
      try Check.count("pad", types, 2)
      let x = types[0]
      if types[1] != TensorType(x.dtype) { throw OpError("`pad` fills \(x.word) with a scalar of its kind, not with \(types[1].word)") }
      let (low, high, interior) = (a.extents("low"), a.extents("high"), a.ints("interior"))
      if low.count != x.rank || high.count != x.rank || interior.count != x.rank { throw OpError("`pad` of \(x.word) needs numbers for each axis") }
      var shape: Shape = []
      for k in 0..<x.rank {
        let gaps = interior[k] == 0 ? Dim(0) : x.shape[k] == 0 ? Dim(0) : (x.shape[k] - 1) * Dim(interior[k])
        let extent = x.shape[k] + gaps + low[k] + high[k]
        if let n = extent.constant, n < 0 { throw OpError("`pad` crops more than axis \(k) of \(x.word) has") }
        shape.append(extent)
      }
      return [x.with(shape: shape)]
    },
    kernel: kernel(DataMovement.pad, .none) { $0.constants("low") + $0.ints("interior") },
    derivative: .linear,
    transpose: .rule { r, ct, linear in
      guard let ct = ct[0] else { return [nil, nil] }
      let x = r.x[0].type
      let (low, high, interior) = (r.attributes.extents("low"), r.attributes.extents("high"), r.attributes.ints("interior"))
      // Crop (or extend with zeros where the op cropped), then take every (interior + 1)-th element.
      let zero = r.b.zeros(TensorType(ct.dtype))
      let whole = Node.apply(.pad, ct, zero, attributes: [
        "low": .dims(low.map { Dim(0) - $0 }), "high": .dims(high.map { Dim(0) - $0 }), "interior": .ints(low.map { _ in 0 }),
      ])
      let back = interior.allSatisfy { $0 == 0 } ? whole : Node.apply(.slice, whole, attributes: [
        "start": .dims(x.shape.map { _ in 0 }), "stop": .dims(whole.shape), "step": .ints(interior.map { $0 + 1 }),
      ])
      let value = linear[1] ? ct.sum(Array(0..<ct.rank)) - back.sum(Array(0..<back.rank)) : nil
      return [linear[0] ? back : nil, value]
    },
    batching: .rule { r, batched, n in
      func front(_ name: String) -> [Dim] { [0] + r.attributes.extents(name) }
      let attributes: Attributes = ["low": .dims(front("low")), "high": .dims(front("high")), "interior": .ints([0] + r.attributes.ints("interior"))]
      let x = r.x[0].batched(batched[0], n)
      if !batched[1] { return [Node.apply(.pad, x, r.x[1], attributes: attributes)] }
      // Each lane has its own filling: put where a padded mask is empty.
      let inside = Node.apply(.pad, r.b.bool(true, x.shape), r.b.bool(false), attributes: attributes)
      let values = Node.apply(.pad, x, r.b.zeros(TensorType(x.dtype)), attributes: attributes)
      return [.select(inside, values, r.x[1].broadcast(to: values.shape, axes: [0]))]
    },
    rounding: .none, interval: .derived,
    samples: [
      OpSample([(TensorType(.f64, [3]), .uniform(-1...1)), (TensorType(.f64), .uniform(-1...1))], ["low": .ints([1]), "high": .ints([2]), "interior": .ints([0])]),
      OpSample([(TensorType(.f64, [3, 2]), .uniform(-1...1)), (TensorType(.f64), .uniform(-1...1))], ["low": .ints([0, 1]), "high": .ints([0, 0]), "interior": .ints([1, 0])]),
      OpSample([(TensorType(.f64, [4]), .uniform(-1...1)), (TensorType(.f64), .uniform(-1...1))], ["low": .ints([-1]), "high": .ints([1]), "interior": .ints([0])]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [2]), TensorType(.int)], ["low": .ints([0]), "high": .ints([0]), "interior": .ints([0])], "a scalar of its kind")])

  public static let concat: OpDecl = OpDecl(
    "concat", doc: "The operands one after the other along `axis`.", traits: [.linear, .increasing],
    infer: { (types, a) throws(OpError) in
      guard let first = types.first else { throw OpError("`concat` of nothing") }
      let axis = a.int("axis")
      try Check.axis("concat", axis, of: first)
      try Check.sameElements("concat", types)
      var extent = Dim(0)
      for type in types {
        guard type.rank == first.rank, type.shape.removing([axis]) == first.shape.removing([axis]) else {
          throw OpError("the operands of `concat` differ besides axis \(axis): \(first.word) and \(type.word)")
        }
        extent = extent + type.shape[axis]
      }
      return [first.with(shape: first.shape.replacing(axis, by: extent))]
    },
    kernel: kernel(DataMovement.concat, .none) { [$0.int("axis")] }, derivative: .linear,
    transpose: .rule { r, ct, linear in
      guard let ct = ct[0] else { return r.x.map { _ in nil } }
      let axis = r.attributes.int("axis")
      var at = Dim(0)
      return r.x.enumerated().map { k, x in
        let next = at + x.shape[axis]
        defer { at = next }
        guard linear[k] else { return nil }
        return Node.apply(.slice, ct, attributes: [
          "start": .dims(ct.shape.map { _ in Dim(0) }.replacing(axis, by: at)), "stop": .dims(ct.shape.replacing(axis, by: next)),
          "step": .ints(ct.shape.map { _ in 1 }),
        ])
      }
    },
    batching: .rule { r, batched, n in
      [r.b.emit1(.concat, r.allBatched(batched, n), ["axis": .int(r.attributes.int("axis") + 1)])]
    },
    rounding: .none, interval: .derived,
    samples: [
      OpSample([(TensorType(.f64, [2]), .uniform(-1...1)), (TensorType(.f64, [3]), .uniform(-1...1))], ["axis": .int(0)]),
      OpSample([(TensorType(.f64, [2, 1]), .uniform(-1...1)), (TensorType(.f64, [2, 2]), .uniform(-1...1)), (TensorType(.f64, [2, 0]), .uniform(-1...1))], ["axis": .int(1)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [2, 2]), TensorType(.f64, [3, 3])], ["axis": .int(0)], "differ besides axis 0")])
}

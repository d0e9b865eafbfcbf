import IR
import Tensors

// The same elements in another place or number. All are linear, and increasing in each element.

extension OpDecl {
  private static func sample(_ shape: Shape, _ a: Attributes, _ dtype: DType = .f64) -> OpSample {
    OpSample([(TensorType(dtype, shape), dtype == .int ? .indices(9) : .uniform(-2...2))], a)
  }
  /// A linear op of one operand that only moves elements.
  private static func arrange(
    _ name: String, doc: String, infer: @escaping @Sendable (TensorType, Attributes) throws(OpError) -> TensorType, kernel: KernelForm,
    transpose: @escaping @Sendable (RuleContext, Node) -> Node, batch: @escaping @Sendable (RuleContext, Dim) -> Node,
    samples: [OpSample], errors: [OpErrorSample]
  ) -> OpDecl {
    OpDecl(
      name, doc: doc, traits: [.linear, .increasing],
      infer: { (types, a) throws(OpError) in
        try Check.count(name, types, 1)
        try Check.elements(name, types[0], .any)
        return [try infer(types[0], a)]
      },
      kernel: kernel, derivative: .linear, transpose: .rule { r, ct, _ in [ct[0].map { transpose(r, $0) }] },
      batching: .rule { r, _, n in [batch(r, n)] }, rounding: .none, interval: .derived, samples: samples, errors: errors)
  }

  public static let broadcast: OpDecl = arrange(
    "broadcast", doc: "Repeats along new or unit axes: axis k of the operand becomes axis `axes[k]` of the result.",
    infer: { (x, a) throws(OpError) in
      let (shape, axes) = (a.extents("shape"), a.ints("axes"))
      if axes.count != x.rank { throw OpError("`broadcast` of \(x.word) needs \(Check.axes(x.rank)), not \(axes)") }
      for (k, axis) in axes.enumerated() {
        if axis < 0 || axis >= shape.count || (k > 0 && axis <= axes[k - 1]) { throw OpError("`broadcast` to \(shape.text) along axes \(axes)") }
        if x.shape[k] != shape[axis], !x.shape[k].isOne { throw OpError("\(x.word) does not broadcast to \(shape.text): \(x.shape[k]) and \(shape[axis])") }
      }
      return x.with(shape: shape)
    },
    kernel: kernel(DataMovement.broadcast, .none) { $0.ints("axes") },
    transpose: { r, ct in
      let axes = r.attributes.ints("axes")
      let x = r.x[0].type
      let summed = (0..<ct.rank).filter { axis in
        guard let k = axes.firstIndex(of: axis) else { return true }
        return x.shape[k].isOne && !ct.shape[axis].isOne
      }
      return ct.sum(summed).reshape(x.shape)
    },
    batch: { r, n in
      r.x[0].broadcast(to: [n] + r.attributes.extents("shape"), axes: [0] + shifted(r.attributes.ints("axes")))
    },
    samples: [
      sample([3], ["shape": .dims([2, 3]), "axes": .ints([1])]), sample([2, 1], ["shape": .dims([2, 4]), "axes": .ints([0, 1])]),
      sample([], ["shape": .dims([2, 2]), "axes": .ints([])]), sample([1], ["shape": .dims([0, 3]), "axes": .ints([1])]),
    ], errors: [OpErrorSample([TensorType(.f64, [2])], ["shape": .dims([3]), "axes": .ints([0])], "does not broadcast")])

  public static let reshape: OpDecl = arrange(
    "reshape", doc: "The elements, in row-major order, under another shape with as many.",
    infer: { (x, a) throws(OpError) in
      let shape = a.extents("shape")
      // Symbolic counts may only turn out to be equal.
      if let m = x.shape.elementCount.constant, let n = shape.elementCount.constant, m != n {
        throw OpError("\(x.word) has \(m) elements and cannot become \(shape.text), which has \(n)")
      }
      return x.with(shape: shape)
    },
    kernel: .alias, transpose: { r, ct in ct.reshape(r.x[0].shape) },
    batch: { r, n in r.x[0].reshape([n] + r.attributes.extents("shape")) },
    samples: [
      sample([6], ["shape": .dims([2, 3])]), sample([2, 2], ["shape": .dims([4, 1])]), sample([1], ["shape": .dims([])]),
      sample([0, 3], ["shape": .dims([0])]),
    ], errors: [OpErrorSample([TensorType(.f64, [6])], ["shape": .dims([4])], "has 6 elements")])

  public static let transpose: OpDecl = arrange(
    "transpose", doc: "Axes in another order: axis k of the result is axis `permutation[k]` of the operand.",
    infer: { (x, a) throws(OpError) in
      let p = a.ints("permutation")
      if p.sorted() != Array(0..<x.rank) { throw OpError("`transpose` of \(x.word) by \(p), which does not name each axis once") }
      return x.with(shape: p.map { x.shape[$0] })
    },
    kernel: kernel(DataMovement.transpose, .none) { $0.ints("permutation") },
    transpose: { r, ct in
      let p = r.attributes.ints("permutation")
      return ct.transpose(p.indices.map { k in p.firstIndex(of: k) ?? 0 })
    },
    batch: { r, n in r.x[0].transpose([0] + shifted(r.attributes.ints("permutation"))) },
    samples: [
      sample([2, 3], ["permutation": .ints([1, 0])]), sample([2, 3, 4], ["permutation": .ints([2, 0, 1])]),
      sample([1, 4], ["permutation": .ints([1, 0])], .int), sample([0, 2], ["permutation": .ints([1, 0])]),
    ], errors: [OpErrorSample([TensorType(.f64, [2, 3])], ["permutation": .ints([0, 0])], "each axis once")])

  public static let slice: OpDecl = arrange(
    "slice", doc: "The places `start`, `start + step`, … below `stop` of each axis.",
    infer: { (x, a) throws(OpError) in
      let (start, stop, step) = (a.extents("start"), a.extents("stop"), a.ints("step"))
      if start.count != x.rank || stop.count != x.rank || step.count != x.rank { throw OpError("`slice` of \(x.word) needs a range for each axis") }
      var shape: Shape = []
      for k in 0..<x.rank {
        if let b = start[k].constant, let e = stop[k].constant, b < 0 || e < b || (x.shape[k].constant ?? e) < e {
          throw OpError("the range \(b)..\(e) does not lie in axis \(k) of \(x.word)")
        }
        let length = stop[k] - start[k]
        if step[k] < 1 { throw OpError("the step of a slice is at least 1") }
        guard let places = length.dividedRoundingUp(by: step[k]) else {
          throw OpError("a slice with a step needs a length that is known: \(length)")
        }
        shape.append(places)
      }
      return x.with(shape: shape)
    },
    kernel: kernel(DataMovement.slice, .none) { $0.constants("start") + $0.ints("step") },
    transpose: { r, ct in
      // Zeros in the gaps and at the ends.
      let x = r.x[0].type
      let (start, step) = (r.attributes.extents("start"), r.attributes.ints("step"))
      var (low, high): ([Dim], [Dim]) = ([], [])
      for k in 0..<x.rank {
        low.append(start[k])
        let covered = ct.shape[k] == 0 ? Dim(0) : (ct.shape[k] - 1) * Dim(step[k]) + 1
        high.append(x.shape[k] - start[k] - covered)
      }
      return Node.apply(.pad, ct, r.b.zeros(TensorType(ct.dtype)), attributes: ["low": .dims(low), "high": .dims(high), "interior": .ints(step.map { $0 - 1 })])
    },
    batch: { r, n in
      Node.apply(.slice, r.x[0], attributes: [
        "start": .dims([0] + r.attributes.extents("start")), "stop": .dims([n] + r.attributes.extents("stop")), "step": .ints([1] + r.attributes.ints("step")),
      ])
    },
    samples: [
      sample([6], ["start": .dims([1]), "stop": .dims([6]), "step": .ints([2])]),
      sample([3, 4], ["start": .dims([0, 1]), "stop": .dims([2, 3]), "step": .ints([1, 1])]),
      sample([3], ["start": .dims([1]), "stop": .dims([1]), "step": .ints([1])]),
    ], errors: [OpErrorSample([TensorType(.f64, [3])], ["start": .dims([1]), "stop": .dims([4]), "step": .ints([1])], "does not lie")])

  public static let reverse: OpDecl = arrange(
    "reverse", doc: "The elements in reverse order along `axes`.",
    infer: { (x, a) throws(OpError) in
      try Check.axes("reverse", a.ints("axes"), of: x)
      return x
    },
    kernel: kernel(DataMovement.reverse, .none) { counted($0.ints("axes")) },
    transpose: { r, ct in Node.apply(.reverse, ct, attributes: r.attributes) },
    batch: { r, n in Node.apply(.reverse, r.x[0], attributes: ["axes": .ints(shifted(r.attributes.ints("axes")))]) },
    samples: [sample([4], ["axes": .ints([0])]), sample([2, 3], ["axes": .ints([0, 1])]), sample([1, 2], ["axes": .ints([])])],
    errors: [OpErrorSample([TensorType(.f64, [3])], ["axes": .ints([1])], "axis 1")])

  static let arrangeOps: [OpDecl] = [.broadcast, .reshape, .transpose, .slice, .reverse, .pad, .concat]
}

extension Dim {
  /// ⌈self / divisor⌉, where it does not depend on what the symbols are: they occur in multiples of the divisor.
  fileprivate func dividedRoundingUp(by divisor: Int) -> Dim? {
    for rest in 0..<divisor {
      if let quotient = (self - Dim(rest)).dividedExactly(by: Dim(divisor)) { return rest == 0 ? quotient : quotient + 1 }
    }
    return nil
  }
}

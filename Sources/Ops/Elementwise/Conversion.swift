import CKernels
import IR

// Between element types, and out of the reach of derivatives.

extension OpDecl {
  public static let convert: OpDecl = OpDecl(
    "convert",
    doc: "The same values in another element type: reals to Int are cut towards 0, Bool becomes 0 or 1, numbers become the truth of `x != 0`, complex to real takes the real part.",
    traits: [.elementwise, .linear],
    infer: { (types, attributes) throws(OpError) in
      try Check.count("convert", types, 1)
      let target = attributes.dtype("dtype")
      if types[0].dtype == .string || target == .string { throw OpError("a text is not converted: \(types[0].word) to \(target.word)") }
      return [types[0].with(dtype: target)]
    },
    kernel: .micro(UInt16(PTB_CONVERT.rawValue)),
    derivative: .rule { r, dx in
      let target = r.attributes.dtype("dtype")
      return [target.isDifferentiable ? dx[0]?.convert(target) : nil]
    },
    transpose: .rule { r, ct, _ in
      guard let ct = ct[0] else { return [nil] }
      let source = r.x[0].dtype
      return [ct.dtype.isComplex && !source.isComplex ? ct.applying(.re).convert(source) : ct.convert(source)]
    },
    batching: .elementwise,
    rounding: .byRule, interval: .rule { r, l, u in
      let target = r.attributes.dtype("dtype")
      if target == .int, l[0].dtype.isReal { return [(l[0].wholeEnd(isLower: true), u[0].wholeEnd(isLower: false))] }
      guard target == .bool, r.x[0].dtype != .bool else { return [(l[0].convert(target), u[0].convert(target))] }
      // `x != 0` is not monotone: certain on one side of 0, possible unless both ends are 0.
      let certain = Node.apply(.or, .comparing(.gt, l[0], 0), .comparing(.lt, u[0], 0))
      return [(certain, .apply(.or, .comparing(.ne, l[0], 0), .comparing(.ne, u[0], 0)))]
    },
    samples: [
      OpSample([(TensorType(.f64, [3]), .uniform(-2...2))], ["dtype": .dtype(.f64)]),
      OpSample([(TensorType(.f64, [4]), .uniform(-2...2))], ["dtype": .dtype(.bool)]),
      OpSample([(TensorType(.int, [2, 2]), .indices(5))], ["dtype": .dtype(.f64)]),
      OpSample([(TensorType(.f64, [4]), .edges([-1.5, 0, 2.5, 7]))], ["dtype": .dtype(.int)]),
      OpSample([(TensorType(.f64, []), .uniform(1...2))], ["dtype": .dtype(.c128)]),
      OpSample([(TensorType(.bool, [3]), .bools)], ["dtype": .dtype(.int)]),
    ],
    errors: [OpErrorSample([TensorType(.f64, [2])], ["dtype": .dtype(.string)], "a text is not converted")])

  public static let stopGradient: OpDecl = OpDecl(
    "stopGradient", doc: "The value itself, taken as a constant by derivatives.", traits: [.elementwise, .increasing, .jumps],
    infer: { (types, _) throws(OpError) in
      try Check.count("stopGradient", types, 1)
      return types
    },
    kernel: .alias, derivative: .zero, transpose: .none, batching: .elementwise, rounding: .none, interval: .derived,
    samples: [
      OpSample([(TensorType(.f64, [3]), .uniform(-2...2))], differentiable: false),
      OpSample([(TensorType(.f64, []), .uniform(-2...2))], differentiable: false),
    ],
    errors: [OpErrorSample([], "takes 1 operand")])

  static let conversionOps: [OpDecl] = [.convert, .stopGradient]
}

extension Node {
  /// An end of an interval of reals as an Int. What is beyond 64 bits, or NaN, is no Int in the program either, and becomes the outermost.
  public func wholeEnd(isLower: Bool) -> Node {
    let (least, most) = (-0x1p63, dtype == .f32 ? Double((0x1p63 as Float).nextDown) : (0x1p63 as Double).nextDown)
    let (low, high) = (builder.fill(least, like: self), builder.fill(most, like: self))
    // Comparisons with NaN are false.
    let end = isLower
      ? Node.select(.apply(.gt, self, low), .minimum(self, high), low) : .select(.apply(.lt, self, high), .maximum(self, low), high)
    return end.convert(.int)
  }
}

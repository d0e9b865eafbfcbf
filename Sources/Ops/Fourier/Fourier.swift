import IR
import Tensors

// Discrete Fourier transforms along the last axis.

extension OpDecl {
  public static let fft: OpDecl = transform(
    "fft", inverse: false, doc: "`X[k] = Σⱼ x[j] exp(-2πi j k / n)` along the last axis, for any length n.")
  public static let ifft: OpDecl = transform(
    "ifft", inverse: true, doc: "The inverse of `fft`: `x[j] = 1/n Σₖ X[k] exp(2πi j k / n)` along the last axis.")

  static let fourierOps: [OpDecl] = [.fft, .ifft]

  private static func transform(_ name: String, inverse: Bool, doc: String) -> OpDecl {
    let this: @Sendable () -> OpDecl = { inverse ? .ifft : .fft }
    return OpDecl(
      name, doc: doc, traits: [.linear],
      infer: { (types, _) throws(OpError) in
        try Check.count(name, types, 1)
        try Check.elements(name, types[0], .complex)
        if types[0].rank < 1 { throw OpError("`\(name)` needs at least one axis, not \(types[0].word)") }
        return types
      },
      kernel: .function(
        FourierKernel.kernel, pack: { _ in [inverse ? 1 : 0] },
        workspace: { x, _ in FourierKernel.workspace(length: x[0].shape.last?.constant ?? 0, dtype: x[0].dtype) },
        // The usual 5 n log₂ n of each row.
        work: .rule { x, _, _ in 5 * log2(x[0].shape.last ?? 1) * Count(x[0].shape) }),
      derivative: .linear,
      // The matrix of the transform is symmetric.
      transpose: .rule { r, ct, _ in [ct[0].map { $0.applying(this()) }] },
      batching: .rule { r, _, _ in [r.x[0].applying(this())] },
      rounding: noErrorBound, interval: .refused("complex numbers have no order, so no interval holds them; bound the real and imaginary parts"),
      samples: [[4], [7], [12], [2, 5], [1], [37], [2, 3, 6], [0], [3, 0]].map { (shape: Shape) in
        OpSample([(TensorType(.c128, shape), .uniform(-2...2))])
      } + [OpSample([(TensorType(.c64, [8]), .uniform(-2...2))])],
      errors: [
        OpErrorSample([TensorType(.f64, [4])], [:], "needs complex numbers"), OpErrorSample([TensorType(.c128)], [:], "at least one axis"),
      ])
  }
}

extension Node {
  /// The first n/2 + 1 terms of the transform of n real numbers along the last axis; the others are their conjugates.
  public func rfft() throws(OpError) -> Node {
    try Check.elements("rfft", type, .real)
    guard let n = shape.last else { throw OpError("`rfft` needs at least one axis, not \(type.word)") }
    guard let count = n.constant else { throw OpError("`rfft` of \(type.word): the number of terms, n/2 + 1, is not known before n = \(n) is") }
    if count == 0 { throw OpError("`rfft` of no elements: \(type.word)") }
    let full = Node.apply(.complex, self, builder.zeros(type)).applying(.fft)
    return full.columns(0, Dim(count / 2 + 1))
  }

  /// The n real numbers whose transform begins with these n/2 + 1 terms, along the last axis.
  public func irfft(_ n: Int) throws(OpError) -> Node {
    try Check.elements("irfft", type, .complex)
    if n < 1 || shape.last != Dim(n / 2 + 1) {
      throw OpError("`irfft` to \(n) numbers needs \(Swift.max(n, 0) / 2 + 1) terms along the last axis, not \(type.word)")
    }
    var terms = self
    if n > 2 {
      let rest = columns(1, Dim((n + 1) / 2)).applying(.conj)
      let mirrored = Node.apply(.reverse, rest, attributes: ["axes": .ints([rank - 1])])
      terms = .apply(.concat, self, mirrored, attributes: ["axis": .int(rank - 1)])
    }
    return terms.applying(.ifft).applying(.re)
  }
}

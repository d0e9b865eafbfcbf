import Diagnostics
import Ops

extension Builtins {
  static func contractions(_ scope: Scope) {
    scope.native("einsum", ["spec…"], "`einsum(\"ij,jk->ik\", A, B)`: sums of products, named by letters.") { e, a, span in
      guard a.count >= 2 else { throw e.fail(.missingArgument, "`einsum` needs a text and its tensors", at: span) }
      let spec = try a.text(0, e)
      let operands = try (1..<a.count).map { try a.real($0, e) }
      return try e.refusing(span) { () throws(OpError) -> Value in .node(try einsum(spec, operands)) }
    }
    scope.native("conv2d", ["x", "w", "stride?", "padding?", "groups?"], "Cross-correlation of x: Real[n, c, h, w] with w: Real[o, c / groups, kh, kw]; zero padding on both sides.") { e, a, span in
      try convolution(a, e, span, spatial: 2)
    }
    scope.native("conv1d", ["x", "w", "stride?", "padding?", "groups?"], "Cross-correlation of x: Real[n, c, t] with w: Real[o, c / groups, k].") { e, a, span in
      try convolution(a, e, span, spatial: 1)
    }
    for (name, isMax) in [("max_pool", true), ("avg_pool", false)] {
      scope.native(name, ["x", "size", "stride?", "padding?"], "The \(isMax ? "largest" : "mean") element of each window of x: Real[n, c, ..]; the stride is the size unless given.") { e, a, span in
        let x = try a.real(0, e)
        let k = x.rank - 2
        guard k == 1 || k == 2 else { throw e.fail(.wrongRank, "`\(name)` needs Real[n, c, t] or Real[n, c, h, w], and this is \(x.type.spelled)", at: a.span(0)) }
        let size = try a.int(1, e)
        let stride = try a.int(2, e, default: size)
        let padding = try a.int(3, e, default: 0)
        guard size > 0, stride > 0, padding >= 0, padding < size else { throw e.fail(.badOption, "the size and stride of a pool are positive, its padding less than its size", at: span) }
        func all(_ n: Int) -> Attribute { .ints(Array(repeating: n, count: k)) }
        let fill = e.builder.fill(isMax ? -.infinity : 0, TensorType(x.dtype))
        let windows = try e.emit(.windows, [x, fill], ["size": all(size), "strides": all(stride), "low": all(padding), "high": all(padding)], at: span)[0]
        let last = windows.rank - 1
        if isMax { return .node(Node.apply(.maxOf, windows, attributes: ["axes": .ints([last])])) }
        let total = windows.sum([last])
        return .node(total / Double(k == 1 ? size : size * size))
      }
    }
    scope.native("fft", ["x"], "Discrete Fourier transform along the last axis, Σ xⱼ e^(−2πi jk/n).") { e, a, span in
      .tensor(try e.emit1(.fft, [try a.real(0, e).convert(e.real.complexified)], at: span))
    }
    scope.native("ifft", ["x"], "Inverse of `fft`, with the factor 1/n.") { e, a, span in
      .tensor(try e.emit1(.ifft, [try a.real(0, e).convert(e.real.complexified)], at: span))
    }
    scope.native("rfft", ["x"], "The first n // 2 + 1 terms of the transform of a Real tensor.") { e, a, span in
      let x = try a.real(0, e)
      guard x.rank > 0, !x.dtype.isComplex else { throw e.fail(.badArgument, "`rfft` needs a Real tensor, and this is \(x.type.spelled)", at: a.span(0)) }
      return .node(try e.refusing(span) { () throws(OpError) -> Node in try x.rfft() })
    }
    scope.native("irfft", ["X", "n"], "The Real tensor of length n whose `rfft` is X.") { e, a, span in
      let n = try a.int(1, e)
      let x = try a.real(0, e)
      return .node(try e.refusing(span) { () throws(OpError) -> Node in try x.irfft(n) })
    }
  }

  private static func convolution(_ a: Arguments, _ e: Elaborator, _ span: SourceSpan, spatial k: Int) throws -> Value {
    let x = try a.real(0, e)
    let w = try a.real(1, e)
    let stride = try a.int(2, e, default: 1)
    let padding = try a.int(3, e, default: 0)
    let groups = try a.int(4, e, default: 1)
    guard stride > 0, padding >= 0, groups > 0 else { throw e.fail(.badOption, "stride and groups are positive, padding is at least 0", at: span) }
    guard x.rank == k + 2, w.rank == k + 2 else {
      throw e.fail(
        .wrongRank, "`conv\(k)d` needs \(k + 2) dimensions on both sides", at: span,
        labels: [.init(a.span(0), x.type.spelled), .init(a.span(1), w.type.spelled)], notes: ["batch and channels come first: `reshape(x, [n, c, …])`"])
    }
    func all(_ n: Int) -> Attribute { .ints(Array(repeating: n, count: k)) }
    return .tensor(try e.emit1(
      .conv, [x, w],
      ["strides": all(stride), "low": all(padding), "high": all(padding), "lhsDilation": all(1), "rhsDilation": all(1), "groups": .int(groups)], at: span))
  }
}

extension Elaborator {
  /// Turns an op's refusal into a diagnostic here.
  func refusing<T>(_ span: SourceSpan, _ body: () throws(OpError) -> T) throws -> T {
    do throws(OpError) { return try body() } catch {
      throw fail(.shapesDoNotFit, error.message, at: span, notes: error.note.map { [$0] } ?? [])
    }
  }
}

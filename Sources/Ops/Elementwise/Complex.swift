import CKernels
import IR

// Parts of complex numbers. Derivatives follow JAX: cotangents pair as Re(u · v), without conjugation.

extension OpDecl {
  public static let re: OpDecl = part("re", PTB_RE, "The real part.") { ct in .apply(.complex, ct, ct.builder.fill(0, like: ct)) }
  public static let im: OpDecl = part("im", PTB_IM, "The imaginary part.") { ct in .apply(.complex, ct.builder.fill(0, like: ct), -ct) }

  public static let conj: OpDecl = unary(
    "conj", PTB_CONJ, doc: "The complex conjugate.", .complex, traits: [.linear], derivative: .linear,
    transpose: .rule { _, ct, _ in [ct[0]?.applying(.conj)] }, rounding: .none, interval: .refused(unordered), over: -2...2)

  public static let complex: OpDecl = binary(
    "complex", PTB_COMPLEX, doc: "`complex(re, im)`: a complex number from its parts.", .real, traits: [.linear],
    result: { $0.complexified }, derivative: .linear,
    transpose: .rule { _, ct, linear in
      [linear[0] ? ct[0]?.applying(.re) : nil, linear[1] ? ct[0].map { -$0.applying(.im) } : nil]
    },
    rounding: .none, interval: .refused(unordered), over: -2...2, -2...2)

  public static let cabs: OpDecl = unary(
    "cabs", PTB_CABS, doc: "The modulus of a complex number; its derivative at 0 is 0.", .complex, result: { $0.realPart },
    derivative: .rule { r, dx in
      guard let dz = dx[0] else { return [nil] }
      return [(r.x[0].applying(.conj) * dz).applying(.re) / nonZero(r.y[0])]
    },
    rounding: .relative(8, within: 0 ... .infinity), interval: .refused(unordered), over: 0.3...2)

  public static let arg: OpDecl = unary(
    "arg", PTB_ARG, doc: "The angle of a complex number, in (-π, π].", .complex, traits: [.jumps], result: { $0.realPart },
    derivative: .rule { r, dx in
      guard let dz = dx[0] else { return [nil] }
      let modulus = nonZero(r.x[0].applying(.cabs))
      return [(r.x[0].applying(.conj) * dz).applying(.im) / modulus / modulus]
    },
    rounding: .relative(8, within: -4...4), interval: .refused(unordered), over: 0.3...2)

  static let complexOps: [OpDecl] = [.re, .im, .conj, .complex, .cabs, .arg]

  private static func part(_ name: String, _ micro: ptb_micro, _ doc: String, adjoint: @escaping @Sendable (Node) -> Node) -> OpDecl {
    unary(
      name, micro, doc: doc, .complex, traits: [.linear], result: { $0.realPart }, derivative: .linear,
      transpose: .rule { _, ct, _ in [ct[0].map(adjoint)] }, rounding: .none, interval: .refused(unordered), over: -2...2)
  }
}

private let unordered = "complex numbers have no order, so no interval holds them; bound the real and imaginary parts"

/// The value with zeros replaced by ones, to divide something by that is zero there as well.
private func nonZero(_ x: Node) -> Node { .select(.comparing(.eq, x, 0), x.builder.fill(1, like: x), x) }

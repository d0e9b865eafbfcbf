import CKernels
import IR

// Circular and hyperbolic functions and their inverses.

extension OpDecl {
  public static let sin: OpDecl = unary(
    "sin", PTB_SIN, doc: "The sine.", derivative: .partials([{ r in r.x[0].applying(.cos) }]),
    rounding: .relative(4, within: -1...1), interval: .rule(wave({ .sin }, peak: .pi / 2)), over: -3...3, edges: [0, 100])

  public static let cos: OpDecl = unary(
    "cos", PTB_COS, doc: "The cosine.", derivative: .partials([{ r in -r.x[0].applying(.sin) }]),
    rounding: .relative(4, within: -1...1), interval: .rule(wave({ .cos }, peak: 0)), over: -3...3, edges: [0, 100])

  public static let tan: OpDecl = unary(
    "tan", PTB_TAN, doc: "The tangent.", derivative: .partials([{ r in r.y[0] * r.y[0] + 1 }]),
    rounding: .relative(8), interval: .rule { _, l, u in
      let pole = Enclosure.holdsPoint(l[0], u[0], offset: .pi / 2, period: .pi)
      return [Enclosure.orUnbounded(pole.applying(.not), (l[0].applying(.tan), u[0].applying(.tan)))]
    }, over: -1.2...1.2)

  public static let asin: OpDecl = unary(
    "asin", PTB_ASIN, doc: "The inverse sine, on [-1, 1].", traits: [.increasing, .inflection(at: 0, convexBelow: false)],
    derivative: .partials([{ r in ((1 - r.x[0]) * (1 + r.x[0])).applying(.rsqrt) }]), rounding: .relative(16), interval: .rule(Enclosure.monotone({ .asin }, over: -1...1)), over: -0.9...0.9, edges: [-1, 0, 1])

  public static let acos: OpDecl = unary(
    "acos", PTB_ACOS, doc: "The inverse cosine, on [-1, 1].", traits: [.decreasing, .inflection(at: 0, convexBelow: true)],
    derivative: .partials([{ r in -((1 - r.x[0]) * (1 + r.x[0])).applying(.rsqrt) }]), rounding: .relative(16, within: 0 ... .infinity), interval: .rule(Enclosure.monotone({ .acos }, over: -1...1, falls: true)), over: -0.9...0.9, edges: [-1, 0, 1])

  public static let atan: OpDecl = unary(
    "atan", PTB_ATAN, doc: "The inverse tangent.", traits: [.increasing, .inflection(at: 0, convexBelow: true)],
    derivative: .partials([{ r in 1 / (r.x[0] * r.x[0] + 1) }]), rounding: .relative(16), over: -3...3, edges: [.infinity, 0])

  public static let sinh: OpDecl = unary(
    "sinh", PTB_SINH, doc: "The hyperbolic sine.", traits: [.increasing, .inflection(at: 0, convexBelow: false)],
    derivative: .partials([{ r in r.x[0].applying(.cosh) }]), rounding: .relative(16), over: -2...2, edges: [0, 1e-9])

  public static let cosh: OpDecl = unary(
    "cosh", PTB_COSH, doc: "The hyperbolic cosine.", traits: [.convex],
    derivative: .partials([{ r in r.x[0].applying(.sinh) }]),
    rounding: .relative(16, within: 1 ... .infinity), interval: .rule(Enclosure.valley({ .cosh }, bottom: 0, least: 1)), over: -2...2)

  public static let tanh: OpDecl = unary(
    "tanh", PTB_TANH, doc: "The hyperbolic tangent.", traits: [.increasing, .inflection(at: 0, convexBelow: true)],
    derivative: .partials([{ r in 1 - r.y[0] * r.y[0] }]), rounding: .relative(8, within: -1...1), over: -2...2, edges: [0, 40, -.infinity])

  public static let asinh: OpDecl = unary(
    "asinh", PTB_ASINH, doc: "The inverse hyperbolic sine.", traits: [.increasing, .inflection(at: 0, convexBelow: true)],
    derivative: .partials([{ r in (r.x[0] * r.x[0] + 1).applying(.rsqrt) }]), rounding: .relative(16), over: -3...3, edges: [0, 1e-9])

  public static let acosh: OpDecl = unary(
    "acosh", PTB_ACOSH, doc: "The inverse hyperbolic cosine, from 1 on.", traits: [.increasing, .concave],
    derivative: .partials([{ r in ((r.x[0] - 1) * (r.x[0] + 1)).applying(.rsqrt) }]), rounding: .relative(16, within: 0 ... .infinity), interval: .rule(Enclosure.monotone({ .acosh }, over: 1 ... .infinity)), over: 1.2...4, edges: [1, 2])

  public static let atanh: OpDecl = unary(
    "atanh", PTB_ATANH, doc: "The inverse hyperbolic tangent, on (-1, 1).", traits: [.increasing, .inflection(at: 0, convexBelow: false)],
    derivative: .partials([{ r in 1 / ((1 - r.x[0]) * (1 + r.x[0])) }]), rounding: .relative(16), interval: .rule(Enclosure.monotone({ .atanh }, over: -1...1)), over: -0.9...0.9, edges: [0, 1])

  static let trigonometricOps: [OpDecl] = [
    .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh, .atanh,
  ]
}

/// Between its peaks (value 1 at `peak` + 2πk) and its troughs a wave is monotone.
private func wave(_ decl: @escaping @Sendable () -> OpDecl, peak: Double) -> Enclosure.Rule {
  { r, l, u in
    let ends = Enclosure.hull([l[0].applying(decl()), u[0].applying(decl())])
    let one = r.b.fill(1, like: l[0])
    let top = Enclosure.holdsPoint(l[0], u[0], offset: peak, period: 2 * .pi)
    let bottom = Enclosure.holdsPoint(l[0], u[0], offset: peak - .pi, period: 2 * .pi)
    return [(.select(bottom, -one, ends.lower), .select(top, one, ends.upper))]
  }
}

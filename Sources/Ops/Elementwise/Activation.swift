import CKernels
import IR

// Activation functions of networks.

extension OpDecl {
  public static let sigmoid: OpDecl = unary(
    "sigmoid", PTB_SIGMOID, doc: "The logistic function `1 / (1 + e⁻ˣ)`.", traits: [.increasing, .inflection(at: 0, convexBelow: true)],
    derivative: .partials([{ r in r.y[0] * (1 - r.y[0]) }]), rounding: .relative(8, within: 0...1), over: -4...4, edges: [0, 800, -800])

  public static let softplus: OpDecl = unary(
    "softplus", PTB_SOFTPLUS, doc: "`log(1 + eˣ)`, without overflow.", traits: [.increasing, .convex],
    derivative: .partials([{ r in r.x[0].applying(.sigmoid) }]), rounding: .relative(8, within: 0 ... .infinity), over: -4...4, edges: [0, 800, -800])

  public static let relu: OpDecl = unary(
    "relu", PTB_RELU, doc: "`max(x, 0)`; its derivative at 0 is 0.", traits: [.increasing, .convex, .piecewiseLinear],
    derivative: .partials([{ r in Node.indicator(.gt, r.x[0], r.b.fill(0, like: r.x[0])) }]), rounding: .none, over: 0.2...3, edges: [0, -1])

  public static let gelu: OpDecl = unary(
    "gelu", PTB_GELU, doc: "`x · Φ(x)` with the distribution function Φ of the standard normal (the exact form, with erf).",
    derivative: .partials([{ r in
      let x = r.x[0]
      let density = (x * x * -0.5).applying(.exp) * r.b.irrational(0.3989422804014327, like: x)
      return (x * r.b.irrational(-0.7071067811865476, like: x)).applying(.erfc) * 0.5 + x * density
    }]),
    rounding: .relative(64), interval: .rule(Enclosure.valley({ .gelu }, bottom: -0.7517915241221042, least: -0.16997120747990369)), over: -3...3, edges: [0, 40])

  public static let silu: OpDecl = unary(
    "silu", PTB_SILU, doc: "`x · sigmoid(x)`.",
    derivative: .partials([{ r in
      let s = r.x[0].applying(.sigmoid)
      return s + r.y[0] * (1 - s)
    }]),
    rounding: .relative(8), interval: .rule(Enclosure.valley({ .silu }, bottom: -1.2784645427610738, least: -0.27846454276107380)), over: -4...4, edges: [0, 800])

  static let activationOps: [OpDecl] = [.sigmoid, .softplus, .relu, .gelu, .silu]
}

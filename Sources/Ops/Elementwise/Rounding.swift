import CKernels
import IR

// Absolute value, sign and rounding.

extension OpDecl {
  public static let abs: OpDecl = unary(
    "abs", PTB_ABS, doc: "The absolute value; its derivative at 0 is 0.", .realOrInt, traits: [.convex, .piecewiseLinear],
    derivative: .partials([{ r in r.x[0].applying(.sign) }]),
    rounding: .none, interval: .rule(Enclosure.valley({ .abs }, bottom: 0, least: 0)), over: 0.2...3, edges: [0, -1, -.infinity])

  public static let sign: OpDecl = unary(
    "sign", PTB_SIGN, doc: "-1, 0 or 1 (nan for nan).", .realOrInt, traits: [.increasing, .locallyConstant], derivative: .zero,
    rounding: .none, over: 0.2...3, edges: [0, -2, 5])

  public static let floor: OpDecl = unary(
    "floor", PTB_FLOOR, doc: "The greatest integer not above x, as a real.", traits: [.increasing, .locallyConstant],
    derivative: .zero, rounding: .none, over: 0.1...0.9, edges: [-1.5, 2, -0.5])

  public static let ceil: OpDecl = unary(
    "ceil", PTB_CEIL, doc: "The least integer not below x, as a real.", traits: [.increasing, .locallyConstant],
    derivative: .zero, rounding: .none, over: 0.1...0.9, edges: [-1.5, 2, -0.5])

  public static let round: OpDecl = unary(
    "round", PTB_ROUND, doc: "The nearest integer, as a real; halves go to the even one.", traits: [.increasing, .locallyConstant],
    derivative: .zero, rounding: .none, over: 0.6...1.4, edges: [0.5, 1.5, -2.5])

  public static let floordiv: OpDecl = binary(
    "floordiv", PTB_FLOORDIV, doc: "The quotient rounded down: `floor(a / b)`.", .realOrInt, traits: [.locallyConstant],
    derivative: .zero,
    rounding: .byRule, interval: .rule { _, l, u in
      let zeroInside = Node.apply(.and, .comparing(.le, l[1], 0), .comparing(.ge, u[1], 0))
      var ends = Enclosure.hull([l[0], u[0]].flatMap { a in [l[1], u[1]].map { Node.apply(.floordiv, a, $0) } })
      if ends.lower.dtype.isReal { ends = (ends.lower - beyondWhole(ends.lower), ends.upper + beyondWhole(ends.upper)) }
      return [Enclosure.orUnbounded(zeroInside.applying(.not), ends)]
    }, over: 1.1...1.9, 2.1...2.9, edges: [-3.5, 2])

  public static let mod: OpDecl = binary(
    "mod", PTB_MOD, doc: "The remainder of `floordiv`: `a - b * floor(a / b)`; it has the sign of b.", .realOrInt, traits: [.jumps],
    derivative: .partials([{ r in r.b.fill(1, like: r.x[0]) }, { r in -Node.apply(.floordiv, r.x[0], r.x[1]) }]),
    rounding: .byRule, interval: .rule { r, l, u in
      // Within one period of a fixed divisor it only shifts; otherwise all remainders may occur.
      let fixed = Node.apply(.eq, l[1], u[1])
      let period = Node.apply(.floordiv, l[0], l[1])
      let onePeriod = Node.apply(.eq, period, .apply(.floordiv, u[0], l[1]))
      var shifts = Node.apply(.and, fixed, onePeriod)
      var ends = Enclosure.hull([.apply(.mod, l[0], l[1]), .apply(.mod, u[0], l[1])])
      if ends.lower.dtype.isReal {
        shifts = .apply(.and, shifts, .comparing(.lt, period.applying(.abs), wholeLimit))
        ends = (Outward.lower(ends.lower, units: 1), Outward.upper(ends.upper, units: 1))
      }
      let zero = r.b.fill(0, like: l[1])
      let whole: Enclosure.Ends = (.minimum(zero, l[1]), .maximum(zero, u[1]))
      return [
        (.select(shifts, .maximum(ends.lower, whole.lower), whole.lower), .select(shifts, .minimum(ends.upper, whole.upper), whole.upper))
      ]
    }, over: 2.3...2.9, 1.1...2.1, edges: [-3.5, 2])

  /// Below it `floordiv` gives the exact quotient rounded down.
  private static let wholeLimit = 0x1p51
  /// What it may be off by from there on.
  private static func beyondWhole(_ y: Node) -> Node {
    let magnitude = y.applying(.abs)
    return .select(.comparing(.lt, magnitude, wholeLimit), y.builder.fill(0, like: y), magnitude * 0x1p-50)
  }

  static let roundingOps: [OpDecl] = [.abs, .sign, .floor, .ceil, .round, .floordiv, .mod]
}

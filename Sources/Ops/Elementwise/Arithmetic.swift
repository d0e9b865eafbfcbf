import CKernels
import Foundation
import IR

// Sums, products and quotients; extremes of two values.

extension OpDecl {
  public static let add: OpDecl = binary(
    "add", PTB_ADD, doc: "The sum `a + b`, element by element.", .number, traits: [.linear, .increasing, .convex, .concave],
    derivative: .rule { _, dx in [sumOfPresent(dx)] },
    transpose: .rule { _, ct, linear in linear.map { $0 ? ct[0] : nil } },
    rounding: .relative(1, underflows: false), interval: .derived, over: -3...3, -2...2, edges: [0, .infinity, -1])

  public static let sub: OpDecl = binary(
    "sub", PTB_SUB, doc: "The difference `a - b`, element by element.", .number, traits: [.linear, .convex, .concave],
    derivative: .rule { _, dx in [sumOfPresent([dx[0], dx[1].map { -$0 }])] },
    transpose: .rule { _, ct, linear in [linear[0] ? ct[0] : nil, linear[1] ? ct[0].map { -$0 } : nil] },
    rounding: .relative(1, underflows: false), interval: .rule { _, l, u in [(l[0] - u[1], u[0] - l[1])] }, over: -3...3, -2...2, edges: [0, 5])

  public static let neg: OpDecl = unary(
    "neg", PTB_NEG, doc: "`-x`.", .number, traits: [.linear, .decreasing, .convex, .concave],
    derivative: .linear, transpose: .rule { _, ct, _ in [ct[0].map { -$0 }] }, rounding: .none, over: -3...3)

  public static let mul: OpDecl = binary(
    "mul", PTB_MUL, doc: "The product `a * b`, element by element.", .number, traits: [.multilinear],
    derivative: .rule { r, dx in [sumOfPresent([dx[0].map { r.x[1].times($0) }, dx[1].map { r.x[0].times($0) }])] },
    transpose: transposeProduct, rounding: .byRule, interval: .rule(productInterval), over: -3...3, -2...2, edges: [0, 2])

  public static let mul0: OpDecl = binary(
    "mul0", PTB_MUL0,
    doc: "The product `a * b` in which an exact zero wins over infinities and nan. Derivatives are multiplied with it, so that a lane masked out by `where` stays out.",
    .realOrInt, traits: [.multilinear],
    derivative: .rule { r, dx in [sumOfPresent([dx[0].map { r.x[1].times($0) }, dx[1].map { r.x[0].times($0) }])] },
    transpose: transposeProduct, rounding: .byRule, interval: .rule(productInterval), over: -3...3, -2...2, edges: [0, 2])

  public static let div: OpDecl = binary(
    "div", PTB_DIV, doc: "The quotient `a / b`, element by element.", .realOrComplex, traits: [.linearInFirst],
    derivative: .rule { r, dx in
      let (y, b) = (r.y[0], r.x[1])
      if b.dtype.isComplex { return [sumOfPresent([dx[0].map { $0 / b }, dx[1].map { -(y / b) * $0 }])] }
      return [sumOfPresent([dx[0].map { (1 / b).times($0) }, dx[1].map { (-(y / b)).times($0) }])]
    },
    transpose: .rule { r, ct, _ in [ct[0].map { $0 / r.x[1] }, nil] },
    rounding: .relative(1), interval: .rule { r, l, u in
      // A divisor may come down to 0 (not up to it: that would be the other zero).
      let below = Node.select(.comparing(.eq, l[1], 0), r.b.fill(0, like: l[1]), l[1])
      let oneSign = Node.apply(.or, .apply(.and, .comparing(.ge, l[1], 0), .comparing(.gt, u[1], 0)), .comparing(.lt, u[1], 0))
      let ends = Enclosure.hull([l[0] / below, l[0] / u[1], u[0] / below, u[0] / u[1]])
      return [Enclosure.orUnbounded(oneSign, ends)]
    }, over: -3...3, 0.5...2, edges: [1, 2])

  public static let min: OpDecl = binary(
    "min", PTB_MIN, doc: "The smaller of two values; equal ones share the derivative. nan if one is nan.", .realOrInt,
    traits: [.increasing, .concave, .piecewiseLinear], derivative: .partials([share(.lt, 0), share(.lt, 1)]),
    rounding: .none, interval: .derived, over: -3...3, -2...2, edges: [0, 1])

  public static let max: OpDecl = binary(
    "max", PTB_MAX, doc: "The larger of two values; equal ones share the derivative. nan if one is nan.", .realOrInt,
    traits: [.increasing, .convex, .piecewiseLinear], derivative: .partials([share(.gt, 0), share(.gt, 1)]),
    rounding: .none, interval: .derived, over: -3...3, -2...2, edges: [0, 1])

  public static let atan2: OpDecl = binary(
    "atan2", PTB_ATAN2, doc: "`atan2(y, x)`: the angle of the point (x, y), in (-π, π].", traits: [.jumps],
    derivative: .partials([
      { r in r.x[1] / (r.x[0] * r.x[0] + r.x[1] * r.x[1]) },
      { r in -(r.x[0] / (r.x[0] * r.x[0] + r.x[1] * r.x[1])) },
    ]),
    rounding: .relative(8, within: -4...4), interval: .rule { r, l, u in
      // Away from the cut (y = 0, x ≤ 0) the extremes over a box are at its corners.
      let crossesAxis = Node.apply(.and, .comparing(.le, l[0], 0), .comparing(.ge, u[0], 0))
      let crossesCut = Node.apply(.and, crossesAxis, .comparing(.le, l[1], 0))
      let ends = Enclosure.hull([
        .apply(.atan2, l[0], l[1]), .apply(.atan2, l[0], u[1]), .apply(.atan2, u[0], l[1]), .apply(.atan2, u[0], u[1]),
      ])
      let pi = r.b.fill(.pi, like: ends.lower)
      return [(.select(crossesCut, -pi, ends.lower), .select(crossesCut, pi, ends.upper))]
    }, over: 0.2...3, -2...2, edges: [-1, 1])

  static let arithmeticOps: [OpDecl] = [.add, .sub, .neg, .mul, .mul0, .div, .min, .max, .atan2]
}

/// A product is linear in each operand: the cotangent of one is the product with the other.
private let transposeProduct = Transpose.rule { r, ct, linear in
  [linear[0] ? ct[0].map { r.x[1].times($0) } : nil, linear[1] ? ct[0].map { r.x[0].times($0) } : nil]
}

@Sendable private func productInterval(_ r: RuleContext, _ l: [Node], _ u: [Node]) -> [Enclosure.Ends] {
  if r.x[0].builder === r.x[1].builder, r.x[0].id == r.x[1].id {
    // A square is not the product of two independent values.
    let (a, b) = (l[0] * l[0], u[0] * u[0])
    let zero = r.b.fill(0, like: a)
    let inside = Node.apply(.and, .comparing(.le, l[0], 0), .comparing(.ge, u[0], 0))
    let ends: Enclosure.Ends = (.select(inside, zero, .minimum(a, b)), .maximum(a, b))
    if !a.dtype.isReal { return [ends] }
    return [(.maximum(Outward.lower(ends.lower, units: 1), zero), Outward.upper(ends.upper, units: 1))]
  }
  let corners = [l[0].times(l[1]), l[0].times(u[1]), u[0].times(l[1]), u[0].times(u[1])]
  let ends = Enclosure.hull(corners)
  if !ends.lower.dtype.isReal { return [ends] }
  return [(Outward.lower(ends.lower, units: 1), Outward.upper(ends.upper, units: 1))]
}

/// 1 where operand `i` is the one taken, 1/2 where both are equal.
private func share(_ order: OpDecl, _ i: Int) -> Partial {
  { r in .indicator(order, r.x[i], r.x[1 - i]) + 0.5 * .indicator(.eq, r.x[0], r.x[1]) }
}

import CKernels
import IR

// Exponentials, logarithms, roots and powers.

extension OpDecl {
  public static let exp: OpDecl = unary(
    "exp", PTB_EXP, doc: "The exponential `eˣ`.", traits: [.increasing, .convex], derivative: .partials([{ r in r.y[0] }]), rounding: .relative(4, within: 0 ... .infinity), over: -3...3, edges: [-800, 800, 0])

  public static let expm1: OpDecl = unary(
    "expm1", PTB_EXPM1, doc: "`eˣ - 1`, exact near 0.", traits: [.increasing, .convex], derivative: .partials([{ r in r.y[0] + 1 }]), rounding: .relative(8, within: -1 ... .infinity), over: -2...2, edges: [1e-12, 0])

  public static let log: OpDecl = unary(
    "log", PTB_LOG, doc: "The natural logarithm; nan below 0, -inf at 0.", traits: [.increasing, .concave],
    derivative: .partials([{ r in 1 / r.x[0] }]), rounding: .relative(4), interval: .rule(Enclosure.monotone({ .log }, over: 0 ... .infinity)), over: 0.2...5, edges: [0, 1, .infinity])

  public static let log1p: OpDecl = unary(
    "log1p", PTB_LOG1P, doc: "`log(1 + x)`, exact near 0.", traits: [.increasing, .concave],
    derivative: .partials([{ r in 1 / (r.x[0] + 1) }]), rounding: .relative(4), interval: .rule(Enclosure.monotone({ .log1p }, over: -1 ... .infinity)), over: -0.5...3, edges: [1e-12, 0])

  public static let sqrt: OpDecl = unary(
    "sqrt", PTB_SQRT, doc: "The square root; nan below 0.", traits: [.increasing, .concave],
    derivative: .partials([{ r in 0.5 / r.y[0] }]), rounding: .relative(1, underflows: false, within: 0 ... .infinity), interval: .rule(Enclosure.monotone({ .sqrt }, over: 0 ... .infinity)), over: 0.3...9, edges: [0, 4, .infinity])

  public static let rsqrt: OpDecl = unary(
    "rsqrt", PTB_RSQRT, doc: "`1 / sqrt(x)`.", traits: [.decreasing, .convex],
    derivative: .partials([{ r in r.y[0] * r.y[0] * r.y[0] * -0.5 }]), rounding: .relative(4, underflows: false, within: 0 ... .infinity), interval: .rule(Enclosure.monotone({ .rsqrt }, over: 0 ... .infinity, falls: true)), over: 0.3...9, edges: [0, 4])

  public static let pow: OpDecl = binary(
    "pow", PTB_POW, doc: "The power `xʸ`; `0⁰` is 1. The derivative in y at x = 0 is 0.", .realOrInt,
    derivative: .partials([
      { r in
        let (x, y) = (r.x[0], r.x[1])
        // x¹ and x² have derivatives of all orders at 0, which the formula below would lose to 0 · 0⁻¹.
        switch constantValue(y) {
        case 0: return r.b.fill(0, like: x)
        case 1: return r.b.fill(1, like: x)
        case 2: return x * 2
        case let n?: return Node.apply(.pow, x, r.b.fill(n - 1, like: x)) * n
        case nil: return y * .apply(.pow, x, y - 1)
        }
      },
      { r in
        let atZero = Node.comparing(.eq, r.x[0], 0)
        return r.y[0] * Node.select(atZero, r.b.fill(1, like: r.x[0]), r.x[0]).applying(.log)
      },
    ]),
    rounding: .relative(4), interval: .rule { r, l, u in
      func corners(_ bases: [Node]) -> Enclosure.Ends {
        Enclosure.hull(bases.flatMap { x in [l[1], u[1]].map { .apply(.pow, x, $0) } })
      }
      // -0 is 0: of a negative odd power it would be the other pole.
      let low = Node.select(.comparing(.eq, l[0], 0), r.b.fill(0, like: l[0]), l[0])
      let ends = corners([low, u[0]])
      // Of a base that is not negative a power is monotone in base and exponent.
      guard let n = constantValue(r.x[1]) else { return [Enclosure.orUnbounded(.comparing(.ge, l[0], 0), ends)] }
      let zero = r.b.fill(0, like: l[0])
      if n != n.rounded() { return [corners([.maximum(l[0], zero), .maximum(u[0], zero)])] }
      if n < 0 {
        let beside = Node.apply(.or, .comparing(.ge, l[0], 0), .comparing(.lt, u[0], 0))
        return [Enclosure.orUnbounded(beside, ends)]
      }
      if n.truncatingRemainder(dividingBy: 2) == 1 { return [ends] }
      let inside = Node.apply(.and, .comparing(.le, l[0], 0), .comparing(.ge, u[0], 0))
      return [(.select(inside, r.b.fill(n == 0 ? 1 : 0, like: l[0]), ends.lower), ends.upper)]
    }, over: 0.3...3, -2...2.5, edges: [0, 1, 2])

  static let exponentialOps: [OpDecl] = [.exp, .expm1, .log, .log1p, .sqrt, .rsqrt, .pow]
}

/// The value of a splat constant, seen through changes of shape; nil where the graph does not tell.
func constantValue(_ node: Node) -> Double? {
  var id = node.id
  for operation in node.builder.graph.operations.reversed() where operation.results.first == id {
    if operation.decl === OpDecl.fill {
      switch operation.attributes["value"] {
      case .real(let value)?: return value
      case .int(let value)?: return Double(value)
      default: return nil
      }
    }
    guard [OpDecl.broadcast, .reshape, .convert].contains(where: { $0 === operation.decl }), node.dtype.isReal else { return nil }
    id = operation.operands[0]
  }
  return nil
}

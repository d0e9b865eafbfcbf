import CKernels
import IR

// The error function, the gamma function and their kin.

extension OpDecl {
  public static let erf: OpDecl = unary(
    "erf", PTB_ERF, doc: "The error function.", traits: [.increasing, .inflection(at: 0, convexBelow: true)],
    derivative: .partials([{ r in (-(r.x[0] * r.x[0])).applying(.exp) * r.b.irrational(1.1283791670955126, like: r.x[0]) }]), rounding: .relative(16, within: -1...1), over: -2...2, edges: [0, 10])

  public static let erfc: OpDecl = unary(
    "erfc", PTB_ERFC, doc: "`1 - erf(x)`, exact in the tail.", traits: [.decreasing, .inflection(at: 0, convexBelow: false)],
    derivative: .partials([{ r in (-(r.x[0] * r.x[0])).applying(.exp) * r.b.irrational(-1.1283791670955126, like: r.x[0]) }]), rounding: .relative(32, within: 0...2), over: -2...2, edges: [0, 10])

  public static let erfinv: OpDecl = unary(
    "erfinv", PTB_ERFINV, doc: "The inverse error function, on [-1, 1].", traits: [.increasing, .inflection(at: 0, convexBelow: false)],
    derivative: .partials([{ r in (r.y[0] * r.y[0]).applying(.exp) * r.b.irrational(0.886226925452758, like: r.x[0]) }]), rounding: .relative(64), interval: .rule(Enclosure.monotone({ .erfinv }, over: -1...1)), over: -0.9...0.9, edges: [0, 0.999])

  public static let lgamma: OpDecl = unary(
    "lgamma", PTB_LGAMMA, doc: "The logarithm of |Γ(x)|.", derivative: .partials([{ r in r.x[0].applying(.digamma) }]),
    rounding: .bounded { r in (r.y[0].applying(.abs) + 1) * 0x1p-48 }, interval: .rule { r, l, u in
      let ends = Enclosure.valley({ .lgamma }, bottom: 1.4616321449683623, least: -0.12148629053584961)(r, l, u)[0]
      return [Enclosure.orUnbounded(.comparing(.gt, l[0], 0), ends)]
    }, over: 0.3...6, edges: [1, 2, 0.5])

  public static let digamma: OpDecl = unary(
    "digamma", PTB_DIGAMMA, doc: "The derivative of `lgamma`.", derivative: .partials([{ r in r.x[0].applying(.trigamma) }]),
    rounding: .bounded { r in (r.y[0].applying(.abs) + 4) * 0x1p-47 }, interval: .rule { _, l, u in
      [Enclosure.orUnbounded(.comparing(.gt, l[0], 0), (l[0].applying(.digamma), u[0].applying(.digamma)))]
    }, over: 0.3...6, edges: [1, 2])

  public static let trigamma: OpDecl = unary(
    "trigamma", PTB_TRIGAMMA, doc: "The derivative of `digamma`.",
    derivative: .partials([{ r in Node.apply(.polygamma, r.b.fill(2, like: r.x[0]), r.x[0]) }]),
    rounding: .bounded { r in
      // From 10¹⁵⁴ on squares overflow, and the result is 0.
      r.y[0].applying(.abs) * 0x1p-45 + Node.indicator(.lt, r.y[0].applying(.abs), r.b.fill(1e-100, like: r.y[0])) * 1e-153
    }, interval: .rule { _, l, u in
      [Enclosure.orUnbounded(.comparing(.gt, l[0], 0), (u[0].applying(.trigamma), l[0].applying(.trigamma)))]
    }, over: 0.3...6, edges: [1, 2])

  public static let polygamma: OpDecl = OpDecl(
    "polygamma",
    doc: "`polygamma(n, x)`: the derivative of `digamma` of order n, a whole number given as a real. It is differentiated in x only.",
    traits: [.elementwise],
    infer: { (types, _) throws(OpError) in
      try Check.count("polygamma", types, 2)
      for type in types { try Check.elements("polygamma", type, .real) }
      try Check.sameElements("polygamma", types)
      try Check.sameShape("polygamma", types)
      return [types[0]]
    },
    kernel: .micro(UInt16(PTB_POLYGAMMA.rawValue)),
    derivative: .partials([nil, { r in Node.apply(.polygamma, r.x[0] + 1, r.x[1]) }]),
    transpose: .none, batching: .elementwise,
    rounding: .refused("polygamma changes its direction with its order; bound digamma or trigamma instead"), interval: .refused("polygamma changes its direction with its order; bound digamma or trigamma instead"),
    samples: [2, 3].map { order in
      OpSample([(TensorType(.f64, [4]), .edges([order])), (TensorType(.f64, [4]), .uniform(0.5...5))])
    },
    errors: [OpErrorSample([TensorType(.f64, [2]), TensorType(.f64, [3])], "differ in shape")])

  static let specialOps: [OpDecl] = [.erf, .erfc, .erfinv, .lgamma, .digamma, .trigamma, .polygamma]
}

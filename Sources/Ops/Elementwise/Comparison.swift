import CKernels
import IR

// Comparison, logic and choice.

extension OpDecl {
  public static let eq: OpDecl = comparison("eq", PTB_EQ, "Whether two values are equal (nan equals nothing).", .any) { _, l, u in
    let (l, u) = (l.map(\.ordered), u.map(\.ordered))
    let overlap = Node.apply(.and, .apply(.le, l[0], u[1]), .apply(.le, l[1], u[0]))
    return [(certainlyEqual(l, u), overlap)]
  }
  public static let ne: OpDecl = comparison("ne", PTB_NE, "Whether two values differ.", .any) { _, l, u in
    let (l, u) = (l.map(\.ordered), u.map(\.ordered))
    let apart = Node.apply(.or, .apply(.gt, l[0], u[1]), .apply(.gt, l[1], u[0]))
    return [(apart, certainlyEqual(l, u).applying(.not))]
  }
  public static let lt: OpDecl = comparison("lt", PTB_LT, "Whether `a < b`.", .realOrInt) { _, l, u in
    [(.apply(.lt, u[0], l[1]), .apply(.lt, l[0], u[1]))]
  }
  public static let le: OpDecl = comparison("le", PTB_LE, "Whether `a <= b`.", .realOrInt) { _, l, u in
    [(.apply(.le, u[0], l[1]), .apply(.le, l[0], u[1]))]
  }
  public static let gt: OpDecl = comparison("gt", PTB_GT, "Whether `a > b`.", .realOrInt) { _, l, u in
    [(.apply(.gt, l[0], u[1]), .apply(.gt, u[0], l[1]))]
  }
  public static let ge: OpDecl = comparison("ge", PTB_GE, "Whether `a >= b`.", .realOrInt) { _, l, u in
    [(.apply(.ge, l[0], u[1]), .apply(.ge, u[0], l[1]))]
  }

  public static let and: OpDecl = binary(
    "and", PTB_AND, doc: "Whether both hold.", .bool, traits: [.increasing, .locallyConstant], derivative: .zero,
    rounding: .none, interval: .derived, over: 0...1, 0...1, edges: [0, 1])
  public static let or: OpDecl = binary(
    "or", PTB_OR, doc: "Whether at least one holds.", .bool, traits: [.increasing, .locallyConstant], derivative: .zero,
    rounding: .none, interval: .derived, over: 0...1, 0...1, edges: [0, 1])
  public static let not: OpDecl = unary(
    "not", PTB_NOT, doc: "Whether it does not hold.", .bool, traits: [.decreasing, .locallyConstant], derivative: .zero,
    rounding: .none, over: 0...1, edges: [0, 1])

  public static let isFinite: OpDecl = unary(
    "isFinite", PTB_IS_FINITE, doc: "Whether a value is neither infinite nor nan.", .realOrComplex, traits: [.locallyConstant],
    result: { _ in .bool }, derivative: .zero,
    rounding: .none, interval: .rule { r, l, u in
      // Between two finite ends all is finite; otherwise something finite may lie between.
      [(.apply(.and, l[0].applying(.isFinite), u[0].applying(.isFinite)), r.b.bool(true, l[0].shape))]
    }, over: -2...2, edges: [0, .infinity, .nan])

  public static let select: OpDecl = OpDecl(
    "select", doc: "`select(c, a, b)`: a where the condition holds, b elsewhere. The branch not taken never reaches a derivative.",
    traits: [.elementwise, .linear],
    infer: { (types, _) throws(OpError) in
      try Check.count("select", types, 3)
      try Check.elements("select", types[0], .bool)
      try Check.sameElements("select", Array(types[1...]))
      try Check.sameShape("select", types)
      return [types[1]]
    },
    kernel: .micro(UInt16(PTB_SELECT.rawValue)), derivative: .linear,
    transpose: .rule { r, ct, linear in
      guard let ct = ct[0] else { return [nil, nil, nil] }
      let zero = r.b.zeros(ct.type)
      return [nil, linear[1] ? .select(r.x[0], ct, zero) : nil, linear[2] ? .select(r.x[0], zero, ct) : nil]
    },
    batching: .elementwise,
    rounding: .none, interval: .rule { _, l, u in
      // u[0]: the condition may hold; l[0]: it does.
      let truth = l[1].dtype == .bool
      let both: Enclosure.Ends = (.apply(truth ? .and : .min, l[1], l[2]), .apply(truth ? .or : .max, u[1], u[2]))
      let lower = Node.select(l[0], l[1], .select(u[0], both.lower, l[2]))
      let upper = Node.select(l[0], u[1], .select(u[0], both.upper, u[2]))
      return [(lower, upper)]
    },
    samples: [[4], [2, 3], [], [0]].map { (shape: Shape) in
      OpSample([(TensorType(.bool, shape), .bools), (TensorType(.f64, shape), .uniform(-2...2)), (TensorType(.f64, shape), .uniform(-2...2))])
    },
    errors: [
      OpErrorSample([TensorType(.f64, [2]), TensorType(.f64, [2]), TensorType(.f64, [2])], "needs truth values"),
      OpErrorSample([TensorType(.bool, [2]), TensorType(.f64, [2]), TensorType(.f64, [3])], "differ in shape"),
      OpErrorSample([TensorType(.bool, [2]), TensorType(.f64, [2]), TensorType(.int, [2])], "differ in kind"),
    ])

  static let comparisonOps: [OpDecl] = [.eq, .ne, .lt, .le, .gt, .ge, .and, .or, .not, .isFinite, .select]

  private static func comparison(
    _ name: String, _ micro: ptb_micro, _ doc: String, _ elements: Elements, interval: @escaping Enclosure.Rule
  ) -> OpDecl {
    binary(
      name, micro, doc: doc, elements, traits: [.locallyConstant], result: { _ in .bool }, derivative: .zero,
      rounding: .none, interval: .rule(interval), over: -2...0.4, -0.4...2, edges: [0, 1, .nan])
  }
}

extension Node {
  /// Truth values as numbers, which have an order.
  fileprivate var ordered: Node { dtype == .bool ? convert(.int) : self }
}

private func certainlyEqual(_ l: [Node], _ u: [Node]) -> Node {
  Node.apply(.and, .apply(.and, .apply(.eq, l[0], u[0]), .apply(.eq, l[1], u[1])), .apply(.eq, l[0], l[1]))
}

import CKernels
import IR

// What elementwise ops have in common: shape rule, kernel, batching and the shapes of their samples.

typealias Partial = @Sendable (RuleContext) -> Node

/// Where a sample draws an operand from.
typealias Range = ClosedRange<Double>

extension OpDecl {
  /// An elementwise op of one operand. `result` is the element type of the result, if it is not the operand's.
  static func unary(
    _ name: String, _ micro: ptb_micro, doc: String, _ elements: Elements = .real, traits: Set<Trait> = [],
    result: (@Sendable (DType) -> DType)? = nil, derivative: Derivative, transpose: Transpose = .none,
    rounding: Rounding, interval: IntervalRule = .derived, over range: Range, edges: [Double] = []
  ) -> OpDecl {
    let dtype = elements.example
    var samples = [[3], [2, 3], [], [1, 1], [0]].map { (shape: Shape) in OpSample([(TensorType(dtype, shape), .uniform(range))]) }
    if !edges.isEmpty {
      samples.append(OpSample([(TensorType(dtype, [Dim(edges.count)]), .edges(edges))], differentiable: false))
    }
    return OpDecl(
      name, doc: doc, traits: traits.union([.elementwise]),
      infer: { (types, _) throws(OpError) in
        try Check.count(name, types, 1)
        try Check.elements(name, types[0], elements)
        return [types[0].with(dtype: result?(types[0].dtype) ?? types[0].dtype)]
      },
      kernel: .micro(UInt16(micro.rawValue)), derivative: derivative, transpose: transpose, batching: .elementwise,
      rounding: rounding, interval: interval, samples: samples,
      errors: [
        OpErrorSample([TensorType(elements == .bool ? .f64 : elements == .any ? .string : .bool, [2])], "needs"),
        OpErrorSample([], "takes 1 operand"),
      ])
  }

  /// An elementwise op of two operands of one type.
  static func binary(
    _ name: String, _ micro: ptb_micro, doc: String, _ elements: Elements = .real, traits: Set<Trait> = [],
    result: (@Sendable (DType) -> DType)? = nil, derivative: Derivative, transpose: Transpose = .none,
    rounding: Rounding, interval: IntervalRule, over a: Range, _ b: Range, edges: [Double] = []
  ) -> OpDecl {
    let dtype = elements.example
    var samples = [[4], [3, 2], [], [1], [2, 0]].map { (shape: Shape) in
      OpSample([(TensorType(dtype, shape), .uniform(a)), (TensorType(dtype, shape), .uniform(b))])
    }
    if !edges.isEmpty {
      // Each edge against each.
      let n = edges.count
      let left = edges.flatMap { [Double](repeating: $0, count: n) }
      let right = [[Double]](repeating: edges, count: n).flatMap { $0 }
      let type = TensorType(dtype, [Dim(n * n)])
      samples.append(OpSample([(type, .edges(left)), (type, .edges(right))], differentiable: false))
    }
    return OpDecl(
      name, doc: doc, traits: traits.union([.elementwise]),
      infer: { (types, _) throws(OpError) in
        try Check.count(name, types, 2)
        for type in types { try Check.elements(name, type, elements) }
        try Check.sameElements(name, types)
        try Check.sameShape(name, types)
        return [types[0].with(dtype: result?(types[0].dtype) ?? types[0].dtype)]
      },
      kernel: .micro(UInt16(micro.rawValue)), derivative: derivative, transpose: transpose, batching: .elementwise,
      rounding: rounding, interval: interval, samples: samples,
      errors: [
        OpErrorSample([TensorType(dtype, [2]), TensorType(dtype, [3])], "differ in shape"),
        OpErrorSample([TensorType(dtype, [2]), TensorType(dtype, [2, 1])], "differ in shape"),
        OpErrorSample([TensorType(dtype, [2]), TensorType(.string, [2])], "needs"),
      ])
  }
}

extension Node {
  static func minimum(_ a: Node, _ b: Node) -> Node { apply(.min, a, b) }
  static func maximum(_ a: Node, _ b: Node) -> Node { apply(.max, a, b) }
  static func comparing(_ decl: OpDecl, _ a: Node, _ b: Double) -> Node { apply(decl, a, a.builder.fill(b, like: a)) }
  /// 1 where the condition holds, 0 elsewhere.
  static func indicator(_ decl: OpDecl, _ a: Node, _ b: Node) -> Node { apply(decl, a, b).convert(a.dtype.realPart) }
  func applying(_ decl: OpDecl) -> Node { Node.apply(decl, self) }
  /// A partial derivative times a tangent: an exact zero wins over inf and nan, where the type has an order.
  func times(_ tangent: Node) -> Node { Node.apply(dtype.isComplex ? .mul : .mul0, self, tangent) }
}

/// The sum of tangents of which some are zero.
func sumOfPresent(_ terms: [Node?]) -> Node? {
  var result: Node?
  for case let term? in terms { result = result.map { $0 + term } ?? term }
  return result
}

/// Enclosures of the functions whose shape is known but which are not monotone.
enum Enclosure {
  typealias Ends = (lower: Node, upper: Node)
  typealias Rule = @Sendable (RuleContext, [Node], [Node]) -> [Ends]

  /// A function that falls up to `bottom` and rises after it, where it has the value `least`.
  static func valley(_ decl: @escaping @Sendable () -> OpDecl, bottom: Double, least: Double) -> Rule {
    { r, lower, upper in
      let (l, u) = (lower[0], upper[0])
      let (a, b) = (l.applying(decl()), u.applying(decl()))
      let inside = Node.apply(.and, .comparing(.le, l, bottom), .comparing(.ge, u, bottom))
      return [(Node.select(inside, r.b.fill(least, like: l), .minimum(a, b)), .maximum(a, b))]
    }
  }

  /// A function that rises (or falls) over a domain; outside of it there are no values to enclose.
  static func monotone(_ decl: @escaping @Sendable () -> OpDecl, over domain: ClosedRange<Double>, falls: Bool = false) -> Rule {
    { r, lower, upper in
      func value(_ x: Node) -> Node {
        var x = x
        if domain.lowerBound > -.infinity { x = .maximum(x, r.b.fill(domain.lowerBound, like: x)) }
        if domain.upperBound < .infinity { x = .minimum(x, r.b.fill(domain.upperBound, like: x)) }
        return x.applying(decl())
      }
      let (a, b) = (value(lower[0]), value(upper[0]))
      return [falls ? (b, a) : (a, b)]
    }
  }

  /// The ends of a product, rounded outwards.
  static func product(_ a: Ends, _ b: Ends) -> Ends {
    let ends = hull([a.lower.times(b.lower), a.lower.times(b.upper), a.upper.times(b.lower), a.upper.times(b.upper)])
    return (Outward.lower(ends.lower, units: 1), Outward.upper(ends.upper, units: 1))
  }

  /// The least and the greatest of some values.
  static func hull(_ values: [Node]) -> Ends {
    (values.dropFirst().reduce(values[0]) { .minimum($0, $1) }, values.dropFirst().reduce(values[0]) { .maximum($0, $1) })
  }

  /// Those ends where the condition holds, and the whole line elsewhere.
  static func orUnbounded(_ known: Node, _ ends: Ends) -> Ends {
    let b = ends.lower.builder
    return (.select(known, ends.lower, b.fill(-.infinity, like: ends.lower)), .select(known, ends.upper, b.fill(.infinity, like: ends.upper)))
  }

  /// Whether [l, u] may hold a point of `offset + period·ℤ`: yes in doubt, which grows with the ends as rounding does.
  static func holdsPoint(_ l: Node, _ u: Node, offset: Double, period: Double) -> Node {
    let unit = l.dtype == .f32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    let (first, last) = ((l - offset) / period, (u - offset) / period)
    func doubt(_ place: Node) -> Node { (place.applying(.abs) + 1) * (4 * unit) }
    return Node.apply(.le, (first - doubt(first)).applying(.ceil), (last + doubt(last)).applying(.floor))
  }
}

import Ops

// Lines above and below functions of one operand, from their curvature or from bounds of their derivative.

/// A function of one operand of an operation, the others held; mirrored so that it is convex up to a point and concave after.
private struct Mirrored {
  let relaxer: Relaxer
  let operation: Operation
  /// The positions of the operand (two for x · x).
  let slots: [Int]
  /// φ(x) = sign · f(turn · x)
  let sign: Double
  let turn: Double
  var b: Builder { relaxer.b }

  private func signed(_ x: Node, _ factor: Double) -> Node { factor < 0 ? -x : x }

  /// φ at points that are exact, with its rounding.
  func value(_ x: Node) throws(TransformError) -> (lower: Node, upper: Node) {
    var operands = relaxer.enclosures(operation.operands)
    for slot in slots { operands[slot] = .exact(signed(x, turn)) }
    let y = try encloseStep(operation, of: relaxer.graph, into: b, operands)[0]
    return sign < 0 ? (-y.upper, -y.lower) : (y.lower, y.upper)
  }
  /// φ and φ′ as computed, for searches.
  func plain(_ x: Node) -> (value: Node, slope: Node) {
    var operands = relaxer.enclosures(operation.operands).map(\.lower)
    for slot in slots { operands[slot] = signed(x, turn) }
    let y = b.emit(operation.decl, operands, operation.attributes)
    let slope = relaxer.derivative(operation, in: b, operands, y)
    return (signed(y[0], sign), signed(slope, sign * turn))
  }
  /// φ′ at points that are exact, with its rounding.
  func slope(_ x: Node) throws(TransformError) -> (lower: Node, upper: Node) {
    let d = try relaxer.derivative(operation, slots, at: .exact(signed(x, turn)))
    return sign * turn < 0 ? (-d.upper, -d.lower) : (d.lower, d.upper)
  }
}

extension Relaxer {
  /// An enclosure of the derivative of an operation in the operand at these positions, the others held.
  func derivative(_ operation: Operation, _ slots: [Int], at x: Enclosed) throws(TransformError) -> (lower: Node, upper: Node) {
    var operands = enclosures(operation.operands)
    for slot in slots { operands[slot] = x }
    let inner = Builder(name: "derivative")
    let parameters = operands.map { inner.parameter($0.type) }
    // Constants stay constants: rules look at them.
    let nodes = zip(operation.operands, parameters).map { id, parameter -> Node in
      guard definition(id) >= 0, graph.operations[definition(id)].decl === OpDecl.fill else { return parameter }
      return inner.copy(graph.operations[definition(id)], of: graph, [])[0]
    }
    let y = inner.emit(operation.decl, nodes, operation.attributes)
    let result = try enclose(inner.finish([derivative(operation, in: inner, nodes, y)]), into: b, operands).results[0]
    return (result.lower, result.upper)
  }

  /// The derivative of an operation in the one operand that varies.
  fileprivate func derivative(_ operation: Operation, in b: Builder, _ x: [Node], _ y: [Node]) -> Node {
    let slot = slots(operation)[0]
    if operation.decl === OpDecl.mul { return x[slot] * 2 }
    if operation.decl === OpDecl.div {
      // Of 1 / x.
      return -(y[0] * y[0])
    }
    guard case .partials(let partials) = operation.decl.derivative, let partial = partials[slot] else {
      fatalError("internal error: `\(operation.decl.name)` has no partial derivative")
    }
    return partial(RuleContext(b: b, attributes: operation.attributes, x: x, y: y))
  }

  private func slots(_ operation: Operation) -> [Int] { operation.operands.indices.filter { isVarying(operation.operands[$0]) } }

  /// Lines for a function that is convex up to a point and concave after it, or, mirrored, the other way round.
  func curvedLines(_ operation: Operation, at point: Double, convexBelow: Bool) throws(TransformError) -> Lines {
    let slots = slots(operation)
    let x = values[operation.operands[slots[0]].index]!
    func cap(sign: Double, turn: Double) throws(TransformError) -> (slope: Node, intercept: Node) {
      let f = Mirrored(relaxer: self, operation: operation, slots: slots, sign: sign, turn: turn)
      let (l, u) = turn < 0 ? (-x.upper, -x.lower) : (x.lower, x.upper)
      let line = try self.cap(f, l, u, turn * point)
      return (turn < 0 ? -line.slope : line.slope, line.intercept)
    }
    let up = try cap(sign: 1, turn: convexBelow ? 1 : -1)
    let down = try cap(sign: -1, turn: convexBelow ? -1 : 1)
    return Lines(
      operands: [slots[0]], upper: [up.slope], lower: [-down.slope], above: up.intercept, below: -down.intercept)
  }

  /// A line above φ on [l, u], where φ is convex up to p and concave after it.
  ///
  /// The slope may be anything; the intercept is what makes the line sound. Let q be p cut to [l, u], and d a point of [q, u]. On
  /// [l, q] the largest φ(x) − k x is at an end; on [q, u] φ lies below its tangent at d.
  private func cap(_ f: Mirrored, _ l: Node, _ u: Node, _ p: Double) throws(TransformError) -> (slope: Node, intercept: Node) {
    let q = l.atLeast(p).atMost(u)
    let atL = try f.value(l)
    if p == .infinity {
      let atU = try f.value(u)
      let chord = (atU.upper - atL.upper) / (u - l)
      return (chord, sumUp([atL.upper, -(chord * l)]).atLeast(sumUp([atU.upper, -(chord * u)])))
    }
    let middle = (l * 0.5 + u * 0.5).atMost(u).atLeast(q)
    // From the tangent point on, tangents lie above φ(l).
    let d = try p == -.infinity ? middle : tangentPoint(f, l, u, q, atL.upper).atLeast(middle)
    let (atD, slope) = (try f.value(d), try f.slope(d))
    let gap = d - l
    let chord = (atD.upper - atL.upper) / gap
    let tangent = slope.lower * 0.5 + slope.upper * 0.5
    let isTangent = b.emit1(.ge, [atD.upper - atL.upper, tangent * gap])
    let k = p == -.infinity ? tangent : Node.select(isTangent, tangent, chord)
    let left = sumUp([atL.upper, -(k * l)])
    let spread = ((slope.lower - k) * (q - d)).atLeast((slope.upper - k) * (u - d)).atLeast(0)
    let right = sumUp([atD.upper, -(k * d), spread * (1 + 0x1p-48)])
    return (k, left.atLeast(right))
  }

  /// The least point d of [q, u] whose tangent passes above (l, φ(l)), by bisection; u where none does. In plain arithmetic: any
  /// point is sound.
  private func tangentPoint(_ f: Mirrored, _ l: Node, _ u: Node, _ q: Node, _ atL: Node) throws(TransformError) -> Node {
    func fixed(_ x: Node) -> Node { Node.apply(.stopGradient, x) }
    let (left, atLeft) = (fixed(l), fixed(atL))
    var (low, high) = (fixed(q), fixed(u))
    for _ in 0..<10 {
      let d = low * 0.5 + high * 0.5
      let (value, slope) = f.plain(d)
      let isAbove = b.emit1(.ge, [value - atLeft, slope * (d - left)])
      high = Node.select(isAbove, d, high)
      low = Node.select(isAbove, low, d)
    }
    return fixed(high).atMost(u).atLeast(q)
  }

  /// A sum that is not below the exact one of these numbers, each with a rounding error of a few units.
  func sumUp(_ terms: [Node]) -> Node {
    let total = terms.dropFirst().reduce(terms[0]) { $0 + $1 }
    let magnitude = terms.dropFirst().reduce(terms[0].modulus) { $0 + $1.modulus }
    return total + (magnitude * 0x1p-49 + 1e-300)
  }

  /// From bounds of the derivative: f(x) lies around f(c) + k (x − c) by at most the half width of f′ times |x − c|. Nil where the
  /// derivative has no enclosure.
  func smoothLines(_ operation: Operation, _ y: Enclosed) throws(TransformError) -> Lines? {
    let slots = slots(operation)
    let x = values[operation.operands[slots[0]].index]!
    let d: (lower: Node, upper: Node)
    do throws(TransformError) { d = try derivative(operation, slots, at: x) } catch { return nil }
    let (centre, radius) = x.ball
    let f = Mirrored(relaxer: self, operation: operation, slots: slots, sign: 1, turn: 1)
    let value = try f.value(centre)
    let k = d.lower * 0.5 + d.upper * 0.5
    let spread = ((d.upper - k).atLeast(k - d.lower) * (radius ?? b.fill(0, like: centre))).up
    let above = sumUp([value.upper, -(k * centre), spread])
    let below = -sumUp([-value.lower, k * centre, spread])
    // Two parallel lines are wider apart than the interval if the derivative is known badly.
    let isNarrow = b.emit1(.lt, [spread * 2, y.upper - y.lower])
    return Lines(
      operands: [slots[0]], upper: [Node.select(isNarrow, k, b.fill(0, like: k))], lower: [Node.select(isNarrow, k, b.fill(0, like: k))],
      above: Node.select(isNarrow, above, y.upper), below: Node.select(isNarrow, below, y.lower))
  }
}

import Ops

/// How an operation is crossed by rows of coefficients that come from its results.
enum Crossing {
  /// Linear in what varies: by its adjoint.
  case linear
  /// Linear in each of two operands that vary: B(a, b) lies around B(a, b₀) + B(a₀, b) − B(a₀, b₀), by at most B(|a − a₀|, |b − b₀|).
  case bilinear
  /// Element by element, between two lines in the operands.
  case lines(Lines)
}

/// `Σ lower[k] · x[operands[k]] + below ≤ y ≤ Σ upper[k] · x[operands[k]] + above`, element by element.
struct Lines {
  /// Positions of operands.
  var operands: [Int]
  var upper: [Node]
  var lower: [Node]
  var above: Node
  var below: Node
  /// `relu`: the lower slope of unstable elements may be anything in [0, 1], another one in each row.
  var unstable: Node?
}

/// The kind of an operation, which tells its relaxation.
enum OperationKind {
  case linear, bilinear, relu, choice, constant
  /// Convex up to a point and concave after it, or the other way round (the point is infinite for what is convex or concave).
  case curved(at: Double, convexBelow: Bool)
  /// Differentiable in the operand at this position.
  case smooth
  var isNonlinear: Bool { if case .linear = self { false } else { true } }
}

extension Relaxer {
  func classify(_ operation: Operation) -> OperationKind {
    let decl = operation.decl
    let varying = operation.operands.indices.filter { isVarying(operation.operands[$0]) }
    let types = operation.operands.map(graph.type)
    guard operation.regions.isEmpty, operation.results.allSatisfy({ graph.type($0).dtype == .f64 }),
      types.allSatisfy({ !$0.dtype.isComplex }), operation.results.count == 1
    else { return .constant }
    if decl === OpDecl.select {
      if isVarying(operation.operands[0]) { return .choice }
      return .linear
    }
    guard varying.allSatisfy({ types[$0].dtype == .f64 }) else { return .constant }
    if case .rule = decl.adjoint {
      if decl.traits.contains(.linear) { return .linear }
      if decl.traits.contains(.linearInFirst), varying == [0] { return .linear }
      if decl.traits.contains(.multilinear) {
        if varying.count == 1 { return .linear }
        if decl === OpDecl.mul, operation.operands[0] == operation.operands[1] { return .curved(at: .infinity, convexBelow: true) }
        return varying.count == 2 ? .bilinear : .constant
      }
    }
    guard decl.traits.contains(.elementwise), varying.count == 1 else { return .constant }
    if decl === OpDecl.relu { return .relu }
    if decl === OpDecl.div, varying == [1], number(operation.operands[0]) == 1 { return .curved(at: 0, convexBelow: false) }
    for trait in decl.traits {
      if case .inflection(let at, let convexBelow) = trait { return .curved(at: at, convexBelow: convexBelow) }
    }
    guard case .partials(let partials) = decl.derivative, partials[varying[0]] != nil else { return .constant }
    if operation.operands.count == 1 {
      if decl.traits.contains(.convex) { return .curved(at: .infinity, convexBelow: true) }
      if decl.traits.contains(.concave) { return .curved(at: -.infinity, convexBelow: true) }
    }
    if decl === OpDecl.pow, varying == [0], let power = number(operation.operands[1]) {
      if power == power.rounded(), power >= 2 {
        return power.truncatingRemainder(dividingBy: 2) == 0
          ? .curved(at: .infinity, convexBelow: true) : .curved(at: 0, convexBelow: false)
      }
      // Where the base may not be positive, there is no finite enclosure, and so no line.
      return .curved(at: power > 0 && power < 1 ? -.infinity : .infinity, convexBelow: true)
    }
    return Relaxer.smooth.contains { $0 === decl } ? .smooth : .constant
  }
  /// Continuous wherever their enclosure is finite, so that the mean value theorem holds (`mod` and `atan2` jump).
  private static let smooth: [OpDecl] = [.sin, .cos, .tan, .gelu, .silu, .lgamma, .digamma, .trigamma, .pow]

  private func number(_ id: ValueID) -> Double? {
    graph.uniformNumber(id) { definition($0) < 0 ? nil : graph.operations[definition($0)] }
  }

  func crossing(_ operation: Operation, _ kind: OperationKind, _ results: [Enclosed]) throws(TransformError) -> Crossing {
    switch kind {
    case .linear: return .linear
    case .bilinear: return .bilinear
    case .constant: return .lines(constant(results[0]))
    case .relu: return .lines(reluLines(values[operation.operands[0].index]!))
    case .choice: return .lines(settled(choiceLines(operation), results[0]))
    case .curved(let at, let convexBelow):
      return .lines(settled(try curvedLines(operation, at: at, convexBelow: convexBelow), results[0]))
    case .smooth:
      guard let lines = try smoothLines(operation, results[0]) else { return .lines(constant(results[0])) }
      return .lines(settled(lines, results[0]))
    }
  }

  /// Of what is known by its interval only.
  func constant(_ y: Enclosed) -> Lines { Lines(operands: [], upper: [], lower: [], above: y.upper, below: y.lower) }

  /// Lines where they are finite, the interval's ends elsewhere.
  private func settled(_ lines: Lines, _ y: Enclosed) -> Lines {
    let finite = b.emit1(.and, [y.lower.isFiniteNode, y.upper.isFiniteNode])
    func valid(_ slopes: [Node], _ intercept: Node) -> Node {
      slopes.reduce(b.emit1(.and, [finite, intercept.isFiniteNode])) { b.emit1(.and, [$0, $1.isFiniteNode]) }
    }
    let (up, down) = (valid(lines.upper, lines.above), valid(lines.lower, lines.below))
    var result = lines
    result.upper = lines.upper.map { Node.select(up, $0, b.fill(0, like: $0)) }
    result.lower = lines.lower.map { Node.select(down, $0, b.fill(0, like: $0)) }
    result.above = Node.select(up, lines.above, y.upper)
    result.below = Node.select(down, lines.below, y.lower)
    return result
  }

  /// The triangle: below the chord, above α x for any α in [0, 1].
  private func reluLines(_ x: Enclosed) -> Lines {
    let (l, u) = (x.lower, x.upper)
    let (zero, one) = (b.fill(0, like: l), b.fill(1, like: l))
    let isOn = b.emit1(.ge, [l, zero])
    let isOff = b.emit1(.le, [u, zero])
    let isStable = b.emit1(.or, [isOn, isOff])
    let chord = Node.select(isStable, zero, u / (u - l))
    let ends = (-(chord * l)).atLeast((one - chord) * u).up
    let valid = b.emit1(.and, [chord.isFiniteNode, ends.isFiniteNode])
    let slope = Node.select(isOn, one, Node.select(valid, chord, zero))
    let above = Node.select(isStable, zero, Node.select(valid, ends, u))
    let steep = b.emit1(.gt, [u, -l])
    let adaptive = Node.select(isOn, one, Node.select(isOff, zero, Node.select(steep, one, zero)))
    return Lines(operands: [0], upper: [slope], lower: [adaptive], above: above, below: zero, unstable: b.emit1(.not, [isStable]))
  }

  /// One of two values: the one, where the condition is sure; otherwise their mean, half their distance around.
  private func choiceLines(_ operation: Operation) -> Lines {
    let x = enclosures(operation.operands)
    let (sure, possible) = (x[0].lower, x[0].upper)
    let type = x[1].type
    let half = b.fill(0.5, type)
    let share = Node.select(sure, b.fill(1, type), Node.select(possible, half, b.fill(0, type)))
    let unsure = b.emit1(.and, [possible, b.emit1(.not, [sure])])
    let distance = ((x[1].upper - x[2].lower).modulus.atLeast((x[2].upper - x[1].lower).modulus) * 0.5).up
    var (above, below) = (Node.select(unsure, distance, b.fill(0, type)), Node.select(unsure, -distance, b.fill(0, type)))
    var lines = Lines(operands: [], upper: [], lower: [], above: above, below: below)
    for (k, weight) in [(1, share), (2, 1 - share)] {
      if isVarying(operation.operands[k]) {
        lines.operands.append(k)
        lines.upper.append(weight)
        lines.lower.append(weight)
      } else {
        let none = b.emit1(.eq, [weight, b.fill(0, like: weight)])
        func part(_ end: Node) -> Node { Node.select(none, b.fill(0, like: end), weight * end) }
        above = (above + part(x[k].upper)).up
        below = (below + part(x[k].lower)).down
      }
    }
    (lines.above, lines.below) = (above, below)
    return lines
  }
}

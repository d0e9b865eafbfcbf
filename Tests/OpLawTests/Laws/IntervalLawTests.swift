import IR
import Ops
import Testing
import Transforms

/// Enclosures contain the values of the op at random points of random boxes, about ten thousand for each op.
@Suite struct IntervalLawTests {
  static let cases = OpCase.all.filter { c in
    if case .refused = c.decl.interval { return false }
    return !c.types.isEmpty && !c.types.contains { $0.dtype.isComplex || $0.dtype == .f32 }
  }

  @Test(arguments: cases.filter { $0.decl.traits.contains(.elementwise) && $0.hasRanges })
  func elementwise(_ c: OpCase) throws {
    let types = c.types.map { $0.with(shape: [512]) }
    let (graph, enclosure) = (try c.graph(types), c.enclosure(types, varying: types.map { _ in true }))
    var numbers = Numbers(19)
    let boxes = zip(types, c.sample.operands).map { Box($0, $1.values, &numbers) }
    let fixed = boxes.map(\.lower)
    let ends = try run(enclosure, fixed + boxes.map(\.lower) + boxes.map(\.upper))
    for k in 0..<20 {
      let point = boxes.map { $0.point(k, &numbers) }
      for (r, value) in try run(graph, point).enumerated() { expectInside(value, ends[2 * r], ends[2 * r + 1], c, boxes) }
    }
  }

  @Test(arguments: cases.filter { !$0.decl.traits.contains(.elementwise) })
  func others(_ c: OpCase) throws {
    let graph = try c.graph()
    let reals = c.types.map(\.dtype.isReal)
    // Products are bounded in each operand alone.
    let choices = c.decl.traits.contains(.multilinear) ? subsets(reals.count).filter { $0.filter { $0 }.count == 1 } : [reals]
    let n = max(50, 1200 / c.decl.samples.count)
    var numbers = Numbers(23)
    for varying in choices where zip(varying, reals).contains(where: { $0 && $1 }) {
      let enclosure = c.enclosure(c.types, varying: varying)
      let together = try batchGraph(graph, varying, n)
      for _ in 0..<8 {
        let fixed = c.inputs()
        let boxes = fixed.indices.map { varying[$0] ? Box(around: fixed[$0], &numbers) : Box(fixed[$0], fixed[$0]) }
        let ends = try run(enclosure, fixed + boxes.map(\.lower) + boxes.map(\.upper))
        let points = boxes.indices.map { k in
          varying[k] ? Dense.stack((0..<n).map { boxes[k].point($0, &numbers) }) : fixed[k]
        }
        for (r, values) in try run(together, points).enumerated() {
          for k in 0..<n { expectInside(values.lane(k, of: n), ends[2 * r], ends[2 * r + 1], c, boxes) }
        }
      }
    }
  }

  /// Powers of known exponents, and squares, have rules of their own.
  @Test(arguments: [0, 1, 2, 3, 4, -1, -2, 0.5]) func powers(_ exponent: Double) throws {
    func power(_ x: Node) -> [Node] { [x, x.builder.fill(exponent, like: x)] }
    try checkUnary(.pow, power)
  }
  @Test func squares() throws { try checkUnary(.mul) { [$0, $0] } }

  private func checkUnary(_ decl: OpDecl, _ operands: (Node) -> [Node]) throws {
    let type = TensorType(.f64, [512])
    guard case .rule(let rule) = decl.interval else { return }
    let enclosure = build([type, type, type]) { b, p in
      let x = operands(p[0])
      let ends = rule(RuleContext(b: b, attributes: [:], x: x, y: b.emit(decl, x)), operands(p[1]), operands(p[2]))[0]
      return [ends.lower, ends.upper]
    }
    let graph = build([type]) { b, p in b.emit(decl, operands(p[0])) }
    var numbers = Numbers(29)
    let box = Box(type, .uniform(-3...3), &numbers)
    let ends = try run(enclosure, [box.lower, box.lower, box.upper])
    for k in 0..<20 {
      let value = try run(graph, [box.point(k, &numbers)])[0]
      for i in value.values.indices where !value.values[i].isNaN {
        let (l, v, u) = (ends[0].values[i], value.values[i], ends[1].values[i])
        #expect(contains(l, v, u), "\(decl.name) on \(box.lower.values[i])…\(box.upper.values[i]): \(v) is not in \(l)…\(u)")
      }
    }
  }

  private func expectInside(_ value: Dense, _ lower: Dense, _ upper: Dense, _ c: OpCase, _ boxes: [Box]) {
    guard value.values.count == lower.values.count, value.values.count == upper.values.count else {
      Issue.record("the enclosure has another shape")
      return
    }
    for (i, v) in value.values.enumerated() where !v.isNaN && !contains(lower.values[i], v, upper.values[i]) {
      // An end outside of the domain leaves the enclosure open, and says so.
      if c.decl.traits.contains(.elementwise), lower.values[i].isNaN || upper.values[i].isNaN { continue }
      let box = c.decl.traits.contains(.elementwise) ? boxes.map { "\($0.lower.values[i])…\($0.upper.values[i])" } : []
      Issue.record("\(v) is not in \(lower.values[i])…\(upper.values[i]), on \(box)")
      return
    }
  }
  private func contains(_ l: Double, _ v: Double, _ u: Double) -> Bool {
    let slack = 1e-9 * max(1, abs(v))
    return l - slack <= v && v <= u + slack
  }
}

/// Lower and upper ends of an operand.
private struct Box {
  let lower, upper: Dense
  init(_ lower: Dense, _ upper: Dense) { (self.lower, self.upper) = (lower, upper) }

  init(around x: Dense, _ numbers: inout Numbers) {
    let radii = x.values.map { _ in numbers.unit() }
    lower = Dense(zip(x.values, radii).map { $0 - $1 }, x.shape, x.dtype)
    upper = Dense(zip(x.values, radii).map { $0 + $1 }, x.shape, x.dtype)
  }

  /// Boxes in a range three times as wide as that of the sample, so that they meet kinks, poles and the ends of domains.
  init(_ type: TensorType, _ values: OpSample.Values, _ numbers: inout Numbers) {
    var wide = values
    if case .uniform(let range) = values, type.dtype.isReal {
      let width = range.upperBound - range.lowerBound
      wide = .uniform((range.lowerBound - width)...(range.upperBound + width))
    }
    let (a, b) = (wide.draw(type, &numbers), wide.draw(type, &numbers))
    let widths = a.values.indices.map { _ in numbers.unit() < 0.2 ? 0.0 : numbers.unit() < 0.5 ? 0.1 : 1 }
    let near = zip(zip(a.values, b.values), widths).map { type.dtype.isReal ? $0.0 + $1 * ($0.1 - $0.0) : $0.1 }
    lower = Dense(zip(a.values, near).map { min($0, $1) }, a.shape, a.dtype)
    upper = Dense(zip(a.values, near).map { max($0, $1) }, a.shape, a.dtype)
  }

  /// The k-th point: corners at first, then anywhere.
  func point(_ k: Int, _ numbers: inout Numbers) -> Dense {
    Dense(
      zip(lower.values, upper.values).map { l, u in
        if k < 4 || !lower.dtype.isReal { return numbers.unit() < 0.5 ? l : u }
        return min(u, l + numbers.unit() * (u - l))
      }, lower.shape, lower.dtype)
  }
}

extension OpCase {
  var hasRanges: Bool {
    !sample.operands.contains { operand in
      if case .edges = operand.values { return true }
      return false
    }
  }

  /// `(operands…, lower ends…, upper ends…) → lower and upper end of each result`
  func enclosure(_ types: [TensorType], varying: [Bool]) -> Graph {
    let n = types.count
    return build(types + types + types) { b, p in
      let x = Array(p[..<n])
      // What does not vary is itself.
      let lower = (0..<n).map { varying[$0] ? p[n + $0] : x[$0] }
      let upper = (0..<n).map { varying[$0] ? p[2 * n + $0] : x[$0] }
      switch decl.interval {
      case .rule(let rule):
        let context = RuleContext(b: b, attributes: sample.attributes, x: x, y: b.emit(decl, x, sample.attributes))
        return rule(context, lower, upper).flatMap { [$0.lower, $0.upper] }
      case .derived: return derived(b, x, lower, upper, varying)
      case .structural, .refused: return []
      }
    }
  }

  /// What the traits say.
  private func derived(_ b: Builder, _ x: [Node], _ lower: [Node], _ upper: [Node], _ varying: [Bool]) -> [Node] {
    func apply(_ operands: [Node]) -> [Node] { b.emit(decl, operands, sample.attributes) }
    let (traits, a, c) = (decl.traits, apply(lower), apply(upper))
    if traits.contains(.increasing) { return zip(a, c).flatMap { [$0, $1] } }
    if traits.contains(.decreasing) { return zip(c, a).flatMap { [$0, $1] } }
    // Linear in the one operand that varies: the value at the centre, and the radii times the magnitudes of the others.
    let centre = apply(zip(zip(lower, upper), x).enumerated().map { k, e in varying[k] ? (e.0.0 + e.0.1) * 0.5 : e.1 })
    let radius = apply(zip(zip(lower, upper), x).enumerated().map { k, e in
      varying[k] ? (e.0.1 - e.0.0) * 0.5 : e.1.builder.emit1(.abs, [e.1])
    })
    return zip(centre, radius).flatMap { [$0 - $1, $0 + $1] }
  }
}

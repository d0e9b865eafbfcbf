import Ops
import Testing

@testable import Transforms

/// Elements of a tensor with its shape, whatever its type.
struct Value {
  var shape: [Int]
  var elements: [Double]
  init(_ elements: [Double], _ shape: [Int]? = nil) { (self.elements, self.shape) = (elements, shape ?? [elements.count]) }
  init(_ element: Double) { (elements, shape) = ([element], []) }

  static func combine(_ a: Value, _ b: Value, _ f: (Double, Double) -> Double) -> Value {
    Value(zip(a.elements, b.elements).map(f), a.shape)
  }
  /// One lane of a batch.
  func lane(_ k: Int, of n: Int) -> Value {
    let size = elements.count / n
    return Value(Array(elements[(k * size)..<((k + 1) * size)]), Array(shape.dropFirst()))
  }
}

func dot(_ a: [Value?], _ b: [Value?]) -> Double {
  zip(a, b).reduce(0) { sum, pair in
    guard let x = pair.0, let y = pair.1 else { return sum }
    return sum + zip(x.elements, y.elements).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// Numbers that look random and are the same in each run.
struct Numbers {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(1 << 53) * 2 - 1
  }
  mutating func value(_ shape: [Int]) -> Value { Value((0..<shape.reduce(1, *)).map { _ in next() }, shape) }
  mutating func like(_ type: TensorType) -> Value? { type.dtype.isDifferentiable ? value(type.shape.constants!) : nil }
}

func close(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// `(arguments…, tangents…) → tangents of the differentiable results`, by `jvp` or through `linearize`.
func tangentGraph(_ graph: Graph, linearized: Bool) throws -> Graph {
  try build(graph.parameterTypes + graph.parameterTypes.filter(\.dtype.isDifferentiable)) { b, p in
    let x = Array(p[..<graph.parameters.count])
    let dx = x.map(\.dtype.isDifferentiable).scatter(Array(p[graph.parameters.count...]))
    let tangents: [Node?]
    if linearized {
      tangents = try linearize(graph, into: b, x, active: x.map { _ in true }).apply(dx)
    } else {
      tangents = try jvp(graph, into: b, x, dx).tangents
    }
    return zip(graph.resultTypes, tangents).filter(\.0.dtype.isDifferentiable).map { $1 ?? b.zeros($0) }
  }
}

/// `(arguments…, cotangents of the differentiable results…) → cotangents of the differentiable arguments`.
func pullbackGraph(_ graph: Graph) throws -> Graph {
  try build(graph.parameterTypes + graph.resultTypes.filter(\.dtype.isDifferentiable)) { b, p in
    let x = Array(p[..<graph.parameters.count])
    let cotangents = graph.resultTypes.map(\.dtype.isDifferentiable).scatter(Array(p[graph.parameters.count...]))
    let out = try vjp(graph, into: b, x, active: x.map { _ in true }).pullback(cotangents)
    return zip(x, out).filter(\.0.dtype.isDifferentiable).map { $1 ?? b.zeros($0.type) }
  }
}

func batchGraph(_ graph: Graph, _ batched: [Bool], _ n: Int) throws -> Graph {
  try build(zip(graph.parameterTypes, batched).map { $1 ? $0.stacked(Dim(n)) : $0 }) { b, p in
    try batch(graph, into: b, p, batched: batched, count: Dim(n), all: true).results
  }
}

/// Both modes against differences, and against each other; then, `order` times, the same for the pullback, which is itself a
/// function of the arguments and the cotangents.
func checkDerivatives(
  _ graph: Graph, _ x: [Value], order: Int = 1, tolerance: Double = 2e-5, _ location: SourceLocation = #_sourceLocation
) throws {
  var numbers = Numbers(UInt64(order) + 11)
  let dx = graph.parameterTypes.map { numbers.like($0) }
  let u = graph.resultTypes.map { numbers.like($0) }
  let given = dx.compactMap { $0 }
  let forward = try run(tangentGraph(graph, linearized: false), x + given)
  let split = try run(tangentGraph(graph, linearized: true), x + given)
  let h = 1e-5
  func moved(_ s: Double) throws -> [Value] {
    let at = zip(x, dx).map { value, d in d.map { Value.combine(value, $0) { $0 + s * $1 } } ?? value }
    return zip(try run(graph, at), graph.resultTypes).filter(\.1.dtype.isDifferentiable).map(\.0)
  }
  let (up, down) = try (moved(h), moved(-h))
  for k in forward.indices {
    for (i, value) in forward[k].elements.enumerated() {
      let difference = (up[k].elements[i] - down[k].elements[i]) / (2 * h)
      #expect(close(value, difference, tolerance), "jvp, result \(k)[\(i)], order \(order)", sourceLocation: location)
      #expect(close(value, split[k].elements[i], 1e-10), "split mode, result \(k)[\(i)], order \(order)", sourceLocation: location)
    }
  }
  let pullback = try pullbackGraph(graph)
  let cotangents = u.compactMap { $0 }
  let back = try run(pullback, x + cotangents)
  #expect(close(dot(cotangents, forward), dot(back, given), 1e-9), "adjoint, order \(order)", sourceLocation: location)
  if order > 1 { try checkDerivatives(pullback, x + cotangents, order: order - 1, tolerance: tolerance, location) }
}

/// The batched graph against the graph in each lane; then, `order` times, the same for the pullback, and the derivatives of the
/// batched graph.
func checkBatch(
  _ graph: Graph, _ x: [Value], batched: [Bool], _ n: Int, order: Int = 1, _ location: SourceLocation = #_sourceLocation
) throws {
  let together = try batchGraph(graph, batched, n)
  let out = try run(together, x)
  for lane in 0..<n {
    let alone = try run(graph, zip(x, batched).map { $1 ? $0.lane(lane, of: n) : $0 })
    for k in alone.indices {
      let found = out[k].lane(lane, of: n)
      #expect(found.shape == alone[k].shape, sourceLocation: location)
      for (a, b) in zip(found.elements, alone[k].elements) {
        #expect(close(a, b, 1e-9), "lane \(lane), result \(k), order \(order)", sourceLocation: location)
      }
    }
  }
  try checkDerivatives(together, x, order: 1, location)
  guard order > 0 else { return }
  var numbers = Numbers(5)
  let u = graph.resultTypes.compactMap { $0.dtype.isDifferentiable ? numbers.value([n] + $0.shape.constants!) : nil }
  try checkBatch(pullbackGraph(graph), x + u, batched: batched + u.map { _ in true }, n, order: order - 1, location)
}

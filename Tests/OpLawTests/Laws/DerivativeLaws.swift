import IR
import Ops
import Testing
import Transforms

/// `(operands…, tangents of the active ones…) → tangents of the differentiable results`
func tangentGraph(_ graph: Graph, active: [Bool]) throws -> Graph {
  try build(graph.parameterTypes + graph.parameterTypes.filter(by: active)) { b, p in
    let x = Array(p[..<graph.parameters.count])
    let tangents = try jvp(graph, into: b, x, active.spread(Array(p[x.count...]))).tangents
    return zip(graph.resultTypes, tangents).filter(\.0.dtype.isDifferentiable).map { $1 ?? b.zeros($0) }
  }
}

/// `(operands…, cotangents of the differentiable results…) → cotangents of the active operands`
func pullbackGraph(_ graph: Graph, active: [Bool]) throws -> Graph {
  try build(graph.parameterTypes + graph.resultTypes.filter(\.dtype.isDifferentiable)) { b, p in
    let x = Array(p[..<graph.parameters.count])
    let cotangents = graph.resultTypes.map(\.dtype.isDifferentiable).spread(Array(p[x.count...]))
    let found = try vjp(graph, into: b, x, active: active).pullback(cotangents)
    return zip(x, found).filter(by: active).map { $1 ?? b.zeros($0.type) }
  }
}

extension Graph {
  var differentiableParameters: [Bool] { parameterTypes.map(\.dtype.isDifferentiable) }
}

/// The tangents against central differences in double precision, in one direction.
func checkTangents(_ graph: Graph, _ x: [Dense], active: [Bool], tolerance: Double, _ what: String) throws {
  var numbers = Numbers(7)
  let d = graph.parameterTypes.filter(by: active).map { numbers.direction($0) }
  let found = try run(tangentGraph(graph, active: active), x + d)
  let h = 1e-5
  func differentiable(at s: Double) throws -> [Dense] {
    let moved = zip(x, active.spread(d)).map { value, direction in direction.map { value.moved(s, $0) } ?? value }
    return try run(graph, moved).filter(\.dtype.isDifferentiable)
  }
  let (up, down) = try (differentiable(at: h), differentiable(at: -h))
  for (k, tangent) in found.enumerated() {
    let difference = Dense(zip(up[k].values, down[k].values).map { ($0 - $1) / (2 * h) }, tangent.shape, tangent.dtype)
    #expect(tangent.isClose(to: difference, tolerance), "\(what): result \(k), \(tangent.values) against \(difference.values)")
  }
}

/// ⟨u, J v⟩ = ⟨Jᵀ u, v⟩
func checkAdjoint(_ graph: Graph, _ x: [Dense], active: [Bool], _ what: String) throws {
  var numbers = Numbers(11)
  let v = graph.parameterTypes.filter(by: active).map { numbers.direction($0) }
  let u = graph.resultTypes.filter(\.dtype.isDifferentiable).map { numbers.direction($0) }
  let forward = zip(u, try run(tangentGraph(graph, active: active), x + v)).reduce(0) { $0 + $1.0.dot($1.1) }
  let backward = zip(try run(pullbackGraph(graph, active: active), x + u), v).reduce(0) { $0 + $1.0.dot($1.1) }
  #expect(abs(forward - backward) <= 1e-9 * max(1, abs(forward)), "\(what): ⟨u, Jv⟩ = \(forward), ⟨Jᵀu, v⟩ = \(backward)")
}

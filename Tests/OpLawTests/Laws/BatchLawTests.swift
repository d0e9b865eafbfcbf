import IR
import Ops
import Runtime
import Testing
import Transforms

/// An op over lanes is the op in each lane, whichever operands have lanes: all, or one alone.
@Suite struct BatchLawTests {
  static let cases = OpCase.all.filter(isBatched)
  static func isBatched(_ c: OpCase) -> Bool {
    if case .refused = c.decl.batching { return false }
    return !c.types.isEmpty
  }

  @Test(arguments: cases, [3, 1]) func batchIsLoop(_ c: OpCase, _ n: Int) throws {
    let graph = try c.graph()
    for batched in subsets(c.types.count) { try checkBatch(graph, c.lanes(batched, n), batched, "operands \(batched)") }
  }

  /// No lanes at all: shapes are right and nothing traps.
  @Test(arguments: cases) func noLanes(_ c: OpCase) throws {
    let graph = try c.graph()
    for batched in subsets(c.types.count) {
      let together = try batchGraph(graph, batched, 0)
      let inputs = zip(c.inputs(), batched).map { $1 ? Dense([], [0] + $0.shape, $0.dtype) : $0 }
      let results = try run(together, inputs)
      #expect(results.map(\.shape) == graph.resultTypes.map { [0] + $0.extents }, "operands \(batched)")
      #expect(try Plan(together).run(inputs.map(\.tensor)).map(\.shape) == results.map(\.shape), "operands \(batched)")
    }
  }

  /// The derivative over lanes, and the derivative of the op over lanes.
  @Test(arguments: DerivativeLawTests.cases) func batchAndDerivative(_ c: OpCase) throws {
    guard let active = c.active.last, BatchLawTests.cases.contains(where: { $0.decl === c.decl }) else { return }
    let graph = try c.graph()
    let pullback = try pullbackGraph(graph, active: active)
    let all = [Bool](repeating: true, count: c.types.count)
    var numbers = Numbers(17)
    let lanes = c.lanes(all, 2).map { x in x + graph.resultTypes.filter(\.dtype.isDifferentiable).map { numbers.direction($0) } }
    try checkBatch(pullback, lanes, pullback.parameters.map { _ in true }, "pullback")
    for batched in subsets(c.types.count) {
      let together = try batchGraph(graph, batched, 2)
      let lanes = c.lanes(batched, 2)
      let inputs = batched.indices.map { k in batched[k] ? Dense.stack(lanes.map { $0[k] }) : lanes[0][k] }
      try checkTangents(together, inputs, active: active, tolerance: 1e-6, "jvp of batch, operands \(batched)")
      try checkAdjoint(together, inputs, active: active, "vjp of batch, operands \(batched)")
    }
  }
}

func batchGraph(_ graph: Graph, _ batched: [Bool], _ n: Int) throws -> Graph {
  try build(zip(graph.parameterTypes, batched).map { $1 ? $0.with(shape: [Dim(n)] + $0.shape) : $0 }) { b, p in
    try batch(graph, into: b, p, batched: batched, count: Dim(n), all: true).results
  }
}

/// Runs the graph over lanes and in each lane; where operands are not marked, lanes agree in them.
func checkBatch(_ graph: Graph, _ lanes: [[Dense]], _ batched: [Bool], _ what: String) throws {
  let inputs = batched.indices.map { k in batched[k] ? Dense.stack(lanes.map { $0[k] }) : lanes[0][k] }
  let together = try run(batchGraph(graph, batched, lanes.count), inputs)
  for (k, lane) in lanes.enumerated() {
    let alone = try run(graph, lane)
    for (found, expected) in zip(together, alone) {
      let found = found.lane(k, of: lanes.count)
      #expect(found.isClose(to: expected, expected.dtype == .f32 || expected.dtype == .c64 ? 1e-5 : 1e-10), "\(what), lane \(k): \(found.values) against \(expected.values)")
    }
  }
}

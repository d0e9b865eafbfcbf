import IR
import Ops
import Runtime
import Testing
import Transforms

/// Samples are mostly of `f64`: the laws over the other element types that an op accepts.
@Suite struct ElementLawTests {
  @Test(arguments: OpCase.overOtherElements) func planIsReference(_ c: OpCase) throws {
    let (graph, inputs) = (try c.graph(), c.inputs())
    let expected = try run(graph, inputs)
    #expect(expected.map(\.dtype) == graph.resultTypes.map(\.dtype))
    let found = try Plan(graph).run(inputs.map(\.tensor)).map { Dense($0) }
    #expect(zip(found, expected).allSatisfy { $0.isSame(as: $1) })
  }

  @Test(arguments: OpCase.overOtherElements.filter(BatchLawTests.isBatched)) func batchIsLoop(_ c: OpCase) throws {
    for batched in subsets(c.types.count) { try checkBatch(c.graph(), c.lanes(batched, 2), batched, "operands \(batched)") }
  }

  static let complex = OpCase.overOtherElements.filter { $0.elements == .c128 && DerivativeLawTests.isDifferentiable($0) }

  @Test(arguments: complex) func complexDerivatives(_ c: OpCase) throws {
    let graph = try c.graph()
    for active in c.active {
      try checkTangents(graph, c.inputs(), active: active, tolerance: 1e-6, "operands \(active)")
      try checkAdjoint(graph, c.inputs(), active: active, "operands \(active)")
    }
  }
}

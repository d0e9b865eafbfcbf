import Testing

@testable import Transforms

@Suite struct ControlTests {
  @Test(arguments: controlCases) func derivativesToThirdOrder(_ c: Case) throws {
    try checkDerivatives(c.graph, c.inputs, order: 3)
  }

  @Test(arguments: controlCases) func lanes(_ c: Case) throws {
    try checkBatch(c.graph, c.lanes, batched: c.batched, 3)
  }

  /// Lanes of lanes.
  @Test(arguments: controlCases) func nestedLanes(_ c: Case) throws {
    let inner = try batchGraph(c.graph, c.batched, 3)
    var numbers = Numbers(3)
    let outer = zip(c.lanes, zip(c.batched, c.graph.parameterTypes)).map { value, flag in
      guard flag.0 else { return value }
      let real = flag.1.dtype.isDifferentiable
      return Value((0..<2).flatMap { _ in value.elements.map { real ? $0 + 0.1 * numbers.next() : $0 } }, [2] + value.shape)
    }
    try checkBatch(inner, outer, batched: c.batched, 2, order: 1)
  }
}

import IR
import Ops
import Testing
import Transforms

/// A script is checked with sizes that are not known yet: rules then emit graphs with symbolic extents, or the shape rule refuses
/// them with a message; they never stop the checker.
@Suite struct SymbolicLawTests {
  /// A symbol for every extent of at least 2.
  static func symbolic(_ dim: Dim) -> Dim {
    guard let extent = dim.constant, extent >= 2 else { return dim }
    return Dim(Dim.Symbol(id: extent, name: "n\(extent)"))
  }

  @Test(arguments: OpCase.all) func transformsOfSymbolicShapes(_ c: OpCase) throws {
    let types = c.types.map { $0.with(shape: $0.shape.map(Self.symbolic)) }
    var attributes = Attributes()
    for entry in c.sample.attributes.entries {
      if case .dims(let dims) = entry.value { attributes[entry.name] = .dims(dims.map(Self.symbolic)) } else { attributes[entry.name] = entry.value }
    }
    let graph: Graph
    do { graph = try c.graph(types, attributes) } catch is OpError { return }
    #expect(graph.problems() == [])
    let lanes = Dim(Dim.Symbol(id: 0, name: "lanes"))
    for batched in subsets(types.count) {
      if case .refused = c.decl.batching { continue }
      let together = try build(zip(graph.parameterTypes, batched).map { $1 ? $0.with(shape: [lanes] + $0.shape) : $0 }) { b, p in
        try batch(graph, into: b, p, batched: batched, count: lanes, all: true).results
      }
      #expect(together.problems() == [])
      #expect(together.resultTypes.map(\.shape) == graph.resultTypes.map { [lanes] + $0.shape }, "operands \(batched)")
    }
    guard DerivativeLawTests.isDifferentiable(c) else { return }
    for active in c.active {
      #expect(try tangentGraph(graph, active: active).problems() == [])
      #expect(try pullbackGraph(graph, active: active).problems() == [])
    }
  }
}

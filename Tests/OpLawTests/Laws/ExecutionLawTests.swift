import IR
import Ops
import Runtime
import Testing

/// Executed shapes, plans and single precision, for every op on each of its samples.
@Suite struct ExecutionLawTests {
  /// Vectors that are determined up to their signs, which LAPACK chooses, perhaps otherwise in another precision.
  static let signsAreFree: [OpDecl] = [.eig, .eigh, .svd, .qr]

  @Test(arguments: OpCase.all) func shapeRuleIsExecutedShape(_ c: OpCase) throws {
    let types = try c.decl.infer(c.types, c.sample.attributes)
    let results = try evaluate(c.graph(), c.inputs().map(\.tensor))
    #expect(results.map(\.dtype) == types.map(\.dtype))
    #expect(results.map(\.shape) == types.map(\.extents))
  }

  @Test(arguments: OpCase.all) func planIsReference(_ c: OpCase) throws {
    let (graph, inputs) = (try c.graph(), c.inputs())
    let expected = try run(graph, inputs)
    let plan = try Plan(graph)
    // Twice: a plan keeps its memory.
    for _ in 0..<2 {
      let results = try plan.run(inputs.map(\.tensor)).map { Dense($0) }
      #expect(zip(results, expected).allSatisfy { $0.isSame(as: $1) })
    }
  }

  /// Draws differ: each precision has bits of its own.
  @Test(arguments: OpCase.all.filter { !$0.decl.traits.contains(.random) }) func singlePrecisionAgrees(_ c: OpCase) throws {
    func narrow(_ dtype: DType) -> DType { dtype == .f64 ? .f32 : dtype == .c128 ? .c64 : dtype }
    var attributes = Attributes()
    for entry in c.sample.attributes.entries {
      if case .dtype(let dtype) = entry.value { attributes[entry.name] = .dtype(narrow(dtype)) } else { attributes[entry.name] = entry.value }
    }
    let types = c.types.map { $0.with(dtype: narrow($0.dtype)) }
    // Both see the numbers that single precision has.
    let inputs = zip(c.inputs(), types).map { Dense(Dense($0.cast($1.dtype).tensor).values, $0.shape, $0.dtype) }
    let double = try run(c.graph(), inputs)
    let single = try run(c.graph(types, attributes), zip(inputs, types).map { $0.cast($1.dtype) })
    for (wide, found) in zip(double, single) {
      #expect(found.dtype == narrow(wide.dtype))
      // Near a kink of the op rounding decides; only the shape is compared there.
      let expected = wide.cast(found.dtype)
      if !c.sample.differentiable {
        #expect(found.shape == wide.shape)
      } else if Self.signsAreFree.contains(where: { $0 === c.decl }) {
        #expect(found.magnitudes.isClose(to: expected.magnitudes, 1e-4))
      } else {
        #expect(found.isClose(to: expected, 1e-4))
      }
    }
  }
}

extension Dense {
  fileprivate var magnitudes: Dense { Dense(values.map { abs($0) }, shape, dtype) }
}

import IR
import Ops
import Runtime
import Testing

/// Whatever the values, an op gives a result or a failure of the run, and plan and reference agree; it never traps.
@Suite struct HostileValueTests {
  /// Values for operands that are real or complex, and for integers.
  static let values: [(real: Double, int: Int)] = [
    (.nan, -1), (.infinity, .max), (-.infinity, .min), (0, 0), (1e308, 1 << 40), (-Double.leastNonzeroMagnitude, -(1 << 40)),
  ]

  @Test(arguments: OpCase.all + OpCase.overOtherElements) func extremeValues(_ c: OpCase) throws {
    let graph = try c.graph()
    let plan = try Plan(graph)
    for value in Self.values {
      for changed in subsets(c.types.count) {
        let inputs = zip(c.inputs(), changed).map { $1 ? $0.replaced(by: value) : $0.tensor }
        let expected = Result { () throws(RuntimeFailure) in try evaluate(graph, inputs) }
        let found = Result { () throws(RuntimeFailure) in try plan.run(inputs) }
        switch (expected, found) {
        case (.success(let a), .success(let b)):
          #expect(zip(a, b).allSatisfy { Dense($0).isSame(as: Dense($1)) }, "\(value) in operands \(changed)")
        case (.failure(let a), .failure(let b)): #expect(a.kind == b.kind && a.detail == b.detail, "\(value) in operands \(changed)")
        default: Issue.record("plan and reference differ for \(value) in operands \(changed): \(expected), \(found)")
        }
      }
    }
  }

  static let places: [(OpDecl, [Tensor], Attributes)] = [
    (.gather, [Tensor(f64: [1, 2, 3], [3]), Tensor(int: [3], [1])], ["batch": .int(0)]),
    (.gather, [Tensor(f64: [1, 2, 3], [3]), Tensor(int: [-1], [1])], ["batch": .int(0)]),
    (.gather, [Tensor(f64: [], [0]), Tensor(int: [0], [1])], ["batch": .int(0)]),
    (.scatterAdd, [Tensor(f64: [1, 2, 3], [3]), Tensor(int: [.max], [1]), Tensor(f64: [1], [1])], ["batch": .int(0)]),
    (.scatterAdd, [Tensor(f64: [1, 2, 3], [3]), Tensor(int: [.min], [1]), Tensor(f64: [1], [1])], ["batch": .int(0)]),
    (.wrapIndex, [Tensor(int: [-4], [])], ["extent": .dims([3])]),
    (.wrapIndex, [Tensor(int: [0], [])], ["extent": .dims([0])]),
    (.dynamicSlice, [Tensor(f64: [1, 2, 3], [3]), Tensor(int: [2], [])], ["sizes": .dims([2])]),
    (.dynamicSlice, [Tensor(f64: [1, 2, 3], [3]), Tensor(int: [.max], [])], ["sizes": .dims([2])]),
    (.dynamicSlice, [Tensor(f64: [1, 2, 3], [3]), Tensor(int: [-1], [])], ["sizes": .dims([2])]),
    (.dynamicUpdate, [Tensor(f64: [1, 2, 3], [3]), Tensor(f64: [1, 2], [2]), Tensor(int: [2], [])], [:]),
    (.dynamicUpdate, [Tensor(f64: [1, 2, 3], [3]), Tensor(f64: [1, 2], [2]), Tensor(int: [.max], [])], [:]),
    (.dynamicUpdate, [Tensor(f64: [1, 2], [2]), Tensor(f64: [1, 2, 3], [3]), Tensor(int: [0], [])], [:]),
  ]

  /// Places outside of a tensor are an error, on the plan too.
  @Test(arguments: places) func placesOutside(_ decl: OpDecl, _ inputs: [Tensor], _ attributes: Attributes) throws {
    let types = inputs.map { TensorType($0.dtype, $0.shape.map { Dim($0) }) }
    let b = Builder()
    let x = types.map { b.parameter($0) }
    let graph: Graph
    do throws(OpError) { graph = b.finish(try b.tryEmit(decl, x, attributes)) } catch { return }
    for run in [{ try evaluate(graph, inputs) }, { try Plan(graph).run(inputs) }] {
      do {
        let results = try run()
        Issue.record("\(decl.name) gives \(results.map { Dense($0).values })")
      } catch let failure as RuntimeFailure {
        #expect(failure.kind == .indexOutOfRange)
      }
    }
  }
}

extension Dense {
  /// Every element the value, of whatever type.
  fileprivate func replaced(by value: (real: Double, int: Int)) -> Tensor {
    switch dtype {
    case .int: Tensor(int: values.map { _ in value.int }, shape)
    case .bool: tensor
    default: Dense(values.map { _ in value.real }, shape, dtype).tensor
    }
  }
}

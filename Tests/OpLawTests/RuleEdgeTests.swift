import IR
import Ops
import Testing
import Transforms

/// Rules where samples drawn at random do not lead: constants, cancellation, lanes with places of their own.
@Suite struct RuleEdgeTests {
  /// Derivatives of xⁿ at 0 for a constant n, up to the third.
  @Test(arguments: [(0.0, [0.0, 0, 0]), (1, [1, 0, 0]), (2, [0, 2, 0]), (3, [0, 0, 6])])
  func powersAtZero(_ exponent: Double, _ expected: [Double]) throws {
    var graph = build([TensorType(.f64)]) { b, p in [.apply(.pow, p[0], b.fill(exponent, like: p[0]))] }
    for (order, value) in expected.enumerated() {
      graph = try tangentGraph(graph, active: [true] + [Bool](repeating: false, count: order))
      let inputs = [0.0] + [Double](repeating: 1, count: order + 1)
      #expect(try run(graph, inputs.map { Dense([$0], [], .f64) })[0].values == [value], "order \(order + 1)")
    }
  }

  /// The ends that an op's rule gives for boxes of constants.
  private func ends(_ decl: OpDecl, _ lower: [[Double]], _ upper: [[Double]], _ attributes: Attributes = [:], constant: [Int: Double] = [:]) throws -> [[Double]] {
    guard case .rule(let rule) = decl.interval else { return [] }
    let types = lower.map { TensorType(.f64, [Dim($0.count)]) }
    let graph = build(types + types) { b, p in
      let (l, u) = (Array(p[..<types.count]), Array(p[types.count...]))
      let x = l.enumerated().map { k, node in constant[k].map { b.fill($0, like: node) } ?? node }
      let found = rule(RuleContext(b: b, attributes: attributes, x: x, y: b.emit(decl, x, attributes)), l, u)
      return found.flatMap { [$0.lower, $0.upper] }
    }
    return try run(graph, (lower + upper).map { Dense($0, [$0.count], .f64) }).map(\.values)
  }

  @Test func aSquareIsNotNegative() throws {
    #expect(try ends(.pow, [[-1], [2]], [[2], [2]], constant: [1: 2]) == [[0], [4]])
    #expect(try ends(.pow, [[-2], [3]], [[1], [3]], constant: [1: 3]) == [[-8], [1]])
  }

  /// Values of two builders may have the same number without being the same.
  @Test func aProductOfTwoBuildersIsNoSquare() throws {
    let outer = Builder()
    let inner = Builder(parent: outer)
    let type = TensorType(.f64)
    let (a, b) = (outer.parameter(type), inner.parameter(type))
    guard case .rule(let rule) = OpDecl.mul.interval else { return }
    let (l, u) = (inner.fill(-1, type), inner.fill(1, type))
    let ends = rule(RuleContext(b: inner, attributes: [:], x: [a, b], y: [b]), [l, l], [u, u])[0]
    let graph = inner.finish([ends.lower, ends.upper])
    let values = try run(graph, [Dense([0], [], .f64)]).map { $0.values[0] }
    #expect((-1.000001 ... -1).contains(values[0]) && (1...1.000001).contains(values[1]))
  }

  /// A wide range of one value must not hide the others from each other.
  @Test func softmaxOfSmallTermsBesideALargeOne() throws {
    let found = try ends(.softmax, [[-40, -38, -900]], [[0, -38, -900]])
    let share = 1 / (1 + 7.38905609893065)
    #expect(found[0][0] <= share && found[0][0] > share - 1e-6)
    #expect(found[1][1] >= 1 - share - 1e-9)
    #expect(found[0].allSatisfy { $0 >= 0 } && found[1].allSatisfy { $0 <= 1 + 1e-12 })
  }

  @Test func truthOfAnIntervalAboutZero() throws {
    let found = try ends(.convert, [[-1, 1, 0, -2]], [[1, 2, 0, 0]], ["dtype": .dtype(.bool)])
    #expect(found == [[0, 1, 0, 0], [1, 1, 0, 1]])
  }

  /// In [l, u] about a peak far out, where the ends are known to a few digits only.
  @Test func peaksFarOut() throws {
    let peak = 2 * Double.pi * 1e12
    let found = try ends(.cos, [[peak - 0.001]], [[peak + 0.001]])
    #expect(found[1] == [1])
  }

  @Test func lanesOfBlocksStayInTheirAxes() throws {
    let types = [TensorType(.f64, [3, 4]), TensorType(.f64, [1, 2]), TensorType(.int), TensorType(.int)]
    let graph = build(types) { b, p in b.emit(.dynamicUpdate, p) }
    let x = Dense((0..<12).map(Double.init), [3, 4], .f64)
    func lanes(_ columns: [Double]) throws -> [Dense] {
      let together = try batchGraph(graph, [false, false, true, true], 2)
      return try run(together, [x, Dense([-1, -2], [1, 2], .f64), Dense([0, 2], [2], .int), Dense(columns, [2], .int)])
    }
    let values = try lanes([1, 2])[0].values
    #expect(values == [0, -1, -2, 3, 4, 5, 6, 7, 8, 9, 10, 11] + [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2])
    // A block that leaves its row does not run on into the next.
    #expect(throws: (any Error).self) { try lanes([1, 3]) }
    #expect(throws: (any Error).self) { try lanes([-1, 0]) }
  }

  @Test func lanesOfBlocksOfTruthValues() throws {
    let types = [TensorType(.bool, [3]), TensorType(.bool, [1]), TensorType(.int)]
    let graph = build(types) { b, p in b.emit(.dynamicUpdate, p) }
    let together = try batchGraph(graph, [false, false, true], 2)
    let found = try run(together, [Dense([1, 1, 0], [3], .bool), Dense([0], [1], .bool), Dense([0, 1], [2], .int)])
    #expect(found[0].values == [0, 1, 0, 1, 0, 0])
  }

  /// A real that no Int holds becomes the nearest.
  @Test(arguments: [(Double.infinity, Double(Int.max)), (-.infinity, Double(Int.min)), (.nan, 0), (2.9, 2)])
  func fillOfInts(_ value: Double, _ expected: Double) throws {
    let graph = build([]) { b, _ in [b.fill(value, TensorType(.int))] }
    #expect(try run(graph, [])[0].values == [expected])
  }

  @Test func runningSumsFromTheEnd() throws {
    for (dtype, parts) in [(DType.f32, 1), (.f64, 1), (.int, 1), (.c64, 2), (.c128, 2)] {
      let graph = build([TensorType(dtype, [2, 3, 2])]) { b, p in
        b.emit(.cumsum, p, ["axis": .int(1), "reverse": .bool(true)])
      }
      let x = Dense((0..<(12 * parts)).map(Double.init), [2, 3, 2], dtype)
      let row = 2 * parts
      let expected = (0..<(12 * parts)).map { i in
        stride(from: i, to: (i / (3 * row) + 1) * 3 * row, by: row).reduce(0) { $0 + Double($1) }
      }
      #expect(try run(graph, [x])[0].values == expected, "\(dtype)")
    }
  }
}

import Ops
import Testing

@testable import Transforms

@Suite struct DerivativeTests {
  /// `x → gradient of the scalar function`.
  private func gradient(_ graph: Graph) throws -> Graph {
    try build(graph.parameterTypes) { b, p in
      let out = try vjp(graph, into: b, p, active: p.map { _ in true })
      return out.pullback([b.fill(1, graph.resultTypes[0])]).map { $0! }
    }
  }

  @Test func inactiveArgumentsCostNothing() throws {
    let graph = build([vector(2), vector(2)]) { _, p in [p[0] * p[1]] }
    let b = Builder()
    let x = graph.parameterTypes.map { b.parameter($0) }
    let linear = try linearize(graph, into: b, x, active: [true, false])
    #expect(linear.inputs == [0])
    #expect(linear.tangent.operations.count == 1)
    #expect(linear.residuals.count == 1)
    #expect(linear.transpose([nil])[0] == nil)
  }

  @Test func constantsAreNotKept() throws {
    let graph = build([vector(2)]) { _, p in [p[0] * 3] }
    let b = Builder()
    let linear = try linearize(graph, into: b, [b.parameter(vector(2))], active: [true])
    #expect(linear.residuals.isEmpty)
  }

  @Test func thirdDerivative() throws {
    let cube = build([scalar]) { _, p in [p[0] * p[0] * p[0] * p[0]] }
    let third = try gradient(gradient(gradient(cube)))
    #expect(try run(third, [Value(2)])[0].elements == [48])
  }

  /// The Hessian by forward over reverse, for all directions at once; and its pullback called for a whole basis.
  @Test func hessianOverABasis() throws {
    let f = build([vector(3)]) { _, p in [(p[0] * p[0] * p[0]).total * p[0].applying(.sin).total] }
    let slope = try gradient(f)
    let product = try tangentGraph(slope, linearized: false)
    let units = Value([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3])
    let x = Value([0.3, -0.7, 1.1])
    let forward = try run(batchGraph(product, [false, true], 3), [x, units])[0]
    let reverse = try run(batchGraph(pullbackGraph(slope), [false, true], 3), [x, units])[0]
    for (a, b) in zip(forward.elements, reverse.elements) { #expect(close(a, b, 1e-12)) }
    for i in 0..<3 {
      var (up, down) = (x, x)
      up.elements[i] += 1e-5
      down.elements[i] -= 1e-5
      let difference = Value.combine(try run(slope, [up])[0], try run(slope, [down])[0]) { ($0 - $1) / 2e-5 }
      for j in 0..<3 { #expect(close(forward.elements[i * 3 + j], difference.elements[j], 1e-6)) }
    }
  }

  /// One pullback for all rows of a Jacobian: it is emitted into a region that captures the residuals, and that is batched.
  @Test func jacobianFromOnePullback() throws {
    let f = build([vector(2), scalar]) { b, p in
      b.loop(consts: [p[1]], carries: [p[0]], while: { _, v in v[0].builder.emit1(.lt, [v[0].total, v[0].builder.fill(9, scalar)]) }) {
        c, v in [v[0] * v[0] + c[0].broadcast(to: [2])]
      }
    }
    let jacobian = try build([vector(2), scalar, matrix(2, 2)]) { b, p in
      let out = try vjp(f, into: b, [p[0], p[1]], active: [true, true])
      let inner = Builder(parent: b)
      let rows = out.pullback([inner.parameter(vector(2)), nil], into: inner).map { $0! }
      let region = inner.finish(rows)
      let captures = inner.captures
      return try batch(region, into: b, [p[2]] + captures, batched: [true] + captures.map { _ in false }, count: 2, all: true).results
    }
    let x = [Value([0.3, 0.8]), Value(0.9)]
    let rows = try run(jacobian, x + [Value([1, 0, 0, 1], [2, 2])])
    for k in 0..<2 {
      let alone = try run(pullbackGraph(f), x + [Value(k == 0 ? [1, 0] : [0, 1])])
      #expect(rows[0].lane(k, of: 2).elements == alone[0].elements)
      #expect(rows[1].lane(k, of: 2).elements == alone[1].elements)
    }
  }

  /// A lane masked out by `where` has no derivative, though the formula has none there either.
  @Test func maskedLanesStayOut() throws {
    let graph = build([vector(2)]) { b, p in
      [Node.select(b.emit1(.gt, [p[0], b.fill(0, like: p[0])]), p[0].applying(.sqrt), b.zeros(p[0].type)).total]
    }
    let out = try run(gradient(graph), [Value([4, -1])])[0].elements
    #expect(out == [0.25, 0])
    let second = try run(tangentGraph(gradient(graph), linearized: false), [Value([4, -1]), Value([1, 1])])[0].elements
    #expect(close(second[0], -1.0 / 32, 1e-12) && second[1] == 0)
  }

  /// Lanes that do not take a branch that may fail are not asked to run it.
  @Test func lanesOutsideABranchDoNotFail() throws {
    let graph = build([vector(3), integer]) { b, p in
      let inside = b.emit1(.lt, [p[1], b.int(3)])
      return b.branch(
        inside, p, { [$0[0].builder.emit1(.dynamicSlice, $0, ["sizes": .dims([1])]).total] }, { [$0[0].total] })
    }
    try checkBatch(graph, [Value([1, 2, 3]), Value([1, 5, 2])], batched: [false, true], 3)
  }

  /// Nor do lanes whose loop has ended run into the end of an array.
  @Test func lanesOutsideALoopDoNotFail() throws {
    let graph = build([vector(4), integer, scalar]) { b, p in
      b.loop(
        consts: [p[0], p[1]], carries: [b.int(0), p[2]], while: { c, v in v[0].builder.emit1(.lt, [v[0], c[1]]) },
        { c, v in
          let b = v[0].builder
          let element = b.emit1(.dynamicSlice, [c[0], v[0]], ["sizes": .dims([1])]).total
          return [v[0] + b.int(1), v[1] * element + element]
        })
    }
    let x = [Value([1, 2, -0.5, 0.3]), Value([2, 4, 0]), Value([0.1, 0.2, 0.3])]
    try checkBatch(graph, x, batched: [false, true, true], 3)
  }

  /// A value that could not be computed is not taken out of a loop without iterations.
  @Test func loopsWithoutIterations() throws {
    let graph = build([integer, vector(2), integer, scalar]) { b, p in
      b.loop(nil, count: p[0], consts: [p[1], p[2]], carries: [p[3]]) { b, _, c, v, _ in
        ([v[0] * b.emit1(.dynamicSlice, c, ["sizes": .dims([1])]).total], [])
      }.carries
    }
    try checkDerivatives(graph, [Value(0), Value([1, 2]), Value(7), Value(0.4)], order: 2)
    try checkDerivatives(graph, [Value(2), Value([1, 2]), Value(1), Value(0.4)], order: 2)
  }

  /// Functions are transformed before their sizes are known, too.
  @Test func symbolicSizes() throws {
    let n = Dim(Dim.Symbol(id: 1, name: "n"))
    let graph = build([TensorType(.f64, [n]), scalar]) { b, p in
      let body = build([integer, scalar, scalar, scalar]) { _, q in
        let next = q[2].applying(.sin) * q[3] + q[1] * q[2]
        return [next, next]
      }
      let out = b.placeFor(count: nil, consts: [p[1]], carries: [p[1]], xs: [p[0]], reversed: false, length: n, body: body)
      return out.carries + out.ys
    }
    let back = try pullbackGraph(graph)
    #expect(back.resultTypes == graph.parameterTypes)
    #expect(try pullbackGraph(back).resultTypes == back.parameterTypes)
    #expect(try tangentGraph(back, linearized: false).resultTypes == back.resultTypes)
    #expect(try batchGraph(back, [true, false, false, true], 3).resultTypes == back.resultTypes.map { $0.stacked(3) })
  }

  @Test func effectsAndRefusalsAreErrors() throws {
    let refusing = OpDecl(
      "unruly", doc: "", traits: [], infer: { (types, _) throws(OpError) in types }, kernel: .structural,
      derivative: .refused("it has kinks everywhere"), transpose: .none, batching: .refused("it is lonely"),
      rounding: .none, interval: .refused(""), samples: [], errors: [])
    let graph = build([scalar]) { b, p in b.emit(refusing, p) }
    let b = Builder()
    let x = b.parameter(scalar)
    do {
      _ = try jvp(graph, into: b, [x], [x])
      Issue.record("differentiated")
    } catch { #expect(error.message.contains("kinks everywhere")) }
    do {
      _ = try batch(graph, into: b, [x], batched: [true], count: 2)
      Issue.record("batched")
    } catch { #expect(error.message.contains("lonely")) }
    #expect(try jvp(graph, into: b, [x], [nil]).tangents[0] == nil)

    let printing = OpDecl(
      "shout", doc: "", traits: [.effect], infer: { (_, _) throws(OpError) in [] }, kernel: .structural,
      derivative: .zero, transpose: .none, batching: .refused(""), rounding: .none, interval: .refused(""), samples: [], errors: [])
    let loud = build([scalar]) { b, p in
      b.emit(printing, p)
      return p
    }
    #expect(throws: TransformError.self) { try vjp(loud, into: b, [x], active: [true]) }
  }
}

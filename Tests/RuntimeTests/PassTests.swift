import Ops
import Passes
import Testing

@testable import Runtime

/// What each pass does to a small program. That results stay is tested on random programs (`PlanTests`).
@Suite struct PassTests {
  let vector = TensorType(.f64, [3])
  let real = TensorType(.f64)

  func names(_ graph: Graph) -> [String] { graph.operations.map(\.decl.name) }

  func build(_ types: [TensorType], _ body: (Builder, [Node]) -> [Node]) -> Graph {
    let b = Builder(name: "f")
    return b.finish(body(b, types.map { b.parameter($0) }))
  }

  @Test func foldsConstantsAndIdentities() {
    let graph = build([vector]) { b, x in
      let two = b.fill(1, vector) + b.fill(1, vector)
      return [x[0] * 1 * two, x[0] / 1, Node.apply(.pow, x[0], b.fill(2, vector)), x[0] + 0]
    }
    let folded = [Pass.fold, .eliminateDead].run(graph)
    #expect(names(folded) == ["fill", "mul", "mul", "fill", "add"])
    #expect(folded.results[1] == folded.parameters[0])
  }

  @Test func keepsSignsOfZero() {
    // x + 0.0 turns -0.0 into 0.0, so it stays; x - 0.0 and x + -0.0 do not.
    let graph = build([real]) { b, x in [x[0] - b.fill(0, real), x[0] + b.fill(-0.0, real), x[0] + b.fill(0, real)] }
    let folded = [Pass.fold, .eliminateDead].run(graph)
    #expect(names(folded) == ["fill", "add"])
  }

  @Test func takesKnownBranchesAndLoops() {
    let graph = build([vector]) { b, x in
      let then = build([vector]) { _, x in [x[0] * 2] }
      let other = build([vector]) { _, x in [x[0] * 3] }
      let taken = b.place(.ifThenElse, [b.bool(true), x[0]], [:], regions: [then, other], types: [vector])
      let body = build([TensorType(.int), vector]) { _, p in [p[1] + 1, p[1]] }
      func loop(_ n: Int) -> [Node] {
        b.place(
          .forLoop, [taken[0]], ["consts": .int(0), "carries": .int(1), "reversed": .bool(false), "length": .dims([Dim(n)])],
          regions: [body], types: [vector, TensorType(.f64, [Dim(n), 3])])
      }
      return loop(0) + loop(1)
    }
    let folded = [Pass.fold, .eliminateDead].run(graph)
    #expect(!names(folded).contains("if"))
    #expect(!names(folded).contains("for"))
  }

  @Test func joinsShapes() {
    let graph = build([TensorType(.f64, [2, 3]), TensorType(.f64, [2, 4])]) { b, x in
      let t = x[0].transpose([1, 0])
      let product = Node.apply(.matmul, t, x[1], attributes: ["batch": .int(0), "transposeA": .bool(false), "transposeB": .bool(false)])
      return [product, t.transpose([1, 0]), x[0].reshape([6]).reshape([2, 3]), x[0].reshape([2, 1, 3]).transpose([1, 0, 2])]
    }
    let simple = [Pass.simplify, .eliminateDead].run(graph)
    #expect(names(simple) == ["matmul", "reshape"])
    #expect(simple.operations[0].attributes.bool("transposeA"))
    #expect(simple.results[1] == simple.parameters[0])
    #expect(simple.results[2] == simple.parameters[0])
  }

  @Test func worksOnceOnRepeatedValues() {
    let graph = build([real]) { b, x in [Node.apply(.exp, x[0].broadcast(to: [100, 3])), x[0].broadcast(to: [5]).sum([0])] }
    let simple = [Pass.simplify, .eliminateDead].run(graph)
    #expect(names(simple) == ["exp", "broadcast", "fill", "mul"])
    #expect(simple.type(simple.operations[0].results[0]).isScalar)
  }

  @Test func equalDrawsAreOne() {
    let graph = build([TensorType(.int)]) { b, key in
      let draw = { Node.apply(.randomNormal, key[0], attributes: ["shape": .dims([3]), "dtype": .dtype(.f64)]) }
      return [draw() + draw()]
    }
    #expect(names([Pass.eliminateCommon].run(graph)) == ["randomNormal", "add"])
    let zeros = build([]) { b, _ in [b.fill(0, real), b.fill(-0.0, real)] }
    #expect([Pass.eliminateCommon].run(zeros).operations.count == 2)
  }

  @Test func dropsDeadCarriesStacksAndConstants() {
    let graph = build([vector, vector, vector]) { b, x in
      let body = build([TensorType(.int), vector, vector, vector]) { _, p in [p[2] * 2, p[3] + p[1], p[2], p[3]] }
      let results = b.place(
        .forLoop, x, ["consts": .int(1), "carries": .int(2), "reversed": .bool(false), "length": .dims([4])], regions: [body],
        types: [vector, vector, TensorType(.f64, [4, 3]), TensorType(.f64, [4, 3])])
      return [results[0], results[2]]
    }
    let loop = [Pass.eliminateDead].run(graph).operations[0]
    #expect(loop.operands.count == 1)
    #expect(loop.results.count == 2)
    #expect(loop.regions[0].operations.map(\.decl.name) == ["fill", "mul"])
  }

  @Test func hoistsWhatDoesNotChange() {
    let graph = build([vector, vector, TensorType(.int)]) { b, x in
      let body = build([TensorType(.int), vector, TensorType(.int), vector]) { b, p in
        let wrapped = Node.apply(.wrapIndex, p[2], attributes: ["extent": .dims([3])])
        return [p[3] * Node.apply(.exp, p[1]) + wrapped.convert(.f64).broadcast(to: [3])]
      }
      func loop(_ length: Dim, _ count: [Node]) -> Node {
        b.place(
          .forLoop, count + [x[0], x[2], x[1]],
          ["consts": .int(2), "carries": .int(1), "reversed": .bool(false), "length": .dims([length])], regions: [body],
          types: [vector])[0]
      }
      return [loop(5, []), loop(.dynamic, [x[2]])]
    }
    let hoisted = [Pass.hoist, .eliminateDead].run(graph)
    // What may fail leaves only the loop that is known to run.
    let loops = hoisted.operations.filter { $0.decl === OpDecl.forLoop }
    #expect(names(loops[0].regions[0]) == ["mul", "broadcast", "add"])
    #expect(names(loops[1].regions[0]) == ["wrapIndex", "mul", "convert", "broadcast", "add"])
  }

  @Test func specialisesSizes() {
    let n = Dim(Dim.Symbol(id: 1, name: "n"))
    let graph = build([TensorType(.f64, [n])]) { b, x in
      [x[0].reshape([1, n]) * 2, b.emit1(.dim, [], ["dim": .dims([n * 2 + 1])])]
    }
    let sizes = graph.sizes(of: [[4]])
    #expect(sizes?.values.first == 4)
    #expect(graph.sizes(of: [[4, 1]]) == nil)
    let special = graph.specialised(sizes!)
    #expect(special.allProblems(constantDims: true).isEmpty)
    #expect(special.resultTypes == [TensorType(.f64, [1, 4]), TensorType(.int)])
  }

  @Test func expandsProblems() {
    let graph = build([vector]) { b, x in
      let primal = build([vector]) { _, x in [x[0] * 2] }
      let tangent = build([vector, vector]) { _, x in [x[1] * 2] }
      return b.place(.custom, [x[0]], [:], regions: [primal, tangent], types: [vector])
    }
    #expect(names([Pass.expand].run(graph)) == ["fill", "mul"])
  }

  @Test func fiveThousandOpsAreQuick() {
    let graph = build([vector]) { b, x in
      var pool = [x[0]]
      for k in 0..<2500 { pool.append(Node.apply(.tanh, pool[k * 7919 % pool.count]) + pool[k * 31 % pool.count]) }
      return [pool.last!] + pool.suffix(500)
    }
    let start = monotonicSeconds()
    _ = [Pass].standard.run(graph, verifying: false)
    // 4 ms when optimised.
    #expect(monotonicSeconds() - start < 2)
  }
}

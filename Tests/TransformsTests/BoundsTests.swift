import Ops
import Testing

@testable import Transforms

/// Enclosures of control flow, of rounding and of what has none.
@Suite struct BoundsTests {
  /// `(lower, upper of what varies, others) → lower and upper of each result`
  private func bounds(_ graph: Graph, varying: [Bool]) throws -> Graph {
    let b = Builder()
    let inputs = zip(graph.parameterTypes, varying).map { type, varies in
      varies ? Enclosed.between(lower: b.parameter(type), upper: b.parameter(type)) : .exact(b.parameter(type))
    }
    return b.finish(try enclose(graph, into: b, inputs).results.flatMap { [$0.lower, $0.upper] })
  }
  private func refusal(_ graph: Graph, varying: [Bool]) -> String? {
    do { _ = try bounds(graph, varying: varying) } catch { return (error as? TransformError)?.message }
    return nil
  }

  #if arch(x86_64)
    /// z ← z x + w, twenty times, with a stack of the products: corners, in the wide numbers of the machine.
    @Test(arguments: [(-0.3, 0.7), (0.1, 0.1), (-1.0 / 3, -1.0 / 7)]) func loops(_ ends: (Double, Double)) throws {
      let n = 20
      let graph = build([scalar, vector(n)]) { b, p in
        let out = b.loop(n, consts: [p[0]], carries: [p[0], b.int(0)], xs: [p[1]]) { b, i, c, v, x in
          let product = v[0] * c[0]
          return ([product + x[0], v[1] + i], [product])
        }
        return out.carries + out.ys
      }
      let weights = (0..<n).map { 0.1 * Double($0) - 0.77 }
      let out = try run(try bounds(graph, varying: [true, false]), [Value([ends.0], []), Value([ends.1], []), Value(weights, [n])])
      for t in 0...10 {
        let x = Float80(ends.0) + (Float80(ends.1) - Float80(ends.0)) * Float80(t) / 10
        var (z, products): (Float80, [Float80]) = (x, [])
        for w in weights {
          products.append(z * x)
          z = z * x + Float80(w)
        }
        #expect(Float80(out[0].elements[0]) <= z && z <= Float80(out[1].elements[0]))
        for (k, p) in products.enumerated() {
          #expect(Float80(out[4].elements[k]) <= p && p <= Float80(out[5].elements[k]))
        }
      }
      // The counter stays exact, and a point gives next to a point.
      #expect(out[2].elements == [190] && out[3].elements == [190])
      if ends.0 == ends.1 { #expect(out[1].elements[0] - out[0].elements[0] < 1e-13) }
    }
  #endif

  @Test func whileLoops() throws {
    let graph = build([scalar]) { b, p in
      b.loop(consts: [p[0]], carries: [p[0], b.int(0)], while: { c, v in b2(v[1], 5) }) { c, v in
        [v[0] * 0.5 + c[0], v[1] + v[1].builder.int(1)]
      }
    }
    let out = try run(try bounds(graph, varying: [true]), [Value([1], []), Value([2], [])])
    #expect(out[0].elements[0] <= 1.96875 && out[0].elements[0] > 1.9687)
    #expect(out[1].elements[0] >= 3.9375 && out[1].elements[0] < 3.9376)
    #expect(out[4].elements == [5] && out[5].elements == [5])

    let endless = build([scalar]) { b, p in
      b.loop(carries: [p[0]], while: { _, v in v[0].builder.emit1(.lt, [v[0], v[0].builder.fill(9, scalar)]) }) { _, v in [v[0] * 2] }
    }
    #expect(refusal(endless, varying: [true])?.contains("`while`") == true)
    #expect(refusal(endless, varying: [false]) != nil)
  }
  private func b2(_ x: Node, _ n: Int) -> Node { x.builder.emit1(.lt, [x, x.builder.int(n)]) }

  @Test func countsThatVaryAreRefused() {
    let graph = build([integer, scalar]) { b, p in
      b.loop(nil, count: p[0], carries: [p[1]]) { b, i, c, v, x in ([v[0] + 1], []) }.carries
    }
    #expect(refusal(graph, varying: [true, false])?.contains("`for`") == true)
    #expect(refusal(graph, varying: [false, true]) == nil)
  }

  @Test func branches() throws {
    let graph = build([scalar]) { b, p in
      let condition = b.emit1(.gt, [p[0], b.fill(0, scalar)])
      return b.branch(condition, [p[0]], { [$0[0] * 2, $0[0].builder.bool(true), $0[0].builder.int(3)] }) {
        [$0[0] - 10, $0[0].builder.emit1(.lt, [$0[0], $0[0].builder.fill(-5, scalar)]), $0[0].builder.int(4)]
      }
    }
    let made = try bounds(graph, varying: [true])
    func ends(_ l: Double, _ u: Double) throws -> [Double] { try run(made, [Value([l], []), Value([u], [])]).map { $0.elements[0] } }
    func isClose(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 } }
    #expect(isClose(try ends(1, 2), [2, 4, 1, 1, 3, 3]))
    #expect(isClose(try ends(-2, -1), [-12, -11, 0, 0, 4, 4]))
    #expect(isClose(try ends(-7, -6), [-17, -16, 1, 1, 4, 4]))
    #expect(isClose(try ends(-6, 2), [-16, 4, 0, 1, 3, 4]))
  }

  /// A condition that does not vary chooses when it runs.
  @Test func knownBranches() throws {
    let graph = build([TensorType(.bool), scalar]) { b, p in b.branch(p[0], [p[1]], { [$0[0]] }) { [-$0[0]] } }
    let made = try bounds(graph, varying: [false, true])
    #expect(try run(made, [Value([1], []), Value([1], []), Value([2], [])]).map(\.elements) == [[1], [2]])
    #expect(try run(made, [Value([0], []), Value([1], []), Value([2], [])]).map(\.elements) == [[-2], [-1]])
  }

  /// Moves and choices of stored numbers stay exact, also in f32; sums do not.
  @Test func exactness() throws {
    let graph = build([TensorType(.f32, [2]), scalar]) { b, p in
      [b.emit1(.reverse, [p[0]], ["axes": .ints([0])]), b.emit1(.relu, [p[1]]), p[1] + p[1], b.emit1(.gt, [p[1], b.fill(0, scalar)])]
    }
    let b = Builder()
    let results = try enclose(graph, into: b, graph.parameterTypes.map { .exact(b.parameter($0)) }).results
    #expect(results.map(\.isExact) == [true, true, false, true])
    #expect(results[0].lower.dtype == .f64)
  }

  @Test func places() throws {
    // x[argmax] of two that may be the largest, and a block at an uncertain place.
    let graph = build([vector(4)]) { b, p in
      let place = b.emit1(.argmax, [p[0]], ["axis": .int(0)])
      let start = b.emit1(.min, [place, b.int(2)])
      return [
        place, b.emit1(.gather, [p[0], place], ["batch": .int(0)]), b.emit1(.dynamicSlice, [p[0], start], ["sizes": .dims([2])]),
        b.emit1(.dynamicUpdate, [p[0], b.fill(9, vector(1)), place]),
      ]
    }
    let made = try bounds(graph, varying: [true])
    let open = try run(made, [Value([0, 3, 1, 3.5], [4]), Value([1, 4, 2, 5], [4])]).map(\.elements)
    #expect(open[0] == [1] && open[1] == [3] && open[2] == [0] && open[3] == [5])
    #expect(open[4] == [0, 0] && open[5] == [5, 5] && open[6] == [0, 3, 1, 3.5] && open[7] == [9, 9, 9, 9])
    let known = try run(made, [Value([0, 6, 1, 3.5], [4]), Value([1, 7, 2, 5], [4])]).map(\.elements)
    #expect(known[0] == [1] && known[1] == [1] && known[2] == [6] && known[3] == [7])
    #expect(known[4] == [6, 1] && known[5] == [7, 2] && known[6] == [0, 9, 1, 3.5] && known[7] == [1, 9, 2, 5])
  }

  /// Ints that vary: whole ends, and nothing where they might overflow.
  @Test func integers() throws {
    let graph = build([vector(2)]) { b, p in
      let n = p[0].convert(.int)
      let m = n.reshape([1, 2])
      return [n + n, n * n, -n, m.matmul(m.reshape([2, 1])), n.sum([0]), b.emit1(.floordiv, [n, b.int(2, [2])]), n.convert(.f64)]
    }
    let made = try bounds(graph, varying: [true])
    let out = try run(made, [Value([-2.5, 3], [2]), Value([1.5, 3], [2])]).map(\.elements)
    #expect(out[0] == [-4, 6] && out[1] == [2, 6] && out[2] == [0, 9] && out[3] == [4, 9] && out[4] == [-1, -3] && out[5] == [2, -3])
    // A product of two that vary is bounded by centres and radii.
    #expect(out[6] == [6] && out[7] == [13] && out[8] == [1] && out[9] == [4] )
    #expect(out[10] == [-1, 1], "\(out[10])")
    #expect(out[11] == [0, 1], "\(out[11])")
    #expect(out[12] == [-2, 3] && out[13] == [1, 3])
    let wide = try run(made, [Value([-1e30, 3], [2]), Value([1.5, 1e18], [2])]).map(\.elements)
    #expect(wide[0][0] == -0x1p63 && wide[1][0] == 0x1p63 && wide[3] == [0x1p63, 0x1p63] && wide[1][1] >= 2e18)
  }

  @Test func whatHasNoEnclosureIsNamed() {
    let factor = build([matrix(2, 2)]) { b, p in b.emit(.cholesky, [p[0]]) }
    #expect(refusal(factor, varying: [true])?.contains("`cholesky`") == true)
    #expect(refusal(factor, varying: [false])?.contains("`cholesky`") == true)
  }

  @Test func continuity() throws {
    func jumps(_ body: (Builder, Node) -> Node) -> Bool {
      let graph = build([vector(3)]) { b, p in [body(b, p[0])] }
      do { try graph.requireContinuity(in: [true]) } catch { return true }
      return false
    }
    #expect(!jumps { b, x in b.emit1(.relu, [b.emit1(.abs, [x])]) * x })
    #expect(!jumps { b, x in b.emit(.sort, [x], ["axis": .int(0)])[0] })
    #expect(jumps { b, x in b.emit(.sort, [x], ["axis": .int(0)])[1].convert(.f64) })
    #expect(jumps { b, x in b.emit1(.floor, [x]) + x })
    #expect(jumps { b, x in b.emit1(.stopGradient, [x]) })
    #expect(!jumps { b, x in
      _ = b.emit1(.floor, [x])
      return x
    })
    #expect(jumps { b, x in
      b.loop(3, carries: [x]) { b, i, c, v, xs in ([b.emit1(.sign, [v[0]])], []) }.carries[0]
    })
  }
}

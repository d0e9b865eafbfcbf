import Ops

@testable import Transforms

/// A graph, a point to try it at, and arguments for three lanes of it.
struct Case: Sendable, CustomStringConvertible {
  let description: String
  let graph: Graph
  let inputs: [Value]
  /// Which arguments differ from lane to lane, and the arguments then.
  let batched: [Bool]
  let lanes: [Value]

  init(_ name: String, _ graph: Graph, _ inputs: [Value], batched: [Bool], lanes: [Int: Value] = [:]) {
    (description, self.graph, self.inputs, self.batched) = (name, graph, inputs, batched)
    var numbers = Numbers(77)
    self.lanes = inputs.enumerated().map { k, value in
      if let given = lanes[k] { return given }
      guard batched[k] else { return value }
      let copies = (0..<3).flatMap { _ in value.elements.map { $0 + 0.1 * numbers.next() } }
      return Value(copies, [3] + value.shape)
    }
  }
}

extension Value: @unchecked Sendable {}

/// Every control op, alone and nested.
let controlCases: [Case] = [
  Case(
    "straight line",
    build([vector(3), vector(3), matrix(3, 2)]) { b, p in
      let m = b.matmul((p[0] * p[1]).reshape([1, 3]), p[2])
      return [p[0].applying(.sin) * p[1].applying(.exp), m.applying(.tanh).total, p[1] / (p[0] * p[0] + 1)]
    },
    [Value([0.3, -0.4, 0.9]), Value([0.1, 0.7, -0.5]), Value([1, 2, -1, 0.5, 0.3, -0.2], [3, 2])], batched: [true, true, false]),

  Case(
    "if",
    build([vector(2), scalar, scalar]) { b, p in
      let c = b.emit1(.gt, [p[1], b.fill(0, scalar)])
      return b.branch(
        c, p, { [$0[0] * $0[0] * $0[2].broadcast(to: [2]), $0[1] * $0[2]] },
        { [$0[0].applying(.sin), $0[1].builder.fill(2, scalar)] })
    },
    [Value([0.3, -0.8]), Value(0.4), Value(1.2)], batched: [true, false, true]),

  Case(
    "if whose lanes differ",
    build([vector(2), scalar]) { b, p in
      let c = b.emit1(.gt, [p[1], b.fill(0, scalar)])
      return b.branch(
        c, p, { [$0[0] * $0[0] * $0[1].broadcast(to: [2])] }, { [$0[0].applying(.sin)] })
    },
    [Value([0.3, -0.8]), Value(0.4)], batched: [true, true], lanes: [1: Value([0.5, -0.5, 0.7])]),

  Case(
    "for",
    build([matrix(2, 2), vector(2), matrix(4, 2)]) { b, p in
      let out = b.loop(4, consts: [p[0]], carries: [p[1]], xs: [p[2]]) { b, i, c, h, x in
        let next = (b.matmul(c[0], h[0].reshape([2, 1])).reshape([2]) + x[0]).applying(.tanh)
        let scaled = next * i.convert(.f64).broadcast(to: [2])
        return ([next], [scaled * next, h[0].total * c[0].total])
      }
      return out.carries + out.ys
    },
    [Value([0.5, -0.3, 0.2, 0.8], [2, 2]), Value([0.1, 0.4]), Value([0.3, 0.1, -0.5, 0.2, 0.7, -0.9, 0.4, 0.6], [4, 2])],
    batched: [false, true, true]),

  Case(
    "for backwards, batched consts",
    build([scalar, vector(3)]) { b, p in
      let out = b.loop(3, consts: [p[0]], carries: [b.fill(1, scalar)], xs: [p[1]], reversed: true) { _, _, c, v, x in
        ([v[0] * x[0] * c[0].applying(.sin) + x[0]], [v[0] * v[0]])
      }
      return out.carries + out.ys
    },
    [Value(0.7), Value([0.9, -0.4, 1.3])], batched: [true, false]),

  Case(
    "for with a run-time count",
    build([integer, scalar, scalar]) { b, p in
      b.loop(nil, count: p[0], consts: [p[1]], carries: [p[2], b.int(0)]) { b, _, c, v, _ in
        let next = v[0].applying(.sin) * c[0] + v[0] * v[1].convert(.f64)
        return ([next, v[1] + b.int(1)], [])
      }.carries
    },
    [Value(3), Value(0.8), Value(0.5)], batched: [false, true, true]),

  Case(
    "for with a count per lane",
    build([integer, scalar, scalar]) { b, p in
      b.loop(nil, count: p[0], consts: [p[1]], carries: [p[2]]) { _, _, c, v, _ in ([v[0] * v[0] * c[0] + v[0]], []) }.carries
    },
    [Value(2), Value(0.8), Value(0.5)], batched: [true, false, true], lanes: [0: Value([2, 0, 3])]),

  Case(
    "while",
    build([scalar, scalar]) { b, p in
      b.loop(
        consts: [p[0]], carries: [p[1]], while: { c, v in v[0].builder.emit1(.lt, [v[0], v[0].builder.fill(5, scalar)]) },
        { c, v in [v[0] * v[0] * c[0] + 1] })
    },
    [Value(0.8), Value(0.5)], batched: [true, false]),

  Case(
    "while whose lanes differ",
    build([scalar, scalar]) { b, p in
      b.loop(
        consts: [p[0]], carries: [p[1]], while: { c, v in v[0].builder.emit1(.lt, [v[0], v[0].builder.fill(5, scalar)]) },
        { c, v in [v[0] * v[0] * c[0].applying(.exp) + 1] })
    },
    [Value(0.2), Value(0.5)], batched: [false, true], lanes: [1: Value([0.5, 7, 2])]),

  Case(
    "while in for, if in while",
    build([scalar, vector(3)]) { b, p in
      let out = b.loop(3, consts: [p[0]], carries: [p[0]], xs: [p[1]]) { b, _, c, v, x in
        let inner = b.loop(
          consts: [c[0], x[0]], carries: [v[0]], while: { _, v in v[0].builder.emit1(.lt, [v[0], v[0].builder.fill(3, scalar)]) },
          { c, v in
            let b = v[0].builder
            let small = b.emit1(.lt, [v[0], b.fill(1.4, scalar)])
            return b.branch(small, c + v, { [$0[2] * $0[1].applying(.exp) + 0.5] }, { [$0[2] * $0[2] * $0[0] + 1] })
          })
        return ([inner[0] * 0.3 * x[0]], [inner[0] * v[0]])
      }
      return out.carries + out.ys
    },
    [Value(0.6), Value([0.4, 0.9, 0.2])], batched: [true, true]),

  Case(
    "for in for, for in if",
    build([vector(2), scalar]) { b, p in
      let outer = b.loop(2, consts: [p[1]], carries: [p[0]]) { b, i, c, v, _ in
        let inner = b.loop(3, consts: c + [i.convert(.f64)], carries: v) { _, j, c, v, _ in
          let factor = (c[0] * (c[1] + 1)).applying(.cos) + j.convert(.f64)
          return ([v[0].applying(.sin) * factor.broadcast(to: [2])], [v[0].total])
        }
        return (inner.carries, [inner.ys[0]])
      }
      let positive = b.emit1(.gt, [p[1], b.fill(0, scalar)])
      let chosen = b.branch(
        positive, [p[1], outer.ys[0]],
        { q in q[0].builder.loop(2, carries: [q[0]], xs: [q[1]]) { _, _, _, v, x in ([v[0] * x[0].total], []) }.carries },
        { q in [q[0]] })
      return outer.carries + chosen
    },
    [Value([0.6, -0.2]), Value(0.4)], batched: [true, true]),

  Case(
    "custom",
    build([vector(2), scalar]) { b, p in
      let primal = build([vector(2), scalar]) { _, q in [q[0] * q[1].broadcast(to: [2]).applying(.sin)] }
      let tangent = build([vector(2), scalar, vector(2), scalar]) { b, q in
        let s = q[1].broadcast(to: [2])
        return [q[2] * s.applying(.sin) + q[0] * s.applying(.cos) * q[3].broadcast(to: [2])]
      }
      let y = b.place(.custom, p, [:], regions: [primal, tangent], types: [vector(2)])
      return [y[0] * y[0]]
    },
    [Value([0.6, -0.2]), Value(0.4)], batched: [true, false]),
]

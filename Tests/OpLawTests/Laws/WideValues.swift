import Foundation
import IR
import Ops

#if arch(x86_64)
  /// Values of ops in the 64 bits of an x87 number, by other code than the kernels': what enclosures must hold, without tolerance.
  enum Wide {
    typealias Elementwise = ([Float80]) -> Float80

    /// The results of the op at f64 operands; nil where there is no reference.
    static func values(_ decl: OpDecl, _ attributes: Attributes, _ inputs: [Dense], like graph: Graph) throws -> [[Float80]]? {
      let x = inputs.map { $0.values.map { Float80($0) } }
      if let f = elementwise[decl.name] {
        return [x[0].indices.map { i in f(x.map { $0[i] }) }]
      }
      if decl === OpDecl.convert {
        return attributes.dtype("dtype") == .bool ? [x[0].map { $0 != 0 ? 1 : 0 }]
          : attributes.dtype("dtype") == .int ? [x[0].map { $0.rounded(.towardZero) }] : [x[0]]
      }
      if let reduce = reductions[decl.name] {
        return [lines(inputs[0].shape, attributes.ints("axes")).map { reduce($0.map { x[0][$0] }) }]
      }
      if let scan = scans[decl.name] {
        let axis = decl === OpDecl.softmax ? inputs[0].shape.count - 1 : attributes.int("axis")
        var result = x[0]
        for line in lines(inputs[0].shape, [axis]) {
          let order = decl === OpDecl.cumsum && attributes.bool("reverse") ? Array(line.reversed()) : line
          for (i, y) in zip(order, scan(order.map { x[0][$0] })) { result[i] = y }
        }
        return [result]
      }
      if let matrices = WideMatrices.values(decl, attributes, inputs) { return matrices }
      if decl.traits.contains(.multilinear) { return [try product(inputs, graph)] }
      if [OpDecl.windowsAdd, .scatterAdd].contains(where: { $0 === decl }) { return [try combination(inputs, graph)] }
      // Elements moved, compared and chosen are exact in f64.
      if case .none = decl.rounding { return try run(graph, inputs).map { $0.values.map { Float80($0) } } }
      return nil
    }

    /// A product of two operands, element by element of the first: with a unit in its place the op moves elements of the second.
    private static func product(_ inputs: [Dense], _ graph: Graph) throws -> [Float80] {
      var sum: [Float80] = try run(graph, inputs)[0].values.map { _ in 0 }
      for i in inputs[0].values.indices {
        var unit = inputs[0]
        for k in unit.values.indices { unit.values[k] = k == i ? 1 : 0 }
        let factor = Float80(inputs[0].values[i])
        for (k, y) in try run(graph, [unit, inputs[1]])[0].values.enumerated() { sum[k] += factor * Float80(y) }
      }
      return sum
    }
    /// A sum of moved elements of all real operands.
    private static func combination(_ inputs: [Dense], _ graph: Graph) throws -> [Float80] {
      var sum: [Float80] = try run(graph, inputs)[0].values.map { _ in 0 }
      let zeros = inputs.map { Dense($0.dtype.isReal ? $0.values.map { _ in 0 } : $0.values, $0.shape, $0.dtype) }
      for (k, input) in inputs.enumerated() where input.dtype.isReal {
        for i in input.values.indices {
          var units = zeros
          units[k].values[i] = 1
          for (j, y) in try run(graph, units)[0].values.enumerated() { sum[j] += Float80(input.values[i]) * Float80(y) }
        }
      }
      return sum
    }

    /// For each place of the shape without the axes, the flat indices that the axes run over, in order.
    static func lines(_ shape: [Int], _ axes: [Int]) -> [[Int]] {
      let kept = shape.indices.filter { !axes.contains($0) }
      var result = [[Int]](repeating: [], count: kept.map { shape[$0] }.reduce(1, *))
      for flat in 0..<shape.reduce(1, *) {
        var (rest, index) = (flat, shape.map { _ in 0 })
        for k in shape.indices.reversed() { (rest, index[k]) = (rest / shape[k], rest % shape[k]) }
        result[kept.reduce(0) { $0 * shape[$1] + index[$1] }].append(flat)
      }
      return result
    }

    private static let reductions: [String: ([Float80]) -> Float80] = [
      "sum": { $0.reduce(0, +) }, "prod": { $0.reduce(1, *) }, "logsumexp": logsumexp,
    ]
    private static func logsumexp(_ x: [Float80]) -> Float80 {
      let top = x.max() ?? 0
      return top.isInfinite ? top : top + log(x.map { exp($0 - top) }.reduce(0, +))
    }
    private static func running(_ x: [Float80], _ start: Float80, _ op: (Float80, Float80) -> Float80) -> [Float80] {
      var total = start
      return x.map { total = op(total, $0); return total }
    }
    private static let scans: [String: ([Float80]) -> [Float80]] = [
      "cumsum": { running($0, 0, +) }, "cumprod": { running($0, 1, *) },
      "softmax": { x in
        let top = x.max() ?? 0
        let e = x.map { exp($0 - top) }
        let total = e.reduce(0, +)
        return e.map { $0 / total }
      },
    ]

    static let elementwise: [String: Elementwise] = [
      "add": { $0[0] + $0[1] }, "sub": { $0[0] - $0[1] }, "neg": { -$0[0] }, "mul": { $0[0] * $0[1] },
      "mul0": { $0[0] == 0 || $0[1] == 0 ? 0 : $0[0] * $0[1] }, "div": { $0[0] / $0[1] },
      "atan2": { atan2($0[0], $0[1]) }, "exp": { exp($0[0]) }, "expm1": { expm1($0[0]) }, "log": { log($0[0]) },
      "log1p": { log1p($0[0]) }, "sqrt": { $0[0].squareRoot() }, "rsqrt": { 1 / $0[0].squareRoot() }, "pow": { pow($0[0], $0[1]) },
      "sin": { sin($0[0]) }, "cos": { cos($0[0]) }, "tan": { tan($0[0]) }, "asin": { asin($0[0]) }, "acos": { acos($0[0]) },
      "atan": { atan($0[0]) }, "sinh": { sinh($0[0]) }, "cosh": { cosh($0[0]) }, "tanh": { tanh($0[0]) }, "asinh": { asinh($0[0]) },
      "acosh": { acosh($0[0]) }, "atanh": { atanh($0[0]) },
      "sigmoid": { $0[0] < 0 ? exp($0[0]) / (1 + exp($0[0])) : 1 / (1 + exp(-$0[0])) },
      "softplus": { max($0[0], 0) + log1p(exp(-abs($0[0]))) },
      "silu": { $0[0] == -.infinity ? 0 : $0[0] < 0 ? $0[0] * (exp($0[0]) / (1 + exp($0[0]))) : $0[0] / (1 + exp(-$0[0])) },
      "gelu": { $0[0] == -.infinity ? 0 : $0[0] * erfc(-$0[0] / Float80(2).squareRoot()) / 2 },
      "erf": { erf($0[0]) }, "erfc": { erfc($0[0]) }, "erfinv": { erfinv($0[0]) }, "lgamma": { logGamma($0[0]) },
      "digamma": { $0[0] > 0 ? digamma($0[0]) : .nan }, "trigamma": { $0[0] > 0 ? trigamma($0[0]) : .nan },
      "floordiv": { quotient($0[0], $0[1]) }, "mod": { remainder($0[0], $0[1]) },
    ]

    private static func remainder(_ a: Float80, _ b: Float80) -> Float80 {
      let r = a.truncatingRemainder(dividingBy: b)
      return r != 0 && (r < 0) != (b < 0) ? r + b : r
    }
    private static func quotient(_ a: Float80, _ b: Float80) -> Float80 { ((a - remainder(a, b)) / b).rounded() }

    private static func erfinv(_ x: Float80) -> Float80 {
      if abs(x) >= 1 { return x == 1 ? .infinity : x == -1 ? -.infinity : .nan }
      if abs(x) < 1e-6 { return x * (Float80.pi.squareRoot() / 2) * (1 + Float80.pi * x * x / 12) }
      var (low, high): (Float80, Float80) = (0, 7)
      for _ in 0..<80 {
        let middle = (low + high) / 2
        // 1 - |x| is exact.
        if abs(x) < 0.5 ? erf(middle) < abs(x) : erfc(middle) > 1 - abs(x) { low = middle } else { high = middle }
      }
      return x < 0 ? -(low + high) / 2 : (low + high) / 2
    }
    /// Stirling's series from 40 on.
    private static func logGamma(_ x: Float80) -> Float80 {
      guard x > 0, x < 1e300 else { return x > 0 ? .nan : x == x.rounded() ? .infinity : .nan }
      var (shift, y): (Float80, Float80) = (0, x)
      while y < 40 { (shift, y) = (shift + log(y), y + 1) }
      let z = 1 / (y * y)
      let series = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z / 1188)))) / y
      return (y - 0.5) * log(y) - y + 0.91893853320467274178032973640562 + series - shift
    }
    private static func digamma(_ x: Float80) -> Float80 {
      var (shift, y): (Float80, Float80) = (0, x)
      while y < 40 { (shift, y) = (shift + 1 / y, y + 1) }
      let z = 1 / (y * y)
      return log(y) - 0.5 / y - z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z / 132)))) - shift
    }
    private static func trigamma(_ x: Float80) -> Float80 {
      var (shift, y): (Float80, Float80) = (0, x)
      while y < 40 { (shift, y) = (shift + 1 / (y * y), y + 1) }
      let z = 1 / (y * y)
      return 1 / y + z / 2 + z / y * (1 / 6 - z * (1 / 30 - z * (1 / 42 - z * (1 / 30 - z * 5 / 66)))) + shift
    }
  }
#endif

import IR
import Ops

/// Numbers that look random and are the same in each run.
struct Numbers {
  private var state: UInt64
  init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 | 1 }
  /// Uniform on [0, 1).
  mutating func unit() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(1 << 53)
  }
  mutating func uniform(_ range: ClosedRange<Double>) -> Double { range.lowerBound + unit() * (range.upperBound - range.lowerBound) }
  /// A direction: parts uniform on [-1, 1).
  mutating func direction(_ type: TensorType) -> Dense {
    Dense((0..<type.partCount).map { _ in uniform(-1...1) }, type.extents, type.dtype)
  }
}

extension TensorType {
  var extents: [Int] { shape.map { $0.constant! } }
  /// The number of real numbers that the elements are made of.
  var partCount: Int { extents.reduce(dtype.isComplex ? 2 : 1, *) }
}

extension OpSample.Values {
  /// Elements of one operand. `lane` turns lists of edges, so that lanes of a batch differ.
  func draw(_ type: TensorType, _ numbers: inout Numbers, lane: Int = 0) -> Dense {
    let (shape, count) = (type.extents, type.partCount)
    func filled(_ next: (Int) -> Double) -> Dense {
      Dense((0..<count).map { type.dtype == .int ? next($0).rounded() : next($0) }, shape, type.dtype)
    }
    switch self {
    case .uniform(let range):
      // As truth values, the two halves of the range.
      return filled { _ in
        let x = numbers.uniform(range)
        return type.dtype == .bool ? (x > (range.lowerBound + range.upperBound) / 2 ? 1 : 0) : x
      }
    case .edges(let values): return filled { values[($0 + lane) % values.count] }
    case .indices(let bound): return filled { _ in Double(Int(numbers.unit() * Double(bound))) }
    case .bools: return filled { _ in numbers.unit() < 0.5 ? 1 : 0 }
    case .positiveDefinite: return positiveDefinite(type, &numbers)
    case .distinct:
      // A shuffled sequence, moved by less than half of its steps.
      var order = Array(0..<count)
      for i in order.indices.reversed() { order.swapAt(i, Int(numbers.unit() * Double(i + 1))) }
      return filled { Double(order[$0]) * 0.5 + numbers.uniform(0...0.2) }
    }
  }

  /// G Gᵀ + n I over the last two axes, for a random G; complex ones with a smaller imaginary part that changes its sign with Gᵀ.
  private func positiveDefinite(_ type: TensorType, _ numbers: inout Numbers) -> Dense {
    var result = Dense([Double](repeating: 0, count: type.partCount), type.extents, type.dtype)
    let (n, parts) = (type.extents.last ?? 0, type.dtype.isComplex ? 2 : 1)
    if result.values.isEmpty { return result }
    for start in stride(from: 0, to: result.values.count, by: n * n * parts) {
      let g = (0..<(n * n)).map { _ in numbers.uniform(-1...1) }
      for i in 0..<n {
        for j in 0..<n {
          let product = (0..<n).reduce(0) { $0 + g[i * n + $1] * g[j * n + $1] }
          let place = start + (i * n + j) * parts
          result.values[place] = product + (i == j ? Double(n) : 0)
          if parts == 2 { result.values[place + 1] = 0.3 * (g[i * n + j] - g[j * n + i]) }
        }
      }
    }
    return result
  }
}

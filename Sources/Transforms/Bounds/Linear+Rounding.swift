import Ops

/// Enclosures as a centre and a radius, and sums with their rounding: everything in f64.
extension Builder {
  /// How far a sum of `terms` products may be off, relative to the sum of their absolute values; twice over, for what is computed
  /// along with it.
  static func gamma(_ terms: Dim) -> Double { Double((terms.constant ?? 1 << 30) + 16) * 0x1p-52 }
}

extension Enclosed {
  /// A number c near the middle and r with |value − c| ≤ r; r is nil where the value is c exactly.
  var ball: (centre: Node, radius: Node?) {
    switch self {
    case .exact(let node): return (node.widened, nil)
    case .between(let lower, let upper):
      let centre = lower * 0.5 + upper * 0.5
      // A difference is exact or rounded by half a unit.
      let radius = Node.apply(.max, upper - centre, centre - lower) * (1 + 0x1p-51)
      return (centre, radius)
    }
  }
}

extension Node {
  var modulus: Node { Node.apply(.abs, self) }
  func atLeast(_ other: Node) -> Node { Node.apply(.max, self, other) }
  func atMost(_ other: Node) -> Node { Node.apply(.min, self, other) }
  func atLeast(_ value: Double) -> Node { atLeast(builder.fill(value, like: self)) }
  func atMost(_ value: Double) -> Node { atMost(builder.fill(value, like: self)) }

  /// Σ over all but the first axis of rows times one value: [s] from [s] + shape and shape, or [s] + shape.
  func rowDot(_ other: Node) -> Node {
    let (s, n) = (shape[0], Array(shape.dropFirst()).elementCount)
    let rows = reshape([s, n])
    if other.rank == rank { return (rows * other.reshape([s, n])).sum([1]) }
    return rows.matmul(other.reshape([n, 1])).reshape([s])
  }
  /// The value in every row.
  func inRows(_ s: Dim) -> Node { broadcast(to: [s] + shape, axes: Array(1..<(rank + 1))) }

  /// Moved up by the rounding of the op that gave it (and a few more).
  var up: Node { self + (modulus * 0x1p-50 + 1e-300) }
  var down: Node { self - (modulus * 0x1p-50 + 1e-300) }
  /// Where the truth value holds this, elsewhere the other.
  func where_(_ condition: Node, else other: Node) -> Node { Node.select(condition, self, other) }
  var isFiniteNode: Node { Node.apply(.isFinite, self) }
}

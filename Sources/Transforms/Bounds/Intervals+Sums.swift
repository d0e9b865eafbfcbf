import Ops

/// Sums of ends whose rounding errors are computed along with them (Knuth's two-sum; Ogita, Rump and Oishi 2005): what is added without error
/// is not moved outwards, so that a predicate which holds or fails by equality is decided. Worth its cost at points only.
extension Encloser {
  func exactSums(_ operation: Operation, _ x: [Enclosed]) -> [Ends]? {
    guard x.allSatisfy({ $0.type.dtype.isReal }) else { return nil }
    let (l, u) = (x.map(\.lower), x.map(\.upper))
    switch operation.decl {
    case let d where d === OpDecl.add: return [(directed(l[0], l[1]).lower, directed(u[0], u[1]).upper)]
    case let d where d === OpDecl.sub: return [(directed(l[0], -u[1]).lower, directed(u[0], -l[1]).upper)]
    case let d where d === OpDecl.sum:
      let axes = operation.attributes.ints("axes")
      guard let below = total(l[0], axes), let above = x[0].isExact ? below : total(u[0], axes) else { return nil }
      return [(Node.select(isZero(below.error), below.sum, Outward.lower(below.sum, error: below.error)),
               Node.select(isZero(above.error), above.sum, Outward.upper(above.sum, error: above.error)))]
    default: return nil
    }
  }

  private func isZero(_ x: Node) -> Node { b.emit1(.eq, [x, b.fill(0, like: x)]) }

  /// a + b as it is rounded, and its error, exactly (where nothing overflows; then nan).
  private func twoSum(_ a: Node, _ c: Node) -> (sum: Node, error: Node) {
    let sum = a + c
    let part = sum - a
    return (sum, (a - (sum - part)) + (c - part))
  }

  /// Numbers not above, and not below, a + b.
  private func directed(_ a: Node, _ c: Node) -> Ends {
    let (sum, error) = twoSum(a, c)
    let zero = b.fill(0, like: error)
    return (
      Node.select(b.emit1(.ge, [error, zero]), sum, Outward.lower(sum, units: 1, underflows: false)),
      Node.select(b.emit1(.le, [error, zero]), sum, Outward.upper(sum, units: 1, underflows: false))
    )
  }

  /// A sum over axes by halves, and how far it may be off: 0 where nothing was rounded. Nil where there are no or too many terms.
  private func total(_ x: Node, _ axes: [Int]) -> (sum: Node, error: Node)? {
    let kept = (0..<x.rank).filter { !axes.contains($0) }
    guard var n = axes.map({ x.shape[$0] }).elementCount.constant, n > 0, n <= 4096 else { return nil }
    let lead = kept.map { x.shape[$0] }
    var rows = x.transpose(kept + axes).reshape(lead + [Dim(n)])
    var errors = b.fill(0, like: rows)
    func part(_ y: Node, _ from: Int, _ to: Int) -> Node {
      Node.apply(.slice, y, attributes: [
        "start": .dims(lead.map { _ in 0 } + [Dim(from)]), "stop": .dims(lead + [Dim(to)]), "step": .ints(y.shape.map { _ in 1 }),
      ])
    }
    while n > 1 {
      let half = n / 2
      let (sum, error) = twoSum(part(rows, 0, half), part(rows, half, 2 * half))
      let together = part(errors, 0, half) + part(errors, half, 2 * half) + error.modulus
      func joined(_ y: Node, _ old: Node) -> Node {
        n % 2 == 0 ? y : Node.apply(.concat, y, part(old, n - 1, n), attributes: ["axis": .int(lead.count)])
      }
      (rows, errors) = (joined(sum, rows), joined(together, errors))
      n -= half
    }
    // Generously, for the rounding of the errors' own sum.
    return (rows.reshape(lead), errors.reshape(lead) * (1 + 0x1p-30))
  }
}

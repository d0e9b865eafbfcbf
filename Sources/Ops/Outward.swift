import IR

/// Rounding outwards: ends of enclosures moved by a bound of the error with which they were computed. All in f64 and made of
/// ordinary ops, each of which is right to half a unit in the last place.
public enum Outward {
  static let unit = 0x1p-53
  static let tiny = 0x1p-1074

  /// Something at least as large as `error`, which may be rounded, to be subtracted from y or added to it.
  private static func reach(_ y: Node, _ error: Node) -> Node { error * (1 + 0x1p-20) + y.applying(.abs) * (3 * unit) + 4 * tiny }
  /// A number not above any that lies within `error` of y; nan becomes -∞.
  public static func lower(_ y: Node, error: Node) -> Node { floor(y - reach(y, error)) }
  public static func upper(_ y: Node, error: Node) -> Node { ceiling(y + reach(y, error)) }

  /// A number not above any that y may stand for, if it is right to so many units.
  public static func lower(_ y: Node, units: Double, underflows: Bool = true) -> Node { floor(y - reach(y, units, underflows)) }
  public static func upper(_ y: Node, units: Double, underflows: Bool = true) -> Node { ceiling(y + reach(y, units, underflows)) }
  private static func reach(_ y: Node, _ units: Double, _ underflows: Bool) -> Node {
    // Two more units pay for the product and for the difference.
    let relative = y.applying(.abs) * ((units + 2) * unit)
    return underflows ? relative + (units + 2) * tiny : relative
  }

  /// A lower end that is no number tells nothing.
  public static func floor(_ y: Node) -> Node { .select(.apply(.ne, y, y), y.builder.fill(-.infinity, like: y), y) }
  public static func ceiling(_ y: Node) -> Node { .select(.apply(.ne, y, y), y.builder.fill(.infinity, like: y), y) }

  /// `1.01 (n + extra)` units: with 1 ≤ extra it exceeds γₙ = n u / (1 - n u) by the error of a few more operations.
  public static func gamma(_ terms: Dim, extra: Int, like y: Node) -> Node {
    if let n = terms.constant { return y.builder.fill(1.01 * (Double(n) + Double(extra)) * unit, like: y) }
    let count = y.builder.emit1(.dim, [], ["dim": .dims([terms + Dim(extra)])]).convert(y.dtype)
    return count.broadcast(to: y.shape, axes: []) * (1.01 * unit)
  }
  /// What so many underflows may lose.
  static func lost(_ terms: Dim) -> Double { 4 * (Double(terms.constant ?? 1 << 40) + 4) * tiny }

  /// The ends of a sum (or sum of products) of at most `terms` terms that was computed as y; `magnitude` is the same sum of the
  /// magnitudes.
  public static func sum(_ y: Node, magnitude: Node, terms: Dim, underflows: Bool) -> (lower: Node, upper: Node) {
    var reach = magnitude * gamma(terms, extra: 4, like: magnitude)
    if underflows { reach = reach + lost(terms) }
    return (floor(y - reach), ceiling(y + reach))
  }

  /// A centre and a radius of [l, u]: not less than the distances of both ends from the centre, as computed.
  static func ball(_ l: Node, _ u: Node) -> (centre: Node, radius: Node) {
    let centre = l * 0.5 + u * 0.5
    let radius = Node.maximum(u - centre, centre - l)
    return (centre, radius + radius * (4 * unit))
  }

  /// The ends of an op that is linear in each of two operands, of which an exact one is given with equal ends. `same` tells
  /// operands without a radius.
  public static func product(
    _ a: (lower: Node, upper: Node), _ b: (lower: Node, upper: Node), exact: (a: Bool, b: Bool), terms: Dim, _ op: (Node, Node) -> Node
  ) -> (lower: Node, upper: Node) {
    if exact.a && exact.b {
      let y = op(a.lower, b.lower)
      return sum(y, magnitude: op(a.lower.applying(.abs), b.lower.applying(.abs)), terms: terms, underflows: true)
    }
    // |x y - c d| ≤ |c| s + r (|d| + s) for radii r, s; rounding adds γ |c| |d|.
    func noise(_ c: Node) -> Node { c.applying(.abs) * gamma(terms, extra: 8, like: c) + 4 * tiny }
    let y: Node
    var radius: Node
    if exact.a || exact.b {
      let (fixed, ends) = exact.a ? (a.lower, b) : (b.lower, a)
      let (centre, r) = ball(ends.lower, ends.upper)
      let spread = r + noise(centre)
      y = exact.a ? op(fixed, centre) : op(centre, fixed)
      radius = exact.a ? op(fixed.applying(.abs), spread) : op(spread, fixed.applying(.abs))
    } else {
      let (c, r) = ball(a.lower, a.upper)
      let (d, s) = ball(b.lower, b.upper)
      y = op(c, d)
      radius = op(c.applying(.abs), s + noise(d)) + op(r, d.applying(.abs) + s)
    }
    radius = radius + radius * gamma(terms, extra: 8, like: radius) + lost(terms)
    return (floor(y - radius), ceiling(y + radius))
  }
}

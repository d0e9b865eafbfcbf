/// How far the computed result of an op may lie from the exact one, for operands and results in f64. The unit is 2⁻⁵³, half the
/// distance from 1 to the next number.
public enum Rounding {
  /// Not at all: values are moved, compared or chosen, or are integers.
  case none
  /// So many units of the result; `underflows` tells whether it may also lose the last digits of a number near 0. The exact
  /// result lies in `within`.
  case relative(Double, underflows: Bool = true, within: ClosedRange<Double>? = nil)
  /// The op adds up at most `terms` products of one factor from each operand: an error of γₙ times the op of the magnitudes.
  case magnitude(terms: @Sendable (RuleContext) -> Dim)
  /// A bound of the error at these operands and this result, which need not be rounded upwards by itself.
  case bounded(@Sendable (RuleContext) -> Node)
  /// The interval rule rounds outwards by itself, also for points.
  case byRule
  /// Written in the transform (regions).
  case structural
  /// No bound is known, and why.
  case refused(String)

  /// An op of at most so many terms as axes hold.
  public static func sums(_ axes: @escaping @Sendable (RuleContext) -> Shape) -> Rounding {
    .magnitude { axes($0).elementCount }
  }
}

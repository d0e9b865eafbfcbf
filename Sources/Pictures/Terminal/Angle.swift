#if canImport(Glibc)
  import Glibc
#endif

enum Angle {
  /// Which of eight directions, counted from the right against the clock, a vector is nearest to.
  static func eighth(_ x: Double, _ y: Double) -> Int { (Int((atan2(y, x) / (.pi / 4)).rounded()) + 8) % 8 }
}

extension Double {
  /// The exponent of its first digit in decimal notation.
  var exponentOfTen: Double { floor(log10(self)) }
}

enum Dots {
  /// The nearest whole number; far outside any canvas where there is none that fits.
  static func whole(_ value: Double) -> Int { value.isNaN ? -1_000_000 : Int(min(max(value, -1_000_000), 1_000_000).rounded()) }
}

import Runtime
import Tensors

/// Numbers with as many digits as are worth reading. Ends of an interval are rounded outwards: what is shown holds too.
enum Digits {
  enum Direction { case down, nearest, up }

  /// The number with `digits` significant digits, digits before the dot always whole.
  static func significant(_ x: Double, _ digits: Int = 6, _ direction: Direction = .nearest) -> String {
    guard x.isFinite, x != 0 else { return plain(x) }
    return fixed(x, decimals: digits - 1 - exponent(x), direction)
  }

  /// Both ends of an interval, with two digits of its width, at least 3 and at most 6 of the numbers.
  static func interval(_ lo: Double, _ hi: Double) -> (lo: String, hi: String) {
    guard lo.isFinite, hi.isFinite, hi > lo else { return (significant(lo, 6, .down), significant(hi, 6, .up)) }
    let size = exponent(max(abs(lo), abs(hi)))
    let decimals = min(max(1 - exponent(hi - lo), 2 - size), 5 - size)
    return (fixed(lo, decimals: decimals, .down), fixed(hi, decimals: decimals, .up))
  }

  /// A value and its error: one digit of the error, two where it begins with 1, 2 or 3. The error is rounded up.
  static func estimate(_ value: Double, _ error: Double) -> (value: String, error: String) {
    guard value.isFinite, error.isFinite, error > 0 else { return (significant(value), significant(error, 2, .up)) }
    let power = exponent(error)
    let decimals = (error * scale(-power) < 3.55 ? 1 : 0) - power
    return (fixed(value, decimals: decimals, .nearest), fixed(error, decimals: decimals, .up))
  }

  /// The power of ten of the first digit.
  private static func exponent(_ x: Double) -> Int {
    guard x.isFinite, x != 0 else { return 0 }
    let text = "\(abs(x))"
    if let e = text.firstIndex(where: { $0 == "e" || $0 == "E" }) { return Int(text[text.index(after: e)...]) ?? 0 }
    let integer = text.prefix { $0 != "." }
    if integer != "0" { return integer.count - 1 }
    return -1 - text.dropFirst(2).prefix { $0 == "0" }.count
  }

  /// 10^n, exactly where a Double can be.
  private static func scale(_ n: Int) -> Double { Double("1e\(n)") ?? 0 }

  /// With so many digits behind the dot, trailing zeros dropped.
  private static func fixed(_ x: Double, decimals: Int, _ direction: Direction) -> String {
    let places = max(decimals, 0)
    let magnitude = abs(x)
    let scaled = magnitude * scale(places)
    // Beyond 15 digits, or far from 1, the number stands as it is.
    guard scaled < 1e15, places <= 12 else { return plain(x) }
    func text(_ units: Int) -> String {
      var digits = String(units)
      if places > 0 {
        digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
      }
      return digits
    }
    func number(_ units: Int) -> Double { Double(text(units)) ?? 0 }
    let away = (direction == .up) == (x > 0)
    var units = Int(scaled.rounded(direction == .nearest ? .toNearestOrEven : away ? .up : .down))
    if direction != .nearest {
      // The product may have been rounded across the number.
      while away, number(units) < magnitude { units += 1 }
      while !away, units > 0, number(units) > magnitude { units -= 1 }
    }
    var shown = text(units)
    if !shown.contains(".") { shown += ".0" }
    while shown.hasSuffix("0"), !shown.hasSuffix(".0") { shown.removeLast() }
    return units == 0 ? "0.0" : (x < 0 ? "-" : "") + shown
  }

  private static func plain(_ x: Double) -> String {
    x.isNaN ? "nan" : x.isInfinite ? (x < 0 ? "-inf" : "inf") : "\(x)"
  }
}

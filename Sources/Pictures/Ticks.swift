#if canImport(Glibc)
  import Glibc
#endif

/// Round numbers along an axis, with what is written beside them.
public struct Tick: Equatable {
  public var value: Double
  public var label: String
}

extension Axis {
  /// Ticks within the limits: about `count` of them, at multiples of 1, 2 or 5 times a power of ten; at powers of ten on a logarithmic
  /// axis that spans enough of them.
  public func ticks(_ count: Int) -> [Tick] {
    guard let limits else { return [] }
    if let names {
      let step = max(1, (names.count + max(count, 1) * 2 - 1) / (max(count, 1) * 2))
      return stride(from: 0, to: names.count, by: step).map { Tick(value: Double($0), label: names[$0]) }.filter { limits.contains($0.value) }
    }
    if isLogarithmic { return Tick.logarithmic(limits, count) }
    if isCount, limits.upperBound - limits.lowerBound < Double(count) { return Tick.whole(limits) }
    return Tick.linear(limits, count)
  }
}

extension Extent {
  static func log10(_ x: Double) -> Double { Glibc.log10(x) }
  static func power(_ x: Double) -> Double { min(max(pow(10, x), .leastNormalMagnitude), .greatestFiniteMagnitude / 4) }
}

extension Tick {
  static func linear(_ limits: ClosedRange<Double>, _ count: Int) -> [Tick] {
    let span = limits.upperBound - limits.lowerBound
    guard span > 0, span.isFinite, count > 0 else { return [] }
    let raw = span / Double(count)
    guard raw >= .leastNormalMagnitude else { return [] }
    var exponent = Int(floor(log10(raw)))
    let mantissa = raw / pow(10, Double(exponent))
    var factor = mantissa <= 1.0001 ? 1 : mantissa <= 2.0001 ? 2 : mantissa <= 5.0001 ? 5 : 10
    if factor == 10 { (factor, exponent) = (1, exponent + 1) }
    // Multiples of a power of ten divide exactly where its inverse is used for negative exponents.
    func value(_ k: Double) -> Double {
      exponent >= 0 ? k * Double(factor) * pow(10, Double(exponent)) : exponent > -300 ? k * Double(factor) / pow(10, Double(-exponent)) : k * (Double(factor) * pow(10, Double(exponent)))
    }
    let step = value(1)
    guard step > 0 else { return [] }
    let slack = span * 1e-9
    let (first, last) = (((limits.lowerBound - slack) / step).rounded(.up), ((limits.upperBound + slack) / step).rounded(.down))
    guard last - first < 1000, abs(first) < 1e15, abs(last) < 1e15 else { return [] }
    let values = stride(from: first, through: last, by: 1).map { value($0 == 0 ? 0 : $0) }
    let largest = values.map(abs).max() ?? 0
    return values.map { Tick(value: $0, label: text($0, step: exponent, largest: largest, inSteps: true)) }
  }

  /// At every whole number.
  static func whole(_ limits: ClosedRange<Double>) -> [Tick] {
    stride(from: limits.lowerBound.rounded(.up), through: limits.upperBound, by: 1).map { value in
      Tick(value: value, label: text(value == 0 ? 0 : value, step: 0, largest: max(abs(limits.lowerBound), abs(limits.upperBound), 1)))
    }
  }

  static func logarithmic(_ limits: ClosedRange<Double>, _ count: Int) -> [Tick] {
    let (a, b) = (log10(limits.lowerBound), log10(limits.upperBound))
    let (first, last) = (Int((a - 1e-9).rounded(.up)), Int((b + 1e-9).rounded(.down)))
    if last - first < 1 {
      // Less than two powers of ten: round numbers between them.
      var between: [Tick] = []
      for e in Int(a.rounded(.down))...Int(b.rounded(.up)) {
        for digit in [1.0, 2, 5] {
          let value = digit * pow(10, Double(e))
          guard limits.lowerBound * 0.999999 <= value, value <= limits.upperBound * 1.000001 else { continue }
          between.append(Tick(value: value, label: text(value, step: e, largest: value)))
        }
      }
      return between.count >= 2 ? between : linear(limits, count)
    }
    let step = max(1, (last - first + max(count, 1)) / max(count, 1))
    return stride(from: first, through: last, by: step).map { Tick(value: pow(10, Double($0)), label: "10" + superscript($0)) }
  }

  /// With as many decimals as tell neighbouring ticks apart; very large and very small numbers with an exponent, `inSteps` that of the
  /// step where that leaves no decimals: 8e6, 10e6.
  static func text(_ value: Double, step exponent: Int, largest: Double, inSteps: Bool = false) -> String {
    if value == 0 { return "0" }
    if largest >= 1e6 || largest < 1e-3 {
      var scale = Int(floor(log10(largest)))
      if inSteps, scale == exponent + 1 { scale = exponent }
      let mantissa = exponent >= 0 || scale > -300 ? value / pow(10, Double(scale)) : value * pow(10, Double(-scale))
      return minus(fixed(mantissa, max(0, min(scale - exponent, 15)))) + "e" + minus("\(scale)")
    }
    return minus(fixed(value, max(0, min(-exponent, 15))))
  }
  /// Nine digits, as short as they can be written.
  static func digits(_ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 40)
    _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.9g", $0) }
    return String(cString: buffer)
  }
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    _ = withVaList([Int32(decimals), value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
    return String(cString: buffer)
  }
  private static func minus(_ text: String) -> String { text.hasPrefix("-") ? "−" + text.dropFirst() : text }
  private static func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (number < 0 ? "⁻" : "") + String(String(abs(number)).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }
}

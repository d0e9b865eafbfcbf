#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Texts of numbers as Python writes them.
public enum NumberText {
  /// The shortest digits that read back as the number, without a dot, and the place of the dot before or among them:
  /// the number is 0.d₁d₂… × 10^point.
  struct Digits {
    var digits: [UInt8]
    var point: Int
    /// From a text such as `12.5` or `-1.25e-07`; the sign is dropped.
    init(_ text: String) {
      (digits, point) = ([], 0)
      var seenDot = false
      var rest = text.utf8.makeIterator()
      while let c = rest.next() {
        switch c {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          digits.append(c)
          if !seenDot { point += 1 }
        case UInt8(ascii: "."): seenDot = true
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
          var exponent = ""
          while let e = rest.next() { exponent.unicodeScalars.append(Unicode.Scalar(e)) }
          point += Int(exponent.hasPrefix("+") ? String(exponent.dropFirst()) : exponent) ?? 0
        default: break
        }
      }
      // Leading and trailing zeros say nothing.
      while digits.count > 1, digits.first == UInt8(ascii: "0") {
        digits.removeFirst()
        point -= 1
      }
      while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
      if digits == [UInt8(ascii: "0")] { point = 1 }
    }
  }

  /// The shortest text that reads back as the number: `14.0`, `1e-05`, `1e+16`.
  static func shortest(_ value: Double) -> String { shortest("\(value)", isFinite: value.isFinite) }
  static func shortest(_ value: Float) -> String { shortest("\(value)", isFinite: value.isFinite) }
  private static func shortest(_ text: String, isFinite: Bool) -> String {
    if !isFinite { return text.hasSuffix("nan") ? "nan" : text }
    let body = layout(Digits(text), useExponent: { $0 > 16 || $0 <= -4 }, keepDot: true)
    return text.hasPrefix("-") ? "-" + body : body
  }

  private static func layout(_ number: Digits, useExponent: (Int) -> Bool, keepDot: Bool) -> String {
    let text = String(decoding: number.digits, as: UTF8.self)
    if useExponent(number.point) {
      let exponent = number.point - 1
      let digits = text.count == 1 ? text : "\(text.prefix(1)).\(text.dropFirst())"
      return "\(digits)e\(exponent < 0 ? "-" : "+")\(abs(exponent) < 10 ? "0" : "")\(abs(exponent))"
    }
    if number.point <= 0 { return "0." + String(repeating: "0", count: -number.point) + text }
    if text.count <= number.point {
      return text + String(repeating: "0", count: number.point - text.count) + (keepDot ? ".0" : "")
    }
    return "\(text.prefix(number.point)).\(text.dropFirst(number.point))"
  }

  /// The magnitude with a C conversion (`e`, `f`, `g`) and a precision.
  private static func converted(_ value: Double, _ conversion: Character, _ precision: Int, alternate: Bool) -> String {
    let pattern = alternate ? "%#.*\(conversion)" : "%.*\(conversion)"
    return withVaList([Int32(precision), value]) { arguments in
      var buffer = [CChar](repeating: 0, count: 400 + precision)
      let length = vsnprintf(&buffer, buffer.count, pattern, arguments)
      return String(decoding: buffer[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// The magnitude of a real under a format, without sign, grouping and padding.
  static func magnitude(_ value: Double, shortest text: String, _ spec: FormatSpec) -> String {
    let type = spec.type ?? "\0"
    let upper = "EFG".contains(type)
    if !value.isFinite {
      let word = value.isNaN ? "nan" : "inf"
      return (upper ? word.uppercased() : word) + (type == "%" ? "%" : "")
    }
    let x = value.magnitude
    switch type {
    case "e", "E": return cased(converted(x, "e", spec.precision ?? 6, alternate: spec.alternate), upper)
    case "f", "F": return converted(x, "f", spec.precision ?? 6, alternate: spec.alternate)
    case "%": return converted(x * 100, "f", spec.precision ?? 6, alternate: spec.alternate) + "%"
    case "g", "G", "n": return cased(converted(x, "g", max(1, spec.precision ?? 6), alternate: spec.alternate), upper)
    default:
      guard let precision = spec.precision else { return text }
      // As `g`, but with at least one digit after the dot, so that it looks like a real.
      let digits = max(1, precision)
      var number = Digits(converted(x, "e", digits - 1, alternate: false))
      if spec.alternate { number.digits += Array(repeating: UInt8(ascii: "0"), count: digits - number.digits.count) }
      return layout(number, useExponent: { $0 > digits - 1 || $0 <= -4 }, keepDot: true)
    }
  }
  private static func cased(_ text: String, _ upper: Bool) -> String { upper ? text.uppercased() : text }

  /// A size of memory: `1.5 GB`.
  public static func bytes(_ count: Int) -> String {
    var (size, unit) = (Double(count), 0)
    while size >= 1000 && unit < 4 {
      size /= 1000
      unit += 1
    }
    let tenths = (size * 10).rounded() / 10
    return unit == 0 ? "\(count) bytes" : "\(tenths) \(["", "kB", "MB", "GB", "TB"][unit])"
  }

  /// The digits of an integer's magnitude in the base its format names, and the base's prefix.
  static func magnitude(_ value: Int, _ spec: FormatSpec) -> (prefix: String, digits: String) {
    let radix = spec.type == "b" ? 2 : spec.type == "o" ? 8 : spec.type == "x" || spec.type == "X" ? 16 : 10
    let prefix = spec.alternate && radix != 10 ? "0\(spec.type!)" : ""
    return (prefix, String(value.magnitude, radix: radix, uppercase: spec.type == "X"))
  }

  /// Inserts the separator into the integer part, widening it with zeros up to `width` characters in all.
  static func grouped(
    _ text: String, by separator: Character, every size: Int, isHex: Bool, zeroPaddedTo width: Int
  ) -> String {
    let end = text.firstIndex { isHex ? !$0.isHexDigit : !$0.isNumber } ?? text.endIndex
    let integer = text[..<end]
    let tail = text[end...]
    if integer.isEmpty { return text }
    var reversed: [Character] = []
    var placed = 0
    for digit in integer.reversed() {
      if placed > 0 && placed % size == 0 { reversed.append(separator) }
      reversed.append(digit)
      placed += 1
    }
    while reversed.count + tail.count < width {
      if placed % size == 0 { reversed.append(separator) }
      reversed.append("0")
      placed += 1
    }
    return String(reversed.reversed()) + tail
  }
}

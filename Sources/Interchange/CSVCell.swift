/// What a cell of a CSV file is, by its text alone.
enum CSVCell: Equatable {
  case missing
  case int(Int)
  case real(Double)
  case text

  init(_ bytes: ArraySlice<UInt8>) {
    self = Self.number(bytes) ?? (Self.isMissing(bytes) ? .missing : Self.isInfinity(bytes).map(Self.real) ?? .text)
  }

  private static func isMissing(_ bytes: ArraySlice<UInt8>) -> Bool {
    switch String(decoding: bytes.prefix(5), as: UTF8.self).lowercased() {
    case "": true
    case "na", "n/a": bytes.allSatisfy { $0 < 0x61 }
    case "nan", "-nan", "+nan": true
    default: false
    }
  }

  private static func isInfinity(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard bytes.count <= 9 else { return nil }
    switch String(decoding: bytes, as: UTF8.self).lowercased() {
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }

  /// A decimal number, correctly rounded: sign, digits with at most one point, exponent.
  private static func number(_ bytes: ArraySlice<UInt8>) -> CSVCell? {
    var scan = NumberScan(rest: bytes)
    scan.sign()
    scan.digits()
    let isWhole = !scan.takes(UInt8(ascii: "."))
    if !isWhole { scan.fraction() }
    guard scan.count > 0 else { return nil }
    let hasExponent = scan.takes(UInt8(ascii: "e")) || scan.takes(UInt8(ascii: "E"))
    if hasExponent, !scan.exponent() { return nil }
    guard scan.rest.isEmpty else { return nil }
    if isWhole, !hasExponent, !scan.isInexact, let value = scan.int { return .int(value) }
    if let value = scan.exactReal { return .real(value) }
    // The rare number that needs more care than one multiplication.
    return Double(String(decoding: bytes, as: UTF8.self)).map(CSVCell.real)
  }
}

/// The parts of a decimal number while it is read.
private struct NumberScan {
  var rest: ArraySlice<UInt8>
  var negative = false
  /// The digits as an integer, as long as they fit.
  var mantissa: UInt64 = 0
  /// Whether digits did not fit the mantissa.
  var isInexact = false
  var scale = 0
  /// Digits seen.
  var count = 0

  mutating func takes(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func sign() {
    negative = takes(UInt8(ascii: "-"))
    if !negative { _ = takes(UInt8(ascii: "+")) }
  }

  mutating func digits() {
    while let byte = rest.first, byte >= 0x30, byte <= 0x39 {
      let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - 0x30))
      if overflow || carry { isInexact = true } else { mantissa = sum }
      count += 1
      rest = rest.dropFirst()
    }
  }

  mutating func fraction() {
    let whole = count
    digits()
    scale = whole - count
  }

  /// False where no exponent follows.
  mutating func exponent() -> Bool {
    let isNegative = takes(UInt8(ascii: "-"))
    if !isNegative { _ = takes(UInt8(ascii: "+")) }
    var (value, any) = (0, false)
    while let byte = rest.first, byte >= 0x30, byte <= 0x39 {
      value = min(value * 10 + Int(byte - 0x30), 1_000_000)
      any = true
      rest = rest.dropFirst()
    }
    scale += isNegative ? -value : value
    return any
  }

  var int: Int? {
    // -0 is a Real: as an Int it would lose its sign.
    if negative && mantissa == 0 { return nil }
    return negative ? (mantissa == 1 << 63 ? Int.min : Int(exactly: mantissa).map { -$0 }) : Int(exactly: mantissa)
  }

  /// The value where one operation on two exact numbers gives it, which IEEE arithmetic then rounds correctly.
  var exactReal: Double? {
    guard !isInexact, mantissa <= 1 << 53, abs(scale) < Self.powers.count else { return nil }
    let value = scale < 0 ? Double(mantissa) / Self.powers[-scale] : Double(mantissa) * Self.powers[scale]
    return negative ? -value : value
  }

  /// The powers of ten that a Double holds exactly.
  static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
    1e22,
  ]
}

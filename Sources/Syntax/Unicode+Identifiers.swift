extension Unicode.Scalar {
  var startsIdentifier: Bool {
    if isASCII { return (value | 0x20) >= 0x61 && (value | 0x20) <= 0x7A || self == "_" }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber: return true
    default: return false
    }
  }

  /// Letters, digits (also written below the line, as in `x₀`), `_`, and marks on the letter before.
  var continuesIdentifier: Bool {
    if isASCII { return startsIdentifier || value >= 0x30 && value <= 0x39 }
    switch properties.generalCategory {
    case .decimalNumber, .nonspacingMark, .spacingMark: return true
    case .otherNumber: return value >= 0x2080 && value <= 0x2089
    default: return startsIdentifier
    }
  }
}

extension Array where Element == UInt8 {
  /// The character that starts at `index` in UTF-8, or nil where the bytes write none.
  func scalar(at index: Int, limit: Int) -> (value: Unicode.Scalar, length: Int)? {
    guard index < limit else { return nil }
    let first = self[index]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first <= 0xF4, index + length <= limit else { return nil }
    var value = UInt32(first) & (0xFF >> (UInt32(length) + 1))
    for offset in 1..<length {
      let byte = self[index + offset]
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    // Overlong forms and surrogates write no character.
    guard value >= (length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80), let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }
}

import Diagnostics

extension Lexer {
  /// `42`, `1_000`, `0.5`, `1e-3`, `1i`. A malformed number is one token of the kind it was meant to be.
  mutating func number() -> TokenKind {
    let start = position
    var isReal = false
    var mistake: (label: String, replacement: String?)?

    digits()
    if byte(at: position) == UInt8(ascii: ".") {
      let after = byte(at: position + 1)
      if isDigit(after) {
        isReal = true
        position += 1
        let wholePart = text(start, position - 1)
        digits()
        if wholePart.isEmpty { mistake = ("a digit belongs before the point", "0" + text(start, position)) }
      } else if after != UInt8(ascii: "."), !startsField(at: position + 1) {
        isReal = true
        position += 1
        mistake = ("a digit belongs after the point", text(start, position) + "0")
      }
    }
    if byte(at: position) | 0x20 == UInt8(ascii: "e") {
      var end = position + 1
      if byte(at: end) == UInt8(ascii: "+") || byte(at: end) == UInt8(ascii: "-") { end += 1 }
      if isDigit(byte(at: end)) {
        isReal = true
        position = end
        digits()
        if let replacement = mistake?.replacement {
          mistake?.replacement = replacement + text(start + replacement.utf8.count - 1, position)
        }
      } else if bytes.scalar(at: end, limit: limit).map({ !$0.value.continuesIdentifier }) ?? true {
        isReal = true
        position = end
        mistake = mistake ?? ("the exponent has no digits", nil)
      }
    }
    let isImaginary = byte(at: position) == UInt8(ascii: "i") && !continuesIdentifier(at: position + 1)
    if isImaginary { position += 1 }
    if mistake == nil, bytes[position - 1] == UInt8(ascii: "_") { mistake = ("`_` stands between digits", nil) }
    if continuesIdentifier(at: position) { mistake = suffix(from: start) }
    if let mistake {
      let place = span(start, position)
      diagnostics.append(
        Diagnostic(
          .malformedNumber, "`\(text(start, position))` is not a number", at: place, label: mistake.label,
          fixes: mistake.replacement.map { [.init("write `\($0)`", edits: [.init(place, $0)])] } ?? []))
    }
    return isImaginary ? .imaginary : isReal ? .real : .integer
  }

  private mutating func digits() {
    while isDigit(byte(at: position)) || byte(at: position) == UInt8(ascii: "_") { position += 1 }
  }

  private func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

  private func continuesIdentifier(at index: Int) -> Bool {
    bytes.scalar(at: index, limit: limit)?.value.continuesIdentifier ?? false
  }

  /// `1.foo` takes a field; `1.e5` is a number written badly.
  private func startsField(at index: Int) -> Bool {
    guard let scalar = bytes.scalar(at: index, limit: limit), scalar.value.startsIdentifier else { return false }
    let isExponent = bytes[index] | 0x20 == UInt8(ascii: "e") && isDigit(byte(at: index + 1))
    let isImaginary = bytes[index] == UInt8(ascii: "i") && !continuesIdentifier(at: index + 1)
    return !isExponent && !isImaginary
  }

  /// A number that runs into a word: `2x`, `0xFF`, `3f`.
  private mutating func suffix(from start: Int) -> (label: String, replacement: String?) {
    let end = position
    while let scalar = bytes.scalar(at: position, limit: limit), scalar.value.continuesIdentifier { position += scalar.length }
    let (number, rest) = (text(start, end), text(end, position))
    if number == "0", ["x", "b", "o"].contains(rest.prefix(1).lowercased()), rest.count > 1 {
      return ("numbers are written in decimal", nil)
    }
    if ["f", "F", "L", "u"].contains(rest) { return ("numbers have no suffix", number) }
    return ("a product is written with `*`", "\(number) * \(rest)")
  }
}

/// Text and numbers as HTML, SVG and JSON want them.
enum Markup {
  /// Text between tags and in quoted attributes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // Characters that XML has no place for.
      case _ where scalar.value < 32 && scalar != "\n" && scalar != "\t": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A place on the page: to a hundredth of a pixel, and not so far outside that a viewer loses count.
  static func place(_ value: Double) -> String {
    let hundredths = (min(max(value, -100_000), 100_000) * 100).rounded() / 100
    return hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)"
  }

  // MARK: JSON within a script element

  static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      // `<` would let a text end the element.
      if scalar.value < 32 || "<>&\"\\\u{2028}\u{2029}\u{7F}".unicodeScalars.contains(scalar) {
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
  static func json(_ text: String?) -> String { text.map { json($0) } ?? "null" }
  static func json(_ value: Double) -> String { value.isFinite ? Tick.digits(value) : "null" }
  static func json(_ values: [Double]) -> String { "[" + values.map { json($0) }.joined(separator: ",") + "]" }
  static func json(_ texts: [String]) -> String { "[" + texts.map { json($0) }.joined(separator: ",") + "]" }
}

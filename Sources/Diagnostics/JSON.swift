/// Parts of JSON, as text.
public enum JSON {
  public static func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(string($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }

  public static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

  /// A number that JSON can write; infinities and NaN are texts.
  public static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : string("\(value)") }

  public static func string(_ text: String) -> String {
    let short: [Unicode.Scalar: String] = ["\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"]
    return "\"" + text.respelled { scalar in
      if let known = short[scalar] { return known }
      if scalar.value >= 0x20 { return nil }
      let code = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - code.count) + code
    } + "\""
  }
}

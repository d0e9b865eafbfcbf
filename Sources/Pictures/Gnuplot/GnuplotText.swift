/// What stands in a script between its own words. Texts of users stand in single quotes only: in double quotes gnuplot would run what
/// is between back-quotes.
enum GnuplotText {
  /// A string expression. Terminals are set to `noenhanced`, so that `_ ^ { } @ & ~` and `\` mean themselves. An apostrophe stands by
  /// itself in double quotes: doubled in single quotes, gnuplot 5.4 takes it for the end of the text where it comes first.
  static func quoted(_ text: String) -> String {
    let lines = TextBlock.lines(text).map { line in
      let parts = line.split(separator: "'", omittingEmptySubsequences: false).map { $0.isEmpty ? nil : "'\($0)'" }
      let pieces = parts.enumerated().flatMap { k, part in (k > 0 ? ["\"'\""] : []) + (part.map { [$0] } ?? []) }
      return pieces.isEmpty ? "''" : pieces.joined(separator: ".")
    }
    let expression = lines.joined(separator: ".\"\\n\".")
    return expression.hasPrefix("'") && !expression.dropFirst().dropLast().contains("'") ? expression : "(\(expression))"
  }
  /// The label of a tick, in which gnuplot looks for formats of numbers.
  static func tick(_ text: String) -> String { quoted(text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")) }
  static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }
}

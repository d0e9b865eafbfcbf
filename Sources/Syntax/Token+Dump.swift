import Diagnostics

extension Tree {
  /// The tokens, one a line: kind, byte range and text.
  public func dumpTokens(in map: SourceMap) -> String {
    tokens.map { token in
      let text = map.text(SourceSpan(file: file, start: Int(token.start), end: Int(token.end)))
      return "\(token.start)..\(token.end) \(token.kind) \(quoted(text))\n"
    }.joined()
  }
}

/// A string as the language writes it.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

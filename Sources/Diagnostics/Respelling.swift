extension String {
  /// The text with some characters written otherwise: escapes of JSON, XML, literals. nil leaves a character as it is.
  public func respelled(_ spelling: (Unicode.Scalar) -> String?) -> String {
    var result = ""
    for scalar in unicodeScalars {
      if let spelled = spelling(scalar) { result += spelled } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// As a literal in double quotes, on one line, with the escapes that the language and the text of the IR know.
  public var quotedLiteral: String {
    "\"" + respelled { ["\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\t": "\\t"][$0] } + "\""
  }
}

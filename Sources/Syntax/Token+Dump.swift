import Diagnostics

extension Tree {
  /// The tokens, one a line: kind, byte range and text.
  public func dumpTokens(in map: SourceMap) -> String {
    tokens.map { token in
      let text = map.text(SourceSpan(file: file, start: Int(token.start), end: Int(token.end)))
      return "\(token.start)..\(token.end) \(token.kind) \(text.quotedLiteral)\n"
    }.joined()
  }
}

/// A token of the source. Trivia (spaces, newlines, comments) are tokens too, so the tokens of a file are its text.
public struct Token: Sendable {
  public var kind: TokenKind
  public var start: Int32
  public var end: Int32
}

/// The kinds of token; the lexer's table of spellings is `TokenTable.swift`.
public enum TokenKind: UInt8, Sendable, CaseIterable {
  case space, newline, comment, docComment
  case identifier, integer, real, imaginary, string
  /// A hard keyword; which one is read from the text.
  case keyword
  /// An operator or punctuation; which one is read from the text.
  case symbol
  /// Bytes that begin no token.
  case invalid
  case endOfFile
}

import Diagnostics

/// A recursive-descent parser over paired brackets. It never fails: where something is missing it reports it, leaves a hole
/// (`.error`), stays silent until the next statement, list element or block, and goes on.
struct Parser {
  /// How deep expressions, statements, types and patterns may nest.
  static let depthLimit = 200
  /// How high a tree may grow, each call and each operator in a chain adding to it.
  static let heightLimit = 400

  let file: FileID
  let bytes: [UInt8]
  let tokens: [Token]
  let lexemes: [Lexeme]
  var position = 0
  /// Where the innermost statement begins.
  var statementStart = 0
  /// Whether the innermost bracket is `(` or `[`.
  var ignoresNewlines = false
  /// Whether a domain is being parsed, which `from` or `at` may follow.
  var isInDomain = false
  var depth: Int
  /// The height of what has been parsed since a chain of operators began.
  var height = 0
  /// Set by a mistake until the parser has found a place to go on from; no more is reported before.
  var hasFailed = false
  var diagnostics: [Diagnostic] = []
  /// Whether something was missing where the text ends.
  var isIncomplete = false

  init(file: FileID, bytes: [UInt8], range: Range<Int>, depth: Int = 0) {
    var lexer = Lexer(file: file, bytes: bytes, range: range)
    lexer.run()
    let words = lexer.lexemes()
    let paired = Brackets.pair(words, file: file) { offset in
      bytes[range.lowerBound..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? range.lowerBound
    }
    (self.file, self.bytes, self.depth) = (file, bytes, depth)
    (tokens, lexemes) = (lexer.tokens, paired.lexemes)
    diagnostics = lexer.diagnostics + paired.diagnostics
    isIncomplete = lexer.endsInString || paired.lexemes.suffix(2).first?.isSynthetic == true
  }

  // MARK: The cursor

  var current: Lexeme { lexemes[position] }

  func peek(_ count: Int = 1) -> Lexeme { lexemes[min(position + count, lexemes.count - 1)] }

  var previousEnd: Int { position > 0 ? lexemes[position - 1].end : current.start }

  mutating func advance() { if position < lexemes.count - 1 { position += 1 } }

  func isAt(_ symbol: String) -> Bool { current.isSymbol(symbol) }
  func isAtKeyword(_ word: String) -> Bool { current.isKeyword(word) }
  func isAtWord(_ word: String) -> Bool { current.isWord(word) && !lineEnds }

  mutating func accept(_ symbol: String) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  /// Whether a newline before the current lexeme ends the statement, if what stands before is complete.
  var lineEnds: Bool { endsLine(position) }

  func endsLine(_ index: Int) -> Bool {
    guard index < lexemes.count else { return true }
    let lexeme = lexemes[index]
    if lexeme.kind == .endOfFile { return true }
    guard lexeme.startsLine, !ignoresNewlines else { return false }
    return
      !(TokenTable.continuationStarts.contains(lexeme.text)
      || lexeme.kind == .identifier
        && TokenTable.trailingWords.contains(lexeme.text))
  }

  /// Whether the statement is over: a newline, `;`, a closing bracket or the end.
  var isAtStatementEnd: Bool { lineEnds || current.isCloser || isAt(";") }

  // MARK: Spans

  func span(_ start: Int, _ end: Int) -> SourceSpan { SourceSpan(file: file, start: start, end: max(start, end)) }
  func span(of lexeme: Lexeme) -> SourceSpan { span(lexeme.start, lexeme.end) }
  /// From a byte offset to the end of what has been read.
  func span(from start: Int) -> SourceSpan { span(start, previousEnd) }
  /// Where something is missing: behind what has been read, if that is on an earlier line, else at what stands there instead.
  var missingSpan: SourceSpan {
    isPastLine || current.isCloser || current.kind == .endOfFile ? span(previousEnd, previousEnd) : span(of: current)
  }
  /// Whether a line has ended since the statement began.
  var isPastLine: Bool { current.startsLine && position > statementStart }
  func source(_ span: SourceSpan) -> String { String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self) }

  // MARK: Reports

  /// Reports a mistake after which the rest of the statement is not trusted.
  mutating func fail(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan? = nil, label: String = "",
    labels: [Diagnostic.Label] = [], notes: [String] = [], fixes: [Diagnostic.Fix] = []
  ) {
    if current.kind == .endOfFile { isIncomplete = true }
    let isBesideMissingCloser = current.isSynthetic || position > 0 && lexemes[position - 1].isSynthetic
    if !isBesideMissingCloser, !current.isAfterInvalid {
      complain(code, message, at: span ?? missingSpan, label: label, labels: labels, notes: notes, fixes: fixes)
    }
    hasFailed = true
  }

  /// Reports a mistake whose meaning is clear, so that parsing goes on.
  mutating func complain(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, label: String = "", labels: [Diagnostic.Label] = [],
    notes: [String] = [], fixes: [Diagnostic.Fix] = []
  ) {
    if hasFailed { return }
    diagnostics.append(Diagnostic(code, message, at: span, label: label, labels: labels, notes: notes, fixes: fixes))
  }

  // MARK: Nesting

  /// Whether a chain of operators or of postfixes has made the tree too high. Reported once.
  mutating func isTooHigh() -> Bool {
    if height <= Self.heightLimit { return false }
    fail(
      .tooDeep, "this expression takes more than \(Self.heightLimit) operations in a row", at: span(of: current),
      label: "the limit is reached here", notes: ["give a part of it a name with `let`"])
    height = 0
    return true
  }

  /// Parses one level deeper; beyond the limit reports it once and leaves a hole.
  mutating func nested<T>(orElse hole: (SourceSpan) -> T, _ parse: (inout Parser) -> T) -> T {
    guard depth < Self.depthLimit else {
      fail(
        .tooDeep, "this is nested more than \(Self.depthLimit) levels deep", at: span(of: current),
        label: "the limit is reached here",
        notes: ["give a part of it a name with `let`, or move it to a function"])
      return hole(span(of: current))
    }
    let outer = height
    (depth, height) = (depth + 1, 0)
    let result = parse(&self)
    (depth, height) = (depth - 1, max(outer, height + 1))
    return result
  }

  mutating func nestedExpression(_ parse: (inout Parser) -> Expression) -> Expression {
    nested(orElse: { Expression(.error, $0) }, parse)
  }

  /// Reads a bracket that stands here: `parse` sees what is inside, and must leave the closer, to which the parser then goes.
  mutating func bracketed<T>(ignoringNewlines: Bool, _ parse: (inout Parser, _ close: Int) -> T) -> T {
    let close = current.partner
    let saved = (ignoresNewlines, isInDomain)
    (ignoresNewlines, isInDomain) = (ignoringNewlines, false)
    advance()
    let result = parse(&self, close)
    (ignoresNewlines, isInDomain) = saved
    position = close
    advance()
    return result
  }

  /// Elements between commas up to a closer; trailing commas are fine.
  mutating func elements<T>(until close: Int, of what: String, _ element: (inout Parser) -> T?) -> [T] {
    var result: [T] = []
    let failedBefore = hasFailed
    hasFailed = false
    while position < close {
      let start = position
      if let value = element(&self) { result.append(value) }
      if position < close, !isAt(","), !hasFailed { expectedSeparator(in: what, until: close) }
      if hasFailed || position == start {
        skip(to: close) { $0.isAt(",") }
        hasFailed = false
      }
      if position < close { advance() }
    }
    hasFailed = failedBefore
    return result
  }

  /// Where the bracket was not closed in the source, everything up to the next statement seems to be in it, and that is reported.
  mutating func expectedSeparator(in what: String, until close: Int) {
    if lexemes[close].isSynthetic {
      hasFailed = true
      return
    }
    if reportForeignTail() { return }
    if let prefix = stringPrefix {
      return fail(
        .expectedSeparator, "strings have no prefix", at: span(of: prefix), label: "every string takes `{x}`",
        fixes: [.init("remove the prefix", edits: [.init(span(of: prefix), "")])])
    }
    let gap = span(previousEnd, previousEnd)
    fail(
      .expectedSeparator, "expected `,` in \(what)", label: "a comma belongs before this",
      fixes: [.init("insert `,`", edits: [.init(gap, ",")])])
  }

  /// Goes on to `close` or an earlier place where `found` holds, stepping over brackets.
  mutating func skip(to close: Int, until found: (Parser) -> Bool) {
    while position < close, !found(self) { position = max(position, current.partner) + 1 }
    position = min(position, close)
  }
}

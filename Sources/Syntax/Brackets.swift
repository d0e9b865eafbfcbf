import Diagnostics

/// Pairs the brackets of a file before it is parsed. Closers that are missing are put in, closers that close nothing are
/// left out, and both are reported; so the parser sees balanced brackets and can always find the end of one.
struct Brackets {
  let file: FileID
  private(set) var lexemes: [Lexeme] = []
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var hasUnclosed = false
  private var open: [Int] = []
  private var indentation: [Int] = []
  private var lineIndent = 0

  /// - Parameter usesIndentation: take a declaration at the left margin for the end of the blocks that began there. This
  ///   places the report of a missing `}`, and is only asked for when one is known to be missing.
  static func pair(_ input: [Lexeme], file: FileID, lineStart: (Int) -> Int) -> Brackets {
    var plain = Brackets(file: file)
    plain.run(input, usesIndentation: false, lineStart: lineStart)
    guard plain.hasUnclosed else { return plain }
    var indented = Brackets(file: file)
    indented.run(input, usesIndentation: true, lineStart: lineStart)
    return indented.diagnostics.count <= plain.diagnostics.count ? indented : plain
  }

  private init(file: FileID) { self.file = file }

  private mutating func run(_ input: [Lexeme], usesIndentation: Bool, lineStart: (Int) -> Int) {
    lexemes.reserveCapacity(input.count)
    for (index, lexeme) in input.enumerated() {
      if lexeme.startsLine {
        lineIndent = lexeme.start - lineStart(lexeme.start)
        let next = index + 1 < input.count ? input[index + 1] : lexeme
        if Self.opensStatement(lexeme) { closeParentheses(before: lexeme) }
        if usesIndentation, lineIndent == 0, Self.opensDeclaration(lexeme, next) { closeMargin(before: lexeme) }
      }
      if lexeme.isOpener {
        open.append(lexemes.count)
        indentation.append(lineIndent)
      } else if lexeme.isCloser {
        if usesIndentation, lexeme.startsLine, lexeme.text == "}", indentation.contains(lineIndent) {
          while let indent = indentation.last, indent > lineIndent { supplyCloser(before: lexeme) }
        }
        close(with: lexeme)
        continue
      } else if lexeme.kind == .endOfFile {
        while !open.isEmpty { supplyCloser(before: lexeme) }
      }
      lexemes.append(lexeme)
    }
  }

  /// Keywords that cannot stand inside parentheses or brackets, so that these must end before.
  private static func opensStatement(_ lexeme: Lexeme) -> Bool {
    lexeme.kind == .keyword && ["let", "fn", "return", "while"].contains(lexeme.text)
  }

  private static func opensDeclaration(_ lexeme: Lexeme, _ next: Lexeme) -> Bool {
    if lexeme.isKeyword("fn") || lexeme.isKeyword("let") { return true }
    return lexeme.kind == .identifier && TokenTable.declarationWords.contains(lexeme.text) && next.line == lexeme.line
      && (next.kind == .identifier || next.kind == .string)
  }

  private mutating func closeParentheses(before lexeme: Lexeme) {
    while let top = open.last, lexemes[top].text != "{" { supplyCloser(before: lexeme) }
  }

  private mutating func closeMargin(before lexeme: Lexeme) {
    while let indent = indentation.last, indent == 0 || indentation.contains(0) { supplyCloser(before: lexeme) }
  }

  /// Pairs a closer with its opener; it is left out if there is none.
  private mutating func close(with closer: Lexeme) {
    let match = open.lastIndex { TokenTable.closers[lexemes[$0].text] == closer.text }
    // A `)` does not close a block that began on an earlier line; it is more likely to be one too many.
    let isCrossing = match.map { match in
      closer.text != "}" && open[(match + 1)...].contains { lexemes[$0].text == "{" && lexemes[$0].line != closer.line }
    }
    guard let match, isCrossing == false else {
      let span = SourceSpan(file: file, start: closer.start, end: closer.end)
      diagnostics.append(
        Diagnostic(
          .unexpectedCloser, "this `\(closer.text)` closes nothing", at: span,
          label: "no bracket is open here that it could close",
          labels: open.last.map { [Diagnostic.Label(self.span($0), "the innermost open bracket")] } ?? [],
          fixes: [.init("remove it", edits: [.init(span, "")])]))
      return
    }
    while open.count > match + 1 { supplyCloser(before: closer) }
    lexemes[open[match]].partner = lexemes.count
    var paired = closer
    paired.partner = open[match]
    lexemes.append(paired)
    open.removeLast()
    indentation.removeLast()
  }

  private mutating func supplyCloser(before lexeme: Lexeme) {
    guard let opener = open.popLast() else { return }
    indentation.removeLast()
    hasUnclosed = true
    let end = lexemes.last?.end ?? lexeme.start
    let text = TokenTable.closers[lexemes[opener].text] ?? ""
    let place = SourceSpan(file: file, start: end, end: end)
    diagnostics.append(
      Diagnostic(
        .missingCloser, "this `\(lexemes[opener].text)` is not closed", at: span(opener), label: "it is opened here",
        labels: [.init(place, "`\(text)` is missing by here")],
        fixes: [.init("insert `\(text)`", edits: [.init(place, text)])]))
    lexemes[opener].partner = lexemes.count
    var closer = Lexeme(kind: .symbol, start: end, end: end, text: text, tokenIndex: lexeme.tokenIndex, line: lexeme.line)
    closer.partner = opener
    closer.isSynthetic = true
    lexemes.append(closer)
  }

  private func span(_ index: Int) -> SourceSpan {
    SourceSpan(file: file, start: lexemes[index].start, end: lexemes[index].end)
  }
}

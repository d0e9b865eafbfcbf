extension Pieces {
  /// A line of the result.
  private struct Line {
    var text: String
    var comment: String?
  }

  /// The text of the program.
  func printed() -> String {
    var lines: [Line] = []
    var indentation = Indentation()
    func blankLine() { if !lines.isEmpty { lines.append(Line(text: "")) } }
    for (i, piece) in all.enumerated() {
      if startsLine(i) {
        let margin = String(repeating: " ", count: max(0, indentation.columnsOfComments(before: i, of: self)))
        for comment in piece.comments {
          if comment.isAfterBlank { blankLine() }
          lines.append(Line(text: margin + comment.text))
        }
        if piece.kind == .endOfFile { break }
        if piece.gap == .blank { blankLine() }
        let columns = max(0, indentation.columns(before: i, of: self))
        indentation.startLine(columns)
        lines.append(Line(text: String(repeating: " ", count: columns) + piece.text))
      } else {
        lines[lines.count - 1].text += space(before: i) + piece.text
      }
      lines[lines.count - 1].comment = piece.trailing
      indentation.take(piece, at: i)
    }
    return withComments(lines)
  }

  /// Comments behind code stand two spaces from it, those of neighbouring lines below each other.
  private func withComments(_ lines: [Line]) -> String {
    var result = ""
    var i = 0
    while i < lines.count {
      var end = i
      while end < lines.count, lines[end].comment != nil { end += 1 }
      let widths = lines[i..<end].map { columnsOf($0.text) }
      let column = widths.max() ?? 0
      let aligned = zip(lines[i..<end], widths).allSatisfy { line, width in
        column - width <= 40 && column + 2 + columnsOf(line.comment ?? "") <= CodeFormatter.width
      }
      for (line, width) in zip(lines[i..<end], widths) {
        result += line.text + String(repeating: " ", count: (aligned ? column - width : 0) + 2) + (line.comment ?? "") + "\n"
      }
      if end < lines.count { result += lines[end].text + "\n" }
      i = end + 1
    }
    return result
  }
}

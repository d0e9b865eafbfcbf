/// Writes a diagnostic for a person, in characters that survive copying, a narrow terminal and a screen reader:
///
///     net.ptb:4:42: error[E0203]: these shapes cannot be added
///         fn (x: Real[.., 64]) -> Real[.., 10] = x @ W.T + b
///                                                ^^^^^^^   ^ Real[32]: b is declared on line 3
///                                                Real[.., 10]
///     note: the last dimensions differ: 10 and 32
///     help: declare `param b: Real[10]`
///
/// What is to be known of other lines follows as notes with places of their own; a fix that can be applied is shown as the line it makes.
public struct TextRenderer {
  public let map: SourceMap
  public let usesColor: Bool
  public init(map: SourceMap, usesColor: Bool = false) { (self.map, self.usesColor) = (map, usesColor) }
  private static let margin = "    "

  public func render(_ diagnostics: [Diagnostic]) -> String { diagnostics.map { render($0) }.joined(separator: "\n") }

  public func render(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity
    let marks = self.marks(of: diagnostic)
    let primary = marks.first { $0.isPrimary }
    let place = primary.map { location($0.span) + ": " } ?? ""
    var lines = [place + paint("\(severity.rawValue)[\(diagnostic.code.id)]", severity.color) + ": " + paint(diagnostic.message, .bold)]
    // Labels on the lines of the primary mark stand there, each of the others in a note of its own.
    var others = marks.filter { !$0.isPrimary }
    if let primary {
      let beside = others.filter { $0.span.file == primary.span.file && $0.firstLine == $0.lastLine && [primary.firstLine, primary.lastLine].contains($0.firstLine) }
      others.removeAll { mark in beside.contains { $0.span == mark.span && $0.text == mark.text } }
      lines += excerpt(of: [primary] + beside, file: primary.span.file, color: severity.color)
    }
    for mark in others {
      lines.append("\(location(mark.span)): \(paint("note", .blue)): \(mark.text)")
      var bare = mark
      bare.text = ""
      lines += excerpt(of: [bare], file: mark.span.file, color: .blue)
    }
    lines += diagnostic.notes.map { "\(paint("note", .blue)): \($0)" }
    for fix in diagnostic.fixes {
      lines.append("\(paint("help", .green)): \(fix.title)")
      if let line = mended(fix) { lines.append(TextRenderer.margin + line) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `path:line:column`, both from 1; the column counts characters.
  public func location(_ span: SourceSpan) -> String {
    guard span.file != .none else { return "" }
    let (line, column) = map.lineAndColumn(of: span.start, in: span.file)
    return "\(map[span.file].path):\(line):\(column)"
  }

  /// The line that a fix makes, where it changes one line only.
  private func mended(_ fix: Diagnostic.Fix) -> String? {
    guard let first = fix.edits.first, first.span.file != .none else { return nil }
    let line = map.line(of: first.span.start, in: first.span.file)
    let bytes = map.lineBytes(line, in: first.span.file)
    guard
      fix.edits.allSatisfy({ edit in
        edit.span.file == first.span.file && Int(edit.span.start) >= bytes.startIndex && Int(edit.span.end) <= bytes.endIndex && !edit.text.contains("\n")
      }), let text = fix.edits.applied(to: Array(bytes), from: bytes.startIndex)
    else { return nil }
    return trimmed(ShownLine(text[...]).text)
  }

  // MARK: Marks

  private struct Mark {
    var span: SourceSpan
    var text: String
    var isPrimary: Bool
    var firstLine: Int
    var lastLine: Int
  }

  private func marks(of diagnostic: Diagnostic) -> [Mark] {
    let all = [(diagnostic.span, diagnostic.label, true)] + diagnostic.labels.map { ($0.span, $0.text, false) }
    return all.filter { $0.0.file != .none }.map { span, text, isPrimary in
      let first = map.line(of: span.start, in: span.file)
      // A span that ends with a newline does not reach the next line.
      let last = map.line(of: max(span.start, span.end - 1), in: span.file)
      return Mark(span: span, text: text, isPrimary: isPrimary, firstLine: first, lastLine: max(first, last))
    }
  }

  // MARK: Excerpts

  private func excerpt(of marks: [Mark], file: FileID, color: Color) -> [String] {
    var shown: Set<Int> = []
    for mark in marks {
      shown.insert(mark.firstLine)
      shown.insert(mark.lastLine)
      if mark.lastLine - mark.firstLine == 2 { shown.insert(mark.firstLine + 1) }
    }
    var result: [String] = []
    var previous: Int?
    for line in shown.sorted() {
      if let previous, line > previous + 1 { result.append(TextRenderer.margin + "...") }
      previous = line
      result += self.line(line, marks: marks, file: file, color: color)
    }
    return result
  }

  /// One line of the source with what is marked on it.
  private func line(_ number: Int, marks: [Mark], file: FileID, color: Color) -> [String] {
    let bytes = map.lineBytes(number, in: file)
    let shown = ShownLine(bytes)
    let margin = TextRenderer.margin
    var result = [trimmed(margin + shown.text)]

    var pieces: [(start: Int, end: Int, text: String, isPrimary: Bool)] = []
    for mark in marks where mark.firstLine <= number && number <= mark.lastLine {
      // A span over several lines is marked on its first and last; what is to be said of it stands at the last.
      guard number == mark.firstLine || number == mark.lastLine else { continue }
      let from = number == mark.firstLine ? Int(mark.span.start) - bytes.startIndex : firstInk(bytes)
      let to = number == mark.lastLine ? Int(mark.span.end) - bytes.startIndex : bytes.count
      let start = shown.columns[min(max(from, 0), bytes.count)]
      let end = shown.columns[min(max(to, 0), bytes.count)]
      pieces.append((start, max(end, start + 1), number == mark.lastLine ? mark.text : "", mark.isPrimary))
    }
    guard !pieces.isEmpty else { return result }
    pieces.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    let paint = { (text: String, isPrimary: Bool) in self.paint(text, isPrimary ? color : .blue) }

    // All carets on one line; the text of the last mark behind them, the others below, from right to left.
    var canvas = Canvas()
    for piece in pieces.filter({ !$0.isPrimary }) + pieces.filter(\.isPrimary) {
      canvas.put(String(repeating: "^", count: piece.end - piece.start), at: piece.start)
    }
    var below = pieces
    var tail = ""
    if let last = below.last, below.dropLast().allSatisfy({ $0.end <= last.start }) {
      if !last.text.isEmpty { tail = " " + paint(last.text, last.isPrimary) }
      below.removeLast()
    }
    let primary = pieces.contains { $0.isPrimary }
    result.append(trimmed("\(margin)\(paint(canvas.text, primary))\(tail)"))
    for piece in below.reversed() where !piece.text.isEmpty {
      result.append("\(margin)\(String(repeating: " ", count: piece.start))\(paint(piece.text, piece.isPrimary))")
    }
    return result
  }

  private func firstInk(_ bytes: ArraySlice<UInt8>) -> Int {
    (bytes.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? bytes.startIndex) - bytes.startIndex
  }

  private func trimmed(_ text: String) -> String {
    var result = Substring(text)
    while result.last == " " { result.removeLast() }
    return String(result)
  }

  // MARK: Colour

  fileprivate enum Color: String {
    case red = "31;1"
    case yellow = "33;1"
    case blue = "34"
    case green = "32"
    case bold = "1"
  }

  private func paint(_ text: String, _ color: Color) -> String {
    usesColor && !text.isEmpty ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension Severity {
  fileprivate var color: TextRenderer.Color {
    switch self {
    case .error: return .red
    case .warning: return .yellow
    case .note: return .blue
    }
  }
}

/// A line of text that is written at columns.
private struct Canvas {
  private var cells: [Character] = []
  mutating func put(_ text: String, at column: Int) {
    let characters = Array(text)
    while cells.count < column + characters.count { cells.append(" ") }
    cells.replaceSubrange(column..<column + characters.count, with: characters)
  }
  var text: String { String(cells) }
}

/// Writes a diagnostic for a person:
///
///     error[E0203]: these shapes cannot be added
///       ┌─ net.ptb:4:35
///     4 │   fn (x: Real[.., 64]) -> Real[.., 10] = x @ W.T + b
///       │                                          ^^^^^^^   ^ Real[32]: b is declared on line 3
///       │                                          Real[.., 10]
///       = the last dimensions differ: 10 and 32
///       help: declare `param b: Real[10]`
public struct TextRenderer {
  public let map: SourceMap
  public let usesColor: Bool
  public init(map: SourceMap, usesColor: Bool = false) { (self.map, self.usesColor) = (map, usesColor) }

  public func render(_ diagnostics: [Diagnostic]) -> String { diagnostics.map { render($0) }.joined(separator: "\n") }

  public func render(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity
    var lines = ["\(paint("\(severity.rawValue)[\(diagnostic.code.id)]", severity.color)): \(paint(diagnostic.message, .bold))"]
    let marks = self.marks(of: diagnostic)
    let width = marks.map { String($0.lastLine + 1).count }.max() ?? 1
    let margin = String(repeating: " ", count: width)
    var shownFile = FileID.none
    for file in orderedFiles(of: marks) {
      let here = marks.filter { $0.span.file == file }
      let anchor = here.first { $0.isPrimary } ?? here[0]
      let corner = shownFile == .none ? "┌─" : "├─"
      lines.append("\(margin) \(paint("\(corner) \(location(anchor.span))", .faint))")
      lines += excerpt(of: here, file: file, width: width, color: severity.color)
      shownFile = file
    }
    lines += diagnostic.notes.map { "\(margin) = \($0)" }
    lines += diagnostic.fixes.map { "\(margin) \(paint("help", .green)): \($0.title)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `path:line:column`, both from 1; the column counts characters.
  public func location(_ span: SourceSpan) -> String {
    guard span.file != .none else { return "" }
    let (line, column) = map.lineAndColumn(of: span.start, in: span.file)
    return "\(map[span.file].path):\(line):\(column)"
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

  private func orderedFiles(of marks: [Mark]) -> [FileID] {
    var files: [FileID] = []
    for mark in marks where !files.contains(mark.span.file) { files.append(mark.span.file) }
    return files
  }

  // MARK: Excerpts

  private func excerpt(of marks: [Mark], file: FileID, width: Int, color: Color) -> [String] {
    var shown: Set<Int> = []
    for mark in marks {
      shown.insert(mark.firstLine)
      shown.insert(mark.lastLine)
      if mark.lastLine - mark.firstLine == 2 { shown.insert(mark.firstLine + 1) }
    }
    var result: [String] = []
    var previous: Int?
    for line in shown.sorted() {
      if let previous, line > previous + 1 { result.append(paint(String(repeating: " ", count: width) + " ┆", .faint)) }
      previous = line
      result += self.line(line, marks: marks, file: file, width: width, color: color)
    }
    return result
  }

  /// One line of the source with what is marked on it.
  private func line(_ number: Int, marks: [Mark], file: FileID, width: Int, color: Color) -> [String] {
    let bytes = map.lineBytes(number, in: file)
    let shown = ShownLine(bytes)
    let label = String(number + 1)
    let gutter = String(repeating: " ", count: width - label.count) + label
    var result = [trimmed("\(paint("\(gutter) │", .faint)) \(shown.text)")]
    let bar = paint(String(repeating: " ", count: width) + " │", .faint)

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
    for piece in pieces where !piece.isPrimary {
      canvas.put(String(repeating: "^", count: piece.end - piece.start), at: piece.start)
    }
    for piece in pieces where piece.isPrimary {
      canvas.put(String(repeating: "^", count: piece.end - piece.start), at: piece.start)
    }
    var below = pieces
    var tail = ""
    if let last = below.last, below.dropLast().allSatisfy({ $0.end <= last.start }) {
      if !last.text.isEmpty { tail = " " + paint(last.text, last.isPrimary) }
      below.removeLast()
    }
    let primary = pieces.contains { $0.isPrimary }
    result.append(trimmed("\(bar) \(paint(canvas.text, primary))\(tail)"))
    for piece in below.reversed() where !piece.text.isEmpty {
      result.append("\(bar) \(String(repeating: " ", count: piece.start))\(paint(piece.text, piece.isPrimary))")
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
    case faint = "2"
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

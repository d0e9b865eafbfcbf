import Diagnostics

/// Draws pictures in characters.
public struct TerminalRenderer {
  public enum Colours { case none, indexed, full }
  public var columns: Int
  public var rows: Int
  public var colours: Colours

  /// The size is that of the whole picture, in characters; rows are those of one panel.
  public init(columns: Int = 76, rows: Int = 20, colours: Colours = .none) {
    (self.columns, self.rows, self.colours) = (min(max(columns, 24), 400), min(max(rows, 8), 200), colours)
  }

  /// The picture's lines, and how many points it leaves out.
  public func render(_ picture: Picture) throws -> (text: String, leftOut: Int) {
    // A size that is asked for, as far as the terminal has it.
    let columns = picture.size.map { min(self.columns, max(24, $0.width / 8)) } ?? self.columns
    let across = max(1, min(picture.columns, picture.panels.count, (columns + 2) / 26))
    let gap = 2
    let width = (columns - gap * (across - 1)) / across
    let down = (picture.panels.count + across - 1) / across
    let height = picture.size.map { min(200, max(8, $0.height / 16 / down)) } ?? (across > 1 ? max(10, rows * 3 / 4) : rows)
    var lines: [String] = []
    if let title = picture.title, !title.isEmpty { lines += TextBlock.lines(title).map { TextBlock.centred($0, columns) } }
    var leftOut = 0
    var at = 0
    while at < picture.panels.count {
      var blocks: [[[Cell]]] = []
      for panel in picture.panels[at..<min(at + across, picture.panels.count)] {
        let (prepared, missing) = try panel.prepared()
        leftOut += missing
        blocks.append(PanelDrawing(prepared, columns: width, rows: height, hasColour: colours != .none).block())
      }
      for row in 0..<(blocks.map(\.count).max() ?? 0) {
        var cells: [Cell] = []
        for (k, block) in blocks.enumerated() {
          if k > 0 { cells += Array(repeating: Cell(), count: gap) }
          let line = row < block.count ? block[row] : []
          cells += line + Array(repeating: Cell(), count: max(0, width - TextBlock.width(line)))
        }
        lines.append(text(cells))
      }
      at += across
      if at < picture.panels.count { lines.append("") }
    }
    return (lines.map(TextBlock.trimmed).joined(separator: "\n"), leftOut)
  }

  private func text(_ cells: [Cell]) -> String {
    guard colours != .none else { return String(cells.map(\.character)) }
    var result = ""
    var (ink, paper): (Colour?, Colour?) = (nil, nil)
    let last = cells.lastIndex { $0.character != " " || $0.paper != nil } ?? -1
    for cell in cells.prefix(last + 1) {
      if cell.ink != ink || cell.paper != paper {
        result += "\u{1B}[0" + (cell.ink.map { ";38;" + code($0) } ?? "") + (cell.paper.map { ";48;" + code($0) } ?? "") + "m"
        (ink, paper) = (cell.ink, cell.paper)
      }
      result.append(cell.character)
    }
    return ink != nil || paper != nil ? result + "\u{1B}[0m" : result
  }
  private func code(_ colour: Colour) -> String {
    if colours == .full { return "2;\(colour.red);\(colour.green);\(colour.blue)" }
    // The cube of 6 × 6 × 6 colours, or the grey scale where red, green and blue are about equal.
    let (r, g, b) = (colour.red, colour.green, colour.blue)
    if max(r, g, b) - min(r, g, b) < 12 { return r < 4 ? "5;16" : r > 246 ? "5;231" : "5;\(232 + min(23, max(0, (r - 3) / 10)))" }
    func step(_ value: Int) -> Int { value < 48 ? 0 : value < 115 ? 1 : min(5, (value - 35) / 40) }
    return "5;\(16 + 36 * step(r) + 6 * step(g) + step(b))"
  }
}

/// Texts of a terminal.
enum TextBlock {
  /// A label on one line or several, without characters that would move the cursor.
  static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }))
    }
  }
  static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }
  static func width(_ cells: [Cell]) -> Int { cells.reduce(0) { $0 + width($1.character) } }
  static func width(_ character: Character) -> Int { DisplayWidth.columns(of: character) }
  static func centred(_ text: String, _ columns: Int) -> String { String(repeating: " ", count: max(0, (columns - width(text)) / 2)) + text }
  static func shortened(_ text: String, _ columns: Int) -> String {
    if width(text) <= columns { return text }
    var result = ""
    for character in text where width(result) + width(character) < columns { result.append(character) }
    return result + "…"
  }
  /// Broken at spaces into lines of at most so many columns; the last of them is cut where there are more.
  static func wrapped(_ text: String, _ columns: Int, lines most: Int) -> String {
    var result: [String] = []
    for line in lines(text) {
      var current = ""
      for word in line.split(separator: " ", omittingEmptySubsequences: false) {
        if !current.isEmpty, width(current) + 1 + width(String(word)) > columns {
          result.append(current)
          current = String(word)
        } else {
          current += (current.isEmpty ? "" : " ") + word
        }
      }
      result.append(current)
    }
    if result.count > most { result = Array(result[..<(most - 1)]) + [result[(most - 1)...].joined(separator: " ")] }
    return result.map { shortened($0, columns) }.joined(separator: "\n")
  }
  static func trimmed(_ line: String) -> String {
    var line = line
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
  static func cells(_ text: String, _ ink: Colour? = nil) -> [Cell] { text.map { Cell(character: $0, ink: ink) } }
}

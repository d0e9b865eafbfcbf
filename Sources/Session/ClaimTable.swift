import Diagnostics

/// The claims of scripts with what they measured, as text, Markdown and JSON.
public struct ClaimTable {
  public let claims: [ClaimResult]
  public init(_ claims: [ClaimResult]) { self.claims = claims }

  private static let heads = ["", "claim", "measured", "bound", "margin", "control", "time", "source"]
  private static let titleWidth = 40
  private static let valueWidth = 46

  /// The claims of each file, with a line about it.
  private var files: [(head: String, claims: [ClaimResult])] {
    var files: [(head: String, claims: [ClaimResult])] = []
    for claim in claims {
      if files.last?.claims.last?.path == claim.path { files[files.count - 1].claims.append(claim) } else {
        files.append(("\(claim.path) (before its claims: \(Seconds.text(claim.scriptSeconds)))", [claim]))
      }
    }
    return files
  }

  // MARK: Rows

  /// A row: cells of several lines each.
  private typealias Row = [[String]]

  private func rows(_ result: ClaimResult) -> [Row] {
    let control = result.control.map { $0.holds ? "holds" : "FAILS" } ?? "none"
    var rows = [row(result.claim, title: result.claim.title, mark: result.holds ? "ok" : "FAIL", [control, Seconds.text(result.seconds), result.citation])]
    if let control = result.control { rows.append(row(control, title: control.title.isEmpty ? "control" : "control: \(control.title)", mark: "", ["", "", ""])) }
    return rows
  }

  private func row(_ part: ClaimResult.Part, title: String, mark: String, _ rest: [String]) -> Row {
    let measured = part.measurements
    var cells: Row = [[mark], [title], measured.map(Self.measured), measured.map(Self.bound), measured.map(Self.margin)]
    if let problem = part.problems.first { cells[2].append(problem.message) }
    if cells[2].isEmpty { cells[2] = [part.holds ? "holds" : "fails"] }
    return cells + rest.map { [$0] }
  }

  private static func measured(_ m: Measurement) -> String {
    if m.operation.isEmpty { return "\(m.text): \(m.holds ? "holds" : "fails")" }
    let among = [m.count > 1 ? "\(m.count)" : "", m.rounds > 1 ? "\(m.rounds) rounds" : ""].filter { !$0.isEmpty }.joined(separator: " in ")
    let of = among.isEmpty ? "" : " (least margin of \(among))"
    let number: String
    switch (m.guarantee, m.value, m.lo, m.hi) {
    case ("Lower", let value?, _, _): number = "≥ \(short(value))"
    case ("Upper", let value?, _, _): number = "≤ \(short(value))"
    case ("Estimate", let value?, _, let hi?): number = "\(short(value)) ± \(short(hi - value))"
    case ("Bounds", _, let lo?, let hi?): number = "\(short(lo)) … \(short(hi))"
    case (_, let value?, _, _): number = short(value)
    default: number = m.holds ? "holds" : "fails"
    }
    return "\(m.text): \(number)\(of)"
  }

  private static func bound(_ m: Measurement) -> String {
    guard let bound = m.bound, !m.operation.isEmpty else { return "" }
    if m.operation == "within" { return "\(short(bound)) ± \(short(m.tolerance ?? 0))" }
    let signs = ["<=": "≤", ">=": "≥", "==": "=", "!=": "≠"]
    return "\(signs[m.operation] ?? m.operation) \(short(bound))"
  }

  private static func margin(_ m: Measurement) -> String { m.margin.map(short) ?? (m.holds ? "" : "fails") }

  /// Four significant digits.
  static func short(_ x: Double) -> String {
    guard x.isFinite, x != 0 else { return x.isInfinite ? (x < 0 ? "−∞" : "∞") : "\(x == 0 ? "0" : "NaN")" }
    var (scale, digits) = (1.0, 0)
    while abs(x) * scale < 1000, digits < 300 { (scale, digits) = (scale * 10, digits + 1) }
    let rounded = abs(x) >= 1e4 ? x.rounded() : (x * scale).rounded() / scale
    let text = rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    return text.replacingMinus
  }

  // MARK: Text

  /// A table with aligned columns, for a terminal.
  public var text: String {
    var rows: [Row] = [Self.heads.map { [$0] }]
    var heads: [Int: String] = [:]
    for file in files {
      heads[rows.count] = file.head
      rows += file.claims.flatMap(self.rows).map { row in
        var row = row
        row[1] = row[1].flatMap { wrapped($0, Self.titleWidth) }
        row[2] = row[2].map { shortened($0, Self.valueWidth) }
        return row
      }
    }
    let widths = Self.heads.indices.map { column in rows.map { $0[column].map(columns).max() ?? 0 }.max() ?? 0 }
    var result = ""
    for (k, row) in rows.enumerated() {
      if let head = heads[k] { result += head + "\n" }
      for line in 0..<(row.map(\.count).max() ?? 0) {
        var shown = ""
        for (cell, width) in zip(row, widths) {
          let text = line < cell.count ? cell[line] : ""
          shown += text + String(repeating: " ", count: width - columns(text) + 2)
        }
        while shown.last == " " { shown.removeLast() }
        result += shown + "\n"
      }
      if k == 0 { result += String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1)) + "\n" }
    }
    return result
  }

  private func columns(_ text: String) -> Int { text.reduce(0) { $0 + DisplayWidth.columns(of: $1) } }

  /// Lines of words; a word that is too long stands alone.
  private func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, columns(last) + 1 + columns(String(word)) <= width { lines[lines.count - 1] += " \(word)" } else { lines.append(String(word)) }
    }
    return lines
  }

  /// The beginning of what is compared, where it is long, and its value whole.
  private func shortened(_ text: String, _ width: Int) -> String {
    guard columns(text) > width, let colon = text.range(of: ": ", last: true) else { return text }
    let room = max(8, width - columns(String(text[colon...])) - 1)
    var kept = ""
    for character in text[..<colon] where columns(kept) < room { kept.append(character) }
    return kept + "…" + text[colon...]
  }

  // MARK: Markdown

  public var markdown: String {
    func cell(_ lines: [String]) -> String { lines.map { $0.replacingBars }.joined(separator: "<br>") }
    var result = "| " + Self.heads.joined(separator: " | ") + " |\n|" + String(repeating: " --- |", count: Self.heads.count) + "\n"
    for file in files {
      result += "| | **\(file.head.replacingBars)** |" + String(repeating: " |", count: Self.heads.count - 2) + "\n"
      for row in file.claims.flatMap(rows) { result += "| " + row.map(cell).joined(separator: " | ") + " |\n" }
    }
    return result
  }

  // MARK: JSON

  /// An array of the claims.
  public var json: String { "[" + claims.map { "\n  " + json($0) }.joined(separator: ",") + "\n]\n" }

  private func json(_ result: ClaimResult) -> String {
    JSON.object([
      ("file", JSON.string(result.path)), ("title", JSON.string(result.claim.title)), ("cite", JSON.string(result.citation)),
      ("holds", "\(result.holds)"), ("seconds", JSON.number(result.seconds)),
      ("script_seconds", JSON.number(result.scriptSeconds)), ("comparisons", json(result.claim)),
      ("problems", JSON.array(result.claim.problems.map { JSON.string($0.message) })),
      ("control", result.control.map { control in
        JSON.object([
          ("title", JSON.string(control.title)), ("holds", "\(control.holds)"), ("comparisons", json(control)),
          ("problems", JSON.array(control.problems.map { JSON.string($0.message) })),
        ])
      } ?? "null"),
    ])
  }

  private func json(_ part: ClaimResult.Part) -> String {
    func number(_ value: Double?) -> String { value.map(JSON.number) ?? "null" }
    return JSON.array(zip(part.comparisons, part.measurements).map { item, m in
      JSON.object([
        ("condition", JSON.string(item.comparison.text)), ("measured", JSON.string(m.text)), ("guarantee", m.guarantee.isEmpty ? "null" : JSON.string(m.guarantee)),
        ("value", number(m.value)), ("lo", number(m.lo)), ("hi", number(m.hi)), ("operator", JSON.string(m.operation)), ("bound", number(m.bound)),
        ("tolerance", number(m.tolerance)), ("margin", number(m.margin)), ("elements", "\(m.count)"), ("rounds", "\(m.rounds)"), ("holds", "\(m.holds)"),
      ])
    })
  }
}

extension String {
  /// With the minus sign of typography.
  fileprivate var replacingMinus: String { hasPrefix("-") ? "−" + dropFirst() : self }
  fileprivate var replacingBars: String { split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
  /// Where the last occurrence of a text starts.
  fileprivate func range(of text: String, last: Bool) -> Index? {
    var found: Index?
    var place = startIndex
    while place < endIndex {
      if self[place...].hasPrefix(text) { found = place }
      place = index(after: place)
    }
    return found
  }
}

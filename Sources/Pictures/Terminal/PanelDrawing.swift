/// One panel in characters: title, key, axes with ticks and labels, and the marks between them.
struct PanelDrawing {
  let panel: Panel
  let columns: Int
  let rows: Int
  let hasColour: Bool

  /// `panel` is prepared: its axes have limits.
  init(_ panel: Panel, columns: Int, rows: Int, hasColour: Bool) {
    (self.panel, self.columns, self.rows, self.hasColour) = (panel, columns, rows, hasColour)
  }

  func block() -> [[Cell]] {
    var head: [[Cell]] = []
    if let title = panel.title, !title.isEmpty {
      head += TextBlock.lines(title).map { TextBlock.cells(TextBlock.centred(TextBlock.shortened($0, columns), columns)) }
    }
    head += key()
    if panel.isSpatial { return head + space(rows - head.count) }
    if let label = panel.y.label, !label.isEmpty { head += TextBlock.lines(label).map { TextBlock.cells(TextBlock.shortened($0, columns)) } }
    var foot: [[Cell]] = []
    let canvasRows = max(4, rows - head.count - (panel.isBare ? 0 : 3) - (panel.x.label == nil ? 0 : 1))
    let yTicks = panel.isBare ? [] : panel.y.ticks(max(2, canvasRows / 3))
    let margin = min(columns / 3, yTicks.map { TextBlock.width($0.label) }.max() ?? 0)
    var canvas = Canvas(columns: max(8, columns - margin - 1), rows: canvasRows)
    if panel.isEqual { canvas = proportioned(canvas) }
    let area = DrawingArea(panel, canvas)
    var painter = Painter(panel, area, canvas, hasColour: hasColour)
    painter.paint()
    canvas = painter.canvas

    var labels: [Int: String] = [:]
    for tick in yTicks { labels[min(canvas.rows - 1, max(0, Dots.whole(area.y(tick.value)) / 4))] = tick.label }
    var body: [[Cell]] = []
    for row in 0..<canvas.rows {
      let label = TextBlock.shortened(labels[row] ?? "", margin)
      let line = String(repeating: " ", count: margin - TextBlock.width(label)) + label + (labels[row] == nil ? "│" : "┤")
      body.append(TextBlock.cells(panel.isBare ? " " : line) + (0..<canvas.columns).map { canvas.cell($0, row) })
    }
    if !panel.isBare { foot = horizontalAxis(area, canvas, margin) + colourBar(canvas.columns, margin) }
    return head + body + foot
  }

  /// A surface, and what its axes say.
  private func space(_ rows: Int) -> [[Cell]] {
    let colours = colourBar(columns - 1, 0)
    var painter = SurfacePainter(panel, Canvas(columns: columns, rows: max(6, rows - 1 - colours.count)), hasColour: hasColour)
    painter.paint()
    let canvas = painter.canvas
    func range(_ axis: Axis, _ name: String, _ arrow: String) -> String {
      let limits = axis.limits ?? 0...1
      return "\(TextBlock.lines(axis.label ?? name).joined(separator: " ")) \(arrow) \(Tick.short(limits.lowerBound)) … \(Tick.short(limits.upperBound))"
    }
    let axes = [range(panel.x, "x", "↘"), range(panel.y, "y", "↗"), range(panel.z, "z", "↑")].joined(separator: "   ")
    let body = (0..<canvas.rows).map { row in (0..<canvas.columns).map { canvas.cell($0, row) } }
    return body + [TextBlock.cells(TextBlock.centred(TextBlock.shortened(axes, columns), columns))] + colours
  }

  /// A canvas on which a unit is as long across as down: dots are square on most terminals.
  private func proportioned(_ canvas: Canvas) -> Canvas {
    guard let x = panel.x.limits, let y = panel.y.limits else { return canvas }
    let aspect = (x.upperBound - x.lowerBound) / (y.upperBound - y.lowerBound)
    let wide = Dots.whole(Double(canvas.height) * aspect / 2)
    if wide <= canvas.columns { return Canvas(columns: max(8, wide), rows: canvas.rows) }
    return Canvas(columns: canvas.columns, rows: min(canvas.rows, max(3, Dots.whole(Double(canvas.width) / aspect / 4))))
  }

  private func horizontalAxis(_ area: DrawingArea, _ canvas: Canvas, _ margin: Int) -> [[Cell]] {
    var axis = Array("└" + String(repeating: "─", count: canvas.columns))
    var labels = Array(repeating: Character(" "), count: margin + 1 + canvas.columns + 8)
    var free = 0
    // Labels must not touch: fewer ticks where they would.
    var count = max(2, canvas.columns / 9)
    var ticks = panel.x.ticks(count)
    while count > 2, ticks.reduce(0, { $0 + TextBlock.width($1.label) + 2 }) > canvas.columns {
      count -= 1
      ticks = panel.x.ticks(count)
    }
    for tick in ticks {
      let column = min(canvas.columns - 1, max(0, Dots.whole(area.x(tick.value)) / 2))
      let width = TextBlock.width(tick.label)
      let start = min(max(0, margin + 1 + column - width / 2), max(0, margin + 1 + canvas.columns - width))
      guard start >= free, start + width <= labels.count, width == tick.label.count else { continue }
      axis[column + 1] = "┬"
      labels.replaceSubrange(start..<start + width, with: Array(tick.label))
      free = start + width + 1
    }
    var lines = [String(repeating: " ", count: margin) + String(axis), String(labels)]
    if let label = panel.x.label, !label.isEmpty {
      lines += TextBlock.lines(label).map {
        String(repeating: " ", count: margin + 1) + TextBlock.centred(TextBlock.shortened($0, canvas.columns), canvas.columns)
      }
    }
    return lines.map { TextBlock.cells($0) }
  }

  // MARK: Keys

  /// What the marks are, on as many lines as it takes.
  private func key() -> [[Cell]] {
    var entries: [[Cell]] = []
    for (mark, series) in zip(panel.marks, panel.series) {
      let style = SeriesStyle(series, hasColour: hasColour)
      if case .regions(let grid, let names) = mark.form {
        for k in Set(grid.z.filter(\.isFinite).map(Dots.whole)).sorted() {
          let sample = Cell(character: hasColour ? " " : Shade.region(k), paper: hasColour ? Palette.area(k, strong: true) : nil)
          entries.append([sample, sample, Cell()] + TextBlock.cells(names.indices.contains(k) ? names[k] : "\(k)"))
        }
        continue
      }
      guard let label = mark.label, !label.isEmpty else { continue }
      entries.append(style.sample(mark, sets: panel.marks.filter(\.isPoints).count) + [Cell()] + TextBlock.cells(TextBlock.lines(label).joined(separator: " ")))
    }
    var lines: [[Cell]] = []
    for entry in entries {
      let fits = lines.last.map { TextBlock.width($0) + 3 + TextBlock.width(entry) <= columns } ?? false
      if fits { lines[lines.count - 1] += Array(repeating: Cell(), count: 3) + entry } else { lines.append(entry) }
    }
    return lines.map { line in
      Array(repeating: Cell(), count: max(0, (columns - TextBlock.width(line)) / 2)) + line
    }
  }

  /// The colours or shades of a heat map with the numbers that they stand for.
  private func colourBar(_ width: Int, _ margin: Int) -> [[Cell]] {
    guard let (grid, diverging) = panel.marks.lazy.compactMap(\.heat).first else { return [] }
    let scale = ColourScale(grid, diverging: diverging)
    let (low, high) = (Tick.short(scale.limits.lowerBound), Tick.short(scale.limits.upperBound))
    let length = max(4, min(24, width - low.count - high.count - 2))
    let bar = (0..<length).map { k -> Cell in
      let part = (Double(k) + 0.5) / Double(length)
      return hasColour ? Cell(paper: Palette.colour(part, scale.stops)) : Cell(character: Shade.heat(part))
    }
    return [Array(repeating: Cell(), count: margin + 1) + TextBlock.cells(low + " ") + bar + TextBlock.cells(" " + high)]
  }
}

/// How one of several marks is told from the others.
struct SeriesStyle {
  let ink: Colour?
  let dash: Dash
  let shape: Shape
  init(_ k: Int, hasColour: Bool) {
    // Colours are light enough for dark terminals and dark enough for light ones.
    ink = hasColour ? Palette.series(k == 6 ? 1 : k).mixed(with: Colour(0xFFFFFF), 0.12) : nil
    dash = hasColour ? .solid : Dash.series[k % Dash.series.count]
    shape = Shape.series(k)
  }
  /// What the way across a surface is made of.
  static let way: Character = "•"
  /// Points are letters where they are few, and where nothing else tells sets of them apart.
  static func hasLetters(_ count: Int, _ sets: Int, hasColour: Bool) -> Bool { count <= 10 || sets > 1 && !hasColour }

  /// What stands before its label, in a panel with so many sets of points.
  func sample(_ mark: Mark, sets: Int) -> [Cell] {
    switch mark.form {
    case .points(let x, _): return TextBlock.cells(SeriesStyle.hasLetters(x.count, sets, hasColour: ink != nil) ? String(shape.letter) : "•", ink)
    case .path: return TextBlock.cells(String(SeriesStyle.way), ink)
    case .arrows: return TextBlock.cells("→", ink)
    case .bars: return TextBlock.cells("█", ink)
    case .band: return TextBlock.cells("⢕⢕", ink)
    default:
      var canvas = Canvas(columns: 4, rows: 1)
      var travelled = 0
      canvas.line((0, 2), (7, 2), dash, &travelled, ink)
      return (0..<4).map { canvas.cell($0, 0) }
    }
  }
}

/// Greys made of characters.
enum Shade {
  private static let levels: [Character] = [" ", "░", "▒", "▓", "█"]
  static func heat(_ part: Double) -> Character { levels[min(levels.count - 1, max(0, Dots.whole(min(max(part, 0), 1) * Double(levels.count) - 0.5)))] }
  static func region(_ k: Int) -> Character { levels[abs(k) % levels.count] }
}

extension Mark {
  var isPoints: Bool { if case .points = form { true } else { false } }
  /// The grid whose colours need a scale.
  var heat: (Grid, diverging: Bool)? {
    switch form {
    case .heat(let grid, let diverging): (grid, diverging)
    case .surface(let grid): (grid, false)
    default: nil
    }
  }
}

extension Tick {
  /// A number in few characters.
  static func short(_ value: Double) -> String {
    let size = abs(value)
    if size == 0 { return "0" }
    // Three digits, without zeros at the end.
    let exponent = Int(size.exponentOfTen)
    var digits = exponent - 2
    while digits < exponent, text(value, step: digits + 1, largest: size).number == text(value, step: digits, largest: size).number { digits += 1 }
    return text(value, step: digits, largest: size)
  }
}

extension String {
  /// What a label of an axis says.
  var number: Double? { Double(String(map { $0 == "−" ? "-" : $0 })) }
}

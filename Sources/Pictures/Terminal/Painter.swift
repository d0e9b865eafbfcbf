/// Where the coordinates of a panel lie on a canvas, in dots from the top left.
struct DrawingArea {
  private let panel: Panel
  private let width: Int
  private let height: Int
  init(_ panel: Panel, _ canvas: Canvas) { (self.panel, width, height) = (panel, canvas.width, canvas.height) }

  func x(_ value: Double) -> Double { panel.x.part(value) * Double(width - 1) }
  func y(_ value: Double) -> Double { (1 - panel.y.part(value)) * Double(height - 1) }
  /// The coordinates of a place in dots.
  func value(x: Double, y: Double) -> (x: Double, y: Double) {
    (panel.x.value(x / Double(width - 1)), panel.y.value(1 - y / Double(height - 1)))
  }
}

extension Axis {
  /// How far along the axis a value lies, 0 … 1 within the limits.
  func part(_ value: Double) -> Double {
    guard let limits else { return 0 }
    if isLogarithmic {
      let (a, b) = (Extent.log10(limits.lowerBound), Extent.log10(limits.upperBound))
      return turned((Extent.log10(value) - a) / (b - a))
    }
    return turned((value / 2 - limits.lowerBound / 2) / (limits.upperBound / 2 - limits.lowerBound / 2))
  }
  func value(_ part: Double) -> Double {
    guard let limits else { return 0 }
    let part = turned(part)
    if isLogarithmic {
      let (a, b) = (Extent.log10(limits.lowerBound), Extent.log10(limits.upperBound))
      return Extent.power(a + part * (b - a))
    }
    return limits.lowerBound + part * (limits.upperBound - limits.lowerBound)
  }
  private func turned(_ part: Double) -> Double { runsDown ? 1 - part : part }
}

/// Draws the marks of a panel on a canvas. Areas first, so that nothing hides lines.
struct Painter {
  private let panel: Panel
  private let area: DrawingArea
  private(set) var canvas: Canvas
  private let hasColour: Bool

  init(_ panel: Panel, _ area: DrawingArea, _ canvas: Canvas, hasColour: Bool) {
    (self.panel, self.area, self.canvas, self.hasColour) = (panel, area, canvas, hasColour)
  }

  mutating func paint() {
    for mark in panel.marks {
      switch mark.form {
      case .heat(let grid, let diverging): heat(grid, ColourScale(grid, diverging: diverging))
      case .regions(let grid, _): regions(grid)
      default: break
      }
    }
    var later: [(Mark, SeriesStyle)] = []
    for (mark, series) in zip(panel.marks, panel.series) {
      let style = SeriesStyle(series, hasColour: hasColour)
      switch mark.form {
      case .band, .bars: draw(mark, style)
      default: later.append((mark, style))
      }
    }
    for (mark, style) in later { draw(mark, style) }
  }

  private mutating func draw(_ mark: Mark, _ style: SeriesStyle) {
    switch mark.form {
    case .line(let x, let y): polyline(Array(zip(x, y)), style.dash, style.ink)
    case .points(let x, let y):
      let sets = panel.marks.filter(\.isPoints).count
      for (a, b) in zip(x, y) where !a.isNaN {
        let (column, row) = (Dots.whole(area.x(a)), Dots.whole(area.y(b)))
        if SeriesStyle.hasLetters(x.count, sets, hasColour: hasColour) {
          canvas.letter(style.shape.letter, column: column / 2, row: row / 4, style.ink)
          continue
        }
        // A point is a square of four dots: one dot would be taken for dust.
        for dx in 0...1 { for dy in 0...1 { canvas.dot(column + dx, row + dy, style.ink) } }
      }
    case .band(let x, let lo, let hi): band(x, lo, hi, style.ink?.mixed(with: Colour(0x808080), 0.6))
    case .bars(let from, let to, let height): bars(from, to, height, style.ink)
    case .stems(let x, let y):
      for (a, b) in zip(x, y) where !a.isNaN {
        polyline([(a, panel.base), (a, b)], .solid, style.ink)
        let (column, row) = (Dots.whole(area.x(a)), Dots.whole(area.y(b)))
        for dx in -1...1 { canvas.dot(column + dx, row, style.ink) }
      }
    case .arrows(let x, let y, let u, let v, let scale): arrows(x, y, u, v, scale ?? 1, style.ink)
    case .contour(let grid, let levels): contours(grid, levels ?? Contours.levels(of: grid))
    case .heat, .regions, .surface, .path: break
    }
  }

  private mutating func polyline(_ points: [(Double, Double)], _ dash: Dash, _ ink: Colour?) {
    var travelled = 0
    var previous: (x: Double, y: Double)?
    for (k, (x, y)) in points.enumerated() {
      guard x.isFinite, y.isFinite else { previous = nil; continue }
      let place = (x: area.x(x), y: area.y(y))
      if let previous { canvas.line(previous, place, dash, &travelled, ink) } else if k + 1 == points.count || !points[k + 1].0.isFinite {
        canvas.dot(Dots.whole(place.x), Dots.whole(place.y), ink)
      }
      previous = place
    }
  }

  private mutating func band(_ x: [Double], _ lo: [Double], _ hi: [Double], _ ink: Colour?) {
    func fill(_ column: Int, _ low: Double, _ high: Double) {
      let (top, bottom) = (max(0, Dots.whole(min(low, high))), min(canvas.height - 1, Dots.whole(max(low, high))))
      guard top <= bottom else { return }
      for row in top...bottom where (column + 2 * row) % 4 == 0 { canvas.dot(column, row, ink) }
    }
    for k in x.indices.dropLast() where x[k].isFinite && x[k + 1].isFinite {
      let (a, b) = (area.x(x[k]), area.x(x[k + 1]))
      let (from, to) = (max(0, Dots.whole(min(a, b))), min(canvas.width - 1, Dots.whole(max(a, b))))
      guard from <= to else { continue }
      for column in from...to {
        let t = a == b ? 0 : min(max((Double(column) - a) / (b - a), 0), 1)
        fill(column, area.y(lo[k]) * (1 - t) + area.y(lo[k + 1]) * t, area.y(hi[k]) * (1 - t) + area.y(hi[k + 1]) * t)
      }
    }
    if x.count == 1, x[0].isFinite { fill(Dots.whole(area.x(x[0])), area.y(lo[0]), area.y(hi[0])) }
  }

  private mutating func bars(_ from: [Double], _ to: [Double], _ height: [Double], _ ink: Colour?) {
    for k in from.indices where from[k].isFinite {
      guard !(panel.y.isLogarithmic && height[k] <= 0) else { continue }
      let (left, right) = (Dots.whole(area.x(from[k])), Dots.whole(area.x(to[k])))
      let (top, bottom) = (Dots.whole(area.y(max(height[k], panel.base))), Dots.whole(area.y(min(height[k], panel.base))))
      guard height[k] != panel.base else { continue }
      // A dot between neighbours, where there is room for one.
      let end = right - left >= 3 ? right - 1 : max(left, right - 1)
      for column in max(0, left)...max(0, left, min(end, canvas.width - 1)) {
        for row in max(0, top)...max(0, top, min(bottom, canvas.height - 1)) { canvas.dot(column, row, ink) }
      }
    }
  }

  private mutating func arrows(_ x: [Double], _ y: [Double], _ u: [Double], _ v: [Double], _ scale: Double, _ ink: Colour?) {
    let heads: [Character] = ["→", "↗", "↑", "↖", "←", "↙", "↓", "↘"]
    for k in x.indices where x[k].isFinite {
      let (a, b) = ((x: area.x(x[k]), y: area.y(y[k])), (x: area.x(x[k] + scale * u[k]), y: area.y(y[k] + scale * v[k])))
      var travelled = 0
      canvas.line(a, b, .solid, &travelled, ink)
      let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
      guard length > 1.5, length.isFinite else { continue }
      let turn = Angle.eighth(b.x - a.x, a.y - b.y)
      canvas.letter(heads[turn], column: Dots.whole(b.x) / 2, row: Dots.whole(b.y) / 4, ink)
    }
  }

  private mutating func contours(_ grid: Grid, _ levels: [Double]) {
    let spread = levels.count > 1 ? levels[levels.count - 1] - levels[0] : 1
    let over = panel.marks.contains { $0.heat != nil }
    for level in levels {
      let ink = hasColour && !over ? Palette.colour(levels.count > 1 ? 0.3 + (level - levels[0]) / spread * 0.5 : 0.5, Palette.viridis) : nil
      let lines = Contours.lines(grid, at: level)
      for line in lines { polyline(line.map { ($0.x, $0.y) }, .solid, ink) }
      guard let longest = lines.max(by: { $0.count < $1.count }), longest.count > 3 else { continue }
      let middle = longest[longest.count / 2]
      let text = Tick.short(level)
      canvas.write(text, column: Dots.whole(area.x(middle.x)) / 2 - text.count / 2, row: Dots.whole(area.y(middle.y)) / 4, ink)
    }
  }

  // MARK: Areas

  /// Two values to a character with colours, one above the other; else one.
  private mutating func heat(_ grid: Grid, _ scale: ColourScale) {
    fill(grid) { [hasColour] top, bottom in
      let middle = top.isNaN ? bottom : bottom.isNaN ? top : top / 2 + bottom / 2
      if !hasColour { return middle.isNaN ? nil : Cell(character: Shade.heat(scale.part(middle))) }
      if top.isNaN && bottom.isNaN { return nil }
      return Cell(character: "▀", ink: scale.colour(top.isNaN ? bottom : top), paper: scale.colour(bottom.isNaN ? top : bottom))
    }
  }
  private mutating func regions(_ grid: Grid) {
    fill(grid) { [hasColour] top, bottom in
      let middle = top.isNaN ? bottom : top
      guard middle.isFinite else { return nil }
      if !hasColour { return Cell(character: Shade.region(Dots.whole(middle))) }
      return Cell(character: "▀", ink: Palette.area(Dots.whole(middle), strong: true), paper: Palette.area(Dots.whole(bottom.isNaN ? middle : bottom), strong: true))
    }
  }
  private mutating func fill(_ grid: Grid, _ cell: (_ top: Double, _ bottom: Double) -> Cell?) {
    let (xs, ys) = (panel.x.edges(grid.x), panel.y.edges(grid.y))
    func index(_ value: Double, _ edges: [Double]) -> Int? {
      guard value >= edges[0], value <= edges[edges.count - 1] else { return nil }
      var (low, high) = (0, edges.count - 2)
      while low < high {
        let middle = (low + high) / 2
        if value < edges[middle + 1] { high = middle } else { low = middle + 1 }
      }
      return low
    }
    func sample(_ x: Double, _ y: Double) -> Double {
      let at = area.value(x: x, y: y)
      guard let i = index(at.x, xs), let j = index(at.y, ys) else { return .nan }
      return grid[i, j]
    }
    for row in 0..<canvas.rows {
      for column in 0..<canvas.columns {
        let x = Double(column) * 2 + 0.5
        if let filled = cell(sample(x, Double(row) * 4 + 0.5), sample(x, Double(row) * 4 + 2.5)) { canvas.ground[row * canvas.columns + column] = filled }
      }
    }
  }
}

extension SVGPanel {
  /// The marks in groups of their own: areas first, so that nothing hides lines.
  var marks: String {
    let drawn = panel.marks.indices.map { k in (isArea: panel.marks[k].isArea, svg: "<g data-mark=\"\(k)\">\(draw(panel.marks[k], panel.series[k]))</g>") }
    return (drawn.filter(\.isArea) + drawn.filter { !$0.isArea }).map(\.svg).joined(separator: "\n")
  }

  private static let dashes = ["none", "8 4", "2 3", "10 4 2 4"]

  private func stroke(_ series: Int, dashed: Bool = true) -> String {
    let dash = dashed && series > 0 ? " stroke-dasharray=\"\(SVGPanel.dashes[series % SVGPanel.dashes.count])\"" : ""
    return "class=\"line\" stroke=\"\(Palette.series(series).hex)\"\(dash)"
  }

  private func draw(_ mark: Mark, _ series: Int) -> String {
    let colour = Palette.series(series).hex
    switch mark.form {
    case .line(let xs, let ys):
      let alone = Mark.lonely(xs).map { (x(xs[$0]), y(ys[$0])) }
      return "<path \(stroke(series)) d=\"\(path(xs.indices.map { (x(xs[$0]), y(ys[$0])) }))\"/>" + symbols(alone, .disc, 2.5, colour)
    case .points(let xs, let ys):
      let size = xs.count > 2000 ? 1.2 : xs.count > 300 ? 2.0 : xs.count > 10 ? 3.0 : 4.5
      return symbols(xs.indices.filter { !xs[$0].isNaN }.map { (x(xs[$0]), y(ys[$0])) }, Shape.series(series), size, colour)
    case .stems(let xs, let ys):
      let used = xs.indices.filter { !xs[$0].isNaN }
      let lines = used.map { "M\(Markup.place(x(xs[$0]))) \(Markup.place(y(panel.base)))V\(Markup.place(y(ys[$0])))" }.joined()
      return "<path \(stroke(series, dashed: false)) d=\"\(lines)\"/>" + symbols(used.map { (x(xs[$0]), y(ys[$0])) }, .disc, 2.5, colour)
    case .band(let xs, let lo, let hi):
      let runs = xs.indices.split { xs[$0].isNaN }
      let areas = runs.map { run in path(run.map { (x(xs[$0]), y(lo[$0])) } + run.reversed().map { (x(xs[$0]), y(hi[$0])) }) + "Z" }.joined()
      return "<path d=\"\(areas)\" fill=\"\(colour)\" fill-opacity=\"0.2\"/>"
    case .bars(let from, let to, let height):
      let boxes = from.indices.filter { !from[$0].isNaN && !(panel.y.isLogarithmic && height[$0] <= 0) }.map { k in
        let (a, b) = (y(panel.base), y(height[k]))
        return "<rect \(SVGPanel.box(x(from[k]), min(a, b), max(0.5, x(to[k]) - x(from[k])), abs(b - a)))/>"
      }
      return "<g fill=\"\(colour)\" fill-opacity=\"0.75\" stroke=\"#fff\">\(boxes.joined())</g>"
    case .arrows(let xs, let ys, let u, let v, let scale):
      let arrows = xs.indices.filter { !xs[$0].isNaN }.map { arrow((x(xs[$0]), y(ys[$0])), (x(xs[$0] + (scale ?? 1) * u[$0]), y(ys[$0] + (scale ?? 1) * v[$0]))) }
      return "<path class=\"line\" stroke=\"\(colour)\" fill=\"\(colour)\" style=\"stroke-width:1.2\" d=\"\(arrows.joined())\"/>"
    case .heat(let grid, let diverging):
      let scale = ColourScale(grid, diverging: diverging)
      // Not more shades than a screen shows.
      return cells(grid) { Palette.colour((scale.part($0) * 255).rounded() / 255, scale.stops).hex }
    case .regions(let grid, _): return cells(grid) { Palette.area(Dots.whole($0)).hex }
    case .contour(let grid, let levels): return contours(grid, levels ?? Contours.levels(of: grid))
    case .surface, .path: return ""
    }
  }

  /// A polyline, broken where a point is missing.
  func path(_ points: [(Double, Double)]) -> String {
    var (result, isDown) = ("", false)
    for (x, y) in points {
      guard x.isFinite, y.isFinite else { isDown = false; continue }
      result += "\(isDown ? "L" : "M")\(Markup.place(x)) \(Markup.place(y))"
      isDown = true
    }
    return result
  }

  private func arrow(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) -> String {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length.isFinite, length > 0.1 else { return "" }
    let head = min(7, length * 0.6)
    let (ux, uy) = (dx / length * head, dy / length * head)
    let sides = [(b.x - ux - uy * 0.4, b.y - uy + ux * 0.4), (b.x - ux + uy * 0.4, b.y - uy - ux * 0.4)]
    return path([a, b]) + path([b] + sides) + "Z"
  }

  private func symbols(_ places: [(Double, Double)], _ shape: Shape, _ r: Double, _ colour: String) -> String {
    if places.isEmpty { return "" }
    let drawn = places.map { x, y in shape.path(x, y, r) }.joined()
    return "<path d=\"\(drawn)\" \(shape.isDrawnAsLines ? "class=\"line\" stroke=\"\(colour)\"" : "fill=\"\(colour)\"")/>"
  }

  /// The cells of a grid: for each colour one path.
  private func cells(_ grid: Grid, _ colour: (Double) -> String) -> String {
    let (xs, ys) = (panel.x.edges(grid.x).map { x($0) }, panel.y.edges(grid.y).map { y($0) })
    var parts: [String: String] = [:]
    for i in grid.x.indices {
      for j in grid.y.indices where grid[i, j].isFinite {
        let box = "M\(Markup.place(xs[i])) \(Markup.place(ys[j]))H\(Markup.place(xs[i + 1]))V\(Markup.place(ys[j + 1]))H\(Markup.place(xs[i]))Z"
        parts[colour(grid[i, j]), default: ""] += box
      }
    }
    return "<g shape-rendering=\"crispEdges\">" + parts.sorted { $0.key < $1.key }.map { "<path fill=\"\($0.key)\" d=\"\($0.value)\"/>" }.joined() + "</g>"
  }

  private func contours(_ grid: Grid, _ levels: [Double]) -> String {
    let heat = panel.marks.lazy.compactMap(\.heat).first
    let spread = levels.count > 1 ? levels[levels.count - 1] - levels[0] : 1
    return levels.map { level in
      let own = Palette.colour(levels.count > 1 ? (level - levels[0]) / spread * 0.85 : 0.5, Palette.viridis).hex
      let colour = heat.map { $0.diverging ? "#222222" : "#ffffff" } ?? own
      let lines = Contours.lines(grid, at: level).map { $0.map { (x($0.x), y($0.y)) } }
      let drawn = "<path class=\"line\" style=\"stroke-width:1.3\" stroke=\"\(colour)\" d=\"\(lines.map { path($0) }.joined())\"/>"
      guard let longest = lines.max(by: { $0.count < $1.count }), longest.count > 8 else { return drawn }
      let middle = longest[longest.count / 2]
      return drawn + SVGPanel.text(Tick.short(level), middle.0, middle.1 + 4, "class=\"level\" style=\"fill:\(heat == nil ? "#333;stroke:#fff" : colour)\"")
    }.joined()
  }

  /// The colours of a heat map with the numbers that they stand for.
  var scale: String {
    guard let (grid, diverging) = panel.marks.lazy.compactMap(\.heat).first, !panel.isBare else { return "" }
    let scale = ColourScale(grid, diverging: diverging)
    let left = area.x + area.width + 14
    let step = area.height / 128
    var result = (0..<128).map { k in
      "<rect fill=\"\(Palette.colour((Double(k) + 0.5) / 128, scale.stops).hex)\" \(SVGPanel.box(left, area.y + area.height - Double(k + 1) * step, 14, step + 0.5))/>"
    }.joined()
    for tick in scale.ticks { result += SVGPanel.text(tick.label, left + 18, area.y + (1 - scale.part(tick.value)) * area.height + 4, "") }
    if let label = panel.z.label {
      let place = "transform=\"translate(\(Markup.place(width - 6)),\(Markup.place(area.y + area.height / 2))) rotate(-90)\""
      result += SVGPanel.text(fitting(label, height), 0, 0, "class=\"label\" \(place)")
    }
    return result
  }

  /// What the key of a panel explains: labelled marks, and the names of regions.
  static func entries(_ panel: Panel) -> [KeyEntry] {
    var entries: [KeyEntry] = []
    for (k, (mark, series)) in zip(panel.marks, panel.series).enumerated() {
      let colour = Palette.series(series).hex
      if case .regions(let grid, let names) = mark.form {
        for value in Set(grid.z.filter(\.isFinite).map(Dots.whole)).sorted() {
          let sample = "<rect fill=\"\(Palette.area(value).hex)\" \(box(4, -9, 14, 10))/>"
          entries.append(KeyEntry(sample: sample, label: names.indices.contains(value) ? names[value] : "\(value)", mark: nil))
        }
      }
      guard let label = mark.label, !label.isEmpty, mark.grid == nil else { continue }
      let sample: String
      switch mark.form {
      case .points:
        let shape = Shape.series(series)
        sample = "<path d=\"\(shape.path(11, -4, 4))\" \(shape.isDrawnAsLines ? "class=\"line\" stroke=\"\(colour)\"" : "fill=\"\(colour)\"")/>"
      case .band, .bars: sample = "<rect fill=\"\(colour)\" fill-opacity=\"\(mark.isBand ? 0.2 : 0.75)\" \(box(2, -9, 18, 10))/>"
      default:
        let dash = series > 0 && mark.isLine ? " stroke-dasharray=\"\(dashes[series % dashes.count])\"" : ""
        sample = "<path class=\"line\" stroke=\"\(mark.isPath ? Palette.series(1).hex : colour)\"\(dash) d=\"M0 -4H20\"/>"
      }
      entries.append(KeyEntry(sample: sample, label: TextBlock.shortened(TextBlock.lines(label).joined(separator: " "), 40), mark: k))
    }
    return entries
  }
}

extension Mark {
  var isLine: Bool { if case .line = form { true } else { false } }
  var isBand: Bool { if case .band = form { true } else { false } }
  /// Whether lines are drawn over it.
  var isArea: Bool {
    switch form {
    case .band, .bars, .heat, .regions, .surface: true
    default: false
    }
  }
}

extension Shape {
  var isDrawnAsLines: Bool { self == .cross || self == .plus }

  /// As the path of an SVG, about (x, y).
  func path(_ x: Double, _ y: Double, _ r: Double) -> String {
    func m(_ a: Double, _ b: Double) -> String { "M\(Markup.place(x + a * r)) \(Markup.place(y + b * r))" }
    func l(_ a: Double, _ b: Double) -> String { "L\(Markup.place(x + a * r)) \(Markup.place(y + b * r))" }
    switch self {
    case .disc:
      let (radius, across) = (Markup.place(r), Markup.place(2 * r))
      return m(-1, 0) + "a\(radius) \(radius) 0 1 0 \(across) 0a\(radius) \(radius) 0 1 0 -\(across) 0Z"
    case .square: return m(-0.9, -0.9) + l(0.9, -0.9) + l(0.9, 0.9) + l(-0.9, 0.9) + "Z"
    case .triangle: return m(0, -1.2) + l(1.1, 0.8) + l(-1.1, 0.8) + "Z"
    case .diamond: return m(0, -1.3) + l(1.3, 0) + l(0, 1.3) + l(-1.3, 0) + "Z"
    case .cross: return m(-0.9, -0.9) + l(0.9, 0.9) + m(0.9, -0.9) + l(-0.9, 0.9)
    case .plus: return m(-1.1, 0) + l(1.1, 0) + m(0, -1.1) + l(0, 1.1)
    }
  }
}

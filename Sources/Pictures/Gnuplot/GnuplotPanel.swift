/// The commands for one panel.
struct GnuplotPanel {
  private(set) var lines: [String] = []
  private let panel: Panel
  private let number: Int
  private let width: Int
  private let height: Int
  private var blocks = 0
  private var series = 0
  /// The plot elements, behind one another.
  private var areas: [String] = []
  private var strokes: [String] = []

  /// `panel` is prepared: its axes have limits.
  init(_ panel: Panel, number: Int, width: Int, height: Int) {
    (self.panel, self.number, self.width, self.height) = (panel, number, width, height)
  }

  mutating func draw() {
    let z = panel.isSpatial
    if let title = panel.title { lines.append("set title \(GnuplotText.quoted(title)) textcolor rgb '#222222'") } else { lines.append("unset title") }
    axis("x", panel.x, ticks: max(2, width / 90))
    axis("y", panel.y, ticks: max(2, height / 55))
    lines.append(panel.isEqual ? "set size ratio -1" : "set size noratio")
    lines.append("unset label; unset colorbox; unset logscale; set key outside \(z ? "top" : "bottom") center horizontal")
    if panel.x.isLogarithmic { lines.append("set logscale x") }
    if panel.y.isLogarithmic { lines.append("set logscale y") }
    if z {
      lines += ["set border 31", "set view 35,20", "set ticslevel 0", "set pm3d scansautomatic border linecolor rgb '#404040' linewidth 0.2"]
      lines.append("set pm3d lighting primary 0.35 specular 0.15")
      axis("z", panel.z, ticks: 5)
    } else {
      lines.append("set border 3")
    }
    for (mark, series) in zip(panel.marks, panel.series) {
      self.series = series
      add(mark)
    }
    if panel.isBare { lines.append("unset colorbox; unset xtics; unset ytics; unset border") }
    // Axes without anything between them: a contour of equal values has no line.
    if areas.isEmpty, strokes.isEmpty { areas = ["NaN"] }
    lines.append((z ? "splot " : "plot ") + (areas + strokes).joined(separator: ", \\\n  "))
  }

  private mutating func axis(_ name: String, _ axis: Axis, ticks count: Int) {
    lines.append(axis.label.map { "set \(name)label \(GnuplotText.quoted($0)) textcolor rgb '#333333'\(name == "z" ? " rotate" : name == "x" && !panel.isSpatial ? " offset 0,0.4" : "")" } ?? "unset \(name)label")
    guard let limits = axis.limits else { return }
    let (low, high) = (GnuplotText.number(limits.lowerBound), GnuplotText.number(limits.upperBound))
    lines.append("set \(name)range [\(axis.runsDown ? high : low):\(axis.runsDown ? low : high)]")
    let places = axis.ticks(count).map { "\(GnuplotText.tick($0.label)) \(GnuplotText.number($0.value))" }
    lines.append(places.isEmpty ? "unset \(name)tics" : "set \(name)tics (\(places.joined(separator: ", ")))")
  }

  /// A block of data; a row with a NaN becomes an empty line, where lines break. Gives its name.
  private mutating func block(_ columns: [[Double]], breaks: Bool = true) -> String {
    let name = "$d\(number)x\(blocks)"
    blocks += 1
    var text = "\(name) << EOD\n"
    for k in 0..<(columns.first?.count ?? 0) {
      if columns.contains(where: { $0[k].isNaN }) { if breaks { text += "\n" } } else {
        text += columns.map { GnuplotText.number($0[k]) }.joined(separator: " ") + "\n"
      }
    }
    lines.append(text + "EOD")
    return name
  }

  private static let dashes = ["solid", "(8,4)", "(3,3)", "(12,4,3,4)"]

  private mutating func add(_ mark: Mark) {
    let colour = "'\(Palette.series(series).hex)'"
    let title = mark.label.map { " title \(GnuplotText.quoted($0))" } ?? ""
    switch mark.form {
    case .line(let x, let y):
      let dash = GnuplotPanel.dashes[series % GnuplotPanel.dashes.count]
      strokes.append("\(block([x, y])) using 1:2 with lines linecolor rgb \(colour) linewidth 2 dashtype \(dash)\(title)")
    case .path(let x, let y, let z):
      strokes.append("\(block([x, y, z])) using 1:2:3 with linespoints linecolor rgb '#D55E00' linewidth 2 pointtype 7 pointsize 0.3\(title)")
    case .points(let x, let y):
      let size = x.count > 2000 ? 0.2 : x.count > 300 ? 0.35 : 0.6
      strokes.append("\(block([x, y], breaks: false)) using 1:2 with points linecolor rgb \(colour) pointtype 7 pointsize \(size)\(title)")
    case .band(let x, let lo, let hi):
      areas.append("\(block([x, lo, hi])) using 1:2:3 with filledcurves fillcolor rgb \(colour) fillstyle transparent solid 0.2 noborder\(title)")
    case .bars(let from, let to, let height):
      let low = base
      let used = height.indices.filter { !from[$0].isNaN && height[$0] != low && !(panel.y.isLogarithmic && height[$0] <= 0) }
      let columns = [used.map { from[$0] / 2 + to[$0] / 2 }, used.map { _ in low }, used.map { from[$0] }, used.map { to[$0] }, used.map { min(low, height[$0]) }, used.map { max(low, height[$0]) }]
      let name = block(columns, breaks: false)
      areas.append("\(name) using 1:2:3:4:5:6 with boxxyerror fillcolor rgb \(colour) fillstyle solid 0.75 border linecolor rgb '#ffffff'\(title)")
    case .stems(let x, let y):
      let low = base
      let name = block([x, x.map { _ in low }, y], breaks: false)
      strokes.append("\(name) using 1:2:(0):($3-$2) with vectors nohead linecolor rgb \(colour) linewidth 1.5")
      strokes.append("\(name) using 1:3 with points linecolor rgb \(colour) pointtype 7 pointsize 0.4\(title)")
    case .arrows(let x, let y, let u, let v, let scale):
      let s = scale ?? 1
      let name = block([x, y, u.map { $0 * s }, v.map { $0 * s }], breaks: false)
      strokes.append("\(name) using 1:2:3:4 with vectors head filled size graph 0.018,22 linecolor rgb \(colour) linewidth 1.2\(title)")
    case .heat(let grid, let diverging): heat(grid, ColourScale(grid, diverging: diverging))
    case .regions(let grid, let names): regions(grid, names)
    case .contour(let grid, let levels): contours(grid, levels ?? Contours.levels(of: grid))
    case .surface(let grid): surface(grid)
    }
  }

  /// Where bars and stems stand.
  private var base: Double {
    guard let limits = panel.y.limits else { return 0 }
    return panel.y.isLogarithmic ? limits.lowerBound : min(max(0, limits.lowerBound), limits.upperBound)
  }

  private mutating func palette(_ scale: ColourScale) {
    let stops = scale.stops.enumerated().map { "\($0.offset) '\($0.element.hex)'" }
    lines.append("set palette defined (\(stops.joined(separator: ", ")))")
    lines.append("set cbrange [\(GnuplotText.number(scale.limits.lowerBound)):\(GnuplotText.number(scale.limits.upperBound))]")
    let ticks = scale.ticks.map { "\(GnuplotText.tick($0.label)) \(GnuplotText.number($0.value))" }
    lines.append("set cbtics (\(ticks.joined(separator: ", ")))")
    lines.append("set colorbox")
    lines.append(panel.z.label.map { "set cblabel \(GnuplotText.quoted($0)) textcolor rgb '#333333'" } ?? "unset cblabel")
  }

  private mutating func heat(_ grid: Grid, _ scale: ColourScale) {
    palette(scale)
    let (name, x, y) = pixels(grid) { [$0] }
    if x && y { areas.append("\(name) using 1:2:3 with image") } else {
      areas.append("\(name) using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder")
    }
  }

  private mutating func regions(_ grid: Grid, _ names: [String]) {
    let (name, x, y) = pixels(grid) { value in
      let tint = Palette.area(Dots.whole(value))
      return [Double(tint.red), Double(tint.green), Double(tint.blue)]
    }
    if x && y { areas.append("\(name) using 1:2:3:4:5 with rgbimage") } else {
      areas.append("\(name) using 1:2:3:4:5:6:($7*65536+$8*256+$9) with boxxyerror fillcolor rgb variable fillstyle solid 1 noborder")
    }
    for k in Set(grid.z.filter(\.isFinite).map(Dots.whole)).sorted() {
      let label = names.indices.contains(k) ? names[k] : "\(k)"
      areas.append("keyentry with boxes fillcolor rgb '\(Palette.area(k).hex)' fillstyle solid 1 title \(GnuplotText.quoted(label))")
    }
  }

  /// Cells of a grid with what each holds. Evenly spaced ones become pixels of an image, each repeated until viewers that smooth images
  /// leave sharp edges; others, and those of logarithmic axes, become boxes.
  private mutating func pixels(_ grid: Grid, _ content: (Double) -> [Double]) -> (name: String, isImageX: Bool, isImageY: Bool) {
    let even = Grid.isEven(grid.x) && !panel.x.isLogarithmic && Grid.isEven(grid.y) && !panel.y.isLogarithmic
    let (xs, ys) = (panel.x.edges(grid.x), panel.y.edges(grid.y))
    var columns = [[Double]](repeating: [], count: (even ? 2 : 6) + content(0).count)
    let (repeatX, repeatY) = even ? (max(1, min(24, width / 7 / grid.x.count)), max(1, min(24, width / 7 / grid.y.count))) : (1, 1)
    for i in grid.x.indices {
      for a in 0..<repeatX {
        for j in grid.y.indices {
          for b in 0..<repeatY {
            let value = grid[i, j]
            let held = value.isNaN && even ? content(value).map { _ in Double.infinity } : content(value)
            var row: [Double]
            if even {
              row = [
                xs[i] + (xs[i + 1] - xs[i]) * (Double(a) + 0.5) / Double(repeatX), ys[j] + (ys[j + 1] - ys[j]) * (Double(b) + 0.5) / Double(repeatY),
              ]
            } else {
              row = [grid.x[i], grid.y[j], xs[i], xs[i + 1], ys[j], ys[j + 1]]
            }
            row += held
            for (k, number) in row.enumerated() { columns[k].append(number) }
          }
        }
      }
    }
    return (block(columns, breaks: false), even, even)
  }

  private mutating func contours(_ grid: Grid, _ levels: [Double]) {
    // Over colours one that is seen on all of them.
    let heat = panel.marks.lazy.compactMap(\.heat).first
    let over = heat != nil
    let line = heat?.diverging == true ? "#222222" : "#ffffff"
    let spread = levels.count > 1 ? levels[levels.count - 1] - levels[0] : 1
    for level in levels {
      let colour = over ? line : Palette.colour(levels.count > 1 ? (level - levels[0]) / spread * 0.85 : 0.5, Palette.viridis).hex
      var (x, y): ([Double], [Double]) = ([], [])
      let all = Contours.lines(grid, at: level)
      for line in all {
        x += line.map(\.x) + [.nan]
        y += line.map(\.y) + [.nan]
      }
      if x.isEmpty { continue }
      strokes.append("\(block([x, y])) using 1:2 with lines linecolor rgb '\(colour)' linewidth 1.3")
      guard let longest = all.max(by: { $0.count < $1.count }), longest.count > 8 else { continue }
      let middle = longest[longest.count / 2]
      let place = "\(GnuplotText.number(middle.x)),\(GnuplotText.number(middle.y))"
      lines.append("set label \(GnuplotText.quoted(Tick.short(level))) at \(place) center front textcolor rgb '\(over ? line : "#333333")' font ',9'")
    }
  }

  private mutating func surface(_ grid: Grid) {
    palette(ColourScale(grid, diverging: false))
    lines.append("unset colorbox")
    // Rows of the grid, with an empty line between them.
    var (x, y, z): ([Double], [Double], [Double]) = ([], [], [])
    for i in grid.x.indices {
      if i > 0 { x.append(.nan); y.append(.nan); z.append(.nan) }
      for j in grid.y.indices {
        x.append(grid.x[i])
        y.append(grid.y[j])
        // Infinity is written as NaN, which leaves a hole and keeps the row's length.
        z.append(grid[i, j].isNaN ? .infinity : grid[i, j])
      }
    }
    areas.append("\(block([x, y, z])) using 1:2:3 with pm3d")
  }
}

extension Grid {
  static func isEven(_ points: [Double]) -> Bool {
    guard points.count > 2, let first = points.first, let last = points.last else { return true }
    let step = (last - first) / Double(points.count - 1)
    return points.indices.allSatisfy { abs(points[$0] - first - Double($0) * step) <= 1e-6 * step }
  }
}

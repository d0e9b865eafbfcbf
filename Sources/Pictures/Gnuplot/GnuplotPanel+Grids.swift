/// Values over a rectangle.
extension GnuplotPanel {
  private mutating func palette(_ scale: ColourScale) {
    let stops = scale.stops.enumerated().map { "\($0.offset) '\($0.element.hex)'" }
    add("set palette defined (\(stops.joined(separator: ", ")))")
    add("set cbrange [\(GnuplotText.number(scale.limits.lowerBound)):\(GnuplotText.number(scale.limits.upperBound))]")
    let ticks = scale.ticks.map { "\(GnuplotText.tick($0.label)) \(GnuplotText.number($0.value))" }
    add("set cbtics (\(ticks.joined(separator: ", ")))")
    add("set colorbox")
    add(panel.z.label.map { "set cblabel \(GnuplotText.quoted(wrapped($0, height, lines: 1))) offset 1,0 textcolor rgb '#333333'" } ?? "unset cblabel")
  }

  mutating func heat(_ grid: Grid, _ scale: ColourScale) {
    palette(scale)
    let (name, isImage) = pixels(grid) { [$0] }
    if isImage { areas.append("\(name) using 1:2:3 with image") } else {
      areas.append("\(name) using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder")
    }
  }

  mutating func regions(_ grid: Grid, _ names: [String]) {
    let (name, isImage) = pixels(grid) { value in
      let tint = Palette.area(Dots.whole(value))
      return [Double(tint.red), Double(tint.green), Double(tint.blue)]
    }
    if isImage { areas.append("\(name) using 1:2:3:4:5 with rgbimage") } else {
      areas.append("\(name) using 1:2:3:4:5:6:($7*65536+$8*256+$9) with boxxyerror fillcolor rgb variable fillstyle solid 1 noborder")
    }
    for k in Set(grid.z.filter(\.isFinite).map(Dots.whole)).sorted() {
      let label = names.indices.contains(k) ? names[k] : "\(k)"
      areas.append("keyentry with boxes fillcolor rgb '\(Palette.area(k).hex)' fillstyle solid 1 title \(GnuplotText.quoted(label))")
    }
  }

  /// Cells of a grid with what each holds. Evenly spaced ones become pixels of an image, each repeated until viewers that smooth images
  /// leave sharp edges; others, and those of logarithmic axes, become boxes.
  private mutating func pixels(_ grid: Grid, _ content: (Double) -> [Double]) -> (name: String, isImage: Bool) {
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
              // A box reaches under the next one: between boxes that only touch, background shows.
              func under(_ edges: [Double], _ k: Int) -> Double { k + 2 < edges.count ? edges[k + 1] + 0.1 * (edges[k + 2] - edges[k + 1]) : edges[k + 1] }
              row = [grid.x[i], grid.y[j], xs[i], under(xs, i), ys[j], under(ys, j)]
            }
            row += held
            for (k, number) in row.enumerated() { columns[k].append(number) }
          }
        }
      }
    }
    return (block(columns, breaks: false), even)
  }

  mutating func contours(_ grid: Grid, _ levels: [Double]) {
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
      add("set label \(GnuplotText.quoted(Tick.short(level))) at \(place) center front\(over ? "" : " boxed") textcolor rgb '\(over ? line : "#333333")' font ',9'")
    }
  }

  mutating func surface(_ grid: Grid) {
    palette(ColourScale(grid, diverging: false))
    add("unset colorbox")
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

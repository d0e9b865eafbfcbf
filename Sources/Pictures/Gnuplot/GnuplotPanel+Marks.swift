/// Lines, points and bars.
extension GnuplotPanel {
  private static let shapes: [Shape: Int] = [.disc: 7, .square: 5, .triangle: 9, .diamond: 13, .cross: 2, .plus: 1]
  private static let dashes = ["solid", "(8,4)", "(3,3)", "(12,4,3,4)"]

  mutating func draw(_ mark: Mark, _ series: Int) {
    let colour = "'\(Palette.series(series).hex)'"
    let title = mark.label.map { " title \(GnuplotText.quoted($0))" } ?? ""
    switch mark.form {
    case .line(let x, let y):
      let dash = GnuplotPanel.dashes[series % GnuplotPanel.dashes.count]
      strokes.append("\(block([x, y])) using 1:2 with lines linecolor rgb \(colour) linewidth 2 dashtype \(dash)\(title)")
      let alone = Mark.lonely(x)
      if !alone.isEmpty {
        let name = block([alone.map { x[$0] }, alone.map { y[$0] }], breaks: false)
        strokes.append("\(name) using 1:2 with points linecolor rgb \(colour) pointtype 7 pointsize 0.5")
      }
    case .path(let x, let y, let z):
      strokes.append("\(block([x, y, z])) using 1:2:3 with linespoints linecolor rgb '#D55E00' linewidth 2 pointtype 7 pointsize 0.3\(title)")
    case .points(let x, let y):
      let size = x.count > 2000 ? 0.2 : x.count > 300 ? 0.35 : x.count > 10 ? 0.6 : 0.9
      let shape = GnuplotPanel.shapes[Shape.series(series)] ?? 7
      strokes.append("\(block([x, y], breaks: false)) using 1:2 with points linecolor rgb \(colour) pointtype \(shape) pointsize \(size)\(title)")
    case .band(let x, let lo, let hi):
      areas.append("\(block([x, lo, hi])) using 1:2:3 with filledcurves fillcolor rgb \(colour) fillstyle transparent solid 0.2 noborder\(title)")
    case .bars(let from, let to, let height):
      let low = panel.base
      let used = height.indices.filter { !from[$0].isNaN && height[$0] != low && !(panel.y.isLogarithmic && height[$0] <= 0) }
      let columns = [used.map { from[$0] / 2 + to[$0] / 2 }, used.map { _ in low }, used.map { from[$0] }, used.map { to[$0] }, used.map { min(low, height[$0]) }, used.map { max(low, height[$0]) }]
      let name = block(columns, breaks: false)
      areas.append("\(name) using 1:2:3:4:5:6 with boxxyerror fillcolor rgb \(colour) fillstyle solid 0.75 border linecolor rgb '#ffffff'\(title)")
    case .stems(let x, let y):
      let low = panel.base
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
}

extension SVGPanel {
  /// The numbers of the panel for the page's script, as JSON.
  var data: String {
    let marks = zip(panel.marks, panel.series).map { mark, series in
      "{" + (["label": Markup.json(mark.label), "colour": Markup.json(Palette.series(series).hex)].merging(parts(mark)) { $1 }).sorted { $0.key < $1.key }
        .map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }
    let place = Markup.json([area.x, area.y, area.width, area.height])
    return """
      {"spatial":\(panel.isSpatial),"area":\(place),"width":\(Markup.json(width)),"height":\(Markup.json(height)),
      "x":\(axis(panel.x, "x")),"y":\(axis(panel.y, "y")),"z":\(axis(panel.z, "z")),
      "marks":[\(marks.joined(separator: ",\n"))]}
      """
  }

  private func axis(_ axis: Axis, _ name: String) -> String {
    let limits = axis.limits ?? 0...1
    let ticks = panel.isSpatial ? axis.ticks(5).map { "[\(Markup.json($0.value)),\(Markup.json($0.label))]" } : []
    return """
      {"label":\(Markup.json(axis.label ?? (panel.isSpatial ? "" : name))),"lo":\(Markup.json(limits.lowerBound)),"hi":\(Markup.json(limits.upperBound)),"log":\(axis.isLogarithmic),\
      "down":\(axis.runsDown),"names":\(axis.names.map { Markup.json($0) } ?? "null"),"ticks":[\(ticks.joined(separator: ","))]}
      """
  }

  private func parts(_ mark: Mark) -> [String: String] {
    func kind(_ name: String, _ numbers: [String: [Double]]) -> [String: String] { numbers.mapValues { Markup.json($0) }.merging(["kind": "\"\(name)\""]) { $1 } }
    switch mark.form {
    case .line(let x, let y): return kind("line", ["x": x, "y": y])
    case .points(let x, let y), .stems(let x, let y): return kind("points", ["x": x, "y": y])
    case .band(let x, let lo, let hi): return kind("band", ["x": x, "lo": lo, "hi": hi])
    case .bars(let from, let to, let height): return kind("bars", ["from": from, "to": to, "y": height])
    case .arrows(let x, let y, let u, let v, _): return kind("arrows", ["x": x, "y": y, "u": u, "v": v])
    case .heat(let grid, _): return kind("grid", ["x": panel.x.edges(grid.x), "y": panel.y.edges(grid.y), "z": grid.z])
    case .regions(let grid, let names):
      return kind("grid", ["x": panel.x.edges(grid.x), "y": panel.y.edges(grid.y), "z": grid.z]).merging(["names": Markup.json(names)]) { $1 }
    case .contour: return kind("contour", [:])
    case .surface(let grid):
      let thin = grid.thinned(to: 60)
      let scale = ColourScale(grid, diverging: false)
      let colours = thin.z.map { $0.isFinite ? scale.colour($0).hex : "" }
      return kind("surface", ["x": thin.x, "y": thin.y, "z": thin.z]).merging(["colours": Markup.json(colours)]) { $1 }
    case .path(let x, let y, let z): return kind("path", ["x": x, "y": y, "z": z]).merging(["colour": Markup.json(Palette.series(1).hex)]) { $1 }
    }
  }

  /// The place of a surface, which the page's script draws and turns.
  var surface: String { "<g data-surface=\"\(number)\"><text x=\"\(Markup.place(width / 2))\" y=\"\(Markup.place(height / 2))\" class=\"label\">a surface is drawn by JavaScript</text></g>" }
}

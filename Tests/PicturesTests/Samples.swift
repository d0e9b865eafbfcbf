@testable import Pictures

/// A panel of each kind of mark.
enum Samples {
  static let grid: Grid = {
    let x = (0..<12).map { Double($0) / 4 - 1.5 }
    let y = (0..<9).map { Double($0) / 3 - 1.5 }
    return Grid(x: x, y: y, z: x.flatMap { a in y.map { a * a - a * $0 } })
  }()
  static let steps = (0..<30).map(Double.init)

  static let panels: [Panel] = {
    let curve = steps.map { 1 / (1 + $0) }
    let regions = Grid(x: grid.x, y: grid.y, z: grid.z.map { $0 > 1 ? 2 : $0 > 0 ? 1 : 0 })
    let uneven = Grid(x: [0, 1, 4], y: [1, 10, 100], z: [1, 2, 3, .nan, 5, 6, 7, 8, 9])
    var all = [
      [Mark(.band(x: steps, lo: curve.map { $0 - 0.1 }, hi: curve.map { $0 + 0.1 })), Mark(.line(x: steps, y: curve), label: "loss")],
      [Mark(.points(x: steps, y: curve), label: "δ")], [Mark(.bars(from: steps, to: steps.map { $0 + 1 }, height: curve), label: "bars")],
      [Mark(.stems(x: steps, y: curve))], [Mark(.heat(grid, diverging: true)), Mark(.contour(grid, levels: nil))], [Mark(.contour(grid, levels: [0.1, 0.5]))],
      [Mark(.regions(regions, names: ["a", "b", "c"])), Mark(.points(x: [0], y: [0]), label: "x")],
      [Mark(.surface(grid)), Mark(.path(x: [-1, 0, 1], y: [-1, 0, 1], z: [0, 1, 2]), label: "path")],
      [Mark(.arrows(x: [0, 1], y: [0, 1], u: [1, -1], v: [0, 2], scale: nil))], [Mark(.heat(uneven, diverging: false))],
    ].map { Panel(title: "title", marks: $0) }
    for k in all.indices { (all[k].x.label, all[k].y.label, all[k].z.label) = ("x", "y", "z") }
    var logarithmic = all[0]
    (logarithmic.x.isLogarithmic, logarithmic.y.isLogarithmic) = (true, true)
    var logHeat = Panel(marks: [Mark(.heat(uneven, diverging: false))])
    logHeat.y.isLogarithmic = true
    var image = Panel(marks: [Mark(.heat(grid, diverging: false))])
    (image.isEqual, image.y.runsDown) = (true, true)
    return all + [logarithmic, logHeat, image]
  }()
}

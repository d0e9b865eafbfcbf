#if canImport(Glibc)
  import Glibc
#endif

/// Draws surfaces and lines in space on a canvas: a net seen from above at an angle, in which near faces hide far ones.
struct SurfacePainter {
  private let panel: Panel
  private(set) var canvas: Canvas
  private let hasColour: Bool
  /// Dots to a unit, and where the middle of the box lies.
  private let scale: Double
  private let middle: (x: Double, y: Double)

  typealias Place = (x: Double, y: Double, far: Double)
  /// How far the box is turned, and how high the eye stands, in radians.
  private static let (turn, elevation) = (-0.6, 0.5)
  /// Half the height of the box, whose sides have length 2.
  private static let half = 0.7
  /// Lines of the net each way: more would run together.
  private static let lines = 20

  init(_ panel: Panel, _ canvas: Canvas, hasColour: Bool) {
    (self.panel, self.canvas, self.hasColour) = (panel, canvas, hasColour)
    let corners = SurfacePainter.corners.map { SurfacePainter.turned($0.0, $0.1, $0.2) }
    let (xs, ys) = (corners.map(\.x), corners.map(\.y))
    let (low, high) = (xs.min() ?? -1, xs.max() ?? 1)
    let (down, up) = (ys.min() ?? -1, ys.max() ?? 1)
    scale = min(Double(canvas.width - 1) / (high - low), Double(canvas.height - 1) / (up - down))
    middle = (Double(canvas.width - 1) / 2 - scale * (low + high) / 2, Double(canvas.height - 1) / 2 + scale * (down + up) / 2)
  }

  private static let corners: [(Double, Double, Double)] = [-half, half].flatMap { z in [(-1, -1, z), (1, -1, z), (1, 1, z), (-1, 1, z)] }

  private static func turned(_ x: Double, _ y: Double, _ z: Double) -> Place {
    let (u, v) = (x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn))
    return (u, v * sin(elevation) + z * cos(elevation), v * cos(elevation) - z * sin(elevation))
  }
  /// Where a point of the unit box, −1 … 1 along x and y, lies on the canvas.
  private func seen(_ x: Double, _ y: Double, _ z: Double) -> Place {
    let place = SurfacePainter.turned(x, y, z)
    return (middle.x + scale * place.x, middle.y - scale * place.y, place.far)
  }
  private func place(_ x: Double, _ y: Double, _ z: Double) -> Place {
    seen(2 * panel.x.part(x) - 1, 2 * panel.y.part(y) - 1, (2 * panel.z.part(z) - 1) * SurfacePainter.half)
  }

  mutating func paint() {
    // The floor, and the edge along which heights are read.
    let floor = SurfacePainter.corners.prefix(4).map { seen($0.0, $0.1, $0.2) }
    for k in 0..<4 { line(floor[k], floor[(k + 1) % 4], Dash(lengths: [1, 2]), nil) }
    line(seen(-1, -1, -SurfacePainter.half), seen(-1, -1, SurfacePainter.half), Dash(lengths: [1, 2]), nil)
    for mark in panel.marks { if case .surface(let grid) = mark.form { surface(grid) } }
    for (mark, series) in zip(panel.marks, panel.series) {
      guard case .path(let x, let y, let z) = mark.form else { continue }
      let ink = SeriesStyle(max(series, 1), hasColour: hasColour).ink
      for k in x.indices.dropLast() where !x[k].isNaN && !x[k + 1].isNaN { way(place(x[k], y[k], z[k]), place(x[k + 1], y[k + 1], z[k + 1]), ink) }
    }
  }

  /// A piece of a path: letters, which stand out from the net.
  private mutating func way(_ a: Place, _ b: Place, _ ink: Colour?) {
    let steps = max(1, min(Dots.whole(max(abs(b.x - a.x) / 2, abs(b.y - a.y) / 4)), 1000))
    for k in 0...steps {
      let t = Double(k) / Double(steps)
      canvas.letter(SeriesStyle.way, column: Dots.whole(a.x + t * (b.x - a.x)) / 2, row: Dots.whole(a.y + t * (b.y - a.y)) / 4, ink)
    }
  }

  private mutating func surface(_ grid: Grid) {
    let net = grid.thinned(to: SurfacePainter.lines)
    let colours = ColourScale(grid, diverging: false)
    var faces: [(corners: [Place], far: Double, ink: Colour?)] = []
    for i in net.x.indices.dropLast() {
      for j in net.y.indices.dropLast() {
        let heights = [net[i, j], net[i + 1, j], net[i + 1, j + 1], net[i, j + 1]]
        guard heights.allSatisfy(\.isFinite) else { continue }
        let corners = zip([(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)], heights).map { place(net.x[$0.0], net.y[$0.1], $1) }
        let height = heights.reduce(0) { $0 + $1 / 4 }
        faces.append((corners, corners.reduce(0) { $0 + $1.far }, hasColour ? colours.colour(height).mixed(with: Colour(0xFFFFFF), 0.15) : nil))
      }
    }
    for face in faces.sorted(by: { $0.far > $1.far }) {
      canvas.erase(face.corners.map { ($0.x, $0.y) })
      for k in 0..<4 { line(face.corners[k], face.corners[(k + 1) % 4], .solid, face.ink) }
    }
  }

  private mutating func line(_ a: Place, _ b: Place, _ dash: Dash, _ ink: Colour?) {
    var travelled = 0
    canvas.line((a.x, a.y), (b.x, b.y), dash, &travelled, ink)
  }
}

/// A character with its colours.
struct Cell: Equatable {
  var character: Character = " "
  var ink: Colour?
  var paper: Colour?
}

/// Dots two to a character across and four down, in braille (U+2800 and the bits of its dots), over coloured or shaded cells.
struct Canvas {
  let columns: Int
  let rows: Int
  /// What lies under the dots: areas.
  var ground: [Cell]
  private var dots: [UInt8]
  private var inks: [Colour?]
  /// Letters, which dots do not cover.
  private var letters: [Character?]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    ground = Array(repeating: Cell(), count: columns * rows)
    dots = Array(repeating: 0, count: columns * rows)
    inks = Array(repeating: nil, count: columns * rows)
    letters = Array(repeating: nil, count: columns * rows)
  }
  var width: Int { columns * 2 }
  var height: Int { rows * 4 }

  /// The bit of the dot in column 0 or 1 and row 0 … 3 of a braille character.
  private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  /// Sets a dot, counted from the top left; outside the canvas nothing happens.
  mutating func dot(_ x: Int, _ y: Int, _ ink: Colour?) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let at = (y / 4) * columns + x / 2
    dots[at] |= Canvas.bits[x % 2][y % 4]
    inks[at] = ink
  }

  /// Sets the dots of a straight line between two points in dots (Bresenham), those that the dash has; `travelled` counts along a
  /// polyline.
  mutating func line(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ dash: Dash, _ travelled: inout Int, _ ink: Colour?) {
    guard let (a, b) = clipped(from, to) else { return }
    var (x, y) = (Int(a.x.rounded()), Int(a.y.rounded()))
    let (endX, endY) = (Int(b.x.rounded()), Int(b.y.rounded()))
    let (dx, dy) = (abs(endX - x), -abs(endY - y))
    let (stepX, stepY) = (x < endX ? 1 : -1, y < endY ? 1 : -1)
    var error = dx + dy
    while true {
      if dash.isInk(travelled) { dot(x, y, ink) }
      if x == endX, y == endY { return }
      travelled += 1
      let twice = 2 * error
      if twice >= dy { error += dy; x += stepX }
      if twice <= dx { error += dx; y += stepY }
    }
  }

  /// The part of a segment on the canvas.
  private func clipped(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) -> ((x: Double, y: Double), (x: Double, y: Double))? {
    guard let (c, d) = Canvas.cut(a, b, Double(width - 1)),
      let (e, f) = Canvas.cut((x: c.y, y: c.x), (x: d.y, y: d.x), Double(height - 1))
    else { return nil }
    return ((e.y, e.x), (f.y, f.x))
  }
  /// The part of a segment with x in 0 … `last`; where it is cut, x is that end itself, however far the segment reached.
  private static func cut(
    _ a: (x: Double, y: Double), _ b: (x: Double, y: Double), _ last: Double
  ) -> ((x: Double, y: Double), (x: Double, y: Double))? {
    func moved(_ p: (x: Double, y: Double), _ q: (x: Double, y: Double)) -> (x: Double, y: Double) {
      let end = p.x < 0 ? 0 : last
      if p.x >= 0, p.x <= last { return p }
      let t = (end / 2 - p.x / 2) / (q.x / 2 - p.x / 2)
      return (end, p.y * (1 - t) + q.y * t)
    }
    guard [a.x, a.y, b.x, b.y].allSatisfy(\.isFinite), max(a.x, b.x) >= 0, min(a.x, b.x) <= last else { return nil }
    return (moved(a, b), moved(b, a))
  }

  /// Takes the dots inside a polygon away.
  mutating func erase(_ corners: [(x: Double, y: Double)]) {
    let (top, bottom) = (Dots.whole(corners.map(\.y).min() ?? 0), Dots.whole(corners.map(\.y).max() ?? -1))
    guard max(0, top) <= min(height - 1, bottom) else { return }
    for row in max(0, top)...min(height - 1, bottom) {
      let y = Double(row)
      var crossings: [Double] = []
      for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1)) where (a.y <= y) != (b.y <= y) {
        crossings.append(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
      }
      crossings.sort()
      for k in stride(from: 0, to: crossings.count - 1, by: 2) {
        let (left, right) = (max(0, Dots.whole(crossings[k])), min(width - 1, Dots.whole(crossings[k + 1])))
        for x in stride(from: left, through: right, by: 1) { dots[(row / 4) * columns + x / 2] &= ~Canvas.bits[x % 2][row % 4] }
      }
    }
  }

  mutating func letter(_ character: Character, column: Int, row: Int, _ ink: Colour? = nil) {
    guard column >= 0, column < columns, row >= 0, row < rows else { return }
    letters[row * columns + column] = character
    inks[row * columns + column] = ink
  }
  /// Writes a text unless it would run over the edge or another.
  mutating func write(_ text: String, column: Int, row: Int, _ ink: Colour? = nil) {
    let places = text.indices.enumerated().map { (column + $0.offset, $0.element) }
    guard column >= 0, column + text.count <= columns, row >= 0, row < rows, places.allSatisfy({ letters[row * columns + $0.0] == nil }) else { return }
    for (place, index) in places { letter(text[index], column: place, row: row, ink) }
  }

  func cell(_ column: Int, _ row: Int) -> Cell {
    let at = row * columns + column
    var cell = ground[at]
    guard let character = letters[at] ?? (dots[at] == 0 ? nil : Unicode.Scalar(0x2800 + UInt32(dots[at])).map { Character($0) }) else { return cell }
    // Upper halves that stay under a mark would be taken for paper.
    if cell.character == "▀", let top = cell.ink, let bottom = cell.paper { cell.paper = top.mixed(with: bottom, 0.5) }
    cell.character = character
    cell.ink = cell.paper.map { inks[at] == nil || $0.isNear(inks[at] ?? $0) ? $0.contrast : inks[at] ?? $0.contrast } ?? inks[at]
    return cell
  }
}

extension Colour {
  /// Whether one is hard to see on the other.
  func isNear(_ other: Colour) -> Bool { abs(red - other.red) + abs(green - other.green) + abs(blue - other.blue) < 160 }
}

/// How a line is broken, so that lines are told apart without colours: dots on and off in turn.
struct Dash: Equatable {
  var lengths: [Int]
  static let solid = Dash(lengths: [1])
  static let series: [Dash] = [solid, Dash(lengths: [5, 4]), Dash(lengths: [1, 2]), Dash(lengths: [6, 3, 1, 3])]

  func isInk(_ k: Int) -> Bool {
    if lengths.count == 1 { return true }
    var rest = k % lengths.reduce(0, +)
    for (i, length) in lengths.enumerated() {
      if rest < length { return i % 2 == 0 }
      rest -= length
    }
    return true
  }
}

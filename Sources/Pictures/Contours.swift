/// Lines of equal height by marching squares, joined to polylines; a saddle is told by the mean of its corners. Squares with a corner
/// that is no number have no line.
enum Contours {
  typealias Point = (x: Double, y: Double)

  /// Levels at ticks strictly between the least and the greatest value.
  static func levels(of grid: Grid, count: Int = 9) -> [Double] {
    guard let range = grid.range, range.lowerBound < range.upperBound else { return [] }
    return Tick.linear(range, count).map(\.value).filter { $0 > range.lowerBound && $0 < range.upperBound }
  }

  static func lines(_ grid: Grid, at level: Double) -> [[Point]] {
    // An edge of the grid is crossed at most once at a level, so the crossings name the ends of segments: 2 * corner for the edge
    // along x, 2 * corner + 1 for the edge along y.
    let (n, m) = (grid.x.count, grid.y.count)
    guard n > 1, m > 1 else { return [] }
    var places: [Int: Point] = [:]
    var neighbours: [Int: [Int]] = [:]
    func crossing(_ i: Int, _ j: Int, alongX: Bool) -> Int {
      let name = 2 * (i * m + j) + (alongX ? 0 : 1)
      if places[name] == nil {
        let (a, b) = (grid[i, j], alongX ? grid[i + 1, j] : grid[i, j + 1])
        let t = (level / 2 - a / 2) / (b / 2 - a / 2)
        places[name] = alongX ? (grid.x[i] + t * (grid.x[i + 1] - grid.x[i]), grid.y[j]) : (grid.x[i], grid.y[j] + t * (grid.y[j + 1] - grid.y[j]))
      }
      return name
    }
    func join(_ a: Int, _ b: Int) {
      neighbours[a, default: []].append(b)
      neighbours[b, default: []].append(a)
    }
    for i in 0..<n - 1 {
      for j in 0..<m - 1 {
        let corners = [grid[i, j], grid[i + 1, j], grid[i + 1, j + 1], grid[i, j + 1]]
        guard corners.allSatisfy(\.isFinite) else { continue }
        let above = corners.map { $0 >= level }
        var crossed: [Int] = []
        if above[0] != above[1] { crossed.append(crossing(i, j, alongX: true)) }
        if above[1] != above[2] { crossed.append(crossing(i + 1, j, alongX: false)) }
        if above[2] != above[3] { crossed.append(crossing(i, j + 1, alongX: true)) }
        if above[3] != above[0] { crossed.append(crossing(i, j, alongX: false)) }
        if crossed.count == 2 { join(crossed[0], crossed[1]) }
        if crossed.count == 4 {
          let middle = corners.reduce(0) { $0 + $1 / 4 } >= level
          if middle == above[0] {
            join(crossed[0], crossed[1])
            join(crossed[2], crossed[3])
          } else {
            join(crossed[3], crossed[0])
            join(crossed[1], crossed[2])
          }
        }
      }
    }
    return chains(neighbours).map { $0.compactMap { places[$0] } }
  }

  /// The paths of a graph whose nodes have at most two neighbours: open ones from their ends, then the closed.
  private static func chains(_ neighbours: [Int: [Int]]) -> [[Int]] {
    var seen: Set<Int> = []
    var result: [[Int]] = []
    func walk(from start: Int) {
      var chain = [start]
      seen.insert(start)
      while let next = neighbours[chain[chain.count - 1]]?.first(where: { !seen.contains($0) }) {
        chain.append(next)
        seen.insert(next)
      }
      if chain.count > 2, neighbours[chain[chain.count - 1]]?.contains(start) == true { chain.append(start) }
      result.append(chain)
    }
    let order = neighbours.keys.sorted()
    for node in order where neighbours[node]?.count == 1 && !seen.contains(node) { walk(from: node) }
    for node in order where !seen.contains(node) { walk(from: node) }
    return result
  }
}

extension Grid {
  /// The borders of the cells round ascending points.
  static func edges(_ points: [Double]) -> [Double] {
    guard points.count > 1 else { return points.flatMap { [$0 - 0.5, $0 + 0.5] } }
    let between = zip(points, points.dropFirst()).map { $0 / 2 + $1 / 2 }
    return [2 * points[0] - between[0]] + between + [2 * points[points.count - 1] - between[between.count - 1]]
  }
  /// The greatest and least value.
  var range: ClosedRange<Double>? {
    let finite = z.filter(\.isFinite)
    guard let lo = finite.min(), let hi = finite.max() else { return nil }
    return lo...hi
  }
  static func isEven(_ points: [Double]) -> Bool {
    guard points.count > 2, let first = points.first, let last = points.last else { return true }
    let step = (last - first) / Double(points.count - 1)
    return points.indices.allSatisfy { abs(points[$0] - first - Double($0) * step) <= 1e-6 * step }
  }
  /// At most so many lines each way, the first and the last among them.
  func thinned(to most: Int) -> Grid {
    func chosen(_ count: Int) -> [Int] {
      count <= most ? Array(0..<count) : (0..<most).map { Int((Double($0) * Double(count - 1) / Double(most - 1)).rounded()) }
    }
    let (rows, columns) = (chosen(x.count), chosen(y.count))
    return Grid(x: rows.map { x[$0] }, y: columns.map { y[$0] }, z: rows.flatMap { i in columns.map { j in self[i, j] } })
  }
}

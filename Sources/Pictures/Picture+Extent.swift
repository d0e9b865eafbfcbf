extension Panel {
  public var isSpatial: Bool {
    marks.contains { mark in
      switch mark.form {
      case .surface, .path: true
      default: false
      }
    }
  }

  /// The panel as it will be drawn: what cannot be placed is NaN, and every axis has limits. Also how many points were left out.
  func prepared() throws -> (panel: Panel, leftOut: Int) {
    var result = self
    var leftOut = 0
    let (xs, ys) = (x, y)
    func cleaned(_ x: inout [Double], _ y: inout [Double]) {
      for k in x.indices where !(xs.accepts(x[k]) && ys.accepts(y[k])) {
        (x[k], y[k]) = (.nan, .nan)
        leftOut += 1
      }
    }
    func cleaned(_ grid: Grid) throws -> Grid {
      var grid = grid
      guard zip(grid.x, grid.x.dropFirst()).allSatisfy({ $0 < $1 }), zip(grid.y, grid.y.dropFirst()).allSatisfy({ $0 < $1 }),
        grid.x.allSatisfy(xs.accepts), grid.y.allSatisfy(ys.accepts)
      else { throw PictureError(.doesNotFit, "the x and y of a grid ascend from value to value, and are positive on a logarithmic axis") }
      for k in grid.z.indices where !grid.z[k].isFinite {
        grid.z[k] = .nan
        leftOut += 1
      }
      return grid
    }
    for m in marks.indices {
      switch marks[m].form {
      case .line(var x, var y):
        cleaned(&x, &y)
        result.marks[m].form = .line(x: x, y: y)
      case .points(var x, var y):
        cleaned(&x, &y)
        result.marks[m].form = .points(x: x, y: y)
      case .stems(var x, var y):
        cleaned(&x, &y)
        result.marks[m].form = .stems(x: x, y: y)
      case .band(var x, var lo, var hi):
        for k in x.indices where !(xs.accepts(x[k]) && ys.accepts(lo[k]) && ys.accepts(hi[k])) {
          (x[k], lo[k], hi[k]) = (.nan, .nan, .nan)
          leftOut += 1
        }
        result.marks[m].form = .band(x: x, lo: lo, hi: hi)
      case .bars(var from, var to, var height):
        for k in from.indices where !(xs.accepts(from[k]) && xs.accepts(to[k]) && height[k].isFinite) {
          (from[k], to[k], height[k]) = (.nan, .nan, .nan)
          leftOut += 1
        }
        result.marks[m].form = .bars(from: from, to: to, height: height)
      case .arrows(var x, var y, let u, let v, let scale):
        for k in x.indices where !(u[k].isFinite && v[k].isFinite) { x[k] = .nan }
        cleaned(&x, &y)
        result.marks[m].form = .arrows(x: x, y: y, u: u, v: v, scale: scale)
      case .path(var x, var y, var z):
        for k in x.indices where !z[k].isFinite { x[k] = .nan }
        cleaned(&x, &y)
        for k in x.indices where x[k].isNaN { z[k] = .nan }
        result.marks[m].form = .path(x: x, y: y, z: z)
      case .heat(let grid, let diverging): result.marks[m].form = .heat(try cleaned(grid), diverging: diverging)
      case .regions(let grid, let names): result.marks[m].form = .regions(try cleaned(grid), names: names)
      case .contour(let grid, let levels): result.marks[m].form = .contour(try cleaned(grid), levels: levels)
      case .surface(let grid): result.marks[m].form = .surface(try cleaned(grid))
      }
    }
    try result.limit()
    result.scaleArrows()
    return (result, leftOut)
  }

  /// Gives every axis its limits.
  private mutating func limit() throws {
    var (xs, ys, zs) = (Extent(), Extent(), Extent())
    for mark in marks {
      switch mark.form {
      case .line(let x, let y), .points(let x, let y): xs.take(x); ys.take(y)
      case .stems(let x, let y): xs.take(x); ys.take(y); if !self.y.isLogarithmic { ys.take(0) }
      case .band(let x, let lo, let hi): xs.take(x); ys.take(lo); ys.take(hi)
      case .bars(let from, let to, let height):
        xs.take(from); xs.take(to)
        ys.take(height.filter(y.accepts))
        if !y.isLogarithmic { ys.take(0) }
      case .arrows(let x, let y, _, _, _):
        xs.take(x); ys.take(y)
        xs.margin = max(xs.margin, 0.12)
        ys.margin = max(ys.margin, 0.12)
      case .path(let x, let y, let z): xs.take(x, padded: false); ys.take(y, padded: false); zs.take(z)
      case .heat(let grid, _), .regions(let grid, _):
        xs.take(x.edges(grid.x), padded: false)
        ys.take(y.edges(grid.y), padded: false)
        zs.take(grid.z)
      case .contour(let grid, _), .surface(let grid):
        xs.take(grid.x, padded: false); ys.take(grid.y, padded: false); zs.take(grid.z)
      }
    }
    let needsZ = marks.contains { $0.grid != nil || $0.isPath }
    guard !xs.isEmpty, !ys.isEmpty, !(needsZ && zs.isEmpty) else {
      let finite = x.isLogarithmic || y.isLogarithmic ? "no point is finite and positive where an axis is logarithmic" : "no point is finite"
      throw PictureError(.nothingToDraw, "there is nothing to draw: \(marks.allSatisfy(\.isVoid) ? "the data are empty" : finite)")
    }
    // Between a grid and the axes is no margin.
    if needsZ { (xs.margin, ys.margin) = (0, 0) }
    // Bars and stems stand on 0.
    let stands = marks.contains { mark in
      switch mark.form {
      case .bars, .stems: true
      default: false
      }
    }
    x.limits = x.limits ?? xs.range(isLogarithmic: x.isLogarithmic)
    y.limits = y.limits ?? ys.range(isLogarithmic: y.isLogarithmic, standsOn: stands ? 0 : nil)
    if !zs.isEmpty { z.limits = z.limits ?? Extent(zs.lo, zs.hi, margin: 0).range(isLogarithmic: false) }
  }

  /// Unless their scale is given, arrows are as long as leaves the longest short of its neighbour.
  private mutating func scaleArrows() {
    guard let spanX = x.limits.map({ $0.upperBound - $0.lowerBound }), let spanY = y.limits.map({ $0.upperBound - $0.lowerBound }) else { return }
    for m in marks.indices {
      guard case .arrows(let xs, let ys, let u, let v, nil) = marks[m].form else { continue }
      let used = xs.indices.filter { !xs[$0].isNaN }
      let longest = used.map { ((u[$0] / spanX) * (u[$0] / spanX) + (v[$0] / spanY) * (v[$0] / spanY)).squareRoot() }.max() ?? 0
      let scale = longest > 0 && longest.isFinite ? 0.75 / (Double(used.count).squareRoot() * longest) : 1
      marks[m].form = .arrows(x: xs, y: ys, u: u, v: v, scale: scale)
    }
  }
}

extension Axis {
  /// Whether a coordinate has a place on the axis.
  func accepts(_ value: Double) -> Bool { value.isFinite && (!isLogarithmic || value > 0) }
  /// The borders of the cells round ascending places, halfway between neighbours as the axis shows them.
  func edges(_ places: [Double]) -> [Double] {
    isLogarithmic ? Grid.edges(places.map(Extent.log10)).map(Extent.power) : Grid.edges(places)
  }
}

extension Mark {
  var grid: Grid? {
    switch form {
    case .heat(let grid, _), .regions(let grid, _), .contour(let grid, _), .surface(let grid): grid
    default: nil
    }
  }
  var isPath: Bool { if case .path = form { true } else { false } }
  /// Whether it was given no data at all.
  var isVoid: Bool {
    switch form {
    case .line(let x, _), .points(let x, _), .band(let x, _, _), .bars(let x, _, _), .stems(let x, _), .arrows(let x, _, _, _, _), .path(let x, _, _): x.isEmpty
    case .heat(let grid, _), .regions(let grid, _), .contour(let grid, _), .surface(let grid): grid.z.isEmpty
    }
  }
}

/// The least and greatest of numbers.
struct Extent {
  private(set) var lo = Double.infinity
  private(set) var hi = -Double.infinity
  /// The part of the span that is left free at either end.
  var margin = 0.0
  init() {}
  init(_ lo: Double, _ hi: Double, margin: Double) { (self.lo, self.hi, self.margin) = (lo, hi, margin) }
  var isEmpty: Bool { !(lo <= hi) }

  mutating func take(_ value: Double) { (lo, hi) = (min(lo, value), max(hi, value)) }
  mutating func take(_ values: [Double], padded: Bool = true) {
    for value in values where value.isFinite { take(value) }
    if padded { margin = max(margin, 0.04) }
  }

  /// Limits with the margin. A single value gets some room, so that every axis has a length.
  func range(isLogarithmic: Bool, standsOn base: Double? = nil) -> ClosedRange<Double> {
    if isLogarithmic {
      let (a, b) = (Extent.log10(lo), Extent.log10(hi))
      let room = b > a ? (b - a) * margin : 0.5
      return Extent.power(a - room)...Extent.power(b + room)
    }
    // Half of the span first: the whole may overflow.
    let half = hi / 2 - lo / 2
    var room = half > 0 ? half * margin * 2 : max(abs(lo) * 0.1, 0.5)
    // Neighbouring numbers leave no room for ticks between them.
    if half > 0, half < abs(lo) * 1e-13 { room = abs(lo) * 1e-12 }
    let limit = Double.greatestFiniteMagnitude / 4
    let low = lo == base ? lo : lo - room
    let high = hi == base ? hi : hi + room
    return max(low, -limit)...max(min(high, limit), max(low, -limit).nextUp)
  }
}

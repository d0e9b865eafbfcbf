extension Panel {
  /// Which colour and dash each mark has: one after the other; a band without a label has those of the line that lies in it. Grids have
  /// colours of their own.
  var series: [Int] {
    // The first colour is hard to see on the dark end of a colour scale.
    var next = marks.contains { $0.heat != nil } ? 1 : 0
    var result = marks.map { mark -> Int in
      switch mark.form {
      case .heat, .regions, .contour, .surface: return 0
      case .band where mark.label == nil && line(in: mark) != nil: return 0
      default:
        next += 1
        return next - 1
      }
    }
    for (k, mark) in marks.enumerated() where mark.label == nil {
      if let line = line(in: mark) { result[k] = result[line] }
    }
    return result
  }

  /// The first line that lies in a band.
  private func line(in band: Mark) -> Int? {
    guard case .band(_, let lo, let hi) = band.form else { return nil }
    return marks.firstIndex { mark in
      guard case .line(_, let y) = mark.form, y.count == lo.count else { return false }
      return y.indices.allSatisfy { !(y[$0] < lo[$0]) && !(y[$0] > hi[$0]) }
    }
  }
}

extension Panel {
  /// Where bars and stems stand.
  var base: Double {
    guard let limits = y.limits else { return 0 }
    return y.isLogarithmic ? limits.lowerBound : min(max(0, limits.lowerBound), limits.upperBound)
  }
}

extension Mark {
  /// Whether a colour and a label tell it from others, as they do lines and points; an area without a label belongs to its line.
  public var isSeries: Bool {
    switch form {
    case .heat, .regions, .contour, .surface, .band: false
    default: true
    }
  }
  /// Which points of a line have no neighbour to be joined to.
  static func lonely(_ x: [Double]) -> [Int] {
    x.indices.filter { !x[$0].isNaN && ($0 == 0 || x[$0 - 1].isNaN) && ($0 + 1 == x.count || x[$0 + 1].isNaN) }
  }
}

/// What a point looks like, so that sets of points are told apart without colours.
enum Shape: CaseIterable {
  case disc, square, triangle, diamond, cross, plus

  static func series(_ k: Int) -> Shape { allCases[k % allCases.count] }
  /// On a terminal.
  var letter: Character {
    switch self {
    case .disc: "●"
    case .square: "■"
    case .triangle: "▲"
    case .diamond: "◆"
    case .cross: "×"
    case .plus: "+"
    }
  }
}

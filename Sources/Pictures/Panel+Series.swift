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

import Elaboration

/// What an assertion in a loop compares, round after round: the one with the least margin is kept.
struct RepeatedComparison {
  private(set) var worst: (rounds: Int, comparison: Comparison)?

  mutating func add(_ comparison: Comparison) {
    guard let worst else { return self.worst = (1, comparison) }
    self.worst = (worst.rounds + 1, Self.isWorse(comparison, than: worst.comparison) ? comparison : worst.comparison)
  }

  /// One that fails is worse than one that holds; a NaN is worse than any margin.
  private static func isWorse(_ a: Comparison, than b: Comparison) -> Bool {
    if a.holds != b.holds { return !a.holds }
    guard let x = Measurement(a).margin, let y = Measurement(b).margin else { return false }
    return x.isNaN ? !y.isNaN : x < y
  }
}

import Syntax

extension Pieces {
  /// What stands between piece `i` and the one before it on its line.
  func space(before i: Int) -> String { isTight(i) ? "" : " " }

  private func isTight(_ i: Int) -> Bool {
    let (left, right) = (all[i - 1], all[i])
    if right.hugs { return true }
    if right.isSymbol(",") || right.isSymbol(";") { return true }
    if right.isSymbol("}") { return left.isSymbol("{") || right.bracket == .record && !spansLines(right.partner) }
    if right.isCloser { return true }
    if left.isSymbol("{") { return left.bracket == .record && !spansLines(i - 1) }
    if left.isOpener { return true }
    if left.isSign { return true }
    if right.isSymbol(":") {
      // The whole axis, `x[:, j]`, is no label.
      return !left.isSymbol(",")
    }
    if isAxis(i - 1) { return true }
    if right.isSymbol(".") { return left.kind != .integer && left.kind != .real }
    if left.isSymbol(".") { return true }
    if isRange(right) { return !left.isSymbol(",") && left.operation == nil }
    if isRange(left) { return !right.text.hasPrefix(".") }
    return false
  }

  private func isRange(_ piece: Piece) -> Bool { piece.isSymbol("..") || piece.isSymbol("..=") }

  /// Whether a `:` stands where no label can end.
  private func isAxis(_ i: Int) -> Bool {
    guard all[i].isSymbol(":"), i > 0 else { return false }
    return all[i - 1].isSymbol("[") || all[i - 1].isSymbol(",") || all[i - 1].isSymbol(":")
  }

  /// Whether a line ends inside the bracket that opens at piece `i`.
  private func spansLines(_ i: Int) -> Bool { (i + 1...all[i].partner).contains { startsLine($0) } }
}

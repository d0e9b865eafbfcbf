/// How far lines are set in, followed piece by piece.
struct Indentation {
  private struct Frame {
    /// The columns before the line on which the bracket opens.
    var opener: Int
    /// The columns before the line on which the current unit starts.
    var unit: Int
    /// The place of the bracket.
    var index: Int
  }
  private var frames = [Frame(opener: -CodeFormatter.indent, unit: 0, index: -1)]
  private var current = 0

  var depth: Int { frames.count }

  /// The columns before a line that starts with piece `i`.
  func columns(before i: Int, of pieces: Pieces) -> Int {
    let (piece, frame) = (pieces.all[i], frames[frames.count - 1])
    if piece.isCloser { return frame.opener }
    let inner = frame.index >= 0 && pieces.headsBlock(frame.index) ? 2 * CodeFormatter.indent : CodeFormatter.indent
    if piece.startsUnit { return frame.opener + inner }
    if piece.isElse { return frame.unit }
    return frame.unit + (frame.unit == frame.opener ? inner : CodeFormatter.indent)
  }

  /// The columns before comments on lines of their own before piece `i`.
  func columnsOfComments(before i: Int, of pieces: Pieces) -> Int {
    pieces.all[i].isCloser ? frames[frames.count - 1].opener + CodeFormatter.indent : columns(before: i, of: pieces)
  }

  mutating func startLine(_ columns: Int) { current = columns }

  mutating func take(_ piece: Piece, at i: Int) {
    if piece.isCloser, frames.count > 1 {
      // What follows on this line is set in as if no line had ended inside the bracket.
      current = frames[frames.count - 1].opener
      frames.removeLast()
    }
    if piece.startsUnit { frames[frames.count - 1].unit = current }
    if piece.isOpener { frames.append(Frame(opener: current, unit: current, index: i)) }
  }
}

extension Pieces {
  /// Whether a block opens behind a bracket, on the line on which it closes, and goes on below: then the lines in the bracket are set in
  /// further than those of the block.
  func headsBlock(_ opener: Int) -> Bool {
    guard !all[opener].isSymbol("{") else { return false }
    var i = all[opener].partner + 1
    while !startsLine(i), !all[i].isCloser {
      if all[i].isSymbol("{"), all[i].bracket == .block, startsLine(i + 1) { return true }
      i = max(i, all[i].partner) + 1
    }
    return false
  }
}

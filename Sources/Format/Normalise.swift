import Syntax

extension Pieces {
  /// Words that stand on the line on which the block before them ends.
  private static let afterBlock: Set<String> = ["by", "control", "cite", "keyed", "subject", "at", "from"]

  /// Leaves out separators that separate nothing, puts line breaks where they belong, and blank lines only between units.
  mutating func normalise() {
    dropSeparators()
    pair()
    moveBreaks()
    openBlocks()
    joinLines()
    dropBlanks()
  }

  /// Whether nothing but spaces and newlines stands before piece `i`.
  private func isBare(_ i: Int) -> Bool { all[i].comments.isEmpty && (i == 0 || all[i - 1].trailing == nil) }

  private func isInBlock(_ opener: Int?) -> Bool { opener.map { all[$0].bracket == .block } ?? true }

  private mutating func dropSeparators() {
    var open: [Int] = []
    var kept: [Piece] = []
    kept.reserveCapacity(all.count)
    for i in all.indices {
      let piece = all[i]
      if piece.isOpener { open.append(i) }
      if piece.isCloser { _ = open.popLast() }
      let isDropped = piece.isSymbol(";") ? separatesNothing(i) : piece.isSymbol(",") && isTrailing(i, in: open.last)
      let canMove = piece.comments.isEmpty && (piece.trailing == nil || kept.last.map { $0.trailing == nil } == true)
      if isDropped, canMove {
        if let comment = piece.trailing { kept[kept.count - 1].trailing = comment }
        all[i + 1].gap = max(all[i + 1].gap, piece.gap)
      } else {
        kept.append(all[i])
      }
    }
    all = kept
  }

  private func separatesNothing(_ i: Int) -> Bool {
    let next = all[i + 1]
    let startsLine = i == 0 || all[i].gap != .none || all[i - 1].isSymbol("{") || all[i - 1].isSymbol(";")
    return startsLine || next.gap != .none || !next.comments.isEmpty || next.isSymbol("}") || next.kind == .endOfFile
  }

  /// A comma before a closing bracket, unless it makes a tuple or a record of one element.
  private func isTrailing(_ i: Int, in opener: Int?) -> Bool {
    guard let opener, all[i + 1].isCloser else { return false }
    if all[opener].isSymbol("[") || all[opener].hugs || all[opener].bracket == .block { return true }
    var k = opener + 1
    while k < i {
      if all[k].isSymbol(",") || all[opener].isSymbol("{") && all[k].isSymbol(":") { return true }
      k = max(k, all[k].partner) + 1
    }
    return false
  }

  /// A comma and an operator end a line, `|>` starts one.
  private mutating func moveBreaks() {
    for i in all.indices.dropFirst().dropLast() {
      let piece = all[i]
      let isPipe = piece.operation == .pipe
      if piece.gap != .none, isBare(i), piece.isSymbol(",") || piece.isSymbol(";") || piece.operation != nil && !isPipe {
        all[i].gap = .none
        all[i + 1].gap = max(all[i + 1].gap, .line)
      }
      if isPipe, piece.gap == .none, all[i + 1].gap != .none, isBare(i + 1) {
        all[i].gap = .line
        all[i + 1].gap = .none
      }
    }
  }

  private mutating func joinLines() {
    for i in all.indices.dropFirst() where all[i].gap != .none && isBare(i) && belongsBehind(i) { all[i].gap = .none }
  }

  /// Whether piece `i` stands on the line of the one before it, whatever the author did.
  private func belongsBehind(_ i: Int) -> Bool {
    let (left, right) = (all[i - 1], all[i])
    if right.hugs || left.isSign || left.isSymbol(".") { return true }
    if left.isOpener, right.isCloser { return true }
    if right.isSymbol("{"), right.bracket == .block, !right.startsUnit { return true }
    guard left.isSymbol("}"), left.bracket == .block else { return false }
    let isTrailer = right.isElse || right.kind == .identifier && Self.afterBlock.contains(right.text) && !right.startsUnit
    return isTrailer && (left.gap != .none || !left.comments.isEmpty)
  }

  /// A block is on one line, or its first and its last line hold no unit.
  private mutating func openBlocks() {
    var open: [(opener: Int, isOpen: Bool)] = []
    for i in all.indices {
      if all[i].isCloser, let block = open.popLast() {
        let isOpen = block.isOpen || all[i].gap != .none || !all[i].comments.isEmpty || all[i - 1].trailing != nil
        if isOpen, all[i].bracket == .block, i > block.opener + 1 || !all[i].comments.isEmpty { expand(block.opener) }
      }
      if let block = open.last, all[i].startsUnit, all[block.opener].bracket == .block {
        let breaks = all[i].gap != .none || !all[i].comments.isEmpty || all[i - 1].trailing != nil
        if breaks { open[open.count - 1].isOpen = true }
      }
      if all[i].isOpener { open.append((i, all[i].trailing != nil)) }
    }
  }

  /// Puts the first unit of a block and its closing brace on lines of their own.
  mutating func expand(_ opener: Int) {
    all[opener + 1].gap = max(all[opener + 1].gap, .line)
    all[all[opener].partner].gap = .line
  }

  private mutating func dropBlanks() {
    for i in all.indices {
      let isFirst = i == 0 || all[i - 1].isOpener
      let mayFollowBlank = all[i].startsUnit && !isFirst
      for k in all[i].comments.indices where k == 0 && isFirst { all[i].comments[k].isAfterBlank = false }
      if all[i].gap == .blank, all[i].comments.isEmpty ? !mayFollowBlank : all[i].isCloser { all[i].gap = .line }
    }
    all[all.count - 1].gap = .line
  }
}

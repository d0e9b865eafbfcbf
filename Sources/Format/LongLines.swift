import Diagnostics
import Syntax

extension Pieces {
  /// Breaks lines that are too long, at the outermost place that helps. A break may let other lines be joined or opened, so this goes on
  /// until nothing changes.
  mutating func breakLongLines() {
    for _ in 0..<8 {
      let before = all.map(\.gap)
      breakOnce()
      normalise()
      if before == all.map(\.gap) { return }
    }
  }

  private mutating func breakOnce() {
    var indentation = Indentation()
    for i in all.indices.dropLast() {
      if startsLine(i) {
        let columns = indentation.columns(before: i, of: self)
        indentation.startLine(columns)
        if let place = place(toBreak: i, columns, indentation) { breakLine(before: place) }
      }
      indentation.take(all[i], at: i)
    }
  }

  private mutating func breakLine(before i: Int) {
    if all[i - 1].isSymbol("{"), all[i - 1].bracket == .block {
      var k = i
      while k < all[i - 1].partner {
        if all[k].startsUnit { all[k].gap = max(all[k].gap, .line) }
        k = max(k, all[k].partner) + 1
      }
      expand(i - 1)
    } else if all[i].isElse {
      breakAlternatives(from: i)
    } else {
      all[i].gap = max(all[i].gap, .line)
    }
  }

  /// Puts every alternative of the conditional of an `else` on a line of its own.
  private mutating func breakAlternatives(from i: Int) {
    var k = unitStart(of: i) + 1
    while !all[k].startsUnit, !all[k].isCloser {
      if all[k].isElse, all[k - 1].gap == .none { all[k].gap = .line }
      k = max(k, all[k].partner) + 1
    }
  }

  /// Where the line that starts with piece `start` is broken: nil if it is short enough or cannot be broken.
  private func place(toBreak start: Int, _ columns: Int, _ indentation: Indentation) -> Int? {
    var column = columns
    var inner = indentation
    var best: (index: Int, depth: Int, rank: Int)?
    for i in start..<all.count - 1 {
      if i > start {
        if startsLine(i) { return nil }
        if let rank = rank(of: i) {
          let depth = inner.depth - (rank == Rank.block ? 1 : 0)
          let isBetter = best.map { depth < $0.depth || depth == $0.depth && rank <= $0.rank } ?? true
          // What follows `=` is taken to the next line only where it fits there.
          if isBetter, rank < Rank.value || column > columns && fits(from: i, columns + CodeFormatter.indent) { best = (i, depth, rank) }
        }
        column += space(before: i).count
      }
      column += columnsOf(all[i].text)
      inner.take(all[i], at: i)
      if column > CodeFormatter.width, let best { return best.index }
    }
    return nil
  }

  /// Places in a bracket where a line may be broken, the better ones first.
  private enum Rank {
    static let alternative = 0, pipe = 1, trailer = 2, block = 3, comma = 4, logic = 5, sum = 6, product = 7, value = 8
  }

  private func rank(of i: Int) -> Int? {
    let (left, right) = (all[i - 1], all[i])
    if right.hugs || right.isSymbol(",") || right.isSymbol(";") || right.isSymbol(":") || right.isCloser { return nil }
    if right.operation == .pipe { return Rank.pipe }
    if right.isElse, left.isSymbol("}"), left.gap == .none, startsConditional(i) { return Rank.alternative }
    if right.kind == .identifier, right.text == "by", !left.isSymbol("}") || left.gap == .none { return isSolver(i) ? Rank.trailer : nil }
    if left.isSymbol("{"), left.bracket == .block { return right.isSymbol("}") ? nil : Rank.block }
    if left.isSymbol(",") { return Rank.comma }
    switch left.operation {
    case nil, .pipe: break
    case .and, .or: return Rank.logic
    case .multiply, .divide, .floorDivide, .remainder, .matrixProduct, .power: return Rank.product
    default: return Rank.sum
    }
    if left.isSymbol("=") { return right.isSymbol("{") ? nil : Rank.value }
    return nil
  }

  /// Whether the conditional of an `else` is a unit of its own, so that its alternatives may stand below each other.
  private func startsConditional(_ i: Int) -> Bool {
    let start = all[unitStart(of: i)]
    return start.kind == .keyword && start.text == "if"
  }

  private func unitStart(of i: Int) -> Int {
    var k = i
    while k > 0, !all[k].startsUnit { k = all[k - 1].isCloser ? all[k - 1].partner : k - 1 }
    return k
  }

  /// Whether `by` starts the name of a solver, and is no name itself.
  private func isSolver(_ i: Int) -> Bool {
    let (left, right) = (all[i - 1], all[i + 1])
    return (left.isCloser || left.isWord) && (right.kind == .identifier || right.isSymbol("(") && !right.hugs)
  }

  /// Whether the rest of the line fits after an indentation.
  private func fits(from start: Int, _ columns: Int) -> Bool {
    var column = columns
    for i in start..<all.count - 1 {
      if i > start {
        if startsLine(i) { return true }
        column += space(before: i).count
      }
      column += columnsOf(all[i].text)
      if column > CodeFormatter.width { return false }
    }
    return true
  }

  func columnsOf(_ text: String) -> Int {
    text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + DisplayWidth.columns(of: $1) }
  }
}

import Diagnostics
import Syntax

/// A token that means something, with what the author put before and behind it.
struct Piece {
  enum Bracket {
    /// `( )` and `[ ]`, in which a newline means nothing.
    case plain
    /// The braces of a record, a record's type or pattern.
    case record
    /// The braces of statements, members or arms.
    case block
  }
  struct Comment {
    var text: String
    var isAfterBlank: Bool
  }
  /// What stands between this piece and the one before, or the last comment between them.
  enum Gap: Int, Comparable {
    case none, line, blank
    static func < (a: Gap, b: Gap) -> Bool { a.rawValue < b.rawValue }
  }

  let text: String
  let kind: TokenKind
  let start: Int
  let end: Int
  var gap = Gap.none
  /// The comments on lines of their own before it.
  var comments: [Comment] = []
  /// The comment behind it on its line.
  var trailing: String?

  /// For a bracket, the place of the other one.
  var partner = -1
  var bracket = Bracket.plain
  /// A statement, member, arm, or element between commas starts here.
  var startsUnit = false
  /// Stands against the piece before: the arguments of a call, an index.
  var hugs = false
  /// `-` before an operand.
  var isSign = false
  /// An operator between two operands.
  var operation: BinaryOperator?

  var isOpener: Bool { kind == .symbol && (text == "(" || text == "[" || text == "{") }
  var isCloser: Bool { kind == .symbol && (text == ")" || text == "]" || text == "}") }
  var isWord: Bool { kind == .identifier || kind == .keyword }
  var isElse: Bool { kind == .keyword && text == "else" }
  func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
}

/// A program as pieces; the last stands for the end of the file.
struct Pieces {
  var all: [Piece] = []

  init(_ tree: Tree, in map: SourceMap) {
    read(tree, in: map)
    pair()
    assign(Roles(tree))
  }

  private mutating func read(_ tree: Tree, in map: SourceMap) {
    var newlines = 0
    var comments: [Piece.Comment] = []
    for token in tree.tokens {
      switch token.kind {
      case .space: break
      case .newline: newlines += 1
      case .comment, .docComment:
        let text = map.text(of: token, in: tree.file).withoutTrailingSpace
        if newlines == 0, comments.isEmpty, !all.isEmpty {
          all[all.count - 1].trailing = text
        } else {
          comments.append(.init(text: text, isAfterBlank: newlines > 1))
          newlines = 0
        }
      default:
        var piece = Piece(text: map.text(of: token, in: tree.file), kind: token.kind, start: Int(token.start), end: Int(token.end))
        piece.gap = newlines == 0 ? .none : newlines == 1 ? .line : .blank
        piece.comments = comments
        all.append(piece)
        (newlines, comments) = (0, [])
      }
    }
  }

  /// Pairs the brackets, which a parsed program has in pairs.
  mutating func pair() {
    var open: [Int] = []
    for i in all.indices {
      if all[i].isOpener { open.append(i) }
      if all[i].isCloser, let opener = open.popLast() { (all[i].partner, all[opener].partner) = (opener, i) }
    }
  }

  private mutating func assign(_ roles: Roles) {
    let place = Dictionary(uniqueKeysWithValues: all.indices.map { (all[$0].start, $0) })
    for (word, pattern) in roles.binders {
      // With arguments, something stands between the word and the pattern.
      if let i = place[pattern], i > 0, all[i - 1].end != word, let opener = after(word) { all[opener].hugs = true }
    }
    for head in roles.heads { if let i = after(head) { all[i].hugs = true } }
    for name in roles.declared { if let i = after(name), all[i].isSymbol("(") { all[i].hugs = true } }
    for start in roles.typeNames {
      guard var i = place[start].map({ $0 + 1 }) else { continue }
      while all[i].isSymbol("(") || all[i].isSymbol("[") {
        all[i].hugs = true
        i = all[i].partner + 1
      }
    }
    for start in roles.constructors {
      if let i = place[start].map(pastParentheses), all[i + 1].isSymbol("(") { all[i + 1].hugs = true }
    }
    let patterns = Set(roles.recordPatterns.compactMap { place[$0].map(pastParentheses) })
    for i in all.indices {
      let piece = all[i]
      all[i].operation = roles.operators[piece.start]
      all[i].isSign = piece.isSymbol("-") && roles.operators[piece.start] == nil
      if piece.isSymbol("{") {
        let isRecord = patterns.contains(i) || startsRecord(i) && !roles.memberBraces.contains(all[piece.partner].end)
        all[i].bracket = isRecord ? .record : .block
        all[piece.partner].bracket = all[i].bracket
      }
    }
    markUnits(roles.unitStarts)
  }

  private mutating func markUnits(_ starts: Set<Int>) {
    var open: [Piece.Bracket] = []
    for i in all.indices {
      if all[i].isCloser { _ = open.popLast() }
      let isElement = open.last.map { $0 != .block } == true && (all[i - 1].isOpener || all[i - 1].isSymbol(","))
      all[i].startsUnit = !all[i].isCloser && (isElement || starts.contains(all[i].start)) || all[i].kind == .endOfFile
      if all[i].isOpener { open.append(all[i].bracket) }
    }
  }

  /// `{ name :`, `{ name ,`, and what follows `with`.
  private func startsRecord(_ i: Int) -> Bool {
    if i > 0, all[i - 1].kind == .identifier, all[i - 1].text == "with" { return true }
    return all[i + 1].kind == .identifier && (all[i + 2].isSymbol(":") || all[i + 2].isSymbol(","))
  }

  /// Whether piece `i` is the first on its line.
  func startsLine(_ i: Int) -> Bool { i == 0 || all[i].gap != .none || !all[i].comments.isEmpty || all[i - 1].trailing != nil }

  private func pastParentheses(_ i: Int) -> Int {
    var i = i
    while all[i].isSymbol("(") { i += 1 }
    return i
  }

  /// The first piece that starts at an offset or behind it, where `end` is the end of a piece.
  private func after(_ end: Int) -> Int? {
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].start < end { low = middle + 1 } else { high = middle }
    }
    return low < all.count ? low : nil
  }
}

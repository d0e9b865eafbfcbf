import Diagnostics
import Syntax

/// The one way a program is laid out.
public enum CodeFormatter {
  /// How long a line may be, in columns of a terminal.
  static let width = 140
  static let indent = 2

  public enum Failure: Error {
    /// The text is no program: what is wrong with it, and the texts that this speaks of.
    case mistakes([Diagnostic], SourceMap)
    /// A defect of the formatter: its result would mean something else, so there is none.
    case changesMeaning(String)
  }

  /// The text laid out anew. The author's lines are kept; spaces, indentation, blank lines and lines that are too long are not.
  /// What comes out has the tokens, the tree and the comments of what came in.
  public static func format(_ bytes: [UInt8], path: String) throws -> String {
    var map = SourceMap()
    let file = map.add(path: path, bytes: bytes)
    return try withDeepStack { () -> Result<String, Error> in Result { try format(file, map) } }.get()
  }

  private static func format(_ file: FileID, _ map: SourceMap) throws -> String {
    let tree = parse(file, in: map)
    let mistakes = tree.diagnostics.filter { $0.severity == .error }
    if !mistakes.isEmpty { throw Failure.mistakes(mistakes, map) }
    var pieces = Pieces(tree, in: map)
    pieces.normalise()
    pieces.breakLongLines()
    let result = pieces.printed()
    try verify(result, against: tree, in: map)
    return result
  }

  /// That the result says what the source says, comments included.
  private static func verify(_ result: String, against tree: Tree, in map: SourceMap) throws {
    var other = SourceMap()
    let copy = parse(other.add(path: map[tree.file].path, text: result), in: other)
    if let mistake = copy.diagnostics.first(where: { $0.severity == .error }) { throw Failure.changesMeaning(mistake.message) }
    if let difference = firstDifference(words(of: tree, map), words(of: copy, other)) {
      throw Failure.changesMeaning("`\(difference.0)` would become `\(difference.1)`")
    }
    if let difference = firstDifference(comments(of: tree, map), comments(of: copy, other)) {
      throw Failure.changesMeaning("the comment `\(difference.0)` would become `\(difference.1)`")
    }
    if tree.dump() != copy.dump() { throw Failure.changesMeaning("the tree would change") }
  }

  private static func firstDifference(_ a: [String], _ b: [String]) -> (String, String)? {
    for (x, y) in zip(a, b) where x != y { return (x, y) }
    return a.count == b.count ? nil : (a.count > b.count ? a[b.count] : "", b.count > a.count ? b[a.count] : "")
  }

  /// The spellings of a program's tokens, without what only separates: `;`, and a comma before a closing bracket.
  static func words(of tree: Tree, _ map: SourceMap) -> [String] {
    var result: [String] = []
    for token in tree.tokens {
      switch token.kind {
      case .space, .newline, .comment, .docComment, .endOfFile: continue
      default: break
      }
      let text = map.text(of: token, in: tree.file)
      if text == ";" { continue }
      if [")", "]", "}"].contains(text), result.last == "," { result.removeLast() }
      result.append(text)
    }
    return result
  }

  static func comments(of tree: Tree, _ map: SourceMap) -> [String] {
    tree.tokens.filter { $0.kind == .comment || $0.kind == .docComment }.map { map.text(of: $0, in: tree.file).withoutTrailingSpace }
  }

}

extension SourceMap {
  func text(of token: Token, in file: FileID) -> String {
    text(SourceSpan(file: file, start: Int(token.start), end: Int(token.end)))
  }
}

extension String {
  var withoutTrailingSpace: String {
    var result = self[...]
    while let last = result.unicodeScalars.last, last == " " || last == "\t" || last == "\r" { result.unicodeScalars.removeLast() }
    return String(result)
  }
}

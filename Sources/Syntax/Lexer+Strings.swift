import Diagnostics

extension Lexer {
  /// A string literal with its interpolations is one token; `Parser.string` looks inside.
  mutating func string() -> TokenKind {
    let start = position
    position += 1
    // For each open string, the depths of braces of the interpolation in it that is open, 0 while in its text.
    var depths = [0]
    var openers = [start]
    while position < limit, bytes[position] != 0x0A {
      let byte = bytes[position]
      position += 1
      let depth = depths[depths.count - 1]
      switch byte {
      case UInt8(ascii: "\\") where depth == 0:
        if position < limit, bytes[position] != 0x0A { position += 1 }
      case UInt8(ascii: "\"") where depth == 0:
        depths.removeLast()
        openers.removeLast()
        if depths.isEmpty { return .string }
      case UInt8(ascii: "\""):
        depths.append(0)
        openers.append(position - 1)
      case UInt8(ascii: "{"):
        if depth == 0, self.byte(at: position) == byte { position += 1 } else { depths[depths.count - 1] += 1 }
      case UInt8(ascii: "}") where depth > 0:
        depths[depths.count - 1] -= 1
      default: break
      }
    }
    endsInString = position >= limit
    unterminated(from: start, depths: depths)
    return .string
  }

  private mutating func unterminated(from start: Int, depths: [Int]) {
    let end = span(position, position)
    if depths[0] > 0 {
      diagnostics.append(
        Diagnostic(
          .unterminatedInterpolation, "this string ends inside an interpolation", at: end, label: "`}` is missing before here",
          labels: [.init(span(start, start + 1), "the string starts here")],
          notes: ["a brace that is meant as text is written twice: `{{`"]))
    } else {
      diagnostics.append(
        Diagnostic(
          .unterminatedString, "this string is not closed", at: end, label: "`\"` is missing here",
          labels: [.init(span(start, start + 1), "the string starts here")],
          notes: ["a string ends on the line it starts on; a line break in it is written `\\n`"],
          fixes: [.init("close the string", edits: [.init(end, "\"")])]))
    }
  }
}

import Diagnostics

extension Parser {
  mutating func numberLiteral() -> Expression {
    let lexeme = current
    let place = span(of: lexeme)
    let digits = source(place).filter { $0 != "_" }
    advance()
    // A malformed number has been reported by the lexer; what it starts with stands for it.
    switch lexeme.kind {
    case .integer:
      if let value = Int(digits) { return Expression(.int(value), place) }
      if !digits.allSatisfy({ $0.isASCII && $0.isNumber }) { return Expression(.error, place) }
      complain(
        .numberTooLarge, "this integer is too large", at: place, label: "an Int is at most \(Int.max)",
        fixes: [.init("write a Real", edits: [.init(place, source(place) + ".0")])])
      return Expression(.error, place)
    case .imaginary:
      return Expression(Double(digits.dropLast()).map { .imaginary($0) } ?? .error, place)
    default:
      guard let value = Double(digits) else { return Expression(.error, place) }
      if value.isFinite { return Expression(.real(value), place) }
      complain(
        .numberTooLarge, "this number is too large", at: place, label: "a Real is at most 1.8e308",
        fixes: [.init("write `inf`", edits: [.init(place, "inf")])])
      return Expression(.error, place)
    }
  }

  /// The string literal that stands here, with its escapes resolved and its interpolations parsed.
  mutating func stringLiteral() -> Expression {
    let lexeme = current
    advance()
    let isClosed = lexeme.end - lexeme.start >= 2 && bytes[lexeme.end - 1] == UInt8(ascii: "\"")
    var reader = StringReader(parser: self, position: lexeme.start + 1, end: isClosed ? lexeme.end - 1 : lexeme.end)
    let parts = reader.parts()
    diagnostics += reader.diagnostics
    return Expression(.string(parts), span(of: lexeme))
  }
}

/// Reads the inside of a string literal.
private struct StringReader {
  let parser: Parser
  var position: Int
  let end: Int
  var diagnostics: [Diagnostic] = []
  private var text: [UInt8] = []
  private var result: [StringPart] = []

  init(parser: Parser, position: Int, end: Int) { (self.parser, self.position, self.end) = (parser, position, end) }

  mutating func parts() -> [StringPart] {
    while position < end {
      let byte = parser.bytes[position]
      let next = position + 1 < end ? parser.bytes[position + 1] : 0
      switch byte {
      case UInt8(ascii: "\\"): escape(next)
      case UInt8(ascii: "{") where next == byte, UInt8(ascii: "}") where next == byte:
        text.append(byte)
        position += 2
      case UInt8(ascii: "{"): interpolation()
      case UInt8(ascii: "}"):
        let place = parser.span(position, position + 1)
        diagnostics.append(
          Diagnostic(
            .badInterpolation, "this `}` closes no interpolation", at: place, label: "a brace meant as text is written twice",
            fixes: [.init("write `}}`", edits: [.init(place, "}}")])]))
        text.append(byte)
        position += 1
      default:
        text.append(byte)
        position += 1
      }
    }
    flush()
    return result
  }

  private mutating func flush() {
    if text.isEmpty { return }
    result.append(.text(String(decoding: text, as: UTF8.self)))
    text = []
  }

  private mutating func escape(_ next: UInt8) {
    let start = position
    position = min(position + 2, end)
    switch next {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(next)
    case UInt8(ascii: "u") where position < end && parser.bytes[position] == UInt8(ascii: "{"):
      let digitsStart = position + 1
      while position < end, parser.bytes[position] != UInt8(ascii: "}") { position += 1 }
      let digits = String(decoding: parser.bytes[digitsStart..<max(digitsStart, position)], as: UTF8.self)
      position = min(position + 1, end)
      if digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) {
        text += Array(String(Character(scalar)).utf8)
      } else {
        unknownEscape(from: start, "`{\(digits)}` is not the number of a character", fixes: [])
      }
    default:
      // The whole character after the backslash belongs to the report.
      if let scalar = parser.bytes.scalar(at: start + 1, limit: end) { position = start + 1 + scalar.length }
      let double = Diagnostic.Fix("write `\\\\`", edits: [.init(parser.span(start, start + 1), "\\\\")])
      unknownEscape(from: start, #"the escapes are \n \t \" \\ and \u{…}"#, fixes: [double])
      text += parser.bytes[start..<position]
    }
  }

  private mutating func unknownEscape(from start: Int, _ label: String, fixes: [Diagnostic.Fix]) {
    let place = parser.span(start, position)
    diagnostics.append(
      Diagnostic(.unknownEscape, "`\(parser.source(place))` is not an escape", at: place, label: label, fixes: fixes))
  }

  /// `{expression:format}`
  private mutating func interpolation() {
    let start = position
    let (colon, close) = interpolationEnd()
    flush()
    position = min(close + 1, end)
    let expressionEnd = colon ?? close
    let format = colon.map { String(decoding: parser.bytes[$0 + 1..<close], as: UTF8.self) }
    let inside = start + 1..<expressionEnd
    if inside.allSatisfy({ parser.bytes[$0] == 0x20 }) {
      // A string that ends here has been reported by the lexer.
      if close < end {
        diagnostics.append(
          Diagnostic(
            .badInterpolation, "this interpolation is empty", at: parser.span(start, position), label: "expected an expression",
            notes: ["a brace meant as text is written twice: `{{`"]))
      }
      return
    }
    var sub = Parser(file: parser.file, bytes: parser.bytes, range: inside, depth: parser.depth + 1)
    sub.ignoresNewlines = true
    let value = sub.expression()
    if sub.current.kind != .endOfFile {
      sub.fail(.expectedExpression, "an interpolation holds one expression", label: "this is too much")
    }
    diagnostics += sub.diagnostics
    result.append(.interpolation(value, format: format))
  }

  /// The first colon outside brackets, and the closing brace, of the interpolation that starts here.
  private func interpolationEnd() -> (colon: Int?, close: Int) {
    var depth = 0
    var colon: Int?
    var index = position + 1
    while index < end {
      switch parser.bytes[index] {
      case UInt8(ascii: "\"") where colon == nil:
        var lexer = Lexer(file: parser.file, bytes: parser.bytes, range: index..<end)
        _ = lexer.string()
        index = lexer.position - 1
      case UInt8(ascii: "}") where depth <= 0 || colon != nil: return (colon, index)
      case UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":") where depth == 0 && colon == nil: colon = index
      default: break
      }
      index += 1
    }
    return (colon, end)
  }
}

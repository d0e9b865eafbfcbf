import Diagnostics

/// Cuts a range of a file into tokens that cover every byte of it.
struct Lexer {
  let file: FileID
  let bytes: [UInt8]
  let limit: Int
  var position: Int
  var tokens: [Token] = []
  var diagnostics: [Diagnostic] = []
  /// Whether the text ends inside a string.
  var endsInString = false

  init(file: FileID, bytes: [UInt8], range: Range<Int>) {
    (self.file, self.bytes, self.limit, self.position) = (file, bytes, range.upperBound, range.lowerBound)
  }

  mutating func run() {
    tokens.reserveCapacity((limit - position) / 3)
    while position < limit {
      let start = position
      let kind = next()
      tokens.append(Token(kind: kind, start: Int32(start), end: Int32(position)))
    }
    tokens.append(Token(kind: .endOfFile, start: Int32(limit), end: Int32(limit)))
  }

  func byte(at index: Int) -> UInt8 { index < limit ? bytes[index] : 0 }

  func span(_ start: Int, _ end: Int) -> SourceSpan { SourceSpan(file: file, start: start, end: end) }

  private mutating func next() -> TokenKind {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
      while position < limit, bytes[position] == 0x20 || bytes[position] == 0x09 || bytes[position] == 0x0D { position += 1 }
      return .space
    case UInt8(ascii: "\n"):
      position += 1
      return .newline
    case UInt8(ascii: "#"):
      let isDoc = self.byte(at: position + 1) == byte && self.byte(at: position + 2) != byte
      while position < limit, bytes[position] != 0x0A { position += 1 }
      return isDoc ? .docComment : .comment
    case UInt8(ascii: "\""):
      return string()
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      return number()
    case UInt8(ascii: "."):
      if isDigit(self.byte(at: position + 1)), !followsOperand { return number() }
      return symbol() ?? invalid()
    case UInt8(ascii: "'"):
      return singleQuoted()
    case 0xEF where position == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]):
      // The mark that some editors put before a text in UTF-8.
      position += 3
      return .space
    case 0x80...:
      return beyondASCII()
    default:
      return word() ?? symbol() ?? invalid()
    }
  }

  func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  /// Whether a `.` here would take a field of what stands before it.
  private var followsOperand: Bool {
    guard let last = tokens.last else { return false }
    switch last.kind {
    case .identifier, .integer, .real, .imaginary, .string: return true
    case .symbol: return [0x29, 0x5D, 0x7D, 0x2E].contains(bytes[Int(last.end) - 1])
    default: return false
    }
  }

  private mutating func symbol() -> TokenKind? {
    guard let candidates = TokenTable.byFirstByte[bytes[position]] else { return nil }
    for candidate in candidates where position + candidate.bytes.count <= limit {
      if bytes[position..<position + candidate.bytes.count].elementsEqual(candidate.bytes) {
        position += candidate.bytes.count
        return .symbol
      }
    }
    return nil
  }

  /// An identifier or a keyword, if one starts here.
  mutating func word() -> TokenKind? {
    let start = position
    while let scalar = bytes.scalar(at: position, limit: limit),
      position == start ? scalar.value.startsIdentifier : scalar.value.continuesIdentifier
    {
      position += scalar.length
    }
    if position == start { return nil }
    while byte(at: position) == UInt8(ascii: "'") { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    return TokenTable.keywords.contains(text) ? .keyword : .identifier
  }

  private mutating func beyondASCII() -> TokenKind {
    if let kind = word() { return kind }
    guard let scalar = bytes.scalar(at: position, limit: limit) else { return invalidBytes() }
    let text = String(Character(scalar.value))
    guard let twin = TokenTable.twinOf[text] else { return invalid() }
    position += scalar.length
    if TokenTable.keywords.contains(twin) { return .keyword }
    return twin.utf8.first.map { UInt32($0) }.flatMap(Unicode.Scalar.init)?.startsIdentifier == true ? .identifier : .symbol
  }

  private mutating func invalidBytes() -> TokenKind {
    while position < limit, bytes[position] >= 0x80, bytes.scalar(at: position, limit: limit) == nil { position += 1 }
    return .invalid
  }

  /// One character that begins no token.
  private mutating func invalid() -> TokenKind {
    let start = position
    guard let scalar = bytes.scalar(at: position, limit: limit) else { return invalidBytes() }
    position += scalar.length
    let character = Character(scalar.value)
    let place = span(start, position)
    if let power = TokenTable.superscripts[character] {
      diagnostics.append(
        Diagnostic(
          .invalidCharacter, "`\(character)` cannot be used as an exponent", at: place, label: "powers are written `^\(power)`",
          fixes: [.init("write `^\(power)`", edits: [.init(place, "^\(power)")])]))
    } else if let meant = TokenTable.lookalikes[character] {
      diagnostics.append(
        Diagnostic(
          .invalidCharacter, "`\(character)` is not `\(meant)`", at: place, label: "this character only looks like it",
          fixes: [.init("write `\(meant)`", edits: [.init(place, meant)])]))
    } else {
      let code = String(scalar.value.value, radix: 16, uppercase: true)
      let shown = scalar.value.properties.generalCategory == .control ? "a control character" : "`\(character)`"
      diagnostics.append(
        Diagnostic(
          .invalidCharacter, "\(shown) means nothing here", at: place,
          label: "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code))
    }
    return .invalid
  }

  /// `'text'`, as other languages write strings.
  private mutating func singleQuoted() -> TokenKind {
    var end = position + 1
    while end < limit, bytes[end] != 0x0A, bytes[end] != UInt8(ascii: "'") { end += 1 }
    guard byte(at: end) == UInt8(ascii: "'"), end > position + 1 else { return invalid() }
    let place = span(position, end + 1)
    let content = String(decoding: bytes[position + 1..<end], as: UTF8.self)
    diagnostics.append(
      Diagnostic(
        .singleQuotes, "strings are written with double quotes", at: place, label: "single quotes are primes, as in `x'`",
        fixes: [.init("write `\"\(content)\"`", edits: [.init(place, "\"\(content)\"")])]))
    position = end + 1
    return .invalid
  }
}

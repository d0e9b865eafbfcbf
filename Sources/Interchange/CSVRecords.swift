/// One cell: its place among the bytes, between its quotes where it has them.
struct CSVField {
  var range: Range<Int>
  var isQuoted = false
  /// Whether doubled quotes inside stand for one.
  var hasEscapes = false
}

/// Splits CSV text into records by RFC 4180: quoted fields may hold delimiters, line ends and doubled quotes. Lines end with
/// LF, CRLF or CR.
struct CSVRecords {
  let bytes: [UInt8]
  let delimiter: UInt8
  let path: String
  private(set) var position: Int
  /// Line at which the next record starts, from 1.
  private(set) var line = 1

  init(_ bytes: [UInt8], delimiter: UInt8, path: String) {
    (self.bytes, self.delimiter, self.path) = (bytes, delimiter, path)
    position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// Puts the next record into `fields`; false at the end. An empty line is a record of one empty field.
  mutating func next(into fields: inout [CSVField]) throws(FileError) -> Bool {
    fields.removeAll(keepingCapacity: true)
    guard position < bytes.count else { return false }
    while true {
      guard fields.count < Limits.columns else {
        throw FileError("a line has more than \(Limits.columns) fields", path: path, line: line)
      }
      if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
        fields.append(try quoted())
      } else {
        let start = position
        while position < bytes.count, bytes[position] != delimiter, bytes[position] != 0x0a, bytes[position] != 0x0d {
          position += 1
        }
        fields.append(CSVField(range: start..<position))
      }
      guard position < bytes.count, bytes[position] == delimiter else { break }
      position += 1
    }
    skipLineEnd()
    return true
  }

  private mutating func quoted() throws(FileError) -> CSVField {
    let opening = line
    position += 1
    var field = CSVField(range: position..<position, isQuoted: true)
    while true {
      guard position < bytes.count else {
        throw FileError("a quoted field does not end", path: path, line: opening, hint: "it is opened by a \" on this line")
      }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        guard position + 1 < bytes.count, bytes[position + 1] == byte else { break }
        field.hasEscapes = true
        position += 2
      } else if byte == 0x0a || byte == 0x0d {
        skipLineEnd()
      } else {
        position += 1
      }
    }
    field.range = field.range.lowerBound..<position
    position += 1
    guard position == bytes.count || [delimiter, 0x0a, 0x0d].contains(bytes[position]) else {
      throw FileError("text follows the closing quote of a field", path: path, line: line, hint: "a quote inside a field is doubled")
    }
    return field
  }

  private mutating func skipLineEnd() {
    guard position < bytes.count else { return }
    let isCRLF = bytes[position] == 0x0d && position + 1 < bytes.count && bytes[position + 1] == 0x0a
    position += isCRLF ? 2 : 1
    line += 1
  }

  /// The text of a field, without the spaces around it unless it is quoted.
  func text(_ field: CSVField) -> String {
    let text = String(decoding: bytes[field.isQuoted ? field.range : trimmed(field.range)], as: UTF8.self)
    guard field.hasEscapes else { return text }
    var result = ""
    var previousIsQuote = false
    for character in text.unicodeScalars {
      let isSecond = character == "\"" && previousIsQuote
      if !isSecond { result.unicodeScalars.append(character) }
      previousIsQuote = character == "\"" && !isSecond
    }
    return result
  }

  func cell(_ field: CSVField) -> CSVCell { CSVCell(bytes[trimmed(field.range)]) }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return start..<end
  }
}

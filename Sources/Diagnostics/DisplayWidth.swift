/// How many columns of a terminal text takes.
public enum DisplayWidth {
  static let tab = 4

  /// The columns of one character: 0 for a mark that combines with the one before, 2 for the wide forms of East Asia and emoji.
  public static func columns(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    let value = scalar.value
    if value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    let isEmoji = scalar.properties.isEmojiPresentation || character.unicodeScalars.contains { $0.value == 0xFE0F }
    return isEmoji || wide.contains { $0.contains(value) } ? 2 : 1
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
  ]
}

/// A line as it is shown: tabs as spaces, control characters as `·`, with the column at which each byte starts.
struct ShownLine {
  private(set) var text = ""
  /// The column of each byte of the line, and of its end.
  private(set) var columns: [Int] = []

  init(_ bytes: ArraySlice<UInt8>) {
    var column = 0
    for character in String(decoding: bytes, as: UTF8.self) {
      let width = character == "\t" ? DisplayWidth.tab - column % DisplayWidth.tab : DisplayWidth.columns(of: character)
      let isControl = character.unicodeScalars.first.map { $0.value < 0x20 || $0.value == 0x7F } ?? false
      text += character == "\t" ? String(repeating: " ", count: width) : isControl ? "·" : String(character)
      columns += repeatElement(column, count: character.utf8.count)
      column += width
    }
    // Bytes that are no UTF-8 are shown as replacement characters, which are longer than they.
    columns = Array(columns.prefix(bytes.count))
    columns += repeatElement(column, count: bytes.count + 1 - columns.count)
  }
}

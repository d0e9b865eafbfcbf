@preconcurrency import CReadline

#if canImport(Glibc)
  import Glibc
#endif

/// What keys do here that they do not do elsewhere. Each has a name, so that an inputrc can bind it to other keys.
enum Keys {
  private static let functions: [(name: String, function: @convention(c) (Int32, Int32) -> Int32, keys: [String])] = [
    ("ptb-return", { _, key in Buffer.wantsMore ? newLine() : rl_newline(1, key) }, ["\\r", "\\n"]),
    ("ptb-run", { _, key in rl_newline(1, key) }, ["\\e\\r", "\\e\\n"]),
    ("ptb-up", { count, key in Buffer.hasLineAbove ? moveUp() : search(rl_history_search_backward, count, key) }, ["\\e[A", "\\eOA", "\\C-p"]),
    ("ptb-down", { count, key in Buffer.hasLineBelow ? moveDown() : search(rl_history_search_forward, count, key) }, ["\\e[B", "\\eOB", "\\C-n"]),
    ("ptb-line-start", { _, _ in move(to: Buffer.lineStart, else: 0) }, ["\\C-a", "\\e[H", "\\eOH", "\\e[1~"]),
    ("ptb-line-end", { _, _ in move(to: Buffer.lineEnd, else: rl_end) }, ["\\C-e", "\\e[F", "\\eOF", "\\e[4~"]),
    ("ptb-kill-line", { _, _ in kill(rl_point, max(Buffer.lineEnd, min(rl_point + 1, rl_end))) }, ["\\C-k"]),
    ("ptb-kill-to-line-start", { _, _ in kill(rl_point, Buffer.lineStart) }, ["\\C-u"]),
    ("ptb-tab", { count, key in Buffer.isBlankBeforeCursor ? insert("  ") : rl_complete(count, key) }, ["\\t"]),
    ("ptb-close", { count, key in close(count, key) }, [")", "]", "}"]),
  ]

  /// Gives the keys their functions; the user's inputrc, which is read later, may change them.
  static func bind() {
    for (name, function, keys) in functions {
      rl_add_defun(strdup(name), function, -1)
      for map in ["emacs-standard", "vi-insert"] {
        for key in keys { rl_bind_keyseq_in_map(key, function, rl_get_keymap_by_name(map)) }
      }
      if name == "ptb-return" { for key in keys { rl_bind_keyseq_in_map(key, function, rl_get_keymap_by_name("vi-command")) } }
    }
  }

  /// Goes on in a new line, as deep as this one, or deeper after an opening bracket.
  private static func newLine() -> Int32 {
    let line = Buffer.before.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
    let opens = line.last { $0 != " " }.map { "([{".contains($0) } == true
    return insert("\n" + line.prefix { $0 == " " } + (opens ? "  " : ""))
  }
  private static func insert(_ text: String) -> Int32 {
    rl_insert_text(text)
    return 0
  }

  /// To the same column of the line above, or its end.
  private static func moveUp() -> Int32 {
    let lines = Buffer.before.split(separator: "\n", omittingEmptySubsequences: false)
    let (line, above) = (lines[lines.count - 1], lines[lines.count - 2])
    rl_point -= Int32(line.utf8.count + 1 + above.dropFirst(line.count).utf8.count)
    return 0
  }
  private static func moveDown() -> Int32 {
    let column = Buffer.before.reversed().prefix { $0 != "\n" }.count
    let below = Buffer.after.split(separator: "\n", omittingEmptySubsequences: false)[1]
    rl_point = Buffer.lineEnd + 1 + Int32(below.prefix(column).utf8.count)
    return 0
  }

  /// To the end of the line the cursor is in; from there to that of the entry.
  private static func move(to place: Int32, else further: Int32) -> Int32 {
    rl_point = rl_point == place ? further : place
    return 0
  }
  /// Cuts what stands between two places, for Ctrl-Y.
  private static func kill(_ from: Int32, _ to: Int32) -> Int32 {
    rl_kill_text(from, to)
    rl_point = min(from, to)
    return 0
  }

  /// A closing bracket at the start of a line stands under the line that it closes.
  private static func close(_ count: Int32, _ key: Int32) -> Int32 {
    if Buffer.isBlankBeforeCursor, Buffer.before.hasSuffix("  ") {
      rl_delete_text(rl_point - 2, rl_point)
      rl_point -= 2
    }
    return rl_insert(count, key)
  }

  /// Searches for entries that begin as the text before the cursor, which stays the same while one key of these follows another.
  private static func search(_ function: @escaping @convention(c) (Int32, Int32) -> Int32, _ count: Int32, _ key: Int32) -> Int32 {
    // Readline knows its own search by the last function; that was ours.
    if let found, found == Buffer.text { rl_last_func = function }
    defer { found = Buffer.text }
    return function(count, key)
  }
  /// What the last search found.
  private static var found: String?
}

/// What readline edits.
private enum Buffer {
  static var text: String { String(cString: rl_line_buffer) }
  static var before: String { String(decoding: UnsafeRawBufferPointer(start: rl_line_buffer, count: Int(rl_point)), as: UTF8.self) }
  static var lineStart: Int32 { Int32(before.utf8.count - before.reversed().prefix { $0 != "\n" }.reduce(0) { $0 + String($1).utf8.count }) }
  static var lineEnd: Int32 { rl_point + Int32(after.prefix { $0 != "\n" }.utf8.count) }
  static var after: String { String(cString: rl_line_buffer + Int(rl_point)) }
  static var hasLineAbove: Bool { before.contains("\n") }
  static var hasLineBelow: Bool { after.contains("\n") }
  static var isBlankBeforeCursor: Bool { before.reversed().prefix { $0 != "\n" }.allSatisfy { $0 == " " } }
  static var wantsMore: Bool { isUnfinished(text) }
}

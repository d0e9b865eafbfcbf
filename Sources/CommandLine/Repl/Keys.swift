@preconcurrency import CReadline

#if canImport(Glibc)
  import Glibc
#endif

/// What keys do here that they do not do elsewhere. Each has a name, so that an inputrc can bind it to other keys.
enum Keys {
  private static let functions: [(name: String, function: @convention(c) (Int32, Int32) -> Int32, keys: [String])] = [
    ("ptb-return", { _, key in Buffer.wantsMore ? newLine() : rl_newline(1, key) }, ["\\r", "\\n"]),
    ("ptb-run", { _, key in rl_newline(1, key) }, ["\\e\\r", "\\e\\n"]),
    ("ptb-up", { count, key in Buffer.hasLineAbove ? rl_previous_screen_line(count, key) : search(rl_history_search_backward, count, key) }, ["\\e[A", "\\eOA", "\\C-p"]),
    ("ptb-down", { count, key in Buffer.hasLineBelow ? rl_next_screen_line(count, key) : search(rl_history_search_forward, count, key) }, ["\\e[B", "\\eOB", "\\C-n"]),
    ("ptb-tab", { count, key in Buffer.isBlankBeforeCursor ? insert("  ") : rl_complete(count, key) }, ["\\t"]),
    ("ptb-close", { count, key in close(count, key) }, [")", "]", "}"]),
  ]

  /// Gives the keys their functions; the user's inputrc, which is read later, may change them.
  static func bind() {
    for (name, function, keys) in functions {
      rl_add_defun(name, function, -1)
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
  static var hasLineAbove: Bool { before.contains("\n") }
  static var hasLineBelow: Bool { String(cString: rl_line_buffer + Int(rl_point)).contains("\n") }
  static var isBlankBeforeCursor: Bool { before.reversed().prefix { $0 != "\n" }.allSatisfy { $0 == " " } }
  static var wantsMore: Bool { isUnfinished(text) }
}

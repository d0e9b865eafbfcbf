@preconcurrency import CReadline

#if canImport(Glibc)
  import Glibc
#endif

/// Answers readline's questions for completions by asking the evaluator, which has the names.
enum Completer {
  private static var supervisor: Supervisor!
  /// What ends a word to be completed: not `\`, which begins the name of a sign.
  private static let breaks = strdup(" \t\n\"'`@$><=;|&{}()[],.:+-*/%^!?~#")

  static func install(_ supervisor: Supervisor) {
    self.supervisor = supervisor
    rl_completer_word_break_characters = UnsafePointer(breaks)
    rl_completer_quote_characters = UnsafePointer(strdup("\""))
    // A command and the path behind it are words of their own.
    rl_completion_word_break_hook = {
      let before = String(decoding: UnsafeRawBufferPointer(start: rl_line_buffer, count: Int(rl_point)), as: UTF8.self)
      guard isCommand(before) else { return nil }
      return strdup(before.contains(" ") ? " " : " \t")
    }
    rl_attempted_completion_function = { _, start, end in
      rl_attempted_completion_over = 1
      let before = String(decoding: UnsafeRawBufferPointer(start: rl_line_buffer, count: Int(end)), as: UTF8.self)
      let found = Completer.supervisor.complete(before)
      if found.isFile {
        rl_attempted_completion_over = 0
        return nil
      }
      rl_completion_append_character = found.suffix.utf8.first.map(Int32.init) ?? 0
      rl_completion_suppress_append = found.suffix.isEmpty ? 1 : 0
      return Completer.matches(found.candidates)
    }
  }

  /// The list readline wants: what all begin with, then each, then nil; it frees them.
  private static func matches(_ candidates: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    guard var common = candidates.first.map({ Array($0.unicodeScalars) }) else { return nil }
    for candidate in candidates.dropFirst() {
      common = Array(zip(common, candidate.unicodeScalars).prefix { $0 == $1 }.map(\.0))
    }
    var beginning = String.UnicodeScalarView()
    beginning.append(contentsOf: common)
    let words = candidates.count == 1 ? [candidates[0]] : [String(beginning)] + candidates
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
    for (k, word) in words.enumerated() { list[k] = strdup(word) }
    list[words.count] = nil
    return list
  }
}

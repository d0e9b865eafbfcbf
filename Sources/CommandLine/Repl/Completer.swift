@preconcurrency import CReadline
import Elaboration

#if canImport(Glibc)
  import Glibc
#endif

/// Answers readline's questions for completions by asking the evaluator, which has the names; it knows files itself.
enum Completer {
  private static var supervisor: Supervisor!

  static func install(_ supervisor: Supervisor) {
    self.supervisor = supervisor
    // What ends a word: not `\`, which begins the name of a sign.
    rl_completer_word_break_characters = UnsafePointer(strdup(" \t\n\"'`@$><=;|&{}()[],.:+-*/%^!?~#"))
    rl_completer_quote_characters = UnsafePointer(strdup("\""))
    // Paths behind a command have dots and slashes in them.
    rl_completion_word_break_hook = {
      let before = Completer.before(rl_point)
      return isCommand(before) && before.contains(" ") ? strdup(" ()[]{},\"") : nil
    }
    rl_attempted_completion_function = { word, _, end in
      let found = Completer.supervisor.complete(Completer.before(end))
      // Files are completed by readline itself.
      rl_attempted_completion_over = found.isInString ? 0 : 1
      rl_completion_suppress_quote = found.isInString ? 0 : 1
      if found.isInString { return nil }
      let single = found.candidates.count == 1 ? found.candidates[0] : ""
      // A name, not the label of an argument or a sign, is complete and may be followed by anything.
      rl_completion_append_character = single.hasSuffix(":") ? 0x20 : 0
      // Readline replaces all of what it takes for the word.
      let kept = word.map { String(decoding: String(cString: $0).utf8.dropLast(found.length), as: UTF8.self) } ?? ""
      return Completer.list(found.candidates.map { kept + $0 })
    }
  }
  private static func before(_ end: Int32) -> String { String(decoding: UnsafeRawBufferPointer(start: rl_line_buffer, count: Int(end)), as: UTF8.self) }

  /// The list readline wants: what all begin with, then each, then nil; it frees them.
  private static func list(_ candidates: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    guard var common = candidates.first?.unicodeScalars[...] else { return nil }
    for candidate in candidates { common = common.prefix(zip(common, candidate.unicodeScalars).prefix { $0 == $1 }.count) }
    let words = candidates.count == 1 ? candidates : [String(common)] + candidates
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
    for (k, word) in words.enumerated() { list[k] = strdup(word) }
    list[words.count] = nil
    return list
  }
}

@preconcurrency import CReadline
import Syntax

#if canImport(Glibc)
  import Glibc
#endif

/// Reads entries at a terminal by GNU readline. Several lines are one buffer: they are edited, recalled and searched for as a whole.
final class LineEditor {
  let history: History
  private let supervisor: Supervisor
  private let isColoured: Bool
  /// What readline has read; outer nil while it reads, inner nil at the end of input.
  private static var line: String??

  init(_ supervisor: Supervisor) {
    self.supervisor = supervisor
    LineEditor.useUTF8()
    rl_readline_name = UnsafePointer(strdup("ptb"))
    // Prompts do not belong in a file that the output goes to.
    if isatty(1) == 0 { rl_outstream = stderr }
    isColoured = usesColor(isatty(1) == 0 ? 2 : 1)
    // Its handlers stay while the editor waits for keys, so that Ctrl-Z and a new size of the window find the terminal well.
    rl_catch_signals = 1
    rl_persistent_signal_handlers = 1
    rl_change_environment = 0
    // The user's inputrc, which is read after this, may say otherwise.
    rl_variable_bind("show-all-if-ambiguous", "on")
    rl_variable_bind("blink-matching-paren", "on")
    Keys.bind()
    Completer.install(supervisor)
    history = History()
    signal(SIGCONT) { _ in LineEditor.isBack = true }
  }
  /// Whether the program goes on after it was stopped by Ctrl-Z.
  private static var isBack = false

  /// Readline takes the locale from the environment; in one without UTF-8 it would break `δ`.
  private static func useUTF8() {
    setlocale(LC_CTYPE, "")
    if String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" { return }
    setenv("LC_ALL", "C.UTF-8", 1)
    setlocale(LC_CTYPE, "")
  }

  /// The next entry; nil at the end of input.
  func read() -> String? {
    LineEditor.line = nil
    begin()
    while true {
      if let line = LineEditor.line { return line }
      let ready = supervisor.held.wait(for: [0, supervisor.descriptor])
      rl_check_signals()
      if Interruption.isAsked { dropLine() }
      if LineEditor.isBack {
        LineEditor.isBack = false
        rl_forced_update_display()
      }
      if ready[1] { restore() }
      if ready[0] { rl_callback_read_char() }
    }
  }
  private func begin() {
    rl_callback_handler_install(prompt) { text in
      rl_callback_handler_remove()
      LineEditor.line = .some(text.map { String(cString: $0) })
      free(text)
    }
  }
  /// What takes no room on the screen stands between two marks.
  private var prompt: String { isColoured ? "\u{1}\u{1B}[1;36m\u{2}\(supervisor.prompt)\u{1}\u{1B}[0m\u{2}" : supervisor.prompt }

  /// Ctrl-C at the prompt: a new one.
  private func dropLine() {
    Interruption.flag.pointee = 0
    // Ends a search that is going on; readline does so only for signals that come while it reads a key.
    rl_readline_state |= UInt(RL_STATE_CALLBACK)
    rl_callback_sigcleanup()
    rl_readline_state &= ~UInt(RL_STATE_CALLBACK)
    rl_replace_line("", 0)
    rl_crlf()
    rl_callback_handler_remove()
    begin()
  }

  /// The evaluator was lost while nothing was evaluated.
  private func restore() {
    rl_clear_visible_line()
    supervisor.restore()
    rl_set_prompt(prompt)
    rl_on_new_line()
    rl_redisplay()
  }
}

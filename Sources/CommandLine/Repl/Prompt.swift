import Session

#if canImport(Glibc)
  import Glibc
#endif

/// The prompt on a terminal: reads entries and has them evaluated.
struct Prompt {
  private let supervisor: Supervisor
  init(_ supervisor: Supervisor) { self.supervisor = supervisor }

  /// Until the user leaves; a script may come first.
  func run(_ file: String?) {
    Interruption.onlyNotes()
    print("Perturb \(version)   :help for help, Ctrl-D to leave")
    if let file { _ = supervisor.evaluate(":load \(file)") }
    let editor = LineEditor(supervisor)
    while let entry = editor.read() {
      if entry.allSatisfy(\.isWhitespace) { continue }
      editor.history.add(entry)
      if supervisor.evaluate(entry) == .ended { return }
    }
    print("")
  }
}

/// Tells the user something, in place of a line of progress that may stand there.
func note(_ text: String) { writeError((isatty(2) != 0 ? "\r\u{1B}[K" : "") + text + "\n") }

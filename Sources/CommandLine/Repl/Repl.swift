import ArgumentParser
import Diagnostics
import Elaboration
import Interchange
import Session
import Syntax

#if canImport(Glibc)
  import Glibc
#endif

struct Repl: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Explore: enter expressions, see values with their types.", discussion: "Type :help at the prompt.")
  @ArgumentParser.Argument(help: "A script to run first.") var file: String?
  @OptionGroup var options: RunOptions

  func run() throws {
    let home = try findHome()
    if let file, !file.hasSuffix(".ptb"), (try? Script(path: file)) == nil {
      throw ValidationError("There is no command or script `\(file)`; see ptb --help.")
    }
    let isInteractive = isatty(0) != 0
    let start = { [options] in
      Conversation { change in
        // At a terminal limits hold for each entry.
        var session = isInteractive ? options.unwatchedSession : options.session
        change(&session)
        return Session(session, home: home)
      }
    }
    if isInteractive { return Prompt(Supervisor(start)).run(file) }
    let conversation = start()
    if let file { conversation.load(file) }
    conversation.readPiped()
    if conversation.failed { throw ExitCode(Interruption.isAsked ? Interruption.status : Status.failed) }
  }
}

/// Whether a text is a command of the prompt, not of the language.
func isCommand(_ text: String) -> Bool {
  let first = text.first { $0 != " " && $0 != "\n" }
  return first == ":" || first == "?"
}
/// Whether more lines may complete an entry.
func isUnfinished(_ entry: String) -> Bool { !isCommand(entry) && isIncomplete(entry) }

extension String {
  var trimmed: String { String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}

import ArgumentParser
import Session

#if canImport(Glibc)
  import Glibc
#endif

/// Exit statuses of the program.
enum Status {
  static let failed: Int32 = 1
  static let usage: Int32 = 2
  static let testsFailed: Int32 = 3
  static let interrupted: Int32 = 130
}

/// The whole program, on a thread whose stack is large enough for deeply nested scripts.
public func runProgram() {
  Interruption.install()
  Watchdog.started = Clock.now()
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, 1 << 30)
  var thread = pthread_t()
  let created = pthread_create(&thread, &attributes, { _ in
    exit(delivered(start()))
  }, nil)
  guard created == 0 else { exit(delivered(start())) }
  // Signals come to that thread: the prompt lets them in while it waits.
  var all = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_BLOCK, &all, nil)
  pthread_join(thread, nil)
}

/// The status of a program whose output must have reached its reader, if that is still there.
private func delivered(_ status: Int32) -> Int32 {
  if fflush(stdout) == 0, ferror(stdout) == 0 { return status }
  var reader = pollfd(fd: 1, events: 0, revents: 0)
  let hasLeft = poll(&reader, 1, 0) == 1 && reader.revents & Int16(POLLERR) != 0
  if !hasLeft { writeError("error: the output could not be written\n") }
  return status == 0 ? Status.failed : status
}

private func start() -> Int32 {
  do {
    var command = try Ptb.parseAsRoot()
    try command.run()
    return 0
  } catch let code as ExitCode {
    return code.rawValue
  } catch {
    let text = Ptb.fullMessage(for: error)
    // `--help` and `--version` are answers; anything else is a mistake of usage.
    if Ptb.exitCode(for: error) == .success {
      print(text)
      return 0
    }
    writeError(text + "\n")
    return Status.usage
  }
}

struct Ptb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ptb", abstract: "Perturb: what happens to this model when something about it is perturbed?",
    discussion: """
      Examples:
        ptb run examples/digits.ptb        check a script, then run it
        ptb check examples/                types and shapes only
        ptb test examples/                 run tests and claims
        ptb fmt examples/                  lay scripts out in the one style
        ptb claims examples/papers         what claims measured, as a table
        ptb checkpoint run.ckpt            what a checkpoint holds
        ptb explain E0203                  what an error means
        ptb                                explore
      Exit status: 0 fine, 1 the program failed, 2 wrong usage, 3 a test failed, 130 interrupted.
      """,
    version: "ptb \(version)", subcommands: [Run.self, Check.self, Test.self, Claims.self, Fmt.self, Repl.self, ShowIR.self, Explain.self, Doc.self, Bench.self,
      ShowCheckpoint.self,
    ],
    defaultSubcommand: Repl.self)
}

func writeError(_ text: String) { fputs(text, stderr) }

/// Ctrl-C: the first stops the evaluation in work, a second one at once the program.
enum Interruption {
  static let flag: UnsafeMutablePointer<Int32> = {
    let pointer = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    pointer.initialize(to: 0)
    return pointer
  }()
  static var isAsked: Bool { flag.pointee != 0 }
  /// The exit status of a program that was stopped, and what it says.
  static var status: Int32 { flag.pointee == StopReason.interrupted.rawValue ? Status.interrupted : Status.failed }
  static var message: String {
    switch StopReason(rawValue: flag.pointee) {
    case .timeIsOver: "error[E0985]: the time limit is over"
    case .outOfMemory: "error[E0911]: the process has grown beyond the limit of memory"
    case .interrupted, nil: "interrupted"
    }
  }
  static func install() {
    _ = flag
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGINT) { _ in
      if Interruption.flag.pointee != 0 { _exit(Status.interrupted) }
      Interruption.flag.pointee = StopReason.interrupted.rawValue
    }
  }
  /// Makes Ctrl-C nothing but a wish, however often it is pressed.
  static func onlyNotes() { signal(SIGINT) { _ in Interruption.flag.pointee = StopReason.interrupted.rawValue } }
}

import CProcess
import Session
import Syntax

#if canImport(Glibc)
  import Glibc
#endif

/// The process that holds the session. Each entry is tried in a fork of it, which becomes the session if all goes well; meanwhile
/// this one waits with the session as it was. So whatever happens to an entry (Ctrl-C within a long factorization, a trap, a
/// full stack, no memory), the session is exactly as before it, at once.
struct Evaluator {
  private let prompt: Channel
  private let conversation: Conversation

  /// How long an entry may take to stop by itself after Ctrl-C, in milliseconds.
  private static let grace = 30
  /// How long to wait for the end of a process that has been killed: its memory is given back piece by piece.
  private static let burial = 15
  /// The exit status of an entry that stopped because it was asked to.
  private static let stopped: Int32 = 75

  init(_ prompt: Channel, _ conversation: Conversation) {
    (self.prompt, self.conversation) = (prompt, conversation)
    Interruption.onlyNotes()
    // The end of a process is told by who waits for it.
    for trap in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] { signal(trap, SIG_DFL) }
  }

  /// Answers until the prompt is gone.
  func serve() -> Never {
    while let request = prompt.receive(Request.self) {
      switch request {
      case .enter(let text): attempt { conversation.evaluate(text) }
      case .replay(let text): attempt { silently { conversation.evaluate(text) } }
      case .complete(let text): _ = prompt.send(Reply.completion(conversation.complete(text)))
      }
    }
    _exit(0)
  }

  /// Evaluates an entry in a fork. Returns in the process that holds the session from now on.
  private func attempt(_ evaluate: () -> Bool) {
    while waitpid(-1, nil, WNOHANG) > 0 {}
    let held = HeldSignals([SIGINT])
    Interruption.flag.pointee = 0
    fflush(nil)
    guard let (before, after) = Channel.pair() else { return evaluateHere(evaluate, held) }
    let child = ptb_fork()
    switch child {
    case 0:
      before.close()
      ptb_die_with_parent(1)
      held.release()
      let outcome = self.outcome(onThread(evaluate))
      if Interruption.isAsked {
        if !conversation.toldOfInterruption { note("interrupted") }
        _exit(Self.stopped)
      }
      ptb_die_with_parent(0)
      // The process that waits is asked to go; when it has, this one is the session.
      _ = after.send(finished(outcome))
      _ = after.receive(Request.self)
      after.close()
      if !prompt.send(finished(outcome)) { _exit(0) }
    case -1:
      before.close()
      after.close()
      evaluateHere(evaluate, held)
    default:
      after.close()
      let outcome = watch(child, before, held)
      before.close()
      held.release()
      Interruption.flag.pointee = 0
      _ = prompt.send(finished(outcome))
    }
  }

  /// Where no process can be had the entry runs without a net: the prompt then has its journal.
  private func evaluateHere(_ evaluate: () -> Bool, _ held: HeldSignals) {
    held.release()
    let outcome = outcome(onThread(evaluate))
    _ = prompt.send(finished(Interruption.isAsked ? .interrupted : outcome))
  }

  /// Evaluates on a thread of its own: Swift remembers the numbers of threads for its `once`, a fork gives its thread a new one, and two
  /// threads of which one goes by a wrong number wait for each other for ever.
  private func onThread(_ evaluate: () -> Bool) -> Bool {
    withoutActuallyEscaping(evaluate) { evaluate in withDeepStack(bytes: 1 << 30) { self.watched(evaluate) } }
  }

  /// Limits of time and memory hold for each entry.
  private func watched(_ evaluate: () -> Bool) -> Bool {
    let limits = conversation.session.options.limits
    if !limits.isAny { return evaluate() }
    Watchdog.started = Clock.now()
    Watchdog.start(limits)
    defer { Watchdog.stop() }
    return evaluate()
  }

  private func outcome(_ succeeded: Bool) -> Outcome {
    fflush(nil)
    return conversation.ended ? .ended : succeeded ? .done : .failed
  }

  private func finished(_ outcome: Outcome) -> Reply { .finished(outcome, session: getpid(), prompt: conversation.prompt) }

  /// Waits for an entry. Does not return if it succeeds.
  private func watch(_ child: pid_t, _ entry: Channel, _ held: HeldSignals) -> Outcome {
    var deadline: Int?
    while true {
      let ready = held.wait(for: [entry.descriptor, prompt.descriptor], milliseconds: deadline.map { max(0, $0 - milliseconds()) })
      if ready[1], isGone(prompt) {
        kill(child, SIGKILL)
        _exit(0)
      }
      if Interruption.isAsked, deadline == nil {
        kill(child, SIGINT)
        deadline = milliseconds() + Self.grace
        continue
      }
      if ready[0] {
        guard case .finished = entry.receive(Reply.self) else { return burial(of: child, wasAsked: deadline != nil) }
        if deadline == nil { _exit(0) }
      }
      if ready[0] || deadline.map({ milliseconds() >= $0 }) == true {
        kill(child, SIGKILL)
        let end = milliseconds() + Self.burial
        while waitpid(child, nil, WNOHANG) == 0, milliseconds() < end { usleep(500) }
        note("interrupted")
        return .interrupted
      }
    }
  }

  private func burial(of child: pid_t, wasAsked: Bool) -> Outcome {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let number = status & 0x7F
    if number == 0 && (status >> 8) & 0xFF == Self.stopped || wasAsked { return .interrupted }
    let why =
      switch number {
      case SIGKILL: "it was killed, by a user or for want of memory"
      case SIGSEGV, SIGBUS: "it ran out of stack or touched memory that is not its own"
      case 0: "it ended the process"
      default: "an internal check failed (\(String(cString: strsignal(number)).lowercased()))"
      }
    note("the evaluation is lost: \(why). The session is as it was before this entry.")
    return .crashed
  }

  /// Whether the prompt has closed its end; what it has sent is not read yet.
  private func isGone(_ channel: Channel) -> Bool {
    var byte: UInt8 = 0
    return recv(channel.descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
  }

  /// Does something again: what it prints has been seen, what it writes has been written.
  private func silently(_ work: () -> Bool) -> Bool {
    let (output, errors) = (dup(1), dup(2))
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    dup2(nowhere, 1)
    dup2(nowhere, 2)
    close(nowhere)
    conversation.session.options.isRepetition = true
    defer {
      fflush(nil)
      dup2(output, 1)
      dup2(errors, 2)
      close(output)
      close(errors)
      conversation.session.options.isRepetition = false
    }
    return work()
  }
}

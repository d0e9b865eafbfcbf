import CProcess
import Elaboration

#if canImport(Glibc)
  import Glibc
#endif

/// The prompt's side of the evaluator: hands it entries, passes Ctrl-C on, and should all its processes be lost, starts it anew and
/// has it evaluate the entries again that it had accepted.
final class Supervisor {
  private let makeConversation: () -> Conversation
  private var channel = Channel(descriptor: -1)
  /// The process that holds the session.
  private var session: pid_t = 0
  /// What was accepted, in order: draws depend on the seed only, so the same entries make the same session.
  private var journal: [(entry: String, outcome: Outcome)] = []
  let held: HeldSignals
  /// What stands before the next entry.
  private(set) var prompt = Conversation.prompt(resultCount: 0)

  /// How long the evaluator may take to give up an entry before it counts as stuck, in milliseconds.
  private static let patience = 1000

  init(_ makeConversation: @escaping () -> Conversation) {
    self.makeConversation = makeConversation
    held = HeldSignals([SIGINT, SIGTSTP, SIGCONT, SIGWINCH, SIGTERM, SIGHUP, SIGQUIT])
    ptb_adopt_orphans()
    start()
  }

  /// Becomes readable when there is something to `listen` to.
  var descriptor: Int32 { channel.descriptor }

  private func start() {
    guard let (mine, its) = Channel.pair() else { return fail("no sockets can be had") }
    fflush(nil)
    session = ptb_fork()
    if session == 0 {
      mine.close()
      held.release()
      // The keys are the prompt's.
      let nothing = open("/dev/null", O_RDONLY)
      dup2(nothing, 0)
      close(nothing)
      Evaluator(its, makeConversation()).serve()
    }
    its.close()
    if session < 0 { return fail("no process can be had") }
    channel = mine
  }
  private func fail(_ why: String) {
    writeError("error: the prompt cannot evaluate: \(why) (\(String(cString: strerror(errno)).lowercased()))\n")
    exit(Status.failed)
  }

  /// Evaluates an entry.
  func evaluate(_ entry: String) -> Outcome {
    reap()
    if !isThere || !channel.send(Request.enter(entry)) {
      restore()
      _ = channel.send(Request.enter(entry))
    }
    guard let outcome = answer() else {
      note("the evaluator is lost with this entry.")
      restore()
      return .crashed
    }
    if outcome == .done || outcome == .failed, isWorthKeeping(entry) { journal.append((entry, outcome)) }
    return outcome
  }

  /// What may stand at the end of a text; nothing if the answer takes longer than anyone waits for a key, or Ctrl-C comes first.
  func complete(_ text: String) -> Completion {
    guard isThere, channel.send(Request.complete(text)) else { return Completion() }
    let end = milliseconds() + 1000
    while milliseconds() < end, !Interruption.isAsked {
      if held.wait(for: [channel.descriptor], milliseconds: end - milliseconds())[0] {
        guard case .completion(let found) = channel.receive(Reply.self) else { return Completion() }
        if lateAnswers == 0 { return found }
        lateAnswers -= 1
      }
    }
    lateAnswers += 1
    return Completion()
  }
  /// Answers to come that nobody waits for.
  private var lateAnswers = 0

  /// Looks at what came while nothing was asked: late answers, or nothing any more. Whether the evaluator is still there.
  func listen() -> Bool {
    guard lateAnswers > 0, case .completion = channel.receive(Reply.self) else { return false }
    lateAnswers -= 1
    return true
  }

  /// Starts the evaluator anew, with the session as it was.
  func restore() {
    channel.close()
    lateAnswers = 0
    if session > 0 { kill(session, SIGKILL) }
    reap()
    start()
    let old = journal
    journal = []
    prompt = Conversation.prompt(resultCount: 0)
    let begun = milliseconds()
    for (k, item) in old.enumerated() {
      if milliseconds() - begun > 500 {
        writeError("\r\u{1B}[Krestoring the session: \(k)/\(old.count)")
      }
      guard channel.send(Request.replay(item.entry)), let outcome = answer() else {
        note("the session could not be restored: its evaluator is lost with `\(item.entry)`")
        session = 0
        channel.close()
        return start()
      }
      if outcome == .interrupted {
        note("the session is restored up to `\(item.entry)`, not included")
        return
      }
      if outcome != item.outcome { note("`\(item.entry)` does not do again what it did") }
      if outcome != .crashed { journal.append((item.entry, outcome)) }
    }
    note(old.isEmpty ? "the evaluator was lost; a new one is here" : "the evaluator was lost; the session is as it was, by its \(old.count) \(old.count == 1 ? "entry" : "entries")")
  }

  /// Waits for the end of an entry; nil if the evaluator is lost.
  private func answer() -> Outcome? {
    var deadline: Int?
    while true {
      // Asked again and again, since the evaluator might not have begun when it was asked first.
      let ready = held.wait(for: [channel.descriptor], milliseconds: deadline == nil ? nil : 10)
      if ready[0] {
        switch channel.receive(Reply.self) {
        case .finished(let outcome, let process, let next):
          (session, prompt) = (process, next)
          Interruption.flag.pointee = 0
          return outcome
        case .completion: lateAnswers -= 1
        default: return nil
        }
        continue
      }
      if Interruption.isAsked, deadline == nil {
        deadline = milliseconds() + Self.patience
        // Behind the `^C` that the terminal shows.
        writeError("\n")
      }
      if let deadline {
        kill(session, SIGINT)
        if milliseconds() > deadline { return nil }
      }
    }
  }

  /// Whether the evaluator lives.
  private var isThere: Bool {
    var polled = pollfd(fd: channel.descriptor, events: 0, revents: 0)
    return poll(&polled, 1, 0) == 0
  }
  /// Forgets processes that have ended.
  private func reap() { while waitpid(-1, nil, WNOHANG) > 0 {} }

  /// Whether an entry may have changed the session.
  private func isWorthKeeping(_ entry: String) -> Bool { !isCommand(entry) || ReplCommand.called(by: entry)?.changesSession == true }
}

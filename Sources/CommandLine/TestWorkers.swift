import Diagnostics
import Session

#if canImport(Glibc)
  import Glibc
#endif

/// Runs the tests of several files at the same time, each in a process of its own: one that crashes takes no other with it.
final class TestWorkers {
  private struct Worker {
    let file: Int
    let process: pid_t
    let output: Int32
    var unread: [UInt8] = []
  }
  private let files: [String]
  private let count: Int
  private let arguments: [String]
  private let display: TestDisplay
  private var running: [Worker] = []

  init(_ files: [String], count: Int, arguments: [String], _ display: TestDisplay) {
    (self.files, self.count, self.arguments, self.display) = (files, count, arguments, display)
  }

  func run() throws {
    var next = 0
    var isStopped = false
    while true {
      while !Interruption.isAsked, running.count < count, next < files.count {
        start(next)
        next += 1
      }
      if running.isEmpty { break }
      if Interruption.isAsked, !isStopped {
        isStopped = true
        for worker in running { kill(worker.process, SIGINT) }
      }
      listen()
    }
    display.stop()
  }

  /// Waits for what the processes tell, at most a tenth of a second.
  private func listen() {
    var polls = running.map { pollfd(fd: $0.output, events: Int16(POLLIN), revents: 0) }
    guard poll(&polls, nfds_t(polls.count), 100) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65536)
    for k in running.indices.reversed() where polls[k].revents != 0 {
      let got = read(running[k].output, &buffer, buffer.count)
      if got > 0 {
        running[k].unread += buffer[..<got]
        deliver(k)
      } else if got == 0 || errno != EINTR {
        end(k)
      }
    }
  }

  private func deliver(_ k: Int) {
    while let newline = running[k].unread.firstIndex(of: 0x0A) {
      let line = String(decoding: running[k].unread[..<newline], as: UTF8.self)
      running[k].unread.removeSubrange(...newline)
      if let event = TestEvent(line: line) { display.take(event, ofFile: running[k].file) }
    }
  }

  private func end(_ k: Int) {
    let worker = running.remove(at: k)
    close(worker.output)
    var status: Int32 = 0
    while waitpid(worker.process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    let code = status >> 8 & 0xFF
    if !Interruption.isAsked, signal != 0 || code != 0 {
      let how = signal != 0 ? "signal \(signal)" : "status \(code)"
      display.take(failure("the process that ran these tests ended with \(how)"), ofFile: worker.file)
    }
    display.finish(worker.file)
  }

  private func start(_ file: Int) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return fail(file) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    // A group of its own: Ctrl-C reaches this process, which then tells each of the others once.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
      close(ends[1])
    }
    var words: [UnsafeMutablePointer<CChar>?] = (["ptb"] + arguments + ["--", files[file]]).map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var process = pid_t()
    guard posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &words, environ) == 0 else {
      close(ends[0])
      return fail(file)
    }
    running.append(Worker(file: file, process: process, output: ends[0]))
  }

  private func fail(_ file: Int) {
    display.take(failure("no process could be started: \(String(cString: strerror(errno)))"), ofFile: file)
    display.finish(file)
  }
  private func failure(_ message: String) -> TestEvent {
    .ended(title: "the script itself", seconds: 0, failure: message, report: "error: \(message)\n")
  }
}

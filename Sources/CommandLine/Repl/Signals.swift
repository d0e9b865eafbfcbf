import CProcess

#if canImport(Glibc)
  import Glibc
#endif

/// Signals that a process of the prompt lets in only while it waits, so that none comes between a look and the wait.
struct HeldSignals {
  /// The signals that were let in before.
  private var outer = sigset_t()

  init(_ signals: [Int32]) {
    var held = sigset_t()
    sigemptyset(&held)
    for signal in signals { sigaddset(&held, signal) }
    pthread_sigmask(SIG_BLOCK, &held, &outer)
    for signal in signals { sigdelset(&outer, signal) }
  }

  /// Waits until one of the descriptors can be read, or its other end is gone, or a signal came, or time is over.
  func wait(for descriptors: [Int32], milliseconds: Int? = nil) -> [Bool] {
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var limit = timespec(tv_sec: (milliseconds ?? 0) / 1000, tv_nsec: (milliseconds ?? 0) % 1000 * 1_000_000)
    var mask = outer
    let count = milliseconds == nil ? ppoll(&polled, nfds_t(polled.count), nil, &mask) : ppoll(&polled, nfds_t(polled.count), &limit, &mask)
    return polled.map { count > 0 && $0.revents != 0 }
  }
  /// Lets in what was let in before, and the held signals.
  func release() {
    var mask = outer
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}

/// Milliseconds since some moment.
func milliseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}

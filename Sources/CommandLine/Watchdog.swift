import Session
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Watches over the time and the memory of this process. What is beyond a limit is told to stop, and tells where it was; what does not
/// hear of it (a pass over a huge program, a factorization) is ended.
enum Watchdog {
  /// When the program was started, or an entry of the prompt.
  nonisolated(unsafe) static var started = Clock.now()
  static let place = Place()

  /// The statement in work, written by one thread and read by another.
  final class Place: Sendable {
    private let text = Mutex("")
    func set(_ place: String) { text.withLock { $0 = place } }
    var value: String { text.withLock { $0 } }
  }

  /// Seconds between looks, and those that work has to stop by itself.
  private static let interval = 0.02
  private static let grace = 2.0

  private nonisolated(unsafe) static var isOn = false
  /// Ends the watch, soon.
  static func stop() { isOn = false }

  static func start(_ limits: ProcessLimits) {
    if isOn { return }
    isOn = true
    let task = Unmanaged.passRetained(Task { watch(limits) })
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Task>.fromOpaque(argument).takeRetainedValue().work() }
        return nil
      }, task.toOpaque())
    if status == 0 { pthread_detach(thread) } else { task.release() }
  }
  private final class Task {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }

  private static func watch(_ limits: ProcessLimits) {
    var asked: Double?
    while isOn {
      usleep(UInt32(interval * 1e6))
      let now = Clock.now()
      let overTime = limits.seconds.map { now - started > $0 } ?? false
      let bytes = limits.bytes == nil ? 0 : residentBytes()
      let overMemory = limits.bytes.map { bytes > $0 } ?? false
      guard overTime || overMemory else {
        // What was freed in time is forgiven.
        asked = nil
        continue
      }
      if Interruption.flag.pointee == 0 {
        Interruption.flag.pointee = (overTime ? StopReason.timeIsOver : .outOfMemory).rawValue
      }
      let since = asked ?? now
      asked = since
      if now - since > grace || limits.bytes.map({ bytes > $0 + $0 / 2 + 256 << 20 }) == true { end(limits, overTime: overTime) }
    }
  }

  /// The end of a process that does not stop.
  private static func end(_ limits: ProcessLimits, overTime: Bool) -> Never {
    let what = overTime ? "E0985]: the time limit of \(limits.seconds ?? 0) seconds is over" : "E0911]: the process has grown beyond the limit of \((limits.bytes ?? 0) >> 20) MB"
    let place = place.value
    fflush(stdout)
    writeError((place.isEmpty ? "" : "\(place): ") + "error[\(what)\n")
    _exit(Status.failed)
  }

  /// The memory of this process that is in RAM.
  @Sendable static func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return 0 }
    let words = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }
}

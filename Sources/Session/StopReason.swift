import Diagnostics
import Elaboration
import Runtime

/// Why a session is told to stop: the values of the flag `SessionOptions.cancellation`, beside 0.
public enum StopReason: Int32, Sendable {
  case interrupted = 1
  case timeIsOver = 2
  case outOfMemory = 3
}

extension Session {
  /// Whether somebody has asked to stop.
  public var isInterrupted: Bool { (options.cancellation?.pointee ?? 0) != 0 }

  /// What a user is told who, or whose limit, stopped the work at a place.
  func stopped(at span: SourceSpan) -> Diagnostic {
    switch StopReason(rawValue: options.cancellation?.pointee ?? 0) {
    case .timeIsOver:
      return Diagnostic(
        .timeIsOver, "the time limit of \(options.limits.seconds.map { "\($0)" } ?? "?") seconds is over", at: span,
        notes: ["`--max-time` sets it; a minimisation with `checkpoint: \"run.ckpt\"` goes on where it stopped"])
    case .outOfMemory:
      return Diagnostic(
        .outOfMemory, "the process has grown beyond the limit of \(options.limits.bytes.map { NumberText.bytes($0) } ?? "?")", at: span,
        notes: ["`--max-memory` sets it"])
    case .interrupted, nil: return Diagnostic(.interrupted, "the run was interrupted", at: span)
    }
  }

  /// Notes what is in work, for whoever must end the process from outside.
  func note(_ span: SourceSpan) {
    guard let working = options.working, span.file != .none else { return }
    let sources = library.sources
    working("\(sources[span.file].path):\(sources.line(of: span.start, in: span.file) + 1)")
  }
}

/// Limits of a whole process, which its owner watches over; a session names them when it is stopped by one.
public struct ProcessLimits: Sendable {
  public var seconds: Double?
  public var bytes: Int?
  public var isAny: Bool { seconds != nil || bytes != nil }
  /// Bytes that the process has now; nothing is begun that would lead beyond the limit.
  public var used: @Sendable () -> Int = { 0 }
  public init() {}
}

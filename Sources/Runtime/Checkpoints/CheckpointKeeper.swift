import Diagnostics
import Ops

/// What a loop with the attribute `checkpoint` asks for.
public struct CheckpointRequest: Sendable {
  /// The file, as the script names it.
  public var path: String
  /// How often it is written: after so many iterations, or after so many seconds.
  public var iterations: Int?
  public var seconds: Double
  /// The solver whose iterations these are.
  public var label: String
  /// Which of the loops with checkpoints in its program this is, from 0.
  public var index = 0
  public var origin: SourceSpan

  /// Seconds between checkpoints where the script says nothing.
  public static let usualSeconds = 30.0
  /// The attributes that say so; they change nothing that the loop computes.
  public static let attributes: Set<String> = ["checkpoint", "checkpointIterations", "checkpointSeconds"]

  /// What helps with the checkpoint of another run.
  public static let waysOut = "put back what it was written with to go on; delete the file to start anew; or name another with `checkpoint:`"

  init?(_ operation: Operation) {
    let attributes = operation.attributes
    guard case .text(let path)? = attributes["checkpoint"] else { return nil }
    (self.path, origin) = (path, operation.origin)
    if case .int(let n)? = attributes["checkpointIterations"] { iterations = n }
    if case .real(let s)? = attributes["checkpointSeconds"] { seconds = s } else { seconds = iterations == nil ? CheckpointRequest.usualSeconds : .infinity }
    if case .text(let text)? = attributes["progress"] { label = text } else { label = "loop" }
  }
}

/// The state of a loop between two iterations: all that the rest of it depends on, besides the program and its inputs.
public struct LoopState {
  public var done: Int
  public var total: Int
  /// The value that the loop reports; NaN where it reports none.
  public var value: Double
  /// The carried values, then the rows recorded so far, as they lie in memory.
  public var parts: [[UInt8]]
  public init(done: Int, total: Int, value: Double, parts: [[UInt8]]) {
    (self.done, self.total, self.value, self.parts) = (done, total, value, parts)
  }
}

/// Where the states of loops are kept.
public protocol CheckpointKeeper: AnyObject {
  /// The state that a run which ended too early left behind; nil where there is none, and `start` is the first.
  func begin(_ request: CheckpointRequest, start: LoopState) throws(RuntimeFailure) -> LoopState?
  /// Keeps a state. A failure is told and does not end the run.
  func keep(_ state: LoopState, _ request: CheckpointRequest, reason: CheckpointReason)
}

public enum CheckpointReason: Sendable {
  case due, end
  /// The run is about to stop before its end.
  case stopped
}

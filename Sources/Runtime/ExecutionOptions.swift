import Diagnostics
import Tensors

/// How a plan is made.
public struct PlanOptions: Sendable, Hashable {
  /// Joins elementwise ops. Off, every op is an instruction of its own.
  public var fuses = true
  /// Lets values that are never alive at once share memory.
  public var reusesMemory = true
  /// Looks for NaN after every op, and fails at the first that makes one; ops are not joined then.
  public var tracesNaN = false
  /// Threads that large regions and kernels are split among. Results do not depend on it.
  public var threads = 1
  /// Bytes that the plan, its results and its loops may take, if limited, together with those in use already.
  public var memoryLimit: Int?
  public var memoryInUse = 0
  public init() {}
}

/// How far a loop is.
public struct LoopProgress: Sendable, Equatable {
  /// The attribute `progress`: the name of the solver.
  public var label: String
  public var done: Int
  /// How many iterations there are; nil for a `while`.
  public var total: Int?
  /// The value of the carry that `monitor` names, and what it is called.
  public var value: Double?
  public var valueName = "loss"
  /// Iterations that were done before it began here (by an earlier run), and seconds since then.
  public var from = 0
  public var elapsed = 0.0
}

/// How one run goes.
public struct ExecutionOptions {
  /// The run ends as soon as this is not zero; another thread, or a signal handler, may set it.
  public var cancellation: UnsafePointer<Int32>?
  /// Told how far the loops in work are that have the attribute `progress`, outermost first; with none when the run has ended.
  public var progress: (([LoopProgress]) -> Void)?
  /// Seconds between two such reports, at least.
  public var reportInterval = 0.1
  /// Where the states of loops are kept that ask for it; nil where none is read or written.
  public var checkpoints: CheckpointKeeper?
  /// Receives the lines that `print` writes.
  public var output: (String) -> Void = { print($0) }
  /// Writes what `save` saves; what it throws is described to the user.
  public var save: (_ path: String, _ tensors: [(name: String, tensor: Tensor)]) throws -> Void = { path, _ in
    throw RuntimeFailure(.fileNotWritten, "nothing can be saved here: `\(path)`")
  }
  /// Draws what `plot` describes, to a file where it names one.
  public var plot: (_ picture: Content, _ path: String?, _ origin: SourceSpan) throws -> Void = { _, _, _ in
    throw RuntimeFailure(.fileNotWritten, "nothing can be drawn here")
  }
  public init() {}
}

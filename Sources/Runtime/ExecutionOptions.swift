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
  /// Bytes that the plan and its loops may take, if limited.
  public var memoryLimit: Int?
  public init() {}
}

/// How one run goes.
public struct ExecutionOptions {
  /// The run ends as soon as this is not zero; another thread, or a signal handler, may set it.
  public var cancellation: UnsafePointer<Int32>?
  /// Called by loops with the attribute `progress`, at most ten times a second: its text, the number of iterations done, how many
  /// there are (nil for a `while`), and the value of the carry that `monitor` names.
  public var progress: ((_ label: String, _ iteration: Int, _ count: Int?, _ value: Double?) -> Void)?
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

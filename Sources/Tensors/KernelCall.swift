import CKernels

/// One operand of a kernel as it sees it: an address, a shape and a type. Plain data; the plan owns what it points to.
public struct Operand {
  public var pointer: UnsafeMutableRawPointer
  /// `rank` extents; lives as long as the plan.
  public var shape: UnsafePointer<Int>
  public var rank: Int
  public var count: Int
  public var dtype: DType
  public init(pointer: UnsafeMutableRawPointer, shape: UnsafePointer<Int>, rank: Int, count: Int, dtype: DType) {
    (self.pointer, self.shape, self.rank, self.count, self.dtype) = (pointer, shape, rank, count, dtype)
  }
}

/// What a kernel is called with. Plain data, laid out once per instruction when a plan is made.
public struct KernelCall {
  public var inputs: UnsafeMutablePointer<Operand>
  public var outputs: UnsafeMutablePointer<Operand>
  /// The op's attributes as integers, in the order its declaration packs them.
  public var attributes: UnsafePointer<Int>
  /// Scratch memory of the size the declaration asked for.
  public var workspace: UnsafeMutableRawPointer
  public var inputCount: Int
  public var outputCount: Int
  public init(
    inputs: UnsafeMutablePointer<Operand>, outputs: UnsafeMutablePointer<Operand>, attributes: UnsafePointer<Int>,
    workspace: UnsafeMutableRawPointer, inputCount: Int, outputCount: Int
  ) {
    (self.inputs, self.outputs, self.attributes) = (inputs, outputs, attributes)
    (self.workspace, self.inputCount, self.outputCount) = (workspace, inputCount, outputCount)
  }
}

/// How a kernel ended: `.ok`, or what went wrong, which the executor turns into a diagnostic at the op's place.
public struct KernelStatus: Equatable, Sendable {
  public enum Code: Int32, Sendable {
    case ok, singularMatrix, notPositiveDefinite, indexOutOfRange, noConvergence, divisionByZero, overflow, notAnInt, domain
  }
  public var code: Code
  /// What the message quotes: the index, the pivot, the number of iterations.
  public var detail: Int
  public init(_ code: Code, _ detail: Int = 0) { (self.code, self.detail) = (code, detail) }
  public static let ok = KernelStatus(.ok)
  /// Of what `ptb_run_region` and `ptb_run_small` give.
  public init(fault: Int64) {
    switch ptb_fault(UInt32(fault & 0xff)) {
    case PTB_INT_OVERFLOW: self.init(.overflow)
    case PTB_NOT_AN_INT: self.init(.notAnInt)
    default: self.init(.ok)
    }
  }
  /// Of a kernel whose arithmetic was `CheckedInt`'s.
  static func ofInts() -> KernelStatus { ptb_take_overflow() == 0 ? .ok : KernelStatus(.overflow) }
}

public typealias Kernel = @Sendable (UnsafePointer<KernelCall>) -> KernelStatus

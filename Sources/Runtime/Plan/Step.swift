import CKernels
import Diagnostics
import Ops

// What a graph is lowered to before memory is planned: blocks of steps over numbered values.

/// A value of the plan.
struct PlannedValue {
  enum Kind: Equatable {
    /// Made by a step, in memory of the plan.
    case computed
    /// An input of the run.
    case input(Int)
    /// A constant tensor of the plan.
    case constant(Int)
    /// A row of a stack that a loop reads in place; bound anew in each iteration.
    case row
    /// A stack whose height only the run tells: one of the execution's growing buffers.
    case stack(Int)
  }
  var dtype: DType
  var count: Int
  var kind: Kind
  /// The result of the run that it is, if it is one.
  var output: Int?
  var bytes: Int { count * dtype.size }
}

/// An operand that a kernel reads as a whole: contiguous elements of a value from an offset on, under a shape.
struct KernelOperand {
  var value: Int
  var offset: Int
  var shape: [Int]
}

struct Step {
  enum Kind {
    case micro(MicroStep)
    case region(RegionStep)
    case kernel(KernelStep)
    case join(JoinStep)
    case branch(BranchStep)
    case loop(LoopStep)
    case effect(EffectStep)
  }
  var kind: Kind
  var origin: SourceSpan
  /// The op, for messages.
  var name: String
}

final class Block {
  var steps: [Step] = []
}

/// One elementwise op, before it becomes part of a region.
struct MicroStep {
  var op: UInt16
  var type: DType
  var source: DType
  var inputs: [Access]
  var output: Int
  var count: Int
}

/// A fused region: loads, ops over them and over each other, and what is stored.
struct RegionStep {
  enum Source: Hashable {
    case load(Int)
    case node(Int)
  }
  struct Node {
    var op: UInt16
    var type: DType
    var source: DType
    var inputs: [Source]
    /// For what goes wrong in it.
    var origin: SourceSpan
  }
  var count: Int
  var loads: [Access]
  var nodes: [Node]
  var stores: [(source: Source, value: Int)]
}

struct KernelStep {
  var decl: OpDecl
  var kernel: Kernel
  var attributes: [Int]
  var workspace: Int
  var inputs: [KernelOperand]
  var outputs: [KernelOperand]
  var updatesInPlace: Bool
  var split: RowParallel.Split
}

/// Values laid one after the other in a new one.
struct JoinStep {
  var inputs: [KernelOperand]
  var output: Int
}

struct BranchStep {
  var condition: Int
  var blocks: [Block]
  /// For each branch, the values that become the results.
  var branchResults: [[Int]]
  var results: [Int]
}

struct LoopStep {
  struct Carry {
    var initial: KernelOperand
    var parameter: Int
    var next: Int
    var result: Int
  }
  /// A stack and the value that stands for one row of it. `inPlace`: the row is bound, not copied.
  struct Row {
    var stack: Int
    var offset: Int
    var row: Int
    var inPlace: Bool
  }
  var isFor: Bool
  var reversed: Bool
  var length: Int?
  var count: Int?
  var index: Int?
  var carries: [Carry]
  var xs: [Row]
  var ys: [Row]
  var iterations: Int?
  var conditionBlock: Block?
  var condition: Int?
  var body: Block
  var label: String?
  var monitor: Int?
  var monitorName: String
  var checkpoint: CheckpointRequest?
}

struct EffectStep {
  var operation: Operation
  var inputs: [KernelOperand]
  var dtypes: [DType]
  var output: Int?
}

import CKernels
import Tensors

// What the executor runs: plain data at fixed addresses, made once for a plan.

typealias Address = UnsafeMutableRawPointer
/// A place that holds an address; rewritten where the address changes.
typealias Cell = UnsafeMutablePointer<UnsafeMutableRawPointer?>

struct Instruction {
  enum Code: UInt8 {
    /// Runs region `a`; `parallelRegion` on all threads; `small` the small region `a`.
    case region, parallelRegion, small
    /// Calls kernel `a`; `parallelKernel` the `b` pieces from `a` on, on all threads.
    case kernel, parallelKernel
    /// Does the copies from `a` to `b`.
    case copy
    /// Does effect `a`.
    case effect
    /// Goes on at `b`; `jumpIfFalse` where the Bool at cell `a` is false.
    case jump, jumpIfFalse
    /// Starts loop `a`, at `b` if it has no iterations.
    case loopBegin
    /// Binds the rows of loop `a` for this iteration.
    case loopRows
    /// Ends an iteration of loop `a`: copies, swaps, reports; goes on at `b` if there is another.
    case loopNext
    /// Leaves loop `a`.
    case loopEnd
    case stop
  }
  var code: Code
  var a: Int32 = 0
  var b: Int32 = 0
}

struct RegionEntry {
  var region: ptb_region
  var inputs: UnsafeMutablePointer<UnsafeRawPointer?>
  var outputs: Cell
}

struct SmallEntry {
  var ops: UnsafePointer<ptb_small_op>
  var count: Int
  var elements: Int
}

struct KernelEntry {
  var call: KernelCall
  var kernel: Kernel
}

struct CopyEntry {
  var target: Cell
  var source: Cell
  var bytes: Int
}

/// Addresses `base + offset` that follow a base.
struct Patch {
  var cell: Cell
  var offset: Int
}

/// A base that a loop moves along a stack, or a row that it copies in or out.
struct RowEntry {
  /// The stack's address, or -1 and the number of a growing buffer.
  var stack: Cell
  var growing: Int32
  /// The base to bind, or -1 where `row` is copied.
  var base: Int32
  var row: Cell
  var bytes: Int
}

struct SwapEntry {
  var first: Int32
  var second: Int32
}

struct LoopEntry {
  /// Where the index is stored, for a `for`.
  var index: Cell
  /// The number of iterations: a cell with an Int where it is dynamic.
  var count: Cell
  var length: Int
  var isFor: Bool
  var hasCount: Bool
  var reversed: Bool
  /// Ranges of the tables of rows, copies and swaps.
  var xs: Range32
  var ys: Range32
  var copies: Range32
  var swaps: Range32
  var iterations: Cell
  var hasIterations: Bool
  /// The report of progress, or -1; the checkpoint, or -1.
  var report: Int32
  var checkpoint: Int32
  // State.
  var done = 0
  var total = 0
  var i = 0
  /// For the report: when it began, and how many iterations an earlier run had done.
  var began = 0.0
  var from = 0
}

struct Range32 {
  var start: Int32
  var end: Int32
}

/// A stack that grows while a loop records.
struct GrowingBuffer {
  var pointer: Address?
  var capacity: Int
}

/// All the tables, in memory that the plan owns.
struct Program {
  var code: UnsafeMutablePointer<Instruction>
  var regions: UnsafeMutablePointer<RegionEntry>
  var smalls: UnsafeMutablePointer<SmallEntry>
  var kernels: UnsafeMutablePointer<KernelEntry>
  var copies: UnsafeMutablePointer<CopyEntry>
  var loops: UnsafeMutablePointer<LoopEntry>
  var rows: UnsafeMutablePointer<RowEntry>
  var swaps: UnsafeMutablePointer<SwapEntry>
  var conditions: UnsafeMutablePointer<Cell>
  /// The address of each base, and its patches: a range of `patches`.
  var bases: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  var patchRanges: UnsafeMutablePointer<Range32>
  var patches: UnsafeMutablePointer<Patch>
  var growing: UnsafeMutablePointer<GrowingBuffer>
}

import CKernels
import Tensors

/// What a run needs besides the program, apart from the loop of instructions.
struct RunState {
  var options: ExecutionOptions
  /// Nil where the plan has nothing to share out.
  var pool: ThreadPool?
  var cancelled: UnsafePointer<Int32>
  var effects: [EffectEntry]
  var reports: [Report]
  var texts: [String]
  var memoryLimit: Int
  var usedMemory: Int
  var failure: RuntimeFailure?
  var lastReport: Double = 0
  var hasReported = false
  /// How many iterations pass between two looks at the clock, so that looking costs nothing, and how many are left; the last look.
  var stride = 1
  var untilLook = 1
  var lastLook = 0.0
  var checkpoints: [CheckpointEntry] = []
  /// That of the loop in work, which lies in no other loop.
  var checkpoint: LoopCheckpoint?
}

/// How a run ended, and at which instruction.
enum Ending {
  case finished
  case kernel(Int, KernelStatus)
  /// What the fused instruction gives.
  case fault(Int, Int64)
  /// The failure is in the state, without its place.
  case failed(Int)
  case cancelled(Int)
}

/// Runs instructions from `start` until one stops. `trace` looks at what an instruction wrote and may end the run.
func execute(
  _ p: Program, _ state: inout RunState, trace: ((Int) -> RuntimeFailure?)? = nil
) -> Ending {
  let cancelled = state.cancelled
  var next = 0
  while true {
    let at = next
    let instruction = p.code[at]
    let a = Int(instruction.a)
    next = at + 1
    switch instruction.code {
    case .region:
      let entry = p.regions + a
      let fault = runRegion(entry, cancelled)
      if fault != 0 { return .fault(at, fault) }
      if cancelled.pointee != 0 { return .cancelled(at) }
    case .small:
      let entry = p.smalls + a
      let fault = ptb_run_small(entry.pointee.ops, Int64(entry.pointee.count), Int64(entry.pointee.elements))
      if fault != 0 { return .fault(at, fault) }
    case .parallelRegion:
      let fault = runParallel(p.regions + a, state.pool.unsafelyUnwrapped, cancelled)
      if fault != 0 { return .fault(at, fault) }
      if cancelled.pointee != 0 { return .cancelled(at) }
    case .kernel:
      let entry = p.kernels + a
      let status = withUnsafePointer(to: &entry.pointee.call) { entry.pointee.kernel($0) }
      if status.code != .ok { return .kernel(at, status) }
      if cancelled.pointee != 0 { return .cancelled(at) }
    case .parallelKernel:
      let status = runParallel(p.kernels + a, Int(instruction.b), state.pool)
      if status.code != .ok { return .kernel(at, status) }
      if cancelled.pointee != 0 { return .cancelled(at) }
    case .copy: for k in a..<Int(instruction.b) { copy(p.copies[k]) }
    case .effect:
      if let failure = runEffect(a, &state) {
        state.failure = failure
        return .failed(at)
      }
    case .jump: next = Int(instruction.b)
    case .jumpIfFalse:
      if p.conditions[a].pointee.unsafelyUnwrapped.load(as: UInt8.self) == 0 { next = Int(instruction.b) }
    case .loopBegin:
      if !begin(p.loops + a, p) {
        next = Int(instruction.b)
      } else if (p.loops + a).pointee.checkpoint >= 0 {
        do throws(RuntimeFailure) { if try resume(p.loops + a, p, &state) { next = Int(instruction.b) } } catch {
          state.failure = error
          return .failed(at)
        }
      }
    case .loopRows:
      if !bindRows(p.loops + a, p, &state) { return .failed(at) }
    case .loopNext:
      if cancelled.pointee != 0 { return .cancelled(at) }
      if finishIteration(p.loops + a, p, &state) { next = Int(instruction.b) }
    case .loopEnd:
      let loop = (p.loops + a).pointee
      loop.iterations.pointee.unsafelyUnwrapped.storeBytes(of: loop.done, as: Int.self)
    case .stop: return .finished
    }
    if let trace, let failure = trace(at) {
      state.failure = failure
      return .failed(at)
    }
  }
}

/// Runs a region in pieces, so that the wish to stop is soon seen; gives the first fault.
@inline(__always)
private func runRegion(_ entry: UnsafeMutablePointer<RegionEntry>, _ cancelled: UnsafePointer<Int32>) -> Int64 {
  withUnsafePointer(to: &entry.pointee.region) { region in
    let count = region.pointee.count
    var begin: Int64 = 0
    repeat {
      let end = min(count, begin + (1 << 17))
      let fault = ptb_run_region(region, entry.pointee.inputs, entry.pointee.outputs, begin, end)
      if fault != 0 { return fault }
      begin = end
    } while begin < count && cancelled.pointee == 0
    return 0
  }
}

@inline(__always)
private func copy(_ entry: CopyEntry) {
  entry.target.pointee.unsafelyUnwrapped.copyMemory(from: entry.source.pointee.unsafelyUnwrapped, byteCount: entry.bytes)
}

/// Points a base, and all that follows it, elsewhere.
@inline(__always)
func bind(_ base: Int, to address: UnsafeMutableRawPointer, _ p: Program) {
  p.bases[base] = address
  let range = p.patchRanges[base]
  for k in Int(range.start)..<Int(range.end) { p.patches[k].cell.pointee = address + p.patches[k].offset }
}

/// Whether the loop has a first iteration. A `while` finds out by its condition.
private func begin(_ loop: UnsafeMutablePointer<LoopEntry>, _ p: Program) -> Bool {
  loop.pointee.done = 0
  if loop.pointee.report >= 0 { (loop.pointee.began, loop.pointee.from) = (monotonicSeconds(), 0) }
  guard loop.pointee.isFor else { return true }
  let total = loop.pointee.hasCount ? loop.pointee.count.pointee.unsafelyUnwrapped.load(as: Int.self) : loop.pointee.length
  loop.pointee.total = total
  if total <= 0 { return false }
  loop.pointee.i = loop.pointee.reversed ? total - 1 : 0
  loop.pointee.index.pointee.unsafelyUnwrapped.storeBytes(of: loop.pointee.i, as: Int.self)
  return true
}

/// Puts a loop that has begun where an earlier run left it, if checkpoints are kept; whether it is done already.
private func resume(_ loop: UnsafeMutablePointer<LoopEntry>, _ p: Program, _ state: inout RunState) throws(RuntimeFailure) -> Bool {
  guard let keeper = state.options.checkpoints else { return false }
  let monitor = loop.pointee.report >= 0 ? state.reports[Int(loop.pointee.report)] : nil
  let checkpoint = LoopCheckpoint(state.checkpoints[Int(loop.pointee.checkpoint)], loop, p, monitor: monitor, keeper)
  try checkpoint.begin()
  state.checkpoint = checkpoint
  return loop.pointee.done == loop.pointee.total
}

/// Rows of stacks for this iteration: bound, or copied if small. False if a growing buffer may not grow.
private func bindRows(_ loop: UnsafeMutablePointer<LoopEntry>, _ p: Program, _ state: inout RunState) -> Bool {
  let i = loop.pointee.isFor ? loop.pointee.i : loop.pointee.done
  for k in Int(loop.pointee.xs.start)..<Int(loop.pointee.xs.end) {
    let row = p.rows + k
    let stack = row.pointee.growing >= 0 ? p.growing[Int(row.pointee.growing)].pointer : row.pointee.stack.pointee
    let source = stack.unsafelyUnwrapped + i * row.pointee.bytes
    if row.pointee.base >= 0 {
      bind(Int(row.pointee.base), to: source, p)
    } else {
      row.pointee.row.pointee.unsafelyUnwrapped.copyMemory(from: source, byteCount: row.pointee.bytes)
    }
  }
  for k in Int(loop.pointee.ys.start)..<Int(loop.pointee.ys.end) {
    let row = p.rows + k
    var stack = row.pointee.stack.pointee
    if row.pointee.growing >= 0 {
      let buffer = p.growing + Int(row.pointee.growing)
      let rows = loop.pointee.isFor ? loop.pointee.total : i + 1
      if rows * row.pointee.bytes > buffer.pointee.capacity || buffer.pointee.pointer == nil {
        guard grow(buffer, to: rows * row.pointee.bytes, &state) else { return false }
      }
      stack = buffer.pointee.pointer
    }
    if row.pointee.base >= 0 { bind(Int(row.pointee.base), to: stack.unsafelyUnwrapped + i * row.pointee.bytes, p) }
  }
  return true
}

private func grow(_ buffer: UnsafeMutablePointer<GrowingBuffer>, to bytes: Int, _ state: inout RunState) -> Bool {
  let capacity = max(bytes, buffer.pointee.capacity * 2, 1024)
  if state.usedMemory + capacity > state.memoryLimit {
    state.failure = .outOfMemory(state.usedMemory + capacity, limit: state.memoryLimit)
    return false
  }
  let fresh = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
  if let old = buffer.pointee.pointer {
    fresh.copyMemory(from: old, byteCount: buffer.pointee.capacity)
    old.deallocate()
  }
  state.usedMemory += capacity - buffer.pointee.capacity
  buffer.pointee = GrowingBuffer(pointer: fresh, capacity: capacity)
  return true
}

/// Records, carries, counts and reports; whether there is another iteration.
private func finishIteration(_ loop: UnsafeMutablePointer<LoopEntry>, _ p: Program, _ state: inout RunState) -> Bool {
  let i = loop.pointee.isFor ? loop.pointee.i : loop.pointee.done
  for k in Int(loop.pointee.ys.start)..<Int(loop.pointee.ys.end) where p.rows[k].base < 0 {
    let row = p.rows[k]
    let stack = row.growing >= 0 ? p.growing[Int(row.growing)].pointer : row.stack.pointee
    (stack.unsafelyUnwrapped + i * row.bytes).copyMemory(from: row.row.pointee.unsafelyUnwrapped, byteCount: row.bytes)
  }
  for k in Int(loop.pointee.copies.start)..<Int(loop.pointee.copies.end) { copy(p.copies[k]) }
  for k in Int(loop.pointee.swaps.start)..<Int(loop.pointee.swaps.end) {
    let (first, second) = (Int(p.swaps[k].first), Int(p.swaps[k].second))
    let (x, y) = (p.bases[first].unsafelyUnwrapped, p.bases[second].unsafelyUnwrapped)
    bind(first, to: y, p)
    bind(second, to: x, p)
  }
  loop.pointee.done += 1
  if loop.pointee.report >= 0 { report(loop.pointee, p, &state) }
  if loop.pointee.checkpoint >= 0 { state.checkpoint?.iterationEnded() }
  guard loop.pointee.isFor else { return true }
  if loop.pointee.done == loop.pointee.total { return false }
  loop.pointee.i += loop.pointee.reversed ? -1 : 1
  loop.pointee.index.pointee.unsafelyUnwrapped.storeBytes(of: loop.pointee.i, as: Int.self)
  return true
}

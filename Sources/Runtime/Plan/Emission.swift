import CKernels
import Diagnostics
import Ops

/// Writes the steps of a planned program as instructions over addresses.
struct Emission {
  let values: [PlannedValue]
  let constants: [Tensor]
  let memory: MemoryPlan
  let storage: PlanStorage
  let threads: Int

  var code: [Instruction] = []
  /// The step of each instruction, for messages: op and place.
  var sources: [(name: String, origin: SourceSpan)] = []
  /// The origins of what a region's instruction computes, in the order in which faults count, where something in it may fail.
  var faultOrigins: [Int: [SourceSpan]] = [:]
  /// What each instruction writes, for the search for NaN.
  var written: [[Int]] = []
  var regions: [RegionEntry] = []
  var smalls: [SmallEntry] = []
  var kernels: [KernelEntry] = []
  var copies: [CopyEntry] = []
  var loops: [LoopEntry] = []
  var rows: [RowEntry] = []
  var swaps: [SwapEntry] = []
  var conditions: [Cell] = []
  var effects: [EffectEntry] = []
  var reports: [Report] = []
  /// The report of the innermost loop that reports.
  var currentReport: Int32 = -1
  var checkpoints: [CheckpointEntry] = []
  var patches: [[Patch]]
  /// Steps are numbered as `Liveness` numbered them.
  private var time = 0
  var current: (name: String, origin: SourceSpan) = ("", .none)

  init(_ values: [PlannedValue], _ constants: [Tensor], _ memory: MemoryPlan, _ storage: PlanStorage, threads: Int) {
    (self.values, self.constants, self.memory, self.storage, self.threads) = (values, constants, memory, storage, threads)
    patches = Array(repeating: [], count: memory.homes.count)
  }

  // MARK: addresses

  /// Lets a cell hold the address of a value's element, now and when the value moves.
  mutating func place(_ cell: Cell, _ value: Int, offset: Int = 0) {
    let bytes = offset * values[value].dtype.size
    if case .constant(let k) = values[value].kind {
      cell.pointee = constants[k].pointer + bytes
      return
    }
    switch memory.places[value] {
    case .arena(let start): cell.pointee = storage.arena! + start + bytes
    case .base(let base): patches[base].append(Patch(cell: cell, offset: bytes))
    // Nothing to read or write; but an address, since C wants one.
    case .none: cell.pointee = storage.arena
    }
  }
  mutating func cell(_ value: Int, offset: Int = 0) -> Cell {
    let cell = storage.cells(1)
    place(cell, value, offset: offset)
    return cell
  }

  @discardableResult
  mutating func add(_ instruction: Instruction, writes: [Int] = []) -> Int {
    code.append(instruction)
    sources.append(current)
    written.append(writes)
    return code.count - 1
  }

  // MARK: steps

  mutating func emit(_ block: Block) {
    for step in block.steps {
      current = (step.name, step.origin)
      switch step.kind {
      case .region(let region): isSmall(region) ? emitSmall(region) : emit(region)
      case .kernel(let kernel): emit(kernel)
      case .join(let join): emit(join)
      case .effect(let effect): emit(effect)
      case .branch(let branch): emit(branch)
      case .loop(let loop): emit(loop)
      case .micro: fatalError("internal error: an op is in no region")
      }
    }
  }

  mutating func tick() -> Int {
    time += 1
    return time - 1
  }

  private mutating func emit(_ kernel: KernelStep) {
    let time = tick()
    let scratch = memory.workspaces[time].map { storage.arena! + $0 } ?? storage.arena!
    let writes = kernel.outputs.map(\.value)
    if let ranges = RowParallel.ranges(kernel) {
      for range in ranges { addKernel(kernel, rows: range, scratch: scratch) }
      let first = Int32(kernels.count - ranges.count)
      add(Instruction(code: .parallelKernel, a: first, b: Int32(ranges.count)), writes: writes)
    } else {
      addKernel(kernel, rows: nil, scratch: scratch)
      add(Instruction(code: .kernel, a: Int32(kernels.count - 1)), writes: writes)
    }
  }

  /// A call of a kernel on its operands, or on some of their rows.
  private mutating func addKernel(_ kernel: KernelStep, rows: Range<Int>?, scratch: Address) {
    let all = (kernel.inputs + kernel.outputs).enumerated().map { k, operand in
      guard let rows, kernel.split == .all || k == 0 || k >= kernel.inputs.count else { return operand }
      var part = operand
      part.offset += rows.lowerBound * operand.shape.dropFirst().reduce(1, *)
      part.shape[0] = rows.count
      return part
    }
    var operands: [Operand] = []
    for operand in all {
      operands.append(
        Operand(
          pointer: storage.arena!, shape: UnsafePointer(storage.table(operand.shape + [0])), rank: operand.shape.count,
          count: operand.shape.reduce(1, *), dtype: values[operand.value].dtype))
    }
    let table = storage.table(operands)
    for (k, operand) in all.enumerated() {
      let field = UnsafeMutableRawPointer(table + k) + MemoryLayout<Operand>.offset(of: \Operand.pointer)!
      place(field.bindMemory(to: UnsafeMutableRawPointer?.self, capacity: 1), operand.value, offset: operand.offset)
    }
    let call = KernelCall(
      inputs: table, outputs: table + kernel.inputs.count, attributes: UnsafePointer(storage.table(kernel.attributes + [0])),
      workspace: scratch, inputCount: kernel.inputs.count, outputCount: kernel.outputs.count)
    kernels.append(KernelEntry(call: call, kernel: kernel.kernel))
  }

  /// A copy of a whole value, if the two do not lie in the same place.
  mutating func copyEntry(from source: Int, offset: Int = 0, to target: Int) -> CopyEntry? {
    if values[target].bytes == 0 || (offset == 0 && memory.sharesMemory(source, target)) { return nil }
    return CopyEntry(target: cell(target), source: cell(source, offset: offset), bytes: values[target].bytes)
  }
  mutating func emitCopy(from source: Int, offset: Int = 0, to target: Int) {
    guard let entry = copyEntry(from: source, offset: offset, to: target) else { return }
    copies.append(entry)
    add(Instruction(code: .copy, a: Int32(copies.count - 1), b: Int32(copies.count)))
  }

  private mutating func emit(_ join: JoinStep) {
    _ = tick()
    let first = copies.count
    var offset = 0
    for input in join.inputs {
      let count = input.shape.reduce(1, *)
      copies.append(
        CopyEntry(
          target: cell(join.output, offset: offset), source: cell(input.value, offset: input.offset),
          bytes: count * values[join.output].dtype.size))
      offset += count
    }
    add(Instruction(code: .copy, a: Int32(first), b: Int32(copies.count)), writes: [join.output])
  }

  // MARK: branches

  private mutating func emit(_ branch: BranchStep) {
    _ = tick()
    conditions.append(cell(branch.condition))
    let test = add(Instruction(code: .jumpIfFalse, a: Int32(conditions.count - 1)))
    var leave: Int?
    let here = current
    for (k, block) in branch.blocks.enumerated() {
      if k == 1 { code[test].b = Int32(code.count) }
      emit(block)
      current = here
      _ = tick()
      for (value, result) in zip(branch.branchResults[k], branch.results) { emitCopy(from: value, to: result) }
      if k == 0 { leave = add(Instruction(code: .jump)) }
    }
    code[leave!].b = Int32(code.count)
    _ = tick()
  }
}

import CKernels
import Diagnostics
import Ops
import Passes

/// A program ready to run: a flat array of instructions over one arena, made once and run often.
///
/// One run at a time. A run allocates its results and, where loops record an unknown number of iterations, what they record.
public final class Plan {
  public let options: PlanOptions
  let parameterTypes: [TensorType]
  let resultTypes: [TensorType]
  private let storage = PlanStorage()
  let program: Program
  private let instructionCount: Int
  let sources: [(name: String, origin: SourceSpan)]
  private let faultOrigins: [Int: [SourceSpan]]
  private let written: [[WrittenValue]]
  private let effects: [EffectEntry]
  private let reports: [Report]
  private let checkpoints: [CheckpointEntry]
  private let texts: [String]
  private let constants: [Tensor]
  private let inputBases: [Int?]
  private let outputBases: [Int]
  private let homes: [Int]
  private let growingCount: Int
  public let arenaBytes: Int
  /// For messages about steps that were joined or renamed.
  private var usedMemory: Int

  /// A place that an instruction writes, for the search for NaN.
  struct WrittenValue {
    var cell: Cell
    var dtype: DType
    var count: Int
  }

  /// Plans a graph with constant dims and without `solve` and `custom`: what `[Pass].standard` leaves.
  public init(_ graph: Graph, _ options: PlanOptions = PlanOptions()) throws(RuntimeFailure) {
    self.options = options
    try graph.refuseUncountable()
    (parameterTypes, resultTypes) = (graph.parameterTypes, graph.resultTypes)
    var lowering = Lowering()
    let block = Block()
    var arguments: [Lowering.Definition] = []
    for (k, type) in graph.parameterTypes.enumerated() {
      let shape = type.shape.constants!
      arguments.append(.view(View(lowering.addValue(type.dtype, shape.reduce(1, *), .input(k)), shape: shape)))
    }
    let definitions = lowering.lower(graph, arguments, into: block)
    let outputs = lowering.outputs(definitions, graph.resultTypes, at: .none, into: block)
    Fusion.run(block, values: lowering.values, isEnabled: options.fuses && !options.tracesNaN)
    let liveness = Liveness(block, count: lowering.values.count, outputs: outputs)
    let memory = MemoryPlan(lowering.values, liveness, reuse: options.reusesMemory)
    let results = graph.resultTypes.reduce(0) { $0 + $1.shape.constants!.reduce($1.dtype.size, *) }
    let needed = options.memoryInUse + memory.arenaBytes + results
    if let limit = options.memoryLimit, needed > limit { throw .outOfMemory(needed, limit: limit) }
    guard needed <= PlanOptions.machineMemory, storage.makeArena(memory.arenaBytes + 64) else { throw .outOfMemory(needed, limit: nil) }
    arenaBytes = memory.arenaBytes

    var emission = Emission(lowering.values, lowering.constants, memory, storage, threads: options.threads)
    emission.emit(block)
    emission.add(Instruction(code: .stop))
    var written: [[WrittenValue]] = []
    if options.tracesNaN {
      for values in emission.written {
        written.append(
          values.filter { lowering.values[$0].dtype.isDifferentiable }.map {
            WrittenValue(cell: emission.cell($0), dtype: lowering.values[$0].dtype, count: lowering.values[$0].count)
          })
      }
    }
    self.written = written
    let ranges = emission.patches.reduce(into: (ranges: [Range32](), next: Int32(0))) { result, patches in
      result.ranges.append(Range32(start: result.next, end: result.next + Int32(patches.count)))
      result.next += Int32(patches.count)
    }.ranges
    program = Program(
      code: storage.table(emission.code), regions: storage.table(emission.regions), smalls: storage.table(emission.smalls), kernels: storage.table(emission.kernels),
      copies: storage.table(emission.copies), loops: storage.table(emission.loops), rows: storage.table(emission.rows),
      swaps: storage.table(emission.swaps), conditions: storage.table(emission.conditions),
      bases: storage.cells(memory.homes.count), patchRanges: storage.table(ranges),
      patches: storage.table(emission.patches.flatMap { $0 }),
      growing: storage.table(Array(repeating: GrowingBuffer(pointer: nil, capacity: 0), count: lowering.stackCount)))
    instructionCount = emission.code.count
    (sources, faultOrigins) = (emission.sources, emission.faultOrigins)
    (effects, reports, texts, constants) = (emission.effects, emission.reports, lowering.texts, lowering.constants)
    checkpoints = emission.checkpoints
    inputBases = graph.parameters.indices.map { memory.inputBase[$0] }
    outputBases = graph.results.indices.map { memory.outputBase[$0]! }
    homes = memory.homes
    growingCount = lowering.stackCount
    usedMemory = needed
    for (base, home) in homes.enumerated() where home >= 0 { bind(base, to: storage.arena! + home, program) }
  }

  deinit { for k in 0..<growingCount { program.growing[k].pointer?.deallocate() } }

  /// Runs the program. Inputs must have the types of the graph's parameters.
  public func run(_ inputs: [Tensor], _ run: ExecutionOptions = ExecutionOptions()) throws(RuntimeFailure) -> [Tensor] {
    guard inputs.count == parameterTypes.count else {
      fatalError("internal error: the plan takes \(parameterTypes.count) inputs, not \(inputs.count)")
    }
    var texts = self.texts
    // Held until the run ends: handles of texts that are inputs.
    var handles: [Tensor] = []
    for (k, input) in inputs.enumerated() {
      var tensor = input
      if input.dtype == .string {
        tensor = .filled(.int(texts.count), .int, [])
        texts.append(input.text ?? "")
        handles.append(tensor)
      }
      if let base = inputBases[k], program.bases[base] != tensor.pointer { bind(base, to: tensor.pointer, program) }
    }
    let results = resultTypes.map { Tensor(uninitialized: $0.dtype, $0.shape.constants!) }
    for (base, result) in zip(outputBases, results) { bind(base, to: result.pointer, program) }
    let never = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    never.initialize(to: 0)
    defer { never.deallocate() }
    var state = RunState(
      options: run, pool: Pools.pool(options.threads), cancelled: run.cancellation ?? UnsafePointer(never), effects: effects, reports: reports, texts: texts,
      memoryLimit: options.memoryLimit ?? PlanOptions.machineMemory, usedMemory: usedMemory, checkpoints: checkpoints)
    state.lastReport = run.progress == nil ? 0 : monotonicSeconds()
    let ending = written.isEmpty ? execute(program, &state) : execute(program, &state, trace: findNaN)
    usedMemory = state.usedMemory
    if case .cancelled = ending { state.checkpoint?.stop() }
    if state.hasReported { run.progress?([]) }
    withExtendedLifetime((inputs, handles)) {}
    switch ending {
    case .finished: break
    case .kernel(let at, let status): throw RuntimeFailure(status, of: sources[at].name, origin: sources[at].origin)
    case .fault(let at, let fault):
      let origins = faultOrigins[at] ?? []
      let node = Int(fault >> 8)
      throw RuntimeFailure(KernelStatus(fault: fault), of: sources[at].name, origin: origins.indices.contains(node) ? origins[node] : sources[at].origin)
    case .cancelled(let at): throw .cancelled(at: sources[at].origin)
    case .failed(let at):
      var failure = state.failure!
      if failure.origin == .none { failure.origin = sources[at].origin }
      throw failure
    }
    return results.map { $0.dtype == .string ? Tensor(text: state.texts[$0.pointer.load(as: Int.self)]) : $0 }
  }

  private func findNaN(_ at: Int) -> RuntimeFailure? {
    for value in written[at] {
      let address = value.cell.pointee.unsafelyUnwrapped
      let count = value.dtype.isComplex ? 2 * value.count : value.count
      for i in 0..<count {
        let isNaN =
          value.dtype.realPart == .f32
          ? address.load(fromByteOffset: 4 * i, as: Float.self).isNaN : address.load(fromByteOffset: 8 * i, as: Double.self).isNaN
        if isNaN {
          let (name, origin) = sources[at]
          return RuntimeFailure(
            .notANumber, "`\(name)` makes a value that is not a number (NaN)", detail: i, origin: origin,
            notes: ["it is element \(value.dtype.isComplex ? i / 2 : i) of \(value.count)"])
        }
      }
    }
    return nil
  }

  /// The number of instructions, for tests and measurements.
  public var size: Int { instructionCount }
  var instructions: UnsafeBufferPointer<Instruction> { UnsafeBufferPointer(start: program.code, count: instructionCount) }
}

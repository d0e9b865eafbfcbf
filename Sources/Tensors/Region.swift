import CKernels

/// The micro-operations a region is made of: `enum ptb_micro` under Swift names.
public typealias MicroOp = ptb_micro

/// A fused elementwise region as the interpreter of CKernels runs it. Owns its tables; built once, run many times,
/// from any thread.
public final class Region: @unchecked Sendable {
  private let region: UnsafeMutablePointer<ptb_region>
  private let loads: UnsafeMutableBufferPointer<ptb_load>
  private let instrs: UnsafeMutableBufferPointer<ptb_instr>
  private let stores: UnsafeMutableBufferPointer<ptb_store>
  private let tables: UnsafeMutableBufferPointer<Int64>
  public let inputCount: Int
  public let outputCount: Int
  /// What `ptb_run_region` takes; lives as long as the region.
  public var pointer: UnsafePointer<ptb_region> { UnsafePointer(region) }
  public var count: Int { Int(region.pointee.count) }

  fileprivate init(_ builder: RegionBuilder, registers: [Int], used: Int) {
    func reg(_ value: RegionBuilder.Value?) -> UInt16 { value.map { UInt16(registers[$0.id]) } ?? 0 }
    tables = .allocate(capacity: max(builder.loads.reduce(0) { $0 + 2 * $1.shape.count }, 1))
    loads = .allocate(capacity: max(builder.loads.count, 1))
    instrs = .allocate(capacity: max(builder.instrs.count, 1))
    stores = .allocate(capacity: max(builder.stores.count, 1))
    region = .allocate(capacity: 1)
    (inputCount, outputCount) = (builder.loads.count, builder.stores.count)
    var table = tables.baseAddress!
    func append(_ values: [Int]) -> UnsafePointer<Int64> {
      let start = table
      for value in values {
        table.initialize(to: Int64(value))
        table += 1
      }
      return UnsafePointer(start)
    }
    for (k, load) in builder.loads.enumerated() {
      let (shape, strides) = (append(load.shape), append(load.strides))
      loads.initializeElement(
        at: k,
        to: ptb_load(
          access: load.access, type: load.value.type.rawValue, reg: reg(load.value), rank: Int32(load.shape.count),
          extent: Int64(load.extent), shape: shape, strides: strides))
    }
    for (k, i) in builder.instrs.enumerated() {
      instrs.initializeElement(
        at: k,
        to: ptb_instr(
          op: UInt16(i.op.rawValue), type: i.result.type.rawValue, source: i.source.rawValue, dst: reg(i.result),
          a: reg(i.a), b: reg(i.b), c: reg(i.c)))
    }
    for (k, value) in builder.stores.enumerated() {
      stores.initializeElement(at: k, to: ptb_store(reg: reg(value), type: value.type.rawValue))
    }
    region.initialize(
      to: ptb_region(
        count: Int64(builder.count), loads: Int32(inputCount), instrs: Int32(builder.instrs.count),
        stores: Int32(outputCount), registers: Int32(max(used, 1)), load: loads.baseAddress, instr: instrs.baseAddress,
        store: stores.baseAddress))
  }

  deinit {
    tables.deallocate()
    loads.deallocate()
    instrs.deallocate()
    stores.deallocate()
    region.deallocate()
  }

  /// Runs `range` of the flat output. `inputs` and `outputs` are base addresses in the order of the builder's calls. The outputs mean
  /// nothing where the status is not `.ok`.
  @discardableResult
  public func run(
    _ inputs: UnsafePointer<UnsafeRawPointer?>, _ outputs: UnsafePointer<UnsafeMutableRawPointer?>, _ range: Range<Int>
  ) -> KernelStatus {
    KernelStatus(fault: ptb_run_region(region, inputs, outputs, Int64(range.lowerBound), Int64(range.upperBound)))
  }
}

/// Writes a region down value by value and gives every value a register when it is finished.
public struct RegionBuilder {
  /// A value of the region: the result of a load or of an instruction.
  public struct Value: Hashable, Sendable {
    let id: Int
    public let type: DType
  }
  struct Load { var access: UInt8, value: Value, extent: Int, shape: [Int], strides: [Int] }
  struct Instr {
    var op: MicroOp, source: DType, result: Value, a: Value?, b: Value?, c: Value?
    var operands: [Value] { [a, b, c].compactMap { $0 } }
  }
  var loads: [Load] = []
  var instrs: [Instr] = []
  var stores: [Value] = []
  let count: Int
  private var values = 0

  /// A region with `count` output elements.
  public init(count: Int) { self.count = count }

  private mutating func value(_ type: DType) -> Value {
    defer { values += 1 }
    return Value(id: values, type: type)
  }
  private mutating func load(
    _ access: ptb_access, _ type: DType, extent: Int = 0, shape: [Int] = [], strides: [Int] = []
  ) -> Value {
    let value = value(type)
    loads.append(
      Load(access: UInt8(access.rawValue), value: value, extent: extent, shape: shape, strides: strides))
    return value
  }

  /// The next input, read at the output's own index.
  public mutating func contiguous(_ type: DType) -> Value { load(PTB_CONTIGUOUS, type) }
  /// The next input, one element for all.
  public mutating func scalar(_ type: DType) -> Value { load(PTB_SCALAR, type) }
  /// The next input, `period` elements that repeat as a whole: a row under broadcasting.
  public mutating func periodic(_ type: DType, period: Int) -> Value { load(PTB_PERIODIC, type, extent: period) }
  /// The next input, each element repeated `times`: a column under broadcasting.
  public mutating func repeated(_ type: DType, times: Int) -> Value { load(PTB_REPEAT, type, extent: times) }
  /// The next input, read with `strides` (in elements) over the output's `shape`.
  public mutating func strided(_ type: DType, shape: [Int], strides: [Int]) -> Value {
    precondition(shape.count == strides.count && (1...Int(PTB_MAX_RANK)).contains(shape.count))
    return load(PTB_STRIDED, type, shape: shape, strides: strides)
  }

  /// The next input, of shape `input`, broadcast to `output` in the cheapest of those ways.
  public mutating func broadcast(_ type: DType, from input: [Int], to output: [Int]) -> Value {
    let shape = [Int](repeating: 1, count: output.count - input.count) + input
    if shape == output { return contiguous(type) }
    if shape.allSatisfy({ $0 == 1 }) { return scalar(type) }
    let leading = shape.prefix { $0 == 1 }.count
    if shape[leading...] == output[leading...] { return periodic(type, period: shape.reduce(1, *)) }
    let kept = shape.count - shape.reversed().prefix { $0 == 1 }.count
    if shape[..<kept] == output[..<kept] { return repeated(type, times: output[kept...].reduce(1, *)) }
    var strides = [Int](repeating: 0, count: shape.count)
    var step = 1
    for k in shape.indices.reversed() where shape[k] != 1 {
      strides[k] = step
      step *= shape[k]
    }
    return strided(type, shape: output, strides: strides)
  }

  /// `op(a, b, c)` with a result of `type`.
  public mutating func emit(_ op: MicroOp, _ type: DType, _ a: Value, _ b: Value? = nil, _ c: Value? = nil) -> Value {
    precondition(Self.supports(op, type, source: a.type), "no kernel for micro-operation \(op.rawValue) on \(a.type)")
    let result = value(type)
    instrs.append(Instr(op: op, source: a.type, result: result, a: a, b: b, c: c))
    return result
  }
  /// Makes `value` the next output.
  public mutating func store(_ value: Value) { stores.append(value) }

  /// Whether there is a kernel for `op` with operands of `source` and a result of `type`.
  public static func supports(_ op: MicroOp, _ type: DType, source: DType) -> Bool {
    ptb_micro_supported(Int32(op.rawValue), Int32(type.rawValue), Int32(source.rawValue)) != 0
  }

  /// Gives values registers: loads and stored values keep one of their own (they are read and written in place), the
  /// others take one that is free: an operand's, at its last use and if its elements have the result's size.
  public func finish() -> Region {
    var lastUse = [Int](repeating: -1, count: values)
    for (k, i) in instrs.enumerated() { for operand in i.operands { lastUse[operand.id] = k } }
    var registers = [Int](repeating: -1, count: values)
    var used = 0
    var free: [Int] = []
    for value in loads.map(\.value) + stores where registers[value.id] < 0 {
      registers[value.id] = used
      used += 1
    }
    let own = used
    for (k, i) in instrs.enumerated() {
      let dying = Set(i.operands).filter { lastUse[$0.id] == k && registers[$0.id] >= own }.sorted { $0.id < $1.id }
      free += dying.filter { $0.type.size == i.result.type.size }.map { registers[$0.id] }
      if registers[i.result.id] < 0 {
        if free.isEmpty {
          free.append(used)
          used += 1
        }
        registers[i.result.id] = free.removeLast()
        if lastUse[i.result.id] < 0 { free.append(registers[i.result.id]) }
      }
      free += dying.filter { $0.type.size != i.result.type.size }.map { registers[$0.id] }
    }
    return Region(self, registers: registers, used: used)
  }
}

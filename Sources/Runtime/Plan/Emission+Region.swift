import CKernels
import Ops

extension Emission {
  /// Work, in elements times ops, from which a region is split among threads.
  static let parallelWork = 1 << 16

  mutating func emit(_ region: RegionStep) {
    _ = tick()
    let registers = RegionRegisters(region, values)
    var loads: [ptb_load] = []
    for (k, access) in region.loads.enumerated() {
      var load = ptb_load(
        access: 0, type: access.dtype(values).raw, reg: registers.loads[k], rank: 0, extent: 0, shape: nil, strides: nil)
      switch access.pattern {
      case .contiguous: load.access = UInt8(PTB_CONTIGUOUS.rawValue)
      case .scalar: load.access = UInt8(PTB_SCALAR.rawValue)
      case .periodic(let p): (load.access, load.extent) = (UInt8(PTB_PERIODIC.rawValue), Int64(p))
      case .repeated(let q): (load.access, load.extent) = (UInt8(PTB_REPEAT.rawValue), Int64(q))
      case .strided(let shape, let strides):
        (load.access, load.rank) = (UInt8(PTB_STRIDED.rawValue), Int32(shape.count))
        load.shape = UnsafePointer(storage.table(shape.map { Int64($0) }))
        load.strides = UnsafePointer(storage.table(strides.map { Int64($0) }))
      case .drawn(let draw, _, let row):
        (load.access, load.rank, load.extent) = (UInt8(PTB_DRAWN.rawValue), draw.rawValue, Int64(row))
      }
      loads.append(load)
    }
    func register(_ source: RegionStep.Source) -> UInt16 {
      switch source {
      case .load(let k): registers.loads[k]
      case .node(let k): registers.nodes[k]
      }
    }
    var instructions: [ptb_instr] = []
    for (k, node) in region.nodes.enumerated() {
      let inputs = node.inputs.map(register)
      instructions.append(
        ptb_instr(
          op: node.op, type: node.type.raw, source: node.source.raw, dst: registers.nodes[k], a: inputs[0],
          b: inputs[min(1, inputs.count - 1)], c: inputs[min(2, inputs.count - 1)]))
    }
    let stores = region.stores.map { ptb_store(reg: register($0.source), type: values[$0.value].dtype.raw) }
    let (inputs, outputs) = (storage.cells(region.loads.count), storage.cells(region.stores.count))
    for (k, access) in region.loads.enumerated() { place(inputs + k, access.value, offset: access.offset) }
    for (k, store) in region.stores.enumerated() { place(outputs + k, store.value) }
    let entry = RegionEntry(
      region: ptb_region(
        count: Int64(region.count), loads: Int32(loads.count), instrs: Int32(instructions.count), stores: Int32(stores.count),
        registers: Int32(registers.count), load: UnsafePointer(storage.table(loads)),
        instr: UnsafePointer(storage.table(instructions)), store: UnsafePointer(storage.table(stores))),
      inputs: UnsafeMutableRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer?.self), outputs: outputs)
    regions.append(entry)
    if region.nodes.contains(where: { $0.type == .int }) { faultOrigins[code.count] = region.nodes.map(\.origin) }
    let isLarge = threads > 1 && region.count * max(1, region.nodes.count) >= Emission.parallelWork
    add(
      Instruction(code: isLarge ? .parallelRegion : .region, a: Int32(regions.count - 1)), writes: region.stores.map(\.value))
  }
}

extension DType {
  /// As the kernels see it: a text is its handle.
  var raw: UInt8 { self == .string ? DType.int.rawValue : rawValue }
}

/// Registers of a region: a load's is free after the last op that reads it. Ops write over an operand only where the elements
/// have the same size, since a tile of narrow elements would be overtaken by wide ones.
struct RegionRegisters {
  private(set) var loads: [UInt16]
  private(set) var nodes: [UInt16]
  private(set) var count = 0

  init(_ region: RegionStep, _ values: [PlannedValue]) {
    loads = Array(repeating: 0, count: region.loads.count)
    nodes = Array(repeating: 0, count: region.nodes.count)
    var last: [RegionStep.Source: Int] = [:]
    for (k, node) in region.nodes.enumerated() { for input in node.inputs { last[input] = k } }
    for store in region.stores { last[store.source] = .max }
    for k in loads.indices {
      loads[k] = UInt16(count)
      count += 1
    }
    var free: [UInt16] = []
    for (k, node) in region.nodes.enumerated() {
      var released: [UInt16] = []
      var reused: UInt16?
      for (position, input) in node.inputs.enumerated() where last[input] == k && node.inputs.firstIndex(of: input) == position {
        let (register, size): (UInt16, Int) =
          switch input {
          case .load(let j): (loads[j], region.loads[j].dtype(values).size)
          case .node(let j): (nodes[j], region.nodes[j].type.size)
          }
        let isScalar = if case .load(let j) = input { region.loads[j].pattern == .scalar } else { false }
        // The register of a scalar is filled once for all tiles.
        if isScalar { continue }
        if reused == nil && size == node.type.size { reused = register } else { released.append(register) }
      }
      if let reused {
        nodes[k] = reused
      } else if let register = free.popLast() {
        nodes[k] = register
      } else {
        nodes[k] = UInt16(count)
        count += 1
      }
      free += released
    }
  }
}

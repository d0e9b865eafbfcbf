import CKernels
import Ops

/// Regions of few elements: ops over addresses, called one after the other.
extension Emission {
  /// Up to so many elements, unless a load is more than a plain or a repeated one.
  static let smallCount = 64

  func isSmall(_ region: RegionStep) -> Bool {
    region.count <= Emission.smallCount
      && region.loads.allSatisfy { load in
        if case .drawn = load.pattern { return false }
        return region.count == 1 || load.pattern == .contiguous || load.pattern == .scalar
      }
  }

  mutating func emitSmall(_ region: RegionStep) {
    _ = tick()
    var ops: [ptb_small_op] = []
    /// What each op reads and writes: (which field, where).
    var places: [[(field: Int, place: Place)]] = []
    let registers = RegionRegisters(region, values)
    let scratch = storage.table([UInt8](repeating: 0, count: max(1, registers.count * region.count * 16)))
    func slot(_ register: UInt16) -> Place { .address(scratch + Int(register) * region.count * 16) }

    // A load of one element for many is filled into a register: a constant's once and for all.
    var loads: [Place] = []
    for (k, access) in region.loads.enumerated() {
      if isOverwritten(k, region) {
        let own = storage.table([UInt8](repeating: 0, count: region.count * 16))
        loads.append(.address(own))
        var op = ptb_small_op()
        ptb_small_prepare_copy(&op, Int32(values[access.value].dtype.raw))
        ops.append(op)
        places.append([(0, .address(own)), (1, .value(access.value, access.offset))])
        continue
      }
      guard region.count > 1, access.pattern == .scalar else {
        loads.append(.value(access.value, access.offset))
        continue
      }
      let own = storage.table([UInt8](repeating: 0, count: region.count * 16))
      loads.append(.address(own))
      let dtype = values[access.value].dtype
      if case .constant(let c) = values[access.value].kind {
        for i in 0..<region.count {
          (own + i * dtype.size).update(from: constants[c].pointer.assumingMemoryBound(to: UInt8.self) + access.offset * dtype.size, count: dtype.size)
        }
      } else {
        var op = ptb_small_op()
        ptb_small_prepare_fill(&op, Int32(dtype.raw))
        ops.append(op)
        places.append([(0, .address(own)), (1, .value(access.value, access.offset))])
      }
    }

    let targets = directTargets(region)
    func source(_ source: RegionStep.Source) -> Place {
      switch source {
      case .load(let k): loads[k]
      case .node(let k): targets[k].map { .value($0, 0) } ?? slot(registers.nodes[k])
      }
    }
    let copies = ops.count
    if region.nodes.contains(where: { $0.type == .int }) {
      faultOrigins[code.count] = Array(repeating: .none, count: copies) + region.nodes.map(\.origin)
    }
    for (k, node) in region.nodes.enumerated() {
      var op = ptb_small_op()
      guard ptb_small_prepare(&op, Int32(node.op), Int32(node.type.raw), Int32(node.source.raw)) != 0 else {
        fatalError("internal error: no kernel for micro-operation \(node.op) on \(node.source)")
      }
      ops.append(op)
      let inputs = node.inputs.map(source)
      places.append([
        (0, source(.node(k))), (1, inputs[0]), (2, inputs[min(1, inputs.count - 1)]), (3, inputs[min(2, inputs.count - 1)]),
      ])
    }
    for store in region.stores {
      if case .node(let k) = store.source, targets[k] == store.value { continue }
      var op = ptb_small_op()
      ptb_small_prepare_copy(&op, Int32(values[store.value].dtype.raw))
      ops.append(op)
      places.append([(0, .value(store.value, 0)), (1, source(store.source))])
    }

    let table = storage.table(ops)
    for (k, fields) in places.enumerated() {
      for (field, place) in fields {
        let cell = (UnsafeMutableRawPointer(table + k) + 8 * field).bindMemory(to: UnsafeMutableRawPointer?.self, capacity: 1)
        switch place {
        case .address(let address): cell.pointee = UnsafeMutableRawPointer(address)
        case .value(let value, let offset): self.place(cell, value, offset: offset)
        }
      }
    }
    smalls.append(SmallEntry(ops: UnsafePointer(table), count: ops.count, elements: region.count))
    add(Instruction(code: .small, a: Int32(smalls.count - 1)), writes: region.stores.map(\.value))
  }

  private enum Place {
    case address(UnsafeMutablePointer<UInt8>)
    case value(Int, Int)
  }

  /// Whether a load is stored again, and some store goes over its memory: then it is put aside first.
  private func isOverwritten(_ load: Int, _ region: RegionStep) -> Bool {
    region.stores.contains { $0.source == .load(load) }
      && region.stores.contains { memory.sharesMemory($0.value, region.loads[load].value) }
  }

  /// For each node the value that it may be written to at once: one that is stored, and in whose memory no later op reads an
  /// operand.
  private func directTargets(_ region: RegionStep) -> [Int?] {
    var targets = [Int?](repeating: nil, count: region.nodes.count)
    for store in region.stores {
      guard case .node(let k) = store.source, targets[k] == nil else { continue }
      let isRead = region.loads.indices.contains { j in
        memory.sharesMemory(region.loads[j].value, store.value) && !isOverwritten(j, region)
          && region.nodes.indices.contains { $0 > k && region.nodes[$0].inputs.contains(.load(j)) }
      }
      if !isRead { targets[k] = store.value }
    }
    return targets
  }
}

import Ops

extension Graph {
  /// Moves out of loops what every iteration computes alike: operations over constants of the loop, however deep.
  ///
  /// Keeps: results bit for bit, and failures: what may fail leaves only a `for` that is known to run. What is memory to keep
  /// but nothing to compute (splats, repetitions, counters) stays inside. Needs: carries that do not change to be constants (`Simplify`).
  public func hoisted() -> Graph {
    if !operations.contains(where: { !$0.regions.isEmpty }) { return self }
    var rewriter = Rewriter(self)
    for operation in operations {
      var copy = operation
      copy.regions = operation.regions.map { $0.hoisted() }
      if copy.isLoop && !copy.hasEffect {
        Hoister.hoist(copy, &rewriter)
      } else {
        rewriter.copy(copy, regions: copy.regions)
      }
    }
    return rewriter.finish()
  }
}

private enum Hoister {
  static func hoist(_ operation: Operation, _ rewriter: inout Rewriter) {
    var parts = LoopParts(operation)
    let runs = parts.isFor && (parts.length.constant ?? 0) > 0
    let constCount = parts.consts.count
    (parts.consts, parts.carries) = (rewriter.operands(parts.consts), rewriter.operands(parts.carries))
    (parts.xs, parts.count) = (rewriter.operands(parts.xs), parts.count.map { rewriter[$0] })
    let outer = parts.consts

    // The same number of parameters must be added to both regions of a `while`, so both are split before either is rebuilt.
    var extra: [ValueID] = []
    let start = parts.isFor ? 1 : 0
    let body = split(parts.body, start..<(start + constCount), outer, mayFail: runs, into: &rewriter, &extra)
    let bodyExtra = extra.count
    let condition = parts.condition.map { split($0, 0..<constCount, outer, mayFail: true, into: &rewriter, &extra) }
    if extra.isEmpty { return rewriter.copy(operation, regions: operation.regions) }
    let types = extra.map(rewriter.type)
    parts.body = rebuild(parts.body, body, at: start + constCount, types, own: 0..<bodyExtra)
    if let condition, let region = parts.condition {
      parts.condition = rebuild(region, condition, at: constCount, types, own: bodyExtra..<extra.count)
    }
    parts.consts += extra
    let results = rewriter.append(
      operation.decl, parts.operands, parts.attributes(operation.attributes), regions: parts.regions,
      types: operation.results.map(rewriter.old.type), at: operation.origin)
    rewriter.define(operation.results, as: results)
  }

  /// What of a region leaves it: marks of operations, and those of their results that the region goes on to use.
  struct Split {
    var leaves: [Bool]
    var used: [ValueID]
  }

  /// Emits what does not change between iterations outside. Splats and constants are copied out where they are needed.
  private static func split(
    _ region: Graph, _ consts: Range<Int>, _ outer: [ValueID], mayFail: Bool, into rewriter: inout Rewriter,
    _ extra: inout [ValueID]
  ) -> Split {
    var outside = [ValueID?](repeating: nil, count: region.valueCount)
    var constants = [Int?](repeating: nil, count: region.valueCount)
    for (k, index) in consts.enumerated() { outside[region.parameters[index].index] = outer[k] }
    var leaves = [Bool](repeating: false, count: region.operations.count)
    for (k, operation) in region.operations.enumerated() {
      if isCheap(operation) && operation.operands.isEmpty {
        constants[operation.results[0].index] = k
        continue
      }
      guard operation.operands.allSatisfy({ outside[$0.index] != nil || constants[$0.index] != nil }),
        operation.operands.contains(where: { outside[$0.index] != nil }), !operation.hasEffect, mayFail || !region.canFail(operation)
      else { continue }
      leaves[k] = true
      for operand in operation.operands where outside[operand.index] == nil {
        emit(region.operations[constants[operand.index]!], of: region, &outside, into: &rewriter)
      }
      emit(operation, of: region, &outside, into: &rewriter)
    }
    // A repetition is cheaper done again than kept, unless something that left needs it.
    var isUsed = [Bool](repeating: false, count: region.valueCount)
    for (k, operation) in region.operations.enumerated() where !leaves[k] { for id in operation.operands { isUsed[id.index] = true } }
    for id in region.results { isUsed[id.index] = true }
    for k in region.operations.indices.reversed() where leaves[k] && isCheap(region.operations[k]) {
      leaves[k] = false
      for id in region.operations[k].operands { isUsed[id.index] = true }
    }
    var used: [ValueID] = []
    for (k, operation) in region.operations.enumerated() where leaves[k] {
      for result in operation.results where isUsed[result.index] {
        used.append(result)
        extra.append(outside[result.index]!)
      }
    }
    return Split(leaves: leaves, used: used)
  }

  /// No work to save: constants, and shapes that the executor reads in place.
  private static func isCheap(_ operation: Operation) -> Bool {
    [OpDecl.fill, .tensor, .broadcast, .reshape, .iota].contains { $0 === operation.decl }
  }

  private static func emit(
    _ operation: Operation, of region: Graph, _ outside: inout [ValueID?], into rewriter: inout Rewriter
  ) {
    let results = rewriter.append(
      operation.decl, operation.operands.map { outside[$0.index]! }, operation.attributes, regions: operation.regions,
      types: operation.results.map(region.type), at: operation.origin)
    for (old, new) in zip(operation.results, results) { outside[old.index] = new }
  }

  /// The region without what left it, with a parameter for each value that did; `own` are those that this region uses.
  private static func rebuild(_ region: Graph, _ split: Split, at position: Int, _ types: [TensorType], own: Range<Int>) -> Graph {
    let new = Graph(name: region.name)
    var map = [ValueID?](repeating: nil, count: region.valueCount)
    for (k, parameter) in region.parameters.enumerated() {
      if k == position { addExtra() }
      map[parameter.index] = new.addParameter(region.type(parameter))
    }
    if position == region.parameters.count { addExtra() }
    func addExtra() {
      for (k, type) in types.enumerated() {
        let id = new.addParameter(type)
        if own.contains(k) { map[split.used[k - own.lowerBound].index] = id }
      }
    }
    for (k, operation) in region.operations.enumerated() where !split.leaves[k] {
      var copy = operation
      copy.operands = operation.operands.map { map[$0.index]! }
      copy.results = operation.results.map { result in
        let id = new.addValue(region.type(result))
        map[result.index] = id
        return id
      }
      new.operations.append(copy)
    }
    for (id, name) in region.valueNames { if let id = map[id.index] { new.valueNames[id] = name } }
    new.results = region.results.map { map[$0.index]! }
    return new
  }
}

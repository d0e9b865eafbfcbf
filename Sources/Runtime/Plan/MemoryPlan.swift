/// Where values live: classes of values that share memory, and the place of each class.
///
/// Two values may share if they are never alive at once; touching is allowed, since one dies as the other is made. A region or an
/// updating kernel may besides write over an operand that dies with it, where every element is read before it is written.
struct MemoryPlan {
  enum Place: Equatable {
    case none
    /// An offset in the arena.
    case arena(Int)
    /// An address that changes: of an input, an output, a row of a stack, or one of two buffers that a loop swaps.
    case base(Int)
  }
  var places: [Place]
  var arenaBytes = 0
  /// For each base, the offset in the arena at which it points before the first run, or -1.
  var homes: [Int] = []
  var inputBase: [Int: Int] = [:]
  var outputBase: [Int: Int] = [:]
  /// Scratch memory of kernels, by the time of their step.
  var workspaces: [Int: Int] = [:]
  /// Parameters of carries that change places with their next values instead of being copied.
  private(set) var swapped: Set<Int> = []

  let values: [PlannedValue]
  private var parent: [Int]
  /// Intervals of the members of each class, at its root.
  private(set) var members: [[Liveness.Interval]]
  private(set) var outputs: [Int?]
  let reuse: Bool
  /// For results of steps, the operands that they may be written over.
  private var overwritten: [Int: [Int]] = [:]

  /// Carries of so many bytes are swapped.
  static let swapBytes = 2048

  init(_ values: [PlannedValue], _ liveness: Liveness, reuse: Bool) {
    (self.values, self.reuse) = (values, reuse)
    parent = Array(values.indices)
    places = Array(repeating: .none, count: values.count)
    outputs = values.map(\.output)
    members = values.indices.map { [Liveness.Interval(value: $0, start: liveness.start[$0], end: liveness.end[$0])] }
    for case .step(let step, _) in liveness.events { noteOverwriting(step) }
    // A carry and its last value are one by construction.
    for case .loop(let loop, _, _) in liveness.events { for carry in loop.carries { unite(carry.parameter, carry.result) } }
    for case .loop(let loop, let begin, let end) in liveness.events { share(loop, begin: begin, end: end) }
    for case .branch(let branch, let ends, _) in liveness.events { share(branch, ends: ends) }
    for case .step(let step, _) in liveness.events { share(step) }
    allocate(liveness)
  }

  func root(_ value: Int) -> Int {
    var at = value
    while parent[at] != at { at = parent[at] }
    return at
  }
  func sharesMemory(_ a: Int, _ b: Int) -> Bool { root(a) == root(b) }
  func isRow(_ class_: Int) -> Bool { members[class_].contains { values[$0.value].kind == .row } }

  // MARK: what may share

  private mutating func noteOverwriting(_ step: Step) {
    switch step.kind {
    case .region(let region):
      for store in region.stores {
        let size = values[store.value].dtype.size
        let legal = region.loads.filter { load in
          load.isAligned && values[load.value].count == region.count && values[load.value].dtype.size == size
            && region.loads.allSatisfy { $0.value != load.value || $0.isAligned }
        }
        overwritten[store.value] = legal.map(\.value)
      }
    case .kernel(let kernel) where kernel.updatesInPlace && kernel.inputs[0].offset == 0:
      let target = kernel.inputs[0].value
      if !kernel.inputs.dropFirst().contains(where: { $0.value == target }) { overwritten[kernel.outputs[0].value] = [target] }
    default: break
    }
  }

  private mutating func share(_ loop: LoopStep, begin: Int, end: Int) {
    for carry in loop.carries {
      if carry.initial.offset != 0 || !tryShare(carry.initial.value, carry.parameter) { noteCopy(to: carry.parameter, at: begin) }
    }
    for carry in loop.carries where !tryShare(carry.next, carry.parameter) {
      noteCopy(to: carry.parameter, at: end)
      if canSwap(carry) { swapped.insert(carry.parameter) }
    }
  }

  private mutating func share(_ branch: BranchStep, ends: [Int]) {
    for (results, end) in zip(branch.branchResults, ends) {
      for (value, result) in zip(results, branch.results) where !tryShare(value, result) { noteCopy(to: result, at: end) }
    }
  }

  /// A value is written by a copy at this time: while the operands of other copies are still to be read.
  private mutating func noteCopy(to value: Int, at time: Int) {
    members[root(value)].append(Liveness.Interval(value: value, start: 2 * time - 1, end: 2 * time + 1))
  }

  private mutating func share(_ step: Step) {
    guard reuse else { return }
    switch step.kind {
    case .region(let region): for store in region.stores { shareAny(overwritten[store.value] ?? [], store.value) }
    case .kernel(let kernel): for output in kernel.outputs { shareAny(overwritten[output.value] ?? [], output.value) }
    default: break
    }
  }
  private mutating func shareAny(_ operands: [Int], _ result: Int) {
    for operand in operands { if tryShare(operand, result) { return } }
  }

  private func canSwap(_ carry: LoopStep.Carry) -> Bool {
    let (a, b) = (root(carry.parameter), root(carry.next))
    return values[carry.next].bytes >= MemoryPlan.swapBytes && values[carry.next].kind == .computed && outputs[a] == nil
      && outputs[b] == nil && !isRow(a) && !isRow(b)
  }

  private mutating func unite(_ a: Int, _ b: Int) {
    let (x, y) = (root(a), root(b))
    if x == y { return }
    parent[y] = x
    members[x] += members[y]
    members[y] = []
    outputs[x] = outputs[x] ?? outputs[y]
  }

  private mutating func tryShare(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = (root(a), root(b))
    if x == y { return true }
    if outputs[x] != nil && outputs[y] != nil { return false }
    guard values[a].bytes == values[b].bytes, members[x].allSatisfy({ isPlain($0.value) }),
      members[y].allSatisfy({ isPlain($0.value) })
    else { return false }
    for p in members[x] {
      for q in members[y] where p.start < q.end && q.start < p.end && !mayOverwrite(p, q) { return false }
    }
    unite(x, y)
    return true
  }
  private func isPlain(_ value: Int) -> Bool { values[value].kind == .computed && !swapped.contains(value) }

  /// Whether two intervals overlap only in a step that may write the one over the other.
  private func mayOverwrite(_ p: Liveness.Interval, _ q: Liveness.Interval) -> Bool {
    let (first, second) = p.start < q.start ? (p, q) : (q, p)
    return second.start + 1 == first.end && overwritten[second.value]?.contains(first.value) == true
  }
}

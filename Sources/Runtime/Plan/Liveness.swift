/// When values are alive, on a clock that ticks twice for each step: a step at time t reads at 2t and has written by 2t + 1.
/// Branches and loop bodies lie one after the other on this clock.
struct Liveness {
  struct Interval {
    var value: Int
    var start: Int
    var end: Int
  }
  /// Of each value; `start` is -1 for those that no step makes.
  var start: [Int]
  var end: [Int]
  /// The number of loops around a value's definition.
  private var depth: [Int]
  /// For each open loop, the values from outside that it reads: they live until it ends.
  private var pending: [[Int]] = []
  private(set) var now = 0

  /// What a step is about, with its time: pairs of values that might share memory.
  enum Event {
    case step(Step, time: Int)
    case branch(BranchStep, ends: [Int], time: Int)
    case loop(LoopStep, begin: Int, end: Int)
  }
  private(set) var events: [Event] = []

  init(_ block: Block, count: Int, outputs: [Int]) {
    start = Array(repeating: -1, count: count)
    end = Array(repeating: -1, count: count)
    depth = Array(repeating: 0, count: count)
    walk(block)
    for output in outputs { end[output] = 2 * now + 2 }
  }

  private mutating func use(_ value: Int, _ time: Int) {
    if depth[value] < pending.count {
      pending[depth[value]].append(value)
    } else {
      end[value] = max(end[value], time)
    }
  }
  private mutating func define(_ value: Int, _ time: Int) {
    (start[value], depth[value]) = (time, pending.count)
    end[value] = max(end[value], time + 1)
  }
  private mutating func tick() -> Int {
    now += 1
    return now - 1
  }

  private mutating func walk(_ block: Block) { for step in block.steps { walk(step) } }

  private mutating func walk(_ step: Step) {
    switch step.kind {
    case .branch(let branch): return walk(branch)
    case .loop(let loop): return walk(loop)
    case .micro, .region, .kernel, .join, .effect: break
    }
    let time = tick()
    var reads: [Int] = []
    step.forEachUse { reads.append($0) }
    for value in reads { use(value, 2 * time) }
    var writes: [Int] = []
    step.forEachResult { writes.append($0) }
    // In general a result must not lie where an operand does that is read to the end of the step.
    for value in writes { define(value, 2 * time - 1) }
    for value in writes { end[value] = max(end[value], 2 * time + 1) }
    events.append(.step(step, time: time))
  }

  private mutating func walk(_ branch: BranchStep) {
    use(branch.condition, 2 * tick())
    var ends: [Int] = []
    for (block, results) in zip(branch.blocks, branch.branchResults) {
      walk(block)
      ends.append(tick())
      for value in results { use(value, 2 * ends.last!) }
    }
    let time = tick()
    for value in branch.results { define(value, 2 * time) }
    events.append(.branch(branch, ends: ends, time: time))
  }

  private mutating func walk(_ loop: LoopStep) {
    let begin = tick()
    for carry in loop.carries { use(carry.initial.value, 2 * begin) }
    if let count = loop.count { use(count, 2 * begin) }
    for y in loop.ys { define(y.stack, 2 * begin - 1) }
    pending.append([])
    for carry in loop.carries { define(carry.parameter, 2 * begin) }
    if let index = loop.index { define(index, 2 * begin - 1) }
    let rows = tick()
    for x in loop.xs { define(x.row, 2 * rows - 1) }
    if let block = loop.conditionBlock, let condition = loop.condition {
      walk(block)
      let test = tick()
      use(condition, 2 * test)
      // If the loop ends here, the carries are its results.
      for carry in loop.carries { use(carry.parameter, 2 * test + 1) }
    }
    walk(loop.body)
    let finish = tick()
    for carry in loop.carries { use(carry.next, 2 * finish) }
    for y in loop.ys { use(y.row, 2 * finish) }
    if let index = loop.index { end[index] = 2 * finish + 1 }
    let outside = pending.removeLast()
    for value in outside + loop.xs.map(\.stack) + loop.ys.map(\.stack) { use(value, 2 * finish + 1) }
    for carry in loop.carries { define(carry.result, 2 * finish + 1) }
    if let iterations = loop.iterations { define(iterations, 2 * finish + 1) }
    events.append(.loop(loop, begin: begin, end: finish))
  }
}

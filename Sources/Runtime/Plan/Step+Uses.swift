import CKernels

enum Micro {
  static let copy = UInt16(PTB_COPY.rawValue)
}

extension Step {
  /// Calls `use` for every value that the step, or a step inside it, reads. Values made inside are among them.
  func forEachUse(_ use: (Int) -> Void) {
    switch kind {
    case .micro(let step): for input in step.inputs { use(input.value) }
    case .region(let step): for load in step.loads { use(load.value) }
    case .kernel(let step): for input in step.inputs { use(input.value) }
    case .join(let step): for input in step.inputs { use(input.value) }
    case .effect(let step): for input in step.inputs { use(input.value) }
    case .branch(let step):
      use(step.condition)
      for (block, results) in zip(step.blocks, step.branchResults) {
        block.forEachUse(use)
        for value in results { use(value) }
      }
    case .loop(let step):
      if let count = step.count { use(count) }
      for carry in step.carries { use(carry.initial.value) }
      for x in step.xs { use(x.stack) }
      step.conditionBlock?.forEachUse(use)
      if let condition = step.condition { use(condition) }
      step.body.forEachUse(use)
      for carry in step.carries { use(carry.next) }
      for y in step.ys { use(y.row) }
    }
  }

  /// Calls `define` for every value that the step gives to what follows it in its block.
  func forEachResult(_ define: (Int) -> Void) {
    switch kind {
    case .micro(let step): define(step.output)
    case .region(let step): for store in step.stores { define(store.value) }
    case .kernel(let step): for output in step.outputs { define(output.value) }
    case .join(let step): define(step.output)
    case .effect(let step): if let output = step.output { define(output) }
    case .branch(let step): for result in step.results { define(result) }
    case .loop(let step):
      for carry in step.carries { define(carry.result) }
      for y in step.ys { define(y.stack) }
      if let iterations = step.iterations { define(iterations) }
    }
  }

  var innerBlocks: [Block] {
    switch kind {
    case .branch(let step): step.blocks
    case .loop(let step): (step.conditionBlock.map { [$0] } ?? []) + [step.body]
    default: []
    }
  }
}

extension Block {
  func forEachUse(_ use: (Int) -> Void) { for step in steps { step.forEachUse(use) } }
}

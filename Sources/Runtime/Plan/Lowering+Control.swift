import Diagnostics
import Ops
import Passes

/// Constants, effects and control flow.
extension Lowering {
  mutating func structural(_ operation: Operation, _ context: GraphContext, into block: Block) -> [Definition] {
    let decl = operation.decl
    if decl === OpDecl.tensor {
      let tensor = operation.attributes.tensor("tensor")
      if tensor.dtype == .string { return [.view(View(addConstant(text: tensor.text ?? ""), shape: []))] }
      return [.view(View(addConstant(tensor), shape: tensor.shape))]
    }
    if decl === OpDecl.ifThenElse { return branch(operation, context, into: block) }
    if operation.isLoop { return loop(operation, context, into: block) }
    return effect(operation, context, into: block)
  }

  mutating func addConstant(text: String) -> Int {
    let handle = Tensor(uninitialized: .int, [])
    handle.set(0, .int(texts.count))
    texts.append(text)
    constants.append(handle)
    return addValue(.string, 1, .constant(constants.count - 1))
  }

  private mutating func operands(
    _ ids: some Sequence<ValueID>, _ context: GraphContext, at origin: SourceSpan, into block: Block
  ) -> [KernelOperand] {
    var result: [KernelOperand] = []
    for id in ids { result.append(operand(context[id], context.graph.type(id), at: origin, into: block)) }
    return result
  }

  private mutating func effect(_ operation: Operation, _ context: GraphContext, into block: Block) -> [Definition] {
    let inputs = operands(operation.operands, context, at: operation.origin, into: block)
    let shape = operation.results.first.map { context.shape($0) } ?? []
    let output = operation.results.first.map { addValue(context.graph.type($0).dtype, shape.reduce(1, *)) }
    let step = EffectStep(
      operation: operation, inputs: inputs, dtypes: operation.operands.map { context.graph.type($0).dtype }, output: output)
    block.steps.append(Step(kind: .effect(step), origin: operation.origin, name: operation.decl.name))
    return output.map { [.view(View($0, shape: shape))] } ?? []
  }

  private mutating func branch(_ operation: Operation, _ context: GraphContext, into block: Block) -> [Definition] {
    let condition = operands(operation.operands.prefix(1), context, at: operation.origin, into: block)[0]
    let captures = operation.operands.dropFirst().map { context[$0] }
    let types = operation.results.map(context.graph.type)
    let blocks = [Block(), Block()]
    var branchResults: [[Int]] = []
    for (region, inner) in zip(operation.regions, blocks) {
      let first = values.count
      let definitions = lower(region, captures, into: inner)
      var taken: Set<Int> = []
      branchResults.append(owned(definitions, types, since: first, &taken, at: operation.origin, into: inner))
    }
    let results = types.map { addValue($0.dtype, $0.shape.constants!.reduce(1, *)) }
    let step = BranchStep(
      condition: scalar(condition, .bool, at: operation.origin, into: block), blocks: blocks, branchResults: branchResults,
      results: results)
    block.steps.append(Step(kind: .branch(step), origin: operation.origin, name: operation.decl.name))
    return zip(results, types).map { .view(View($0, shape: $1.shape.constants!)) }
  }

  /// A scalar with an address of its own: an element inside another value is copied out.
  private mutating func scalar(_ operand: KernelOperand, _ dtype: DType, at origin: SourceSpan, into block: Block) -> Int {
    if operand.offset == 0 { return operand.value }
    return copied(Access(value: operand.value, offset: operand.offset, pattern: .scalar), dtype, 1, at: origin, into: block)
  }

  /// For each definition a value that a step of the block makes, in no other role: made since `first`, whole, not in `taken`.
  /// What is not such a value is copied to one.
  private mutating func owned(
    _ definitions: [Definition], _ types: [TensorType], since first: Int, _ taken: inout Set<Int>, at origin: SourceSpan,
    into block: Block
  ) -> [Int] {
    var result: [Int] = []
    for (definition, type) in zip(definitions, types) {
      switch definition {
      case .view(let view):
        let value = values[view.value]
        if view.value >= first, value.kind == .computed, view.isContiguous, view.offset == 0, value.count == view.count,
          taken.insert(view.value).inserted
        {
          result.append(view.value)
        } else {
          result.append(materialised(view, at: origin, into: block))
        }
      case .splat(let value): result.append(filled(value, type, at: origin, into: block))
      case .stack: fatalError("internal error: a stack of unknown height leaves a region")
      case .drawn, .redone: fatalError("internal error: a draw that is not stored leaves a region")
      }
    }
    return result
  }

  /// The results of the whole graph: values that steps of its outermost block make.
  mutating func outputs(
    _ definitions: [Definition], _ types: [TensorType], at origin: SourceSpan, into block: Block
  ) -> [Int] {
    var taken: Set<Int> = []
    let outputs = owned(definitions, types, since: 0, &taken, at: origin, into: block)
    for (k, value) in outputs.enumerated() { values[value].output = k }
    return outputs
  }

  // MARK: loops

  /// Rows that are smaller are copied; binding costs as much.
  static let smallRow = 64

  private mutating func loop(_ operation: Operation, _ context: GraphContext, into block: Block) -> [Definition] {
    let parts = LoopParts(operation)
    let graph = context.graph
    let origin = operation.origin
    let length = parts.length.constant
    let count = parts.count.map { id in
      let whole = operand(context[id], TensorType(.int), at: origin, into: block)
      return scalar(whole, .int, at: origin, into: block)
    }
    let consts = parts.consts.map { context[$0] }
    let carryTypes = parts.carries.map(graph.type)
    let carryShapes = carryTypes.map { $0.shape.constants! }
    var initials: [KernelOperand] = []
    for (id, type) in zip(parts.carries, carryTypes) {
      // A splat is written right into the loop's memory; anything else is copied there if it cannot become it.
      if case .splat(let value) = context[id] {
        initials.append(KernelOperand(value: filled(value, type, at: origin, into: block), offset: 0, shape: []))
      } else {
        initials.append(operand(context[id], type, at: origin, into: block))
      }
    }
    let parameters = zip(carryTypes, carryShapes).map { addValue($0.dtype, $1.reduce(1, *)) }
    var carryDefinitions: [Definition] = []
    for (value, shape) in zip(parameters, carryShapes) { carryDefinitions.append(.view(View(value, shape: shape))) }

    let (body, conditionBlock) = (Block(), parts.isFor ? nil : Block())
    var condition: Int?
    if let region = parts.condition, let inner = conditionBlock {
      let definition = lower(region, consts + carryDefinitions, into: inner)[0]
      let whole = operand(definition, TensorType(.bool), at: origin, into: inner)
      condition = scalar(whole, .bool, at: origin, into: inner)
    }

    let index = parts.isFor ? addValue(.int, 1) : nil
    var xs: [LoopStep.Row] = []
    var rowDefinitions: [Definition] = []
    for (id, parameter) in zip(parts.xs, parts.xParameters) {
      let type = parts.body.type(parameter)
      let shape = type.shape.constants!
      let rowCount = shape.reduce(1, *)
      if case .splat(let value) = context[id] {
        rowDefinitions.append(.splat(value))
        continue
      }
      let stack = operand(context[id], graph.type(id), at: origin, into: block)
      let inPlace = rowCount * type.dtype.size > Lowering.smallRow
      let row = addValue(type.dtype, rowCount, inPlace ? .row : .computed)
      xs.append(LoopStep.Row(stack: stack.value, offset: stack.offset, row: row, inPlace: inPlace))
      rowDefinitions.append(.view(View(row, shape: shape)))
    }

    let first = values.count
    let indexDefinition: [Definition] = index.map { [.view(View($0, shape: []))] } ?? []
    let results = lower(parts.body, indexDefinition + consts + carryDefinitions + rowDefinitions, into: body)
    var taken: Set<Int> = []
    let next = owned(
      Array(results[..<carryTypes.count]), carryTypes, since: first, &taken, at: origin, into: body)
    let last = zip(carryTypes, carryShapes).map { addValue($0.dtype, $1.reduce(1, *)) }
    var carries: [LoopStep.Carry] = []
    for k in parameters.indices {
      carries.append(LoopStep.Carry(initial: initials[k], parameter: parameters[k], next: next[k], result: last[k]))
    }

    var ys: [LoopStep.Row] = []
    var stacks: [Definition] = []
    for (k, id) in parts.ys.enumerated() {
      let type = parts.body.type(Array(parts.bodyYs)[k])
      let stackType = graph.type(id)
      let rowCount = type.shape.constants!.reduce(1, *)
      let row = self.row(results[carryTypes.count + k], type, since: first, &taken, at: origin, into: body)
      let stack: Int
      if let shape = stackType.shape.constants {
        stack = addValue(type.dtype, shape.reduce(1, *))
        stacks.append(.view(View(stack, shape: shape)))
      } else {
        stack = addValue(type.dtype, rowCount, .stack(stackCount))
        stackCount += 1
        stacks.append(.stack(stack))
      }
      ys.append(LoopStep.Row(stack: stack, offset: 0, row: row.value, inPlace: row.inPlace))
    }
    let iterations = parts.iterations.map { _ in addValue(.int, 1) }
    var label: String?
    var monitorName = "value"
    if case .text(let text)? = operation.attributes["monitorName"] { monitorName = text }
    if case .text(let text)? = operation.attributes["progress"] { label = text }
    let step = LoopStep(
      isFor: parts.isFor, reversed: parts.reversed, length: length, count: count, index: index, carries: carries, xs: xs,
      ys: ys, iterations: iterations, conditionBlock: conditionBlock, condition: condition, body: body, label: label,
      monitor: LoopParts.monitor(operation.attributes), monitorName: monitorName,
      checkpoint: CheckpointRequest(operation))
    block.steps.append(Step(kind: .loop(step), origin: origin, name: operation.decl.name))
    var defined: [Definition] = []
    for (value, shape) in zip(last, carryShapes) { defined.append(.view(View(value, shape: shape))) }
    if let iterations { defined.append(.view(View(iterations, shape: []))) }
    return defined + stacks
  }

  /// The value of a record's row: one that can live in the record itself, or any contiguous one that is copied there.
  private mutating func row(
    _ definition: Definition, _ type: TensorType, since first: Int, _ taken: inout Set<Int>, at origin: SourceSpan,
    into block: Block
  ) -> (value: Int, inPlace: Bool) {
    let bytes = type.shape.constants!.reduce(type.dtype.size, *)
    if bytes > Lowering.smallRow {
      let value = owned([definition], [type], since: first, &taken, at: origin, into: block)[0]
      values[value].kind = .row
      return (value, true)
    }
    let whole = operand(definition, type, at: origin, into: block)
    if whole.offset == 0 && values[whole.value].kind == .computed { return (whole.value, false) }
    let access = Access(value: whole.value, offset: whole.offset, pattern: .contiguous)
    return (copied(access, type.dtype, type.shape.constants!.reduce(1, *), at: origin, into: block), false)
  }
}

import Diagnostics
import Ops
import Passes

/// Turns a graph into blocks of steps. Broadcasts, slices and reshapes become ways of reading a value; region parameters
/// become the outer values they stand for.
struct Lowering {
  var values: [PlannedValue] = []
  var constants: [Tensor] = []
  /// Texts of constants; a `.string` element is a place in this table.
  var texts: [String] = []
  var stackCount = 0
  /// Larger constants are made where they are needed instead of being kept.
  static let keptBytes = 1 << 20
  private var splats: [SplatKey: Int] = [:]
  private struct SplatKey: Hashable {
    var value: Attribute
    /// 0.0 and -0.0 are equal, but not the same.
    var isNegativeZero: Bool
    var dtype: DType
    var count: Int
  }

  /// What an IR value is to the plan.
  enum Definition {
    case view(View)
    case splat(Attribute)
    /// A draw that is made anew wherever it is read: only elementwise ops read it.
    case drawn(Access)
    /// A few ops on such a draw and on scalars, likewise: they are cheaper done again than stored.
    case redone(Redone)
    /// A growing stack, or a value without elements to read.
    case stack(Int)
  }

  final class Redone {
    let operation: Operation
    let step: MicroStep
    let operands: [(definition: Definition, dtype: DType)]
    /// Ops from the draws to here.
    let depth: Int
    init(_ operation: Operation, _ step: MicroStep, _ operands: [(definition: Definition, dtype: DType)], depth: Int) {
      (self.operation, self.step, self.operands, self.depth) = (operation, step, operands, depth)
    }
    static let maxDepth = 4
  }

  // MARK: values

  mutating func addValue(_ dtype: DType, _ count: Int, _ kind: PlannedValue.Kind = .computed) -> Int {
    values.append(PlannedValue(dtype: dtype, count: count, kind: kind))
    return values.count - 1
  }
  mutating func addConstant(_ tensor: Tensor) -> Int {
    constants.append(tensor)
    return addValue(tensor.dtype, tensor.count, .constant(constants.count - 1))
  }
  /// A constant tensor of equal elements, one for all uses.
  private mutating func constant(_ value: Attribute, _ dtype: DType, _ shape: [Int]) -> Int {
    let key = SplatKey(value: value, isNegativeZero: value.isNegativeZero, dtype: dtype, count: shape.reduce(1, *))
    if let known = splats[key] { return known }
    let id = addConstant(.filled(value, dtype, shape))
    splats[key] = id
    return id
  }

  // MARK: graphs

  /// Lowers a closed graph into a block, with these definitions for its parameters; gives those of its results.
  mutating func lower(_ graph: Graph, _ arguments: [Definition], into block: Block) -> [Definition] {
    var context = GraphContext(graph: graph)
    for (parameter, argument) in zip(graph.parameters, arguments) { context.definitions[parameter.index] = argument }
    for operation in graph.operations { lower(operation, &context, into: block) }
    return graph.results.map { context[$0] }
  }

  struct GraphContext {
    let graph: Graph
    var definitions: [Definition?]
    /// Whether a value is read only by elementwise ops, which can read views.
    let onlyElementwise: [Bool]
    /// Large draws, and values made of them, that only elementwise ops read: they need not be stored.
    let unstored: Set<Int>

    init(graph: Graph) {
      self.graph = graph
      definitions = Array(repeating: nil, count: graph.valueCount)
      var only = [Bool](repeating: true, count: graph.valueCount)
      for operation in graph.operations.reversed() {
        switch operation.decl.kernel {
        case .micro: continue
        case .alias: if only[operation.results[0].index] { continue }
        case .function where Lowering.isView(operation.decl): if only[operation.results[0].index] { continue }
        default: break
        }
        for operand in operation.operands { only[operand.index] = false }
      }
      for result in graph.results { only[result.index] = false }
      onlyElementwise = only
      unstored = GraphContext.unstored(graph)
    }

    private static func unstored(_ graph: Graph) -> Set<Int> {
      var candidates: Set<Int> = []
      for operation in graph.operations {
        guard let result = operation.results.first?.index else { continue }
        if Lowering.drawKinds[ObjectIdentifier(operation.decl)] != nil {
          let type = graph.type(operation.results[0])
          if type.shape.constants!.reduce(type.dtype.size, *) >= Lowering.unstoredBytes { candidates.insert(result) }
        } else if case .micro = operation.decl.kernel, operation.operands.contains(where: { candidates.contains($0.index) }) {
          candidates.insert(result)
        } else if case .alias = operation.decl.kernel, candidates.contains(operation.operands[0].index) {
          candidates.insert(result)
        }
      }
      if candidates.isEmpty { return [] }
      // Reshapes of a draw, from the last to the first, are read as the draw is.
      var stored: Set<Int> = Set(graph.results.map(\.index))
      for operation in graph.operations.reversed() {
        if case .micro = operation.decl.kernel { continue }
        if case .alias = operation.decl.kernel, !stored.contains(operation.results[0].index) { continue }
        for operand in operation.operands { stored.insert(operand.index) }
      }
      return candidates.subtracting(stored)
    }
    subscript(_ id: ValueID) -> Definition { definitions[id.index]! }
    func shape(_ id: ValueID) -> [Int] { graph.type(id).shape.constants! }
  }

  private mutating func lower(_ operation: Operation, _ context: inout GraphContext, into block: Block) {
    let defined: [Definition]
    if let value = splat(operation) {
      context.definitions[operation.results[0].index] = .splat(value)
      return
    }
    switch operation.decl.kernel {
    case .micro(let micro): defined = [elementwise(micro, operation, context, into: block)]
    case .alias: defined = [reshape(operation, context, into: block)]
    case .function:
      if let draw = unstored(operation, context, into: block) {
        defined = [draw]
      } else if Lowering.isView(operation.decl) {
        defined = [view(operation, context, into: block)]
      } else {
        defined = kernel(operation, context, into: block)
      }
    case .structural: defined = structural(operation, context, into: block)
    case .expanded: fatalError("internal error: `\(operation.decl.name)` is not expanded before planning")
    }
    for (result, definition) in zip(operation.results, defined) { context.definitions[result.index] = definition }
  }

  /// The element of a constant of equal elements.
  private func splat(_ operation: Operation) -> Attribute? {
    if operation.decl === OpDecl.fill { return operation.attributes["value"] }
    if operation.decl === OpDecl.dim, case .dims(let dims)? = operation.attributes["dim"] { return dims[0].constant.map { .int($0) } }
    return nil
  }

  private mutating func elementwise(
    _ micro: UInt16, _ operation: Operation, _ context: GraphContext, into block: Block
  ) -> Definition {
    let result = operation.results[0]
    let type = context.graph.type(result)
    let shape = context.shape(result)
    var step = MicroStep(
      op: micro, type: type.dtype, source: context.graph.type(operation.operands.last!).dtype, inputs: [], output: 0, count: shape.reduce(1, *))
    let operands = operation.operands.map { (definition: context[$0], dtype: context.graph.type($0).dtype) }
    if context.unstored.contains(result.index), let depth = redoneDepth(operands.map(\.definition)) {
      return .redone(Redone(operation, step, operands, depth: depth))
    }
    for operand in operands { step.inputs.append(access(operand.definition, operand.dtype, into: block)) }
    step.output = addValue(type.dtype, step.count)
    block.steps.append(Step(kind: .micro(step), origin: operation.origin, name: operation.decl.name))
    return .view(View(step.output, shape: shape))
  }

  /// The depth of an op on draws and scalars alone that is to be redone for each reader; nil for others.
  private func redoneDepth(_ operands: [Definition]) -> Int? {
    var depth = 0
    for operand in operands {
      switch operand {
      case .drawn: depth = max(depth, 1)
      case .redone(let inner): depth = max(depth, inner.depth + 1)
      case .splat: continue
      case .view(let view): if view.access.pattern != .scalar { return nil }
      case .stack: return nil
      }
    }
    return (1...Redone.maxDepth).contains(depth) ? depth : nil
  }

  /// How an elementwise op reads a definition.
  mutating func access(_ definition: Definition, _ dtype: DType, into block: Block) -> Access {
    switch definition {
    case .view(let view): return view.access
    case .splat(let value): return Access(value: constant(value, dtype, []), offset: 0, pattern: .scalar)
    case .drawn(let access): return access
    case .redone(let redone):
      var step = redone.step
      for operand in redone.operands { step.inputs.append(access(operand.definition, operand.dtype, into: block)) }
      step.output = addValue(step.type, step.count)
      block.steps.append(Step(kind: .micro(step), origin: redone.operation.origin, name: redone.operation.decl.name))
      return Access(value: step.output, offset: 0, pattern: .contiguous)
    case .stack: fatalError("internal error: an elementwise op reads a stack of unknown height")
    }
  }

  private mutating func reshape(_ operation: Operation, _ context: GraphContext, into block: Block) -> Definition {
    let result = operation.results[0]
    switch context[operation.operands[0]] {
    case .view(let view):
      let shape = context.shape(result)
      if let reshaped = view.reshaped(to: shape) { return .view(reshaped) }
      let whole = materialised(view, at: operation.origin, into: block)
      return .view(View(whole, shape: shape))
    case let other: return other
    }
  }

  // MARK: whole operands

  /// A value that holds a definition's elements one after the other, from `offset` on.
  mutating func operand(
    _ definition: Definition, _ type: TensorType, at origin: SourceSpan, into block: Block
  ) -> KernelOperand {
    switch definition {
    case .view(let view):
      if view.isContiguous { return KernelOperand(value: view.value, offset: view.offset, shape: view.shape) }
      return KernelOperand(value: materialised(view, at: origin, into: block), offset: 0, shape: view.shape)
    case .splat(let value):
      let shape = type.shape.constants!
      let count = shape.reduce(1, *)
      if count * type.dtype.size <= Lowering.keptBytes / 16 {
        return KernelOperand(value: constant(value, type.dtype, shape), offset: 0, shape: shape)
      }
      return KernelOperand(value: filled(value, type, at: origin, into: block), offset: 0, shape: shape)
    case .stack(let value): return KernelOperand(value: value, offset: 0, shape: [])
    case .drawn, .redone: fatalError("internal error: a draw that is not stored is read as a whole")
    }
  }

  /// A fresh value of equal elements, which whoever gets it may overwrite.
  mutating func filled(_ value: Attribute, _ type: TensorType, at origin: SourceSpan, into block: Block) -> Int {
    let count = type.shape.constants!.reduce(1, *)
    let source = Access(value: constant(value, type.dtype, []), offset: 0, pattern: .scalar)
    return copied(source, type.dtype, count, at: origin, into: block)
  }
  mutating func materialised(_ view: View, at origin: SourceSpan, into block: Block) -> Int {
    copied(view.access, values[view.value].dtype, view.count, at: origin, into: block)
  }
  /// A fresh value with what an access reads.
  mutating func copied(_ access: Access, _ dtype: DType, _ count: Int, at origin: SourceSpan, into block: Block) -> Int {
    let output = addValue(dtype, count)
    let step = MicroStep(op: Micro.copy, type: dtype, source: dtype, inputs: [access], output: output, count: count)
    block.steps.append(Step(kind: .micro(step), origin: origin, name: "copy"))
    return output
  }

  private mutating func kernel(_ operation: Operation, _ context: GraphContext, into block: Block) -> [Definition] {
    guard case .function(let kernel, let pack, let workspace, _) = operation.decl.kernel else {
      fatalError("internal error: `\(operation.decl.name)` has no kernel")
    }
    let types = operation.results.map(context.graph.type)
    // An op without operands is a constant (a counter): run once, now.
    if operation.operands.isEmpty, !operation.decl.traits.contains(.effect),
      types.allSatisfy({ $0.shape.constants!.reduce($0.dtype.size, *) <= Lowering.keptBytes })
    {
      let (outputs, status) = Apply.function(operation, [], to: types)
      if status.code == .ok { return outputs.map { .view(View(addConstant($0), shape: $0.shape)) } }
    }
    var inputs: [KernelOperand] = []
    for operand in operation.operands {
      inputs.append(self.operand(context[operand], context.graph.type(operand), at: operation.origin, into: block))
    }
    if operation.decl === OpDecl.concat, types[0].shape.constants![..<operation.attributes.int("axis")].allSatisfy({ $0 == 1 }) {
      return [join(inputs, types[0], operation, into: block)]
    }
    let outputs = types.map { type in
      let shape = type.shape.constants!
      return KernelOperand(value: addValue(type.dtype, shape.reduce(1, *)), offset: 0, shape: shape)
    }
    let step = KernelStep(
      decl: operation.decl, kernel: kernel, attributes: pack(operation.attributes),
      workspace: workspace(operation.operands.map(context.graph.type), types), inputs: inputs, outputs: outputs,
      updatesInPlace: operation.decl.traits.contains(.inPlace), split: RowParallel.split(operation))
    block.steps.append(Step(kind: .kernel(step), origin: operation.origin, name: operation.decl.name))
    return outputs.map { .view(View($0.value, shape: $0.shape)) }
  }

  /// A concatenation whose parts stay whole: each is copied to its place.
  private mutating func join(
    _ inputs: [KernelOperand], _ type: TensorType, _ operation: Operation, into block: Block
  ) -> Definition {
    let shape = type.shape.constants!
    let output = addValue(type.dtype, shape.reduce(1, *))
    let step = JoinStep(inputs: inputs.filter { $0.shape.reduce(1, *) > 0 }, output: output)
    block.steps.append(Step(kind: .join(step), origin: operation.origin, name: operation.decl.name))
    return .view(View(output, shape: shape))
  }

  // MARK: draws

  static let drawKinds: [ObjectIdentifier: DrawKind] = [
    ObjectIdentifier(OpDecl.randomNormal): .normal, ObjectIdentifier(OpDecl.randomUniform): .uniform,
    ObjectIdentifier(OpDecl.randomRademacher): .rademacher, ObjectIdentifier(OpDecl.randomExponential): .exponential,
  ]
  /// Draws of so many bytes are made anew where they are read: smaller ones stay in the cache.
  static let unstoredBytes = 1 << 20

  private mutating func unstored(_ operation: Operation, _ context: GraphContext, into block: Block) -> Definition? {
    let result = operation.results[0]
    guard context.unstored.contains(result.index), let kind = Lowering.drawKinds[ObjectIdentifier(operation.decl)] else { return nil }
    let key = operation.operands[0]
    let keys = operand(context[key], context.graph.type(key), at: operation.origin, into: block)
    let dtype = context.graph.type(result).dtype
    let row = context.shape(result).reduce(1, *) / max(1, keys.shape.reduce(1, *))
    return .drawn(Access(value: keys.value, offset: keys.offset, pattern: .drawn(kind.draw(single: dtype == .f32), dtype, row: row)))
  }

  // MARK: views

  static func isView(_ decl: OpDecl) -> Bool {
    decl === OpDecl.broadcast || decl === OpDecl.slice || decl === OpDecl.transpose || decl === OpDecl.reverse
  }

  /// Reading in place of copying, where readers can: elementwise ops, and all others where the elements stay contiguous.
  private mutating func view(_ operation: Operation, _ context: GraphContext, into block: Block) -> Definition {
    let result = operation.results[0]
    guard case .view(let source) = context[operation.operands[0]] else {
      if case .splat(let value) = context[operation.operands[0]] { return .splat(value) }
      fatalError("internal error: `\(operation.decl.name)` of a stack of unknown height")
    }
    let shape = context.shape(result)
    let attributes = operation.attributes
    let view: View
    if operation.decl === OpDecl.broadcast {
      view = source.broadcast(to: shape, axes: attributes.ints("axes"))
    } else if operation.decl === OpDecl.slice {
      view = source.sliced(
        start: attributes.extents("start"), step: attributes.ints("step"), to: shape)
    } else if operation.decl === OpDecl.transpose {
      view = source.transposed(attributes.ints("permutation"))
    } else {
      view = source.reversed(attributes.ints("axes"))
    }
    if view.isContiguous { return .view(view) }
    let isScattered = operation.decl === OpDecl.transpose || operation.decl === OpDecl.reverse
    let small = view.count <= 4096
    if context.onlyElementwise[result.index] && (small || !isScattered) { return .view(view) }
    if isScattered && source.isContiguous && !small { return kernel(operation, context, into: block)[0] }
    return .view(View(materialised(view, at: operation.origin, into: block), shape: shape))
  }
}

extension Attributes {
  /// A list of known extents, written as `dims` or as `ints`.
  func extents(_ name: String) -> [Int] {
    if case .ints(let values)? = self[name] { return values }
    return dims(name).constants!
  }
}

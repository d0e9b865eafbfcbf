import Ops

/// An effect op as the executor sees it.
struct EffectEntry {
  var operation: Operation
  var inputs: [(cell: Cell, dtype: DType, shape: [Int])]
  /// The result's place and size, for ops that have one.
  var output: Cell?
  var outputBytes: Int
}

extension Emission {
  mutating func emit(_ effect: EffectStep) {
    _ = tick()
    var inputs: [(cell: Cell, dtype: DType, shape: [Int])] = []
    for (input, dtype) in zip(effect.inputs, effect.dtypes) {
      inputs.append((cell(input.value, offset: input.offset), dtype, input.shape))
    }
    effects.append(
      EffectEntry(
        operation: effect.operation, inputs: inputs, output: effect.output.map { cell($0) },
        outputBytes: effect.output.map { values[$0].bytes } ?? 0))
    add(Instruction(code: .effect, a: Int32(effects.count - 1)), writes: effect.output.map { [$0] } ?? [])
  }
}

/// Does an effect; nil if all went well.
func runEffect(_ index: Int, _ state: inout RunState) -> RuntimeFailure? {
  let entry = state.effects[index]
  // Assertions nearly always hold, and are then only read.
  if entry.operation.decl === OpDecl.assert {
    let condition = entry.inputs[0]
    let address = condition.cell.pointee.unsafelyUnwrapped
    if (0..<condition.shape.reduce(1, *)).allSatisfy({ address.load(fromByteOffset: $0, as: UInt8.self) != 0 }) { return nil }
  }
  let operands = entry.inputs.map { input in
    let tensor = Tensor(uninitialized: input.dtype, input.shape)
    let address = input.cell.pointee.unsafelyUnwrapped
    tensor.pointer.copyMemory(from: address, byteCount: tensor.count * input.dtype.size)
    if input.dtype != .string { return tensor }
    return Tensor(text: state.texts[address.load(as: Int.self)])
  }
  do throws(RuntimeFailure) {
    let results = try EffectContext(state.options).perform(entry.operation, operands)
    if let output = entry.output, let result = results.first {
      output.pointee.unsafelyUnwrapped.copyMemory(from: result.pointer, byteCount: entry.outputBytes)
    }
    return nil
  } catch {
    return error
  }
}

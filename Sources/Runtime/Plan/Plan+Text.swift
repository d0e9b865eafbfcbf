import Ops

extension Plan: CustomStringConvertible {
  /// The instructions, one a line.
  public var description: String {
    var text = "arena \(arenaBytes) bytes\n"
    for (k, instruction) in instructions.enumerated() {
      let name = sources[k].name
      let what =
        switch instruction.code {
        case .region, .parallelRegion, .small:
          "\(instruction.code) of \(regionText(instruction))"
        case .kernel: "\(name) \(kernelText(Int(instruction.a)))"
        case .parallelKernel: "\(name) in \(instruction.b) pieces of \(kernelText(Int(instruction.a)))"
        case .copy: "copy \((instruction.a..<instruction.b).map { "\(program.copies[Int($0)].bytes)" }.joined(separator: " + ")) bytes"
        case .effect: name
        case .jump: "jump \(instruction.b)"
        case .jumpIfFalse: "jump \(instruction.b) if false"
        case .loopBegin: "\(name) begin, else \(instruction.b)"
        case .loopRows: "\(name) rows \(count(program.loops[Int(instruction.a)].xs)) in, \(count(program.loops[Int(instruction.a)].ys)) out"
        case .loopNext: "\(name) next to \(instruction.b), \(count(program.loops[Int(instruction.a)].copies)) copies, \(count(program.loops[Int(instruction.a)].swaps)) swaps"
        case .loopEnd: "\(name) end"
        case .stop: "stop"
        }
      text += "\(k): \(what)\n"
    }
    return text
  }

  private func count(_ range: Range32) -> Int { Int(range.end - range.start) }

  private func regionText(_ instruction: Instruction) -> String {
    if instruction.code == .small {
      let entry = program.smalls[Int(instruction.a)]
      return "\(entry.elements): \(entry.count) ops"
    }
    let region = program.regions[Int(instruction.a)].region
    return "\(region.count): \(region.loads) loads, \(region.instrs) ops, \(region.stores) stores, \(region.registers) registers"
  }

  private func kernelText(_ index: Int) -> String {
    let call = program.kernels[index].call
    func shapes(_ operands: UnsafeMutablePointer<Operand>, _ count: Int) -> String {
      (0..<count).map { k in "[" + (0..<operands[k].rank).map { String(operands[k].shape[$0]) }.joined(separator: ", ") + "]" }
        .joined(separator: " ")
    }
    return "\(shapes(call.inputs, call.inputCount)) → \(shapes(call.outputs, call.outputCount))"
  }
}

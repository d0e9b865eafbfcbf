import CKernels
import Ops

/// Runs one op on tensors, each result in fresh memory: for constant folding and for the reference evaluator.
public enum Apply {
  /// An elementwise micro-operation over operands of one shape; the result means nothing where the status is not `.ok`.
  public static func micro(_ micro: UInt16, _ operands: [Tensor], to dtype: DType) -> (result: Tensor, status: KernelStatus) {
    let result = Tensor(uninitialized: dtype, operands[0].shape)
    let loads = operands.enumerated().map { k, operand in
      ptb_load(
        access: UInt8(PTB_CONTIGUOUS.rawValue), type: operand.dtype.rawValue, reg: UInt16(k), rank: 0, extent: 0, shape: nil,
        strides: nil)
    }
    let target = UInt16(operands.count)
    let instruction = ptb_instr(
      op: micro, type: dtype.rawValue, source: operands.last!.dtype.rawValue, dst: target, a: 0,
      b: UInt16(min(1, operands.count - 1)), c: UInt16(min(2, operands.count - 1)))
    let store = ptb_store(reg: target, type: dtype.rawValue)
    let inputs = operands.map { UnsafeRawPointer($0.pointer) as UnsafeRawPointer? }
    let outputs = [result.pointer as UnsafeMutableRawPointer?]
    let fault = loads.withUnsafeBufferPointer { loads in
      withUnsafePointer(to: instruction) { instruction in
        withUnsafePointer(to: store) { store in
          var region = ptb_region(
            count: Int64(result.count), loads: Int32(loads.count), instrs: 1, stores: 1, registers: Int32(target) + 1,
            load: loads.baseAddress, instr: instruction, store: store)
          return ptb_run_region(&region, inputs, outputs, 0, Int64(result.count))
        }
      }
    }
    return (result, KernelStatus(fault: fault))
  }

  /// A kernel over whole operands, into results of these types, whose dims are constant.
  public static func function(
    _ operation: Operation, _ inputs: [Tensor], to types: [TensorType]
  ) -> (outputs: [Tensor], status: KernelStatus) {
    guard case .function(let kernel, let pack, let workspace, _) = operation.decl.kernel else {
      fatalError("internal error: \(operation.decl.name) has no kernel")
    }
    let outputs = types.map { Tensor(uninitialized: $0.dtype, $0.shape.constants!) }
    let scratch = Storage(byteCount: workspace(inputs.map { TensorType($0.dtype, $0.shape.map { Dim($0) }) }, types))
    var operands: [Operand] = []
    let shapes = (inputs + outputs).map { tensor in
      let shape = UnsafeMutablePointer<Int>.allocate(capacity: max(1, tensor.rank))
      shape.initialize(from: tensor.shape, count: tensor.rank)
      operands.append(
        Operand(pointer: tensor.pointer, shape: shape, rank: tensor.rank, count: tensor.count, dtype: tensor.dtype))
      return shape
    }
    defer { for shape in shapes { shape.deallocate() } }
    // One more, so that there is an address even without attributes.
    var attributes = pack(operation.attributes) + [0]
    let status = operands.withUnsafeMutableBufferPointer { operands in
      attributes.withUnsafeMutableBufferPointer { attributes in
        var call = KernelCall(
          inputs: operands.baseAddress!, outputs: operands.baseAddress! + inputs.count,
          attributes: UnsafePointer(attributes.baseAddress!), workspace: scratch.pointer, inputCount: inputs.count,
          outputCount: outputs.count)
        return kernel(&call)
      }
    }
    return (outputs, status)
  }
}

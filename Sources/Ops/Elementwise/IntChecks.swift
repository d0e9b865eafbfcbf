import CKernels

extension Graph {
  /// Whether an elementwise operation may meet an Int that does not fit in 64 bits, or a real that is none.
  public func mayOverflow(_ operation: Operation) -> Bool {
    guard case .micro(let op) = operation.decl.kernel, type(operation.results[0]).dtype == .int else { return false }
    switch ptb_micro(UInt32(op)) {
    case PTB_ADD, PTB_SUB, PTB_MUL, PTB_POW, PTB_NEG, PTB_ABS, PTB_DIV, PTB_FLOORDIV: return true
    case PTB_CONVERT: return ![.int, .bool].contains(type(operation.operands[0]).dtype)
    default: return false
    }
  }
}

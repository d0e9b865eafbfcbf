import Ops

/// Identities of arithmetic that hold for every float, -0, infinities and NaN included.
extension Folder {
  mutating func identity(_ operation: Operation) -> ValueID? {
    guard case .micro = operation.decl.kernel else { return nil }
    let x = rewriter.operands(operation.operands)
    let isInt = rewriter.type(x[0]).dtype == .int
    switch ObjectIdentifier(operation.decl) {
    case Names.add:
      if isNeutral(x[1], isInt) { return x[0] }
      if isNeutral(x[0], isInt) { return x[1] }
      if let y = negated(x[1]) { return emit(.sub, [x[0], y], operation) }
      if let y = negated(x[0]) { return emit(.sub, [x[1], y], operation) }
    case Names.sub:
      if isSplat(x[1], 0) { return x[0] }
      if let y = negated(x[1]) { return emit(.add, [x[0], y], operation) }
    case Names.mul, Names.mul0:
      for (a, b) in [(x[0], x[1]), (x[1], x[0])] {
        if isSplat(b, 1) { return a }
        if isSplat(b, -1) && operation.decl === OpDecl.mul { return emit(.neg, [a], operation) }
        if isSplat(b, 0) && (isInt || operation.decl === OpDecl.mul0) { return b }
      }
    case Names.div: if isSplat(x[1], 1) { return x[0] }
    case Names.neg: return negated(x[0])
    case Names.not: if let inner = rewriter.producer(x[0]), inner.decl === OpDecl.not { return inner.operands[0] }
    case Names.and, Names.or:
      let absorbing = operation.decl === OpDecl.or
      for (a, b) in [(x[0], x[1]), (x[1], x[0])] {
        if case .bool(let v)? = splatValue(b) { return v == absorbing ? b : a }
      }
      if x[0] == x[1] { return x[0] }
    case Names.select:
      if case .bool(let v)? = splatValue(x[0]) { return v ? x[1] : x[2] }
      if x[1] == x[2] { return x[1] }
    case Names.convert: if rewriter.type(x[0]).dtype == operation.attributes.dtype("dtype") { return x[0] }
    case Names.pow: return power(operation, x)
    default: break
    }
    return nil
  }

  /// Adding it changes nothing: -0.0, or 0 of integers.
  private func isNeutral(_ id: ValueID, _ isInt: Bool) -> Bool { isSplat(id, isInt ? 0 : -0.0) }

  private func negated(_ id: ValueID) -> ValueID? {
    guard let inner = rewriter.producer(id), inner.decl === OpDecl.neg else { return nil }
    return inner.operands[0]
  }

  private mutating func power(_ operation: Operation, _ x: [ValueID]) -> ValueID? {
    guard rewriter.type(x[0]).dtype.isReal else { return nil }
    if isSplat(x[1], 1) { return x[0] }
    if isSplat(x[1], 2) { return emit(.mul, [x[0], x[0]], operation) }
    if isSplat(x[1], 3) { return emit(.mul, [emit(.mul, [x[0], x[0]], operation), x[0]], operation) }
    if isSplat(x[1], 0) { return rewriter.fill(.real(1), rewriter.type(x[0]), at: operation.origin) }
    if isSplat(x[1], -1) {
      return emit(.div, [rewriter.fill(.real(1), rewriter.type(x[0]), at: operation.origin), x[0]], operation)
    }
    return nil
  }

  private mutating func emit(_ decl: OpDecl, _ operands: [ValueID], _ operation: Operation) -> ValueID {
    rewriter.emit(decl, operands, at: operation.origin)
  }

  private enum Names {
    static let add = ObjectIdentifier(OpDecl.add), sub = ObjectIdentifier(OpDecl.sub), mul = ObjectIdentifier(OpDecl.mul)
    static let mul0 = ObjectIdentifier(OpDecl.mul0), div = ObjectIdentifier(OpDecl.div), neg = ObjectIdentifier(OpDecl.neg)
    static let not = ObjectIdentifier(OpDecl.not), and = ObjectIdentifier(OpDecl.and), or = ObjectIdentifier(OpDecl.or)
    static let select = ObjectIdentifier(OpDecl.select), convert = ObjectIdentifier(OpDecl.convert)
    static let pow = ObjectIdentifier(OpDecl.pow)
  }
}

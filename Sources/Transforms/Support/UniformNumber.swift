import Ops

extension Graph {
  /// The number that every element of a value is, where a constant tells, seen through changes of shape and of precision.
  /// `producer` finds the operation that defines a value; nil for parameters.
  func uniformNumber(_ id: ValueID, producer: (ValueID) -> Operation?) -> Double? {
    guard let operation = producer(id) else { return nil }
    if operation.decl === OpDecl.fill {
      switch operation.attributes["value"] {
      case .real(let value)?: return value
      case .int(let value)?: return Double(value)
      default: return nil
      }
    }
    // A conversion to Int cuts.
    guard [OpDecl.broadcast, .reshape, .convert].contains(where: { $0 === operation.decl }), type(id).dtype.isReal else { return nil }
    return uniformNumber(operation.operands[0], producer: producer)
  }
  func uniformNumber(_ id: ValueID) -> Double? { uniformNumber(id) { id in operations.last { $0.results.contains(id) } } }
}

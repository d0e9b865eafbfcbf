import Ops

extension Graph {
  /// Whether running an operation may end with an error for some inputs.
  func mayFail(_ operation: Operation) -> Bool {
    switch operation.decl.kernel {
    case .micro: mayOverflow(operation)
    case .alias: false
    case .function: true
    case .structural, .expanded: !operation.regions.isEmpty
    }
  }
  var mayFail: Bool { operations.contains(where: mayFail) }
}

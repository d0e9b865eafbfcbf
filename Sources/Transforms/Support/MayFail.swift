import Ops

extension Operation {
  /// Whether running it may end with an error for some inputs. Fused operations work element by element and never do.
  var mayFail: Bool {
    switch decl.kernel {
    case .micro, .alias: false
    case .function: true
    case .structural, .expanded: !regions.isEmpty
    }
  }
}

extension Graph {
  var mayFail: Bool { operations.contains(where: \.mayFail) }
}

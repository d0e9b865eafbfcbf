import Ops

extension Graph {
  /// Puts the code of a solver or of a custom function in the place of `solve` and `custom`.
  ///
  /// Keeps: results. Needs: derivatives, batching and bounds to be done, for which these operations are kept whole.
  public func expanded() -> Graph {
    if !operations.contains(where: { !$0.regions.isEmpty }) { return self }
    var rewriter = Rewriter(self)
    for operation in operations {
      if case .expanded = operation.decl.kernel {
        let code = operation.regions[operation.decl === OpDecl.solve ? 1 : 0].expanded()
        rewriter.define(operation.results, as: rewriter.inline(code, rewriter.operands(operation.operands)))
      } else {
        rewriter.copy(operation, regions: operation.regions.map { $0.expanded() })
      }
    }
    return rewriter.finish()
  }
}

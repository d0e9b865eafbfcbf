import Ops

extension Operation {
  /// Whether running the operation does something besides making its results.
  public var hasEffect: Bool { decl.traits.contains(.effect) || decl.traits.contains(.observed) || regions.contains(where: \.hasEffect) }
}

extension Graph {
  /// Whether running the operation may end the program: Ints that overflow, kernels that report a status, and effects.
  public func canFail(_ operation: Operation) -> Bool {
    switch operation.decl.kernel {
    case .micro: mayOverflow(operation)
    case .alias: false
    case .function:
      !OpDecl.infallible.contains(ObjectIdentifier(operation.decl))
        || OpDecl.accumulating.contains(ObjectIdentifier(operation.decl)) && type(operation.results[0]).dtype == .int
    case .structural, .expanded:
      operation.decl.traits.contains(.effect) || operation.regions.contains { region in region.operations.contains(where: region.canFail) }
    }
  }
  public var hasEffect: Bool { operations.contains(where: \.hasEffect) }
}

extension OpDecl {
  /// Kernels that add and multiply, which of Ints may fail.
  static let accumulating: Set<ObjectIdentifier> = Set([OpDecl.sum, .prod, .cumsum, .cumprod, .matmul, .conv, .windowsAdd].map { ObjectIdentifier($0) })
  /// Kernels that never report a failure; any other may be run only where the program would run it.
  static let infallible: Set<ObjectIdentifier> = Set(
    [
      OpDecl.broadcast, .transpose, .slice, .pad, .concat, .reverse, .iota, .sum, .prod, .maxOf, .minOf, .allOf, .anyOf, .argmax,
      .argmin, .logsumexp, .softmax, .cumsum, .cumprod, .sort, .matmul, .conv, .windows, .windowsAdd, .fft, .ifft, .foldKey,
      .randomUniform, .randomNormal, .randomRademacher, .randomExponential,
    ].map { ObjectIdentifier($0) })
}

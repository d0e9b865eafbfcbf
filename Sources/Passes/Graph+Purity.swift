import Ops

extension Operation {
  /// Whether running the operation does something besides making its results.
  public var hasEffect: Bool { decl.traits.contains(.effect) || decl.traits.contains(.observed) || regions.contains(where: \.hasEffect) }

  /// Whether running the operation may end the program: kernels that report a status, and effects.
  public var canFail: Bool {
    switch decl.kernel {
    case .micro, .alias: false
    case .function: !OpDecl.infallible.contains(ObjectIdentifier(decl))
    case .structural, .expanded: decl.traits.contains(.effect) || regions.contains { $0.operations.contains(where: \.canFail) }
    }
  }
}

extension Graph {
  public var hasEffect: Bool { operations.contains(where: \.hasEffect) }
}

extension OpDecl {
  /// Kernels that never report a failure; any other may be run only where the program would run it.
  static let infallible: Set<ObjectIdentifier> = Set(
    [
      OpDecl.broadcast, .transpose, .slice, .pad, .concat, .reverse, .iota, .sum, .prod, .maxOf, .minOf, .allOf, .anyOf, .argmax,
      .argmin, .logsumexp, .softmax, .cumsum, .cumprod, .sort, .matmul, .conv, .windows, .windowsAdd, .fft, .ifft, .foldKey,
      .randomUniform, .randomNormal, .randomRademacher, .randomExponential,
    ].map { ObjectIdentifier($0) })
}

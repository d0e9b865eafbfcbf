import Ops

/// Kernels that treat the rows of the leading axis one by one, so that threads can share them out.
enum RowParallel {
  /// Elements from which a kernel is split.
  static let smallest = 1 << 16
  /// Rows are cut into at most so many pieces, the same for any number of threads.
  static let pieces = 16

  /// Whether the leading axis of every operand and result is one that the op does not look across.
  static func isRowwise(_ operation: Operation) -> Bool {
    let attributes = operation.attributes
    let decl = operation.decl
    if reductions.contains(ObjectIdentifier(decl)) { return !attributes.ints("axes").contains(0) }
    if alongAxis.contains(ObjectIdentifier(decl)) { return attributes.int("axis") != 0 }
    return decl === OpDecl.softmax
  }
  private static let reductions = Set(
    [OpDecl.sum, .prod, .maxOf, .minOf, .allOf, .anyOf, .logsumexp].map { ObjectIdentifier($0) })
  private static let alongAxis = Set(
    [OpDecl.argmax, .argmin, .cumsum, .cumprod, .sort].map { ObjectIdentifier($0) })

  /// Ranges of rows, if the step is worth splitting.
  static func ranges(_ step: KernelStep) -> [Range<Int>]? {
    guard step.isRowwise, step.workspace == 0, let shape = step.inputs.first?.shape, let n = shape.first, shape.count > 1, n > 1,
      shape.reduce(1, *) >= smallest, (step.inputs + step.outputs).allSatisfy({ $0.shape.first == n })
    else { return nil }
    let count = min(n, pieces)
    return (0..<count).map { ($0 * n / count)..<(($0 + 1) * n / count) }
  }
}

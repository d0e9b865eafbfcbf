import Ops

/// Kernels that treat the rows of the leading axis one by one, so that threads can share them out.
enum RowParallel {
  /// Which operands are cut into rows together with the results.
  enum Split {
    case none, all
    /// Only the first: the rows of a matrix that is multiplied from the right.
    case first
  }

  /// Elements from which a kernel is split, and products from which a matrix product is.
  private static let smallest = 1 << 16
  private static let smallestProduct = 1 << 24
  /// Rows are cut into at most so many pieces, the same for any number of threads.
  private static let pieces = 16
  private static let matrixRows = 128

  static func split(_ operation: Operation) -> Split {
    let attributes = operation.attributes
    let decl = operation.decl
    if reductions.contains(ObjectIdentifier(decl)) { return attributes.ints("axes").contains(0) ? .none : .all }
    if alongAxis.contains(ObjectIdentifier(decl)) { return attributes.int("axis") == 0 ? .none : .all }
    if decl === OpDecl.softmax { return .all }
    if decl === OpDecl.matmul {
      return attributes.int("batch") > 0 ? .all : attributes.bool("transposeA") ? .none : .first
    }
    return .none
  }
  private static let reductions = Set(
    [OpDecl.sum, .prod, .maxOf, .minOf, .allOf, .anyOf, .logsumexp].map { ObjectIdentifier($0) })
  private static let alongAxis = Set(
    [OpDecl.argmax, .argmin, .cumsum, .cumprod, .sort].map { ObjectIdentifier($0) })

  /// Ranges of rows, if the step is worth splitting.
  static func ranges(_ step: KernelStep) -> [Range<Int>]? {
    guard step.split != .none, step.workspace == 0, let shape = step.inputs.first?.shape, let n = shape.first, shape.count > 1, n > 1
    else { return nil }
    let count: Int
    if step.split == .first {
      let products = step.outputs[0].shape.reduce(shape[1], *)
      count = products < smallestProduct ? 1 : min(pieces, n / matrixRows)
    } else {
      let work = step.inputs.map { $0.shape.reduce(1, *) }.reduce(0, +)
      guard (step.inputs + step.outputs).allSatisfy({ $0.shape.first == n }) else { return nil }
      count = work < smallest ? 1 : min(n, pieces)
    }
    return count < 2 ? nil : (0..<count).map { ($0 * n / count)..<(($0 + 1) * n / count) }
  }
}

import Diagnostics
import Ops

/// Why a graph has no derivative or no batched form: a refusal for the user, at the operation that is to blame.
public struct TransformError: Error {
  public var message: String
  public var origin: SourceSpan
  public init(_ message: String, _ origin: SourceSpan) { (self.message, self.origin) = (message, origin) }
}

extension Graph {
  /// Throws at the first operation with an effect, at any depth: a transform would repeat or reorder it.
  func refuseEffects(inside what: String) throws(TransformError) {
    for operation in operations {
      if operation.decl.traits.contains(.effect) {
        throw TransformError("`\(operation.decl.name)` has an effect and cannot stand inside what is \(what)", operation.origin)
      }
      for region in operation.regions { try region.refuseEffects(inside: what) }
    }
  }
}

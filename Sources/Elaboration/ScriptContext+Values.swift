import Ops
import Syntax

/// The values that names stand for, as tensors: how a test runner looks at what was drawn, and puts something else in its place.
extension ScriptContext {
  /// The program's, from which all draws follow.
  public var seed: UInt64 { elaborator.seed }

  /// Counts draws from the beginning while `body` runs, so that what a test draws depends on nothing that ran before it.
  public func countingDrawsAnew<T>(_ body: () -> T) -> T {
    let outer = elaborator.frames[0].occurrences
    elaborator.frames[0].occurrences = [:]
    defer { elaborator.frames[0].occurrences = outer }
    return body()
  }

  /// The tensors at the leaves of a name's value, after it was computed; nil where the name stands for none.
  public func tensors(of name: String) -> [Tensor]? {
    guard let value = globals.lookup(name)?.value else { return nil }
    var tensors: [Tensor] = []
    for leaf in value.leaves {
      guard let tensor = leaf.computed else { return nil }
      tensors.append(tensor)
    }
    return tensors
  }

  /// Makes a name, in a check, an Int that the run will know before it needs it: a size like that of a parameter.
  public func assumeSize(_ name: String) {
    guard globals.own(name) != nil else { return }
    globals.update(name, .tensor(TensorValue(size: elaborator.freshSymbol(name))))
    _ = globals.takeChanges()
  }

  /// Puts other tensors of the same types and shapes at the leaves of a value that this context holds under a name.
  public func replace(_ name: String, by tensors: [Tensor]) {
    guard let value = globals.own(name)?.value, value.leaves.count == tensors.count else { return }
    globals.update(name, value.replacing(tensors.map { TensorValue(result: $0) }))
    _ = globals.takeChanges()
  }
}

import Ops

/// The values of a conversation: `ans` is the last one, `out` the tuple of all.
extension ScriptContext {
  public static let (lastName, allName) = ("ans", "out")

  /// Keeps the last expression's value.
  public func keepResult() { keep(lastValue) }

  /// Keeps a part of the last expression's value, such as a verdict's `witness`, in place of the whole.
  public func keepResult(part: String) { if let value = lastValue[field: part] { keep(value) } }

  public var resultCount: Int { results.count }

  private func keep(_ value: Value) {
    if value.isUnit { return }
    results.append(value.mapLeaves(elaborator.rigid))
    bindResults()
  }

  /// Forgets all results, whose memory is free then unless a name holds it too.
  public func forgetResults() {
    results = []
    bindResults()
  }

  /// Names that the user has given other meanings keep them.
  private func bindResults() {
    func bind(_ name: String, _ value: Value?) {
      if globals.bindings[name].map({ !$0.isImported }) == true { return }
      if let value { globals.define(name, value, imported: true) } else { globals.remove(name) }
    }
    bind(ScriptContext.lastName, results.last)
    bind(ScriptContext.allName, results.isEmpty ? nil : .tuple(results))
    _ = globals.takeChanges()
  }

  /// Forgets names of the user's; gives those that are not known.
  public func forget(_ names: [String]) -> [String] {
    let unknown = names.filter { globals.bindings[$0].map(\.isImported) != false }
    if unknown.isEmpty { for name in names { globals.remove(name) } }
    // Bounds of problems are kept with the values they are about.
    elaborator.ledger = Ledger()
    return unknown
  }

  /// The bytes of the tensors that a name holds.
  public func memory(of name: String) -> Int {
    guard let value = globals.bindings[name]?.value else { return 0 }
    return value.leaves.reduce(0) { $0 + ($1.computed.map { $0.count * $0.dtype.size } ?? 0) }
  }

  /// Lets draws begin again, from another seed.
  public func reseed(_ seed: UInt64) { elaborator.reseed(seed) }
}

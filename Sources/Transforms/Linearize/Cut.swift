import Ops

/// Parts the operations that a builder got in split mode: those that depend on tangents go into a graph of their own, and the
/// other values they use become its residual parameters.
struct Cut {
  private let source: Graph
  private let target = Builder(name: "tangent")
  private let inRegion: Bool
  private var linear: Set<ValueID>
  private var linearOperations: [Operation] = []
  /// The other operations, by the values they define.
  private var producers: [ValueID: Operation] = [:]
  private var map: [ValueID: Node] = [:]
  private let b: Builder
  /// The values of `b` for the residual parameters.
  private(set) var residuals: [Node] = []

  init(_ b: Builder, from start: Int, placeholders: [ValueID], inRegion: Bool) {
    (self.b, source, self.inRegion) = (b, b.graph, inRegion)
    linear = Set(placeholders)
    for placeholder in placeholders { map[placeholder] = target.parameter(source.type(placeholder)) }
    var primal: [Operation] = []
    for operation in source.operations[start...] {
      if operation.operands.contains(where: linear.contains) {
        linearOperations.append(operation)
        linear.formUnion(operation.results)
      } else {
        primal.append(operation)
        for result in operation.results { producers[result] = operation }
      }
    }
    source.operations.replaceSubrange(start..., with: primal)
  }

  func isLinear(_ id: ValueID) -> Bool { linear.contains(id) }

  /// The linear graph that gives these values.
  mutating func extract(_ results: [ValueID]) -> Graph {
    var needed = Set(results)
    let live = linearOperations.reversed().filter { operation in
      guard operation.results.contains(where: needed.contains) else { return false }
      needed.formUnion(operation.operands)
      return true
    }
    for operation in live.reversed() {
      var operands: [Node] = []
      for operand in operation.operands { operands.append(value(operand)) }
      define(operation, operands)
    }
    return target.finish(results.map { map[$0]! })
  }

  private mutating func define(_ operation: Operation, _ operands: [Node]) {
    target.origin = operation.origin
    for (result, node) in zip(operation.results, target.copy(operation, of: source, operands)) { map[result] = node }
  }

  /// A value in the linear graph: one of its own, a residual, or one that is computed again.
  private mutating func value(_ id: ValueID) -> Node {
    if let node = map[id] { return node }
    if let producer = producers[id], isRecomputed(producer, id) {
      var operands: [Node] = []
      for operand in producer.operands { operands.append(value(operand)) }
      define(producer, operands)
    } else {
      map[id] = target.parameter(source.type(id))
      residuals.append(Node(b, id))
    }
    return map[id]!
  }

  /// Constants, broadcasts and conversions of truth values are cheaper made again than kept. Records of a loop within a region
  /// cannot be kept, for each iteration of the outer loop has another number of them: the inner loop runs again.
  private func isRecomputed(_ operation: Operation, _ id: ValueID) -> Bool {
    if inRegion && source.type(id).isDynamic { return true }
    guard operation.regions.isEmpty else { return false }
    if operation.operands.isEmpty { return true }
    guard operation.operands.count == 1, operation.decl.traits.contains(.linear) else { return false }
    guard let before = source.type(operation.operands[0]).byteCount, let after = source.type(id).byteCount else { return false }
    return before < after
  }
}

extension TensorType {
  /// The bytes of a value, where its extents are known.
  fileprivate var byteCount: Int? { shape.constants.map { $0.reduce(dtype.size, *) } }
}

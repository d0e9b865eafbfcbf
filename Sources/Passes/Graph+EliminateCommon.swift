import Ops

extension Graph {
  /// Keeps one of several operations that compute the same: equal ops, attributes and regions over the same operands.
  ///
  /// Keeps: results bit for bit (a draw is a function of its key, so equal draws are one), effects and their order. Needs: nothing.
  public func withoutCommonOperations() -> Graph {
    var rewriter = Rewriter(self)
    var seen: [OperationKey: [ValueID]] = [:]
    for operation in operations {
      let regions = operation.regions.map { $0.withoutCommonOperations() }
      if operation.hasEffect {
        rewriter.copy(operation, regions: regions)
        continue
      }
      let key = OperationKey(
        decl: operation.decl, operands: rewriter.operands(operation.operands), attributes: operation.attributes,
        types: operation.results.map(type), regions: regions.map { RegionKey($0) })
      if let known = seen[key] {
        rewriter.define(operation.results, as: known)
      } else {
        rewriter.copy(operation, regions: regions)
        seen[key] = rewriter.operands(operation.results)
      }
    }
    return rewriter.finish()
  }
}

private struct OperationKey: Hashable {
  var decl: OpDecl
  var operands: [ValueID]
  var attributes: Attributes
  var types: [TensorType]
  var regions: [RegionKey]

  static func == (a: OperationKey, b: OperationKey) -> Bool {
    a.decl === b.decl && a.operands == b.operands && a.attributes.isSame(as: b.attributes) && a.types == b.types && a.regions == b.regions
  }
  /// Operands, ops and numbers of attributes tell nearly all operations apart; constants need their values.
  func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(decl))
    for operand in operands { hasher.combine(operand.raw) }
    for entry in attributes.entries {
      switch entry.value {
      case .int, .ints, .real, .bool, .tensor: hasher.combine(entry.value)
      default: break
      }
    }
    for type in types { hasher.combine(type.rank) }
    for region in regions { hasher.combine(region.hash) }
  }
}

/// A closed graph, equal to another if they are the same up to the numbers of their values.
private struct RegionKey: Hashable {
  let graph: Graph
  let hash: Int

  init(_ graph: Graph) {
    self.graph = graph
    var hasher = Hasher()
    RegionKey.combine(graph, &hasher)
    hash = hasher.finalize()
  }
  func hash(into hasher: inout Hasher) { hasher.combine(hash) }
  static func == (a: RegionKey, b: RegionKey) -> Bool { a.hash == b.hash && equal(a.graph, b.graph) }

  private static func combine(_ graph: Graph, _ hasher: inout Hasher) {
    hasher.combine(graph.parameters.count)
    for operation in graph.operations {
      hasher.combine(ObjectIdentifier(operation.decl))
      hasher.combine(operation.operands.count)
      for region in operation.regions { combine(region, &hasher) }
    }
  }

  private static func equal(_ a: Graph, _ b: Graph) -> Bool {
    if a === b { return true }
    guard a.operations.count == b.operations.count, a.parameterTypes == b.parameterTypes, a.results.count == b.results.count
    else { return false }
    var map = [ValueID?](repeating: nil, count: a.valueCount)
    for (x, y) in zip(a.parameters, b.parameters) { map[x.index] = y }
    func same(_ x: [ValueID], _ y: [ValueID]) -> Bool { x.count == y.count && zip(x, y).allSatisfy { map[$0.index] == $1 } }
    for (x, y) in zip(a.operations, b.operations) {
      guard x.decl === y.decl, same(x.operands, y.operands), x.attributes.isSame(as: y.attributes), x.results.count == y.results.count,
        x.regions.count == y.regions.count, zip(x.regions, y.regions).allSatisfy({ equal($0, $1) })
      else { return false }
      for (r, s) in zip(x.results, y.results) {
        if a.type(r) != b.type(s) { return false }
        map[r.index] = s
      }
    }
    return same(a.results, b.results)
  }
}

extension Attribute {
  public var isNegativeZero: Bool { if case .real(let v) = self { v == 0 && v.sign == .minus } else { false } }
}

extension Attributes {
  /// Equal, and 0.0 is not -0.0.
  fileprivate func isSame(as other: Attributes) -> Bool {
    self == other && zip(entries, other.entries).allSatisfy { $0.value.isNegativeZero == $1.value.isNegativeZero }
  }
}

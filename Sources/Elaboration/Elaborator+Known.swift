import Ops
import Passes

/// Values that stand in the graph and yet are known before the run: what constants and results of earlier statements make.
extension Elaborator {
  /// The tensor that a node stands for, if only constants and earlier results are behind it. Meant for options and conditions,
  /// which a few operations make.
  func knownTensor(_ node: Node) -> Tensor? {
    let extract = Builder(name: "known")
    var copies: [Ledger.NodeKey: Node] = [:]
    guard let copy = copied(node, into: extract, &copies) else { return nil }
    return extract.finish([copy]).expanded().folded().constantResult
  }

  private func copied(_ node: Node, into extract: Builder, _ copies: inout [Ledger.NodeKey: Node]) -> Node? {
    let key = Ledger.NodeKey(builder: ObjectIdentifier(node.builder), id: node.id)
    if let known = copies[key] { return known }
    let source = node.builder
    if source.graph.parameters.contains(node.id) {
      let value: Node?
      if source === root {
        guard let at = source.graph.parameters.firstIndex(of: node.id), inputs.indices.contains(at) else { return nil }
        value = inputs[at].count <= 64 ? extract.emit1(.tensor, [], ["tensor": .tensor(TensorPayload(inputs[at]))]) : nil
      } else {
        value = source.captures.first { source.local($0) == node.id }.flatMap { copied($0, into: extract, &copies) }
      }
      copies[key] = value
      return value
    }
    guard let operation = source.graph.operations.last(where: { $0.results.contains(node.id) }), operation.regions.isEmpty,
      operation.decl.traits.isDisjoint(with: [.effect, .random, .observed])
    else { return nil }
    var operands: [Node] = []
    for id in operation.operands {
      guard copies.count < 200, let operand = copied(Node(source, id), into: extract, &copies) else { return nil }
      operands.append(operand)
    }
    let results = extract.place(
      operation.decl, operands, operation.attributes, regions: [], types: operation.results.map { source.graph.type($0) })
    for (id, result) in zip(operation.results, results) { copies[Ledger.NodeKey(builder: key.builder, id: id)] = result }
    return copies[key]
  }
}

extension Tensor {
  /// Whether all elements of a Bool tensor are true.
  var allHold: Bool { (0..<count).allSatisfy { pointer.load(fromByteOffset: $0, as: UInt8.self) != 0 } }
}

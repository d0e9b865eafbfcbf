import Ops

extension Builder {
  /// Appends a copy of an operation of `graph` over these operands.
  func copy(_ operation: Operation, of graph: Graph, _ operands: [Node]) -> [Node] {
    let nodes = place(
      operation.decl, operands, operation.attributes, regions: operation.regions, types: operation.results.map(graph.type))
    if !graph.valueNames.isEmpty {
      for (result, node) in zip(operation.results, nodes) { self.graph.valueNames[node.id] = graph.valueNames[result] }
    }
    return nodes
  }

  /// The value, seen from this builder.
  func here(_ node: Node) -> Node { Node(self, local(node)) }

  /// Emits with the script's place of `operation`, and gives the place back afterwards.
  func at<T>(_ operation: Operation, _ emit: () throws(TransformError) -> T) throws(TransformError) -> T {
    let saved = origin
    origin = operation.origin
    defer { origin = saved }
    return try emit()
  }
}

extension Array {
  /// The elements that are marked.
  func filter(by marks: [Bool]) -> [Element] { zip(self, marks).filter(\.1).map(\.0) }
}

extension Array where Element == Bool {
  static func || (a: [Bool], b: [Bool]) -> [Bool] { zip(a, b).map { $0 || $1 } }
  var any: Bool { contains(true) }
  /// Whether the i-th mark is set for each element, in the order of `filter(by:)`: values of the marked positions, nil elsewhere.
  func scatter<T>(_ values: [T]) -> [T?] {
    var rest = values[...]
    return map { $0 ? rest.removeFirst() : nil }
  }
}

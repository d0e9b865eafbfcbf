import Tensors

extension Graph {
  /// What is wrong with a graph and its regions: values used before they are defined or defined twice, results whose types
  /// are not those of the shape rule and, if `constantDims`, extents that are not numbers. `check` adds what only a set of ops
  /// knows, such as how regions match their operation. Empty for a sound graph.
  public func problems(
    constantDims: Bool = false, check: @escaping (Operation, Graph) -> [String] = { _, _ in [] }
  ) -> [String] {
    var verifier = Verifier(constantDims: constantDims, check: check)
    verifier.verify(self, path: name.isEmpty ? "graph" : name)
    return verifier.problems
  }
}

private struct Verifier {
  let constantDims: Bool
  let check: (Operation, Graph) -> [String]
  var problems: [String] = []

  mutating func verify(_ graph: Graph, path: String) {
    var defined = [Bool](repeating: false, count: graph.valueCount)
    func isDefined(_ id: ValueID) -> Bool { id.index >= 0 && id.index < defined.count && defined[id.index] }
    var found: [String] = []
    func define(_ id: ValueID, _ what: String) {
      guard id.index >= 0, id.index < defined.count else { return found.append("\(what) is not a value of the graph") }
      if defined[id.index] { found.append("\(what) is defined twice") }
      defined[id.index] = true
      let type = graph.type(id)
      if constantDims, type.shape.contains(where: { $0.constant == nil && !$0.isDynamic }) {
        found.append("\(what) has type \(type), whose extents are not all known")
      }
      if type.shape.dropFirst().contains(where: \.isDynamic) { found.append("\(what) has type \(type), dynamic inside") }
    }
    for parameter in graph.parameters { define(parameter, "parameter %\(parameter.raw)") }
    for (k, operation) in graph.operations.enumerated() {
      let what = "operation \(k) (\(operation.decl.name))"
      for operand in operation.operands where !isDefined(operand) {
        found.append("\(what) uses %\(operand.raw) before it is defined")
      }
      for result in operation.results { define(result, "result %\(result.raw) of \(what)") }
      if operation.regions.isEmpty {
        if operation.operands.allSatisfy(isDefined) { found += mismatch(operation, graph).map { "\(what): \($0)" } }
      }
      found += check(operation, graph).map { "\(what): \($0)" }
      for region in operation.regions { verify(region, path: "\(path)/\(operation.decl.name)\(k)") }
    }
    for result in graph.results where !isDefined(result) { found.append("the result %\(result.raw) is not defined") }
    problems += found.map { "\(path): \($0)" }
  }

  private func mismatch(_ operation: Operation, _ graph: Graph) -> [String] {
    do throws(OpError) {
      let types = try operation.decl.infer(operation.operands.map(graph.type), operation.attributes)
      let actual = operation.results.map(graph.type)
      return types == actual ? [] : ["has results of types \(actual), but its rule says \(types)"]
    } catch {
      return ["its rule refuses the operands: \(error.message)"]
    }
  }
}

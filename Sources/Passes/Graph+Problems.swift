import Ops

extension Graph {
  /// What is wrong with a graph, with the rules of control flow among it. Empty for a sound graph.
  public func allProblems(constantDims: Bool = false) -> [String] {
    problems(constantDims: constantDims) { operation, graph in operation.regionProblems(in: graph) }
  }
}

extension Operation {
  /// How the regions of an operation fail to match its operands and results.
  fileprivate func regionProblems(in graph: Graph) -> [String] {
    if regions.isEmpty { return [] }
    let operandTypes = operands.map(graph.type)
    let resultTypes = results.map(graph.type)
    func expect(_ region: Int, _ parameters: [TensorType], _ results: [TensorType]) -> [String] {
      var found: [String] = []
      if regions[region].parameterTypes != parameters {
        found.append("region \(region) takes \(regions[region].parameterTypes), not \(parameters)")
      }
      if regions[region].resultTypes != results {
        found.append("region \(region) gives \(regions[region].resultTypes), not \(results)")
      }
      return found
    }
    if decl === OpDecl.ifThenElse {
      guard operandTypes.first == TensorType(.bool), regions.count == 2 else { return ["needs a Bool and two regions"] }
      let captures = Array(operandTypes.dropFirst())
      return expect(0, captures, resultTypes) + expect(1, captures, resultTypes)
    }
    if decl === OpDecl.solve {
      let points = Array(resultTypes.prefix(attributes.int("points")))
      let problem = expect(1, operandTypes, resultTypes) + (regions[0].parameterTypes == points + operandTypes ? [] : ["region 0 takes other points and captures"])
      guard regions.count > 2 else { return problem }
      return problem + (regions[2].parameterTypes == points + points + operandTypes ? [] : ["region 2 takes other points and captures"])
    }
    if decl === OpDecl.custom { return expect(0, operandTypes, resultTypes) }
    guard isLoop else { return ["has regions that no rule knows"] }
    let parts = LoopParts(self)
    let (consts, carries) = (parts.consts.map(graph.type), parts.carries.map(graph.type))
    var rows: [TensorType] = []
    for x in parts.xs.map(graph.type) {
      guard x.shape.first == parts.length else { return ["a stack of type \(x) does not have the length \(parts.length)"] }
      rows.append(x.with(shape: Array(x.shape.dropFirst())))
    }
    if parts.lastCarries.map(graph.type) != carries { return ["last carries differ in type from the first"] }
    var ys: [TensorType] = []
    for y in parts.ys.map(graph.type) {
      guard y.shape.first == parts.length else { return ["a record of type \(y) does not have the length \(parts.length)"] }
      ys.append(y.with(shape: Array(y.shape.dropFirst())))
    }
    if parts.isFor { return expect(0, [TensorType(.int)] + consts + carries + rows, carries + ys) }
    return expect(0, consts + carries, [TensorType(.bool)]) + expect(1, consts + carries, carries + ys)
  }
}

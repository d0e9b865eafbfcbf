import Ops

extension Graph {
  /// Drops what no result and no effect needs: operations, results of `if`, carries, stacks, constants and captures of loops.
  ///
  /// Keeps: results bit for bit, effects, the parameters of the graph itself. An operation that would fail but whose result is
  /// unused is dropped with its failure. Needs: nothing.
  public func withoutDeadOperations() -> Graph {
    DeadCode(self).rebuilt(parameters: nil, results: Array(repeating: true, count: results.count))
  }
}

/// Which values of one graph are needed for some of its results.
private struct DeadCode {
  let graph: Graph
  init(_ graph: Graph) { self.graph = graph }

  /// Marks of values, given which results of the graph are needed. Nested regions are looked into only as far as needed.
  func live(_ results: [Bool]) -> [Bool] {
    var live = [Bool](repeating: false, count: graph.valueCount)
    for (result, flag) in zip(graph.results, results) where flag { live[result.index] = true }
    for operation in graph.operations.reversed() {
      guard operation.hasEffect || operation.results.contains(where: { live[$0.index] }) else { continue }
      if operation.isLoop {
        let needs = LoopNeeds(operation, live: live)
        for (operand, flag) in zip(operation.operands, needs.operands) where flag { live[operand.index] = true }
      } else if operation.decl === OpDecl.ifThenElse {
        let flags = operation.results.map { live[$0.index] }
        live[operation.operands[0].index] = true
        for region in operation.regions {
          let inner = DeadCode(region).live(flags)
          for (operand, parameter) in zip(operation.operands.dropFirst(), region.parameters) where inner[parameter.index] {
            live[operand.index] = true
          }
        }
      } else {
        for operand in operation.operands { live[operand.index] = true }
      }
    }
    return live
  }

  /// The graph with only these parameters (all, if nil) and results.
  func rebuilt(parameters keep: [Bool]?, results keepResults: [Bool]) -> Graph {
    let live = live(keepResults)
    let new = Graph(name: graph.name)
    var map = [ValueID?](repeating: nil, count: graph.valueCount)
    for (k, parameter) in graph.parameters.enumerated() where keep?[k] ?? true {
      map[parameter.index] = new.addParameter(graph.type(parameter))
    }
    for operation in graph.operations {
      guard operation.hasEffect || operation.results.contains(where: { live[$0.index] }) else { continue }
      var copy = operation
      if operation.isLoop {
        trimLoop(&copy, live: live)
      } else if operation.decl === OpDecl.ifThenElse {
        trimIf(&copy, live: live)
      } else if !operation.regions.isEmpty {
        copy.regions = operation.regions.map { $0.withoutDeadOperations() }
      }
      copy.operands = copy.operands.map { map[$0.index]! }
      copy.results = copy.results.map { result in
        let id = new.addValue(graph.type(result))
        map[result.index] = id
        return id
      }
      new.operations.append(copy)
    }
    for (id, name) in graph.valueNames { if let id = map[id.index] { new.valueNames[id] = name } }
    new.results = zip(graph.results, keepResults).filter(\.1).map { map[$0.0.index]! }
    return new
  }

  private func trimIf(_ operation: inout Operation, live: [Bool]) {
    let results = operation.results.map { live[$0.index] }
    let marks = operation.regions.map { region in
      let inner = DeadCode(region).live(results)
      return region.parameters.map { inner[$0.index] }
    }
    let captures = zip(marks[0], marks[1]).map { $0 || $1 }
    operation.regions = operation.regions.map { DeadCode($0).rebuilt(parameters: captures, results: results) }
    operation.operands = [operation.operands[0]] + zip(operation.operands.dropFirst(), captures).filter(\.1).map(\.0)
    operation.results = operation.results.filter { live[$0.index] }
  }

  private func trimLoop(_ operation: inout Operation, live: [Bool]) {
    let needs = LoopNeeds(operation, live: live)
    var parts = LoopParts(operation)
    parts.body = DeadCode(parts.body).rebuilt(
      parameters: (parts.isFor ? [true] : []) + needs.consts + needs.carries + needs.xs, results: needs.carries + needs.ys)
    parts.condition = parts.condition.map {
      DeadCode($0).rebuilt(parameters: needs.consts + needs.carries, results: [true])
    }
    parts.consts = parts.consts.filtered(needs.consts)
    parts.carries = parts.carries.filtered(needs.carries)
    parts.xs = parts.xs.filtered(needs.xs)
    parts.lastCarries = parts.lastCarries.filtered(needs.carries)
    parts.ys = parts.ys.filtered(needs.ys)
    (operation.operands, operation.results, operation.regions) = (parts.operands, parts.results, parts.regions)
    operation.attributes = parts.attributes(operation.attributes, kept: needs.carries.indices.filter { needs.carries[$0] })
  }
}

/// Which parts of a loop are needed: the fixpoint over its carries.
private struct LoopNeeds {
  var consts, carries, xs, ys: [Bool]
  let hasCount: Bool

  init(_ operation: Operation, live: [Bool]) {
    let parts = LoopParts(operation)
    hasCount = parts.count != nil
    carries = parts.lastCarries.map { live[$0.index] }
    ys = parts.ys.map { live[$0.index] }
    consts = parts.consts.map { _ in false }
    if let condition = parts.condition {
      let inner = DeadCode(condition).live([true])
      for k in consts.indices { consts[k] = inner[condition.parameters[k].index] }
      for k in carries.indices where inner[condition.parameters[consts.count + k].index] { carries[k] = true }
    }
    xs = parts.xs.map { _ in false }
    // A progress report looks at a carry.
    if let k = LoopParts.monitor(operation.attributes) { carries[k] = true }
    while true {
      let inner = DeadCode(parts.body).live(carries + ys)
      var next = carries
      for (k, parameter) in parts.carryParameters.enumerated() where inner[parameter.index] { next[k] = true }
      if next == carries {
        for (k, parameter) in parts.constParameters.enumerated() where inner[parameter.index] { consts[k] = true }
        for (k, parameter) in parts.xParameters.enumerated() where inner[parameter.index] { xs[k] = true }
        return
      }
      carries = next
    }
  }

  var operands: [Bool] { (hasCount ? [true] : []) + consts + carries + xs }
}

extension Array {
  fileprivate func filtered(_ marks: [Bool]) -> [Element] { zip(self, marks).filter(\.1).map(\.0) }
}

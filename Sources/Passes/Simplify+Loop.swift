import Ops

/// Loops: a carry that no iteration changes is a constant of the loop.
extension Simplifier {
  mutating func loop(_ operation: Operation) {
    var parts = LoopParts(operation)
    let body = parts.body.simplified()
    (parts.body, parts.condition) = (body, parts.condition?.simplified())
    let (before, after) = (Array(parts.carryParameters), Array(parts.nextCarries))
    let monitor = LoopParts.monitor(operation.attributes)
    let fixed = (0..<parts.carries.count).filter { before[$0] == after[$0] && $0 != monitor }
    if fixed.isEmpty { return rewriter.copy(operation, regions: parts.regions) }
    let isFixed = Set(fixed)

    var inner = parts
    inner.consts = rewriter.operands(parts.consts) + fixed.map { rewriter[parts.carries[$0]] }
    inner.carries = parts.carries.enumerated().filter { !isFixed.contains($0.offset) }.map { rewriter[$0.element] }
    inner.xs = rewriter.operands(parts.xs)
    inner.count = parts.count.map { rewriter[$0] }
    // Parameters move from the carries to the consts.
    let first = parts.isFor ? 1 : 0
    inner.body = reordered(body, parts, fixed, start: first)
    inner.condition = parts.condition.map { reordered($0, parts, fixed, start: 0) }

    let kept = (0..<parts.carries.count).filter { !isFixed.contains($0) }
    let old = kept.map { parts.lastCarries[$0] } + (parts.iterations.map { [$0] } ?? []) + parts.ys
    let results = rewriter.append(
      operation.decl, inner.operands, inner.attributes(operation.attributes, kept: kept), regions: inner.regions,
      types: old.map(rewriter.old.type), at: operation.origin)
    rewriter.define(old, as: results)
    rewriter.define(fixed.map { parts.lastCarries[$0] }, as: fixed.map { rewriter[parts.carries[$0]] })
  }

  /// A region with some carry parameters among its consts and, if it is a body, without these carries' results.
  private func reordered(_ region: Graph, _ parts: LoopParts, _ fixed: [Int], start: Int) -> Graph {
    let (consts, carries) = (parts.consts.count, parts.carries.count)
    let firstCarry = start + consts
    let kept = (0..<carries).filter { !fixed.contains($0) }
    let order =
      Array(0..<firstCarry) + fixed.map { firstCarry + $0 } + kept.map { firstCarry + $0 }
      + Array((firstCarry + carries)..<region.parameters.count)
    let new = Graph(name: region.name)
    var map = [ValueID?](repeating: nil, count: region.valueCount)
    for index in order {
      let parameter = region.parameters[index]
      map[parameter.index] = new.addParameter(region.type(parameter))
    }
    for operation in region.operations {
      var copy = operation
      copy.operands = operation.operands.map { map[$0.index]! }
      copy.results = operation.results.map { result in
        let id = new.addValue(region.type(result))
        map[result.index] = id
        return id
      }
      new.operations.append(copy)
    }
    for (id, name) in region.valueNames { if let id = map[id.index] { new.valueNames[id] = name } }
    let isBody = region === parts.body
    let results = isBody ? kept.map { region.results[$0] } + Array(region.results[carries...]) : region.results
    new.results = results.map { map[$0.index]! }
    return new
  }
}

import Ops

extension Graph {
  /// Throws at the first operation that keeps the mean value theorem from the results as functions of the marked parameters: where
  /// a value jumps, or the derivative is not that of the value. Kinks do no harm.
  public func requireContinuity(in varying: [Bool]) throws(TransformError) { _ = try continuity(varying) }

  /// Which results vary.
  private func continuity(_ parameters: [Bool]) throws(TransformError) -> [Bool] {
    var varies = [Bool](repeating: false, count: valueCount)
    for (parameter, flag) in zip(self.parameters, parameters) { varies[parameter.index] = flag }
    let needed = self.needed
    for operation in operations where operation.results.contains(where: { needed[$0.index] }) {
      let x = operation.operands.map { varies[$0.index] }
      guard x.any else { continue }
      func refusal(_ reason: String) -> TransformError {
        TransformError("`\(operation.decl.name)` \(reason), so derivatives do not bound the body; `ibp` and `crown` do without them", operation.origin)
      }
      var results = operation.results.map { _ in true }
      switch operation.control {
      case .ifThenElse:
        if x[0] { throw refusal("chooses by what varies and may jump") }
        for region in operation.regions { _ = try region.continuity(Array(x.dropFirst())) }
      case .forLoop, .whileLoop:
        let layout = LoopLayout(operation)
        let (count, consts, initial, xs) = layout.operands(x)
        if count == true { throw refusal("runs as often as what varies says") }
        var carries = initial
        while true {
          let out = try layout.body.continuity(layout.bodyFlags(consts, carries, xs))
          let next = carries || Array(out[..<layout.carries])
          if next == carries {
            if !layout.isFor, try operation.regions[0].continuity(consts + carries).any { throw refusal("ends when what varies says so") }
            results = layout.results(carries, count: false, Array(out[layout.carries...]))
            break
          }
          carries = next
        }
      case .custom, .solve: throw refusal("brings a derivative of its own")
      case nil:
        let traits = operation.decl.traits
        if traits.contains(.observed) { break }
        if traits.contains(.jumps) || traits.contains(.locallyConstant)
          || operation.results.contains(where: { needed[$0.index] && !type($0).dtype.isDifferentiable }) {
          throw refusal("may jump")
        }
      }
      for (result, flag) in zip(operation.results, results) { varies[result.index] = flag }
    }
    return results.map { varies[$0.index] }
  }

  /// Which values the results are made of.
  private var needed: [Bool] {
    var needed = [Bool](repeating: false, count: valueCount)
    for result in results { needed[result.index] = true }
    for operation in operations.reversed() where operation.results.contains(where: { needed[$0.index] }) {
      for operand in operation.operands { needed[operand.index] = true }
    }
    return needed
  }
}

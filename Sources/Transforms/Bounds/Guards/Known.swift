import Ops

// What is always true of values that are computed in certain ways.
extension Guards {
  /// Of the elements of x at least one is the largest: a count of those that are is at least 1.
  static func counts(in graph: Graph, _ producer: [Int?], _ number: [Int]) -> Facts {
    var facts = Facts()
    func made(_ id: ValueID, by decl: OpDecl) -> Operation? {
      guard let k = producer[id.index], graph.operations[k].decl === decl else { return nil }
      return graph.operations[k]
    }
    for operation in graph.operations where operation.decl === OpDecl.sum {
      guard let hits = made(operation.operands[0], by: .convert), let equal = made(hits.operands[0], by: .eq),
        let spread = made(equal.operands[1], by: .broadcast),
        let extreme = made(spread.operands[0], by: .maxOf) ?? made(spread.operands[0], by: .minOf),
        number[extreme.operands[0].index] == number[equal.operands[0].index],
        extreme.attributes["axes"] == operation.attributes["axes"]
      else { continue }
      let axes = operation.attributes.ints("axes")
      let shape = graph.type(extreme.operands[0]).shape
      guard spread.attributes.ints("axes") == shape.indices.filter({ !axes.contains($0) }) else { continue }
      facts.add(Fact(lower: .init(number: 1, isStrict: false)), to: number[operation.results[0].index], .all)
    }
    return facts
  }

  /// `x · (c / y) · t` with y = √(… + x² + …), which is how the derivative of a norm is written: the parts of x · c / y · t with
  /// |x / y| ≤ 1, also where y is 0 (there x is 0, and an exact 0 wins).
  struct Share {
    var x: ValueID
    var y: ValueID
    var factor: Double
    var t: ValueID
    /// Axes along which y and t are repeated; nil where they have the shape of x.
    var axes: [Int]?
  }
  func share(_ operation: Operation) -> Share? {
    guard operation.decl === OpDecl.mul0 else { return nil }
    func made(_ id: ValueID, by decl: OpDecl) -> Operation? {
      guard let k = producer[id.index], old.operations[k].decl === decl else { return nil }
      return old.operations[k]
    }
    let x = operation.operands[0]
    let spread = made(operation.operands[1], by: .broadcast)
    guard let product = made(spread?.operands[0] ?? operation.operands[1], by: .mul0), let ratio = made(product.operands[0], by: .div),
      let factor = knownNumber(ratio.operands[0]), factor.isFinite, let root = made(ratio.operands[1], by: .sqrt)
    else { return nil }
    let axes = spread?.attributes.ints("axes")
    var holdsX = false
    /// Whether a value is a sum of squares.
    func isSquares(_ id: ValueID) -> Bool {
      if let c = knownNumber(id) { return c >= 0 }
      if let sum = made(id, by: .add) { return isSquares(sum.operands[0]) && isSquares(sum.operands[1]) }
      let sum = made(id, by: .sum)
      guard let square = made(sum?.operands[0] ?? id, by: .mul), number[square.operands[0].index] == number[square.operands[1].index]
      else { return false }
      // The places of x that y is made of.
      let kept = sum.map { sum in old.type(x).shape.indices.filter { !sum.attributes.ints("axes").contains($0) } }
      if number[square.operands[0].index] == number[x.index], kept == axes { holdsX = true }
      return true
    }
    guard isSquares(root.operands[0]), holdsX else { return nil }
    return Share(x: x, y: root.results[0], factor: factor, t: product.operands[1], axes: axes)
  }
}

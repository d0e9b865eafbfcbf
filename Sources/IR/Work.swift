/// How many arithmetic operations a kernel makes. An addition, a comparison and an elementary function of one element count as one each.
public enum Work: Sendable {
  /// It only moves or makes values.
  case none
  /// So many for each element of the first result.
  case results(Double)
  /// One for each element of the first operand (reductions).
  case operand
  case rule(@Sendable (_ operands: [TensorType], _ results: [TensorType], Attributes) -> Count)
}

/// The arithmetic of a graph.
public struct Cost: Sendable {
  public init(flops: Count = .zero, perIteration: Count = .zero) { (self.flops, self.perIteration) = (flops, perIteration) }
  /// What loops of a known length and everything outside loops make.
  public var flops: Count
  /// What one iteration makes of loops whose length only the run tells.
  public var perIteration: Count
  static func += (a: inout Cost, b: Cost) { (a.flops, a.perIteration) = (a.flops + b.flops, a.perIteration + b.perIteration) }
}

extension Operation {
  /// The arithmetic of one application in a graph of these types. An `if` costs the more expensive branch, a `solve` its solver's code.
  func cost(_ graph: Graph) -> Cost {
    let (operandTypes, resultTypes) = (operands.map(graph.type), results.map(graph.type))
    switch decl.kernel {
    case .micro: return Cost(flops: resultTypes.first.map { Count($0.shape) } ?? Count.zero)
    case .alias: return Cost()
    case .function(_, _, _, let work):
      switch work {
      case .none: return Cost()
      case .results(let each): return Cost(flops: each * (resultTypes.first.map { Count($0.shape) } ?? Count.zero))
      case .operand: return Cost(flops: operandTypes.first.map { Count($0.shape) } ?? Count.zero)
      case .rule(let rule): return Cost(flops: rule(operandTypes, resultTypes, attributes))
      }
    case .expanded: return regions.last.map { decl.name == "custom" ? regions[0].cost : $0.cost } ?? Cost()
    case .structural: return structuralCost
    }
  }

  private var structuralCost: Cost {
    let inner = regions.map(\.cost)
    if case .dims(let length)? = attributes["length"], let body = inner.first {
      if length.contains(where: \.isDynamic) { return Cost(perIteration: body.flops + body.perIteration) }
      let times = Count(length)
      return Cost(flops: times * body.flops, perIteration: times * body.perIteration)
    }
    switch inner.count {
    case 0: return Cost()
    // A condition and a body.
    case _ where decl.name == "while": return Cost(perIteration: inner.reduce(Count.zero) { $0 + $1.flops + $1.perIteration })
    default:
      return Cost(
        flops: inner.dropFirst().reduce(inner[0].flops) { Count.larger($0, $1.flops) },
        perIteration: inner.dropFirst().reduce(inner[0].perIteration) { Count.larger($0, $1.perIteration) })
    }
  }
}

extension Graph {
  /// The arithmetic of one run, counted from what the ops declare.
  public var cost: Cost { operations.reduce(into: Cost()) { $0 += $1.cost(self) } }
}

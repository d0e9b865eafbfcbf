import Ops

/// Emits the graph's operations with their tangents: `tangents[i]` is that of argument i, nil where it is zero, and so are the
/// tangents that come back. Loops carry the tangents along with the values.
public func jvp(
  _ graph: Graph, into b: Builder, _ arguments: [Node], _ tangents: [Node?]
) throws(TransformError) -> (results: [Node], tangents: [Node?]) {
  try graph.refuseEffects(inside: "differentiated")
  return try Differentiator(b, .fused).run(graph, arguments, tangents)
}

/// Walks a graph forwards, emitting values and tangents into one builder.
struct Differentiator {
  enum Mode {
    /// Control flow computes values and tangents together.
    case fused
    /// Each operation is followed by others that are linear in the tangents, so that these can be cut off and transposed.
    case split
  }
  let b: Builder
  let mode: Mode
  init(_ b: Builder, _ mode: Mode) { (self.b, self.mode) = (b, mode) }

  typealias Dual = (results: [Node], tangents: [Node?])

  func run(_ graph: Graph, _ arguments: [Node], _ tangents: [Node?]) throws(TransformError) -> Dual {
    var value = [Node?](repeating: nil, count: graph.valueCount)
    var tangent = value
    // Why a tangent is not known, of values for which that would only matter if they were used.
    var unknown = [TransformError?](repeating: nil, count: graph.valueCount)
    for (i, parameter) in graph.parameters.enumerated() {
      value[parameter.index] = b.here(arguments[i])
      tangent[parameter.index] = arguments[i].dtype.isDifferentiable ? tangents[i].map(b.here) : nil
    }
    for operation in graph.operations {
      let x = operation.operands.map { value[$0.index]! }
      let dx = operation.operands.map { tangent[$0.index] }
      let reason = operation.operands.lazy.compactMap { unknown[$0.index] }.first
      let dual = try b.at(operation) { () throws(TransformError) in try derive(operation, of: graph, x, dx) }
      for (i, result) in operation.results.enumerated() {
        value[result.index] = dual.results[i]
        tangent[result.index] = dual.results[i].dtype.isDifferentiable ? dual.tangents[i] : nil
        if dual.results[i].dtype.isDifferentiable, !operation.decl.derivative.isZero {
          unknown[result.index] = reason ?? unknownTangent(operation, ofResult: i, dx)
        }
      }
    }
    if let reason = graph.results.lazy.compactMap({ unknown[$0.index] }).first { throw reason }
    return (graph.results.map { value[$0.index]! }, graph.results.map { tangent[$0.index] })
  }

  private func derive(_ operation: Operation, of graph: Graph, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    if dx.allSatisfy({ $0 == nil }) { return undifferentiated(operation, of: graph, x) }
    switch (operation.control, mode) {
    case (.ifThenElse, .fused): return try fusedIf(operation, of: graph, x, dx)
    case (.ifThenElse, .split): return try splitIf(operation, of: graph, x, dx)
    case (.forLoop, .fused): return try fusedFor(operation, x, dx)
    case (.whileLoop, .fused): return try fusedWhile(operation, x, dx)
    case (.forLoop, .split), (.whileLoop, .split): return try splitLoop(operation, x, dx)
    case (.custom, _): return try custom(operation, of: graph, x, dx)
    case (.solve, _): return try solve(operation, of: graph, x, dx)
    case (nil, _): return try plain(operation, of: graph, x, dx)
    }
  }

  /// The operation as it is, with zero tangents.
  private func undifferentiated(_ operation: Operation, of graph: Graph, _ x: [Node]) -> Dual {
    (b.copy(operation, of: graph, x), operation.results.map { _ in nil })
  }

  private func plain(_ operation: Operation, of graph: Graph, _ x: [Node], _ dx: [Node?]) throws(TransformError) -> Dual {
    let y = b.copy(operation, of: graph, x)
    let context = RuleContext(b: b, attributes: operation.attributes, x: x, y: y, regions: operation.regions)
    switch operation.decl.derivative {
    case .zero: return (y, y.map { _ in nil })
    case .rule(let rule): return (y, rule(context, dx))
    case .partials(let partials):
      var sum: Node?
      for (partial, tangent) in zip(partials, dx) {
        guard let partial, let tangent else { continue }
        // Complex numbers have no such product.
      let term = b.emit1(tangent.dtype.isComplex ? .mul : .mul0, [partial(context), tangent])
        sum = sum.map { b.emit1(.add, [$0, term]) } ?? term
      }
      return (y, [sum])
    case .linear: return (y, linear(operation, of: graph, x, dx))
    case .refused(let reason): throw TransformError("`\(operation.decl.name)` has no derivative: \(reason)", operation.origin)
    case .structural: fatalError("internal error: no derivative is written for `\(operation.decl.name)`")
    }
  }

  /// Tangents of an op that is linear in all its differentiable operands together, or in each alone.
  private func linear(_ operation: Operation, of graph: Graph, _ x: [Node], _ dx: [Node?]) -> [Node?] {
    guard operation.decl.traits.contains(.multilinear) else {
      let operands = zip(x, dx).map { value, tangent in
        value.dtype.isDifferentiable ? tangent ?? b.zeros(value.type) : value
      }
      return b.copy(operation, of: graph, operands)
    }
    var sums = [Node?](repeating: nil, count: operation.results.count)
    for (i, tangent) in dx.enumerated() {
      guard let tangent else { continue }
      var operands = x
      operands[i] = tangent
      for (k, term) in b.copy(operation, of: graph, operands).enumerated() {
        sums[k] = sums[k].map { b.emit1(.add, [$0, term]) } ?? term
      }
    }
    return sums
  }

  /// Tangents of the values at the marked positions, zeros for nil: what a region has to return.
  static func materialize(_ tangents: [Node?], like values: [Node], _ marks: [Bool], into b: Builder) -> [Node] {
    var result: [Node] = []
    for (i, mark) in marks.enumerated() where mark { result.append(tangents[i] ?? b.zeros(values[i].type)) }
    return result
  }
}

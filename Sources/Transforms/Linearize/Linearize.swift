import Ops

/// A graph's results at a point, and its derivative there as a closed linear graph over residuals: it can be applied and
/// transposed many times.
public struct Linearized {
  public let results: [Node]
  /// Parameters: tangents of the arguments `inputs`, then `residuals`; results: tangents of the results `outputs`.
  public let tangent: Graph
  public let residuals: [Node]
  /// The arguments that have tangents.
  public let inputs: [Int]
  /// The results that depend on them.
  public let outputs: [Int]
  let argumentCount: Int
  let builder: Builder

  /// Emits the product with tangents of the arguments (nil: zero), by default into the builder of the results.
  public func apply(_ tangents: [Node?], into target: Builder? = nil) -> [Node?] {
    apply(tangents, residuals: residuals, into: target ?? builder)
  }

  /// The product where the residuals have other names.
  func apply(_ tangents: [Node?], residuals: [Node], into b: Builder) -> [Node?] {
    var all = [Node?](repeating: nil, count: results.count)
    if inputs.allSatisfy({ tangents[$0] == nil }) { return all }
    let given = inputs.enumerated().map { tangents[$1] ?? b.zeros(tangent.type(tangent.parameters[$0])) }
    for (output, node) in zip(outputs, b.inline(tangent, given + residuals)) { all[output] = node }
    return all
  }

  /// Emits the product of the transposed derivative with cotangents of the results (nil: zero).
  public func transpose(_ cotangents: [Node?], into target: Builder? = nil) -> [Node?] {
    let b = target ?? builder
    let linear = tangent.parameters.indices.map { $0 < inputs.count }
    let found = Transposer(b, tangent, linear: linear, values: inputs.map { _ in nil } + residuals)
      .run(outputs.map { cotangents[$0] })
    var all = [Node?](repeating: nil, count: argumentCount)
    for (i, input) in inputs.enumerated() { all[input] = found[i] }
    return all
  }
}

/// Emits the graph's operations and linearizes it in the active arguments (those of an integer type have no tangents).
public func linearize(
  _ graph: Graph, into b: Builder, _ arguments: [Node], active: [Bool]
) throws(TransformError) -> Linearized {
  try graph.refuseEffects(inside: "differentiated")
  return try linearize(graph, into: b, arguments, active: active, inRegion: false)
}

/// The map from cotangents of a graph's results to cotangents of its arguments (nil: zero). It may be called any number of
/// times; it emits into the builder it is given, by default that of the results.
public struct Pullback {
  let linearized: Linearized
  public func callAsFunction(_ cotangents: [Node?], into target: Builder? = nil) -> [Node?] {
    linearized.transpose(cotangents, into: target)
  }
}

/// Emits the graph's operations and gives their pullback in the active arguments.
public func vjp(
  _ graph: Graph, into b: Builder, _ arguments: [Node], active: [Bool]
) throws(TransformError) -> (results: [Node], pullback: Pullback) {
  let linearized = try linearize(graph, into: b, arguments, active: active)
  return (linearized.results, Pullback(linearized: linearized))
}

/// `inRegion`: the residuals will be recorded or returned by a control op, so they must not have dynamic extents.
func linearize(
  _ graph: Graph, into b: Builder, _ arguments: [Node], active: [Bool], inRegion: Bool
) throws(TransformError) -> Linearized {
  let arguments = arguments.map(b.here)
  let inputs = arguments.indices.filter { active[$0] && arguments[$0].dtype.isDifferentiable }
  let start = b.graph.operations.count
  // Placeholders: values that no operation defines. What depends on them is cut out of the builder again.
  var tangents = [Node?](repeating: nil, count: arguments.count)
  for input in inputs { tangents[input] = Node(b, b.graph.addValue(arguments[input].type)) }
  let dual = try Differentiator(b, .split).run(graph, arguments, tangents)
  var cut = Cut(b, from: start, placeholders: inputs.map { tangents[$0]!.id }, inRegion: inRegion)
  let outputs = dual.tangents.indices.filter { dual.tangents[$0].map { cut.isLinear($0.id) } ?? false }
  let tangent = cut.extract(outputs.map { dual.tangents[$0]!.id })
  return Linearized(
    results: dual.results, tangent: tangent, residuals: cut.residuals, inputs: inputs, outputs: outputs,
    argumentCount: arguments.count, builder: b)
}

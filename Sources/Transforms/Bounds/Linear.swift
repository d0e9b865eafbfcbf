import Ops

/// How linear bounds are made.
public struct LinearOptions {
  public enum Intermediate { case crown, intervals, forward }
  /// Where the bounds of the operands of nonlinear ops come from: their own backward passes, intersected with an interval step,
  /// or intervals alone; or, of everything, from linear forms carried forwards, without any backward pass.
  public var intermediate: Intermediate
  /// How many operands of nonlinear ops get backward passes of their own: their cost grows with the square of the count. Those
  /// after them are bounded by forms carried forwards, whose cost grows with the count of the variable's numbers.
  public var passes = Int.max
  /// Slopes in [0, 1] for the lower lines of `relu`, one for each row of each pass in turn; nil: 1 where u > −l, else 0.
  public var slopes: Node?
  /// Whether only upper bounds are wanted of the result.
  public var isUpper: Bool
  /// Whether the coefficients of the linear forms are wanted.
  public var wantsForm = false
  /// The support function of the set the variable lies in, besides its box.
  public var support: SupportFunction?
  /// The part of the domain that is bounded, by the signs of numbers inside the body.
  public var splits: Splits?
  /// Bounds of the neurons that hold, to be intersected with.
  public var known: (lower: Node, upper: Node)?
  public init(_ intermediate: Intermediate = .crown, slopes: Node? = nil, isUpper: Bool = false, support: SupportFunction? = nil) {
    (self.intermediate, self.slopes, self.isUpper, self.support) = (intermediate, slopes, isUpper, support)
  }
}

/// max ⟨c, x⟩ over a set, as a closed graph: its parameters are c (leaf by leaf, in f64), then captures.
public struct SupportFunction {
  public var graph: Graph
  public var captures: [Node]
  /// The relative rounding error of the graph's arithmetic, for each number of the variable.
  public var unit: Double
  public init(_ graph: Graph, captures: [Node], unit: Double) { (self.graph, self.captures, self.unit) = (graph, captures, unit) }
}

/// What `linearBounds` found.
public struct LinearBounds {
  public var lower: Node
  public var upper: Node
  /// The slopes that were used, in one vector.
  public var slopes: Node
  /// Where it was asked for: of the linear form that gave the upper bound, the coefficients of the variable's numbers, along a
  /// last axis.
  public var form: Node?
  /// The numbers that nonlinear ops take, in one vector.
  public var neurons: Neurons
}

/// Bounds of a graph's result (several are joined in one vector) over enclosures of its parameters, of which the first `varying` are the variable.
///
/// Linear relaxation by backward substitution: CROWN (Zhang et al. 2018, arXiv:1811.00866), with each intermediate bound intersected
/// with an interval step from the bounds before it. The bounds hold for real arithmetic on the stored values.
public func linearBounds(
  _ graph: Graph, into b: Builder, _ inputs: [Enclosed], varying: Int, _ options: LinearOptions
) throws(TransformError) -> LinearBounds {
  try graph.refuseEffects(inside: "bounded")
  let guarded = Guards.run(graph, varies: graph.parameters.indices.map { $0 < varying }, .partial).graph
  let form = try Normaliser.run(guarded, varying: varying)
  let relaxer = Relaxer(b, form, varying: varying, options)
  try relaxer.walk(inputs)
  var found = try relaxer.finish()
  if graph.hasGuards, graph.resultTypes.allSatisfy(\.dtype.isReal) {
    // Intervals are cut everywhere under guards, and may be the better ones.
    let results = try enclose(graph, into: b, inputs).results
    func joined(_ parts: [Node]) -> Node {
      parts.count == 1 ? parts[0] : b.emit1(.concat, parts.map { $0.reshape([$0.shape.elementCount]) }, ["axis": .int(0)])
    }
    let interval = Enclosed.between(lower: joined(results.map(\.lower)), upper: joined(results.map(\.upper)))
    let both = relaxer.intersection(interval, pass: found.lower, found.upper)
    (found.lower, found.upper) = (both.lower, both.upper)
  }
  return found
}

/// Walks a body forwards, bounding each value; operands of nonlinear ops get a backward pass.
final class Relaxer {
  let b: Builder
  let form: NormalForm
  let options: LinearOptions
  let varying: Int
  /// Whether bounds inside may be infinite: an operation is not defined everywhere, or a constant is infinite.
  let mayBeInfinite: Bool
  var graph: Graph { form.graph }
  /// The bounds of each value, as tight as they are known.
  var values: [Enclosed?]
  /// How an operation is crossed backwards, by its index.
  var crossings: [Crossing?]
  private var tightened: Set<ValueID> = []
  /// The index of the operation that makes a value.
  private var definitions: [ValueID: Int] = [:]
  // Slopes: those given are read in turn; those used are kept.
  private(set) var slopesRead = Dim(0)
  private(set) var slopesUsed: [Node] = []
  private var forms: [ValueID: Node] = [:]
  /// The operands of nonlinear ops in the order of the graph, and what the splits say of them.
  var neurons: [ValueID] = []
  var splitParts: [ValueID: SplitPart] = [:]
  var crossed: [Node] = []

  init(_ b: Builder, _ form: NormalForm, varying: Int, _ options: LinearOptions) {
    (self.b, self.form, self.options, self.varying) = (b, form, options, varying)
    mayBeInfinite = form.graph.operations.contains { operation in
      if case .real(let value)? = operation.attributes["value"], !value.isFinite { return true }
      return operation.isPartial
    }
    values = [Enclosed?](repeating: nil, count: form.graph.valueCount)
    crossings = [Crossing?](repeating: nil, count: form.graph.operations.count)
    for (k, operation) in form.graph.operations.enumerated() {
      for result in operation.results { definitions[result] = k }
    }
  }

  func isVarying(_ id: ValueID) -> Bool { form.varies[id.index] }
  /// The index of the operation that makes a value; −1 for a parameter.
  func definition(_ id: ValueID) -> Int { definitions[id] ?? -1 }

  func walk(_ inputs: [Enclosed]) throws(TransformError) {
    let saved = b.origin
    defer { b.origin = saved }
    for (parameter, input) in zip(graph.parameters, inputs) { values[parameter.index] = input.map(b.here).widened }
    let forward = options.intermediate == .forward || exceedsPasses ? Forward(self) : nil
    forward?.begin()
    for (k, operation) in graph.operations.enumerated() {
      b.origin = operation.origin
      if operation.operands.contains(where: isVarying) {
        var kind = classify(operation)
        if case .linear = kind, let unsure = operation.operands.first(where: { !isVarying($0) && graph.type($0).dtype != .f64 && !values[$0.index]!.isExact }) {
          // A condition or an index that rounding may have changed.
          kind = operation.decl === OpDecl.select && unsure == operation.operands[0] ? .choice : .constant
        }
        if kind.isNonlinear {
          for operand in operation.operands where isVarying(operand) { try tighten(operand) }
        }
        let results = try step(operation)
        crossings[k] = try crossing(operation, kind, results)
        for (result, value) in zip(operation.results, results) { values[result.index] = try hinted(result, value) }
        if let forward, let result = operation.results.first, graph.type(result).dtype == .f64, let crossing = crossings[k],
          let better = try forward.advance(operation, crossing, values[result.index]!)
        {
          values[result.index] = better
        }
      } else {
        for (result, value) in zip(operation.results, try step(operation)) { values[result.index] = value }
      }
    }
  }

  /// Whether the body has more operands of nonlinear ops than get passes of their own.
  private var exceedsPasses: Bool {
    options.intermediate == .crown && graph.operations.count(where: { $0.operands.contains(where: isVarying) && classify($0).isNonlinear }) > options.passes
  }

  func enclosures(_ ids: [ValueID]) -> [Enclosed] { ids.map { values[$0.index]! } }

  private func step(_ operation: Operation) throws(TransformError) -> [Enclosed] {
    try encloseStep(operation, of: graph, into: b, enclosures(operation.operands))
  }

  /// Intersected with what the op as it was written gives.
  private func hinted(_ id: ValueID, _ value: Enclosed) throws(TransformError) -> Enclosed {
    guard let hint = form.hints[id], case .between = value else { return value }
    return Relaxer.intersection(value, try step(hint)[0])
  }

  static func intersection(_ x: Enclosed, _ y: Enclosed) -> Enclosed {
    if x.isExact { return x }
    if y.isExact { return y }
    return .between(lower: x.lower.atLeast(y.lower), upper: x.upper.atMost(y.upper))
  }

  /// Intersected with what a backward pass found. While slopes are tuned, the ends keep the derivative of the pass even where the
  /// interval is the better one: p − p is exactly 0, and tells a search where to go.
  fileprivate func intersection(_ x: Enclosed, pass lower: Node, _ upper: Node) -> Enclosed {
    let both = Relaxer.intersection(x, .between(lower: lower, upper: upper))
    guard options.slopes != nil || options.splits != nil, case .between(let l, let u) = both else { return both }
    func live(_ p: Node) -> Node { Node.select(p.isFiniteNode, p - Node.apply(.stopGradient, p), b.fill(0, like: p)) }
    return .between(lower: l + live(lower), upper: u + live(upper))
  }

  /// Bounds a value by a backward pass.
  private func tighten(_ id: ValueID) throws(TransformError) {
    guard graph.type(id).dtype == .f64, tightened.insert(id).inserted else { return }
    neurons.append(id)
    if let splits = options.splits { return restrict(id, splits) }
    intersectKnown(id)
    // The variable itself is known as well as it can be.
    guard options.intermediate == .crown, neurons.count <= options.passes, definition(id) >= 0, let known = values[id.index], !known.isExact else { return }
    var pass = Pass(self, identityOf: [id], isUpper: false)
    try pass.run()
    let (lower, upper) = try pass.bounds()
    values[id.index] = intersection(known, pass: lower.reshape(known.type.shape), upper.reshape(known.type.shape))
  }

  /// Lower slopes of `relu` for the rows of a pass: those given, or the adaptive ones.
  func lowerSlopes(of operand: ValueID, rows s: Dim, adaptive: Node) -> Node {
    if let part = splitParts[operand] { return part.slopes.inRows(s) }
    let initial = adaptive.inRows(s)
    slopesUsed.append(initial.reshape([initial.shape.elementCount]))
    guard let given = options.slopes else { return initial }
    defer { slopesRead = slopesRead + initial.shape.elementCount }
    return cut(given, slopesRead, initial.shape).atLeast(0).atMost(1)
  }

  func finish() throws(TransformError) -> LinearBounds {
    let ids = graph.results.filter { isVarying($0) && !values[$0.index]!.isExact && graph.type($0).dtype == .f64 }
    var unique: [ValueID] = []
    for id in ids where !unique.contains(id) { unique.append(id) }
    if !unique.isEmpty, options.intermediate != .forward {
      var pass = Pass(self, identityOf: unique, isUpper: options.isUpper, isLast: true)
      try pass.run()
      let (lower, upper) = try pass.bounds()
      let form = options.wantsForm ? pass.form() : nil
      var at = Dim(0)
      for id in unique {
        let shape = graph.type(id).shape
        let next = at + shape.elementCount
        func cut(_ x: Node) -> Node {
          Node.apply(.slice, x, attributes: ["start": .dims([at]), "stop": .dims([next]), "step": .ints([1])]).reshape(shape)
        }
        values[id.index] = intersection(values[id.index]!, pass: cut(lower), cut(upper))
        if let form {
          let n = form.shape[1]
          forms[id] = Node.apply(.slice, form, attributes: ["start": .dims([at, 0]), "stop": .dims([next, n]), "step": .ints([1, 1])])
            .reshape(shape + [n])
        }
        at = next
      }
    }
    try requireFit()
    let whole = evaluate(form.result)
    let slopes = slopesUsed.isEmpty ? b.zeros(TensorType(.f64, [0]))
      : slopesUsed.count == 1 ? slopesUsed[0] : b.emit1(.concat, slopesUsed, ["axis": .int(0)])
    // Of what is empty everything is true.
    let upper = crossed.reduce(whole.upper) { x, empty in Node.select(empty.broadcast(to: x.shape, axes: []), b.fill(-.infinity, like: x), x) }
    return LinearBounds(
      lower: whole.lower, upper: upper, slopes: slopes, form: options.wantsForm ? whole.form : nil, neurons: neuronBounds())
  }

  /// Bounds of the result, and the linear form of the value that gives its upper bound.
  private func evaluate(_ tree: ResultTree) -> (lower: Node, upper: Node, form: Node) {
    switch tree {
    case .value(let id):
      let value = values[id.index]!
      var size = graph.parameters.prefix(varying).map { graph.type($0).shape.elementCount }.reduce(Dim(0), +)
      if options.splits != nil { size = size + neuronCount + neuronCount }
      return (value.lower, value.upper, forms[id] ?? b.zeros(TensorType(.f64, value.type.shape + [size])))
    case .reduced(let isMax, let inner, let axes):
      let x = evaluate(inner)
      func reduce(_ x: Node) -> Node { Node.apply(isMax ? .maxOf : .minOf, x, attributes: ["axes": .ints(axes)]) }
      let upper = reduce(x.upper)
      let kept = (0..<x.upper.rank).filter { !axes.contains($0) }
      let hits = b.emit1(.eq, [x.upper, upper.broadcast(to: x.upper.shape, axes: kept)]).convert(.f64)
      let share = hits / hits.sum(axes).broadcast(to: hits.shape, axes: kept)
      let form = (share.broadcast(to: x.form.shape, axes: Array(0..<share.rank)) * x.form).sum(axes)
      return (reduce(x.lower), upper, form)
    case .extreme(let isMax, let first, let second):
      let (x, y) = (evaluate(first), evaluate(second))
      let decl: OpDecl = isMax ? .max : .min
      let isFirst = b.emit1(isMax ? .ge : .le, [x.upper, y.upper])
      let form = Node.select(isFirst.broadcast(to: x.form.shape, axes: Array(0..<isFirst.rank)), x.form, y.form)
      return (Node.apply(decl, x.lower, y.lower), Node.apply(decl, x.upper, y.upper), form)
    case .chosen(let id, let first, let second):
      let (x, y) = (evaluate(first), evaluate(second))
      guard let condition = values[id.index] else { return x }
      // A condition that is computed may be unsure.
      func choose(_ p: Node, _ q: Node, _ decl: OpDecl) -> Node {
        guard case .between(let sure, let possible) = condition else { return .select(condition.nodes[0], p, q) }
        return .select(sure, p, .select(possible, Node.apply(decl, p, q), q))
      }
      let taken = condition.upper
      let form = Node.select(taken.broadcast(to: x.form.shape, axes: Array(0..<taken.rank)), x.form, y.form)
      return (choose(x.lower, y.lower, .min), choose(x.upper, y.upper, .max), form)
    }
  }
}

import Ops

/// What `enclose` found.
public struct Enclosures {
  public let results: [Enclosed]
  /// As `mayBeUndefined` says.
  public let undefined: Node?
  /// The operations that decide it.
  public let partial: [PartialStep]
  /// The graph with its branches under their guards, which was walked, and all its values by index.
  public let graph: Graph
  public let values: [Enclosed?]
}

/// Enclosures of the values of a graph for enclosures of its parameters. They hold for the graph in real arithmetic on stored values:
/// what is computed is enclosed with its rounding. `atPoint`: sums carry their rounding errors along.
public func enclose(
  _ graph: Graph, into b: Builder, _ inputs: [Enclosed], atPoint: Bool = false
) throws(TransformError) -> Enclosures {
  try graph.refuseEffects(inside: "bounded")
  let (guarded, notes) = Guards.run(graph, varies: inputs.map { atPoint || !$0.isExact }, .everywhere)
  var encloser = Encloser(b, notes)
  encloser.sumsExactly = atPoint
  let (values, results) = try encloser.run(guarded, inputs.map { $0.map(b.here) })
  return Enclosures(
    results: results, undefined: encloser.domains.leftSomewhere(b), partial: encloser.domains.steps, graph: guarded, values: values)
}

/// Enclosures of the results of one operation, for a walker that refines operands on its way.
public func encloseStep(
  _ operation: Operation, of graph: Graph, into b: Builder, _ operands: [Enclosed]
) throws(TransformError) -> [Enclosed] {
  let encloser = Encloser(b)
  return try b.at(operation) { () throws(TransformError) in
    try encloser.step(operation, of: graph, operands.map { $0.map(b.here).widened })
  }
}

/// Walks a graph forwards with enclosures, emitting both ends into one builder.
struct Encloser {
  let b: Builder
  let domains = Domains()
  /// Whether sums carry their rounding errors along.
  var sumsExactly = false
  let notes: Guards.Notes?
  init(_ b: Builder, _ notes: Guards.Notes? = nil) { (self.b, self.notes) = (b, notes) }

  /// What is known of the places where an operation's result is used.
  struct Use {
    /// Which may be used; nil: all.
    var possible: Node?
    /// Whether no operand there is at the end of the domain.
    var isInside = false
  }

  func run(_ graph: Graph, _ inputs: [Enclosed]) throws(TransformError) -> (values: [Enclosed?], results: [Enclosed]) {
    var values = [Enclosed?](repeating: nil, count: graph.valueCount)
    for (parameter, input) in zip(graph.parameters, inputs) { values[parameter.index] = input.widened }
    for operation in graph.operations {
      let x = operation.operands.map { values[$0.index]! }
      let note = notes?.note(operation.results.first, of: graph)
      let use = Use(possible: note?.mask.map { b.here(values[$0.index]!.upper) }, isInside: note?.isInside ?? false)
      let steps = domains.steps.count
      let results = try b.at(operation) { () throws(TransformError) in try step(operation, of: graph, x, use) }
      if !operation.regions.isEmpty, let possible = use.possible { domains.restrict(from: steps, to: possible) }
      for (result, value) in zip(operation.results, results) { values[result.index] = value }
    }
    return (values, graph.results.map { values[$0.index]! })
  }

  func step(_ operation: Operation, of graph: Graph, _ x: [Enclosed], _ use: Use = Use()) throws(TransformError) -> [Enclosed] {
    switch operation.control {
    case .ifThenElse: return try encloseIf(operation, x)
    case .forLoop: return try encloseFor(operation, x)
    case .whileLoop: return try encloseWhile(operation, x)
    case .custom: return try run(operation.regions[0], x).results
    case .solve: return try run(operation.regions[1], x).results
    case nil: return try plain(operation, of: graph, x, use)
    }
  }

  private func plain(_ operation: Operation, of graph: Graph, _ x: [Enclosed], _ use: Use) throws(TransformError) -> [Enclosed] {
    let decl = operation.decl
    noteDomain(operation, of: graph, x, use)
    let isPoint = x.allSatisfy(\.isExact)
    if decl === OpDecl.fill, operation.attributes["irrational"] != nil {
      let y = b.fill(operation.attributes.real("value"), operation.results.map(graph.type)[0].widened)
      return [.between(lower: Outward.lower(y, units: 1), upper: Outward.upper(y, units: 1))]
    }
    if isPoint, case .none = decl.rounding {
      return b.emit(decl, x.map(\.lower), operation.attributes).map { Enclosed.exact($0).widened }
    }
    if isPoint, decl.isExactOnIntegers, operation.results.allSatisfy({ !graph.type($0).dtype.isDifferentiable }) {
      return b.emit(decl, x.map(\.lower), operation.attributes).map { .exact($0) }
    }
    if operation.results.contains(where: { graph.type($0).dtype.isComplex }) || x.contains(where: { $0.type.dtype.isComplex }) {
      throw refusal(operation, "complex numbers have no order, so no interval holds them")
    }
    // What is shown or required of a value that varies says nothing about the bounds.
    if decl.traits.contains(.observed) { return x }
    if decl === OpDecl.convert { return [convert(x[0], operation.attributes.dtype("dtype"), constant: isSize(operation.operands[0], of: graph))] }
    if decl.isArithmetic, graph.type(operation.results[0]).dtype == .int { return [try integers(operation, x)] }
    let ends = try self.ends(operation, x)
    return zip(operation.results, ends).map { result, ends in
      graph.type(result).dtype.isReal
        ? .between(lower: Outward.floor(ends.lower), upper: Outward.ceiling(ends.upper)) : .between(lower: ends.lower, upper: ends.upper)
    }
  }

  /// Between reals nothing happens: bounds are of exact arithmetic. Ints become reals with their rounding.
  private func convert(_ x: Enclosed, _ target: DType, constant: Bool = false) -> Enclosed {
    if x.type.dtype.isReal && target.isReal { return x }
    if x.isExact, constant || !(x.type.dtype == .int && target.isReal) { return x.map { $0.convert(target) }.widened }
    let wide = target.isReal ? .f64 : target
    if target == .bool, x.type.dtype != .bool {
      // `x != 0`: certain on one side of 0, possible unless both ends are 0.
      let zero = b.zeros(x.type)
      let certain = b.emit1(.or, [b.emit1(.gt, [x.lower, zero]), b.emit1(.lt, [x.upper, zero])])
      let possible = b.emit1(.or, [b.emit1(.ne, [x.lower, zero]), b.emit1(.ne, [x.upper, zero])])
      return .between(lower: certain, upper: possible)
    }
    if target == .int, x.type.dtype.isReal { return .between(lower: x.lower.wholeEnd(isLower: true), upper: x.upper.wholeEnd(isLower: false)) }
    let (l, u) = (x.lower.convert(wide), x.upper.convert(wide))
    guard x.type.dtype == .int, target.isReal else { return .between(lower: l, upper: u) }
    // An Int below 2⁵³ is an f64 number.
    func error(_ y: Node) -> Node {
      let magnitude = b.emit1(.abs, [y])
      return .select(b.emit1(.lt, [magnitude, b.fill(0x1p53, like: y)]), b.zeros(y.type), magnitude * 0x1p-52)
    }
    return .between(lower: l - error(l), upper: u + error(u))
  }

  /// Whether a value is a number or size of the script, which is below 2⁵³.
  private func isSize(_ id: ValueID, of graph: Graph) -> Bool {
    guard let operation = graph.operations.last(where: { $0.results.contains(id) }) else { return false }
    if case .int(let n)? = operation.attributes["value"], operation.decl === OpDecl.fill { return abs(n) < 1 << 53 }
    return operation.decl === OpDecl.dim || operation.decl === OpDecl.iota
  }

  /// Arithmetic of Ints between others is that of reals, from one whole number to another; where it might overflow, nothing is
  /// known.
  private func integers(_ operation: Operation, _ x: [Enclosed]) throws(TransformError) -> Enclosed {
    let isIndex = operation.decl === OpDecl.scatterAdd ? [false, true, false] : x.map { _ in false }
    if operation.decl === OpDecl.pow { throw refusal(operation, "of a power of Ints nothing is known") }
    let reals = zip(x, isIndex).map { $1 || $0.type.dtype != .int ? $0 : convert($0, .f64) }
    let ends = try self.ends(operation, reals)[0]
    func inside(_ y: Node) -> Node { b.emit1(.lt, [b.emit1(.abs, [y]), b.fill(0x1p62, like: y)]) }
    let known = b.emit1(.and, [inside(ends.lower), inside(ends.upper)])
    func whole(_ y: Node, _ decl: OpDecl, _ unknown: Int) -> Node {
      .select(known, b.emit1(decl, [.select(known, y, b.zeros(y.type))]).convert(.int), b.int(unknown, y.shape))
    }
    return .between(lower: whole(ends.lower, .ceil, .min), upper: whole(ends.upper, .floor, .max))
  }

  // MARK: Ends

  typealias Ends = (lower: Node, upper: Node)

  private func ends(_ operation: Operation, _ x: [Enclosed]) throws(TransformError) -> [Ends] {
    let decl = operation.decl
    if case .refused(let reason) = decl.rounding, x.allSatisfy(\.isExact) { throw refusal(operation, reason) }
    let (l, u) = (x.map(\.lower), x.map(\.upper))
    if sumsExactly, let sums = exactSums(operation, x) { return sums }
    switch decl.interval {
    case .rule(let rule):
      let points = representatives(operation, x)
      // Rules look at the types of the results only; with lower ends for operands the op itself might fail.
      let aside = Builder()
      let types = aside.emit(operation.decl, l.map { aside.parameter($0.type) }, operation.attributes)
      let context = RuleContext(b: b, attributes: operation.attributes, x: points, y: types)
      return try widened(operation, rule(context, l, u).map { (lower: $0.lower, upper: $0.upper) }, l, u)
    case .derived:
      if decl.traits.contains(.increasing) { return try monotone(operation, l, u, x) }
      if decl.traits.contains(.decreasing) { return try monotone(operation, u, l, x) }
      if decl.traits.contains(.multilinear), case .magnitude(let terms) = decl.rounding, x.count == 2 {
        let context = RuleContext(b: b, attributes: operation.attributes, x: l, y: [])
        return [Outward.product((l[0], u[0]), (l[1], u[1]), exact: (x[0].isExact, x[1].isExact), terms: terms(context)) {
          self.emit(operation, [$0, $1])[0]
        }]
      }
      throw refusal(operation, "how it changes with its operands is not known")
    case .refused(let reason): throw refusal(operation, reason)
    case .structural: throw refusal(operation, "none is written for this form of control flow")
    }
  }

  /// An op that grows in every operand, from the operands of its lower and of its upper end.
  private func monotone(_ operation: Operation, _ low: [Node], _ high: [Node], _ x: [Enclosed]) throws(TransformError) -> [Ends] {
    let isPoint = x.allSatisfy(\.isExact)
    let below = emit(operation, low)
    let above = isPoint ? below : emit(operation, high)
    return try widened(operation, zip(below, above).map { (lower: $0, upper: $1) }, low, high)
  }

  /// Ends that were computed from these operands, moved outwards by what rounding may have done.
  private func widened(_ operation: Operation, _ ends: [Ends], _ low: [Node], _ high: [Node]) throws(TransformError) -> [Ends] {
    func context(_ x: [Node], _ y: Node) -> RuleContext { RuleContext(b: b, attributes: operation.attributes, x: x, y: [y]) }
    switch operation.decl.rounding {
    case .none, .byRule, .structural: return ends
    case .relative(let units, let underflows, let within):
      return ends.map { lower, upper in
        guard lower.dtype.isReal else { return (lower, upper) }
        var l = Outward.lower(lower, units: units, underflows: underflows)
        var u = Outward.upper(upper, units: units, underflows: underflows)
        if let within {
          if within.lowerBound > -.infinity { l = b.emit1(.max, [l, b.fill(within.lowerBound, like: l)]) }
          if within.upperBound < .infinity { u = b.emit1(.min, [u, b.fill(within.upperBound, like: u)]) }
        }
        return (l, u)
      }
    case .magnitude(let terms):
      let n = terms(context(low, ends[0].lower))
      let underflows = operation.decl.traits.contains(.multilinear)
      func end(_ y: Node, _ x: [Node]) -> Ends {
        let magnitudes = x.map { $0.dtype.isReal ? b.emit1(.abs, [$0]) : $0 }
        return Outward.sum(y, magnitude: emit(operation, magnitudes)[0], terms: n, underflows: underflows)
      }
      guard ends[0].lower.dtype.isReal else { return ends }
      return [(end(ends[0].lower, low).lower, end(ends[0].upper, high).upper)]
    case .bounded(let error):
      return [
        (Outward.lower(ends[0].lower, error: error(context(low, ends[0].lower))),
         Outward.upper(ends[0].upper, error: error(context(high, ends[0].upper))))
      ]
    case .refused(let reason): throw refusal(operation, reason)
    }
  }

  private func emit(_ operation: Operation, _ operands: [Node]) -> [Node] { b.emit(operation.decl, operands, operation.attributes) }

  /// Nodes by which a rule may tell equal operands and constants: the value itself where it is known, or else a node that stands
  /// for this operand alone.
  private func representatives(_ operation: Operation, _ x: [Enclosed]) -> [Node] {
    var known: [ValueID: Node] = [:]
    return zip(operation.operands, x).map { id, value in
      if case .exact(let node) = value { return node }
      if let node = known[id] { return node }
      let node = b.emit1(.stopGradient, [value.lower])
      known[id] = node
      return node
    }
  }

  func refusal(_ operation: Operation, _ reason: String) -> TransformError {
    TransformError("`\(operation.decl.name)` has no enclosure: \(reason)", operation.origin)
  }
}

extension OpDecl {
  /// Whether Ints add up or multiply in it.
  fileprivate var isArithmetic: Bool {
    if self === OpDecl.neg || self === OpDecl.abs { return true }
    if case .none = rounding { return false }
    return true
  }
  /// Whether its result on Ints and truth values is the exact one (or wraps around, as the program does).
  var isExactOnIntegers: Bool {
    switch rounding {
    case .none, .relative, .magnitude, .byRule: true
    default: false
    }
  }
}

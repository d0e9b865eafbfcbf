import Ops

/// A body as linear relaxations want it: computed in f64, with kinks written as `relu`, and few other ops that are not linear.
///
/// Every rewriting is an identity between real numbers: max(a, b) = b + relu(a − b), |x| = 2 relu(x) − x, a / b = a · (1 / b),
/// softmax(x) = exp(x − logsumexp(x)). What an interval knows of the op as it was written is kept in `hints`.
struct NormalForm {
  var graph: Graph
  /// Operations over values of the graph that give the same value as the operation that defines it.
  var hints: [ValueID: Operation]
  /// Which values depend on the varying parameters.
  var varies: [Bool]
  /// The result, as extremes of values that are bounded one by one.
  var result: ResultTree
}

extension NormalForm {
  /// Drops operations that nothing needs, not even a hint.
  fileprivate func removeDead(besides kept: [ValueID]) {
    var needed = Set(graph.results + kept)
    graph.operations = graph.operations.reversed().filter { operation in
      guard operation.results.contains(where: needed.contains) else { return false }
      needed.formUnion(operation.operands)
      for result in operation.results { if let hint = hints[result] { needed.formUnion(hint.operands) } }
      return true
    }.reversed()
  }
}

/// A result as the largest or smallest of values: an upper bound of a largest value is the largest of their upper bounds, which
/// no relaxation of `max` improves.
indirect enum ResultTree {
  case value(ValueID)
  /// Over axes of the inner value.
  case reduced(isMax: Bool, ResultTree, axes: [Int])
  case extreme(isMax: Bool, ResultTree, ResultTree)
  /// By a condition that does not vary.
  case chosen(ValueID, ResultTree, ResultTree)
}

struct Normaliser {
  let b: Builder
  private var hints: [ValueID: Operation] = [:]
  private var varies: [Bool] = []
  private var producers: [ValueID: Operation] = [:]
  private var seen = 0

  /// The graph's first `varying` parameters are the variable.
  static func run(_ old: Graph, varying: Int) throws(TransformError) -> NormalForm {
    var n = Normaliser(b: Builder(name: old.name))
    let parameters = old.parameterTypes.map { n.b.parameter(n.wide($0)) }
    n.varies = parameters.indices.map { $0 < varying }
    var map = [Node?](repeating: nil, count: old.valueCount)
    for (parameter, node) in zip(old.parameters, parameters) { map[parameter.index] = node }
    try n.run(old, &map)
    let results = old.results.map { map[$0.index]! }
    // Several results are joined in one vector.
    let flat = results.map { $0.reshape([$0.shape.elementCount]) }
    let tree = n.tree(results.count == 1 ? results[0] : n.b.emit1(.concat, flat, ["axis": .int(0)]))
    n.note()
    let graph = n.b.finish(Normaliser.leaves(tree).map { Node(n.b, $0) })
    let form = NormalForm(graph: graph, hints: n.hints, varies: n.varies, result: tree)
    form.removeDead(besides: Normaliser.conditions(tree))
    return form
  }

  private init(b: Builder) { self.b = b }

  static func leaves(_ tree: ResultTree) -> [ValueID] {
    switch tree {
    case .value(let id): [id]
    case .reduced(_, let x, _): leaves(x)
    case .extreme(_, let x, let y), .chosen(_, let x, let y): leaves(x) + leaves(y)
    }
  }

  /// The conditions that choose.
  private static func conditions(_ tree: ResultTree) -> [ValueID] {
    switch tree {
    case .value: []
    case .reduced(_, let x, _): conditions(x)
    case .extreme(_, let x, let y): conditions(x) + conditions(y)
    case .chosen(let c, let x, let y): [c] + conditions(x) + conditions(y)
    }
  }

  private func wide(_ type: TensorType) -> TensorType { type.dtype == .f32 ? type.with(dtype: .f64) : type }

  private mutating func run(_ graph: Graph, _ map: inout [Node?]) throws(TransformError) {
    for operation in graph.operations {
      let saved = b.origin
      b.origin = operation.origin
      defer { b.origin = saved }
      let out = try rewritten(operation, of: graph, operation.operands.map { map[$0.index]! })
      for (result, node) in zip(operation.results, out) {
        map[result.index] = node
        if let name = graph.valueNames[result] { b.graph.valueNames[node.id] = name }
      }
      note()
    }
  }

  private mutating func inline(_ graph: Graph, _ arguments: [Node]) throws(TransformError) -> [Node] {
    var map = [Node?](repeating: nil, count: graph.valueCount)
    for (parameter, argument) in zip(graph.parameters, arguments) { map[parameter.index] = argument }
    try run(graph, &map)
    return graph.results.map { map[$0.index]! }
  }

  /// Learns of the operations emitted since the last time.
  private mutating func note() {
    for operation in b.graph.operations[seen...] {
      let flag = operation.operands.contains { varies[$0.index] }
      for result in operation.results {
        while varies.count <= result.index { varies.append(false) }
        varies[result.index] = flag
        producers[result] = operation
      }
    }
    seen = b.graph.operations.count
    while varies.count < b.graph.valueCount { varies.append(false) }
  }

  private func isVarying(_ node: Node) -> Bool { node.id.index < varies.count && varies[node.id.index] }

  private func number(_ node: Node) -> Double? {
    b.graph.uniformNumber(node.id) { id in producers[id] ?? b.graph.operations.last { $0.results.contains(id) } }
  }

  /// The operation over f64.
  private func copy(_ operation: Operation, of graph: Graph, _ x: [Node]) -> [Node] {
    var attributes = operation.attributes
    if case .dtype(.f32)? = attributes["dtype"] {
      if case .real(let value)? = attributes["value"] {
        attributes["value"] = .real(Double(Float(value)))
      }
      attributes["dtype"] = .dtype(.f64)
    }
    if operation.decl === OpDecl.tensor { return b.place(operation.decl, x, attributes, regions: [], types: operation.results.map(graph.type)).map { $0.dtype == .f32 ? $0.convert(.f64) : $0 } }
    return b.place(operation.decl, x, attributes, regions: operation.regions, types: operation.results.map { wide(graph.type($0)) })
  }

  /// Says that a value is also what this op gives.
  private mutating func hint(_ node: Node, _ decl: OpDecl, _ x: [Node], _ attributes: Attributes = [:]) -> Node {
    hints[node.id] = Operation(decl: decl, operands: x.map(\.id), results: [node.id], attributes: attributes, origin: b.origin)
    return node
  }

  private mutating func rewritten(_ operation: Operation, of graph: Graph, _ x: [Node]) throws(TransformError) -> [Node] {
    let decl = operation.decl
    switch operation.control {
    case .custom: return try inline(operation.regions[0], x)
    case .solve: return try inline(operation.regions[1], x)
    case .ifThenElse:
      if let both = try branches(operation, x) { return both }
    case .forLoop:
      if let rounds = try unrolled(operation, x) { return rounds }
    default: break
    }
    if decl === OpDecl.stopGradient || decl === OpDecl.trace { return [x[0]] }
    if decl === OpDecl.convert, x[0].dtype == .f64, wide(graph.type(operation.results[0])).dtype == .f64 { return [x[0]] }
    guard x.contains(where: isVarying) else { return copy(operation, of: graph, x) }

    if decl === OpDecl.abs, x[0].dtype.isReal {
      return [hint(x[0].applyingRelu * 2 - x[0], .abs, x)]
    }
    if decl === OpDecl.max, x[0].dtype.isReal { return [hint(larger(x[0], x[1]), .max, x)] }
    if decl === OpDecl.min, x[0].dtype.isReal { return [hint(smaller(x[0], x[1]), .min, x)] }
    if decl === OpDecl.maxOf || decl === OpDecl.minOf, x[0].dtype.isReal {
      let axes = operation.attributes.ints("axes")
      if let y = tournament(x[0], axes, isMax: decl === OpDecl.maxOf) { return [hint(y, decl, x, operation.attributes)] }
    }
    if decl === OpDecl.div, x[0].dtype == .f64, number(x[0]) != 1 {
      let inverse = b.fill(1, like: x[1]) / x[1]
      return [hint(x[0] * inverse, .div, x)]
    }
    if decl === OpDecl.logsumexp { return [logSumExp(x[0], operation.attributes.ints("axes"))] }
    if decl === OpDecl.softmax {
      let axis = x[0].rank - 1
      let whole = logSumExp(x[0], [axis]).broadcast(to: x[0].shape, axes: Array(0..<axis))
      return [hint(Node.apply(.exp, x[0] - whole), .softmax, x)]
    }
    if decl === OpDecl.select, isVarying(x[0]), x[1].dtype == .f64, let y = kink(x) { return [hint(y, .select, x)] }
    if decl === OpDecl.linearSolve, !isVarying(x[0]), x[0].dtype == .f64 {
      return [hint(b.emit1(.inv, [x[0]]).matmul(x[1]), .linearSolve, x)]
    }
    if decl === OpDecl.mul0, x[0].dtype == .f64 { return [x[0] * x[1]] }
    return copy(operation, of: graph, x)
  }

  private func larger(_ a: Node, _ c: Node) -> Node {
    if number(c) == 0 { return a.applyingRelu }
    if number(a) == 0 { return c.applyingRelu }
    // The part that does not vary is added outside.
    return isVarying(a) ? c + (a - c).applyingRelu : a + (c - a).applyingRelu
  }
  private func smaller(_ a: Node, _ c: Node) -> Node { isVarying(a) ? c - (c - a).applyingRelu : a - (a - c).applyingRelu }

  private mutating func logSumExp(_ x: Node, _ axes: [Int]) -> Node {
    hint(Node.apply(.log, Node.apply(.exp, x).sum(axes)), .logsumexp, [x], ["axes": .ints(axes)])
  }

  /// The extreme over axes, by halving.
  private func tournament(_ x: Node, _ axes: [Int], isMax: Bool) -> Node? {
    let kept = (0..<x.rank).filter { !axes.contains($0) }
    guard let count = axes.map({ x.shape[$0] }).elementCount.constant, count > 0, count <= 4096 else { return nil }
    let lead = kept.map { x.shape[$0] }
    var rest = x.transpose(kept + axes).reshape(lead + [Dim(count)])
    var n = count
    func cut(_ from: Int, _ to: Int) -> Node {
      Node.apply(.slice, rest, attributes: [
        "start": .dims(lead.map { _ in 0 } + [Dim(from)]), "stop": .dims(lead + [Dim(to)]), "step": .ints(rest.shape.map { _ in 1 }),
      ])
    }
    while n > 1 {
      let half = n / 2
      let (a, c) = (cut(0, half), cut(half, 2 * half))
      // Written for operands that vary.
      let best = isMax ? c + (a - c).applyingRelu : c - (c - a).applyingRelu
      rest = n % 2 == 0 ? best : Node.apply(.concat, best, cut(n - 1, n), attributes: ["axis": .int(lead.count)])
      n = n - half
    }
    return rest.reshape(lead)
  }

  /// `where(x > 0, a x, c x)` is c x + (a − c) relu(x).
  private func kink(_ x: [Node]) -> Node? {
    guard let condition = producers[x[0].id], condition.operands.count == 2 else { return nil }
    let (p, q) = (Node(b, condition.operands[0]), Node(b, condition.operands[1]))
    guard p.dtype == .f64 else { return nil }
    let above: Bool
    let t: Node
    switch condition.decl {
    case let d where d === OpDecl.gt || d === OpDecl.ge:
      if number(q) == 0 { (t, above) = (p, true) } else if number(p) == 0 { (t, above) = (q, false) } else { return nil }
    case let d where d === OpDecl.lt || d === OpDecl.le:
      if number(q) == 0 { (t, above) = (p, false) } else if number(p) == 0 { (t, above) = (q, true) } else { return nil }
    default: return nil
    }
    guard isVarying(t), let first = factor(x[1], of: t), let second = factor(x[2], of: t) else { return nil }
    let (up, down) = above ? (first, second) : (second, first)
    return down * t + (up - down) * t.applyingRelu
  }

  /// c, where the node is c · t with c not varying.
  private func factor(_ node: Node, of t: Node) -> Node? {
    if node.id == t.id { return b.fill(1, like: t) }
    if number(node) == 0 { return b.fill(0, like: t) }
    guard let operation = producers[node.id] else { return nil }
    if operation.decl === OpDecl.neg, operation.operands[0] == t.id { return b.fill(-1, like: t) }
    guard operation.decl === OpDecl.mul else { return nil }
    let (p, q) = (Node(b, operation.operands[0]), Node(b, operation.operands[1]))
    if p.id == t.id, !isVarying(q) { return q }
    if q.id == t.id, !isVarying(p) { return p }
    return nil
  }

  // MARK: control flow

  /// Both branches, and a choice.
  private mutating func branches(_ operation: Operation, _ x: [Node]) throws(TransformError) -> [Node]? {
    guard x.contains(where: isVarying) else { return nil }
    let captures = Array(x.dropFirst())
    let first = try inline(operation.regions[0], captures)
    let second = try inline(operation.regions[1], captures)
    return zip(first, second).map { Node.select(x[0].broadcast(to: $0.shape, axes: []), $0, $1) }
  }

  /// The rounds of a loop one after the other.
  private mutating func unrolled(_ operation: Operation, _ x: [Node]) throws(TransformError) -> [Node]? {
    let layout = LoopLayout(operation)
    guard x.contains(where: isVarying), let length = layout.length.constant, length * layout.body.operations.count <= 20_000 else { return nil }
    let (_, consts, initial, xs) = layout.operands(x)
    var carries = initial
    var records = [[Node]](repeating: [], count: layout.ys)
    for round in 0..<length {
      let i = layout.reversed ? length - 1 - round : round
      let slices = xs.map { stack in
        Node.apply(.slice, stack, attributes: [
          "start": .dims([Dim(i)] + stack.shape.dropFirst().map { _ in 0 }), "stop": .dims([Dim(i + 1)] + stack.shape.dropFirst()),
          "step": .ints(stack.shape.map { _ in 1 }),
        ]).reshape(Array(stack.shape.dropFirst()))
      }
      note()
      let out = try inline(layout.body, [b.int(i)] + consts + carries + slices)
      carries = Array(out[..<layout.carries])
      for (k, y) in out[layout.carries...].enumerated() { records[k].append(y) }
    }
    let stacks = zip(records, operation.results[layout.carries...]).map { rows, _ -> Node in
      let ordered = layout.reversed ? Array(rows.reversed()) : rows
      guard let first = ordered.first else { return b.zeros(TensorType(.f64, [0])) }
      let parts = ordered.map { $0.reshape([1] + $0.shape) }
      return parts.count == 1 ? first.reshape([1] + first.shape) : b.emit1(.concat, parts, ["axis": .int(0)])
    }
    if length == 0, layout.ys > 0 { return nil }
    return carries + stacks
  }

  // MARK: results

  /// Takes extremes at the end of the graph apart, with what is added to them.
  private mutating func tree(_ node: Node, sign: Int = 1, plus offset: Node? = nil) -> ResultTree {
    func leaf() -> ResultTree {
      var value = sign < 0 ? -node : node
      if let offset { value = value + offset.broadcast(to: value.shape, axes: offset.rank == value.rank ? Array(0..<value.rank) : []) }
      return .value(value.id)
    }
    defer { note() }
    guard isVarying(node), node.dtype == .f64 else { return leaf() }
    // The op as it was written, if it was rewritten.
    guard let operation = hints[node.id] ?? producers[node.id] else { return leaf() }
    let x = operation.operands.map { Node(b, $0) }
    switch operation.decl {
    case let d where d === OpDecl.maxOf || d === OpDecl.minOf:
      let axes = operation.attributes.ints("axes")
      let kept = (0..<x[0].rank).filter { !axes.contains($0) }
      let spread = offset.map { $0.rank == kept.count ? $0.broadcast(to: x[0].shape, axes: kept) : $0 }
      note()
      return .reduced(isMax: (d === OpDecl.maxOf) == (sign > 0), tree(x[0], sign: sign, plus: spread), axes: axes)
    case let d where d === OpDecl.max || d === OpDecl.min:
      // relu(x) = max(x, 0) keeps its interval.
      return .extreme(isMax: (d === OpDecl.max) == (sign > 0), tree(x[0], sign: sign, plus: offset), tree(x[1], sign: sign, plus: offset))
    case let d where d === OpDecl.select && !isVarying(x[0]):
      return .chosen(x[0].id, tree(x[1], sign: sign, plus: offset), tree(x[2], sign: sign, plus: offset))
    case let d where d === OpDecl.neg: return tree(x[0], sign: -sign, plus: offset)
    case let d where d === OpDecl.reshape && offset == nil && node.rank == 0: return tree(x[0], sign: sign).scalar(x[0].rank) ?? leaf()
    case let d where d === OpDecl.add || d === OpDecl.sub:
      let second = d === OpDecl.sub ? -sign : sign
      func joined(_ other: Node, _ sign: Int) -> Node {
        let term = sign < 0 ? -other : other
        return offset.map { $0 + term } ?? term
      }
      if isExtreme(x[0]) {
        let rest = joined(x[1], second)
        note()
        return tree(x[0], sign: sign, plus: rest)
      }
      if isExtreme(x[1]) {
        let rest = joined(x[0], sign)
        note()
        return tree(x[1], sign: second, plus: rest)
      }
      return leaf()
    default: return leaf()
    }
  }

  /// Whether the value is an extreme of others, after signs and shifts.
  private func isExtreme(_ node: Node) -> Bool {
    guard isVarying(node), let operation = hints[node.id] ?? producers[node.id] else { return false }
    let x = operation.operands.map { Node(b, $0) }
    switch operation.decl {
    case let d where d === OpDecl.maxOf || d === OpDecl.minOf || d === OpDecl.max || d === OpDecl.min: return true
    case let d where d === OpDecl.neg: return isExtreme(x[0])
    case let d where d === OpDecl.add || d === OpDecl.sub: return isExtreme(x[0]) || isExtreme(x[1])
    default: return false
    }
  }
}

extension ResultTree {
  /// Of a value with a single place: as a scalar.
  fileprivate func scalar(_ rank: Int) -> ResultTree? { rank == 0 ? self : nil }
}

extension Node {
  var applyingRelu: Node { Node.apply(.relu, self) }
}

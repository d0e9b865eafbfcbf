import Ops
import Passes

/// SplitMix64: the same programs on every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
  mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func below(_ n: Int) -> Int { Int.random(in: 0..<n, using: &self) }
  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}

/// Programs of random ops, shapes and control flow over bounded values.
struct RandomGraph {
  var rng: SeededGenerator
  let real: DType
  /// Extents; large ones make carries that are swapped and rows that are bound.
  let extents: [Int]
  /// Ops in a block.
  let length: Int

  init(seed: Int, real: DType = .f64, extents: [Int] = [1, 2, 3, 5], length: Int = 25) {
    (rng, self.real, self.extents, self.length) = (SeededGenerator(seed), real, extents, length)
  }

  mutating func shape() -> Shape { (0..<rng.below(4)).map { _ in Dim(rng.pick(extents)) } }

  mutating func graph() -> (graph: Graph, inputs: [Tensor]) {
    let builder = Builder(name: "random")
    var pool: [Node] = []
    var inputs: [Tensor] = []
    for _ in 0..<(1 + rng.below(4)) {
      let type = TensorType(real, shape())
      pool.append(builder.parameter(type))
      inputs.append(tensor(type))
    }
    block(builder, &pool, depth: 0)
    var results: [Node] = []
    for _ in 0..<(1 + rng.below(4)) { results.append(rng.pick(pool)) }
    return (builder.finish(results), inputs)
  }

  private mutating func tensor(_ type: TensorType) -> Tensor {
    let shape = type.shape.constants!
    let values = (0..<shape.reduce(1, *)).map { _ in Double(rng.below(2001) - 1000) / 500 }
    return real == .f64 ? Tensor(f64: values, shape) : Tensor(f32: values, shape)
  }

  private mutating func block(_ b: Builder, _ pool: inout [Node], depth: Int) {
    for _ in 0..<(depth == 0 ? length : 2 + rng.below(8)) {
      switch rng.below(20) {
      case 0..<9: elementwise(b, &pool)
      case 9..<14: shaping(b, &pool)
      case 14..<16: contraction(b, &pool)
      case 16: constant(b, &pool)
      case 17: if depth < 2 { branch(b, &pool, depth) }
      case 18: if depth < 2 { forLoop(b, &pool, depth) }
      default: if depth < 2 { whileLoop(b, &pool, depth) }
      }
    }
  }

  /// A value of this type: one of the pool, or one made to fit.
  private mutating func value(_ b: Builder, _ pool: [Node], _ type: TensorType) -> Node {
    let fitting = pool.filter { $0.type == type }
    if !fitting.isEmpty && rng.below(5) > 0 { return rng.pick(fitting) }
    // A smaller one repeated, if there is one.
    for node in pool.shuffled(using: &rng) where node.dtype == type.dtype && node.rank <= type.rank {
      let tail = type.shape.suffix(node.rank)
      if zip(node.shape, tail).allSatisfy({ $0 == $1 || $0.isOne }) { return node.broadcast(to: type.shape) }
    }
    return b.fill(Double(rng.below(5) - 2) / 2, type)
  }

  private mutating func elementwise(_ b: Builder, _ pool: inout [Node]) {
    let x = rng.pick(pool)
    switch rng.below(9) {
    case 0: pool.append(.apply(.tanh, x))
    case 1: pool.append(.apply(.sin, x))
    case 2: pool.append(-x)
    case 3: pool.append(.apply(.tanh, x * value(b, pool, x.type)))
    case 4:
      let c = Node.apply(rng.pick([.lt, .gt, .eq]), x, value(b, pool, x.type))
      pool.append(.select(c, value(b, pool, x.type), x))
    case 5: pool.append(.apply(rng.pick([.min, .max]), x, value(b, pool, x.type)))
    case 6:
      let c = Node.apply(.gt, x, value(b, pool, x.type))
      pool.append(c.convert(real) - c.convert(.int).convert(real) * 0.5 + x * 0.5)
    default: pool.append((x + value(b, pool, x.type)) * 0.5)
    }
  }

  private mutating func shaping(_ b: Builder, _ pool: inout [Node]) {
    let x = rng.pick(pool)
    switch rng.below(7) {
    case 0: pool.append(x.transpose(Array(0..<x.rank).shuffled(using: &rng)))
    case 1: pool.append(x.broadcast(to: [Dim(rng.pick(extents))] + x.shape))
    case 2: pool.append(x.reshape([x.shape.elementCount]))
    case 3: pool.append(x.reshape([1] + x.shape))
    case 4:
      guard x.rank > 0 else { return }
      var (start, stop, step): ([Dim], [Dim], [Int]) = ([], [], [])
      for n in x.shape.constants! {
        let from = rng.below(n)
        start.append(Dim(from))
        stop.append(Dim(from + 1 + rng.below(n - from)))
        step.append(1 + rng.below(2))
      }
      pool.append(.apply(.slice, x, attributes: ["start": .dims(start), "stop": .dims(stop), "step": .ints(step)]))
    case 5:
      guard x.rank > 0 else { return }
      pool.append(.apply(.reverse, x, attributes: ["axes": .ints([rng.below(x.rank)])]))
    default:
      guard x.rank > 0, x.shape.elementCount.constant! < 500 else { return }
      let axis = rng.below(x.rank)
      pool.append(b.emit1(.concat, [x, value(b, pool, x.type)], ["axis": .int(axis)]))
    }
  }

  private mutating func contraction(_ b: Builder, _ pool: inout [Node]) {
    let x = rng.pick(pool)
    switch rng.below(4) {
    case 0:
      let axes = (0..<x.rank).filter { _ in rng.below(2) == 0 }
      pool.append(.apply(.tanh, x.sum(axes)))
    case 1:
      guard x.rank > 0 else { return }
      pool.append(.apply(.maxOf, x, attributes: ["axes": .ints([rng.below(x.rank)])]))
    case 2:
      guard x.rank == 2 else { return }
      let n = Dim(rng.pick(extents))
      let y = value(b, pool, TensorType(real, [x.shape[1], n]))
      let z = Node.apply(.matmul, x, y, attributes: ["batch": .int(0), "transposeA": .bool(false), "transposeB": .bool(false)])
      pool.append(.apply(.tanh, z))
    default:
      guard x.rank > 0 else { return }
      let index = x.shape.map { b.int(rng.below($0.constant!)) }
      let update = value(b, pool, TensorType(real, x.shape.map { _ in 1 }))
      pool.append(b.emit1(.dynamicUpdate, [x, update] + index))
    }
  }

  private mutating func constant(_ b: Builder, _ pool: inout [Node]) {
    let type = TensorType(real, shape())
    switch rng.below(3) {
    case 0: pool.append(b.fill(Double(rng.below(7) - 3) / 2, type))
    case 1: pool.append(b.emit1(.tensor, [], ["tensor": .tensor(TensorPayload(tensor(type)))]))
    default:
      let n = rng.pick(extents)
      let i = b.emit1(.iota, [], ["shape": .dims([Dim(n)]), "axis": .int(0), "dtype": .dtype(.int)])
      pool.append(i.convert(real) * 0.25)
    }
  }

  private mutating func scalar(_ b: Builder, _ pool: [Node]) -> Node {
    let x = rng.pick(pool)
    return x.sum(Array(0..<x.rank))
  }

  /// Nodes of the enclosing builders, of which the region captures what it uses.
  private mutating func branch(_ b: Builder, _ pool: inout [Node], _ depth: Int) {
    let condition = Node.apply(.gt, scalar(b, pool), b.fill(0, TensorType(real)))
    let types = (0..<(1 + rng.below(3))).map { _ in rng.pick(pool).type }
    var regions: [(builder: Builder, results: [Node])] = []
    for _ in 0..<2 {
      let inner = Builder(name: "branch", parent: b)
      var innerPool = pool
      block(inner, &innerPool, depth: depth + 1)
      regions.append((inner, types.map { value(inner, innerPool, $0) }))
    }
    // Both regions take the same captures: each gets the other's as well.
    let graphs = regions.map { $0.builder.finish($0.results) }
    let (first, second) = (regions[0].builder.captures, regions[1].builder.captures)
    let left = extended(graphs[0], after: second, prepending: false)
    let right = extended(graphs[1], after: first, prepending: true)
    pool += b.place(.ifThenElse, [condition] + (first + second).map { Node(b, b.local($0)) }, [:], regions: [left, right], types: types)
  }

  private func extended(_ graph: Graph, after captures: [Node], prepending: Bool) -> Graph {
    let builder = Builder(name: graph.name)
    let extra = { captures.map { builder.parameter($0.type) } }
    if prepending { _ = extra() }
    let own = graph.parameterTypes.map { builder.parameter($0) }
    if !prepending { _ = extra() }
    return builder.finish(builder.inline(graph, own))
  }

  /// The region's parameters in the order of the operation's operands: captures come last and are its constants.
  private func withConstsFirst(_ graph: Graph, own: Int, index: Bool) -> Graph {
    let builder = Builder(name: graph.name)
    let types = graph.parameterTypes
    let first = index ? [builder.parameter(types[0])] : []
    let consts = types[own...].map { builder.parameter($0) }
    let rest = types[(index ? 1 : 0)..<own].map { builder.parameter($0) }
    return builder.finish(builder.inline(graph, first + rest + consts))
  }

  private mutating func carries(_ pool: [Node]) -> [Node] { (0..<(1 + rng.below(3))).map { _ in rng.pick(pool) } }

  private mutating func forLoop(_ b: Builder, _ pool: inout [Node], _ depth: Int) {
    let n = rng.pick([0, 1, 2, 3, 5])
    let initial = carries(pool)
    let xs = pool.filter { $0.rank > 0 && $0.shape[0].constant == n }.prefix(2)
    let inner = Builder(name: "body", parent: b)
    let i = inner.parameter(TensorType(.int))
    let parameters = initial.map { inner.parameter($0.type) }
    let rows = xs.map { inner.parameter($0.type.with(shape: Array($0.shape.dropFirst()))) }
    var innerPool = pool + parameters + parameters + rows + [i.convert(real) * 0.125]
    block(inner, &innerPool, depth: depth + 1)
    let next = parameters.map { value(inner, innerPool.suffix(12) + parameters, $0.type) }
    let ys = (0..<rng.below(3)).map { _ in rng.pick(innerPool) }
    let body = withConstsFirst(inner.finish(next + ys), own: 1 + parameters.count + rows.count, index: true)
    let consts = inner.captures.map { Node(b, b.local($0)) }
    let types = initial.map(\.type) + ys.map { $0.type.with(shape: [Dim(n)] + $0.shape) }
    pool += b.place(
      .forLoop, consts + initial + xs,
      [
        "consts": .int(consts.count), "carries": .int(initial.count), "reversed": .bool(rng.below(2) == 0),
        "length": .dims([Dim(n)]),
      ], regions: [body], types: types
    ).filter { $0.shape.elementCount.constant! > 0 }
  }

  /// A loop of a few iterations that records; its records are read by a second loop.
  private mutating func whileLoop(_ b: Builder, _ pool: inout [Node], _ depth: Int) {
    let initial = carries(pool)
    let limit = rng.below(6)
    let test = Builder(name: "test", parent: b)
    let count = test.parameter(TensorType(.int))
    for node in initial { _ = test.parameter(node.type) }
    let condition = test.finish([.apply(.lt, count, test.int(limit))])

    let inner = Builder(name: "body", parent: b)
    let i = inner.parameter(TensorType(.int))
    let parameters = initial.map { inner.parameter($0.type) }
    var innerPool = pool + parameters + parameters
    block(inner, &innerPool, depth: depth + 1)
    let next = [i + inner.int(1)] + parameters.map { value(inner, innerPool.suffix(12) + parameters, $0.type) }
    let ys = (0..<rng.below(3)).map { _ in rng.pick(innerPool) }
    let body = withConstsFirst(inner.finish(next + ys), own: 1 + parameters.count, index: false)
    let consts = inner.captures.map { Node(b, b.local($0)) }
    let padded = Builder(name: "test")
    for const in consts { _ = padded.parameter(const.type) }
    let own = condition.parameterTypes.map { padded.parameter($0) }
    let test2 = padded.finish(padded.inline(condition, own))
    let types = [TensorType(.int)] + initial.map(\.type) + [TensorType(.int)] + ys.map { $0.type.with(shape: [.dynamic] + $0.shape) }
    let results = b.place(
      .whileLoop, consts + [b.int(0)] + initial, ["consts": .int(consts.count), "carries": .int(1 + initial.count)],
      regions: [test2, body], types: types)
    pool += results[1..<(1 + initial.count)]
    if ys.isEmpty { return }
    // Sums of the records, from the last to the first.
    let iterations = results[1 + initial.count]
    let reader = Builder(name: "reader")
    _ = reader.parameter(TensorType(.int))
    let sums = ys.map { reader.parameter($0.type) }
    let records = ys.map { reader.parameter($0.type) }
    let sum = reader.finish(zip(sums, records).map { ($0 + $1) * 0.5 })
    pool += b.place(
      .forLoop, [iterations] + ys.map { b.fill(0.25, $0.type) } + results[(2 + initial.count)...],
      ["consts": .int(0), "carries": .int(ys.count), "reversed": .bool(true), "length": .dims([.dynamic])], regions: [sum],
      types: ys.map(\.type))
  }
}

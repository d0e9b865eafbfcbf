import Ops

/// One backward substitution: rows of coefficients are pulled back from some values to the variable.
///
/// At each moment, row r says: (its value) ≤ Σ over values of ⟨coefficients, value⟩ + Σ bias + Σ error. A pass for both sides
/// starts with the rows of an identity and takes their negatives along as soon as the two differ, at the first nonlinear op.
struct Pass {
  private let relaxer: Relaxer
  private let start: [ValueID]
  private let isUpper: Bool
  private var b: Builder { relaxer.b }
  private var graph: Graph { relaxer.graph }
  /// The rows of one side.
  private let side: Dim
  /// Whether the rows of the negatives are there.
  private var isDoubled = false
  private var coefficients: [Node?]
  /// The value as long as its coefficients are the identity, which is not spelled out.
  private var identity: ValueID?
  private var bias: [Node] = []
  private var error: [Node] = []
  private var rows: Dim { isDoubled ? side + side : side }
  /// Whether it bounds the results, with the multipliers of splits.
  private let isLast: Bool
  /// For each operand of `relu`, how much its lines cost each row and how much each row weighs it.
  private var costs: [ValueID: (gap: Node, weight: Node)] = [:]

  init(_ relaxer: Relaxer, identityOf start: [ValueID], isUpper: Bool, isLast: Bool = false) {
    (self.relaxer, self.start, self.isUpper, self.isLast) = (relaxer, start, isUpper, isLast)
    side = start.map { relaxer.graph.type($0).shape.elementCount }.reduce(Dim(0), +)
    coefficients = [Node?](repeating: nil, count: relaxer.graph.valueCount)
    if start.count == 1 { identity = start[0] }
    var at = Dim(0)
    for id in start {
      let shape = relaxer.graph.type(id).shape
      if start.count > 1 { coefficients[id.index] = Pass.eye(relaxer.b, side, shape, from: at) }
      at = at + shape.elementCount
    }
  }

  /// Rows `from`… of an identity over all rows, as coefficients of a value of this shape.
  private static func eye(_ b: Builder, _ rows: Dim, _ shape: Shape, from: Dim) -> Node {
    let n = shape.elementCount
    func iota(_ axis: Int) -> Node { b.emit1(.iota, [], ["shape": .dims([rows, n]), "axis": .int(axis), "dtype": .dtype(.int)]) }
    let column = iota(1) + b.emit1(.dim, [], ["dim": .dims([from])]).broadcast(to: [rows, n], axes: [])
    return b.emit1(.eq, [iota(0), column]).convert(.f64).reshape([rows] + shape)
  }

  mutating func run() throws(TransformError) {
    let saved = b.origin
    defer { b.origin = saved }
    let last = start.map { relaxer.definition($0) }.max() ?? -1
    for k in stride(from: last, through: 0, by: -1) {
      let operation = graph.operations[k]
      for result in operation.results {
        multiply(result)
        try cross(result, operation, k)
      }
    }
    for leaf in graph.parameters.prefix(relaxer.varying) { multiply(leaf) }
    if identity != nil { spellOut() }
  }

  /// Carries the rows of a value through the operation that makes it.
  private mutating func cross(_ result: ValueID, _ operation: Operation, _ k: Int) throws(TransformError) {
    let isIdentity = identity == result
    guard isIdentity || coefficients[result.index] != nil, var crossing = relaxer.crossings[k] else { return }
    // Each of several results is known by its own interval.
    if operation.results.count > 1, let value = relaxer.values[result.index] { crossing = .lines(relaxer.constant(value)) }
    b.origin = operation.origin
    if isIdentity {
      if case .linear = crossing, passIdentity(operation) { return }
      spellOut()
    }
    var A = coefficients[result.index]!
    coefficients[result.index] = nil
    switch crossing {
    case .linear: try crossLinear(operation, A)
    case .bilinear:
      A = double(A)
      try crossBilinear(operation, A)
    case .lines(let lines):
      A = double(A)
      crossLines(operation, result, A, lines)
    }
  }

  /// Where a split says that s z ≥ 0, a row is at most itself plus β s z for any β ≥ 0 (Lagrange; Wang et al. 2021, arXiv:2103.06624).
  private mutating func multiply(_ id: ValueID) {
    guard isLast, isUpper, let part = relaxer.splitParts[id] else { return }
    if identity == id { spellOut() }
    accumulate(id, part.multiplier.inRows(rows))
  }

  /// The identity as coefficients.
  private mutating func spellOut() {
    guard let id = identity else { return }
    coefficients[id.index] = Pass.eye(b, side, graph.type(id).shape, from: 0)
    identity = nil
  }

  /// Takes the negatives along.
  private mutating func double(_ A: Node) -> Node {
    if isDoubled || isUpper { return A }
    func both(_ x: Node, negative: Bool) -> Node { b.emit1(.concat, [x, negative ? -x : x], ["axis": .int(0)]) }
    for (k, node) in coefficients.enumerated() { if let node { coefficients[k] = both(node, negative: true) } }
    bias = bias.map { both($0, negative: true) }
    error = error.map { both($0, negative: false) }
    isDoubled = true
    return both(A, negative: true)
  }

  private mutating func accumulate(_ id: ValueID, _ A: Node?) {
    guard let A else { return }
    guard let sum = coefficients[id.index] else {
      coefficients[id.index] = A
      return
    }
    let total = sum + A
    coefficients[id.index] = total
    error.append(weighed(total.modulus, relaxer.values[id.index]!.magnitude * 0x1p-52))
  }

  // MARK: infinite ends

  /// The rows times a value that may be infinite or no number somewhere: ∞ for rows that touch it there, so that the others keep
  /// their bounds.
  private func weighed(_ A: Node, _ value: Node) -> Node {
    guard relaxer.mayBeInfinite else { return A.rowDot(value) }
    let zero = b.fill(0, like: value)
    let isFinite = value.isFiniteNode
    let touched = A.modulus.rowDot(Node.select(isFinite, zero, b.fill(1, like: value)))
    let sum = A.rowDot(Node.select(isFinite, value, zero))
    return Node.select(b.emit1(.eq, [touched, b.fill(0, like: touched)]), sum, b.fill(.infinity, like: sum))
  }
  /// Of an infinite end only rows make use that are infinite anyway.
  private func finite(_ x: Node) -> Node {
    relaxer.mayBeInfinite ? Node.select(x.isFiniteNode, x, b.fill(0, like: x)) : x
  }
  /// A product in which 0 wins.
  private func scaled(_ a: Node, _ c: Node) -> Node { relaxer.mayBeInfinite ? b.emit1(.mul0, [a, c]) : a * c }

  // MARK: linear ops

  /// Crosses an op whose adjoint leaves an identity one, or is a matrix that is there already.
  private mutating func passIdentity(_ operation: Operation) -> Bool {
    let varying = operation.operands.indices.filter { relaxer.isVarying(operation.operands[$0]) }
    guard varying.count == 1 else { return false }
    let operand = operation.operands[varying[0]]
    let (from, to) = (graph.type(operand), graph.type(operation.results[0]))
    switch operation.decl {
    case let d where d === OpDecl.reshape:
      identity = operand
      return true
    case let d where (d === OpDecl.add || d === OpDecl.sub) && varying == [0] || d === OpDecl.add:
      let constant = relaxer.values[operation.operands[1 - varying[0]].index]!
      let (centre, radius) = constant.ball
      let flat = centre.reshape([side])
      bias.append(d === OpDecl.sub ? -flat : flat)
      if let radius { error.append(radius.reshape([side])) }
      identity = operand
      return true
    case let d where d === OpDecl.matmul && operation.attributes.int("batch") == 0:
      // A product with a vector: the other operand is the matrix of the rows.
      let (ta, tb) = (operation.attributes.bool("transposeA"), operation.attributes.bool("transposeB"))
      guard case .exact(let other) = relaxer.values[operation.operands[1 - varying[0]].index]!, other.dtype == .f64 else { return false }
      if varying[0] == 0, to.shape[0].isOne {
        coefficients[operand.index] = (tb ? other : other.T).reshape([side] + from.shape)
      } else if varying[0] == 1, to.shape[1].isOne {
        coefficients[operand.index] = (ta ? other.T : other).reshape([side] + from.shape)
      } else {
        return false
      }
      identity = nil
      return true
    default: return false
    }
  }

  /// An op's adjoint over all rows.
  private func adjoint(_ operation: Operation, _ A: Node, marks: [Bool], held: [Node?]) throws(TransformError) -> [Node?] {
    guard case .rule(let rule) = operation.decl.adjoint else {
      throw TransformError("`\(operation.decl.name)` has no adjoint to carry linear bounds through it; `ibp` does without", operation.origin)
    }
    let inner = Builder(name: operation.decl.name)
    let types = Builder(graph)
    let cotangent = inner.parameter(graph.type(operation.results[0]))
    let constants = held.compactMap { $0 }
    let parameters = held.map { $0 != nil }.scatter(constants.map { inner.parameter($0.type) })
    let x = zip(operation.operands, parameters).map { id, node in node ?? Node(types, id) }
    let context = RuleContext(b: inner, attributes: operation.attributes, x: x, y: [Node(types, operation.results[0])])
    let found = rule(context, [cotangent], marks)
    let region = inner.finish(found.compactMap { $0 })
    let batched = [true] + constants.map { _ in false }
    let out = try batch(region, into: b, [A] + constants, batched: batched, count: rows, all: true).results
    return found.map { $0 != nil }.scatter(out)
  }

  /// Operands held: the centres of what does not vary.
  private func held(_ operation: Operation, _ marks: [Bool]) -> (centres: [Node?], radii: [Node?]) {
    var (centres, radii): ([Node?], [Node?]) = ([], [])
    for (id, mark) in zip(operation.operands, marks) {
      if mark {
        centres.append(nil)
        radii.append(nil)
      } else if graph.type(id).dtype == .f64 {
        let ball = relaxer.values[id.index]!.ball
        centres.append(ball.centre)
        radii.append(ball.radius)
      } else {
        centres.append(relaxer.values[id.index]!.lower)
        radii.append(nil)
      }
    }
    return (centres, radii)
  }

  private mutating func crossLinear(_ operation: Operation, _ A: Node) throws(TransformError) {
    let marks = operation.operands.map { relaxer.isVarying($0) }
    let (centres, radii) = held(operation, marks)
    let found = try adjoint(operation, A, marks: marks, held: centres)
    for (k, operand) in operation.operands.enumerated() where marks[k] { accumulate(operand, found[k]) }

    let reals = operation.operands.indices.filter { !marks[$0] && graph.type(operation.operands[$0]).dtype == .f64 }
    let isProduct = operation.decl.traits.contains(.multilinear)
    func operands(varying: (ValueID) -> Node, constant: (Int) -> Node) -> [Node] {
      operation.operands.indices.map { k in
        let id = operation.operands[k]
        return marks[k] ? varying(id) : reals.contains(k) ? constant(k) : centres[k]!
      }
    }
    func zero(_ id: ValueID) -> Node { b.zeros(graph.type(id)) }
    func size(_ k: Int) -> Node { relaxer.values[operation.operands[k].index]!.magnitude }
    // What the constants add.
    if !isProduct, !reals.isEmpty {
      let part = b.emit1(operation.decl, operands(varying: zero, constant: { centres[$0]! }), operation.attributes)
      bias.append(weighed(A, part))
    }
    // Rounding of the adjoint and of that part; constants that are known only by enclosures.
    var weight: Node?
    if !(operation.decl.hasExactAdjoint && reals.isEmpty) {
      let all = relaxer.magnitude(operation, operands(varying: { relaxer.values[$0.index]!.magnitude }, constant: size))
      weight = all * Builder.gamma(graph.type(operation.results[0]).shape.elementCount)
    }
    if reals.contains(where: { radii[$0] != nil }) {
      let spread = relaxer.magnitude(operation, operands(
        varying: { isProduct ? relaxer.values[$0.index]!.magnitude : zero($0) }, constant: { radii[$0] ?? b.fill(0, like: centres[$0]!) }))
      weight = weight.map { $0 + spread * (1 + 0x1p-30) } ?? spread * (1 + 0x1p-30)
    }
    if let weight { error.append(weighed(A.modulus, weight)) }
  }

  private mutating func crossBilinear(_ operation: Operation, _ A: Node) throws(TransformError) {
    let x = relaxer.enclosures(operation.operands)
    let (p, q) = (x[0].ball, x[1].ball)
    let first = try adjoint(operation, A, marks: [true, false], held: [nil, q.centre])
    let second = try adjoint(operation, A, marks: [false, true], held: [p.centre, nil])
    accumulate(operation.operands[0], first[0])
    accumulate(operation.operands[1], second[1])
    let middle = b.emit1(operation.decl, [p.centre, q.centre], operation.attributes)
    bias.append(-A.rowDot(middle))
    let none = b.fill(0, like: middle)
    let spread: Node
    if let r = p.radius, let s = q.radius { spread = b.emit1(operation.decl, [r, s], operation.attributes) } else { spread = none }
    let all = b.emit1(operation.decl, [x[0].magnitude, x[1].magnitude], operation.attributes)
    let terms = middle.shape.elementCount + x[0].type.shape.elementCount
    error.append(A.modulus.rowDot(spread * (1 + 0x1p-30) + all * (4 * Builder.gamma(terms))))
  }

  // MARK: lines

  private mutating func crossLines(_ operation: Operation, _ result: ValueID, _ A: Node, _ lines: Lines) {
    let (positive, negative) = (A.atLeast(0), A.atMost(0))
    var weight = finite(lines.above.modulus).atLeast(finite(lines.below.modulus))
    for (k, position) in lines.operands.enumerated() {
      let operand = operation.operands[position]
      var lower = lines.lower[k].inRows(rows)
      if let unstable = lines.unstable {
        lower = Node.select(unstable.inRows(rows), relaxer.lowerSlopes(of: operand, rows: rows, adaptive: lines.lower[k]), lower)
        if isLast, relaxer.options.splits != nil { note(operand, positive, negative, lower, lines) }
      }
      accumulate(operand, positive * lines.upper[k].inRows(rows) + negative * lower)
      let steepest = lines.unstable == nil ? lines.upper[k].modulus.atLeast(lines.lower[k].modulus) : b.fill(1, like: lines.upper[k])
      weight = weight + scaled(steepest, relaxer.values[operand.index]!.magnitude)
    }
    bias.append(weighed(positive, lines.above))
    if lines.unstable == nil { bias.append(weighed(negative, lines.below)) }
    error.append(weighed(A.modulus, weight * Builder.gamma(graph.type(result).shape.elementCount)))
  }

  /// What the triangle of an unstable `relu` costs each row: the chord's height at 0, or the most by which the line below misses.
  private mutating func note(_ operand: ValueID, _ positive: Node, _ negative: Node, _ slope: Node, _ lines: Lines) {
    guard let unstable = lines.unstable, let x = relaxer.values[operand.index] else { return }
    let miss = ((1 - slope) * x.upper.inRows(rows)).atLeast(-(slope * x.lower.inRows(rows)))
    let gap = positive * lines.above.inRows(rows) - negative * miss
    let none = b.fill(0, like: gap)
    let open = Node.select(unstable.inRows(rows), gap, none)
    let weight = positive - negative
    costs[operand] = costs[operand].map { ($0.gap + open, $0.weight + weight) } ?? (open, weight)
  }

  // MARK: at the variable

  /// Bounds of the values, each of its rows: the largest of the linear form over the box, and over the set if its support function
  /// is known.
  func bounds() throws(TransformError) -> (lower: Node, upper: Node) {
    let total = try upperBounds()
    guard isDoubled else {
      return (isUpper ? b.fill(-.infinity, like: total.plus) : -total.minus, total.plus)
    }
    func half(_ from: Dim, _ to: Dim) -> Node {
      Node.apply(.slice, total.plus, attributes: ["start": .dims([from]), "stop": .dims([to]), "step": .ints([1])])
    }
    return (-half(side, rows), half(0, side))
  }

  /// The coefficients of the variable's numbers in the rows of upper bounds, one after the other along the second axis; under splits
  /// then what each neuron's lines cost the row, and its weight.
  func form() -> Node {
    var parts = graph.parameters.prefix(relaxer.varying).map { leaf -> Node in
      let n = graph.type(leaf).shape.elementCount
      guard let A = coefficients[leaf.index] else { return b.zeros(TensorType(.f64, [side, n])) }
      let rows = A.reshape([self.rows, n])
      if !isDoubled { return rows }
      return Node.apply(.slice, rows, attributes: ["start": .dims([0, 0]), "stop": .dims([side, n]), "step": .ints([1, 1])])
    }
    if relaxer.options.splits != nil {
      func all(_ part: (ValueID) -> Node?) -> [Node] {
        relaxer.neurons.map { id in
          let n = graph.type(id).shape.elementCount
          return part(id)?.reshape([rows, n]) ?? b.zeros(TensorType(.f64, [rows, n]))
        }
      }
      parts += all { costs[$0]?.gap } + all { costs[$0]?.weight }
    }
    return parts.count == 1 ? parts[0] : b.emit1(.concat, parts, ["axis": .int(1)])
  }

  /// Upper bounds of the rows and, where they are not doubled, of their negatives.
  private func upperBounds() throws(TransformError) -> (plus: Node, minus: Node) {
    var terms = bias
    // The largest of ⟨A, x − centre⟩ for the rows and their negatives.
    var reach = b.zeros(TensorType(.f64, [rows]))
    let leaves = graph.parameters.prefix(relaxer.varying)
    var size = Dim(0)
    var magnitudes: [Node] = []
    for leaf in leaves {
      guard let A = coefficients[leaf.index] else { continue }
      let value = relaxer.values[leaf.index]!
      let (centre, radius) = value.ball
      let gamma = Builder.gamma(graph.type(leaf).shape.elementCount)
      terms.append(A.rowDot(centre))
      let rounding = value.magnitude * gamma
      reach = reach + A.modulus.rowDot((radius.map { $0 * (1 + 0x1p-50) + rounding } ?? rounding))
      magnitudes.append(A.modulus.rowDot(value.magnitude))
      size = size + graph.type(leaf).shape.elementCount
    }
    let plus = outward(terms + [reach], error)
    let minus = outward(terms.map { -$0 } + [reach], error)
    guard let support = relaxer.options.support, !magnitudes.isEmpty else { return (plus, isDoubled || isUpper ? plus : minus) }
    func supported(_ sign: Double, _ bias: [Node]) throws(TransformError) -> Node {
      let rowsOf = leaves.map { leaf -> Node in
        let A = coefficients[leaf.index] ?? b.zeros(TensorType(.f64, [rows] + graph.type(leaf).shape))
        return sign < 0 ? -A : A
      }
      let arguments = rowsOf + support.captures
      let found = try batch(
        support.graph, into: b, arguments, batched: arguments.indices.map { $0 < rowsOf.count }, count: rows, all: true)
      let value = found.results[0].convert(.f64)
      let magnitude = magnitudes.dropFirst().reduce(magnitudes[0]) { $0 + $1 }
      let units = Double((size.constant ?? 1 << 30) + 64) * support.unit * 4
      return outward(bias + [value], error + [magnitude * units])
    }
    let signed = try supported(1, bias)
    let first = plus.atMost(signed)
    if isDoubled || isUpper { return (first, first) }
    return (first, minus.atMost(try supported(-1, bias.map { -$0 })))
  }

  /// The sum of terms and errors, rounded upwards; ∞ where it is not finite.
  private func outward(_ terms: [Node], _ errors: [Node]) -> Node {
    func sum(_ x: [Node]) -> Node { x.dropFirst().reduce(x[0]) { $0 + $1 } }
    let total = sum(terms)
    let size = sum(terms.map(\.modulus))
    var slack = size * (Double(terms.count + 4) * 0x1p-51) + 1e-290
    // Generously, for the rounding of the errors themselves.
    if !errors.isEmpty { slack = slack + sum(errors) * (1 + 0x1p-26) }
    let upper = total + slack
    return Node.select(upper.isFiniteNode, upper, b.fill(.infinity, like: upper))
  }
}

extension Relaxer {
  /// The op on absolute values: a bound of the sum of the absolute values of its terms.
  func magnitude(_ operation: Operation, _ x: [Node]) -> Node {
    if operation.decl === OpDecl.neg { return x[0] }
    if operation.decl === OpDecl.sub { return x[0] + x[1] }
    return b.emit1(operation.decl, x, operation.attributes)
  }
}

extension OpDecl {
  /// Whether each number of the adjoint's result is one of its operand's, or zero: nothing is added up or multiplied.
  fileprivate var hasExactAdjoint: Bool {
    [OpDecl.add, .sub, .neg, .select, .convert, .reshape, .transpose, .slice, .reverse, .pad, .concat, .sum].contains { $0 === self }
  }
}

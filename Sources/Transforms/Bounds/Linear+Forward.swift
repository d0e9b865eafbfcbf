import Ops

/// A value as a linear form of the variable: it lies within `error` of Σ over j of coefficients[j] · x[j] + constant.
private struct Form {
  /// [N] + shape, with N the count of the variable's numbers.
  var coefficients: Node
  var constant: Node
  var error: Node
}

/// Linear forms carried forwards, with what they miss as an interval: one pass, whose cost grows with the count of the variable's
/// numbers. (Affine arithmetic, de Figueiredo and Stolfi 2004, with one error term for each value; forward mode of Xu et al. 2020.)
final class Forward {
  private unowned let relaxer: Relaxer
  private var forms: [ValueID: Form] = [:]
  private var centre: Node!
  private var radius: Node!
  private var size: Node!
  private var count = Dim(0)
  private var b: Builder { relaxer.b }
  private var graph: Graph { relaxer.graph }

  init(_ relaxer: Relaxer) { self.relaxer = relaxer }

  /// The variable itself.
  func begin() {
    let leaves = Array(graph.parameters.prefix(relaxer.varying))
    let counts = leaves.map { graph.type($0).shape.elementCount }
    count = counts.reduce(Dim(0), +)
    func flat(_ x: [Node]) -> Node {
      let parts = x.map { $0.reshape([$0.shape.elementCount]) }
      return parts.count == 1 ? parts[0] : b.emit1(.concat, parts, ["axis": .int(0)])
    }
    let balls = leaves.map { relaxer.values[$0.index]!.ball }
    centre = flat(balls.map(\.centre))
    radius = flat(balls.map { $0.radius ?? b.fill(0, like: $0.centre) })
    size = flat(leaves.map { relaxer.values[$0.index]!.magnitude })
    var at = Dim(0)
    for (leaf, n) in zip(leaves, counts) {
      let type = TensorType(.f64, graph.type(leaf).shape)
      func iota(_ axis: Int) -> Node { b.emit1(.iota, [], ["shape": .dims([count, n]), "axis": .int(axis), "dtype": .dtype(.int)]) }
      let row = iota(1) + b.emit1(.dim, [], ["dim": .dims([at])]).broadcast(to: [count, n], axes: [])
      let eye = b.emit1(.eq, [iota(0), row]).convert(.f64).reshape([count] + type.shape)
      forms[leaf] = Form(coefficients: eye, constant: b.zeros(type), error: b.zeros(type))
      at = at + n
    }
  }

  /// Σ over j of the rows times a vector.
  private func along(_ rows: Node, _ x: Node) -> Node {
    let n = Array(rows.shape.dropFirst()).elementCount
    return x.reshape([1, count]).matmul(rows.reshape([count, n])).reshape(Array(rows.shape.dropFirst()))
  }
  /// A bound of Σ |coefficients| |x| + |constant| + error, of which rounding errors are fractions.
  private func extent(_ form: Form) -> Node {
    (along(form.coefficients.modulus, size) + form.constant.modulus + form.error) * (1 + 0x1p-20)
  }
  private var gamma: Double { Builder.gamma(count) }

  /// The form of an operation's result and the bounds that it gives; nil where the op is known by its interval alone.
  func advance(_ operation: Operation, _ crossing: Crossing, _ value: Enclosed) throws(TransformError) -> Enclosed? {
    guard let result = operation.results.first, case .between(let lower, let upper) = value else { return nil }
    let form: Form?
    switch crossing {
    case .linear: form = try linear(operation)
    case .bilinear: form = try bilinear(operation)
    case .lines(let lines): form = self.lines(operation, lines)
    }
    guard var form else { return nil }
    // What is not finite bounds nothing, and poisons nothing.
    let ball = value.ball
    let isGood = extent(form).isFiniteNode
    let zero = b.fill(0, like: form.coefficients)
    form = Form(
      coefficients: Node.select(isGood.broadcast(to: zero.shape, axes: Array(1..<zero.rank)), form.coefficients, zero),
      constant: Node.select(isGood, form.constant, ball.centre), error: Node.select(isGood, form.error, ball.radius!))
    forms[result] = form
    let middle = along(form.coefficients, centre) + form.constant
    let reach = (along(form.coefficients.modulus, radius) + form.error + extent(form) * (4 * gamma)).up
    func finite(_ x: Node, else other: Node) -> Node { Node.select(x.isFiniteNode, x, other) }
    return .between(lower: lower.atLeast(finite(middle - reach, else: lower)), upper: upper.atMost(finite(middle + reach, else: upper)))
  }

  private func form(_ id: ValueID) -> Form {
    if let form = forms[id] { return form }
    let ball = relaxer.values[id.index]!.ball
    return Form(
      coefficients: b.zeros(TensorType(.f64, [count] + ball.centre.shape)), constant: ball.centre, error: ball.radius ?? b.fill(0, like: ball.centre))
  }

  /// The op over all rows of coefficients, other operands held.
  private func overRows(_ operation: Operation, _ x: [Node], _ isRow: [Bool]) throws(TransformError) -> Node {
    let inner = Builder(name: operation.decl.name)
    let parameters = zip(x, isRow).map { node, row in inner.parameter(row ? node.type.with(shape: Array(node.shape.dropFirst())) : node.type) }
    let region = inner.finish([inner.emit1(operation.decl, parameters, operation.attributes)])
    return try batch(region, into: b, x, batched: isRow, count: count, all: true).results[0]
  }

  private func terms(_ operation: Operation) -> Double {
    let most = operation.operands.map { graph.type($0).shape.elementCount.constant ?? 1 << 30 }.reduce(0, +)
    return Builder.gamma(Dim(most))
  }

  private func linear(_ operation: Operation) throws(TransformError) -> Form {
    let marks = operation.operands.map { relaxer.isVarying($0) }
    let isProduct = operation.decl.traits.contains(.multilinear)
    var (rows, constants, errors, sizes): ([Node], [Node], [Node], [Node]) = ([], [], [], [])
    for (id, mark) in zip(operation.operands, marks) {
      let value = relaxer.values[id.index]!
      if mark {
        let form = form(id)
        rows.append(form.coefficients)
        constants.append(form.constant)
        errors.append(form.error)
        sizes.append(extent(form))
      } else if graph.type(id).dtype != .f64 {
        rows.append(value.lower)
        constants.append(value.lower)
        errors.append(value.lower)
        sizes.append(value.lower)
      } else {
        let ball = value.ball
        rows.append(isProduct ? ball.centre : b.fill(0, like: ball.centre))
        constants.append(ball.centre)
        errors.append(isProduct ? ball.centre.modulus : ball.radius ?? b.fill(0, like: ball.centre))
        sizes.append(value.magnitude)
      }
    }
    let all = relaxer.magnitude(operation, sizes)
    var error = relaxer.magnitude(operation, errors) * (1 + 0x1p-32) + all * (4 * terms(operation))
    // A factor that is known by an enclosure only.
    if isProduct, let k = marks.firstIndex(of: false), let r = relaxer.values[operation.operands[k].index]!.ball.radius {
      var spread = sizes
      spread[k] = r
      error = error + relaxer.magnitude(operation, spread) * (1 + 0x1p-32)
    }
    return Form(
      coefficients: try overRows(operation, rows, marks), constant: b.emit1(operation.decl, constants, operation.attributes), error: error)
  }

  private func bilinear(_ operation: Operation) throws(TransformError) -> Form {
    let x = relaxer.enclosures(operation.operands)
    let forms = operation.operands.map(form)
    let (p, q) = (x[0].ball, x[1].ball)
    func product(_ a: Node, _ c: Node) -> Node { b.emit1(operation.decl, [a, c], operation.attributes) }
    let first = try overRows(operation, [forms[0].coefficients, q.centre], [true, false])
    let second = try overRows(operation, [p.centre, forms[1].coefficients], [false, true])
    let constant = product(forms[0].constant, q.centre) + product(p.centre, forms[1].constant) - product(p.centre, q.centre)
    let none = b.fill(0, like: constant)
    var error = product(forms[0].error, q.centre.modulus) + product(p.centre.modulus, forms[1].error)
    if let r = p.radius, let s = q.radius { error = error + product(r, s) } else { error = error + none }
    let all = product(extent(forms[0]) + x[0].magnitude, extent(forms[1]) + x[1].magnitude)
    return Form(coefficients: first + second, constant: constant, error: error * (1 + 0x1p-32) + all * (16 * terms(operation)))
  }

  /// With one slope for both sides: that of the line above. The line below is turned around until it has it too.
  private func lines(_ operation: Operation, _ lines: Lines) -> Form? {
    guard !lines.operands.isEmpty else { return nil }
    var (coefficients, constant, error, all): (Node?, Node?, Node?, Node?)
    var (above, below) = (lines.above, lines.below)
    for (k, position) in lines.operands.enumerated() {
      let id = operation.operands[position]
      let x = relaxer.values[id.index]!
      let slope = lines.upper[k]
      // For relu the chord's slope itself is one of those allowed below.
      if lines.unstable == nil {
        let turn = lines.lower[k] - slope
        below = (below + (turn * x.lower).atMost(turn * x.upper).down).down
      }
      let form = form(id)
      func add(_ sum: Node?, _ term: Node) -> Node { sum.map { $0 + term } ?? term }
      coefficients = add(coefficients, form.coefficients * slope.inRows(count))
      constant = add(constant, form.constant * slope)
      error = add(error, form.error * slope.modulus)
      all = add(all, (extent(form) + x.magnitude) * slope.modulus)
    }
    // Both sides around their middle.
    let middle = above * 0.5 + below * 0.5
    let half = (above - middle).atLeast(middle - below).up
    let rounding = (all! + middle.modulus) * 0x1p-48
    return Form(coefficients: coefficients!, constant: constant! + middle, error: (error! * (1 + 0x1p-32) + half + rounding).up)
  }
}

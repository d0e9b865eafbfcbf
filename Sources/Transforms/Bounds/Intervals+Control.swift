import Ops

// Enclosures of control flow: each carried value becomes itself, where it stays exact, or its two ends.

extension Encloser {
  /// A region over values of these forms. `wanted`: which results shall be exact; nil: those that are. With `tellsDomain` a last
  /// result says whether an operation in it may be undefined.
  private func region(
    _ graph: Graph, _ form: EnclosedForm, _ wanted: EnclosedForm? = nil, tellsDomain: Bool = false
  ) throws(TransformError) -> (graph: Graph, form: EnclosedForm, types: [TensorType], hasDomain: Bool) {
    let inner = Encloser(Builder(name: graph.name), notes)
    let out = try inner.run(graph, form.parameters(graph.parameterTypes, inner.b)).results
    let result = wanted ?? EnclosedForm(out)
    var nodes = result.nodes(out).map(inner.b.here)
    let left = inner.domains.leftSomewhere(inner.b)
    if tellsDomain { nodes.append(left ?? inner.b.bool(false)) }
    return (inner.b.finish(nodes), EnclosedForm(out), nodes.map(\.type), left != nil)
  }

  // MARK: if

  func encloseIf(_ operation: Operation, _ x: [Enclosed]) throws(TransformError) -> [Enclosed] {
    let captures = Array(x.dropFirst())
    let form = EnclosedForm(captures)
    var exact = [Bool](repeating: true, count: operation.results.count)
    for graph in operation.regions { exact = zip(exact, try region(graph, form).form.isExact).map { $0 && $1 } }
    guard case .exact(let condition) = x[0] else { return try hull(operation, x[0], form, captures) }
    var regions: [Graph] = []
    var types: [TensorType] = []
    for graph in operation.regions {
      let made = try region(graph, form, EnclosedForm(exact), tellsDomain: true)
      regions.append(made.graph)
      types = made.types
    }
    let results = b.place(.ifThenElse, [condition] + form.nodes(captures), operation.attributes, regions: regions, types: types)
    domains.note(results[results.count - 1])
    return EnclosedForm(exact).read(results.dropLast())
  }

  /// Both branches where either may be taken. A branch that certainly is not taken gives an empty interval.
  private func hull(
    _ operation: Operation, _ condition: Enclosed, _ form: EnclosedForm, _ captures: [Enclosed]
  ) throws(TransformError) -> [Enclosed] {
    let ends = EnclosedForm(operation.results.map { _ in false })
    let may = [condition.upper, b.emit1(.not, [condition.lower])]
    var branches: [[Enclosed]] = []
    for (graph, possible) in zip(operation.regions, may) {
      let made = try region(graph, form, ends, tellsDomain: true)
      let skip = Builder(name: "skip")
      let operands = form.nodes(captures)
      for operand in operands { _ = skip.parameter(operand.type) }
      let empty = made.types.dropLast().enumerated().map { k, type in skip.extreme(type, largest: k % 2 == 0) } + [skip.bool(false)]
      let results = b.place(
        .ifThenElse, [possible] + operands, [:], regions: [made.graph, skip.finish(empty)], types: made.types)
      domains.note(results[results.count - 1])
      branches.append(ends.read(results.dropLast()))
    }
    return zip(branches[0], branches[1]).map { p, q in
      let truth = p.type.dtype == .bool
      return .between(
        lower: b.emit1(truth ? .and : .min, [p.lower, q.lower]), upper: b.emit1(truth ? .or : .max, [p.upper, q.upper]))
    }
  }

  // MARK: Loops

  /// The carries that stay exact, and the body over them.
  private func fixpoint(
    _ layout: LoopLayout, _ consts: EnclosedForm, _ initial: EnclosedForm, _ xs: EnclosedForm
  ) throws(TransformError) -> (body: Graph, carries: EnclosedForm, ys: EnclosedForm, hasDomain: Bool) {
    var carries = initial.isExact
    while true {
      let parameters = EnclosedForm((layout.isFor ? [true] : []) + consts.isExact + carries + xs.isExact)
      let out = try region(layout.body, parameters).form.isExact
      let next = zip(carries, out).map { $0 && $1 }
      if next != carries {
        carries = next
        continue
      }
      let ys = Array(out[layout.carries...])
      let made = try region(layout.body, parameters, EnclosedForm(carries + ys), tellsDomain: layout.isFor)
      return (made.graph, EnclosedForm(carries), EnclosedForm(ys), made.hasDomain)
    }
  }

  func encloseFor(_ operation: Operation, _ x: [Enclosed]) throws(TransformError) -> [Enclosed] {
    let layout = LoopLayout(operation)
    let (count, consts, carries, xs) = layout.operands(x)
    if let count, !count.isExact { throw refusal(operation, "how often it runs depends on what varies") }
    let forms = (consts: EnclosedForm(consts), xs: EnclosedForm(xs))
    let loop = try fixpoint(layout, forms.consts, EnclosedForm(carries), forms.xs)
    let out = b.placeFor(
      count: count?.nodes[0], consts: forms.consts.nodes(consts), carries: loop.carries.nodes(carries), xs: forms.xs.nodes(xs),
      reversed: layout.reversed, length: layout.length, body: loop.body)
    // Whether an operation of the body may be undefined, for each round.
    if loop.hasDomain, let left = out.ys.last { domains.note(b.emit1(.anyOf, [left], ["axes": .ints(Array(0..<left.rank))])) }
    return loop.carries.read(out.carries) + loop.ys.read(out.ys.dropLast())
  }

  func encloseWhile(_ operation: Operation, _ x: [Enclosed]) throws(TransformError) -> [Enclosed] {
    let layout = LoopLayout(operation)
    let (_, consts, carries, _) = layout.operands(x)
    let form = EnclosedForm(consts)
    let loop = try fixpoint(layout, form, EnclosedForm(carries), EnclosedForm([Bool]()))
    if loop.hasDomain { throw refusal(operation, "an operation in it (log, sqrt, a division, …) may be undefined; count its steps with `for`") }
    let condition = try region(operation.regions[0], EnclosedForm(form.isExact + loop.carries.isExact))
    guard condition.form.isExact == [true] else {
      throw refusal(operation, "when it ends depends on what varies or is rounded; count its steps with `for`")
    }
    let out = b.placeWhile(
      consts: form.nodes(consts), carries: loop.carries.nodes(carries), condition: condition.graph, body: loop.body)
    return loop.carries.read(out.carries) + [.exact(out.count)] + loop.ys.read(out.ys)
  }
}

extension Builder {
  /// The largest (or least) of all values of a type.
  fileprivate func extreme(_ type: TensorType, largest: Bool) -> Node {
    switch type.dtype {
    case .bool: bool(largest, type.shape)
    case .int: int(largest ? .max : .min, type.shape)
    default: fill(largest ? .infinity : -.infinity, type)
    }
  }
}

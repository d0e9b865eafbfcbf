import Diagnostics
import Ops
import Syntax
import Transforms

/// Derivatives as functions (`grad(f)`) and as binders (`grad x at x0 { … }`).
extension Elaborator {
  func derivative(_ b: Binder, _ clause: BinderClause, _ point: Expression, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let word = b.word.text
    guard ["grad", "jacobian", "hessian"].contains(word) else {
      throw fail(.binderDoesNotFit, "`\(word)` is not taken at a point", at: b.word.span, notes: ["at a point: grad, jacobian, hessian"])
    }
    let x = try realVector(try evaluate(point, scope), point.span)
    let place = key.folding(word, occurrence(word))
    let f = Value.function(objective(b, clause, scope, key: place))
    if let solver = try chosenSolver(b, scope), !isExact(solver) {
      guard word == "grad", solver.template.method("estimate") != nil else { throw cannotSolve(solver, "`\(word)` at a point", needs: "estimate", b, span) }
      // Of a body that is a bound or an estimate, the value is differentiated.
      let valued = Function(native: "objective", ["x"], holds: Held([f])) { e, arguments, span in
        .node(try e.scalarObjective(try e.apply(f, arguments, span), b.body.span))
      }
      noteChoice(b, solver, why: nil, span)
      return try withKey(place) { try callMethod("estimate", of: solver, [.function(valued), x], span) }
    }
    noteChoice(b, nil, why: "derivatives are exact: \(word == "grad" ? "one reverse pass" : "forward or reverse passes, whichever are fewer")", span)
    switch word {
    case "grad": return try gradient(f, x, span)
    case "jacobian": return try jacobian(f, x, span)
    default: return try hessian(f, x, span)
    }
  }

  /// The body of a function as a closed graph of its vector argument's leaves; captured values follow as parameters.
  struct Traced {
    let graph: Graph
    let arguments: [Node]
    let count: Int
    let output: Value
    var active: [Bool] { arguments.indices.map { $0 < count } }
  }
  func trace(_ f: Value, _ x: Value, _ span: SourceSpan, because reason: String = "inside what is differentiated", for use: Evaluations.Use = .derivative) throws -> Traced {
    guard let leaves = x.vectorLeaves else { throw fail(.notAVector, "\(x.typeName) is no vector", at: span) }
    let inner = Builder(parent: builder)
    let parameters = leaves.map { inner.parameter($0.type) }
    let output = try used(for: use) { try within(inner) {
      try pure(reason) { valueOf(try apply(f, [x.replacingVector(parameters.map { TensorValue($0) })], span)) }
    } }
    guard let results = output.vectorLeaves else {
      if use == .bound {
        throw fail(
          .objectiveNotScalar, "only Reals are bounded, and the body is \(output.typeName)", at: span,
          notes: output.tensor?.dtype == .int ? ["`real(n)` makes a Real of an Int; that an Int such as `argmax(v)` stays the same is a predicate: `forall x in S { argmax(f(x)) == k }`"] : [])
      }
      throw fail(
        .notDifferentiable, "only Reals have derivatives, and the result is \(output.typeName)", at: span,
        notes: output.tensor?.dtype == .int ? ["an Int does not change smoothly"] : [])
    }
    let nodes = try within(inner) { try results.map { try realNode($0, span) } }
    let graph = inner.finish(nodes)
    let typed = output.replacingVector(nodes.map { TensorValue($0) })
    return Traced(graph: graph, arguments: leaves.map(variable) + inner.captures, count: leaves.count, output: typed)
  }

  private func requireScalar(_ traced: Traced, _ span: SourceSpan, _ word: String) throws {
    guard let t = traced.output.tensor, t.shape.isEmpty else {
      throw fail(
        .objectiveNotScalar, "`\(word)` needs a function that gives one Real, and this gives \(traced.output.typeName)", at: span,
        fixes: [.init("`jacobian` differentiates functions with many results"), .init("`sum(…)` or `mean(…)` make one number of many")])
    }
  }

  func gradient(_ f: Value, _ x: Value, _ span: SourceSpan) throws -> Value { try valueAndGradient(f, x, span).gradient }

  func valueAndGradient(_ f: Value, _ x: Value, _ span: SourceSpan) throws -> (value: Value, gradient: Value) {
    let traced = try trace(f, x, span)
    try requireScalar(traced, span, "grad")
    let one = builder.fill(1, traced.graph.resultTypes[0])
    let (results, cotangents) = try transform(span) { () throws(TransformError) -> ([Node], [Node?]) in
      let (results, pullback) = try vjp(traced.graph, into: builder, traced.arguments, active: traced.active)
      return (results, pullback([one]))
    }
    return (.node(results[0]), filled(x, cotangents))
  }
  /// Cotangents as a vector, zeros where there is no dependence.
  private func filled(_ x: Value, _ cotangents: [Node?]) -> Value {
    let leaves = x.vectorLeaves ?? []
    return x.replacingVector(zip(leaves, cotangents).map { leaf, c in TensorValue(c ?? builder.zeros(leaf.type)) })
  }

  /// The derivative of `f` at `x` along `v`, forward.
  func directional(_ f: Value, _ x: Value, _ v: Value, _ span: SourceSpan) throws -> (value: Value, tangent: Value) {
    guard v.matches(x), let directions = v.vectorLeaves else {
      throw fail(.structuresDiffer, "a direction has the type of the point", at: span, notes: ["the point is \(x.typeName), the direction \(v.typeName)"])
    }
    for (d, leaf) in zip(directions, x.vectorLeaves ?? []) where d.shape != leaf.shape {
      throw fail(.shapesDoNotFit, "a direction has the shape of the point", at: span, notes: ["the point is \(leaf.type.spelled), the direction \(d.type.spelled)"])
    }
    let traced = try trace(f, x, span)
    let tangents = try directions.map { Optional(try realNode($0, span)) } + traced.arguments.dropFirst(traced.count).map { _ in nil }
    let (results, derivatives) = try transform(span) { () throws(TransformError) -> ([Node], [Node?]) in
      try jvp(traced.graph, into: builder, traced.arguments, tangents)
    }
    let value = traced.output.replacingVector(results.map { TensorValue($0) })
    let tangent = traced.output.replacingVector(zip(results, derivatives).map { r, d in TensorValue(d ?? builder.zeros(r.type)) })
    return (value, tangent)
  }

  /// The cotangent of `x` for a cotangent of `f(x)`, reverse.
  func pulledBack(_ f: Value, _ x: Value, _ cotangent: Value, _ span: SourceSpan) throws -> Value {
    let traced = try trace(f, x, span)
    guard cotangent.matches(traced.output), let leaves = cotangent.vectorLeaves else {
      throw fail(.structuresDiffer, "a cotangent has the type of the result", at: span, notes: ["the result is \(traced.output.typeName), the cotangent \(cotangent.typeName)"])
    }
    let seeds = try leaves.map { Optional(try realNode($0, span)) }
    for (seed, type) in zip(seeds, traced.graph.resultTypes) where seed?.shape != type.shape {
      throw fail(.shapesDoNotFit, "a cotangent has the shape of the result", at: span, notes: ["the result is \(type.spelled)"])
    }
    let cotangents = try transform(span) { () throws(TransformError) -> [Node?] in
      try vjp(traced.graph, into: builder, traced.arguments, active: traced.active).pullback(seeds)
    }
    return filled(x, cotangents)
  }

  /// ∂f/∂x with the axes of f first, then those of x: forward or reverse, whichever needs fewer passes.
  func jacobian(_ f: Value, _ x: Value, _ span: SourceSpan) throws -> Value {
    guard case .tensor(let point) = x else {
      throw fail(
        .jacobianOfStructure, "`jacobian` needs a tensor, and this is \(x.typeName)", at: span,
        notes: ["`flatten(θ)` makes a vector of it, and `unflatten(v, like: θ)` undoes that"])
    }
    let probe = try uncounted { try withFreshOccurrences { try trace(f, x, span) } }
    guard probe.output.tensor != nil, let output = probe.graph.resultTypes.first else {
      throw fail(.jacobianOfStructure, "`jacobian` needs a function that gives a tensor, and this gives \(probe.output.typeName)", at: span)
    }
    let (n, m) = (point.shape.elementCount, output.shape.elementCount)
    let forward = (n.constant ?? 1) <= (m.constant ?? 1)
    let size = forward ? n : m
    let axis = forward ? point.shape : output.shape
    let inner = Builder(parent: builder)
    let direction = inner.parameter(TensorType(output.dtype, axis))
    let result = try repeated(size) { try within(inner) { () throws -> Node in
      let value = forward
        ? try directional(f, x, .node(direction), span).tangent : try pulledBack(f, x, .node(direction), span)
      guard let t = value.tensor else { throw Failure() }
      return node(t)
    } }
    let graph = inner.finish([result])
    let basis = identity(size, output.dtype).reshape([size] + axis)
    let columns = try transform(span) { () throws(TransformError) -> Node in
      let (nodes, batched) = try batch(
        graph, into: builder, [basis] + inner.captures, batched: [true] + inner.captures.map { _ in false }, count: size)
      return batched[0] ? nodes[0] : nodes[0].broadcast(to: [size] + nodes[0].shape, axes: Array(1..<(nodes[0].rank + 1)))
    }
    if !forward { return .node(columns.reshape(output.shape + point.shape)) }
    let moved = columns.transpose(Array(1..<columns.rank) + [0])
    return .node(moved.reshape(output.shape + point.shape))
  }

  func identity(_ n: Dim, _ dtype: DType) -> Node {
    let shape = [n, n]
    func iota(_ axis: Int) -> Node {
      builder.emit1(.iota, [], ["shape": .dims(shape), "axis": .int(axis), "dtype": .dtype(.int)])
    }
    return Node.apply(.eq, iota(0), iota(1)).convert(dtype)
  }

  func hessian(_ f: Value, _ x: Value, _ span: SourceSpan) throws -> Value {
    let g = Function(native: "grad", ["x"], holds: Held([f])) { e, arguments, span in try e.gradient(f, arguments[0], span) }
    return try jacobian(.function(g), x, span)
  }

  /// A function with its own derivative: `fn f(x) = … derivative (x, dx) => …`.
  func applyCustom(
    _ function: Function, _ declaration: FunctionDeclaration, _ derivative: Expression, _ arguments: Arguments, _ span: SourceSpan
  ) throws -> Value {
    guard let scope = function.scope else { throw Failure() }
    suppressedDerivatives.insert(declaration.name.span)
    defer { suppressedDerivatives.remove(declaration.name.span) }
    // The rule takes arguments in the order of the parameters, whatever their order in the call.
    var place: [Int] = []
    for argument in arguments.list {
      let named = argument.label.flatMap { label in declaration.parameters.firstIndex { $0.boundName == label.text } }
      let free = declaration.parameters.indices.first { !place.contains($0) }
      place.append(named ?? free ?? declaration.parameters.count)
    }
    let order = place.indices.sorted { place[$0] < place[$1] }
    // Arguments that are no tensors (functions, settings) are simply there.
    let places = arguments.list.indices.filter { arguments[$0].vectorLeaves != nil }
    let vectors = try places.map { try realVector(arguments[$0], arguments.span($0)) }
    let leaves = vectors.flatMap { $0.vectorLeaves ?? [] }
    func with(_ nodes: [Node]) -> Arguments {
      var copy = arguments
      var rest = nodes[...]
      for (place, vector) in zip(places, vectors) {
        let count = vector.vectorLeaves?.count ?? 0
        copy.list[place].value = vector.replacingVector(rest.prefix(count).map { TensorValue($0) })
        rest = rest.dropFirst(count)
      }
      return copy
    }
    let primal = Builder(parent: builder)
    let inputs = leaves.map { primal.parameter($0.type) }
    var output = Value.unit
    let results = try within(primal) { () throws -> [Node] in
      output = try apply(function, with(inputs), span)
      guard let leaves = output.vectorLeaves else { throw fail(.notAVector, "a function with a derivative gives Reals", at: span) }
      return try leaves.map { try realNode($0, span) }
    }
    let tangent = Builder(parent: builder)
    let values = leaves.map { tangent.parameter($0.type) }
    let directions = leaves.map { tangent.parameter($0.type) }
    let rates = try within(tangent) { () throws -> [Node] in
      let rule = try evaluate(derivative, scope)
      let given = order.map { with(values)[$0] } + order.filter(places.contains).map { with(directions)[$0] }
      let answer = try apply(rule, Arguments(given, span), derivative.span)
      guard answer.matches(output), let leaves = answer.vectorLeaves else {
        throw fail(
          .badDerivative, "a derivative has the type of the result", at: derivative.span,
          notes: ["the result is \(output.typeName), the derivative \(answer.typeName)"])
      }
      return try zip(leaves, results).map { leaf, result in try realNode(leaf, derivative.span).broadcast(to: result.shape) }
    }
    // Both regions take the operands, then what they capture; the tangents of captures are not looked at.
    let captures = Builder.shareCaptures([primal, tangent], own: [leaves.count, 2 * leaves.count], results: [results, rates])
    let first = primal.finish(results)
    let second = tangent.finish(rates)
    let (n, m) = (leaves.count, captures.count)
    second.permuteParameters(Array(0..<n) + Array((2 * n)..<(2 * n + m)) + Array(n..<(2 * n)))
    for capture in captures where capture.dtype.isDifferentiable { _ = second.addParameter(capture.type) }
    let outputs = builder.place(
      .custom, leaves.map { node($0) } + captures, [:], regions: [first, second], types: first.resultTypes)
    return output.replacingVector(outputs.map { TensorValue($0) })
  }
}

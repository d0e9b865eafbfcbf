import Ops

// The implicit function theorem at a stationary point θ of f(θ, c): dθ = −H⁻¹ (∂²f/∂θ∂c) dc with H = ∂²f/∂θ².

extension Differentiator {
  /// Up to so many unknowns the Hessian is built and factored; beyond, the system is solved by conjugate gradients.
  private static var denseLimit: Int { 256 }

  func implicit(_ operation: Operation, _ points: [Node], _ x: [Node], _ dx: [Node?]) throws(TransformError) -> [Node?] {
    for point in points where !point.dtype.isReal {
      throw TransformError("an implicit derivative needs a point of real numbers, not of `\(point.dtype)`", operation.origin)
    }
    let body = operation.regions[0]
    let gradient = try gradientGraph(body, points: points.count)
    let mixed = try run(gradient, points + x, points.map { _ in nil } + dx).tangents
    if mixed.allSatisfy({ $0 == nil }) { return points.map { _ in nil } }
    let right = zip(mixed, points).map { $0.map { b.emit1(.neg, [$0]) } ?? b.zeros($1.type) }
    let product = try productGraph(gradient, points: points.count)
    let size = points.map(\.shape.elementCount).reduce(Dim(0), +)
    if let n = size.constant, n <= Self.denseLimit {
      return try solveDense(product, points, x, right, n, operation)
    }
    return LinearProblem(product, points: points.count).solve(into: b, points + x, right)
  }

  /// `(points…, captures…) → ∇ of the objective in the points`. Batched problems have one value a lane and are independent,
  /// so the gradient of the sum is that of each.
  func gradientGraph(_ body: Graph, points: Int) throws(TransformError) -> Graph {
    let inner = Builder(name: "gradient")
    let parameters = body.parameterTypes.map { inner.parameter($0) }
    let out = try vjp(body, into: inner, parameters, active: parameters.indices.map { $0 < points })
    let gradient = out.pullback([inner.fill(1, like: out.results[0])])
    return inner.finish((0..<points).map { gradient[$0] ?? inner.zeros(parameters[$0].type) })
  }

  /// `(points…, captures…, v…) → H v`.
  private func productGraph(_ gradient: Graph, points: Int) throws(TransformError) -> Graph {
    let inner = Builder(name: "hessian product")
    let parameters = gradient.parameterTypes.map { inner.parameter($0) }
    let v = parameters[..<points].map { inner.parameter($0.type) }
    let tangents = parameters.indices.map { $0 < points ? v[$0] : nil }
    let out = try jvp(gradient, into: inner, parameters, tangents)
    return inner.finish((0..<points).map { out.tangents[$0] ?? inner.zeros(v[$0].type) })
  }

  private func solveDense(
    _ product: Graph, _ points: [Node], _ x: [Node], _ right: [Node], _ n: Int, _ operation: Operation
  ) throws(TransformError) -> [Node] {
    // All products with unit vectors at once: row k of the batch is H e_k, and H is symmetric.
    let type = TensorType(points[0].dtype, [Dim(n), Dim(n)])
    let row = b.emit1(.iota, [], ["shape": .dims(type.shape), "axis": .int(0), "dtype": .dtype(.int)])
    let column = b.emit1(.iota, [], ["shape": .dims(type.shape), "axis": .int(1), "dtype": .dtype(.int)])
    let units = b.emit1(.eq, [row, column]).convert(type.dtype)
    let directions = unflatten(units, like: points, lead: [Dim(n)])
    let operands = points + x
    let columns = try batch(
      product, into: b, operands + directions, batched: operands.map { _ in false } + points.map { _ in true }, count: Dim(n),
      all: true)
    let hessian = flatten(columns.results, lead: [Dim(n)])
    let solution = b.emit1(.linearSolve, [hessian, flatten(right, lead: []).reshape([Dim(n), 1])])
    return unflatten(solution.reshape([Dim(n)]), like: points, lead: [])
  }

  /// One vector (after leading axes) of all elements of some tensors.
  private func flatten(_ parts: [Node], lead: Shape) -> Node {
    let flat = parts.map { $0.reshape(lead + [Array($0.shape.dropFirst(lead.count)).elementCount]) }
    return flat.count == 1 ? flat[0] : b.emit1(.concat, flat, ["axis": .int(lead.count)])
  }

  private func unflatten(_ vector: Node, like parts: [Node], lead: Shape) -> [Node] {
    var start = Dim(0)
    return parts.map { part in
      let stop = start + part.shape.elementCount
      let piece = b.emit1(
        .slice, [vector],
        [
          "start": .dims(lead.map { _ in Dim(0) } + [start]), "stop": .dims(lead + [stop]),
          "step": .ints(lead.map { _ in 1 } + [1]),
        ])
      start = stop
      return piece.reshape(lead + part.shape)
    }
  }
}

import Ops

/// `H u = r` for a symmetric H that is known by its products, as a `solve` op: u is the point at which ½ u·H u − r·u is
/// stationary. Being such a problem it is derived by the implicit function theorem itself, and it is its own transpose.
struct LinearProblem {
  /// `(captures…, v…) → H v`.
  private let product: Graph
  private let points: Int

  init(_ product: Graph, points: Int) { (self.product, self.points) = (product, points) }

  func solve(into b: Builder, _ captures: [Node], _ right: [Node]) -> [Node] {
    let operands = captures + right
    let types = right.map(\.type) + [TensorType(right[0].dtype)]
    let attributes: Attributes = [
      "goal": .text("argmin"), "solver": .text("conjugate gradients"), "points": .int(points), "derivative": .text("implicit"),
    ]
    let results = b.place(.solve, operands, attributes, regions: [objective(operands), solution(operands)], types: types)
    return Array(results[..<points])
  }

  private func objective(_ operands: [Node]) -> Graph {
    let b = Builder(name: "quadratic")
    let u = operands.suffix(points).map { b.parameter($0.type) }
    let parameters = operands.map { b.parameter($0.type) }
    let images = b.inline(product, parameters.dropLast(points) + u)
    return b.finish([dot(u, images) * 0.5 - dot(Array(parameters.suffix(points)), u)])
  }

  /// Conjugate gradients from zero until the residual is relatively small; exact after as many steps as unknowns, but for
  /// rounding, for which it may take ten times as many.
  private func solution(_ operands: [Node]) -> Graph {
    let b = Builder(name: "conjugate gradients")
    let parameters = operands.map { b.parameter($0.type) }
    let (captures, right) = (Array(parameters.dropLast(points)), Array(parameters.suffix(points)))
    let norm = dot(right, right)
    // The square of the relative tolerance.
    let tolerance = norm * (norm.dtype == .f32 ? 1e-12 : 1e-20)
    let size = right.map(\.shape.elementCount).reduce(Dim(0), +) * Dim(10)
    let limit = size.constant.map { b.int($0) } ?? b.emit1(.dim, [], ["dim": .dims([size])])
    let consts = captures + [tolerance, limit]
    let zeros = right.map { b.zeros($0.type) }
    let carries = [b.int(0), norm] + zeros + right + right

    let test = Builder(name: "unsolved")
    let seen = (consts + carries).map { test.parameter($0.type) }
    let (step, rest) = (seen[consts.count], seen[consts.count + 1])
    let go = test.finish([
      test.emit1(.and, [
        test.emit1(.lt, [step, seen[consts.count - 1]]), test.emit1(.gt, [rest, seen[consts.count - 2]]),
      ])
    ])

    let inner = Builder(name: "step")
    let fixed = consts.map { inner.parameter($0.type) }
    let state = carries.map { inner.parameter($0.type) }
    func group(_ k: Int) -> [Node] { Array(state[(2 + k * points)..<(2 + (k + 1) * points)]) }
    let (u, residual, direction) = (group(0), group(1), group(2))
    let image = inner.inline(product, Array(fixed[..<captures.count]) + direction)
    let length = state[1] / dot(direction, image)
    let nextU = axpy(length, direction, u)
    let nextResidual = axpy(-length, image, residual)
    let nextNorm = dot(nextResidual, nextResidual)
    let nextDirection = axpy(nextNorm / state[1], direction, nextResidual)
    let next = [state[0] + inner.int(1), nextNorm] + nextU + nextResidual + nextDirection
    let out = b.placeWhile(consts: consts, carries: carries, condition: go, body: inner.finish(next))
    let found = Array(out.carries[2..<(2 + points)])
    return b.finish(found + [dot(right, found) * -0.5])
  }

  private func dot(_ a: [Node], _ b: [Node]) -> Node {
    var total: Node?
    for (x, y) in zip(a, b) {
      let term = (x * y).sum(Array(0..<x.rank))
      total = total.map { $0 + term } ?? term
    }
    return total!
  }

  /// `y + scale · x`, part by part.
  private func axpy(_ scale: Node, _ x: [Node], _ y: [Node]) -> [Node] {
    zip(x, y).map { x, y in y + scale.broadcast(to: x.shape) * x }
  }
}

extension Transposer {
  /// A `solve` in a linear graph is a `LinearProblem`, linear in its right-hand sides, and symmetric.
  func transposeSolve(_ operation: Operation, _ x: [Node], _ given: [Node?]) -> [Node?] {
    let points = operation.attributes.int("points")
    let captures = Array(x.dropLast(points))
    let right = zip(x.suffix(points), given).map { $1 ?? b.zeros($0.type) }
    let results = b.place(
      operation.decl, captures + right, operation.attributes, regions: operation.regions,
      types: operation.results.map(graph.type))
    return captures.map { _ in nil } + results[..<points].map { $0 }
  }
}

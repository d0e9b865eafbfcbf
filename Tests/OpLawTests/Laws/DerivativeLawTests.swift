import IR
import Ops
import Testing
import Transforms

/// First and second derivatives of every op that has them, for all operands and for each alone.
@Suite struct DerivativeLawTests {
  static let cases = OpCase.all.filter(isDifferentiable)
  static func isDifferentiable(_ c: OpCase) -> Bool {
    if case .refused = c.decl.derivative { return false }
    return c.sample.differentiable && c.types.contains { $0.dtype.isDifferentiable } && !c.types.contains { $0.dtype == .f32 || $0.dtype == .c64 }
  }
  @Test(arguments: cases) func jvpIsDifferences(_ c: OpCase) throws {
    let graph = try c.graph()
    for active in c.active {
      try checkTangents(graph, c.inputs(), active: active, tolerance: 1e-6, "operands \(active)")
    }
  }

  @Test(arguments: cases) func vjpIsAdjointOfJvp(_ c: OpCase) throws {
    let graph = try c.graph()
    for active in c.active { try checkAdjoint(graph, c.inputs(), active: active, "operands \(active)") }
  }

  /// The jvp is a function like others, and so is the pullback: their derivatives and adjoints must hold too.
  @Test(arguments: cases.filter { !isSingular($0) }) func secondDerivatives(_ c: OpCase) throws {
    let graph = try c.graph()
    guard let active = c.active.last else { return }
    var numbers = Numbers(13)
    let v = graph.parameterTypes.filter(by: active).map { numbers.direction($0) }
    let u = graph.resultTypes.filter(\.dtype.isDifferentiable).map { numbers.direction($0) }
    for (what, first, extra) in [("jvp", try tangentGraph(graph, active: active), v), ("vjp", try pullbackGraph(graph, active: active), u)] {
      let all = active + extra.map { _ in true }
      try checkTangents(first, c.inputs() + extra, active: all, tolerance: 2e-5, "jvp of \(what)")
      try checkAdjoint(first, c.inputs() + extra, active: all, "vjp of \(what)")
    }
  }

  /// The second derivative of `det` is asked for an inverse, so that singular matrices are an error of the run.
  private static func isSingular(_ c: OpCase) -> Bool {
    guard c.decl === OpDecl.det, case .edges = c.sample.operands[0].values else { return false }
    return true
  }
}

extension OpCase {
  /// Which operands are differentiated: each alone, then all. The order of `polygamma` has no derivative.
  var active: [[Bool]] {
    var places = types.indices.filter { types[$0].dtype.isDifferentiable }
    if case .partials(let partials) = decl.derivative { places.removeAll { partials[$0] == nil } }
    return subsets(places.count).map { marks in types.indices.map { k in places.firstIndex(of: k).map { marks[$0] } ?? false } }
  }
}

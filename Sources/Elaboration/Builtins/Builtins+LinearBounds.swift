import Diagnostics
import Ops
import Transforms

extension Builtins {
  static func linearBounds(_ scope: Scope) {
    func options(_ e: Elaborator, _ a: Arguments, _ first: Int, _ problem: BoundProblem, _ span: SourceSpan) throws -> LinearOptions {
      let name = try a.text(first, e, default: "crown")
      guard name == "crown" || name == "ibp" else {
        throw e.fail(.badOption, "intermediate bounds come from \"crown\" or \"ibp\", and this is \"\(name)\"", at: a.span(first))
      }
      return LinearOptions(
        name == "crown" ? .crown : .intervals, support: try e.supportFunction(problem.set, problem.like, span))
    }
    scope.native(
      "linear_bound", ["f", "S", "intermediate?", "slopes?"],
      """
      Bounds of f over S by backward linear relaxation (CROWN), rounded outwards. `intermediate`: where the bounds inside come from, \
      "crown" (their own backward passes) or "ibp" (intervals). `slopes`: the lower slopes of relu, as `linear_slopes` gives them.
      """
    ) { e, a, span in
      let problem = try e.boundProblem(a[0], a[1], span)
      var chosen = try options(e, a, 2, problem, span)
      if !a[3].isUnit { chosen.slopes = try a.real(3, e).convert(.f64) }
      let found = try e.transform(span) { () throws(TransformError) in
        try Transforms.linearBounds(problem.graph, into: e.builder, problem.inputs, varying: problem.varying, chosen)
      }
      return e.boundsValue(problem, lower: found.lower, upper: found.upper)
    }
    scope.native(
      "linear_slopes", ["f", "S", "intermediate?"],
      "The lower slopes that `linear_bound` uses for relu, pass after pass: 1 where u > −l, else 0. Any in [0, 1] give bounds."
    ) { e, a, span in
      let problem = try e.boundProblem(a[0], a[1], span)
      let chosen = try options(e, a, 2, problem, span)
      let found = try e.transform(span) { () throws(TransformError) in
        try Transforms.linearBounds(problem.graph, into: e.builder, problem.inputs, varying: problem.varying, chosen)
      }
      return .node(found.slopes.convert(e.real))
    }
  }
}

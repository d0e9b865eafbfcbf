import Diagnostics
import Ops
import Syntax
import Transforms

extension Builtins {
  /// What branch and bound on the signs of numbers inside a body needs of its graph.
  static func splits(_ scope: Scope) {
    scope.native(
      "linear_neurons", ["f", "S", "intermediate?", "slopes?"],
      """
      The neurons of f, which are the numbers that its nonlinear operations take (after `max`, `abs` and their kin became relu), one after \
      the other: `{lo, hi, kink}`, bounds of each over S as `linear_bound` makes them, and 1 where it goes into a relu, else 0.
      """
    ) { e, a, span in
      let found = try e.linearBound(a, slopes: a[3].isUnit ? nil : try a.real(3, e), span).found
      return .record([
        Field(name: "lo", value: .node(e.narrowed(found.neurons.lower, below: true))),
        Field(name: "hi", value: .node(e.narrowed(found.neurons.upper, below: false))),
        Field(name: "kink", value: .node(found.neurons.kinks.convert(e.real))),
      ])
    }
    scope.native(
      "split_form", ["f", "S", "lo", "hi", "neurons", "signs", "slopes", "multipliers"],
      """
      For a function f of one Real value, over the part of S in the box from lo to hi where neurons have given signs (1: ≥ 0, −1: ≤ 0, 0: \
      free): `{hi, slope, gap, weight}`, an upper bound, −inf where that part is seen to be empty; the coefficients of the variable's \
      numbers in the linear form that gives it; what the triangle of each unstable relu costs, and its coefficient. `neurons` are those of \
      `linear_neurons` for f over S. Any `slopes` in [0, 1] and `multipliers` ≥ 0 give a bound (β-CROWN, Wang et al. 2021, arXiv:2103.06624).
      """
    ) { e, a, span in
      let ends = (try a.real(2, e).convert(.f64), try a.real(3, e).convert(.f64))
      let known = try e.neuronEnds(a, 4, "split_form")
      let vectors = try (5...7).map { try a.real($0, e).convert(.f64) }
      guard let k = vectors.indices.first(where: { vectors[$0].shape != known.lower.shape }) else {
        let splits = Splits(lower: known.lower, upper: known.upper, signs: vectors[0], slopes: vectors[1], multipliers: vectors[2])
        let (boxed, found) = try e.linearBound(a, slopes: nil, span, box: ends, splits: splits)
        guard let t = boxed.output.tensor, t.shape.isEmpty, let form = found.form else {
          throw e.fail(.objectiveNotScalar, "`split_form` needs a function that gives one Real, and this gives \(boxed.output.typeName)", at: span)
        }
        let n = ends.0.shape[0]
        let count = known.lower.shape[0]
        func part(_ name: String, _ from: Dim, _ to: Dim) -> Field {
          let x = Node.apply(.slice, form, attributes: ["start": .dims([from]), "stop": .dims([to]), "step": .ints([1])])
          return Field(name: name, value: .node(x.convert(e.real)))
        }
        let isEmpty = Node.apply(.eq, found.upper, e.builder.fill(-.infinity, like: found.upper))
        let upper = e.narrowed(found.upper, below: false)
        return .record([
          Field(name: "hi", value: .node(.select(isEmpty, e.builder.fill(-.infinity, like: upper), upper))), part("slope", 0, n), part("gap", n, n + count),
          part("weight", n + count, n + count + count),
        ])
      }
      throw e.fail(.shapesDoNotFit, "there is one number for each neuron, \(known.lower.type.spelled), and this is \(a[5 + k].typeName)", at: a.span(5 + k))
    }
  }
}

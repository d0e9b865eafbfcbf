import Diagnostics
import Ops

extension Builtins {
  /// Draws that distributions are made of. Each takes a vector that tells the structure; every leaf has its own key.
  static func random(_ scope: Scope) {
    func draws(_ name: String, _ decl: OpDecl, _ doc: String) {
      scope.native(name, ["like"], doc) { e, a, span in
        var place = 0
        return e.mapVector(try a.vector(0, e)) { leaf in
          let key = e.key.folding(name, e.occurrence(name) &+ place)
          place += 1
          return e.builder.emit1(decl, [key.node(e.builder)], ["shape": .dims(leaf.shape), "dtype": .dtype(leaf.dtype)])
        }
      }
    }
    draws("normal_like", .randomNormal, "Independent standard normal numbers.")
    draws("uniform_like", .randomUniform, "Independent numbers uniform on [0, 1).")
    draws("rademacher_like", .randomRademacher, "Independent signs, −1 or 1 with equal probability.")
    draws("exponential_like", .randomExponential, "Independent exponential numbers of mean 1.")
    scope.native("random_int", ["low", "high", "shape?"], "Ints uniform on low … high − 1.") { e, a, span in
      let shape = a[2].isUnit ? [] : try a.shape(2, e)
      let key = e.key.folding("random_int", e.occurrence("random_int"))
      if let low = try a.tensor(0, e).size?.constant, let high = try a.tensor(1, e).size?.constant, low >= high {
        throw e.fail(.badOption, "no Int lies in \(low)..\(high)", at: span)
      }
      return .tensor(try e.emit1(.randomInt, [key.node(e.builder), try a.node(0, e), try a.node(1, e)], ["shape": .dims(shape)], at: span))
    }
    scope.native("permutation", ["n"], "A random order of 0 … n − 1.") { e, a, span in
      let key = e.key.folding("permutation", e.occurrence("permutation"))
      return .tensor(try e.emit1(.randomPermutation, [key.node(e.builder)], ["count": .dims([try a.size(0, e)])], at: span))
    }
  }
}

import IR

// Control flow and problems: ops with closed regions. Their derivatives and batches are written in Transforms.

extension OpDecl {
  /// `if(condition, captures…)` — regions: then, else; both take the captures and give results of the same types.
  public static let ifThenElse: OpDecl = OpDecl(
    "if", doc: "One of two regions, by a scalar truth value.", traits: [],
    infer: refuseInference, kernel: .structural, derivative: .structural, transpose: .none, batching: .structural,
    rounding: .structural, interval: .structural, samples: [], errors: [])

  /// `for(consts…, carries…, xs…)` with attributes `consts`, `carries` (counts), `reversed`, and `length: dims([n])`; where that
  /// is `[.dynamic]`, a scalar Int operand before the consts is the number of iterations.
  ///
  /// Region: `body(i, consts…, carries…, x[i]…) → (carries…, y…)`. Results: the last carries, then each `y` stacked along a new
  /// leading axis of extent `length`. `reversed` runs i from length-1 down to 0 (y[i] still lands at i).
  public static let forLoop: OpDecl = OpDecl(
    "for", doc: "A counted loop that carries values and may read and write one slice of a stack an iteration.", traits: [],
    infer: refuseInference, kernel: .structural, derivative: .structural, transpose: .none, batching: .structural,
    rounding: .structural, interval: .structural, samples: [], errors: [])

  /// `while(consts…, carries…)` with attributes `consts`, `carries`. Regions: `condition(consts…, carries…) → Bool`,
  /// `body(consts…, carries…) → (carries…, y…)`. Results: the last carries, the number of iterations (Int), then each `y`
  /// stacked along a leading axis of extent `Dim.dynamic`.
  public static let whileLoop: OpDecl = OpDecl(
    "while", doc: "A loop that goes on while its condition holds.", traits: [],
    infer: refuseInference, kernel: .structural, derivative: .structural, transpose: .none, batching: .structural,
    rounding: .structural, interval: .structural, samples: [], errors: [])

  /// `custom(operands…)` — regions: `primal(operands…) → results`, `tangent(operands…, d operands…) → d results`, the second
  /// linear in the `d`. Integer and Bool operands and results have no tangents and are left out of the `d` lists.
  public static let custom: OpDecl = OpDecl(
    "custom", doc: "A function that brings its own derivative.", traits: [],
    infer: refuseInference, kernel: .expanded, derivative: .structural, transpose: .none, batching: .structural,
    rounding: .structural, interval: .structural, samples: [], errors: [])

  /// A problem and the code that solves it: `solve(captures…)` with attributes
  /// `goal` (text: `max`, `argmin`), `solver` (text, for printing), `points` (the number k of leading results that are the point),
  /// `derivative` (text: `danskin`, `implicit`, or the reason why there is none), `solverOptions…`.
  ///
  /// Regions: `body(point leaves…, captures…) → value`, the objective; `solution(captures…) → (point leaves…, value, extras…)`,
  /// the solver's own code. Results: those of `solution`. Over a set there is a third: with `follows` true
  /// `movement(x leaves…, g leaves…, captures…)` gives ⟨g, y⟩ with y the point that a solution x becomes as the set changes, else whatever
  /// depends on what the set is made of.
  public static let solve: OpDecl = OpDecl(
    "solve", doc: "A problem kept whole until derivatives have had their look at it.", traits: [],
    infer: refuseInference, kernel: .expanded, derivative: .structural, transpose: .none, batching: .structural,
    rounding: .structural, interval: .structural, samples: [], errors: [])

  static let controlOps: [OpDecl] = [.ifThenElse, .forLoop, .whileLoop, .custom, .solve]
}

/// Operations with regions are placed with their types by whoever builds the regions.
private let refuseInference: @Sendable ([TensorType], Attributes) throws(OpError) -> [TensorType] = {
  (_, _) throws(OpError) -> [TensorType] in throw OpError("an op with regions is placed, not emitted")
}

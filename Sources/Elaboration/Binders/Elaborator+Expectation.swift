import Diagnostics
import Ops
import Syntax

/// `mean z ~ D { body }`, `prob`, `var`, `std`, `quantile`.
extension Elaborator {
  func expectation(_ b: Binder, _ clause: BinderClause, _ e: Expression, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let word = b.word.text
    guard ["mean", "prob", "var", "std", "quantile", "push"].contains(word) else {
      throw fail(
        .binderDoesNotFit, "`\(word)` does not run over a distribution", at: b.word.span,
        notes: ["over a distribution: mean, prob, var, std, quantile(p), push"])
    }
    try requireDistributionName(e)
    var distribution = try instantiated(try evaluate(e, scope), e.span)
    // Several independent variables: the joint distribution of a tuple or record of them.
    if distribution.isStructure, distribution.object == nil { distribution = try apply(named("Joint", e.span), [distribution], e.span) }
    guard var object = distribution.object, object.template.keyword == .dist else {
      throw fail(
        .notADistribution, "`~` samples a distribution, and this is \(distribution.typeName)", at: e.span,
        notes: distribution.object?.template.keyword == .set ? ["a set's uniform distribution is `S.uniform`"] : [])
    }
    if let type = clause.type, let like = try exemplar(of: type, scope) { object.like = like }
    let place = key.folding(word, occurrence(word))
    let f = objective(b, clause, scope, key: nil)
    let chosen = try chosenSolver(b, scope)
    if word == "push" { return try pushed(f, object, chosen, b, place, span) }
    if word == "mean", chosen == nil || chosen.map(isExact) == true,
      let like = try like(of: object, span), object.template.property("mean") != nil, try isAffine(f, like, span) {
      noteChoice(b, try solverNamed("exact", [], span), why: chosen == nil ? "the body is affine in the variable" : nil, span)
      // The expectation of an affine function is its value at the mean.
      let mean = try member(object, Name("mean", span), span)
      let value = try apply(.function(f), [try spread(mean, like, span)], span)
      guard valueOf(value).vectorLeaves != nil || value.tensor != nil else {
        throw fail(.objectiveNotScalar, "the body must be Real, and this is \(value.typeName)", at: b.body.span)
      }
      return value
    }
    if let chosen, isExact(chosen), chosen.template.method(word) == nil {
      throw fail(
        .solverCannot, "`exact` needs a body that is affine in `\(library.sources.text(clause.pattern.span))`", at: b.solver?.span ?? span,
        notes: ["`mc`, `qmc` and `quadrature` estimate"])
    }
    // A law of few values is summed up.
    let isFinite = (object.template.property("is_finite") != nil ? try? member(object, Name("is_finite", span), span).tensor?.truth : nil) == true
    let sums = try isFinite && solverNamed("exact", [], span).template.method(word == "prob" ? "mean" : word) != nil
    let solver = try chosen ?? solverNamed(sums ? "exact" : "mc", [], span)
    noteChoice(b, solver, why: chosen == nil ? (sums ? "the distribution has finitely many values" : "the body is not affine in the variable") : nil, span)
    let method = word == "prob" && solver.template.method("prob") == nil ? "mean" : word
    guard solver.template.method(method) != nil else { throw cannotSolve(solver, "`\(word)` over a distribution", needs: method, b, span) }
    var extra: [Value] = []
    if word == "quantile" {
      guard let p = b.arguments.first else {
        throw fail(.missingArgument, "`quantile` needs a probability: `quantile(0.9) z ~ D { … }`", at: b.word.span)
      }
      extra = [try evaluate(p.value, scope)]
    }
    let sampled = Function(native: "objective", ["z"], holds: Held([.function(f)])) { e, arguments, span in
      let result = try e.apply(.function(f), [arguments[0]], span)
      // A verdict that is decided either way is a truth value.
      let isDecided = result[field: "proves"] != nil && result[field: "refutes"] != nil
      let value = isDecided ? result[field: "proved"] ?? result : e.valueOf(result)
      guard let t = value.tensor else {
        // A record of measurements: counts and truth values are numbers in a mean.
        guard let places = value.vectorPlaces, !places.contains(where: { $0.dtype == .string || $0.dtype.isComplex }) else {
          throw e.fail(.objectiveNotScalar, "the body must be Real, and this is \(value.typeName)", at: b.body.span)
        }
        return value.replacingVector(places.map { TensorValue(e.node($0).convert(e.real)) })
      }
      if t.dtype == .bool { return .node(e.node(t).convert(e.real)) }
      if word == "prob" {
        throw e.fail(
          .needsBool, "the body of `prob` is a truth value, and this is \(value.typeName)", at: b.body.span,
          fixes: [.init("`mean` gives an expectation")])
      }
      return .node(try e.realNode(t, b.body.span))
    }
    return try withKey(place) { try callMethod(method, of: solver, [.function(sampled), .object(object)] + extra, span) }
  }

  private func named(_ template: String, _ span: SourceSpan) throws -> Value {
    guard let value = library.prelude.lookup(template)?.value else { throw fail(.unknownName, "the library lacks `\(template)`", at: span) }
    return value
  }

  /// `push z ~ D { … }`: the distribution of the body.
  private func pushed(_ f: Function, _ object: Object, _ chosen: Object?, _ b: Binder, _ place: DrawKey, _ span: SourceSpan) throws -> Value {
    let solver = try chosen ?? solverNamed("linearize", [], span)
    noteChoice(b, solver, why: chosen == nil ? "the default for `push`" : nil, span)
    guard solver.template.method("push") != nil else { throw cannotSolve(solver, "`push` over a distribution", needs: "push", b, span) }
    let vector = Function(native: "objective", ["z"], holds: Held([.function(f)])) { e, arguments, span in
      try e.realVector(e.valueOf(try e.apply(.function(f), [arguments[0]], span)), b.body.span)
    }
    let answer = try withKey(place) { try callMethod("push", of: solver, [.function(vector), .object(object)], span) }
    guard answer.object?.template.keyword == .dist else {
      throw fail(.solverBroken, "`push` of `\(solver.template.name)` gives a distribution, and this is \(answer.typeName)", at: span)
    }
    return answer
  }

  /// A scalar broadcast to the leaves of a structure.
  private func spread(_ value: Value, _ like: Value, _ span: SourceSpan) throws -> Value {
    guard let t = value.tensor, let leaves = like.vectorLeaves else { return value }
    let node = try realNode(t, span)
    return like.replacingVector(leaves.map { TensorValue($0.shape == node.shape ? node : node.broadcast(to: $0.shape)) })
  }
}

extension Graph {
  /// Whether any operation, at any depth, draws at random.
  var containsRandom: Bool {
    operations.contains { $0.decl.traits.contains(.random) || $0.regions.contains { $0.containsRandom } }
  }

  /// Whether the results are affine in the first parameters, as the traits of the ops tell.
  func isAffine(inFirst count: Int) -> Bool {
    var depends = Set(parameters.prefix(count))
    for operation in operations {
      let varying = operation.operands.filter(depends.contains)
      if varying.isEmpty { continue }
      let traits = operation.decl.traits
      let linear = traits.contains(.linear) && operation.operands.allSatisfy { depends.contains($0) || !type($0).dtype.isDifferentiable || operation.decl.isAffineWithConstants }
      guard linear || (traits.contains(.multilinear) && varying.count == 1) || operation.isLinear(in: depends) else { return false }
      depends.formUnion(operation.results)
    }
    return true
  }
}

extension OpDecl {
  /// Linear ops stay affine when some of their operands are constants (a sum with one, a choice between two).
  var isAffineWithConstants: Bool { traits.contains(.linear) }
}
extension Operation {
  /// Linear in the operands that vary, the others held: what a transpose rule without the `linear` trait says (division by a constant).
  fileprivate func isLinear(in depends: Set<ValueID>) -> Bool {
    guard decl.traits.contains(.linearInFirst), let first = operands.first else { return false }
    return depends.contains(first) && !operands.dropFirst().contains(where: depends.contains)
  }
}

import Diagnostics
import Ops
import Syntax
import Transforms

extension Builtins {
  static func linearBounds(_ scope: Scope) {
    scope.native(
      "linear_bound", ["f", "S", "intermediate?", "slopes?"],
      """
      Bounds of f over S by backward linear relaxation (CROWN), rounded outwards. `intermediate`: where the bounds inside come from, \
      "crown" (their own backward passes) or "ibp" (intervals); "forward" carries linear forms forwards instead. `slopes`: the lower slopes of relu, as `linear_slopes` gives them.
      """
    ) { e, a, span in
      let (boxed, found) = try e.linearBound(a, slopes: a[3].isUnit ? nil : try a.real(3, e), span)
      return e.bounds(boxed, lower: e.parts(found.lower, boxed), upper: e.parts(found.upper, boxed))
    }
    scope.native(
      "linear_tuned", ["f", "S", "slopes", "neurons"],
      """
      As `linear_bound` with these slopes, where bounds of the neurons are known (`{lo, hi}`, as `linear_neurons` gives them): \
      `{lo, hi, neurons}`, the ends and the neurons' bounds, which are at least as tight as those that were known.
      """
    ) { e, a, span in
      let known = try e.neuronEnds(a, 3, "linear_tuned")
      let pair = Arguments([a[0], a[1], .unit], span)
      let (boxed, found) = try e.linearBound(pair, slopes: try a.real(2, e), span, known: known)
      return .record(e.ends(boxed, lower: e.parts(found.lower, boxed), upper: e.parts(found.upper, boxed)) + [
        Field(name: "neurons", value: .record([
          Field(name: "lo", value: .node(e.narrowed(found.neurons.lower, below: true))),
          Field(name: "hi", value: .node(e.narrowed(found.neurons.upper, below: false))),
        ]))
      ])
    }
    scope.native(
      "linear_form", ["f", "S", "lo", "hi"],
      """
      For a function f of one Real value, over the part of S in the box from lo to hi (vectors of all its numbers): `{hi, slope}`, an upper \
      bound and the coefficients of the linear form that it is the maximum of.
      """
    ) { e, a, span in
      let ends = (try a.real(2, e).convert(.f64), try a.real(3, e).convert(.f64))
      let (boxed, found) = try e.linearBound(a, slopes: nil, span, box: ends)
      guard let t = boxed.output.tensor, t.shape.isEmpty, let form = found.form else {
        throw e.fail(.objectiveNotScalar, "`linear_form` needs a function that gives one Real, and this gives \(boxed.output.typeName)", at: span)
      }
      return .record([Field(name: "hi", value: .node(e.narrowed(found.upper, below: false))), Field(name: "slope", value: .node(form.convert(e.real)))])
    }
    scope.native("box_of", ["S"], "`{lo, hi}`: all numbers of the ends of the smallest box that S knows to enclose it, rounded outwards.") { e, a, span in
      guard let set = try e.instantiated(a[0], span).object, set.template.keyword == .set else {
        throw e.fail(.setWanted, "`box_of` takes a set, and this is \(a[0].typeName)", at: a.span(0))
      }
      let point = Function(native: "point", ["x"]) { _, arguments, _ in arguments[0] }
      let boxed = try e.boxed(.function(point), over: set, span)
      let inputs = boxed.inputs.prefix(boxed.count)
      return .record(e.ends(boxed, lower: inputs.map(\.lower), upper: inputs.map(\.upper)).map { field in
        let parts = (field.value.vectorLeaves ?? []).map { e.node($0).reshape([$0.shape.elementCount]) }
        let flat = parts.count == 1 ? parts[0] : e.builder.emit1(.concat, parts, ["axis": .int(0)])
        return Field(name: field.name, value: .node(flat))
      })
    }
    scope.native("elapsed", ["since", "after"], "Seconds since a moment that `elapsed(0, …)` told, read once `after` has been computed.") { e, a, span in
      let now = try e.emit1(.clock, [try a.node(1, e)], at: span)
      return .node((e.node(now) - (try a.real(0, e)).convert(.f64)).convert(e.real))
    }
    scope.native(
      "linear_slopes", ["f", "S", "intermediate?"],
      "The lower slopes that `linear_bound` uses for relu, pass after pass: 1 where u > −l, else 0. Any in [0, 1] give bounds."
    ) { e, a, span in .node(try e.linearBound(a, slopes: nil, span).found.slopes.convert(e.real)) }
  }
}

extension Elaborator {
  /// Linear bounds of the function and over the set that two arguments give, as a third says.
  func linearBound(
    _ a: Arguments, slopes: Node?, _ span: SourceSpan, box: (Node, Node)? = nil, splits: Splits? = nil, known: (lower: Node, upper: Node)? = nil
  ) throws -> (boxed: Boxed, found: LinearBounds) {
    guard let set = try instantiated(a[1], span).object, set.template.keyword == .set else {
      throw fail(.setWanted, "linear bounds are taken over a set, and this is \(a[1].typeName)", at: a.span(1))
    }
    let name = box == nil ? try a.text(2, self, default: "crown") : "crown"
    let kinds: [String: LinearOptions.Intermediate] = ["crown": .crown, "ibp": .intervals, "forward": .forward]
    guard let kind = kinds[name] else {
      throw fail(.badOption, "the bounds inside come from \"crown\", \"ibp\" or \"forward\", and this is \"\(name)\"", at: a.span(2))
    }
    let boxed = try boxed(a[0], over: set, span)
    let support = try supportFunction(set, span)
    var options = LinearOptions(kind, slopes: slopes?.convert(.f64), support: support)
    (options.splits, options.known) = (splits, known)
    var inputs = boxed.inputs
    if let box {
      (options.wantsForm, options.isUpper) = (true, true)
      let size = inputs.prefix(boxed.count).map { $0.type.shape.elementCount }.reduce(Dim(0), +)
      for (k, end) in [(2, box.0), (3, box.1)] where end.shape != [size] {
        throw fail(.shapesDoNotFit, "an end of the box has \(size) numbers, and this is \(end.type.spelled)", at: a.span(k))
      }
      // Parts of a box are small and there are many of them: a long body is better bounded often than well.
      if let n = size.constant, n <= 32 { options.passes = 16 }
      var at = Dim(0)
      for k in 0..<boxed.count {
        let shape = inputs[k].type.shape
        let next = at + shape.elementCount
        func cut(_ x: Node) -> Node {
          Node.apply(.slice, x, attributes: ["start": .dims([at]), "stop": .dims([next]), "step": .ints([1])]).reshape(shape)
        }
        inputs[k] = .between(lower: cut(box.0), upper: cut(box.1))
        at = next
      }
    }
    var (found, undefined) = try transform(span) { () throws(TransformError) in
      (try Transforms.linearBounds(boxed.graph, into: builder, inputs, varying: boxed.count, options),
       try mayBeUndefined(boxed.graph, into: builder, inputs))
    }
    found.lower = unless(undefined, found.lower, -.infinity)
    found.upper = unless(undefined, found.upper, .infinity)
    return (boxed, found)
  }

  /// The ends in the record that `linear_neurons` gives.
  func neuronEnds(_ a: Arguments, _ index: Int, _ name: String) throws -> (lower: Node, upper: Node) {
    guard let low = a[index][field: "lo"]?.tensor, let high = a[index][field: "hi"]?.tensor, low.shape == high.shape, low.shape.count == 1 else {
      throw fail(.structuresDiffer, "`\(name)` takes the record that `linear_neurons` gives, and this is \(a[index].typeName)", at: a.span(index))
    }
    return (try realNode(low, a.span(index)).convert(.f64), try realNode(high, a.span(index)).convert(.f64))
  }

  /// The results' parts of what was joined in one vector.
  fileprivate func parts(_ x: Node, _ boxed: Boxed) -> [Node] {
    let leaves = boxed.output.vectorLeaves ?? []
    if leaves.count == 1 { return [x] }
    var at = Dim(0)
    return leaves.map { leaf in
      let next = at + leaf.shape.elementCount
      defer { at = next }
      return Node.apply(.slice, x, attributes: ["start": .dims([at]), "stop": .dims([next]), "step": .ints([1])]).reshape(leaf.shape)
    }
  }

  /// The set's support function, where it says more than that of its box.
  private func supportFunction(_ given: Object, _ span: SourceSpan) throws -> SupportFunction? {
    var set = given
    guard let like = try like(of: set, span), let leaves = like.vectorLeaves else { return nil }
    set.like = like
    func property(_ name: String) throws -> Bool? {
      set.template.property(name) == nil ? nil : try member(set, Name(name, span), span).tensor?.truth
    }
    if try property("is_box") == true { return nil }
    guard set.template.method("support") != nil, try property("has_support") ?? true else { return nil }
    let inner = Builder(parent: builder)
    let parameters = leaves.map { inner.parameter(TensorType(.f64, $0.shape)) }
    let value = try within(inner) {
      try pure("inside a body that is bounded") {
        let c = like.replacingVector(parameters.map { TensorValue($0.convert(real)) })
        return try scalarObjective(try callMethod("support", of: set, [c], span), span).convert(.f64)
      }
    }
    let graph = inner.finish([value])
    return SupportFunction(graph, captures: inner.captures, unit: real == .f32 ? 0x1p-24 : 0x1p-53)
  }
}

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
      "crown" (their own backward passes) or "ibp" (intervals). `slopes`: the lower slopes of relu, as `linear_slopes` gives them.
      """
    ) { e, a, span in
      let (boxed, found) = try e.linearBound(a, slopes: a[3].isUnit ? nil : try a.real(3, e), span)
      return e.bounds(boxed, lower: e.parts(found.lower, boxed), upper: e.parts(found.upper, boxed))
    }
    scope.native(
      "linear_slopes", ["f", "S", "intermediate?"],
      "The lower slopes that `linear_bound` uses for relu, pass after pass: 1 where u > −l, else 0. Any in [0, 1] give bounds."
    ) { e, a, span in .node(try e.linearBound(a, slopes: nil, span).found.slopes.convert(e.real)) }
  }
}

extension Elaborator {
  /// Linear bounds of the function and over the set that two arguments give, as a third says.
  fileprivate func linearBound(_ a: Arguments, slopes: Node?, _ span: SourceSpan) throws -> (boxed: Boxed, found: LinearBounds) {
    guard let set = try instantiated(a[1], span).object, set.template.keyword == .set else {
      throw fail(.setWanted, "linear bounds are taken over a set, and this is \(a[1].typeName)", at: a.span(1))
    }
    let name = try a.text(2, self, default: "crown")
    guard name == "crown" || name == "ibp" else {
      throw fail(.badOption, "the bounds inside come from \"crown\" or \"ibp\", and this is \"\(name)\"", at: a.span(2))
    }
    let boxed = try boxed(a[0], over: set, span)
    let support = try supportFunction(set, span)
    let options = LinearOptions(name == "crown" ? .crown : .intervals, slopes: slopes?.convert(.f64), support: support)
    let found = try transform(span) { () throws(TransformError) in
      try Transforms.linearBounds(boxed.graph, into: builder, boxed.inputs, varying: boxed.count, options)
    }
    return (boxed, found)
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

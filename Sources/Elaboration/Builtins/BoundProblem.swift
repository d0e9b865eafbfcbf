import Diagnostics
import Ops
import Syntax
import Transforms

/// A function of a vector over a set, as transforms that bound want it: a closed graph, and enclosures of its parameters.
struct BoundProblem {
  let graph: Graph
  /// Of the variable's leaves: the box; captured values are exact.
  let inputs: [Enclosed]
  /// The number of leaves.
  let varying: Int
  /// The function's value, by which results are given their structure back.
  let output: Value
  let like: Value
  let set: Object
}

extension Elaborator {
  /// The function's body over the variable's leaves, its results joined in one tensor where there are several.
  func boundProblem(_ f: Value, _ S: Value, _ span: SourceSpan) throws -> BoundProblem {
    guard let set = try instantiated(S, span).object, set.template.keyword == .set, let like = try like(of: set, span) else {
      throw fail(.setWanted, "a bound is taken over a set whose shape is known, and this is \(S.typeName)", at: span)
    }
    guard let leaves = like.vectorLeaves else { throw fail(.notAVector, "\(like.typeName) is no vector", at: span) }
    let inner = Builder(parent: builder)
    let parameters = leaves.map { inner.parameter($0.type) }
    let output = try within(inner) {
      try pure("inside a body that is bounded") {
        valueOf(try apply(f, [like.replacingVector(parameters.map { TensorValue($0) })], span))
      }
    }
    guard let results = output.vectorLeaves, !results.isEmpty else {
      throw fail(.objectiveNotScalar, "Reals have bounds, and this is \(output.typeName)", at: span)
    }
    let nodes = try within(inner) { try results.map { try realNode($0, span) } }
    let whole = within(inner) { () -> Node in
      if nodes.count == 1 { return nodes[0] }
      return inner.emit1(.concat, nodes.map { $0.reshape([$0.shape.elementCount]) }, ["axis": .int(0)])
    }
    let graph = inner.finish([whole])
    let box = try box(of: set, leaves, span)
    let inputs = box + inner.captures.map { Enclosed.exact($0) }
    let typed = output.replacingVector(nodes.map { TensorValue($0) })
    return BoundProblem(graph: graph, inputs: inputs, varying: leaves.count, output: typed, like: like, set: set)
  }

  /// The smallest box that a set knows to enclose it, in f64, widened by what computing its ends may have lost.
  private func box(of set: Object, _ leaves: [TensorValue], _ span: SourceSpan) throws -> [Enclosed] {
    func ends() throws -> (Value, Value)? {
      if set.template.method("bounds") != nil {
        let record = try callMethod("bounds", of: set, [], span)
        guard let lo = record[field: "lo"], let hi = record[field: "hi"] else {
          throw fail(.solverBroken, "`bounds` of a set gives {lo, hi}, and this is \(record.typeName)", at: span)
        }
        return (lo, hi)
      }
      guard set.template.property("lo") != nil || set.field("lo") != nil else { return nil }
      return (try member(set, Name("lo", span), span), try member(set, Name("hi", span), span))
    }
    func leaf(_ value: Value, _ k: Int) throws -> Node? {
      if let t = value.tensor {
        // One number for all.
        guard t.shape.isEmpty || leaves.count == 1 else { return nil }
        return try realNode(t, span)
      }
      guard let parts = value.vectorLeaves, parts.count == leaves.count else { return nil }
      return try realNode(parts[k], span)
    }
    let found = try ends()
    let unit = real == .f32 ? 0x1p-22 : 0x1p-51
    return try leaves.indices.map { k in
      let shape = leaves[k].shape
      func end(_ value: Value?, _ sign: Double) throws -> Node {
        let type = TensorType(.f64, shape)
        guard let value else { return builder.fill(sign * .infinity, type) }
        guard let node = try leaf(value, k) else {
          throw fail(.solverBroken, "the ends of a set's box do not fit its points", at: span)
        }
        let wide = node.convert(.f64)
        let full = wide.shape == shape ? wide : wide.broadcast(to: shape)
        let size = Node.apply(.abs, full)
        return full + size * (sign * unit)
      }
      return .between(lower: try end(found?.0, -1), upper: try end(found?.1, 1))
    }
  }

  /// The set's support function where it is more than that of its box.
  func supportFunction(_ set: Object, _ like: Value, _ span: SourceSpan) throws -> SupportFunction? {
    func property(_ name: String) throws -> Bool? {
      set.template.property(name) == nil ? nil : try member(set, Name(name, span), span).tensor?.truth
    }
    if try property("is_box") == true { return nil }
    guard set.template.method("support") != nil, try property("has_support") ?? true, let leaves = like.vectorLeaves else { return nil }
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

  /// Bounds of a function's values in the structure that it gives, in the program's precision, rounded outwards.
  func boundsValue(_ problem: BoundProblem, lower: Node, upper: Node) -> Value {
    func structured(_ x: Node, _ sign: Double) -> Value {
      let narrow = rounded(x, sign)
      let leaves = problem.output.vectorLeaves ?? []
      if leaves.count == 1 { return problem.output.replacingVector([TensorValue(narrow)]) }
      var at = Dim(0)
      return problem.output.replacingVector(leaves.map { leaf in
        let next = at + leaf.shape.elementCount
        defer { at = next }
        let cut = Node.apply(.slice, narrow, attributes: ["start": .dims([at]), "stop": .dims([next]), "step": .ints([1])])
        return TensorValue(cut.reshape(leaf.shape))
      })
    }
    return .guarded(.bounds, [
      Field(name: "lo", value: structured(lower, -1)), Field(name: "hi", value: structured(upper, 1)),
    ])
  }

  /// An end in the program's precision.
  private func rounded(_ x: Node, _ sign: Double) -> Node {
    guard real == .f32 else { return x }
    let nearest = x.convert(.f32)
    let isExact = Node.apply(.eq, nearest.convert(.f64), x)
    let moved = x + (Node.apply(.abs, x) * 0x1p-23 + 0x1p-148) * sign
    return Node.select(isExact, nearest, moved.convert(.f32))
  }
}

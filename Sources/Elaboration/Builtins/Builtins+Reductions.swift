import Diagnostics
import Ops

extension Builtins {
  static func reductions(_ scope: Scope) {
    reduction(scope, "sum", .sum, "Sum over `axis` (all axes unless given); `keep` leaves extents of 1. Counts truth values.", counts: true)
    reduction(scope, "prod", .prod, "Product over `axis`.")
    reduction(scope, "logsumexp", .logsumexp, "log Σ eˣ over `axis`, without overflow.", needsReal: true)
    extreme(scope, "max", .max, .maxOf, "Largest element over `axis`, or the larger of two values element by element; ties share the derivative equally.")
    extreme(scope, "min", .min, .minOf, "Smallest element over `axis`, or the smaller of two values element by element; ties share the derivative equally.")
    for (name, decl, doc) in [("all", OpDecl.allOf, "Whether all elements hold."), ("any", .anyOf, "Whether one element holds.")] {
      scope.native(name, ["x", "axis?", "keep?"], doc) { e, a, span in
        if a[0].isStructure, let leaves = a[0].vectorPlaces, leaves.allSatisfy({ $0.dtype == .bool }), let first = leaves.first {
          let whole = leaves.map { Node.reduce(decl, e.node($0)) }
          let join: OpDecl = decl === OpDecl.allOf ? .and : .or
          return leaves.count == 1 && first.shape.isEmpty ? .tensor(first) : .node(whole.dropFirst().reduce(whole[0]) { Node.apply(join, $0, $1) })
        }
        let t = try a.tensor(0, e)
        guard t.dtype == .bool else { throw e.fail(.needsBool, "`\(name)` needs truth values, and this is \(t.type.spelled)", at: a.span(0)) }
        return try reduce(decl, e.node(t), a, e, span)
      }
    }
    for (name, decl, doc) in [("argmax", OpDecl.argmax, "Index of the largest element along `axis` (of the flat tensor unless given), the first on ties."), ("argmin", .argmin, "Index of the smallest element along `axis`, the first on ties.")] {
      scope.native(name, ["x", "axis?"], doc) { e, a, span in
        let t = try a.tensor(0, e)
        var x = t.isFlexible ? try a.real(0, e) : t.dtype == .bool ? e.node(t).convert(.int) : e.node(t)
        var axis = 0
        if a[1].isUnit { x = x.rank <= 1 ? x : x.reshape([x.shape.elementCount]) } else { axis = try e.axis(try a.int(1, e), rank: x.rank, a.span(1)) }
        guard x.rank > 0 else { throw e.fail(.badArgument, "`\(name)` needs a tensor, and this is a scalar", at: a.span(0)) }
        return .tensor(try e.emit1(decl, [x], ["axis": .int(axis)], at: span))
      }
    }
    for (name, decl, doc) in [("cumsum", OpDecl.cumsum, "Running sums along `axis` (the last unless given)."), ("cumprod", .cumprod, "Running products along `axis`.")] {
      scope.native(name, ["x", "axis?"], doc) { e, a, span in
        let t = try a.tensor(0, e)
        let x = e.node(t)
        guard x.rank > 0 else { throw e.fail(.badArgument, "`\(name)` needs a tensor, and this is a scalar", at: a.span(0)) }
        let axis = try e.axis(try a.int(1, e, default: -1), rank: x.rank, a.span(1))
        return .tensor(try e.emit1(decl, [x], decl === OpDecl.cumsum ? ["axis": .int(axis), "reverse": .bool(false)] : ["axis": .int(axis)], at: span))
      }
    }
    scope.native("sort", ["x", "descending?", "axis?"], "Elements in ascending order along `axis` (the last unless given); NaN last.") { e, a, span in
      .node(try sorted(a, e, span)[0])
    }
    scope.native("argsort", ["x", "descending?", "axis?"], "The indices that sort x; equal elements keep their order.") { e, a, span in
      .node(try sorted(a, e, span)[1])
    }
    scope.native("softmax", ["x", "axis?"], "eˣ / Σ eˣ along `axis` (the last unless given).") { e, a, span in
      let x = try a.real(0, e)
      guard x.rank > 0 else { throw e.fail(.badArgument, "`softmax` needs a tensor, and this is a scalar", at: a.span(0)) }
      let axis = try e.axis(try a.int(1, e, default: -1), rank: x.rank, a.span(1))
      var order = Array(0..<x.rank)
      order.swapAt(axis, x.rank - 1)
      return .node(Node.apply(.softmax, x.transpose(order)).transpose(order))
    }
  }

  private static func sorted(_ a: Arguments, _ e: Elaborator, _ span: SourceSpan) throws -> [Node] {
    let t = try a.tensor(0, e)
    var x = e.node(t)
    guard x.rank > 0 else { throw e.fail(.badArgument, "a tensor is needed to sort, and this is a scalar", at: a.span(0)) }
    let axis = try e.axis(try a.int(2, e, default: -1), rank: x.rank, a.span(2))
    let descending = try a.flag(1, e)
    if descending { x = -x }
    var results = try e.emit(.sort, [x], ["axis": .int(axis)], at: span)
    if descending { results[0] = -results[0] }
    return results
  }

  private static func reduction(_ scope: Scope, _ name: String, _ decl: OpDecl, _ doc: String, counts: Bool = false, needsReal: Bool = false) {
    scope.native(name, ["x", "axis?", "keep?"], doc) { e, a, span in
      if a[0].isStructure, a[1].isUnit, name == "sum" {
        // The sum of all leaves of a vector.
        let parts = try a[0].vectorLeaves.map { try $0.map { Node.reduce(.sum, try e.realNode($0, span)) } } ?? []
        return .node(parts.dropFirst().reduce(parts.first ?? e.node(e.constant(0)), +))
      }
      let t = try a.tensor(0, e)
      let x = needsReal || t.dtype.isDifferentiable ? try a.real(0, e) : counts && t.dtype == .bool ? e.node(t).convert(.int) : e.node(t)
      guard x.dtype != .bool else { throw e.fail(.boolIsNotReal, "`\(name)` needs numbers, and this is \(t.type.spelled)", at: a.span(0)) }
      return try reduce(decl, x, a, e, span)
    }
  }

  private static func extreme(_ scope: Scope, _ name: String, _ elementwise: OpDecl, _ decl: OpDecl, _ doc: String) {
    scope.native(name, ["x", "y?", "axis?", "keep?"], doc) { e, a, span in
      if !a[1].isUnit {
        if a[0].isStructure || a[1].isStructure { return try liftExtreme(elementwise, a, e, span) }
        return .tensor(try e.elementwise(elementwise, try a.tensor(0, e), try a.tensor(1, e), a.span(0), a.span(1), span, verb: "compared"))
      }
      let t = try a.tensor(0, e)
      let rest = Arguments([a.list[0], a.list[2], a.list[3]])
      return try reduce(decl, t.isFlexible ? try a.real(0, e) : e.node(t), rest, e, span)
    }
  }
  private static func liftExtreme(_ decl: OpDecl, _ a: Arguments, _ e: Elaborator, _ span: SourceSpan) throws -> Value {
    let structure = a[0].isStructure ? a[0] : a[1]
    let leaves = structure.vectorLeaves ?? []
    var results: [TensorValue] = []
    for k in leaves.indices {
      func leaf(_ i: Int) throws -> TensorValue { a[i].isStructure ? (a[i].vectorLeaves ?? [])[k] : try a.tensor(i, e) }
      if a[0].isStructure && a[1].isStructure && !a[0].matches(a[1]) {
        throw e.fail(.structuresDiffer, "two vectors of one structure are needed", at: span, labels: [.init(a.span(0), a[0].typeName), .init(a.span(1), a[1].typeName)])
      }
      results.append(try e.elementwise(decl, try leaf(0), try leaf(1), a.span(0), a.span(1), span))
    }
    return structure.replacingVector(results)
  }

  private static func reduce(_ decl: OpDecl, _ x: Node, _ a: Arguments, _ e: Elaborator, _ span: SourceSpan) throws -> Value {
    let axes = try a.axes(1, rank: x.rank, e)
    if axes.isEmpty { return .node(decl === OpDecl.logsumexp ? x : x) }
    if decl === OpDecl.maxOf || decl === OpDecl.minOf, axes.contains(where: { x.shape[$0] == 0 }) {
      throw e.fail(.badArgument, "an empty tensor has no largest or smallest element", at: a.span(0))
    }
    let result = try e.emit(decl, [x], ["axes": .ints(axes)], at: span)[0]
    guard try a.flag(2, e) else { return .node(result) }
    return .node(result.reshape(x.shape.enumerated().map { axes.contains($0.offset) ? Dim(1) : $0.element }))
  }
}

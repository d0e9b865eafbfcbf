import Diagnostics
import Ops
import Syntax

extension Builtins {
  /// Vectors made of tensors, records, tuples and models; functions of functions.
  static func vectors(_ scope: Scope) {
    scope.native("dot", ["a", "b"], "Σ aᵢ bᵢ over all numbers of two vectors of one structure.") { e, a, span in
      let (x, y) = (try a.vector(0, e), try a.vector(1, e))
      guard x.matches(y), let left = x.vectorLeaves, let right = y.vectorLeaves else {
        throw e.fail(.structuresDiffer, "`dot` needs two vectors of one structure", at: span, labels: [.init(a.span(0), x.typeName), .init(a.span(1), y.typeName)])
      }
      var total: Node?
      for (l, r) in zip(left, right) {
        guard l.shape == r.shape else {
          throw e.fail(.shapesDoNotFit, "`dot` needs two vectors of one shape", at: span, labels: [.init(a.span(0), l.type.spelled), .init(a.span(1), r.type.spelled)])
        }
        let part: Node
        if l.type.rank == 1 {
          let n = l.shape[0]
          let row = e.node(l).reshape([1, n])
          let column = e.node(r).reshape([n, 1])
          part = e.builder.emit1(.matmul, [row, column], ["batch": .int(0), "transposeA": .bool(false), "transposeB": .bool(false)]).reshape([])
        } else {
          part = Node.reduce(.sum, e.node(l) * e.node(r))
        }
        total = total.map { $0 + part } ?? part
      }
      return .node(total ?? e.node(e.constant(0)))
    }
    scope.native("norm", ["x", "p?"], "The p-norm of all numbers of a vector: 2 unless given, 1, `inf`, or another p ≥ 1.") { e, a, span in
      let parts = (try a.vector(0, e)).vectorLeaves.map { $0.map { e.node($0) } } ?? []
      func total(_ f: (Node) -> Node) -> Node { parts.dropFirst().reduce(f(parts[0])) { $0 + f($1) } }
      func modulus(_ x: Node) -> Node { Node.apply(x.dtype.isComplex ? .cabs : .abs, x) }
      let p = a[1].isUnit ? 2 : try e.staticReal(a[1], a.span(1))
      switch p {
      case 2: return .node(Node.apply(.sqrt, total { x in x.dtype.isComplex ? Node.reduce(.sum, modulus(x) * modulus(x)) : Node.reduce(.sum, x * x) }))
      case 1: return .node(total { Node.reduce(.sum, modulus($0)) })
      case .infinity:
        let tops = parts.filter { !$0.shape.contains(0) }.map { Node.reduce(.maxOf, modulus($0)) }
        guard let first = tops.first else { return .tensor(e.constant(0)) }
        return .node(tops.dropFirst().reduce(first) { Node.apply(.max, $0, $1) })
      default:
        guard p >= 1 else { throw e.fail(.badOption, "the p of a norm is at least 1, and this is \(p)", at: a.span(1)) }
        let powers = total { x in Node.reduce(.sum, Node.apply(.pow, modulus(x), e.builder.fill(p, like: modulus(x)))) }
        return .node(Node.apply(.pow, powers, e.builder.fill(1 / p, like: powers)))
      }
    }
    scope.native("zeros_like", ["x"], "A vector of zeros with the structure of x.") { e, a, span in try e.zerosLike(try a.vector(0, e), span) }
    scope.native("ones_like", ["x"], "A vector of ones with the structure of x.") { e, a, span in
      e.mapVector(try a.vector(0, e)) { e.builder.fill(1, $0.type) }
    }
    scope.native("map_leaves", ["xs…"], "`map_leaves(f, a, b, …)`: f of the corresponding tensors of vectors of one structure.") { e, a, span in
      guard a.count >= 2 else { throw e.fail(.missingArgument, "`map_leaves` needs a function and a vector", at: span) }
      let vectors = try (1..<a.count).map { try a.vector($0, e) }
      for (k, other) in vectors.enumerated() where !other.matches(vectors[0]) {
        throw e.fail(.structuresDiffer, "`map_leaves` needs vectors of one structure", at: a.span(k + 1), labels: [.init(a.span(1), vectors[0].typeName)])
      }
      let columns = vectors.map { $0.vectorLeaves ?? [] }
      var results: [TensorValue] = []
      for k in columns[0].indices {
        guard let t = try e.apply(a[0], columns.map { .tensor($0[k]) }, span).tensor else {
          throw e.fail(.badArgument, "the function of `map_leaves` gives a tensor", at: a.span(0))
        }
        results.append(TensorValue(try e.realNode(t, a.span(0))))
      }
      return vectors[0].replacingVector(results)
    }
    scope.native("map_fields", ["xs…"], "`map_fields(f, t, u, …)`: f of the corresponding parts (of any kind) of tuples or records of one structure.") { e, a, span in
      guard a.count >= 2 else { throw e.fail(.missingArgument, "`map_fields` needs a function and a tuple or record", at: span) }
      let names = try e.parts(a[1], a.span(1)).map(\.name)
      let columns = try (1..<a.count).map { k in
        let parts = try e.parts(a[k], a.span(k))
        guard parts.map(\.name) == names else {
          throw e.fail(.structuresDiffer, "`map_fields` needs values of one structure", at: a.span(k), labels: [.init(a.span(1), a[1].typeName)])
        }
        return parts
      }
      let results = try names.indices.map { i in try e.apply(a[0], columns.map { $0[i].value }, span) }
      if case .tuple = a[1] { return .tuple(results) }
      return .record(zip(names, results).map { Field(name: $0, value: $1) })
    }
    scope.native("fold_fields", ["f", "start", "t"], "`f(f(start, t₀), t₁)…` over the parts of a tuple or record.") { e, a, span in
      try e.parts(a[2], a.span(2)).reduce(a[1]) { try e.apply(a[0], [$0, $1.value], span) }
    }
    scope.native("flatten", ["x"], "All numbers of a vector in one tensor, in order.") { e, a, span in
      let parts = (try a.vector(0, e)).vectorLeaves.map { $0.map { e.node($0).reshape([$0.shape.elementCount]) } } ?? []
      return parts.count == 1 ? .node(parts[0]) : .tensor(try e.emit1(.concat, parts, ["axis": .int(0)], at: span))
    }
    scope.native("unflatten", ["v", "like"], "The vector with the structure of `like` whose numbers are v: undoes `flatten`.") { e, a, span in
      let v = try a.real(0, e)
      let leaves = (try a.vector(1, e)).vectorLeaves ?? []
      let size = e.elementCount(leaves)
      guard v.rank == 1, v.shape[0] == size else {
        throw e.fail(.shapesDoNotFit, "`like` has \(size) numbers, and this is \(v.type.spelled)", at: a.span(0))
      }
      var at = Dim(0)
      var parts: [TensorValue] = []
      for leaf in leaves {
        let next = at + leaf.shape.elementCount
        let cut = Node.apply(.slice, v, attributes: ["start": .dims([at]), "stop": .dims([next]), "step": .ints([1])])
        parts.append(TensorValue(cut.reshape(leaf.shape)))
        at = next
      }
      return a[1].replacingVector(parts)
    }
    scope.native("vmap", ["f"], "The function applied along the leading axis of its arguments, all at once.") { e, a, _ in
      let held = Held([a[0]])
      return .function(
        Function(native: "vmap", ["xs…"], holds: held) { e, a, span in
          let rows = try e.finiteDomain(.tuple(a.list.map(\.value)), span)
          return try e.batched(rows, name: "for", span) { element in
            guard case .tuple(let values) = element else { return element }
            return try e.apply(held.values[0], values, span)
          }
        })
    }
    scope.native("frozen", ["f"], "The function with its draws fixed: all calls see the same random numbers.") { e, a, span in
      let held = Held([a[0]])
      let key = e.key.folding("frozen", e.occurrence("frozen"))
      return .function(
        Function(native: "frozen", ["xs…"], holds: held) { e, a, span in
          try e.withKey(key) { try e.withFreshOccurrences { try e.apply(held.values[0], a, span) } }
        })
    }
    scope.native("fresh", ["f", "k"], "The function with draws that depend on k besides the place.") { e, a, span in
      let held = Held([a[0], a[1]])
      return .function(
        Function(native: "fresh", ["xs…"], holds: held) { e, a, span in
          guard let index = held.values[1].tensor, index.dtype == .int, index.shape.isEmpty else { throw e.fail(.badKey, "`fresh` names a draw by an Int", at: span) }
          let key = e.key.folding("fresh").folding(e.node(index))
          return try e.withKey(key) { try e.withFreshOccurrences { try e.apply(held.values[0], a, span) } }
        })
    }
    scope.native("seeded", ["f", "k"], "The function with draws that depend on k and the program's seed alone, not on the place: `seeded(f, k)` draws the same everywhere.") { e, a, span in
      let held = Held([a[0], a[1]])
      return .function(
        Function(native: "seeded", ["xs…"], holds: held) { e, a, span in
          guard let index = held.values[1].tensor, index.dtype == .int, index.shape.isEmpty else { throw e.fail(.badKey, "`seeded` names draws by an Int", at: span) }
          let key = DrawKey(seed: e.seed).folding("seeded").folding(e.node(index))
          return try e.withKey(key) { try e.withFreshOccurrences { try e.apply(held.values[0], a, span) } }
        })
    }
    scope.native("unroll", ["solver"], "The solver with its iterations kept as a loop, so that training itself can be differentiated.") { e, a, span in
      guard var object = try e.instantiated(a[0], span).object, object.template.keyword == .solver else {
        throw e.fail(.notASolver, "`unroll` takes a solver, and this is \(a[0].typeName)", at: a.span(0))
      }
      object.parts.append(.init(name: "unrolled", role: .argument, value: .truth(true)))
      return .object(object)
    }
    scope.native("is_set", ["S", "name"], "Whether a set was made by the named constructor; known before the run.") { e, a, _ in
      .truth(a[0].object?.template.name == (try a.text(1, e)))
    }
    scope.native("has", ["x", "name"], "Whether an object declares a method or property; known before the run.") { e, a, _ in
      let name = try a.text(1, e)
      guard let object = a[0].object else { return .truth(false) }
      return .truth(object.field(name) != nil || object.template.method(name) != nil || object.template.property(name) != nil)
    }
    scope.native("is_affine", ["f", "x"], "Whether a function of vectors like x is affine, as the operations of its body tell; known before the run.") { e, a, span in
      guard case .function(let f) = a[0] else { throw e.fail(.badArgument, "`is_affine` takes a function, and this is \(a[0].typeName)", at: a.span(0)) }
      return .truth(try e.isAffine(f, try a.vector(1, e), span))
    }
    scope.native("is_none", ["x"], "Whether an optional argument was left out; known before the run.") { _, a, _ in .truth(a[0].isUnit) }
    scope.native("is_int", ["x"], "Whether the elements are Ints; known before the run.") { _, a, _ in
      .truth(a[0].tensor.map { $0.dtype == .int && !$0.isFlexible } ?? false)
    }
    scope.native("is_real", ["x"], "Whether the elements are Real or complex; known before the run.") { _, a, _ in
      .truth(a[0].tensor?.dtype.isDifferentiable ?? false)
    }
    scope.native("is_structure", ["x"], "Whether a value is a tuple, record or model; known before the run.") { _, a, _ in .truth(a[0].isStructure) }
    scope.native("like_of", ["D"], "Zeros of the shape of a draw of a distribution.") { e, a, span in
      guard let object = try e.instantiated(a[0], span).object else { return .unit }
      return try e.like(of: object, span) ?? .unit
    }
    scope.native("known_like", ["S"], "Zeros of the shape of a set or distribution; `none` while that is open.") { e, a, span in
      guard let object = try e.instantiated(a[0], span).object, let like = try e.like(of: object, span) else { return .unit }
      // A scalar that only stands for itself may still be given a shape.
      if object.like == nil, let t = like.tensor, t.shape.isEmpty { return .unit }
      return like
    }
    scope.native("is_complex", ["x"], "Whether the elements are complex numbers; known before the run.") { _, a, _ in .truth(a[0].tensor?.dtype.isComplex == true) }
    scope.native("is_bool", ["x"], "Whether the elements are truth values; known before the run.") { _, a, _ in .truth(a[0].tensor?.dtype == .bool) }
    scope.native("is_f32", [], "Whether the program computes in f32; known before the run.") { e, _, _ in .truth(e.real == .f32) }
  }
}

extension Elaborator {
  /// The parts of a tuple or record, one level deep.
  func parts(_ value: Value, _ span: SourceSpan) throws -> [Field] {
    switch value {
    case .tuple(let values): return values.enumerated().map { Field(name: "\($0.offset)", value: $0.element) }
    case .record(let fields): return fields
    default: throw fail(.badArgument, "a tuple or record is needed here, and this is \(value.typeName)", at: span)
    }
  }

  /// A Real that is known before the run.
  func staticReal(_ value: Value, _ span: SourceSpan) throws -> Double {
    if let t = value.tensor {
      if let n = t.size?.constant { return Double(n) }
      if case .host(let tensor) = t.source, let x = tensor.realScalar { return x }
    }
    throw fail(.badArgument, "a number that is known before the run is needed here, and this is \(value.typeName)", at: span)
  }
}

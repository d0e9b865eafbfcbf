import Diagnostics
import Ops
import Syntax
import Transforms

/// What a `for`, a comprehension or a finite binder runs over: a range, or the leading axis of tensors and tables.
struct FiniteDomain {
  struct Column {
    let node: Node
    /// The type of one row.
    let row: TensorType
  }
  /// The number of elements where it is known before the run.
  var count: Dim?
  var dynamicCount: Node?
  /// Tensors whose rows are the elements' leaves.
  var columns: [Column] = []
  /// The element at an index, from its rows.
  let element: (_ index: Node, _ rows: [Node], Elaborator) throws -> Value
  /// The elements as values known now, for bodies that need them so (a sweep over sizes).
  var constants: [Value]?
  let span: SourceSpan
}

extension Elaborator {
  func finiteDomain(_ e: Expression, _ scope: Scope) throws -> FiniteDomain {
    if case .range(let from, let to, let inclusive) = e.kind { return try range(from, to, inclusive, scope, e.span) }
    return try finiteDomain(try evaluate(e, scope), e.span)
  }

  private func range(_ from: Expression, _ to: Expression, _ inclusive: Bool, _ scope: Scope, _ span: SourceSpan) throws -> FiniteDomain {
    func bound(_ e: Expression) throws -> TensorValue {
      let value = try evaluate(e, scope)
      guard let t = value.tensor, t.dtype == .int, t.shape.isEmpty else {
        throw fail(.rangeNeedsInt, "a range runs between Ints, and this is \(value.typeName)", at: e.span)
      }
      return t
    }
    let start = try bound(from)
    let stop = try bound(to)
    if let a = start.size, let b = stop.size {
      let length = inclusive ? b - a + 1 : b - a
      let count = length.constant.map { Dim(max(0, $0)) } ?? length
      return FiniteDomain(
        count: count,
        element: { index, _, e in a == 0 ? .node(index) : .node(index + e.node(TensorValue(size: a))) },
        constants: count.constant.flatMap { n in
          n <= 1024 ? a.constant.map { a in (0..<n).map { .int(a + $0) } } : nil
        }, span: span)
    }
    let first = node(start)
    var length = node(stop) - first
    if inclusive { length = length + builder.int(1) }
    return FiniteDomain(
      count: nil, dynamicCount: Node.apply(.max, length, builder.int(0)), element: { index, _, _ in .node(index + first) }, span: span)
  }

  func finiteDomain(_ value: Value, _ span: SourceSpan) throws -> FiniteDomain {
    // `(X, Y)`, a table, or an ensemble: rows of every leaf together.
    let leaves = value.leaves
    switch value {
    case .tensor, .tuple, .record, .object: break
    default: throw notADomain(value, span)
    }
    if let object = value.object, object.template.keyword != .model {
      // A distribution of tables, such as minibatches: one draw of it.
      guard object.template.keyword == .dist, object.template.property("is_table") != nil else { throw notADomain(value, span) }
      let table = try keyed("rows") { try callMethod("sample", of: object, [], span) }
      return try finiteDomain(table, span)
    }
    guard let first = leaves.first, leaves.allSatisfy({ $0.type.rank > 0 }) else { throw notADomain(value, span) }
    for leaf in leaves where leaf.shape[0] != first.shape[0] {
      throw fail(
        .lengthsDiffer, "the parts of a domain have one length, and these have \(first.shape[0]) and \(leaf.shape[0])", at: span,
        notes: ["\(value.typeName)"])
    }
    let columns = leaves.map { leaf -> FiniteDomain.Column in
      let x = leaf.isFlexible ? node(rigid(leaf)) : node(leaf)
      return .init(node: x, row: TensorType(x.dtype, Array(x.shape.dropFirst())))
    }
    return FiniteDomain(
      count: first.shape[0], columns: columns,
      element: { _, rows, _ in value.replacing(rows.map { TensorValue($0) }) },
      constants: constantRows(value), span: span)
  }
  private func notADomain(_ value: Value, _ span: SourceSpan) -> Failure {
    fail(
      .notADomain, "\(value.typeName) is nothing to run over", at: span,
      notes: [
        "a finite domain is a range `0..n`, a tensor (its leading axis), a table, or several of these zipped: `(X, Y)`",
        "sets stand after `in` of `max`, `min`, `forall`, `exists`; distributions after `~`",
      ])
  }
  private func constantRows(_ value: Value) -> [Value]? {
    guard case .tensor(let t) = value, case .host(let tensor) = t.source, tensor.rank == 1, tensor.count <= 64 else { return nil }
    return (0..<tensor.count).map { k in
      tensor.dtype == .int ? .int(tensor.pointer.load(fromByteOffset: k * 8, as: Int.self)) : .tensor(constant(tensor.double(k)))
    }
  }

  /// The values of a body for all elements at once, along a new leading axis; the body is batched, not looped.
  ///
  /// A body that needs an element's number as a size is elaborated once per element instead.
  func batched(_ domain: FiniteDomain, name: String, _ span: SourceSpan, _ body: @escaping (Value) throws -> Value) throws -> Value {
    guard let count = domain.count else { return try looped(domain, name: name, span, body) }
    let place = key.folding(name, occurrence(name))
    do { return try batched(domain, count, place, span, body) } catch let failure as Failure {
      guard failure.diagnostic?.code == .sizeNotKnown, let constants = domain.constants else { throw failure }
      var values: [Value] = []
      for (k, element) in constants.enumerated() {
        values.append(try withKey(place.folding(builder.int(k))) { try body(element) })
      }
      return try stack(values, values.map { _ in span }, span)
    }
  }

  private func batched(_ domain: FiniteDomain, _ count: Dim, _ place: DrawKey, _ span: SourceSpan, _ body: (Value) throws -> Value) throws -> Value {
    let inner = Builder(parent: builder)
    let index = inner.parameter(TensorType(.int), name: "i")
    let rows = domain.columns.map { inner.parameter($0.row) }
    let value = try repeated(count) { try within(inner) {
      try pure("inside a body that is computed for all elements at once") {
        try withKey(place.folding(index)) { try body(try domain.element(index, rows, self)) }
      }
    } }
    if value.function != nil { _ = try stack([value], [span], span) }
    let leaves = within(inner) { value.leaves.map { node($0) } }
    let graph = inner.finish(leaves)
    let iota = builder.emit1(.iota, [], ["shape": .dims([count]), "axis": .int(0), "dtype": .dtype(.int)])
    let own = [iota] + domain.columns.map(\.node)
    let arguments = own + inner.captures
    let flags = own.map { _ in true } + inner.captures.map { _ in false }
    let results = try transform(span) { () throws(TransformError) -> [Node] in
      let (nodes, batched) = try batch(graph, into: builder, arguments, batched: flags, count: count)
      return zip(nodes, batched).map { node, isBatched in
        isBatched ? node : node.broadcast(to: [count] + node.shape, axes: Array(1..<(node.rank + 1)))
      }
    }
    return value.replacing(results.map { TensorValue($0) })
  }

  /// The same for a length that only the run tells: refused for arrays, whose shape must be known.
  private func looped(_ domain: FiniteDomain, name: String, _ span: SourceSpan, _ body: (Value) throws -> Value) throws -> Value {
    throw fail(
      .sizeNotKnown, "the length of this range is known only when the program runs, so the array's shape is not", at: domain.span,
      notes: ["`sum`, `mean`, `max`, … over such a range are fine; an array needs a length known before"])
  }

  /// Runs a transform, turning its refusal into a diagnostic.
  func transform<T>(_ span: SourceSpan, _ body: () throws(TransformError) -> T) throws -> T {
    do throws(TransformError) { return try body() } catch {
      let inside = library.isUserFile(error.origin.file) && error.origin != .none
      throw fail(
        .transformRefused, error.message, at: inside ? error.origin : span,
        labels: inside && error.origin != span ? [.init(span, "needed here")] : [])
    }
  }

  /// `[body for p in d, q in e]`
  func comprehension(_ body: Expression, _ clauses: [BinderClause], _ condition: Expression?, _ scope: Scope, _ span: SourceSpan) throws -> Value {
    if let condition {
      throw fail(
        .guardInComprehension, "the number of elements that a condition keeps is not known before the run", at: condition.span,
        notes: ["`sum`, `mean`, `max`, … take a guard: `mean x in X if x > 0 { x } else 0.0`; `where(c, a, b)` keeps the length"])
    }
    return try grid(clauses[...], scope, span, name: "for") { try self.evaluate(body, $0) }
  }

  /// Nested batches over the clauses of a grid.
  func grid(_ clauses: ArraySlice<BinderClause>, first: FiniteDomain? = nil, _ scope: Scope, _ span: SourceSpan, name: String, _ body: @escaping (Scope) throws -> Value) throws -> Value {
    guard let clause = clauses.first else { return try body(scope) }
    guard case .over(let e) = clause.domain else {
      throw fail(.mixedDomains, "a grid runs over finite domains, written with `in`", at: clause.pattern.span)
    }
    let domain = try first ?? finiteDomain(e, scope)
    return try batched(domain, name: name, span) { element in
      let local = Scope(parent: scope, kind: .block)
      try self.destructure(clause.pattern, element, local, clause.pattern.span)
      return try self.grid(clauses.dropFirst(), local, span, name: name, body)
    }
  }
}

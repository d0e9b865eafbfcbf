import Diagnostics
import Ops
import Syntax

/// Operators on what is more than one tensor: vectors made of records and models, sets, distributions, texts.
extension Elaborator {
  /// Applies a function of nodes to each Real leaf of a vector.
  func mapVector(_ value: Value, _ transform: (TensorValue) throws -> Node) rethrows -> Value {
    guard let leaves = value.vectorLeaves else { return value }
    return value.replacingVector(try leaves.map { TensorValue(try transform($0)) })
  }

  /// Two vectors of one structure, leaf by leaf; a scalar or tensor combines with every leaf.
  func binaryOnStructures(
    _ op: BinaryOperator, _ a: Value, _ b: Value, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan
  ) throws -> Value? {
    guard a.isStructure || b.isStructure else { return nil }
    if op == .equal || op == .notEqual { return try structuralEquality(op, a, b, aSpan, bSpan, span) }
    func vector(_ value: Value, _ at: SourceSpan) throws -> [TensorValue] {
      // Truth values of comparisons combine leaf by leaf too.
      if let leaves = op == .and || op == .or ? value.vectorPlaces : value.vectorLeaves { return leaves }
      throw fail(
        .notAVector, "\(value.typeName) is no vector", at: at, notes: ["a vector is made of Real tensors, records, tuples and models of them"])
    }
    if a.isStructure && b.isStructure {
      guard a.matches(b) else {
        throw fail(
          .structuresDiffer, "`\(op.rawValue)` needs two vectors of one structure", at: span,
          labels: [.init(aSpan, a.typeName), .init(bSpan, b.typeName)])
      }
      let pairs = zip(try vector(a, aSpan), try vector(b, bSpan))
      var leaves: [TensorValue] = []
      for (x, y) in pairs { leaves.append(try binary(op, x, y, aSpan, bSpan, span)) }
      return a.replacingVector(leaves)
    }
    let structure = a.isStructure ? a : b
    guard let scalar = (a.isStructure ? b : a).tensor else { return nil }
    var leaves: [TensorValue] = []
    for leaf in try vector(structure, a.isStructure ? aSpan : bSpan) {
      leaves.append(
        try a.isStructure ? binary(op, leaf, scalar, aSpan, bSpan, span) : binary(op, scalar, leaf, aSpan, bSpan, span))
    }
    return structure.replacingVector(leaves)
  }

  /// `==` of structures: all of their leaves, as one truth value.
  private func structuralEquality(
    _ op: BinaryOperator, _ a: Value, _ b: Value, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan
  ) throws -> Value {
    guard a.matches(b) else {
      throw fail(
        .structuresDiffer, "`\(op.rawValue)` compares two values of one structure", at: span,
        labels: [.init(aSpan, a.typeName), .init(bSpan, b.typeName)])
    }
    var all: Value = .truth(true)
    for (x, y) in zip(a.leaves, b.leaves) {
      let same = try binary(.equal, x, y, aSpan, bSpan, span)
      let whole = Node.reduce(.allOf, node(same))
      all = try binary(.and, all, .node(whole), aSpan, bSpan, span)
    }
    return op == .equal ? all : try unary(.not, all, span, span)
  }

  /// `x + A`, `A + B`, `c * A`, `A & B`, `A | B`, and arithmetic on a scalar distribution: constructors of the library.
  func binaryOnSets(_ op: BinaryOperator, _ a: Value, _ b: Value, _ span: SourceSpan) throws -> Value? {
    let (a, b) = (try productOfSets(a, span) ?? a, try productOfSets(b, span) ?? b)
    func kind(_ value: Value) -> TemplateDeclaration.Keyword? {
      let keyword: TemplateDeclaration.Keyword? =
        switch value {
        case .object(let object): object.template.keyword
        case .template(let template): template.keyword
        default: nil
        }
      return keyword == .model ? nil : keyword
    }
    let (left, right) = (kind(a), kind(b))
    guard left == .set || right == .set || left == .dist || right == .dist else { return nil }
    let x = try instantiated(a, span)
    let y = try instantiated(b, span)
    let name: String? =
      switch (op, left, right) {
      case (.intersection, .set, .set): "intersection"
      case (.union, .set, .set): "union"
      case (.add, .set, .set): "minkowski"
      case (.add, nil, .set), (.add, .set, nil): "translate"
      case (.multiply, nil, .set), (.multiply, .set, nil): "scaled"
      case (.add, .dist, nil), (.add, nil, .dist): "shifted_dist"
      case (.subtract, .dist, nil): "lowered_dist"
      case (.subtract, nil, .dist): "reflected_dist"
      case (.multiply, .dist, nil), (.multiply, nil, .dist): "scaled_dist"
      default: nil
      }
    guard let name else {
      throw fail(
        .typesDoNotFit, "`\(op.rawValue)` does not take \(a.typeName) and \(b.typeName)", at: span,
        notes: ["sets combine by `x + A`, `A + B`, `c * A`, `A & B`, `A | B`; distributions by `c * D + x`"])
    }
    let operands = left == nil ? [x, y] : right == nil ? [y, x] : [x, y]
    return try callPrelude(name, operands, span)
  }

  /// A tuple or record of sets as the set of tuples or records; nil where some part is no set.
  func productOfSets(_ value: Value, _ span: SourceSpan) throws -> Value? {
    func part(_ value: Value) throws -> Value? {
      switch value {
      case .object(let object) where object.template.keyword == .set: return value
      case .template(let template) where template.keyword == .set: return try instantiate(template, Arguments(), span)
      case .tuple, .record: return try productOfSets(value, span)
      default: return nil
      }
    }
    switch value {
    case .tuple(let values) where !values.isEmpty:
      var parts: [Value] = []
      for value in values {
        guard let set = try part(value) else { return nil }
        parts.append(set)
      }
      return try callPrelude("product_set", [.tuple(parts)], span)
    case .record(let fields) where !fields.isEmpty:
      var parts: [Field] = []
      for field in fields {
        guard let set = try part(field.value) else { return nil }
        parts.append(Field(name: field.name, value: set))
      }
      return try callPrelude("product_set", [.record(parts)], span)
    default: return nil
    }
  }

  /// A template without arguments is its instance (`Simplex`, `Rademacher`).
  func instantiated(_ value: Value, _ span: SourceSpan) throws -> Value {
    if case .template(let template) = value { return try instantiate(template, Arguments(), span) }
    return value
  }

  /// Joining and comparing texts.
  func binaryOnTexts(_ op: BinaryOperator, _ a: Value, _ b: Value, _ span: SourceSpan) throws -> Value? {
    guard case .text(let x) = a, case .text(let y) = b else { return nil }
    switch op {
    case .add: return .text(x + y)
    case .equal, .notEqual:
      if let s = x.constant, let t = y.constant { return .truth((s == t) == (op == .equal)) }
      let (left, right) = (x.template, y.template)
      let same = try emit1(
        .formatEqual, (left.values + right.values).map(node),
        [
          "piecesA": .texts(left.pieces), "formatsA": .texts(left.formats), "piecesB": .texts(right.pieces),
          "formatsB": .texts(right.formats),
        ], at: span)
      return op == .equal ? .tensor(same) : try unary(.not, .tensor(same), span, span)
    default: return nil
    }
  }

  /// Puts values of one structure along a new leading axis.
  func stack(_ values: [Value], _ spans: [SourceSpan], _ span: SourceSpan) throws -> Value {
    guard let first = values.first else { return .unit }
    if let k = values.firstIndex(where: { $0.function != nil }) {
      throw fail(
        .functionInArray, "functions cannot be stored in an array", at: spans[k],
        notes: ["a function is expanded where it is called, so which one it is must be known; a tuple of functions is fine"])
    }
    for (value, at) in zip(values, spans) where !value.matches(first) {
      throw fail(
        .structuresDiffer, "the elements of an array have one type", at: at,
        label: value.typeName, labels: [.init(spans[0], first.typeName)])
    }
    let columns = values.map(\.leaves)
    var leaves: [TensorValue] = []
    for k in columns[0].indices { leaves.append(try stackTensors(columns.map { $0[k] }, spans, span)) }
    return first.replacing(leaves)
  }

  private func stackTensors(_ items: [TensorValue], _ spans: [SourceSpan], _ span: SourceSpan) throws -> TensorValue {
    let wantsReal = items.contains { $0.dtype.isReal } || items.contains { $0.dtype.isComplex }
    for (item, at) in zip(items, spans) where item.shape != items[0].shape {
      throw fail(
        .shapesDoNotFit, "the elements of an array have one shape", at: at,
        label: item.type.spelled, labels: [.init(spans[0], items[0].type.spelled)])
    }
    if let constant = constantStack(items, wantsReal: wantsReal) { return constant }
    let sizes = items.compactMap(\.size)
    var nodes: [Node] = []
    let wantsComplex = items.contains { $0.dtype.isComplex }
    for (item, at) in zip(items, spans) {
      if wantsReal {
        if item.dtype == .int, !item.isFlexible {
          throw fail(
            .intIsNotReal, "an array holds Ints or Reals, not both", at: at, label: item.type.spelled,
            fixes: [Diagnostic.Fix("convert it: `real(…)`")])
        }
        let real = try realNode(item, at)
        nodes.append(wantsComplex ? real.convert(self.real.complexified) : real)
      } else {
        guard item.dtype == items[0].dtype else {
          throw fail(
            .typesDoNotFit, "the elements of an array have one type", at: at,
            label: item.type.spelled, labels: [.init(spans[0], items[0].type.spelled)])
        }
        nodes.append(node(item))
      }
    }
    let rows = nodes.map { $0.reshape([Dim(1)] + $0.shape) }
    if rows.count == 1 { return TensorValue(rows[0]) }
    var result = TensorValue(builder.emit1(.concat, rows, ["axis": .int(0)]))
    if sizes.count == items.count { result.sizes = sizes }
    return result
  }

  /// The stack of constants, as a constant.
  private func constantStack(_ items: [TensorValue], wantsReal: Bool) -> TensorValue? {
    guard let shape = items[0].shape.constants else { return nil }
    var tensors: [Tensor] = []
    for item in items {
      switch item.source {
      case .literal(let n): tensors.append(wantsReal ? Tensor(real: Double(n), real) : Tensor(int: n))
      case .host(let tensor):
        if tensor.dtype == .int, wantsReal {
          guard item.isFlexible else { return nil }
          tensors.append(tensor.converted(to: real))
        } else {
          tensors.append(tensor)
        }
      case .truth(let truth): tensors.append(Tensor(bool: truth))
      case .size(let dim):
        guard let n = dim.constant, !wantsReal else { return nil }
        tensors.append(Tensor(int: n))
      case .node: return nil
      }
    }
    guard tensors.allSatisfy({ $0.dtype == tensors[0].dtype }) else { return nil }
    var result = TensorValue(Tensor.stacking(tensors, shape))
    result.isLiteralArray = items.allSatisfy(\.isFlexible)
    return result
  }

  func elementCount(_ leaves: [TensorValue]) -> Dim { leaves.map(\.shape.elementCount).reduce(Dim(0), +) }
}

extension Node {
  /// A reduction over every axis, to a scalar.
  static func reduce(_ decl: OpDecl, _ x: Node) -> Node {
    x.rank == 0 ? x : Node.apply(decl, x, attributes: ["axes": .ints(Array(0..<x.rank))])
  }
}

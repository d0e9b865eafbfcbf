import Diagnostics
import Ops
import Syntax

extension Elaborator {
  // MARK: Broadcasting and promotion

  /// NumPy's rule on known shapes: equal, or 1, or missing on the left. Two different symbols never agree.
  func broadcast(_ a: Shape, _ b: Shape, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan, _ verb: String) throws -> Shape {
    var result: Shape = []
    let rank = max(a.count, b.count)
    for k in 0..<rank {
      let i = k - (rank - a.count)
      let j = k - (rank - b.count)
      let x = i < 0 ? Dim(1) : a[i]
      let y = j < 0 ? Dim(1) : b[j]
      if x == y || y.isOne { result.append(x) } else if x.isOne { result.append(y) } else {
        let place = k == rank - 1 ? "the last dimensions differ" : "dimension \(k) differs"
        var notes = ["\(place): \(x) and \(y)"]
        if x.constant == nil && y.constant == nil { notes.append("two different sizes never broadcast, since they may differ") }
        if a.count == 1, b.count >= 2, b[b.count - 2] == x {
          notes.append("to combine it with each row's end, add an axis: `reshape(v, [\(x), 1])`")
        }
        throw fail(
          .shapesDoNotFit, "these shapes cannot be \(verb)", at: span, label: "",
          labels: [.init(aSpan, TensorType(real, a).spelled), .init(bSpan, TensorType(real, b).spelled)], notes: notes)
      }
    }
    return result
  }

  /// The tensor as a Real (or complex) node; an Int that is no literal is refused.
  func realNode(_ t: TensorValue, _ span: SourceSpan) throws -> Node {
    if t.dtype.isDifferentiable { return node(t) }
    if case .literal(let value) = t.source { return node(constant(Double(value))) }
    if t.isFlexible { return node(t).convert(real) }
    if t.dtype == .int {
      throw fail(
        .intIsNotReal, "this is an Int, and a Real is needed", at: span, label: t.type.spelled,
        fixes: [Diagnostic.Fix("convert it: `real(…)`")])
    }
    throw fail(
      .boolIsNotReal, "this is \(t.type.spelled), and a Real is needed", at: span,
      fixes: [Diagnostic.Fix("choose numbers: `where(…, 1.0, 0.0)`")])
  }

  /// A literal as a Real.
  func realValue(_ t: TensorValue) throws -> TensorValue {
    if case .literal(let n) = t.source { return constant(Double(n)) }
    return t.isFlexible ? TensorValue(node(t).convert(real)) : t
  }

  /// Both operands as nodes of one element type.
  func promoted(_ a: TensorValue, _ b: TensorValue, _ aSpan: SourceSpan, _ bSpan: SourceSpan) throws -> (Node, Node) {
    if a.dtype == b.dtype { return (node(a), node(b)) }
    if a.dtype.isComplex || b.dtype.isComplex {
      let kind = real.complexified
      return (try realNode(a, aSpan).convert(kind), try realNode(b, bSpan).convert(kind))
    }
    if a.dtype.isReal || b.dtype.isReal {
      let x = try mixed(a, b, aSpan, bSpan)
      let y = try mixed(b, a, bSpan, aSpan)
      return (x, y)
    }
    throw fail(
      .typesDoNotFit, "\(a.type.spelled) and \(b.type.spelled) cannot be combined", at: aSpan.joined(with: bSpan),
      labels: [.init(aSpan, a.type.spelled), .init(bSpan, b.type.spelled)],
      notes: ["`where(c, 1.0, 0.0)` makes a number of a truth value; `sum` and `mean` count them directly"])
  }
  private func mixed(_ t: TensorValue, _ other: TensorValue, _ span: SourceSpan, _ otherSpan: SourceSpan) throws -> Node {
    if t.dtype == .int, !t.isFlexible {
      throw fail(
        .intIsNotReal, "an Int and a Real are not combined silently", at: span.joined(with: otherSpan),
        labels: [.init(span, t.type.spelled), .init(otherSpan, other.type.spelled)],
        fixes: [Diagnostic.Fix("convert it: `real(…)`")])
    }
    return try realNode(t, span)
  }

  /// An elementwise op of two operands, broadcast to one shape.
  func elementwise(
    _ decl: OpDecl, _ a: TensorValue, _ b: TensorValue, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan,
    verb: String = "combined"
  ) throws -> TensorValue {
    let (x, y) = try promoted(a, b, aSpan, bSpan)
    let shape = try broadcast(x.shape, y.shape, aSpan, bSpan, span, verb)
    return try emit1(decl, [x.broadcast(to: shape), y.broadcast(to: shape)], at: span)
  }

  // MARK: Binary operators

  func binary(_ op: BinaryOperator, _ a: Value, _ b: Value, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan) throws -> Value {
    if case .poison = a { throw Failure() }
    if case .poison = b { throw Failure() }
    if case .tensor(let x) = a, case .tensor(let y) = b { return .tensor(try binary(op, x, y, aSpan, bSpan, span)) }
    if let result = try binaryOnSets(op, a, b, span) { return result }
    if let result = try binaryOnGuarded(op, a, b, aSpan, bSpan, span) { return result }
    if let result = try binaryOnTexts(op, a, b, span) { return result }
    if let result = try binaryOnStructures(op, a, b, aSpan, bSpan, span) { return result }
    throw fail(
      .typesDoNotFit, "`\(op.rawValue)` does not take \(a.typeName) and \(b.typeName)", at: span,
      labels: [.init(aSpan, a.typeName), .init(bSpan, b.typeName)])
  }

  func binary(
    _ op: BinaryOperator, _ a: TensorValue, _ b: TensorValue, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan
  ) throws -> TensorValue {
    if let known = try staticBinary(op, a, b, aSpan, bSpan, span) { return known }
    func on(_ decl: OpDecl, _ verb: String) throws -> TensorValue { try elementwise(decl, a, b, aSpan, bSpan, span, verb: verb) }
    func numbers() throws {
      for (t, at) in [(a, aSpan), (b, bSpan)] where t.dtype == .bool {
        throw fail(
          .boolIsNotReal, "`\(op.rawValue)` needs numbers, and this is \(t.type.spelled)", at: at,
          fixes: [Diagnostic.Fix("choose numbers: `where(…, 1.0, 0.0)`")])
      }
    }
    switch op {
    case .add: try numbers(); return try on(.add, "added")
    case .subtract: try numbers(); return try on(.sub, "subtracted")
    case .multiply: try numbers(); return try on(.mul, "multiplied")
    case .divide:
      try numbers()
      if a.dtype == .int && b.dtype == .int {
        if a.isFlexible && b.isFlexible {
          let x = try realNode(a, aSpan)
          let y = try realNode(b, bSpan)
          return try elementwise(.div, TensorValue(x), TensorValue(y), aSpan, bSpan, span, verb: "divided")
        }
        throw fail(
          .intDivision, "`/` of two Ints has no Int answer", at: span,
          labels: [.init(aSpan, a.type.spelled), .init(bSpan, b.type.spelled)],
          fixes: [Diagnostic.Fix("`//` divides and rounds down"), Diagnostic.Fix("`real(n)` makes a Real of an Int")])
      }
      return try on(.div, "divided")
    case .floorDivide, .remainder:
      try numbers()
      let divisor = try checkedDivisor(a, b, bSpan)
      return try elementwise(op == .floorDivide ? .floordiv : .mod, a, divisor, aSpan, bSpan, span, verb: "divided")
    case .power: try numbers(); return try power(a, b, aSpan, bSpan, span)
    case .matrixProduct: return try matrixProduct(a, b, aSpan, bSpan, span)
    case .equal: return try on(.eq, "compared")
    case .notEqual: return try on(.ne, "compared")
    case .less: try numbers(); return try on(.lt, "compared")
    case .lessOrEqual: try numbers(); return try on(.le, "compared")
    case .greater: try numbers(); return try on(.gt, "compared")
    case .greaterOrEqual: try numbers(); return try on(.ge, "compared")
    case .and, .or:
      for (t, at) in [(a, aSpan), (b, bSpan)] where t.dtype != .bool {
        throw fail(.needsBool, "`\(op.rawValue)` needs truth values, and this is \(t.type.spelled)", at: at)
      }
      return try on(op == .and ? .and : .or, "combined")
    case .intersection, .union:
      throw fail(
        .typesDoNotFit, "`\(op.rawValue)` combines sets, and these are \(a.type.spelled) and \(b.type.spelled)", at: span,
        fixes: [Diagnostic.Fix("for truth values write `\(op == .union ? "or" : "and")`")])
    case .pipe: throw Failure()
    }
  }

  /// The divisor of two Ints, checked when the program runs unless it is a number known now.
  private func checkedDivisor(_ a: TensorValue, _ b: TensorValue, _ span: SourceSpan) throws -> TensorValue {
    guard a.dtype == .int, b.dtype == .int, b.size?.constant == nil || b.size?.constant == 0 else { return b }
    return try emit1(.divisor, [node(b)], at: span)
  }

  /// `x ^ n`: a product for a small whole exponent, whose derivative has no logarithm; else `pow`.
  private func power(_ a: TensorValue, _ b: TensorValue, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan) throws -> TensorValue {
    if let exponent = wholeExponent(b), a.dtype.isDifferentiable || a.isFlexible, (0...16).contains(exponent), b.shape.isEmpty {
      let x = try realNode(a, aSpan)
      return TensorValue(at(span) { wholePower(x, exponent) })
    }
    if a.dtype.isReal, b.dtype == .int, b.isFlexible || b.size != nil {
      let exponent = TensorValue(node(b).convert(real))
      return try elementwise(.pow, a, exponent, aSpan, bSpan, span, verb: "raised")
    }
    if a.dtype.isComplex || b.dtype.isComplex {
      // z^w = exp(w log z), the principal branch.
      let log = try callPrelude("log", [.tensor(a)], span)
      let product = try binary(.multiply, .tensor(b), log, bSpan, aSpan, span)
      return try callPrelude("exp", [product], span).tensor ?? a
    }
    return try elementwise(.pow, a, b, aSpan, bSpan, span, verb: "raised")
  }
  private func wholeExponent(_ t: TensorValue) -> Int? {
    if let size = t.size?.constant { return size }
    if case .host(let tensor) = t.source, tensor.rank == 0, let value = tensor.realScalar, value == value.rounded(), abs(value) < 64 {
      return Int(value)
    }
    return nil
  }
  private func wholePower(_ x: Node, _ n: Int) -> Node {
    switch n {
    case 0: return builder.fill(1, like: x)
    case 1: return x
    default:
      let half = wholePower(x, n / 2)
      return n % 2 == 0 ? half * half : half * half * x
    }
  }

  /// `a @ b` with NumPy's rules for vectors and batches.
  private func matrixProduct(_ a: TensorValue, _ b: TensorValue, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan) throws -> TensorValue {
    let (x, y) = try promoted(a, b, aSpan, bSpan)
    guard x.rank > 0, y.rank > 0 else {
      throw fail(
        .matrixProductOfScalar, "`@` multiplies matrices and vectors, and this is a scalar", at: x.rank == 0 ? aSpan : bSpan,
        fixes: [Diagnostic.Fix("`*` multiplies by a scalar")])
    }
    let inner = x.shape[x.rank - 1]
    let outer = y.rank == 1 ? y.shape[0] : y.shape[y.rank - 2]
    guard inner == outer else {
      var notes = ["the inner dimensions differ: \(inner) and \(outer)"]
      if y.rank == 2, y.shape[1] == inner { notes.append("the second is the wrong way round: `… @ b.T`") }
      throw fail(
        .shapesDoNotFit, "these shapes cannot be multiplied as matrices", at: span,
        labels: [.init(aSpan, a.type.spelled), .init(bSpan, b.type.spelled)], notes: notes)
    }
    return TensorValue(try at(span) { try matrixProduct(x, y, aSpan, bSpan, span) })
  }

  private func matrixProduct(_ x: Node, _ y: Node, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan) throws -> Node {
    if y.rank == 1 {
      // [.., m, k] @ [k]: rows against one vector.
      let rows = x.shape.dropLast().reduce(Dim(1), *)
      let flat = x.reshape([rows, x.shape[x.rank - 1]])
      return matmul(flat, y.reshape([y.shape[0], 1])).reshape(Array(x.shape.dropLast()))
    }
    if x.rank == 1 {
      let product = try matrixProduct(x.reshape([1, x.shape[0]]), y, aSpan, bSpan, span)
      return product.reshape(Array(product.shape.dropLast(2)) + [product.shape[product.rank - 1]])
    }
    if y.rank == 2 {
      let rows = x.shape.dropLast().reduce(Dim(1), *)
      let flat = x.rank == 2 ? x : x.reshape([rows, x.shape[x.rank - 1]])
      return matmul(flat, y).reshape(Array(x.shape.dropLast()) + [y.shape[1]])
    }
    let batch = try broadcast(Array(x.shape.dropLast(2)), Array(y.shape.dropLast(2)), aSpan, bSpan, span, "multiplied")
    let left = x.broadcast(to: batch + x.shape.suffix(2))
    let right = y.broadcast(to: batch + y.shape.suffix(2))
    return matmul(left, right, batch: batch.count)
  }
  private func matmul(_ x: Node, _ y: Node, batch: Int = 0) -> Node {
    builder.emit1(.matmul, [x, y], ["batch": .int(batch), "transposeA": .bool(false), "transposeB": .bool(false)])
  }

  // MARK: Unary operators and logic

  func unary(_ op: UnaryOperator, _ value: Value, _ operandSpan: SourceSpan, _ span: SourceSpan) throws -> Value {
    switch (op, value) {
    case (.minus, .tensor(let t)):
      if t.dtype == .bool { throw fail(.boolIsNotReal, "`-` needs a number, and this is \(t.type.spelled)", at: operandSpan) }
      switch t.source {
      case .literal(let n):
        let (negated, overflow) = 0.subtractingReportingOverflow(n)
        if !overflow { return .tensor(TensorValue(literal: negated)) }
      case .size(let dim): return .tensor(TensorValue(size: Dim(0) - dim))
      case .host(let tensor) where tensor.rank == 0:
        if let x = tensor.realScalar { return .tensor(TensorValue(Tensor(real: -x, tensor.dtype))) }
      default: break
      }
      return .tensor(try emit1(.neg, [node(t)], at: span))
    case (.minus, .guarded(let kind, _)) where kind != .verdict: return try negated(value, span)
    case (.minus, _) where value.vectorLeaves != nil: return mapVector(value) { -self.node($0) }
    case (.minus, .object(let object)) where object.template.keyword == .set || object.template.keyword == .dist:
      return try binary(.multiply, .tensor(constant(-1)), value, span, operandSpan, span)
    case (.not, .tensor(let t)):
      if let truth = t.truth { return .truth(!truth) }
      guard t.dtype == .bool else {
        throw fail(.needsBool, "`not` needs a truth value, and this is \(t.type.spelled)", at: operandSpan)
      }
      return .tensor(try emit1(.not, [node(t)], at: span))
    case (.not, _) where value.isStructure && value.vectorPlaces?.allSatisfy({ $0.dtype == .bool }) == true:
      return value.replacingVector(try (value.vectorPlaces ?? []).map { try unary(.not, .tensor($0), operandSpan, span).tensor ?? $0 })
    default: throw fail(.typesDoNotFit, "`\(op.rawValue)` does not take \(value.typeName)", at: operandSpan)
    }
  }

  /// `and`, `or`: elementwise; where the left side is known now and decides, the right side is not looked at.
  func logic(_ e: Expression, _ a: Expression, _ b: Expression, _ at: SourceSpan, _ scope: Scope) throws -> Value {
    guard case .binary(let op, _, _, _) = e.kind else { throw Failure() }
    let left = try evaluate(a, scope)
    if let known = left.tensor?.truth, known == (op == .or) { return .truth(known) }
    return try binary(op, left, try evaluate(b, scope), a.span, b.span, e.span)
  }
}

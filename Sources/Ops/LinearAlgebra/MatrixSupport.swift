import IR

// What the declarations of linear algebra share: checks, masks, and matrices in the last two axes of nodes.

extension Check {
  /// BLAS and LAPACK count in 32 bits.
  static func blasExtents(_ name: String, _ types: [TensorType]) throws(OpError) {
    for type in types {
      for case let extent? in type.shape.map(\.constant) where extent > Int(Int32.max) {
        throw OpError("`\(name)` of \(type.word): an axis has at most \(Int32.max) elements")
      }
    }
  }
  static func matrix(_ name: String, _ type: TensorType, _ elements: Elements) throws(OpError) {
    try Check.elements(name, type, elements)
    if type.rank < 2 { throw OpError("`\(name)` needs a matrix, not \(type.word)") }
    try blasExtents(name, [type])
  }
  static func square(_ name: String, _ type: TensorType, _ elements: Elements) throws(OpError) {
    try matrix(name, type, elements)
    if type.rows != type.columns { throw OpError("`\(name)` needs a square matrix, not \(type.word)") }
  }
  /// The types of a linear system A X = B with a square A.
  static func system(_ name: String, _ types: [TensorType]) throws(OpError) {
    try Check.count(name, types, 2)
    try square(name, types[0], .realOrComplex)
    try matrix(name, types[1], .realOrComplex)
    try sameElements(name, types)
    if types[0].lead != types[1].lead { throw OpError("`\(name)`: the leading axes of \(types[0].word) and \(types[1].word) differ") }
    if types[0].columns != types[1].rows {
      throw OpError("`\(name)`: \(types[0].word) has \(types[0].columns) rows and the right-hand side \(types[1].word) has \(types[1].rows)")
    }
  }
  /// The smaller side of a matrix, which has to be known.
  static func smallerSide(_ name: String, _ type: TensorType) throws(OpError) -> Dim {
    if type.rows == type.columns { return type.rows }
    guard let m = type.rows.constant, let n = type.columns.constant else {
      throw OpError("`\(name)` of \(type.word): which of \(type.rows) and \(type.columns) is smaller is not known before they are")
    }
    return Dim(Swift.min(m, n))
  }
}

extension TensorType {
  /// The axes before the matrix.
  var lead: Shape { Array(shape.dropLast(2)) }
  var rows: Dim { shape[rank - 2] }
  var columns: Dim { shape[rank - 1] }
  func matrix(_ rows: Dim, _ columns: Dim) -> TensorType { with(shape: lead + [rows, columns]) }
  func vector(_ n: Dim) -> TensorType { with(shape: lead + [n]) }
  var scalars: TensorType { with(shape: lead) }
  /// Sides of the matrix for a kernel's scratch memory: executed types are constant.
  var sides: (m: Int, n: Int) { (rows.constant ?? 0, columns.constant ?? 0) }
}

extension Node {
  /// Where the row of an element compares so with its column, over the last two axes.
  func whereRow(_ comparison: OpDecl) -> Node {
    let axes = (0..<2).map { axis in
      builder.emit1(.iota, [], ["shape": .dims(Array(shape.suffix(2))), "axis": .int(axis), "dtype": .dtype(.int)])
    }
    return .apply(comparison, axes[0], axes[1]).broadcast(to: shape)
  }
  /// The elements where row and column compare so, zero elsewhere.
  func part(_ comparison: OpDecl) -> Node { .select(whereRow(comparison), self, builder.zeros(type)) }
  /// Ones on the diagonal of matrices of this shape.
  var unitMatrix: Node { .select(whereRow(.eq), builder.fill(1, like: self), builder.zeros(type)) }
  var symmetrised: Node { (self + T) * 0.5 }

  /// The diagonal of square matrices in the last two axes.
  func diagonal() -> Node {
    guard let n = type.rows.constant else { return part(.eq).sum([rank - 1]) }
    // In row-major order diagonal elements are n + 1 apart.
    let ones = [Int](repeating: 1, count: rank - 2)
    let flat = reshape(type.lead + [type.rows * type.columns])
    return .apply(
      .slice, flat,
      attributes: [
        "start": .dims(type.lead.map { _ in 0 } + [0]), "stop": .dims(flat.shape), "step": .ints(ones + [n + 1]),
      ])
  }
  /// A vector repeated as each column of matrices of this shape, or as each row.
  func asColumns(_ shape: Shape) -> Node { broadcast(to: shape, axes: Array(0..<(rank - 1)) + [rank - 1]) }
  func asRows(_ shape: Shape) -> Node { broadcast(to: shape, axes: Array(0..<(rank - 1)) + [rank]) }
  /// The sum of the elements of each matrix.
  var matrixSum: Node { sum([rank - 2, rank - 1]) }
  /// Numbers, one a matrix, repeated over matrices of this shape.
  func overMatrices(_ shape: Shape) -> Node { broadcast(to: shape, axes: Array(0..<rank)) }
  /// Columns `range` of matrices.
  func columns(_ start: Dim, _ stop: Dim) -> Node {
    if start == 0 && stop == type.columns { return self }
    return .apply(
      .slice, self,
      attributes: [
        "start": .dims(shape.dropLast().map { _ in 0 } + [start]), "stop": .dims(Array(shape.dropLast()) + [stop]),
        "step": .ints([Int](repeating: 1, count: rank)),
      ])
  }
  /// [[a, b], [c, d]]
  static func blocks(_ a: Node, _ b: Node, _ c: Node, _ d: Node) -> Node {
    let rank = a.rank
    let top = Node.apply(.concat, a, b, attributes: ["axis": .int(rank - 1)])
    return .apply(.concat, top, .apply(.concat, c, d, attributes: ["axis": .int(rank - 1)]), attributes: ["axis": .int(rank - 2)])
  }
  /// 1 / x, and 0 where x is 0: what a difference of equal eigenvalues contributes.
  var reciprocalOrZero: Node {
    let zero = Node.comparing(.eq, self, 0)
    let one = builder.fill(1, like: self)
    return .select(zero, builder.zeros(type), one / .select(zero, one, self))
  }
}

/// Operands and results of an op over matrices have the same leading axes: a lane is one of them.
func batchMatrices(_ decl: @escaping @Sendable () -> OpDecl) -> Batching {
  .rule { r, batched, n in r.b.emit(decl(), r.allBatched(batched, n), r.attributes) }
}

/// Linear systems: with one matrix for all lanes, these are more right-hand sides.
func batchSystem(_ decl: @escaping @Sendable () -> OpDecl) -> Batching {
  .rule { r, batched, n in
    let (a, b) = (r.x[0], r.x[1])
    if batched[0] { return r.b.emit(decl(), r.allBatched(batched, n), r.attributes) }
    // [n, B…, m, k] → [B…, m, n k] and back.
    let lead = a.rank - 2
    let wide = b.transpose(Array(1..<(lead + 2)) + [0, lead + 2]).reshape(Array(b.shape[1..<(lead + 2)]) + [n * b.shape[lead + 2]])
    let x = r.b.emit1(decl(), [a, wide], r.attributes)
    return [x.reshape(Array(x.shape.dropLast()) + [n, b.shape[lead + 2]]).transpose([lead + 1] + Array(0...lead) + [lead + 2])]
  }
}

let noErrorBound = Rounding.refused("no bound of its rounding error is known; compute it outside of what is bounded")

func noEnclosure(_ name: String) -> IntervalRule {
  .refused("no enclosure of `\(name)` over a box of matrices is known; keep the matrix fixed, or bound what is computed from it")
}

let noPack: @Sendable (Attributes) -> [Int] = { _ in [] }

/// Types and values of samples and errors.
func matrices(_ shape: Shape, _ values: OpSample.Values = .uniform(-2...2), _ dtype: DType = .f64) -> (TensorType, OpSample.Values) {
  (TensorType(dtype, shape), values)
}

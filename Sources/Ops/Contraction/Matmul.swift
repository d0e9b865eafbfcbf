import IR
import Tensors

// Products of matrices.

extension OpDecl {
  public static let matmul: OpDecl = OpDecl(
    "matmul",
    doc: """
      Matrix products `a b` over `batch` equal leading axes: a [B…, m, k], b [B…, k, n] → [B…, m, n]. With `transposeA`, a is stored \
      as [B…, k, m]; with `transposeB`, b as [B…, n, k].
      """,
    traits: [.multilinear],
    infer: { (types, attributes) throws(OpError) in
      try Check.count("matmul", types, 2)
      let (a, b, batch) = (types[0], types[1], attributes.int("batch"))
      try Check.elements("matmul", a, .number)
      try Check.sameElements("matmul", types)
      for type in types where type.rank != batch + 2 {
        throw OpError("`matmul` of matrices over \(Check.axes(batch)) cannot take \(type.word)")
      }
      if a.shape[..<batch] != b.shape[..<batch] {
        throw OpError("the leading axes of \(a.word) and \(b.word) differ", note: Check.difference(Array(a.shape[..<batch]), Array(b.shape[..<batch])))
      }
      let (m, kA) = attributes.bool("transposeA") ? (a.shape[batch + 1], a.shape[batch]) : (a.shape[batch], a.shape[batch + 1])
      let (kB, n) = attributes.bool("transposeB") ? (b.shape[batch + 1], b.shape[batch]) : (b.shape[batch], b.shape[batch + 1])
      if kA != kB {
        throw OpError("\(a.word) and \(b.word) cannot be multiplied: \(kA) columns meet \(kB) rows")
      }
      try Check.blasExtents("matmul", types)
      return [a.with(shape: Array(a.shape[..<batch]) + [m, n])]
    },
    kernel: .function(
      MatmulKernel.kernel,
      pack: { [$0.int("batch"), $0.bool("transposeA") ? 1 : 0, $0.bool("transposeB") ? 1 : 0] }, workspace: { _, _ in 0 },
      work: .rule { x, y, a in 2 * Count(y[0].shape) * Count(x[0].shape[a.int("batch") + (a.bool("transposeA") ? 0 : 1)]) }),
    derivative: .linear, transpose: .rule(transposeProduct), batching: .rule(batchProduct), rounding: .sums { r in [r.x[0].shape[r.attributes.int("batch") + (r.attributes.bool("transposeA") ? 0 : 1)]] }, interval: .derived,
    samples: [
      sample([2, 3], [3, 4]), sample([3, 2], [3, 4], transposeA: true), sample([2, 3], [4, 3], transposeB: true),
      sample([3, 2], [4, 3], transposeA: true, transposeB: true), sample([2, 2, 3], [2, 3, 1], batch: 1),
      sample([2, 1, 3], [2, 4, 3], batch: 1, transposeB: true), sample([1, 9], [9, 1]), sample([2, 0], [0, 3]), sample([0, 2], [2, 3]),
      sample([10, 11], [11, 12]), sample([30, 20], [20, 1]), sample([1, 20], [20, 30]), sample([20, 1], [30, 20], transposeA: true, transposeB: true),
      sample([2, 3], [3, 2], dtype: .int), sample([2, 3], [3, 2], dtype: .c128), sample([2, 3], [3, 2], dtype: .f32),
    ],
    errors: [
      OpErrorSample([TensorType(.f64, [2, 3]), TensorType(.f64, [4, 2])], product(0, false, false), "3 columns meet 4 rows"),
      OpErrorSample([TensorType(.f64, [3]), TensorType(.f64, [3, 2])], product(0, false, false), "cannot take Real[3]"),
      OpErrorSample([TensorType(.f64, [2, 3, 3]), TensorType(.f64, [4, 3, 3])], product(1, false, false), "the leading axes"),
      OpErrorSample([TensorType(.bool, [2, 2]), TensorType(.bool, [2, 2])], product(0, false, false), "needs numbers"),
      OpErrorSample([TensorType(.f64, [2, 2]), TensorType(.int, [2, 2])], product(0, false, false), "differ in kind"),
    ])

  static let contractionOps: [OpDecl] = [.matmul, .conv, .windows, .windowsAdd]
}

extension Node {
  /// Products of the matrices in the last two axes; all leading axes are equal.
  public func matmul(_ other: Node, transposeA: Bool = false, transposeB: Bool = false) -> Node {
    .apply(.matmul, self, other, attributes: product(rank - 2, transposeA, transposeB))
  }
}

private func product(_ batch: Int, _ transposeA: Bool, _ transposeB: Bool) -> Attributes {
  ["batch": .int(batch), "transposeA": .bool(transposeA), "transposeB": .bool(transposeB)]
}

/// With c = a b: ∂a = ∂c bᵀ and ∂b = aᵀ ∂c; where an operand is stored transposed, so is its cotangent.
private let transposeProduct: @Sendable (RuleContext, [Node?], [Bool]) -> [Node?] = { r, cotangents, linear in
  guard let ct = cotangents[0] else { return [nil, nil] }
  let (ta, tb) = (r.attributes.bool("transposeA"), r.attributes.bool("transposeB"))
  let (a, b) = (r.x[0], r.x[1])
  var (ctA, ctB): (Node?, Node?)
  let batch = r.attributes.int("batch")
  if ct.shape[batch].isOne, ct.shape[batch + 1].isOne, ct.dtype.isReal {
    // Inner products: multiples of the other vector, where 0 wins over an infinite cotangent (√(x·x) at 0).
    func multiple(_ of: Node, _ shape: Shape) -> Node { of.reshape(shape).times(ct.broadcast(to: shape)) }
    return [linear[0] ? multiple(b, a.shape) : nil, linear[1] ? multiple(a, b.shape) : nil]
  }
  if linear[0] {
    ctA = ta ? b.matmul(ct, transposeA: tb, transposeB: true) : ct.matmul(b, transposeB: !tb)
  }
  if linear[1] {
    ctB = tb ? ct.matmul(a, transposeA: true, transposeB: ta) : a.matmul(ct, transposeA: !ta)
  }
  return [ctA, ctB]
}

/// One large product is faster than many small ones: lanes of a become rows of it, and so do lanes of a vector b.
private let batchProduct: @Sendable (RuleContext, [Bool], Dim) -> [Node] = { r, batched, n in
  let (ta, tb) = (r.attributes.bool("transposeA"), r.attributes.bool("transposeB"))
  let batch = r.attributes.int("batch")
  func lanesAsRows(_ lanes: Node, _ other: Node, transposeB: Bool) -> Node {
    // [n, B…, m, k] → [B…, n m, k], multiplied, and back.
    let order = Array(1...batch + 1).dropLast() + [0, batch + 1, batch + 2]
    let (lead, m, k) = (Array(lanes.shape[1..<(batch + 1)]), lanes.shape[batch + 1], lanes.shape[batch + 2])
    let result = lanes.transpose(Array(order)).reshape(lead + [n * m, k]).matmul(other, transposeB: transposeB)
    let columns = result.shape[batch + 1]
    return result.reshape(lead + [n, m, columns]).transpose([batch] + Array(0..<batch) + [batch + 1, batch + 2])
  }
  if batched == [true, false] { return [lanesAsRows(ta ? r.x[0].T : r.x[0], r.x[1], transposeB: tb)] }
  let columns = r.x[1].shape[r.x[1].rank - (tb ? 2 : 1)]
  if batched == [false, true] && columns.isOne {
    // a b is a column; as a row it is bᵀ aᵀ.
    return [lanesAsRows(tb ? r.x[1] : r.x[1].T, r.x[0], transposeB: !ta).T]
  }
  let all = r.allBatched(batched, n)
  return [all[0].matmul(all[1], transposeA: ta, transposeB: tb)]
}

private func sample(
  _ a: Shape, _ b: Shape, batch: Int = 0, transposeA: Bool = false, transposeB: Bool = false, dtype: DType = .f64
) -> OpSample {
  let values: OpSample.Values = dtype == .int ? .indices(7) : .uniform(-2...2)
  return OpSample([(TensorType(dtype, a), values), (TensorType(dtype, b), values)], product(batch, transposeA, transposeB))
}

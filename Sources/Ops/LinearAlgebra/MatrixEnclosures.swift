import IR

// Enclosures of linear algebra over boxes of matrices, rounded outwards. Everything is in f64.

/// Bounds of ops over matrices whose elements lie in intervals.
enum MatrixEnclosure {
  typealias Ends = Enclosure.Ends

  /// Of `A X = B`.
  static let system: Enclosure.Rule = { _, l, u in [solution((l[0], u[0]), (l[1], u[1]))] }

  /// Of a triangular system, of which only a triangle is read.
  static let triangle: Enclosure.Rule = { r, l, u in
    let (lower, unit) = (r.attributes.bool("lower"), r.attributes.bool("unit"))
    func read(_ a: Node) -> Node {
      var read = a.part(unit ? (lower ? .gt : .lt) : (lower ? .ge : .le))
      if unit { read = read + a.unitMatrix }
      return r.attributes.bool("transpose") ? read.T : read
    }
    return [solution((read(l[0]), read(u[0])), (l[1], u[1]))]
  }

  static let inverse: Enclosure.Rule = { _, l, u in
    let one = l[0].unitMatrix
    return [solution((l[0], u[0]), (one, one))]
  }

  /// Krawczyk's enclosure in Rump's form (S. M. Rump, Kleine Fehlerschranken bei Matrixproblemen, 1980). For any R with
  /// ‖I − R A‖∞ ≤ α < 1 for all A of the box, R and every A are regular, and with d = R (B − A x̃) the error e = X − x̃ solves
  /// e = d + (I − R A) e: |e| ≤ |d| + |I − R A| · ‖d‖∞ / (1 − α). Infinite where α is not below 1.
  private static func solution(_ a: Ends, _ b: Ends) -> Ends {
    let shape = b.lower.shape
    let n = a.lower.type.rows
    if shape.contains(where: { $0 == 0 }) { return b }
    let builder = b.lower.builder
    func known(_ x: Node) -> Node { .select(x.applying(.isFinite), x, builder.zeros(x.type)) }
    let (ac, ar) = Outward.ball(a.lower, a.upper)
    let (bc, br) = Outward.ball(b.lower, b.upper)
    let g = Error(n)
    // Any R and x̃ will do.
    let r = Node.apply(.stopGradient, Node.apply(.pinv, known(ac)))
    let x = Node.apply(.stopGradient, known(r.matmul(bc)))
    let (size, reach) = (r.applying(.abs), x.applying(.abs))

    let misses = (ac.unitMatrix - r.matmul(ac)).applying(.abs)
    let residual = g.up(misses + size.matmul(ar + g.of(ac.applying(.abs))))
    let sums = g.up(residual.sum([residual.rank - 1]))
    let alpha = Node.reduced(.maxOf, sums, sums.rank - 1)

    let rest = bc - ac.matmul(x)
    let restError = g.up(br + ar.matmul(reach) + g.of(bc.applying(.abs) + ac.applying(.abs).matmul(reach)))
    let d = r.matmul(rest)
    let dError = g.up(size.matmul(restError + g.of(rest.applying(.abs))))
    let most = Node.reduced(.maxOf, g.up(d.applying(.abs) + dError), d.rank - 2)
    let rows = Array(0..<(shape.count - 2))
    let spread = g.up(
      sums.asColumns(shape) * most.broadcast(to: shape, axes: rows + [shape.count - 1]) / (1 - g.up(alpha)).overMatrices(shape))
    let error = g.up(dError + spread)
    let y = x + d
    let ends = around(y, error)
    let isRegular = Node.comparing(.lt, alpha, 1 - 0x1p-10).overMatrices(shape)
    return Enclosure.orUnbounded(Node.apply(.and, isRegular, error.applying(.isFinite)), ends)
  }

  /// Eigenvalues of the symmetric part, and eigenvectors, which have length 1. With approximate eigenvectors V of the centre S and
  /// ‖Vᵀ V − I‖ ≤ η < 1, those of Vᵀ S V = diag(w) + F are θᵢ times those of S, 1 − η ≤ θᵢ ≤ 1 + η (Ostrowski), and lie within ‖F‖ of w;
  /// those of a matrix of the box lie within the norm of the radius of those of S (Weyl).
  static let symmetricEigen: Enclosure.Rule = { r, l, u in
    let n = l[0].type.rows
    let unknown: Ends = (r.b.fill(-1, like: l[0]), r.b.fill(1, like: l[0]))
    let g = Error(n)
    if n == 0 { return [(r.b.zeros(l[0].type.vector(n)), r.b.zeros(l[0].type.vector(n))), unknown] }
    let (ac, ar) = Outward.ball(l[0], u[0])
    let safe = Node.select(ac.applying(.isFinite), ac, r.b.zeros(ac.type))
    let found = r.b.emit(.eigh, [Node.apply(.stopGradient, safe)])
    let (w, v) = (found[0], found[1])
    let s = ac.symmetrised
    let size = v.applying(.abs)
    let image = s.matmul(v)
    let imageError = g.of(s.applying(.abs).matmul(size)) + g.of(image.applying(.abs))
    let form = v.matmul(image, transposeA: true)
    let off = (form - w.asColumns(form.shape).part(.eq)).applying(.abs)
    let f = g.up(off + size.matmul(imageError + g.of(image.applying(.abs)), transposeA: true))
    let gram = (v.matmul(v, transposeA: true) - v.unitMatrix).applying(.abs)
    let eta = norm(g.up(gram + g.of(size.matmul(size, transposeA: true))), g)
    let spread = norm(g.up(ar.symmetrised + g.of(s.applying(.abs))), g)
    let turned = norm(f, g)
    // w ± ‖F‖, divided by the factors 1 ± η, ± the norm of the radius.
    let width = w.shape
    let reach = g.up((w.applying(.abs) + turned.overMatrices(width)) * (eta / (1 - g.up(eta))).overMatrices(width) + (turned + spread).overMatrices(width))
    let known = Node.apply(.and, .comparing(.lt, eta, 0.5).overMatrices(width), reach.applying(.isFinite))
    return [Enclosure.orUnbounded(known, around(w, reach)), unknown]
  }

  /// Singular values, and singular vectors, which have length 1. With approximate factors U, V, ‖Uᵀ U − I‖ ≤ η and so for V, the
  /// singular values of U diag(s) Vᵀ are θᵢ sᵢ with |θᵢ − 1| ≤ η, and those of a matrix lie within the norm of its distance from it (Weyl).
  static let singularValues: Enclosure.Rule = { r, l, u in
    let (ac, ar) = Outward.ball(l[0], u[0])
    let safe = Node.select(ac.applying(.isFinite), ac, r.b.zeros(ac.type))
    let found = r.b.emit(.svd, [Node.apply(.stopGradient, safe)])
    let (left, s, right) = (found[0], found[1], found[2])
    func unknown(_ x: Node) -> Ends { (r.b.fill(-1, like: x), r.b.fill(1, like: x)) }
    if s.shape.contains(where: { $0 == 0 }) { return [unknown(left), (s, s), unknown(right)] }
    let g = Error(l[0].type.rows + l[0].type.columns)
    let scaled = left * s.asRows(left.shape)
    let size = scaled.applying(.abs).matmul(right.applying(.abs))
    let distance = g.up((ac - scaled.matmul(right)).applying(.abs) + ar + g.of(size + ac.applying(.abs)))
    // The square root of the sum of squares is at least the spectral norm.
    let far = g.up(g.up((distance * distance).matrixSum).applying(.sqrt))
    func defect(_ q: Node, transposed: Bool) -> Node {
      let gram = q.matmul(q, transposeA: !transposed, transposeB: transposed)
      let sizes = q.applying(.abs)
      let error = g.of(sizes.matmul(sizes, transposeA: !transposed, transposeB: transposed))
      return norm(g.up((gram - gram.unitMatrix).applying(.abs) + error), g)
    }
    let eta = Node.maximum(defect(left, transposed: false), defect(right, transposed: true))
    let width = s.shape
    let reach = g.up(s * (eta * 2).overMatrices(width) + far.overMatrices(width))
    let known = Node.apply(.and, .comparing(.lt, eta, 0.25).overMatrices(width), reach.applying(.isFinite))
    let zero = r.b.zeros(s.type)
    let ends = Enclosure.orUnbounded(known, around(s, reach))
    return [unknown(left), (.maximum(ends.lower, zero), ends.upper), unknown(right)]
  }

  /// What lies within the error of y.
  private static func around(_ y: Node, _ error: Node) -> Ends {
    let rounding = (y.applying(.abs) + error) * 0x1p-50
    return (Outward.lower(y - error, error: rounding), Outward.upper(y + error, error: rounding))
  }

  /// The largest sum of a row of a matrix without negative elements: its norm as a map of the largest component, which is at least the
  /// spectral norm of a symmetric matrix within these bounds.
  private static func norm(_ x: Node, _ g: Error) -> Node {
    let sums = g.up(x.sum([x.rank - 1]))
    return Node.reduced(.maxOf, sums, sums.rank - 1)
  }

  /// Rounding errors of sums of n products (Higham 2002, chapter 3), generously: of products of three matrices too.
  private struct Error {
    let n: Dim
    init(_ n: Dim) { self.n = n }
    /// How far a sum is off whose terms have magnitudes that add up to x.
    func of(_ x: Node) -> Node { x * Outward.gamma(n, extra: 24, like: x) + 1e-290 }
    /// Not below the exact value of what is computed so from numbers that are not negative.
    func up(_ x: Node) -> Node { x + of(x) * 4 }
  }
}

extension Node {
  fileprivate static func reduced(_ decl: OpDecl, _ x: Node, _ axis: Int) -> Node { apply(decl, x, attributes: ["axes": .ints([axis])]) }
}

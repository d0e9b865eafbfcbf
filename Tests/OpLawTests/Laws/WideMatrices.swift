import IR
import Ops

#if arch(x86_64)
  /// Linear algebra in the 64 bits of an x87 number: by elimination with full row exchanges and by Jacobi's rotations.
  enum WideMatrices {
    typealias Matrix = [[Float80]]

    /// The results of the op; elements without a reference (signs of eigenvectors are conventions) are nan. Nil for other ops.
    static func values(_ decl: OpDecl, _ attributes: Attributes, _ inputs: [Dense]) -> [[Float80]]? {
      switch decl {
      case let d where d === OpDecl.linearSolve:
        return [zip(matrices(inputs[0]), matrices(inputs[1])).flatMap { solve($0, $1).flatMap { $0 } }]
      case let d where d === OpDecl.triangularSolve:
        return [zip(matrices(inputs[0]), matrices(inputs[1])).flatMap { solve(triangle($0, attributes), $1).flatMap { $0 } }]
      case let d where d === OpDecl.inv:
        return [matrices(inputs[0]).flatMap { a in solve(a, unit(a.count)).flatMap { $0 } }]
      case let d where d === OpDecl.eigh:
        let all = matrices(inputs[0])
        return [all.flatMap { eigenvalues(symmetric($0)) }, all.flatMap { $0.flatMap { $0.map { _ in Float80.nan } } }]
      case let d where d === OpDecl.svd:
        let all = matrices(inputs[0])
        let r = min(inputs[0].shape[inputs[0].shape.count - 2], inputs[0].shape[inputs[0].shape.count - 1])
        func none(_ count: Int) -> [Float80] { [Float80](repeating: .nan, count: count) }
        return [
          all.flatMap { none($0.count * r) }, all.flatMap { Array(singularValues($0).prefix(r)) }, all.flatMap { none(r * ($0.first?.count ?? 0)) },
        ]
      default: return nil
      }
    }

    private static func matrices(_ x: Dense) -> [Matrix] {
      let (m, n) = (x.shape[x.shape.count - 2], x.shape[x.shape.count - 1])
      let count = x.shape.dropLast(2).reduce(1, *)
      return (0..<count).map { k in (0..<m).map { i in (0..<n).map { Float80(x.values[k * m * n + i * n + $0]) } } }
    }
    private static func unit(_ n: Int) -> Matrix { (0..<n).map { i in (0..<n).map { $0 == i ? 1 : 0 } } }
    private static func symmetric(_ a: Matrix) -> Matrix { a.indices.map { i in a.indices.map { (a[i][$0] + a[$0][i]) / 2 } } }

    private static func triangle(_ a: Matrix, _ attributes: Attributes) -> Matrix {
      let read = a.indices.map { i in
        a.indices.map { j -> Float80 in
          if i == j { return attributes.bool("unit") ? 1 : a[i][j] }
          return (i > j) == attributes.bool("lower") ? a[i][j] : 0
        }
      }
      return attributes.bool("transpose") ? a.indices.map { i in a.indices.map { read[$0][i] } } : read
    }

    private static func solve(_ a: Matrix, _ b: Matrix) -> Matrix {
      var (a, b) = (a, b)
      for k in a.indices {
        let pivot = (k..<a.count).max { abs(a[$0][k]) < abs(a[$1][k]) }!
        a.swapAt(k, pivot)
        b.swapAt(k, pivot)
        for i in a.indices where i != k {
          let factor = a[i][k] / a[k][k]
          for j in k..<a.count { a[i][j] -= factor * a[k][j] }
          for j in b[i].indices { b[i][j] -= factor * b[k][j] }
        }
      }
      return b.indices.map { i in b[i].map { $0 / a[i][i] } }
    }

    /// Ascending.
    private static func eigenvalues(_ a: Matrix) -> [Float80] {
      var a = a
      for _ in 0..<60 {
        for p in a.indices {
          for q in (p + 1)..<max(a.count, p + 1) where a[p][q] != 0 {
            let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
            let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
            let c = 1 / (t * t + 1).squareRoot()
            let s = t * c
            for k in a.indices { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
            for k in a.indices { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
          }
        }
      }
      return a.indices.map { a[$0][$0] }.sorted()
    }

    /// Descending, from [0 A; Aᵀ 0], whose eigenvalues are ± the singular values.
    private static func singularValues(_ a: Matrix) -> [Float80] {
      let (m, n) = (a.count, a.first?.count ?? 0)
      let whole = (0..<(m + n)).map { i in
        (0..<(m + n)).map { j -> Float80 in i < m && j >= m ? a[i][j - m] : i >= m && j < m ? a[j][i - m] : 0 }
      }
      return eigenvalues(whole).reversed().map { max($0, 0) }
    }
  }
#endif

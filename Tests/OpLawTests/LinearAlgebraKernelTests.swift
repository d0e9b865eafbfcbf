import Foundation
import IR
import Ops
import Tensors
import Testing

/// Kernels against definitions and against references from mpmath (40 digits).
@Suite struct LinearAlgebraKernelTests {
  private let laplacian = Dense((0..<10).map { i in (0..<10).map { j in i == j ? 2 : abs(i - j) == 1 ? -1 : 0 } })
  private let hilbert = Dense((0..<4).map { i in (0..<4).map { j in 1 / Double(i + j + 1) } })
  private let magic = Dense([[16, 2, 3, 13], [5, 11, 10, 8], [9, 7, 6, 12], [4, 14, 15, 1]])

  @Test func eigenvaluesOfLaplacian() throws {
    let out = try OpDecl.eigh.run([laplacian])
    let expected = [
      0.081014052771005220219, 0.31749293433763766228, 0.69027853210942987189, 1.1691699739962271489, 1.7153703234534297191,
      2.2846296765465702809, 2.8308300260037728511, 3.3097214678905701281, 3.6825070656623623377, 3.9189859472289947798,
    ]
    #expect(out[0].distance(Dense(expected, [10])) < 1e-14)
    #expect(times(laplacian, out[1]).distance(times(out[1], diagonal(out[0]))) < 1e-14)
    #expect(times(transposed(out[1]), out[1]).distance(identity(10)) < 1e-14)
    #expect(try OpDecl.eigh.run([laplacian.cast(.f32)])[0].distance(Dense(expected, [10])) < 2e-6)
  }

  @Test func eigenvaluesOfHilbert() throws {
    let w = try OpDecl.eigh.run([hilbert])[0]
    let expected = [0.000096702304022586885554, 0.0067382736057607479501, 0.16914122022145003243, 1.5002142800592428232]
    #expect(w.distance(Dense(expected, [4])) < 1e-15)
  }

  @Test func eigenpairsOfRotation() throws {
    let a = Dense([[0, -1], [1, 0]])
    let out = try OpDecl.eig.run([a])
    #expect(out[0].distance(Dense([0, -1, 0, 1], [2], .c128)) < 1e-15)
    // A V = V diag(w), over the reals and imaginaries of V.
    let (w, v) = (out[0].values, out[1].values)
    for row in 0..<2 {
      for column in 0..<2 {
        let (re, im) = (v[4 * row + 2 * column], v[4 * row + 2 * column + 1])
        let other = 4 * (1 - row) + 2 * column
        let sign = row == 0 ? -1.0 : 1.0
        #expect(abs(sign * v[other] - (re * w[2 * column] - im * w[2 * column + 1])) < 1e-15)
        #expect(abs(sign * v[other + 1] - (re * w[2 * column + 1] + im * w[2 * column])) < 1e-15)
      }
    }
    // Triangular: the eigenvalues are on the diagonal.
    let complex = Dense([1, 1, 2, 0, 0, 0, 0, 3], [2, 2], .c128)
    let expected = Dense([0, 3, 1, 1], [2], .c128)
    #expect(try OpDecl.eig.run([complex])[0].distance(expected) < 1e-14)
    #expect(try OpDecl.eig.run([complex.cast(.c64)])[0].distance(expected) < 1e-5)
  }

  @Test(arguments: [[4, 2], [3, 3], [2, 5], [40, 17], [17, 40]]) func singularValues(_ shape: [Int]) throws {
    let a = Dense(noise: shape)
    let out = try OpDecl.svd.run([a])
    let r = min(shape[0], shape[1])
    #expect(times(times(out[0], diagonal(out[1])), out[2]).distance(a) < 1e-13)
    #expect(times(transposed(out[0]), out[0]).distance(identity(r)) < 1e-13)
    #expect(times(out[2], transposed(out[2])).distance(identity(r)) < 1e-13)
    #expect(out[1].values == out[1].values.sorted(by: >))
    let single = try OpDecl.svd.run([a.cast(.f32)])
    #expect(single[1].distance(out[1]) < 1e-5)
    let p = try OpDecl.pinv.run([a])[0]
    #expect(times(times(a, p), a).distance(a) < 1e-13)
    #expect(times(times(p, a), p).distance(p) < 1e-12)
  }

  @Test func singularValuesOfMagicSquare() throws {
    let s = try OpDecl.svd.run([magic])[1]
    #expect(s.distance(Dense([34, 17.888543819998317571, 4.4721359549995793928, 0], [4])) < 1e-13)
    #expect(abs(try OpDecl.det.run([magic])[0].values[0]) < 1e-10)
  }

  @Test(arguments: [[4, 2], [3, 3], [2, 5], [30, 20], [70, 90]]) func orthogonalFactors(_ shape: [Int]) throws {
    let a = Dense(noise: shape)
    let out = try OpDecl.qr.run([a])
    let r = min(shape[0], shape[1])
    #expect(times(out[0], out[1]).distance(a) < 1e-13)
    #expect(times(transposed(out[0]), out[0]).distance(identity(r)) < 1e-13)
    for row in 0..<r { for column in 0..<row { #expect(out[1][row, column] == 0) } }
  }

  @Test(arguments: [1, 3, 20, 70]) func squareFactors(_ n: Int) throws {
    let a = Dense(noise: [n, n])
    let out = try OpDecl.lu.run([a])
    var (l, u) = (identity(n), Dense([Double](repeating: 0, count: n * n), [n, n]))
    for i in 0..<n { for j in 0..<n { if j < i { l.values[i * n + j] = out[0][i, j] } else { u.values[i * n + j] = out[0][i, j] } } }
    let rows = Dense((0..<n).map { i in (0..<n).map { j in a[Int(out[1].values[i]), j] } })
    #expect(times(l, u).distance(rows) < 1e-13)
    #expect(times(a, try OpDecl.inv.run([a])[0]).distance(identity(n)) < 1e-11)
    let b = Dense(noise: [n, 3], seed: 2)
    #expect(times(a, try OpDecl.linearSolve.run([a, b])[0]).distance(b) < 1e-12)
    let column = Dense((0..<n).map { [b[$0, 0]] })
    #expect(times(a, try OpDecl.linearSolve.run([a, column])[0]).distance(column) < 1e-12)
    var spd = times(a, transposed(a))
    for i in 0..<n { spd.values[i * (n + 1)] += 1 }
    let c = try OpDecl.cholesky.run([spd])[0]
    #expect(times(c, transposed(c)).distance(spd) < 1e-12)
    let log = try OpDecl.logabsdet.run([spd])
    var sum = 0.0
    for i in 0..<n { sum += 2 * Foundation.log(c[i, i]) }
    #expect(abs(log[0].values[0] - sum) < 1e-11)
    #expect(log[1].values == [1])
  }

  @Test func hilbertSystem() throws {
    let x = try OpDecl.linearSolve.run([hilbert, Dense([1, 1, 1, 1], [4, 1])])[0]
    #expect(x.distance(Dense([-4, 60, -180, 140], [4, 1])) < 1e-9)
    #expect(abs(try OpDecl.logabsdet.run([hilbert])[0].values[0] + 15.615238196841506) < 1e-11)
  }

  @Test(arguments: [true, false], [true, false]) func triangles(_ lower: Bool, _ transpose: Bool) throws {
    for unit in [false, true] {
      var a = Dense(noise: [5, 5])
      for i in 0..<5 { a.values[i * 6] = 2 + Double(i) }
      var read = a
      for i in 0..<5 {
        for j in 0..<5 where lower ? j > i : j < i { read.values[i * 5 + j] = 0 }
        if unit { read.values[i * 6] = 1 }
      }
      let b = Dense(noise: [5, 2], seed: 3)
      let x = try OpDecl.triangularSolve.run([a, b], ["lower": .bool(lower), "transpose": .bool(transpose), "unit": .bool(unit)])[0]
      #expect(times(transpose ? transposed(read) : read, x).distance(b) < 1e-13)
    }
  }

  @Test func determinants() throws {
    let a = Dense([4, 1, 0, 1, 3, 1, 0, 1, 2, 0, 1, 0, 1, 0, 0, 0, 0, 1], [2, 3, 3])
    #expect(try OpDecl.det.run([a])[0].distance(Dense([18, -1], [2])) < 1e-14)
    #expect(try OpDecl.logabsdet.run([a])[1].values == [1, -1])
    #expect(try OpDecl.det.run([Dense([], [0, 0])])[0].values == [1])
    #expect(try OpDecl.logabsdet.run([Dense([1, 2, 2, 4], [2, 2])])[0].values == [-.infinity])
  }

  /// Against cofactors, for regular matrices and for those of rank n - 1 and n - 2.
  @Test func adjugates() throws {
    #expect(try OpDecl.adjugate.run([Dense([[1, 2], [3, 4]])])[0].distance(Dense([[4, -2], [-3, 1]])) < 1e-14)
    #expect(try OpDecl.adjugate.run([Dense([[1, 2], [2, 4]])])[0].distance(Dense([[4, -2], [-2, 1]])) < 1e-14)
    let rankTwo = Dense([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    #expect(try OpDecl.adjugate.run([rankTwo])[0].distance(Dense([[-3, 6, -3], [6, -12, 6], [-3, 6, -3]])) < 1e-13)
    #expect(try OpDecl.adjugate.run([Dense([[1, 2, 3], [2, 4, 6], [3, 6, 9]])])[0].distance(Dense([Double](repeating: 0, count: 9), [3, 3])) < 1e-13)
    #expect(try OpDecl.adjugate.run([Dense([[5]])])[0].values == [1])
  }

  @Test func exponentials() throws {
    let rotation = try OpDecl.expm.run([Dense([[0, 2], [-2, 0]])])[0]
    #expect(rotation.distance(Dense([[-0.416146836547142387, 0.909297426825681695], [-0.909297426825681695, -0.416146836547142387]])) < 1e-15)
    // Nilpotent, so that the series ends; and every degree of approximant by the identity exp(A) exp(-A) = I.
    #expect(try OpDecl.expm.run([Dense([[0, 1, 2], [0, 0, 3], [0, 0, 0]])])[0].distance(Dense([[1, 1, 3.5], [0, 1, 3], [0, 0, 1]])) < 1e-15)
    for scale in [1e-3, 0.02, 0.1, 0.5, 1.5, 8] {
      let a = Dense(Dense(noise: [4, 4]).values.map { $0 * scale }, [4, 4])
      let (there, back) = (try OpDecl.expm.run([a])[0], try OpDecl.expm.run([Dense(a.values.map { -$0 }, [4, 4])])[0])
      #expect(times(there, back).distance(identity(4)) < 1e-14 * max(1, there.values.map(abs).reduce(0, max) * back.values.map(abs).reduce(0, max)))
    }
    #expect(try OpDecl.expm.run([Dense([0, .pi], [1, 1], .c128)])[0].distance(Dense([-1, 0], [1, 1], .c128)) < 1e-15)
    #expect(try OpDecl.expm.run([Dense([[1]]).cast(.f32)])[0].values == [Double(Float(2.718281828459045))])
  }

  @Test func exponentialDerivative() throws {
    let (a, e) = (Dense(noise: [3, 3]), Dense(noise: [3, 3], seed: 5))
    let h = 1e-5
    func shifted(_ h: Double) throws -> Dense { try OpDecl.expm.run([Dense(zip(a.values, e.values).map { $0 + h * $1 }, [3, 3])])[0] }
    let (up, down) = (try shifted(h), try shifted(-h))
    let difference = Dense(zip(up.values, down.values).map { ($0 - $1) / (2 * h) }, [3, 3])
    #expect(try OpDecl.expmFrechet.run([a, e])[0].distance(difference) < 1e-9)
    // Linear in the direction, whatever its size.
    let huge = try OpDecl.expmFrechet.run([a, Dense(e.values.map { $0 * 0x1p300 }, [3, 3])])[0]
    #expect(huge.values.map { $0 * 0x1p-300 } == (try OpDecl.expmFrechet.run([a, e])[0].values))
  }

  @Test func refusals() throws {
    func status(_ body: () throws -> [Dense]) -> KernelStatus? {
      do {
        _ = try body()
        return nil
      } catch { return (error as? KernelFailure)?.status }
    }
    let singular = Dense([[1, 2], [2, 4]])
    #expect(status { try OpDecl.linearSolve.run([singular, Dense([[1], [1]])]) } == KernelStatus(.singularMatrix, 1))
    #expect(status { try OpDecl.inv.run([singular]) } == KernelStatus(.singularMatrix, 1))
    #expect(status { try OpDecl.cholesky.run([Dense([[0.999, 1], [1, 0.999]])]) } == KernelStatus(.notPositiveDefinite, 1))
    let form: Attributes = ["lower": .bool(true), "transpose": .bool(false), "unit": .bool(false)]
    #expect(status { try OpDecl.triangularSolve.run([Dense([[1, 0], [1, 0]]), Dense([[1], [1]])], form) } == KernelStatus(.singularMatrix, 1))
  }

  /// A nan is passed on; LAPACK would loop or abort on some.
  @Test(arguments: [Double.nan, .infinity]) func notFinite(_ value: Double) throws {
    let a = Dense([[1, value], [2, 1]])
    for decl: OpDecl in [.eigh, .eig, .svd, .cholesky, .pinv, .adjugate, .expm] {
      #expect(try decl.run([a])[0].values.contains { $0.isNaN }, "\(decl.name)")
    }
    for decl: OpDecl in [.qr, .lu, .det, .logabsdet] { _ = try decl.run([a]) }
    _ = try? OpDecl.inv.run([a])
  }

  @Test func stacksAreOneByOne() throws {
    let stack = Dense(noise: [3, 4, 4])
    for decl: OpDecl in [.eigh, .eig, .svd, .qr, .lu, .inv, .det, .logabsdet, .expm, .pinv, .adjugate] {
      let all = try decl.run([stack])
      for k in 0..<3 {
        let one = try decl.run([Dense(Array(stack.values[(16 * k)..<(16 * k + 16)]), [4, 4])])
        for (whole, part) in zip(all, one) {
          let size = part.values.count
          #expect(Array(whole.values[(size * k)..<(size * k + size)]) == part.values, "\(decl.name)")
        }
      }
    }
  }

  @Test func complexSystems() throws {
    // (1 + i) x = 2i
    #expect(try OpDecl.linearSolve.run([Dense([1, 1], [1, 1], .c128), Dense([0, 2], [1, 1], .c128)])[0].distance(Dense([1, 1], [1, 1], .c128)) < 1e-15)
    #expect(try OpDecl.inv.run([Dense([0, 0, 0, 1, 0, 1, 0, 0], [2, 2], .c64)])[0].distance(Dense([0, 0, 0, -1, 0, -1, 0, 0], [2, 2], .c64)) < 1e-6)
    #expect(try OpDecl.det.run([Dense([0, 1, 0, 0, 0, 0, 0, 1], [2, 2], .c128)])[0].values == [-1, 0])
  }
}


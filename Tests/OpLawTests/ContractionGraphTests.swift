import IR
import Ops
import Tensors
import Testing
import Transforms

/// What is lowered to several ops: einsum, pooling, real transforms, least squares; and derivatives against JAX.
@Suite struct ContractionGraphTests {
  /// The sum over all letters, index by index.
  private func einsumByLoops(_ spec: String, _ operands: [Dense]) -> Dense {
    let sides = spec.split(separator: ">", omittingEmptySubsequences: false).map(String.init)
    let left = sides.count == 2 ? String(sides[0].dropLast()) : sides[0]
    let inputs = left.split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let all = Array(Set(inputs.flatMap { $0 })).sorted()
    let output = sides.count == 2 ? Array(sides[1]) : all.filter { letter in inputs.flatMap { $0 }.filter { $0 == letter }.count == 1 }
    var extent: [Character: Int] = [:]
    for (letters, operand) in zip(inputs, operands) { for (letter, n) in zip(letters, operand.shape) { extent[letter] = n } }
    let shape = output.map { extent[$0]! }
    var result = Dense([Double](repeating: 0, count: shape.reduce(1, *)), shape)
    func place(_ letters: [Character], _ at: [Character: Int]) -> Int { letters.reduce(0) { $0 * extent[$1]! + at[$1]! } }
    for flat in 0..<all.reduce(1, { $0 * extent[$1]! }) {
      var (rest, at) = (flat, [Character: Int]())
      for letter in all.reversed() {
        at[letter] = rest % extent[letter]!
        rest /= extent[letter]!
      }
      var product = 1.0
      for (letters, operand) in zip(inputs, operands) { product *= operand.values[place(letters, at)] }
      result.values[place(output, at)] += product
    }
    return result
  }

  @Test(arguments: [
    ("ij,jk->ik", [[2, 3], [3, 4]]), ("ij,jk", [[2, 3], [3, 4]]), ("ij->ji", [[2, 3]]), ("ba", [[2, 3]]), ("ii", [[3, 3]]),
    ("ii->i", [[3, 3]]), ("iji->j", [[2, 3, 2]]), ("iii", [[2, 2, 2]]), ("i,i->", [[4], [4]]), ("i,j->ij", [[2], [3]]),
    ("bij,bjk->bik", [[2, 2, 3], [2, 3, 2]]), ("bhqd,bhkd->bhqk", [[2, 2, 3, 2], [2, 2, 2, 2]]), ("ij,ij->", [[2, 3], [2, 3]]),
    ("ij,j->i", [[2, 3], [3]]), ("i,ij,j->", [[2], [2, 3], [3]]), ("ij,jk,kl->il", [[2, 3], [3, 2], [2, 4]]),
    ("ijk,jil->kl", [[2, 3, 2], [3, 2, 2]]), ("ij,ij->ij", [[2, 3], [2, 3]]), ("ij->", [[2, 3]]), ("ij,kl->", [[2, 3], [2, 2]]),
    ("a,b,c->cba", [[2], [3], [2]]), ("bi,bj->bij", [[2, 3], [2, 2]]), ("ii,ij->j", [[3, 3], [3, 2]]), (",i->i", [[], [3]]),
    ("ij,jk->ik", [[2, 0], [0, 3]]), ("i j, j -> i", [[2, 3], [3]]),
  ] as [(String, [[Int]])])
  func einsums(_ spec: String, _ shapes: [[Int]]) throws {
    let operands = shapes.enumerated().map { Dense(noise: $1, seed: UInt64($0) + 1) }
    let found = try evaluated(operands) { _, p in [try einsum(spec, p)] }[0]
    let expected = einsumByLoops(spec.filter { $0 != " " }, operands)
    #expect(found.shape == expected.shape)
    #expect(found.distance(expected) < 1e-14)
  }

  @Test(arguments: [
    ("ij,jk->ik", [[2, 3], [4, 4]], "the letter j stands for 3 and for 4"), ("ij->ik", [[2, 3]], "the letter k of the result"),
    ("ij->ii", [[2, 3]], "names an axis twice"), ("ij", [[2]], "\"ij\" names 2 axes"), ("i,j", [[2]], "names 2 operands but is given 1"),
    ("i-j", [[2, 2]], "not of the form"), ("i1->i", [[2, 2]], "is not a letter"), ("i->j->k", [[2]], "not of the form"), ("", [], "at least one operand"),
  ] as [(String, [[Int]], String)])
  func einsumRefusals(_ spec: String, _ shapes: [[Int]], _ message: String) throws {
    do {
      _ = try evaluated(shapes.map { Dense(noise: $0) }) { _, p in [try einsum(spec, p)] }
      Issue.record("not refused")
    } catch let error as OpError { #expect(error.message.contains(message), "\(error.message)") }
  }

  @Test func pools() throws {
    let x = Dense([1, -2, 3, 4, 5, -6, 7, 8, -9], [1, 1, 3, 3])
    let two = WindowAttributes([2, 2])
    let out = try evaluated([x]) { _, p in [try p[0].maxPool(two), try p[0].avgPool(two)] }
    #expect(out[0].values == [5, 5, 8, 8] && out[1].values == [2, 0, 6, -0.5])
    let edge = WindowAttributes([3], low: [1], high: [1])
    let line = Dense([-1, -2, -3], [1, 1, 3])
    let padded = try evaluated([line]) { _, p in [try p[0].maxPool(edge), try p[0].avgPool(edge), try p[0].avgPool(edge, countPadding: false)] }
    #expect(padded[0].values == [-1, -1, -2])
    #expect(padded[1].distance(Dense([-1, -2, -5 / 3], [3])) < 1e-15)
    #expect(padded[2].values == [-1.5, -2, -2.5])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 8, 9, 37]) func realTransforms(_ n: Int) throws {
    let x = Dense(noise: [2, n])
    let out = try evaluated([x]) { b, p in
      let half = try p[0].rfft()
      return [half, try half.irfft(n), Node.apply(.fft, .apply(.complex, p[0], b.zeros(p[0].type)))]
    }
    #expect(out[1].distance(x) < 1e-14)
    let terms = n / 2 + 1
    for row in 0..<2 {
      let half = Array(out[0].values[(2 * terms * row)..<(2 * terms * (row + 1))])
      #expect(half == Array(out[2].values[(2 * n * row)..<(2 * n * row + 2 * terms)]))
    }
  }

  @Test func circularConvolution() throws {
    let y = try evaluated([Dense([1, 2, 3, 4], [4]), Dense([1, 0, -1, 2], [4])]) { _, p in [try (p[0].rfft() * p[1].rfft()).irfft(4)] }[0]
    #expect(y.distance(Dense([2, 4, 10, 4], [4])) < 1e-14)
  }

  @Test func leastSquares() throws {
    // A line through three points, and the shortest solution of one equation.
    let line = try evaluated([Dense([[1, 0], [1, 1], [1, 2]]), Dense([[1], [2], [4]])]) { _, p in [try p[0].lstsq(p[1])] }[0]
    #expect(line.distance(Dense([5.0 / 6, 1.5], [2])) < 1e-14)
    let short = try evaluated([Dense([[3, 4]]), Dense([[25]])]) { _, p in [try p[0].lstsq(p[1])] }[0]
    #expect(short.distance(Dense([3, 4], [2])) < 1e-14)
  }

  // MARK: derivatives, goldens from JAX

  private func gradients(
    _ inputs: [Dense], _ cotangent: Dense, _ f: @escaping ([Node]) throws -> Node
  ) throws -> (value: Dense, gradients: [Dense]) {
    let inner = Builder(name: "f")
    let graph = inner.finish([try f(inputs.map { inner.parameter($0.type) })])
    let out = try evaluated(inputs + [cotangent]) { b, p in
      let x = Array(p.dropLast())
      let result = try vjp(graph, into: b, x, active: x.map { _ in true })
      return result.results + zip(x, result.pullback([p[x.count]])).map { $1 ?? b.zeros($0.type) }
    }
    return (out[0], Array(out.dropFirst()))
  }
  private func gradient(
    _ input: Dense, _ cotangent: Dense, _ f: @escaping (Node) throws -> Node
  ) throws -> (value: Dense, gradient: Dense) {
    let out = try gradients([input], cotangent) { try f($0[0]) }
    return (out.value, out.gradients[0])
  }

  @Test func choleskyGolden() throws {
    let a = Dense([[2.531, 0.298, -0.182], [0.298, 2.002, -0.11], [-0.182, -0.11, 2.203]])
    let ct = Dense([[0.077, 0.807, 0.422], [0.958, 0.915, -0.315], [0.589, 0.011, -0.717]])
    let out = try gradient(a, ct) { Node.apply(.cholesky, $0) }
    #expect(
      out.value.distance(
        Dense([
          [1.590911688309568, 0, 0], [0.18731397989579265, 1.4024669240076924, 0],
          [-0.11439981322494719, -0.06315394264871375, 1.4784871532286035],
        ])) < 1e-14)
    #expect(
      out.gradient.distance(
        Dense([
          [0.005443897090715381, 0.2622110813647647, 0.16850168012847325], [0.2622110813647647, 0.32589581120828975, -0.006997252890072513],
          [0.16850168012847325, -0.006997252890072513, -0.24247758880903086],
        ])) < 1e-14)
  }

  @Test func eigenvaluesGolden() throws {
    let a = Dense([[2, 0.3, -0.2], [0.3, 1, 0.4], [-0.2, 0.4, -0.5]])
    let out = try gradient(a, Dense([-0.858, -0.238, -0.42], [3])) { $0.builder.emit(.eigh, [$0])[0] }
    #expect(out.value.distance(Dense([-0.6274453085380927, 1.0412978721974668, 2.086147436340626], [3])) < 1e-14)
    #expect(
      out.gradient.distance(
        Dense([
          [-0.41452874971247244, -0.028478620702770983, -0.054753804782898007],
          [-0.028478620702770983, -0.2901041932693377, 0.1537513407166429], [-0.054753804782898007, 0.1537513407166429, -0.81136705701819],
        ])) < 1e-14)
  }

  /// Where eigenvalues or singular values are equal or zero, a subgradient is given, and it is finite.
  @Test func degenerateSpectra() throws {
    let largest = try gradient(identity(2), Dense([0, 1], [2])) { $0.builder.emit(.eigh, [$0])[0] }
    #expect(largest.gradient == Dense([[0, 0], [0, 1]]))
    func nuclearNorm(_ a: Dense) throws -> (value: Dense, gradient: Dense) {
      try gradient(a, Dense([1], [])) { $0.builder.emit(.svd, [$0])[1].sum([0]) }
    }
    #expect(try nuclearNorm(identity(2)).gradient.distance(identity(2)) < 1e-15)
    let rankOne = try nuclearNorm(Dense([[1, 2], [2, 4]]))
    #expect(abs(rankOne.value.values[0] - 5) < 1e-14)
    #expect(rankOne.gradient.distance(identity(2)) < 1e-14)
  }

  @Test func determinantOfSingular() throws {
    let out = try gradient(Dense([[1, 2], [2, 4]]), Dense([1], [])) { Node.apply(.det, $0) }
    #expect(out.gradient.distance(Dense([[4, -2], [-2, 1]])) < 1e-14)
  }

  @Test func paddedStridedConvolution() throws {
    let x: [Double] = [
      -0.493, 0.055, 0.522, 0.27, -0.592, -0.908, 0.046, -0.597, 0.185, -0.922, 0.616, -0.246, -0.372, 0.324, 0.821, -0.581,
      0.09, 0.848, -0.44, -0.681, -0.315, -0.595, 0.375, -0.185, 0.928,
    ]
    let w: [Double] = [
      0.676, -0.987, -0.537, -0.772, 0.431, -0.379, 0.147, -0.896, -0.417, 0.907, 0.815, -0.303, 0.367, -0.094, 0.017,
      0.126, 0.545, 0.037,
    ]
    let cotangent: [Double] = [
      0.217, 0.976, -0.611, 0.14, 0.251, -0.701, -0.719, -0.692, 0.382, 0.602, -0.432, 0.741, -0.142, 0.022, 0.796, 0.236,
      0.293, -0.603,
    ]
    let value: [Double] = [
      0.5610580000000001, 0.544721, 0.3897150000000001, 1.7132699999999998, -0.13532400000000008, 1.684293,
      0.6148569999999999, 0.1512240000000001, 0.917495, -0.4458810000000001, -0.337017, -0.32444200000000006, -1.129359,
      -0.09347399999999988, -0.9684860000000001, -0.4812899999999999, 0.6493099999999999, -1.109222,
    ]
    let gradientX: [Double] = [
      0.036939, -0.984025, 0.46126399999999995, 0.36639099999999997, -0.332995, -0.12025199999999997, 0.178301,
      -1.3397430000000001, -0.31278399999999995, 2.291928, 0.073688, -0.241172, 0.106113, 0.738549, -0.376955,
      0.6991629999999999, 0.088589, 0.7088929999999999, -0.11246799999999997, 0.19343700000000014, -0.33207299999999995,
      0.918268, -0.325794, -0.24895599999999998, 0.22132400000000002,
    ]
    let gradientW: [Double] = [
      -0.348499, -0.059864000000000014, 0.292645, -0.059090000000000066, 0.5030310000000001, 0.878164, 0.262891, 0.392523,
      0.09270199999999999, 0.439962, -0.09611900000000002, -0.11014199999999999, 0.36602200000000007, -0.9271509999999998,
      -0.236095, -0.23104700000000003, -1.412832, -0.07468799999999999,
    ]
    let form = ConvAttributes(2, strides: [2, 2], low: [1, 1], high: [1, 1]).attributes
    let out = try gradients([Dense(x, [1, 1, 5, 5]), Dense(w, [2, 1, 3, 3])], Dense(cotangent, [1, 2, 3, 3])) {
      $0[0].builder.emit1(.conv, $0, form)
    }
    #expect(out.value.distance(Dense(value, [1, 2, 3, 3])) < 1e-14)
    #expect(out.gradients[0].distance(Dense(gradientX, [1, 1, 5, 5])) < 1e-14)
    #expect(out.gradients[1].distance(Dense(gradientW, [2, 1, 3, 3])) < 1e-14)
  }
}

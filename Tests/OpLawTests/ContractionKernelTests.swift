import IR
import Ops
import Tensors
import Testing

/// Products, convolutions and windows against loops over their definitions.
@Suite struct ContractionKernelTests {
  @Test(arguments: [[1, 1, 1], [1, 1, 40], [3, 4, 5], [8, 8, 8], [9, 8, 8], [40, 1, 30], [1, 40, 30], [33, 17, 65], [2, 3, 0]])
  func products(_ extents: [Int]) throws {
    let (m, n, k) = (extents[0], extents[1], extents[2])
    for dtype: DType in [.f64, .f32, .int] {
      for (ta, tb) in [(false, false), (true, false), (false, true), (true, true)] {
        func values(_ shape: [Int], _ seed: UInt64) -> Dense {
          let noise = Dense(noise: shape, seed: seed)
          return dtype == .int ? Dense(noise.values.map { ($0 * 9).rounded() }, shape, .int) : noise.cast(dtype)
        }
        let (a, b) = (values([m, k], 1), values([k, n], 2))
        let attributes: Attributes = ["batch": .int(0), "transposeA": .bool(ta), "transposeB": .bool(tb)]
        let c = try OpDecl.matmul.run([ta ? transposed(a) : a, tb ? transposed(b) : b], attributes)[0]
        #expect(c.distance(times(a, b)) <= (dtype == .int ? 0 : dtype == .f32 ? 1e-5 : 1e-13))
      }
    }
  }

  @Test(arguments: [DType.c64, .c128]) func complexProducts(_ dtype: DType) throws {
    let attributes: Attributes = ["batch": .int(0), "transposeA": .bool(false), "transposeB": .bool(true)]
    for n in [2, 12] {
      let (a, b) = (Dense(noise: [n, n], dtype), Dense(noise: [n, n], dtype, seed: 4))
      let c = try OpDecl.matmul.run([a, b], attributes)[0]
      var expected = [Double](repeating: 0, count: 2 * n * n)
      for i in 0..<n {
        for j in 0..<n {
          for p in 0..<n {
            let (x, y) = (2 * (i * n + p), 2 * (j * n + p))
            expected[2 * (i * n + j)] += a.values[x] * b.values[y] - a.values[x + 1] * b.values[y + 1]
            expected[2 * (i * n + j) + 1] += a.values[x] * b.values[y + 1] + a.values[x + 1] * b.values[y]
          }
        }
      }
      #expect(c.distance(Dense(expected, [n, n], dtype)) < (dtype == .c64 ? 1e-5 : 1e-13))
    }
  }

  /// The sum of the declaration's doc, with every index tested.
  private func convolution(_ x: Dense, _ w: Dense, _ a: ConvAttributes, _ out: [Int]) -> Dense {
    let flat = x.shape.count == 3
    func pair(_ v: [Int], _ missing: Int) -> [Int] { flat ? [missing] + v : v }
    func four(_ s: [Int]) -> [Int] { flat ? [s[0], s[1], 1, s[2]] : s }
    let (xs, ws, ys) = (four(x.shape), four(w.shape), four(out))
    let (s, lo, ld, rd) = (pair(a.strides, 1), pair(a.low, 0), pair(a.lhsDilation, 1), pair(a.rhsDilation, 1))
    var y = Dense([Double](repeating: 0, count: ys.reduce(1, *)), out, x.dtype)
    func read(_ t: Int, _ dilation: Int, _ extent: Int) -> Int? {
      t >= 0 && t % dilation == 0 && t / dilation < extent ? t / dilation : nil
    }
    for n in 0..<ys[0] {
      for o in 0..<ys[1] {
        for i in 0..<ys[2] {
          for j in 0..<ys[3] {
            var sum = 0.0
            for c in 0..<ws[1] {
              let channel = o / (ws[0] / a.groups) * ws[1] + c
              for p in 0..<ws[2] {
                for q in 0..<ws[3] {
                  guard let h = read(i * s[0] + p * rd[0] - lo[0], ld[0], xs[2]) else { continue }
                  guard let v = read(j * s[1] + q * rd[1] - lo[1], ld[1], xs[3]) else { continue }
                  let pixel = ((n * xs[1] + channel) * xs[2] + h) * xs[3] + v
                  sum += x.values[pixel] * w.values[((o * ws[1] + c) * ws[2] + p) * ws[3] + q]
                }
              }
            }
            y.values[((n * ys[1] + o) * ys[2] + i) * ys[3] + j] = sum
          }
        }
      }
    }
    return y
  }

  @Test(arguments: [DType.f64, .f32]) func convolutions(_ dtype: DType) throws {
    let cases: [([Int], [Int], ConvAttributes)] = [
      ([2, 2, 6], [3, 2, 3], ConvAttributes(1)),
      ([1, 2, 7], [2, 2, 3], ConvAttributes(1, strides: [2], low: [1], high: [1])),
      ([2, 1, 4], [1, 1, 3], ConvAttributes(1, low: [2], high: [3], lhsDilation: [3])),
      ([1, 4, 9], [6, 2, 2], ConvAttributes(1, low: [-2], high: [-1], rhsDilation: [3], groups: 2)),
      ([2, 3, 7, 6], [4, 3, 3, 2], ConvAttributes(2, strides: [2, 1], low: [1, 0], high: [1, 1])),
      ([1, 4, 3, 3], [4, 1, 2, 2], ConvAttributes(2, groups: 4)),
      ([2, 3, 4, 4], [2, 3, 1, 1], ConvAttributes(2)),
      ([3, 2, 4, 3], [2, 2, 2, 2], ConvAttributes(2, strides: [1, 2], low: [1, 2], high: [1, 0], lhsDilation: [2, 3], rhsDilation: [1, 2])),
      // More columns than one block holds, ends of blocks inside images and inside rows.
      ([5, 16, 21, 19], [8, 16, 3, 3], ConvAttributes(2, low: [1, 1], high: [1, 1])),
    ]
    for (shape, kernel, attributes) in cases {
      let (x, w) = (Dense(noise: shape, dtype), Dense(noise: kernel, dtype, seed: 2))
      let y = try OpDecl.conv.run([x, w], attributes.attributes)[0]
      #expect(y.distance(convolution(x, w, attributes, y.shape)) < (dtype == .f32 ? 1e-4 : 1e-12))
    }
  }

  /// Goldens from JAX.
  @Test func convolutionGoldens() throws {
    let x = Dense([-0.015, -0.393, -0.463, 0.97, -0.56, -0.936, 0.709, -0.658, 0.687, 0.446, -0.842, -0.793, -0.094, 0.486, -0.768, -0.643, 0.544, -0.351], [1, 2, 3, 3])
    let w = Dense([0.789, 0.041, 0.353, 0.338, 0.13, 0.049, -0.992, 0.497], [2, 1, 2, 2])
    let y = try OpDecl.conv.run([x, w], ConvAttributes(2, groups: 2).attributes)[0]
    let expected = [0.12518199999999993, -0.8431080000000002, 0.770243, -0.48028400000000004, 0.351512, -1.012125, 0.919818, -0.688547]
    #expect(y.distance(Dense(expected, [1, 2, 2, 2])) < 1e-14)
    // The transposed convolution y[2t + k] += x[t] w[k]: the kernel flipped, the input dilated.
    let t = Dense([0.572, 0.102, -0.512], [1, 1, 3])
    let flipped = Dense([0.036, 0.83, -0.162], [1, 1, 3])
    let z = try OpDecl.conv.run([t, flipped], ConvAttributes(1, low: [2], high: [2], lhsDilation: [2]).attributes)[0]
    let squares = [0.008586616896, 0.22539705759999995, 1.654862399999996e-05, 0.007167315599999997, 0.007502331456, 0.1805910016, 0.000339738624]
    #expect(Dense(z.values.map { $0 * $0 }, [7]).distance(Dense(squares, [7])) < 1e-14)
  }

  @Test func patches() throws {
    let x = Dense([1, 2, 3, 4, 5, 6], [1, 1, 2, 3])
    let a = WindowAttributes([2, 2], strides: [1, 2], low: [0, 1], high: [0, 0])
    let y = try OpDecl.windows.run([x, Dense([-1], [])], a.attributes)[0]
    #expect(y == Dense([-1, 1, -1, 4, 2, 3, 5, 6], [1, 1, 1, 2, 4]))
    var back = a.attributes
    back["spatial"] = .dims([2, 3])
    #expect(try OpDecl.windowsAdd.run([y], back)[0] == x)
    let line = Dense([1, 2, 3, 4], [1, 1, 4], .int)
    let three = WindowAttributes([3], low: [1], high: [1])
    let windows = try OpDecl.windows.run([line, Dense([9], [], .int)], three.attributes)[0]
    #expect(windows.values == [9, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 9])
    var sum = three.attributes
    sum["spatial"] = .dims([4])
    #expect(try OpDecl.windowsAdd.run([windows], sum)[0].values == [2, 6, 9, 8])
  }
}

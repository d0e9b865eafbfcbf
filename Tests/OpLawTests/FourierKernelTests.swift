import Foundation
import IR
import Ops
import Tensors
import Testing

@Suite struct FourierKernelTests {
  private func complex(_ x: [Double], _ dtype: DType = .c128) -> Dense { Dense(x.flatMap { [$0, 0] }, [x.count], dtype) }
  private func pairs(_ re: [Double], _ im: [Double]) -> Dense { Dense(zip(re, im).flatMap { [$0, $1] }, [re.count], .c128) }

  /// Transforms computed with mpmath.
  @Test func goldens() throws {
    let cases: [(x: [Double], re: [Double], im: [Double])] = [
      ([0.89, 0.02, 0.95, -0.84], [1.02, -0.06, 2.66, -0.06], [0, -0.86, 0, 0.86]),
      (
        [0.25, 0.79, 0.55, -0.55, -0.4, 0.75, -0.99],
        [0.4, 0.6919452499923427, -1.469070653247679, 1.4521254032553361, 1.4521254032553361, -1.469070653247679, 0.6919452499923427],
        [0, -1.1315918954890947, -1.939423153877362, -0.7824401652955859, 0.7824401652955859, 1.939423153877362, 1.1315918954890947]
      ),
      (
        [-0.35, 0.97, -0.36, 0.58, 0.74, -0.22, -0.12, -0.25],
        [0.99, -0.8354415587728429, 0.87, -1.3445584412271572, -1.17, -1.3445584412271572, 0.87, -0.8354415587728429],
        [0, -1.188355697996826, -0.42, -1.668355697996826, 0, 1.668355697996826, 0.42, 1.188355697996826]
      ),
      (
        [-0.5, 0.89, -0.62, -0.64, -0.3, -0.54, 0.34, -0.77, 0.79, 0.72, -0.99, 0.08],
        [-1.54, 0.08453792062852011, 0.15, 1.26, 0.65, -3.86453792062852, -1.02, -3.86453792062852, 0.65, 1.26, 0.15, 0.08453792062852011],
        [0, 1.4635382907247958, -1.766691823720255, -2.4, 0.762102355330306, 0.21646170927520417, 0, -0.21646170927520417, -0.762102355330306, 2.4, 1.766691823720255, -1.4635382907247958]
      ),
    ]
    for c in cases {
      #expect(try OpDecl.fft.run([complex(c.x)])[0].distance(pairs(c.re, c.im)) < 1e-14)
      #expect(try OpDecl.fft.run([complex(c.x, .c64)])[0].distance(pairs(c.re, c.im)) < 1e-6)
      #expect(try OpDecl.ifft.run([pairs(c.re, c.im)])[0].distance(complex(c.x)) < 1e-15)
    }
  }

  /// Lengths of every kind, against the definition; 37, 97 and 2 · 101 go through a convolution.
  @Test(arguments: [1, 2, 3, 5, 6, 11, 16, 25, 30, 31, 37, 49, 64, 96, 97, 120, 202, 343])
  func definition(_ n: Int) throws {
    let x = Dense(noise: [n], .c128)
    var expected = [Double](repeating: 0, count: 2 * n)
    for k in 0..<n {
      for j in 0..<n {
        let angle = -2 * Double.pi * Double(j * k % n) / Double(n)
        expected[2 * k] += x.values[2 * j] * cos(angle) - x.values[2 * j + 1] * sin(angle)
        expected[2 * k + 1] += x.values[2 * j] * sin(angle) + x.values[2 * j + 1] * cos(angle)
      }
    }
    let y = try OpDecl.fft.run([x])[0]
    #expect(y.distance(Dense(expected, [n], .c128)) < 1e-14 * Double(n + 10))
    #expect(try OpDecl.ifft.run([y])[0].distance(x) < 1e-14)
    #expect(try OpDecl.fft.run([x.cast(.c64)])[0].distance(y) < 1e-6 * Double(n + 10))
    let rows = Dense(x.values + y.values, [2, n], .c128)
    let both = try OpDecl.fft.run([rows])[0]
    #expect(Array(both.values[..<(2 * n)]) == y.values)
  }
}

import Glibc

/// The kernels of `fft` and `ifft` along the last axis. Attribute: 1 for the inverse, which divides by the length.
///
/// Lengths whose prime factors are at most 31 use Stockham's self-sorting mixed-radix algorithm (Van Loan 1992, §1.7); others
/// are turned into a convolution of a smooth length (Bluestein 1970). Twiddle factors are computed in double precision.
public enum FourierKernel {
  public static let kernel: Kernel = { call in
    if call.pointee.outputs[0].dtype == .c64 { run(call, Float.self) } else { run(call, Double.self) }
    return .ok
  }

  /// Scratch bytes for transforms of length n.
  public static func workspace(length n: Int, dtype: DType) -> Int {
    let elements = radices(n) != nil ? 2 * n : 3 * convolutionLength(n) + 2 * n + convolutionLength(n)
    return elements * dtype.size + 512
  }

  private static func run<R: FourierReal>(_ call: UnsafePointer<KernelCall>, _: R.Type) {
    let (input, output) = (call.pointee.inputs[0], call.pointee.outputs[0])
    let inverse = call.pointee.attributes[0] != 0
    guard output.count > 0 else { return }
    let n = output.shape[output.rank - 1]
    let (x, y) = (input.pointer.typed(Complex<R>.self), output.pointer.typed(Complex<R>.self))
    var scratch = Workspace(call.pointee.workspace)
    let smooth = radices(n)
    let m = smooth == nil ? convolutionLength(n) : n
    let twiddles = scratch.take(Complex<R>.self, m)
    let spare = scratch.take(Complex<R>.self, m)
    fillTwiddles(twiddles, m)
    var bluestein: Bluestein<R>?
    if smooth == nil { bluestein = Bluestein(n, m, twiddles, spare, &scratch) }
    let scale = inverse ? 1 / R(n) : 1
    for start in stride(from: 0, to: output.count, by: n) {
      let (x, y) = (x + start, y + start)
      // The inverse is the conjugate of the transform of the conjugate.
      for k in 0..<n { y[k] = inverse ? x[k].conjugate : x[k] }
      if let bluestein { bluestein.transform(y) } else { stockham(y, spare, n, smooth ?? [], twiddles) }
      if inverse { for k in 0..<n { y[k] = y[k].conjugate * scale } }
    }
  }

  /// The factors of n, or nil if one is a prime above 31.
  static func radices(_ n: Int) -> [Int]? {
    var (rest, result) = (n, [Int]())
    for radix in [4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31] {
      while rest > 1 && rest % radix == 0 {
        result.append(radix)
        rest /= radix
      }
    }
    return rest <= 1 ? result : nil
  }

  /// The power of two in which a cyclic convolution holds a linear one of two sequences of length n.
  static func convolutionLength(_ n: Int) -> Int {
    var m = 1
    while m < 2 * n - 1 { m *= 2 }
    return m
  }

  /// exp(-2πi k / n) for k < n; an eighth of the circle is computed and the rest reflected, for speed and exact symmetry.
  static func fillTwiddles<R: FourierReal>(_ table: UnsafeMutablePointer<Complex<R>>, _ n: Int) {
    for k in 0..<n {
      // 8k/n counts octants; the angle left is that to the nearest multiple of a quarter turn.
      let quarter = (4 * k + n / 2) / n
      let rest = 4 * k - quarter * n
      let angle = Double.pi / 2 * Double(rest) / Double(n)
      let (c, s) = (cos(angle), sin(angle))
      switch quarter & 3 {
      case 0: table[k] = Complex(R(c), R(-s))
      case 1: table[k] = Complex(R(-s), R(-c))
      case 2: table[k] = Complex(R(-c), R(s))
      default: table[k] = Complex(R(s), R(c))
      }
    }
  }

  /// The transform of x in place, with a spare array as long; `table` holds the n-th roots of unity.
  static func stockham<R: FourierReal>(
    _ x: UnsafeMutablePointer<Complex<R>>, _ spare: UnsafeMutablePointer<Complex<R>>, _ n: Int, _ radices: [Int],
    _ table: UnsafePointer<Complex<R>>
  ) {
    var (from, to) = (x, spare)
    var (length, stride) = (n, 1)
    for radix in radices {
      let m = length / radix
      for p in 0..<m {
        let (a, b) = (from + stride * p, to + stride * radix * p)
        let (step, turn) = (stride * m, p * stride)
        switch radix {
        case 2: radix2(a, b, step, stride, table[turn])
        case 3: radix3(a, b, step, stride, table[turn], table[2 * turn])
        case 4: radix4(a, b, step, stride, table[turn], table[2 * turn], table[3 * turn])
        default:
          for q in 0..<stride {
            for k in 0..<radix {
              var sum = a[q]
              for j in 1..<radix { sum = sum + a[q + step * j] * table[j * k % radix * (n / radix)] }
              b[q + stride * k] = sum * table[k * turn]
            }
          }
        }
      }
      (length, stride) = (m, stride * radix)
      swap(&from, &to)
    }
    if from != x { x.update(from: from, count: n) }
  }

  private static func radix2<R: FourierReal>(
    _ a: UnsafePointer<Complex<R>>, _ b: UnsafeMutablePointer<Complex<R>>, _ step: Int, _ stride: Int, _ w1: Complex<R>
  ) {
    for q in 0..<stride {
      let (u, v) = (a[q], a[q + step])
      b[q] = u + v
      b[q + stride] = (u - v) * w1
    }
  }
  private static func radix3<R: FourierReal>(
    _ a: UnsafePointer<Complex<R>>, _ b: UnsafeMutablePointer<Complex<R>>, _ step: Int, _ stride: Int, _ w1: Complex<R>,
    _ w2: Complex<R>
  ) {
    let half = R(0.75).squareRoot()
    for q in 0..<stride {
      let (u, v, w) = (a[q], a[q + step], a[q + 2 * step])
      let (sum, difference) = (v + w, (v - w).timesMinusI * half)
      let middle = u - sum * R(0.5)
      b[q] = u + sum
      b[q + stride] = (middle + difference) * w1
      b[q + 2 * stride] = (middle - difference) * w2
    }
  }
  private static func radix4<R: FourierReal>(
    _ a: UnsafePointer<Complex<R>>, _ b: UnsafeMutablePointer<Complex<R>>, _ step: Int, _ stride: Int, _ w1: Complex<R>,
    _ w2: Complex<R>, _ w3: Complex<R>
  ) {
    for q in 0..<stride {
      let (s, t, u, v) = (a[q], a[q + step], a[q + 2 * step], a[q + 3 * step])
      let (even, evenDifference, odd, oddDifference) = (s + u, s - u, t + v, (t - v).timesMinusI)
      b[q] = even + odd
      b[q + stride] = (evenDifference + oddDifference) * w1
      b[q + 2 * stride] = (even - odd) * w2
      b[q + 3 * stride] = (evenDifference - oddDifference) * w3
    }
  }

  /// The transform of a length with a large prime factor: X[k] = w[k] Σ (x[j] w[j]) conj(w[k-j]) with w[k] = exp(-πi k²/n).
  private struct Bluestein<R: FourierReal> {
    let n, m: Int
    let radices: [Int]
    let table: UnsafePointer<Complex<R>>
    let spare, chirp, filter, buffer: UnsafeMutablePointer<Complex<R>>

    init(
      _ n: Int, _ m: Int, _ table: UnsafePointer<Complex<R>>, _ spare: UnsafeMutablePointer<Complex<R>>,
      _ scratch: inout Workspace
    ) {
      (self.n, self.m, self.table, self.spare) = (n, m, table, spare)
      radices = FourierKernel.radices(m) ?? []
      chirp = scratch.take(Complex<R>.self, n)
      filter = scratch.take(Complex<R>.self, m)
      buffer = scratch.take(Complex<R>.self, m)
      filter.update(repeating: .zero, count: m)
      for k in 0..<n {
        // k² is reduced modulo 2n first: the angle stays small and exact.
        let angle = Double.pi * Double(k.multipliedFullWidth(by: k).low % UInt(2 * n)) / Double(n)
        chirp[k] = Complex(R(cos(angle)), R(-sin(angle)))
        filter[k] = chirp[k].conjugate
        if k > 0 { filter[m - k] = chirp[k].conjugate }
      }
      stockham(filter, spare, m, radices, table)
    }

    func transform(_ x: UnsafeMutablePointer<Complex<R>>) {
      for k in 0..<n { buffer[k] = x[k] * chirp[k] }
      (buffer + n).update(repeating: .zero, count: m - n)
      stockham(buffer, spare, m, radices, table)
      for k in 0..<m { buffer[k] = (buffer[k] * filter[k]).conjugate }
      stockham(buffer, spare, m, radices, table)
      let scale = 1 / R(m)
      for k in 0..<n { x[k] = buffer[k].conjugate * scale * chirp[k] }
    }
  }
}

/// The reals that transforms are computed in.
protocol FourierReal: BinaryFloatingPoint, Sendable {}
extension Float: FourierReal {}
extension Double: FourierReal {}

#if canImport(Glibc)
  import Glibc
#endif

/// What a reduction computes.
public enum ReduceKind: Sendable { case sum, prod, max, min, all, any, logsumexp, argmax, argmin }

/// Reductions. Attributes: the number of axes, and these. Sums run in a fixed order, so that they have the same bits whatever the threads.
public enum ReduceKernels {
  public static func kernel(_ kind: ReduceKind) -> Kernel {
    { call in
      let (x, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
      let axes = (0..<call.pointee.attributes[0]).map { call.pointee.attributes[1 + $0] }
      let plan = Layout(x, axes)
      switch x.dtype {
      case .f32: reals(kind, plan, x.at(Float.self), y)
      case .f64: reals(kind, plan, x.at(Double.self), y)
      case .int, .string: ints(kind, plan, x.at(Int.self), y)
      case .bool: bools(kind, plan, x.at(UInt8.self), y)
      case .c64: complexes(kind, plan, x.at(Float.self), y)
      case .c128: complexes(kind, plan, x.at(Double.self), y)
      }
      return .ok
    }
  }

  /// Kept places, and the offsets of the reduced elements from each.
  struct Layout {
    /// Where the reduced axes are adjacent: [outer, count, inner].
    let outer, count, inner: Int
    /// Offsets of the elements that make one result, and of the results' corners, where they are not adjacent.
    let scattered: (places: [Int], offsets: [Int])?
    init(_ x: Operand, _ axes: [Int]) {
      let shape = x.extents
      let sorted = axes.sorted()
      count = sorted.reduce(1) { $0 * shape[$1] }
      let adjacent = sorted.isEmpty || sorted == Array(sorted[0]..<(sorted[0] + sorted.count))
      if adjacent, let first = sorted.first {
        outer = shape[..<first].reduce(1, *)
        inner = shape[(first + sorted.count)...].reduce(1, *)
        scattered = nil
      } else {
        (outer, inner) = (1, 1)
        let strides = rowMajor(shape)
        func offsets(_ axes: [Int]) -> [Int] {
          axes.reduce([0]) { sofar, axis in sofar.flatMap { base in (0..<shape[axis]).map { base + $0 * strides[axis] } } }
        }
        scattered = (offsets((0..<x.rank).filter { !axes.contains($0) }), offsets(sorted))
      }
    }
    /// Calls the body for each result with the base and stride of its elements, or with their offsets.
    @inline(__always)
    func forEach(_ adjacent: (_ place: Int, _ base: Int, _ stride: Int) -> Void, _ free: (_ place: Int, _ base: Int, _ offsets: [Int]) -> Void) {
      if let scattered {
        for (place, base) in scattered.places.enumerated() { free(place, base, scattered.offsets) }
        return
      }
      for o in 0..<outer { for i in 0..<inner { adjacent(o * inner + i, o * count * inner + i, inner) } }
    }
  }

  /// Pairwise over blocks of 128, each in eight lanes: a fixed tree.
  static func sum<T: BinaryFloatingPoint>(_ x: UnsafePointer<T>, _ n: Int, _ stride: Int) -> T {
    if n > 1024 {
      let half = (n / 2 + 127) & ~127
      return sum(x, half, stride) + sum(x + half * stride, n - half, stride)
    }
    var (a, b, c, d): (T, T, T, T) = (0, 0, 0, 0)
    var (e, f, g, h): (T, T, T, T) = (0, 0, 0, 0)
    var i = 0
    var p = x
    while i + 8 <= n {
      a += p[0]; b += p[stride]; c += p[2 * stride]; d += p[3 * stride]
      e += p[4 * stride]; f += p[5 * stride]; g += p[6 * stride]; h += p[7 * stride]
      p += 8 * stride
      i += 8
    }
    var rest: T = 0
    while i < n { rest += p.pointee; p += stride; i += 1 }
    return ((a + b) + (c + d)) + ((e + f) + (g + h)) + rest
  }

  private static func reals<T: BinaryFloatingPoint>(_ kind: ReduceKind, _ l: Layout, _ x: UnsafeMutablePointer<T>, _ y: Operand) {
    let out = y.at(T.self)
    // Columns of a matrix: row after row, so that memory is read in order.
    if kind == .sum, l.scattered == nil, l.inner > 1 {
      for o in 0..<l.outer {
        let target = out + o * l.inner
        target.update(repeating: 0, count: l.inner)
        for k in 0..<l.count {
          let row = x + (o * l.count + k) * l.inner
          for i in 0..<l.inner { target[i] += row[i] }
        }
      }
      return
    }
    func one(_ place: Int, _ n: Int, _ at: (Int) -> T) {
      switch kind {
      case .sum:
        var total: T = 0
        for k in 0..<n { total += at(k) }
        out[place] = total
      case .prod:
        var total: T = 1
        for k in 0..<n { total *= at(k) }
        out[place] = total
      case .max, .min:
        var best = at(0)
        for k in 1..<Swift.max(1, n) {
          let v = at(k)
          if v.isNaN || (kind == .max ? v > best : v < best) { best = v }
          if best.isNaN { break }
        }
        out[place] = best
      case .argmax, .argmin:
        var (best, index) = (at(0), 0)
        for k in 1..<Swift.max(1, n) where !best.isNaN {
          let v = at(k)
          if v.isNaN || (kind == .argmax ? v > best : v < best) { (best, index) = (v, k) }
        }
        y.at(Int.self)[place] = index
      case .logsumexp:
        var top = -T.infinity
        for k in 0..<n {
          let v = at(k)
          if v.isNaN { top = v; break }
          if v > top { top = v }
        }
        if top.isInfinite || top.isNaN { out[place] = top; return }
        var total = 0.0
        for k in 0..<n { total += exp(Double(at(k) - top)) }
        out[place] = T(Double(top) + log(total))
      case .all, .any: break
      }
    }
    l.forEach { place, base, stride in
      if kind == .sum { out[place] = sum(x + base, l.count, stride) } else { one(place, l.count) { x[base + $0 * stride] } }
    } _: { place, base, offsets in
      one(place, offsets.count) { x[base + offsets[$0]] }
    }
  }

  private static func ints(_ kind: ReduceKind, _ l: Layout, _ x: UnsafeMutablePointer<Int>, _ y: Operand) {
    let out = y.at(Int.self)
    func one(_ place: Int, _ n: Int, _ at: (Int) -> Int) {
      switch kind {
      case .sum: out[place] = (0..<n).reduce(0) { $0 &+ at($1) }
      case .prod: out[place] = (0..<n).reduce(1) { $0 &* at($1) }
      case .max, .min: out[place] = (1..<Swift.max(1, n)).reduce(at(0)) { kind == .max ? Swift.max($0, at($1)) : Swift.min($0, at($1)) }
      case .argmax, .argmin:
        var best = 0
        for k in 1..<Swift.max(1, n) where kind == .argmax ? at(k) > at(best) : at(k) < at(best) { best = k }
        out[place] = best
      case .all, .any, .logsumexp: break
      }
    }
    l.forEach { place, base, stride in one(place, l.count) { x[base + $0 * stride] } } _: { place, base, offsets in
      one(place, offsets.count) { x[base + offsets[$0]] }
    }
  }

  private static func bools(_ kind: ReduceKind, _ l: Layout, _ x: UnsafeMutablePointer<UInt8>, _ y: Operand) {
    let out = y.at(UInt8.self)
    func one(_ place: Int, _ n: Int, _ at: (Int) -> UInt8) {
      let wanted: UInt8 = kind == .all ? 0 : 1
      out[place] = (0..<n).contains { at($0) == wanted } ? wanted : 1 - wanted
    }
    l.forEach { place, base, stride in one(place, l.count) { x[base + $0 * stride] } } _: { place, base, offsets in
      one(place, offsets.count) { x[base + offsets[$0]] }
    }
  }

  private static func complexes<T: BinaryFloatingPoint>(_ kind: ReduceKind, _ l: Layout, _ x: UnsafeMutablePointer<T>, _ y: Operand) {
    let out = y.at(T.self)
    func one(_ place: Int, _ n: Int, _ at: (Int) -> Int) {
      var (re, im): (T, T) = kind == .prod ? (1, 0) : (0, 0)
      for k in 0..<n {
        let (a, b) = (x[2 * at(k)], x[2 * at(k) + 1])
        if kind == .prod { (re, im) = (re * a - im * b, re * b + im * a) } else { (re, im) = (re + a, im + b) }
      }
      (out[2 * place], out[2 * place + 1]) = (re, im)
    }
    l.forEach { place, base, stride in one(place, l.count) { base + $0 * stride } } _: { place, base, offsets in
      one(place, offsets.count) { base + offsets[$0] }
    }
  }
}

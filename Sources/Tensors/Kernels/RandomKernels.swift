#if canImport(Glibc)
  import Glibc
#endif

/// What a draw is distributed as.
public enum DrawKind: Sendable { case uniform, normal, rademacher, exponential }

/// Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
public enum Philox {
  /// Four words from a counter of four and a key of two.
  @inline(__always)
  public static func block(_ counter: (UInt32, UInt32, UInt32, UInt32), _ key: (UInt32, UInt32)) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1, c2, c3) = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let a = UInt64(0xD251_1F53) &* UInt64(c0)
      let b = UInt64(0xCD9E_8D57) &* UInt64(c2)
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: b >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: a)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }
  /// The two 64-bit words of block `index` of the stream of a key.
  @inline(__always)
  static func words(_ key: UInt64, _ index: UInt64) -> (UInt64, UInt64) {
    let (a, b, c, d) = block(
      (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0, 0),
      (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
    return (UInt64(a) | UInt64(b) << 32, UInt64(c) | UInt64(d) << 32)
  }
  /// A key that depends on another and on data: a block with the data as counter, set apart from draws by its last word.
  public static func fold(_ key: UInt64, _ data: UInt64) -> UInt64 {
    let (a, b, _, _) = block(
      (UInt32(truncatingIfNeeded: data), UInt32(truncatingIfNeeded: data >> 32), 0, 0x666F_6C64),
      (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
    return UInt64(a) | UInt64(b) << 32
  }
}

public enum RandomKernels {
  public static let fold: Kernel = { call in
    let (a, b, y) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0])
    for i in 0..<y.count { y.at(UInt64.self)[i] = Philox.fold(a.at(UInt64.self)[i], b.at(UInt64.self)[i]) }
    return .ok
  }

  /// The numbers of each key, one after the other. Element i of a key's draw depends on the key and i alone.
  public static func draw(_ kind: DrawKind) -> Kernel {
    { call in
      let (keys, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
      guard keys.count > 0 else { return .ok }
      let n = y.count / keys.count
      for k in 0..<keys.count {
        let key = keys.at(UInt64.self)[k]
        if y.dtype == .f32 {
          let out = y.at(Float.self) + k * n
          fill(kind, key, n) { out[$0] = kind == .uniform ? singleUniform($1) : Float($1) }
        } else {
          let out = y.at(Double.self) + k * n
          fill(kind, key, n) { out[$0] = $1 }
        }
      }
      return .ok
    }
  }
  /// Rounding to f32 must not reach 1.
  @inline(__always)
  private static func singleUniform(_ u: Double) -> Float { Float((u * 16_777_216).rounded(.down)) * 0x1p-24 }

  @inline(__always)
  private static func fill(_ kind: DrawKind, _ key: UInt64, _ n: Int, _ store: (Int, Double) -> Void) {
    for b in 0..<((n + 1) / 2) {
      let (u, v) = Philox.words(key, UInt64(b))
      let (x, y): (Double, Double)
      switch kind {
      case .uniform: (x, y) = (unit(u), unit(v))
      case .rademacher: (x, y) = (u & 1 == 0 ? -1 : 1, v & 1 == 0 ? -1 : 1)
      case .exponential: (x, y) = (-log1p(-unit(u)), -log1p(-unit(v)))
      case .normal:
        // Box and Muller 1958, with the radius from (0, 1].
        let radius = sqrt(-2 * log(1 - unit(u)))
        let angle = 2 * Double.pi * unit(v)
        (x, y) = (radius * cos(angle), radius * sin(angle))
      }
      store(2 * b, x)
      if 2 * b + 1 < n { store(2 * b + 1, y) }
    }
  }
  /// The top 53 bits as a number of [0, 1).
  @inline(__always)
  private static func unit(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }

  /// Operands: keys, lowest, one above the highest; by the high word of a product (Lemire 2019, without rejection: the bias is below 2⁻⁶⁴ · range).
  public static let integers: Kernel = { call in
    let (keys, low, high, y) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.inputs[2], call.pointee.outputs[0])
    guard keys.count > 0 else { return .ok }
    let n = y.count / keys.count
    for k in 0..<keys.count {
      let (a, b) = (low.at(Int.self)[k], high.at(Int.self)[k])
      guard a < b else { return KernelStatus(.domain, b) }
      let range = UInt64(bitPattern: Int64(b &- a))
      for i in 0..<n {
        let words = Philox.words(keys.at(UInt64.self)[k], UInt64(i / 2))
        y.at(Int.self)[k * n + i] = a &+ Int(truncatingIfNeeded: (i % 2 == 0 ? words.0 : words.1).multipliedFullWidth(by: range).high)
      }
    }
    return .ok
  }

  /// Fisher and Yates's shuffle of 0 … n − 1 for each key.
  public static let permutation: Kernel = { call in
    let (keys, y) = (call.pointee.inputs[0], call.pointee.outputs[0])
    guard keys.count > 0 else { return .ok }
    let n = y.count / keys.count
    for k in 0..<keys.count {
      let out = y.at(Int.self) + k * n
      for i in 0..<n { out[i] = i }
      for i in stride(from: n - 1, to: 0, by: -1) {
        let word = Philox.words(keys.at(UInt64.self)[k], UInt64(i)).0
        let j = Int(truncatingIfNeeded: word.multipliedFullWidth(by: UInt64(i + 1)).high)
        (out[i], out[j]) = (out[j], out[i])
      }
    }
    return .ok
  }
}

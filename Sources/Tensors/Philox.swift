import CKernels

/// What a draw is made of; see `ptb_random.h` for the bits.
public enum Draw: Int32, Sendable, CaseIterable {
  /// 32 random bits as `UInt32`.
  case bits
  case uniformF32, uniformF64
  case normalF32, normalF64
  case exponentialF32, exponentialF64
  case rademacherF32, rademacherF64
  /// `Int64` in a half-open range.
  case integer

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .bits, .uniformF32, .normalF32, .exponentialF32, .rademacherF32: 4
    case .uniformF64, .normalF64, .exponentialF64, .rademacherF64, .integer: 8
    }
  }
}

/// Counter-based random numbers: a draw is a pure function of a key and an element index, so any split of it over tiles
/// or threads gives the same bits.
public enum Philox {
  /// A new key from a key and a number.
  @inlinable
  public static func foldKey(_ key: UInt64, _ data: UInt64) -> UInt64 { ptb_fold_key(key, data) }

  /// Writes elements `range` of the draw of `key` from `out` on. `low` and `high` bound `.integer`.
  public static func draw(
    _ kind: Draw, key: UInt64, _ range: Range<Int>, low: Int = 0, high: Int = 0, into out: UnsafeMutableRawPointer
  ) {
    ptb_draw(kind.rawValue, key, Int64(range.lowerBound), Int64(range.count), Int64(low), Int64(high), out)
  }

  /// `count` elements for each of many keys as rows of one array, whose base is `out`: writes its flat elements `range`.
  public static func drawRows(
    _ kind: Draw, keys: UnsafePointer<UInt64>, count: Int, _ range: Range<Int>, low: Int = 0, high: Int = 0,
    into out: UnsafeMutableRawPointer
  ) {
    ptb_draw_rows(
      kind.rawValue, keys, Int64(count), Int64(range.lowerBound), Int64(range.upperBound), Int64(low), Int64(high), out)
  }

  /// A uniform permutation of `0 ..< count`.
  public static func permutation(key: UInt64, count: Int, into out: UnsafeMutablePointer<Int64>) {
    ptb_permutation(key, Int64(count), out)
  }

  /// One block of Philox4x32-10.
  public static func block(_ counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)) -> [UInt32] {
    var out = [UInt32](repeating: 0, count: 4)
    ptb_philox4x32(10, [counter.0, counter.1, counter.2, counter.3], [key.0, key.1], &out)
    return out
  }
}

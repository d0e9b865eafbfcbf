/// Whether sums and products of Ints leave 64 bits. The kernels wrap around; this looks at the operands first, and only where they are large
/// at every result.
struct IntOverflow {
  /// Elements [outer, axis, inner].
  let x: UnsafePointer<Int>
  let outer: Int, axis: Int, inner: Int

  /// Bits that the magnitude of every element fits in.
  private var bits: Int {
    var all: UInt = 0
    for i in 0..<(outer * axis * inner) { all |= x[i].magnitude }
    return UInt.bitWidth - all.leadingZeroBitCount
  }

  /// Of a sum over the axis; `running`: or of one of its beginnings, and from the end if `back`.
  func ofSum(running: Bool = false, back: Bool = false) -> Bool {
    if bits + Int.bitWidth - axis.leadingZeroBitCount < Int.bitWidth { return false }
    return eachLine { line in
      var sum: Int128 = 0
      for k in 0..<axis {
        sum += Int128(line[(back ? axis - 1 - k : k) * inner])
        if running && Int(exactly: sum) == nil { return true }
      }
      return Int(exactly: sum) == nil
    }
  }

  /// Of a product over the axis; `running`: or of one of its beginnings.
  func ofProduct(running: Bool = false) -> Bool {
    // 0 and ±1 make nothing larger; the smallest Int is the one that is larger below 0 than above.
    if bits <= 1 || bits.multipliedReportingOverflow(by: axis).partialValue < Int.bitWidth && axis < Int.bitWidth { return false }
    return eachLine { line in
      // A zero anywhere is the product, unless the beginnings count too.
      if !running { for k in 0..<axis where line[k * inner] == 0 { return false } }
      var (product, isOver) = (1, false)
      for k in 0..<axis where !isOver { (product, isOver) = product.multipliedReportingOverflow(by: line[k * inner]) }
      return isOver
    }
  }

  private func eachLine(_ isOver: (UnsafePointer<Int>) -> Bool) -> Bool {
    for o in 0..<outer { for i in 0..<inner where isOver(x + o * axis * inner + i) { return true } }
    return false
  }
}

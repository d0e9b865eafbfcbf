import IR

// Extents of sliding windows. With extents known only as symbols the rules still hold where the quotient is exact.

enum Spatial {
  /// The extent with `dilation - 1` zeros between its elements.
  static func dilated(_ extent: Dim, _ dilation: Int) -> Dim { (extent - 1) * Dim(dilation) + 1 }

  /// The number of places of a window of `size` that moves by `stride` over `extent`, padded.
  static func places(_ name: String, _ extent: Dim, _ low: Int, _ high: Int, size: Dim, stride: Int) throws(OpError) -> Dim {
    let room = extent + Dim(low) + Dim(high) - size
    if let room = room.constant {
      if room < 0 {
        throw OpError("`\(name)`: a window of \(size) does not fit into \(extent) with padding \(low) and \(high)")
      }
      return Dim(room / stride + 1)
    }
    if stride == 1 { return room + 1 }
    guard let steps = room.dividedExactly(by: Dim(stride)) else {
      throw OpError("`\(name)`: how often a window of \(size) with stride \(stride) fits into \(extent) is not known before \(extent) is")
    }
    return steps + 1
  }

  static func lengths(_ name: String, _ count: Int, _ lists: [(String, [Int])], least: Int) throws(OpError) {
    for (list, values) in lists {
      if values.count != count {
        throw OpError("`\(name)` over \(count) spatial ax\(count == 1 ? "is" : "es") has \(values.count) numbers for `\(list)`")
      }
      for value in values where value < least { throw OpError("`\(name)`: `\(list)` is at least \(least), not \(value)") }
    }
  }

  static func rank(_ name: String, _ type: TensorType) throws(OpError) {
    if type.rank != 3 && type.rank != 4 {
      throw OpError("`\(name)` needs [images, channels] and 1 or 2 spatial axes, not \(type.word)")
    }
  }

  /// Two numbers from one or two, with what a missing height has.
  static func pair(_ values: [Int], _ height: Int) -> [Int] { values.count == 1 ? [height] + values : values }
}

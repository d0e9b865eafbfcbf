import IR

// Pooling: a window at each place, and one number from it.

extension Node {
  /// The largest of each window of [N, C] + spatial; padding never wins. Equal elements share the derivative.
  public func maxPool(_ windows: WindowAttributes) throws(OpError) -> Node {
    try Check.elements("maxPool", type, .real)
    let patches = try builder.tryEmit(.windows, [self, builder.fill(-.infinity, TensorType(dtype))], windows.attributes)[0]
    return try builder.tryEmit(.maxOf, [patches], ["axes": .ints([patches.rank - 1])])[0]
  }

  /// The mean of each window of [N, C] + spatial. Padding counts as zeros, unless `countPadding` is false: then the mean is over
  /// the elements inside.
  public func avgPool(_ windows: WindowAttributes, countPadding: Bool = true) throws(OpError) -> Node {
    try Check.elements("avgPool", type, .real)
    let zero = builder.fill(0, TensorType(dtype))
    func sums(_ x: Node) throws(OpError) -> Node {
      let patches = try builder.tryEmit(.windows, [x, zero], windows.attributes)[0]
      return patches.sum([patches.rank - 1])
    }
    let sum = try sums(self)
    if countPadding { return sum / Double(windows.size.reduce(1, *)) }
    // A window that lies in the padding alone has a mean of 0.
    return sum / .maximum(try sums(builder.fill(1, like: self)), builder.fill(1, like: sum))
  }
}

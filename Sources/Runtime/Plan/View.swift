import Tensors

/// How the elements of a value are read in the order of another shape: an offset and a stride for each axis, in elements.
struct View: Hashable {
  var value: Int
  var offset: Int
  var shape: [Int]
  var strides: [Int]

  /// The whole of a value, as it lies in memory.
  init(_ value: Int, shape: [Int]) {
    (self.value, self.offset, self.shape, strides) = (value, 0, shape, View.contiguous(shape))
  }

  static func contiguous(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for k in stride(from: shape.count - 2, through: 0, by: -1) { strides[k] = strides[k + 1] * shape[k + 1] }
    return strides
  }

  var count: Int { shape.reduce(1, *) }
  /// Whether the elements lie one after the other.
  var isContiguous: Bool {
    var expected = 1
    for (n, s) in zip(shape, strides).reversed() where n != 1 {
      if s != expected { return count == 0 }
      expected *= n
    }
    return true
  }

  func broadcast(to shape: [Int], axes: [Int]) -> View {
    var result = self
    (result.shape, result.strides) = (shape, Array(repeating: 0, count: shape.count))
    for (k, axis) in axes.enumerated() where self.shape[k] != 1 { result.strides[axis] = strides[k] }
    return result
  }
  func transposed(_ permutation: [Int]) -> View {
    var result = self
    (result.shape, result.strides) = (permutation.map { shape[$0] }, permutation.map { strides[$0] })
    return result
  }
  func sliced(start: [Int], step: [Int], to shape: [Int]) -> View {
    var result = self
    result.shape = shape
    for k in start.indices {
      result.offset += start[k] * strides[k]
      result.strides[k] = strides[k] * step[k]
    }
    return result
  }
  func reversed(_ axes: [Int]) -> View {
    var result = self
    for k in axes where shape[k] > 0 {
      result.offset += (shape[k] - 1) * strides[k]
      result.strides[k] = -strides[k]
    }
    return result
  }
  /// The same elements under another shape, where no copy is needed for it: contiguous ones, and axes of extent 1.
  func reshaped(to shape: [Int]) -> View? {
    var result = self
    result.shape = shape
    if isContiguous {
      result.strides = View.contiguous(shape)
      return result
    }
    let kept = self.shape.indices.filter { self.shape[$0] != 1 }
    guard kept.map({ self.shape[$0] }) == shape.filter({ $0 != 1 }) else { return nil }
    var next = 0
    result.strides = shape.map { n in
      if n == 1 { return 0 }
      next += 1
      return strides[kept[next - 1]]
    }
    return result
  }

  var access: Access {
    // Axes that one stride covers are one axis.
    var axes: [(n: Int, s: Int)] = []
    for (n, s) in zip(shape, strides) where n != 1 {
      if let last = axes.last, last.s == s * n { axes[axes.count - 1] = (last.n * n, s) } else { axes.append((n, s)) }
    }
    let pattern: Access.Pattern
    if axes.isEmpty || (axes.count == 1 && axes[0].s == 1) {
      pattern = .contiguous
    } else if axes.allSatisfy({ $0.s == 0 }) {
      pattern = .scalar
    } else if axes.count == 2 && axes[0].s == 0 && axes[1].s == 1 {
      pattern = .periodic(axes[1].n)
    } else if axes.count == 2 && axes[0].s == 1 && axes[1].s == 0 {
      pattern = .repeated(axes[1].n)
    } else {
      pattern = .strided(shape: axes.map(\.n), strides: axes.map(\.s))
    }
    return Access(value: value, offset: offset, pattern: pattern)
  }
}

/// How a fused region reads an input.
struct Access: Hashable {
  enum Pattern: Hashable {
    case contiguous, scalar
    case periodic(Int)
    case repeated(Int)
    case strided(shape: [Int], strides: [Int])
    /// Not read but drawn, with the value for keys of so many elements each.
    case drawn(Draw, DType, row: Int)
  }
  var value: Int
  /// In elements.
  var offset: Int
  var pattern: Pattern

  /// Whether element i of the output needs just element i of the value, so that both may share their memory.
  var isAligned: Bool { pattern == .contiguous && offset == 0 }
  /// The type of the elements that are read.
  func dtype(_ values: [PlannedValue]) -> DType { if case .drawn(_, let dtype, _) = pattern { dtype } else { values[value].dtype } }
}

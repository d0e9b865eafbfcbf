import Tensors

/// Looks for simpler values that still fail: zeros first, then few decimals, then small numbers.
struct Shrinker {
  /// The values of the simplest case so far, by variable and leaf.
  private var values: [[Tensor]]
  /// Tries a case: what its values became if it fails as the first did, else nil.
  private let fails: ([[Tensor]]) -> [[Tensor]]?
  /// Elements of larger tensors are not treated one by one.
  private static let largest = 64
  private static let decimals = [1.0, 10, 100, 1000]

  init(_ values: [[Tensor]], fails: @escaping ([[Tensor]]) -> [[Tensor]]?) { (self.values, self.fails) = (values, fails) }

  /// Goes over all values until none becomes simpler.
  mutating func run() {
    while pass() {}
  }

  private mutating func pass() -> Bool {
    var isSimpler = false
    for v in values.indices {
      for leaf in values[v].indices where leaf < values[v].count {
        if shrink(v, leaf) { isSimpler = true }
      }
    }
    return isSimpler
  }

  private mutating func shrink(_ v: Int, _ leaf: Int) -> Bool {
    let before = values[v][leaf]
    // Ints that a Double does not hold are left alone.
    guard before.isNumeric, before.dtype != .int || before.numbers.allSatisfy({ abs($0) < 0x1p53 }) else { return false }
    if zeroChunks(v, leaf) { return true }
    if before.count > 1, before.dtype != .int { snapWhole(v, leaf) }
    if before.count <= Self.largest {
      for k in 0..<before.count where k < values[v][leaf].count { shrinkElement(v, leaf, k) }
    }
    return cost(values[v][leaf]) < cost(before)
  }

  /// Makes runs of elements zero, long ones first.
  private mutating func zeroChunks(_ v: Int, _ leaf: Int) -> Bool {
    let count = values[v][leaf].count
    var length = count
    var isSimpler = false
    while length > 0 {
      var start = 0
      while start < count, values[v][leaf].count == count {
        let range = start..<min(start + length, count)
        let numbers = values[v][leaf].numbers
        if numbers[range].contains(where: { $0 != 0 }) {
          isSimpler = attempt(v, leaf) { k, x in range.contains(k) ? 0 : x } || isSimpler
        }
        start += length
      }
      if values[v][leaf].count != count { return true }
      length = count > Self.largest && length <= count / Self.largest ? 0 : length / 2
    }
    return isSimpler
  }

  /// All elements at once to as few decimals as will do.
  private mutating func snapWhole(_ v: Int, _ leaf: Int) {
    for scale in Self.decimals where attempt(v, leaf, { _, x in (x * scale).rounded() / scale }) { return }
  }

  /// One element to the smallest number of the fewest decimals that fails.
  private mutating func shrinkElement(_ v: Int, _ leaf: Int, _ k: Int) {
    func with(_ number: Double) -> (Int, Double) -> Double { { i, x in i == k ? number : x } }
    let x = values[v][leaf].numbers[k]
    if x == 0 { return }
    if x < 0 { _ = attempt(v, leaf, with(-x)) }
    for scale in values[v][leaf].dtype == .int ? [1] : Self.decimals {
      let x = values[v][leaf].numbers[k]
      // Beyond, neighbours on the grid are no numbers of their own.
      guard abs(x) * scale < 0x1p52 else { return }
      let (down, up) = ((x * scale).rounded(.towardZero), (x * scale).rounded(.awayFromZero))
      let onGrid = values[v][leaf].holds(down / scale, as: x) || attempt(v, leaf, with(down / scale)) || attempt(v, leaf, with(up / scale))
      if !onGrid { continue }
      // Between 0, which passes, and what fails, the boundary is looked for by halving.
      var (passes, failing) = (0.0, (values[v][leaf].numbers[k] * scale).rounded())
      while abs(failing - passes) > 1 {
        let middle = ((passes + failing) / 2).rounded(.towardZero)
        if attempt(v, leaf, with(middle / scale)) { failing = middle } else { passes = middle }
      }
      return
    }
  }

  /// Tries a leaf with other elements, if they are simpler.
  private mutating func attempt(_ v: Int, _ leaf: Int, _ change: (Int, Double) -> Double) -> Bool {
    let old = values[v][leaf]
    let new = old.with(old.numbers.enumerated().map { change($0.offset, $0.element) })
    guard cost(new) < cost(old) else { return false }
    var candidate = values
    candidate[v][leaf] = new
    guard let found = fails(candidate) else { return false }
    values = found
    return true
  }

  /// How complicated a tensor is: elements that are not 0, then decimals, then sizes, then minus signs.
  private func cost(_ tensor: Tensor) -> Cost {
    var cost = Cost()
    for x in tensor.numbers where x != 0 {
      cost.nonzero += 1
      cost.decimals += Self.decimals.firstIndex { tensor.holds((x * $0).rounded() / $0, as: x) } ?? Self.decimals.count
      cost.size += abs(x)
      if x < 0 { cost.negative += 1 }
    }
    return cost
  }

  private struct Cost: Comparable {
    var nonzero = 0, decimals = 0, size = 0.0, negative = 0
    static func < (a: Cost, b: Cost) -> Bool { (a.nonzero, a.decimals, a.size, a.negative) < (b.nonzero, b.decimals, b.size, b.negative) }
  }
}

extension Tensor {
  fileprivate var isNumeric: Bool { [.f32, .f64, .int, .bool].contains(dtype) }
  fileprivate var numbers: [Double] { (0..<count).map { double($0) } }

  /// Whether two numbers are one as elements.
  fileprivate func holds(_ a: Double, as b: Double) -> Bool { dtype == .f32 ? Float(a) == Float(b) : a == b }

  /// A tensor of the same type and shape with other elements.
  fileprivate func with(_ numbers: [Double]) -> Tensor {
    let result = Tensor(uninitialized: dtype, shape)
    for (k, x) in numbers.enumerated() {
      switch dtype {
      case .f32: result.pointer.storeBytes(of: Float(x), toByteOffset: k * 4, as: Float.self)
      case .f64: result.pointer.storeBytes(of: x, toByteOffset: k * 8, as: Double.self)
      case .int: result.pointer.storeBytes(of: Int(exactly: x) ?? 0, toByteOffset: k * 8, as: Int.self)
      default: result.pointer.storeBytes(of: x != 0 ? 1 : 0, toByteOffset: k, as: UInt8.self)
      }
    }
    return result
  }

  /// The elements with the smallest indices, of a shape that is no larger in any dimension; of a vector those that are not 0, first.
  func cropped(to target: [Int]) -> Tensor {
    if rank == 1, isNumeric {
      let kept = numbers.filter { $0 != 0 }.prefix(target[0])
      return Tensor(uninitialized: dtype, target).with(kept + [Double](repeating: 0, count: target[0] - kept.count))
    }
    let result = Tensor(uninitialized: dtype, target)
    var index = [Int](repeating: 0, count: target.count)
    for k in 0..<result.count {
      let from = zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
      (result.pointer + k * dtype.size).copyMemory(from: pointer + from * dtype.size, byteCount: dtype.size)
      var axis = target.count - 1
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < target[axis] { break }
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}

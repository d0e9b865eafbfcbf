import IR

// What shape rules check and how they say it. The checker adds the place in the script.

/// Classes of element types that ops accept.
enum Elements: String {
  case real = "real numbers"
  case realOrInt = "real numbers or integers"
  case realOrComplex = "real or complex numbers"
  case number = "numbers"
  case complex = "complex numbers"
  case int = "integers"
  case bool = "truth values"
  case any = "values"

  func contains(_ dtype: DType) -> Bool {
    switch self {
    case .real: dtype.isReal
    case .realOrInt: dtype.isReal || dtype == .int
    case .realOrComplex: dtype.isReal || dtype.isComplex
    case .number: dtype.isReal || dtype.isComplex || dtype == .int
    case .complex: dtype.isComplex
    case .int: dtype == .int
    case .bool: dtype == .bool
    case .any: dtype != .string
    }
  }
  /// An element type of the class, for samples.
  var example: DType {
    switch self {
    case .complex: .c128
    case .int: .int
    case .bool: .bool
    default: .f64
    }
  }
}

extension DType {
  /// As a script writes it.
  var word: String {
    switch self {
    case .f32, .f64: "Real"
    case .int: "Int"
    case .bool: "Bool"
    case .c64, .c128: "Complex"
    case .string: "String"
    }
  }
}

extension TensorType {
  /// As a script writes it: `Real[3, n]`.
  var word: String { shape.isEmpty ? dtype.word : dtype.word + shape.text }
}

extension Array where Element == Dim {
  /// `[3, n]`.
  var text: String { "[" + map(\.description).joined(separator: ", ") + "]" }
  /// The shape with an extent inserted, removed or replaced.
  func inserting(_ dim: Dim, at axis: Int) -> Shape { Array(self[..<axis]) + [dim] + Array(self[axis...]) }
  func removing(_ axes: [Int]) -> Shape { enumerated().filter { !axes.contains($0.offset) }.map(\.element) }
  func replacing(_ axis: Int, by dim: Dim) -> Shape {
    var copy = self
    copy[axis] = dim
    return copy
  }
}

enum Check {
  static func count(_ name: String, _ types: [TensorType], _ n: Int) throws(OpError) {
    if types.count != n { throw OpError("`\(name)` takes \(n) operand\(n == 1 ? "" : "s"), not \(types.count)") }
  }
  static func elements(_ name: String, _ type: TensorType, _ elements: Elements) throws(OpError) {
    if !elements.contains(type.dtype) { throw OpError("`\(name)` needs \(elements.rawValue), not \(type.word)") }
  }
  static func sameShape(_ name: String, _ types: [TensorType]) throws(OpError) {
    for type in types.dropFirst() where type.shape != types[0].shape {
      throw OpError("the operands of `\(name)` differ in shape: \(types[0].word) and \(type.word)", note: difference(types[0].shape, type.shape))
    }
  }
  static func sameElements(_ name: String, _ types: [TensorType]) throws(OpError) {
    for type in types.dropFirst() where type.dtype != types[0].dtype {
      throw OpError("the operands of `\(name)` differ in kind: \(types[0].word) and \(type.word)")
    }
  }
  static func scalarInts(_ name: String, _ types: ArraySlice<TensorType>) throws(OpError) {
    for type in types where type != TensorType(.int) { throw OpError("`\(name)` needs an Int for each axis, not \(type.word)") }
  }
  static func axis(_ name: String, _ axis: Int, of type: TensorType) throws(OpError) {
    if axis < 0 || axis >= type.rank {
      throw OpError("`\(name)` along axis \(axis) of \(type.word), which has \(axes(type.rank))")
    }
  }
  static func axes(_ name: String, _ axes: [Int], of type: TensorType) throws(OpError) {
    for axis in axes { try Check.axis(name, axis, of: type) }
    if Set(axes).count != axes.count { throw OpError("`\(name)` is given an axis twice: \(axes)") }
  }
  static func nonEmpty(_ name: String, _ axes: [Int], of type: TensorType) throws(OpError) {
    for axis in axes where type.shape[axis].constant == 0 {
      throw OpError("`\(name)` of no elements: axis \(axis) of \(type.word) has length 0")
    }
  }
  static func axes(_ rank: Int) -> String { rank == 0 ? "no axes" : rank == 1 ? "1 axis" : "\(rank) axes" }
  /// Which axes of two shapes differ.
  static func difference(_ a: Shape, _ b: Shape) -> String {
    if a.count != b.count { return "one has \(axes(a.count)), the other \(axes(b.count))" }
    return zip(a, b).enumerated().filter { $0.element.0 != $0.element.1 }
      .map { "axis \($0.offset) is \($0.element.0) and \($0.element.1)" }.joined(separator: "; ")
  }
}

extension Attributes {
  /// A list of extents, written as `dims` or, where they are plain numbers, as `ints`.
  func extents(_ name: String) -> [Dim] {
    if case .ints(let values)? = self[name] { return values.map { Dim($0) } }
    return dims(name)
  }
  func with(_ name: String, _ value: Attribute) -> Attributes {
    var entries = Attributes()
    for entry in self.entries { entries[entry.name] = entry.name == name ? value : entry.value }
    return entries
  }
}

// Parts of batching rules.

extension Node {
  /// The operand with the batch axis, repeated along it if it has none.
  func batched(_ isBatched: Bool, _ n: Dim) -> Node {
    isBatched ? self : broadcast(to: [n] + shape, axes: Array(1..<(rank + 1)))
  }
}

extension RuleContext {
  /// All operands with the batch axis.
  func allBatched(_ batched: [Bool], _ n: Dim) -> [Node] { zip(x, batched).map { $0.batched($1, n) } }
}

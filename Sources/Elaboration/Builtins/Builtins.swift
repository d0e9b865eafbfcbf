import Diagnostics
import Ops

/// Natives: the functions that need the IR. All else of the library is in `stdlib/`.
enum Builtins {
  static let all: [(Scope) -> Void] = [
    elementwise, reductions, shapes, vectors, derivatives, random, linearAlgebra, contractions, effects, pictures, guarantees, bounds, linearBounds, splits,
  ]
}

extension Scope {
  /// Declares a native.
  func native(
    _ name: String, _ parameters: [NativeParameter], elementwise: Bool = false, _ doc: String, _ body: @escaping Function.Native
  ) {
    let function = Function(native: name, parameters, doc: doc, body)
    function.isElementwise = elementwise
    define(name, .function(function), imported: true)
  }
}

/// Reading the arguments of natives, each with the refusal that a wrong one gets.
extension Arguments {
  func tensor(_ index: Int, _ e: Elaborator) throws -> TensorValue {
    let value = self[index]
    if e.isGuarded(value) {
      throw e.fail(
        .boundNotReal, "a number is needed here, and this is \(value.typeName)", at: span(index), labels: e.becauseOf(value, span(index)),
        fixes: [e.droppingGuarantee(of: value)])
    }
    guard let t = value.tensor else {
      throw e.fail(.badArgument, "a number or tensor is needed here, and this is \(value.typeName)", at: span(index))
    }
    return t
  }
  /// A Real (or complex) tensor; literals become Real.
  func real(_ index: Int, _ e: Elaborator) throws -> Node { try e.realNode(try tensor(index, e), span(index)) }
  func node(_ index: Int, _ e: Elaborator) throws -> Node { e.node(try tensor(index, e)) }
  /// A whole number known before the run.
  func size(_ index: Int, _ e: Elaborator) throws -> Dim {
    guard let size = try tensor(index, e).size else { throw e.sizeNotKnown(span(index)) }
    return size
  }
  func int(_ index: Int, _ e: Elaborator, default missing: Int? = nil) throws -> Int {
    if self[index].isUnit, let missing { return missing }
    guard let number = try size(index, e).constant else { throw e.sizeNotKnown(span(index)) }
    return number
  }
  func flag(_ index: Int, _ e: Elaborator, default missing: Bool = false) throws -> Bool {
    if self[index].isUnit { return missing }
    guard let truth = self[index].tensor?.truth else {
      throw e.fail(.badArgument, "`true` or `false` is needed here, known before the run", at: span(index))
    }
    return truth
  }
  func text(_ index: Int, _ e: Elaborator, default missing: String? = nil) throws -> String {
    if self[index].isUnit, let missing { return missing }
    guard case .text(let text) = self[index], let constant = text.constant else {
      throw e.fail(.badPath, "a text that is known before the run is needed here", at: span(index))
    }
    return constant
  }
  func vector(_ index: Int, _ e: Elaborator) throws -> Value { try e.realVector(self[index], span(index)) }
  /// A list of sizes: `[2, n]`, `(2, n)`, or one number.
  func shape(_ index: Int, _ e: Elaborator) throws -> Shape { try e.shape(self[index], span(index)) }

  /// Axes of a tensor of this rank, as an axis argument names them: nothing means all.
  func axes(_ index: Int, rank: Int, _ e: Elaborator) throws -> [Int] {
    if self[index].isUnit { return Array(0..<rank) }
    let numbers = try e.shape(self[index], span(index))
    var axes: [Int] = []
    for number in numbers {
      guard let k = number.constant else { throw e.sizeNotKnown(span(index)) }
      axes.append(try e.axis(k, rank: rank, span(index)))
    }
    return axes.sorted()
  }
}

extension Elaborator {
  func axis(_ k: Int, rank: Int, _ span: SourceSpan) throws -> Int {
    guard k >= -rank, k < rank else {
      throw fail(
        .badAxis, "there is no axis \(k): the tensor has \(rank) dimension\(rank == 1 ? "" : "s")", at: span,
        notes: rank == 0 ? [] : ["axes are 0 to \(rank - 1), or -\(rank) to -1 from the end"])
    }
    return k < 0 ? k + rank : k
  }

  /// The shape, as that of a tensor that is to be made.
  func sizes(_ shape: Shape, _ span: SourceSpan) throws -> Shape {
    for size in shape {
      guard let n = size.constant else { continue }
      if n < 0 { throw fail(.badOption, "a size is at least 0, and this is \(n)", at: span) }
      if n > Int32.max { throw fail(.badOption, "an axis has at most \(Int32.max) elements, and this would have \(n)", at: span) }
    }
    if let count = shape.elementCount.constant, count >= 1 << 40 { throw fail(.badOption, "a tensor of this shape does not fit in memory", at: span) }
    return shape
  }

  func shape(_ value: Value, _ span: SourceSpan) throws -> Shape {
    switch value {
    case .tuple(let values):
      return try values.map {
        guard let size = $0.tensor?.size else { throw sizeNotKnown(span) }
        return size
      }
    case .tensor(let t):
      if let size = t.size { return [size] }
      if let sizes = t.sizes { return sizes }
      guard t.dtype == .int, t.type.rank == 1, case .host(let tensor) = t.source else { throw sizeNotKnown(span) }
      return (0..<tensor.count).map { Dim(tensor.pointer.load(fromByteOffset: $0 * 8, as: Int.self)) }
    default: throw fail(.badArgument, "a shape is a list of sizes, and this is \(value.typeName)", at: span)
    }
  }
}

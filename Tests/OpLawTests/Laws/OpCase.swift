import IR
import Ops
import Runtime
import Transforms

/// An op on one of its samples, as a graph of the op alone and inputs for it.
struct OpCase: CustomStringConvertible {
  let decl: OpDecl
  let index: Int
  let sample: OpSample
  /// The element type that takes the place of `f64`, if another is tried.
  let elements: DType?
  var description: String { "\(decl.name), sample \(index)" + (elements.map { " over \($0)" } ?? "") }
  var types: [TensorType] { sample.operands.map(\.type) }
  private var seed: Int { decl.name.utf8.reduce(index) { $0 &* 31 &+ Int($1) } }

  static let all: [OpCase] = OpDecl.all.flatMap(cases)
  static func cases(of decl: OpDecl) -> [OpCase] { decl.samples.indices.map { OpCase(decl, $0) } }
  /// The samples over every other element type that the op accepts.
  static let overOtherElements: [OpCase] = all.flatMap { c in
    [DType.f32, .int, .bool, .c64, .c128].compactMap { OpCase(c.decl, c.index, over: $0) }
  }

  init(_ decl: OpDecl, _ index: Int) { (self.decl, self.index, sample, elements) = (decl, index, decl.samples[index], nil) }

  private init?(_ decl: OpDecl, _ index: Int, over dtype: DType) {
    var sample = decl.samples[index]
    let places = sample.operands.indices.filter { sample.operands[$0].type.dtype == .f64 }
    if places.isEmpty { return nil }
    for k in places {
      sample.operands[k].type = sample.operands[k].type.with(dtype: dtype)
      // Edges are edges of reals.
      if case .edges(let values) = sample.operands[k].values, !values.allSatisfy(\.isFinite) { return nil }
    }
    if (try? decl.infer(sample.operands.map(\.type), sample.attributes)) == nil { return nil }
    (self.decl, self.index, self.sample, elements) = (decl, index, sample, dtype)
  }

  /// The op as a graph, over these types of operands.
  func graph(_ types: [TensorType], _ attributes: Attributes? = nil) throws -> Graph {
    let b = Builder(name: decl.name)
    let x = types.map { b.parameter($0) }
    return b.finish(try b.tryEmit(decl, x, attributes ?? sample.attributes))
  }
  func graph() throws -> Graph { try graph(types) }

  func inputs() -> [Dense] {
    var numbers = Numbers(seed)
    return sample.operands.map { $0.values.draw($0.type, &numbers) }
  }

  /// Operands in n lanes: those that are marked differ between the lanes, the others are the same.
  func lanes(_ batched: [Bool], _ n: Int) -> [[Dense]] {
    let first = inputs()
    return (0..<n).map { lane in
      var numbers = Numbers(seed &+ 977 &* (lane + 1))
      return zip(first, batched).enumerated().map { k, operand in
        operand.1 ? sample.operands[k].values.draw(sample.operands[k].type, &numbers, lane: lane) : operand.0
      }
    }
  }
}

/// All of n things, and each of them alone.
func subsets(_ n: Int) -> [[Bool]] {
  let alone = (0..<n).map { k in (0..<n).map { $0 == k } }
  return n == 0 ? [] : n == 1 ? alone : alone + [[Bool](repeating: true, count: n)]
}

extension Dense {
  static func stack(_ lanes: [Dense]) -> Dense {
    Dense(lanes.flatMap(\.values), [lanes.count] + lanes[0].shape, lanes[0].dtype)
  }
  func lane(_ k: Int, of n: Int) -> Dense {
    let size = values.count / n
    return Dense(Array(values[(k * size)..<((k + 1) * size)]), Array(shape.dropFirst()), dtype)
  }
  /// `self + s d`
  func moved(_ s: Double, _ d: Dense) -> Dense { Dense(zip(values, d.values).map { $0 + s * $1 }, shape, dtype) }

  /// Equal up to a relative error; nan equals nan, infinities equal themselves.
  func isClose(to other: Dense, _ tolerance: Double) -> Bool {
    shape == other.shape && dtype == other.dtype && zip(values, other.values).allSatisfy { close($0, $1, tolerance) }
  }
  /// Equal bit for bit, but for the bits of nan.
  func isSame(as other: Dense) -> Bool {
    shape == other.shape && dtype == other.dtype
      && zip(values, other.values).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
  }

  /// Σ Re(a b), how cotangents pair with tangents.
  func dot(_ other: Dense) -> Double {
    var sum = 0.0
    for (i, (a, b)) in zip(values, other.values).enumerated() { sum += dtype.isComplex && i % 2 == 1 ? -(a * b) : a * b }
    return sum
  }
}

/// Runs a graph with the reference evaluator.
func run(_ graph: Graph, _ inputs: [Dense]) throws -> [Dense] {
  try evaluate(graph, inputs.map(\.tensor)).map { Dense($0) }
}

func build(_ types: [TensorType], _ body: (Builder, [Node]) throws -> [Node]) rethrows -> Graph {
  let b = Builder()
  let parameters = types.map { b.parameter($0) }
  return b.finish(try body(b, parameters))
}

extension Sequence {
  func filter(by marks: [Bool]) -> [Element] { zip(self, marks).filter(\.1).map(\.0) }
}

extension Array where Element == Bool {
  /// The values at the marked places, nil elsewhere.
  func spread<T>(_ values: [T]) -> [T?] {
    var rest = values[...]
    return map { $0 ? rest.removeFirst() : nil }
  }
}

func close(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  if a == b || (a.isNaN && b.isNaN) { return true }
  return abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

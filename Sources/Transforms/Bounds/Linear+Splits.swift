import Ops

/// A part of the domain: where numbers inside a body have given signs. All are vectors over the neurons, the operands of nonlinear ops
/// in the order of the normal form.
public struct Splits {
  /// Bounds of the neurons that hold in the whole domain (the box may be smaller).
  public var lower: Node
  public var upper: Node
  /// 1: the neuron is ≥ 0; −1: it is ≤ 0; 0: it is free.
  public var signs: Node
  /// Of the lower line of an unstable `relu`, in [0, 1], for all rows.
  public var slopes: Node
  /// Lagrange multipliers ≥ 0 of the signs, for all rows.
  public var multipliers: Node
  public init(lower: Node, upper: Node, signs: Node, slopes: Node, multipliers: Node) {
    (self.lower, self.upper, self.signs, self.slopes, self.multipliers) = (lower, upper, signs, slopes, multipliers)
  }
}

/// Bounds of the neurons, and which of them are operands of `relu`: three vectors.
public struct Neurons {
  public var lower: Node
  public var upper: Node
  public var kinks: Node
}

/// What splits say of one value.
struct SplitPart {
  var slopes: Node
  /// β s
  var multiplier: Node
}

extension Relaxer {
  /// Bounds an operand of a nonlinear op by what is known of the whole domain and by its signs. Bounds that cross each other say that
  /// this part of the domain is empty.
  func restrict(_ id: ValueID, _ splits: Splits) {
    guard let value = values[id.index] else { return }
    let shape = value.type.shape
    func cut(_ x: Node) -> Node { last(of: x) }
    let signs = cut(splits.signs)
    let zero = b.fill(0, like: signs)
    let (isOn, isOff) = (b.emit1(.gt, [signs, zero]), b.emit1(.lt, [signs, zero]))
    let multiplier = cut(splits.multipliers).atLeast(0)
    splitParts[id] = SplitPart(
      slopes: cut(splits.slopes).atLeast(0).atMost(1),
      multiplier: Node.select(isOn, multiplier, Node.select(isOff, -multiplier, zero)))
    guard !value.isExact else { return }
    let (l, u) = (value.lower.atLeast(cut(splits.lower)), value.upper.atMost(cut(splits.upper)))
    let (lower, upper) = (Node.select(isOn, l.atLeast(0), l), Node.select(isOff, u.atMost(0), u))
    let empty = b.emit1(.gt, [lower, upper])
    crossed.append(shape.isEmpty ? empty : b.emit1(.anyOf, [empty], ["axes": .ints(Array(0..<shape.count))]))
    values[id.index] = .between(lower: lower.atMost(upper), upper: upper)
  }

  /// The last neuron's part of a vector over all.
  private func last(of x: Node) -> Node {
    let shape = graph.type(neurons[neurons.count - 1]).shape
    let from = neurons.dropLast().map { graph.type($0).shape.elementCount }.reduce(Dim(0), +)
    return cut(x, from, shape)
  }

  /// Part of a vector that a caller gave. One that does not fit is told at the end, by `requireFit`.
  func cut(_ x: Node, _ from: Dim, _ shape: Shape) -> Node {
    let end = from + shape.elementCount
    if x.rank != 1 || (end.constant ?? 0) > (x.shape[0].constant ?? .max) { return b.zeros(TensorType(.f64, shape)) }
    return Node.apply(.slice, b.here(x), attributes: ["start": .dims([from]), "stop": .dims([end]), "step": .ints([1])]).reshape(shape)
  }

  /// Whether the vectors that a caller gave have a number for each neuron of this body, and for each slope.
  func requireFit() throws(TransformError) {
    func require(_ x: Node?, _ count: Dim, _ what: String) throws(TransformError) {
      guard let x else { return }
      if x.rank == 1, x.shape[0] == count || x.shape[0].constant == nil || count.constant == nil { return }
      throw TransformError("this body takes \(count) \(what), and \(x.rank == 1 ? "\(x.shape[0]) are" : "no vector is") given", b.origin)
    }
    if let splits = options.splits {
      for x in [splits.lower, splits.upper, splits.signs, splits.slopes, splits.multipliers] { try require(x, neuronCount, "neurons") }
    }
    try require(options.known?.lower, neuronCount, "neurons")
    try require(options.known?.upper, neuronCount, "neurons")
    try require(options.slopes, slopesRead, "slopes")
  }

  func intersectKnown(_ id: ValueID) {
    guard let known = options.known, let value = values[id.index] else { return }
    values[id.index] = Relaxer.intersection(value, .between(lower: last(of: known.lower), upper: last(of: known.upper)))
  }

  var neuronCount: Dim { neurons.map { graph.type($0).shape.elementCount }.reduce(Dim(0), +) }

  /// What is known of the neurons.
  func neuronBounds() -> Neurons {
    func all(_ part: (ValueID) -> Node) -> Node {
      let parts = neurons.map { part($0).reshape([graph.type($0).shape.elementCount]) }
      return parts.isEmpty ? b.zeros(TensorType(.f64, [0])) : parts.count == 1 ? parts[0] : b.emit1(.concat, parts, ["axis": .int(0)])
    }
    let ofRelu = Set(graph.operations.filter { $0.decl === OpDecl.relu }.flatMap(\.operands))
    return Neurons(
      lower: all { values[$0.index]!.lower }, upper: all { values[$0.index]!.upper },
      kinks: all { b.fill(ofRelu.contains($0) ? 1 : 0, graph.type($0)) })
  }
}

import Ops

/// What is known of a value while its graph is bounded: its number, or two numbers that it lies between.
///
/// Reals are in f64, whatever the program's precision; a stored f32 number is an f64 number too.
public enum Enclosed {
  /// A stored value, or stored values moved, chosen or compared: no rounding has touched it.
  case exact(Node)
  /// `lower ≤ value ≤ upper`, element by element; an end may be infinite but is never nan.
  case between(lower: Node, upper: Node)

  public var isExact: Bool { if case .exact = self { true } else { false } }
  public var lower: Node {
    switch self {
    case .exact(let node): node.widened
    case .between(let lower, _): lower.widened
    }
  }
  public var upper: Node {
    switch self {
    case .exact(let node): node.widened
    case .between(_, let upper): upper.widened
    }
  }
  /// |value| is at most this.
  public var magnitude: Node {
    switch self {
    case .exact(let node): return node.widened.builder.emit1(.abs, [node.widened])
    case .between(let lower, let upper):
      let b = lower.builder
      return b.emit1(.max, [b.emit1(.abs, [lower.widened]), b.emit1(.abs, [upper.widened])])
    }
  }
  public var type: TensorType {
    switch self {
    case .exact(let node), .between(let node, _): node.type.widened
    }
  }

  /// With reals in f64.
  var widened: Enclosed {
    switch self {
    case .exact(let node): .exact(node.widened)
    case .between(let lower, let upper): .between(lower: lower.widened, upper: upper.widened)
    }
  }
  func map(_ change: (Node) -> Node) -> Enclosed {
    switch self {
    case .exact(let node): .exact(change(node))
    case .between(let lower, let upper): .between(lower: change(lower), upper: change(upper))
    }
  }
  /// The nodes it is made of: one or two.
  var nodes: [Node] {
    switch self {
    case .exact(let node): [node]
    case .between(let lower, let upper): [lower, upper]
    }
  }
}

extension TensorType {
  /// The type under which bounds are computed: reals are f64.
  var widened: TensorType { dtype.isReal ? with(dtype: .f64) : self }
}

extension Node {
  /// The same numbers in f64.
  var widened: Node { dtype.isReal ? convert(.f64) : self }
}

/// How many nodes each of some values is made of, for handing them through the parameters of regions.
struct EnclosedForm {
  let isExact: [Bool]
  init(_ values: [Enclosed]) { isExact = values.map(\.isExact) }
  init(_ isExact: [Bool]) { self.isExact = isExact }

  /// Reads back values whose nodes were handed over one after the other.
  func read(_ nodes: some Sequence<Node>) -> [Enclosed] {
    var rest = Array(nodes)[...]
    return isExact.map { exact in
      let first = rest.removeFirst()
      return exact ? .exact(first) : .between(lower: first, upper: rest.removeFirst())
    }
  }
  /// The nodes of values, with two for each that is not exact here.
  func nodes(_ values: [Enclosed]) -> [Node] {
    zip(values, isExact).flatMap { value, exact in exact ? value.nodes : [value.lower, value.upper] }
  }
  /// Parameters for values of these types.
  func parameters(_ types: [TensorType], _ b: Builder) -> [Enclosed] {
    zip(types, isExact).map { type, exact in
      let first = b.parameter(type.widened)
      return exact ? .exact(first) : .between(lower: first, upper: b.parameter(type.widened))
    }
  }
}

import Diagnostics
import Ops
import Syntax

/// What an assertion compares, while its statement is elaborated.
struct Observation {
  struct Side {
    var text = ""
    var guarantee: Guarantee?
    var isLiteral = false
    /// The number itself, and the ends of the interval that a guarantee or an estimate gives; `unit` where there is none.
    var value = Value.unit
    var lo = Value.unit
    var hi = Value.unit

    fileprivate mutating func change(_ transform: (Value) -> Value) {
      (value, lo, hi) = (transform(value), transform(lo), transform(hi))
    }
  }
  /// `<=` and its kin, `within`, or empty for a truth value of another kind.
  var operation: String
  fileprivate var raw: [(value: Value, expression: Expression)]
  fileprivate var width: Value
  fileprivate var left = Side()
  fileprivate var right = Side()
  fileprivate var text = ""
  fileprivate var span = SourceSpan.none
  fileprivate var holds = Value.unit

  init(_ operation: String, _ sides: (value: Value, expression: Expression)..., width: Value = .unit) {
    (self.operation, raw, self.width) = (operation, sides, width)
  }

  /// Changes all its values, always in the same order.
  mutating func change(_ transform: (Value) -> Value) {
    (holds, width) = (transform(holds), transform(width))
    left.change(transform)
    right.change(transform)
  }

  /// What it was, after the run has computed its values.
  var comparison: Comparison {
    func side(_ side: Side) -> Comparison.Side {
      Comparison.Side(
        text: side.text, guarantee: side.guarantee?.rawValue, isLiteral: side.isLiteral, value: side.value.numbers, lo: side.lo.numbers,
        hi: side.hi.numbers)
    }
    return Comparison(
      text: text, span: span, operation: operation, left: side(left), right: side(right), tolerance: width.numbers,
      holds: holds.numbers.allSatisfy { $0 != 0 })
  }
}

/// What an assertion compared, and whether it held.
public struct Comparison {
  /// One side: its numbers, element by element. `value` is empty where only ends are known, the ends where there is no interval.
  public struct Side {
    public let text: String
    /// `Lower`, `Upper`, `Bounds` or `Estimate`, where the number is one.
    public let guarantee: String?
    public let isLiteral: Bool
    public let value: [Double]
    public let lo: [Double]
    public let hi: [Double]
  }
  /// The text of the condition.
  public let text: String
  public let span: SourceSpan
  /// `<`, `<=`, `>`, `>=`, `==`, `!=`, `within`, or empty where nothing is compared.
  public let operation: String
  public let left: Side
  public let right: Side
  /// Of `within`.
  public let tolerance: [Double]
  public let holds: Bool
}

extension ScriptContext {
  /// What an assertion in a loop or branch of the last statement compared, when it was reached with these values.
  public func comparison(_ number: Int, _ values: [Tensor]) -> Comparison? {
    guard elaborator.repeatedObservations.indices.contains(number) else { return nil }
    var observation = elaborator.repeatedObservations[number]
    var rest = values[...]
    observation.change { value in value.mapLeaves { leaf in rest.popFirst().map { TensorValue(result: $0) } ?? leaf } }
    return observation.comparison
  }
}

extension Elaborator {
  /// Records an assertion that is observed.
  func observe(_ observation: Observation, _ condition: Value, _ e: Expression) throws {
    var observation = observation
    (observation.holds, observation.span, observation.text) = (condition, e.span, library.sources.text(e.span))
    if let first = observation.raw.first, let second = observation.raw.last {
      observation.left = try side(first.value, first.expression)
      observation.right = try side(second.value, second.expression)
    }
    if builder === root {
      observations?.append(observation)
      return
    }
    var nodes: [Node] = []
    observation.change { value in
      nodes += value.leaves.map { node($0) }
      return value
    }
    _ = try emit(.observe, nodes, ["number": .int(repeatedObservations.count)], at: e.span)
    repeatedObservations.append(observation)
  }

  private func side(_ value: Value, _ e: Expression) throws -> Observation.Side {
    var side = Observation.Side(text: library.sources.text(e.span), isLiteral: e.isLiteralNumber, value: value)
    guard case .guarded(let kind, let fields) = value else { return side }
    func part(_ name: String) -> Value { fields.first { $0.name == name }?.value ?? guardedField(kind, fields, name) ?? .unit }
    side.guarantee = kind
    side.value = part("value")
    switch kind {
    case .lower: side.lo = side.value
    case .upper: side.hi = side.value
    case .bounds: (side.lo, side.hi) = (part("lo"), part("hi"))
    case .estimate:
      side.lo = try binary(.subtract, side.value, part("error"), e.span, e.span, e.span)
      side.hi = try binary(.add, side.value, part("error"), e.span, e.span, e.span)
    case .verdict, .solution: break
    }
    return side
  }
}

extension Value {
  /// The numbers at its leaves, once they are computed.
  fileprivate var numbers: [Double] { leaves.flatMap(\.numbers) }
}

extension TensorValue {
  /// The elements, where they are known.
  fileprivate var numbers: [Double] {
    switch source {
    case .host(let tensor): (0..<tensor.count).map { tensor.double($0) }
    case .literal(let n): [Double(n)]
    case .size(let dim): dim.constant.map { [Double($0)] } ?? []
    case .truth(let truth): [truth ? 1 : 0]
    case .node: []
    }
  }
}

import Ops

/// Whether a graph may leave the domain of one of its operations (log of a negative number, division by 0) somewhere in a box: there
/// its value is no number, which no interval holds and no predicate about it is true. A scalar truth value; nil where every
/// operation is defined everywhere.
public func mayBeUndefined(_ graph: Graph, into b: Builder, _ inputs: [Enclosed]) throws(TransformError) -> Node? {
  graph.hasDomains ? try enclose(graph, into: b, inputs).undefined : nil
}

/// An operation that may be undefined: whether it is, as a truth value, and the operand that decides. Of the inside of loops and
/// branches only whether anything in it is.
public struct PartialStep {
  public let operation: Operation?
  public let operand: Enclosed?
  public let isUndefined: Node
}

/// The places where operations may be undefined, as truth values of one builder.
final class Domains {
  private(set) var steps: [PartialStep] = []
  func note(_ step: PartialStep) { steps.append(step) }
  func note(_ isUndefined: Node) { steps.append(PartialStep(operation: nil, operand: nil, isUndefined: isUndefined)) }
  /// Of the steps from the k-th on: they count where this holds.
  func restrict(from k: Int, to possible: Node) {
    for i in k..<steps.count {
      let isUndefined = possible.builder.emit1(.and, [steps[i].isUndefined, possible])
      steps[i] = PartialStep(operation: steps[i].operation, operand: steps[i].operand, isUndefined: isUndefined)
    }
  }

  func leftSomewhere(_ b: Builder) -> Node? {
    guard let first = steps.first?.isUndefined else { return nil }
    return steps.dropFirst().reduce(b.here(first)) { b.emit1(.or, [$0, b.here($1.isUndefined)]) }
  }
}

extension Graph {
  /// Whether an operation, at any depth, is not defined everywhere.
  var hasDomains: Bool { operations.contains { $0.isPartial } }
}

extension Operation {
  /// Whether it may be undefined, or an operation in its regions.
  var isPartial: Bool { decl.hasDomain || regions.contains(where: \.hasDomains) }
}

extension OpDecl {
  fileprivate static let partial: [OpDecl] = [
    .log, .log1p, .sqrt, .rsqrt, .asin, .acos, .acosh, .atanh, .erfinv, .lgamma, .digamma, .trigamma, .div, .mod, .floordiv, .pow,
  ]
  var hasDomain: Bool { OpDecl.partial.contains { $0 === self } }
  /// Whether it is undefined where its last operand is 0.
  var dividesByLast: Bool { self === OpDecl.div || self === OpDecl.mod || self === OpDecl.floordiv }
}

extension Encloser {
  /// Notes whether the operands may lie outside the domain of an operation, where its result is used.
  func noteDomain(_ operation: Operation, of graph: Graph, _ x: [Enclosed], _ use: Use) {
    guard operation.decl.hasDomain, let first = x.first, first.type.dtype.isReal else { return }
    let mayBeAtEnd = !use.isInside
    func compared(_ decl: OpDecl, _ a: Node, _ number: Double) -> Node { b.emit1(decl, [a, b.fill(number, like: a)]) }
    func below(_ number: Double, orAt: Bool) -> Node { compared(orAt && mayBeAtEnd ? .le : .lt, first.lower, number) }
    func above(_ number: Double, orAt: Bool) -> Node { compared(orAt && mayBeAtEnd ? .ge : .gt, first.upper, number) }
    func holdsZero(_ x: Enclosed) -> Node { b.emit1(.and, [compared(.le, x.lower, 0), compared(.ge, x.upper, 0)]) }
    func either(_ p: Node, _ q: Node) -> Node { b.emit1(.or, [p, q]) }
    let constant = graph.uniformNumber(operation.operands[operation.operands.count - 1])
    var outside: Node
    switch operation.decl {
    case let d where d.dividesByLast:
      if use.isInside { return }
      if let constant, constant != 0 { return }
      outside = holdsZero(x[1])
    case let d where d === OpDecl.pow:
      guard let p = constant else { outside = below(0, orAt: true); break }
      if p == p.rounded(), p >= 0 || use.isInside { return }
      outside = p == p.rounded() ? holdsZero(first) : below(0, orAt: p < 0)
    // Rounding may carry a sum of squares below 0 by the least numbers there are.
    case let d where d === OpDecl.sqrt: outside = below(-1e-290, orAt: false)
    case let d where d === OpDecl.log1p: outside = below(-1, orAt: true)
    case let d where d === OpDecl.asin || d === OpDecl.acos: outside = either(below(-1, orAt: false), above(1, orAt: false))
    case let d where d === OpDecl.atanh || d === OpDecl.erfinv: outside = either(below(-1, orAt: true), above(1, orAt: true))
    case let d where d === OpDecl.acosh: outside = below(1, orAt: false)
    default: outside = below(0, orAt: true)
    }
    if let possible = use.possible {
      outside = b.emit1(.and, [outside, possible.shape == outside.shape ? possible : possible.broadcast(to: outside.shape, axes: [])])
    }
    let isUndefined = outside.rank == 0 ? outside : b.emit1(.anyOf, [outside], ["axes": .ints(Array(0..<outside.rank))])
    domains.note(PartialStep(operation: operation, operand: operation.decl.dividesByLast ? x[1] : first, isUndefined: isUndefined))
  }
}

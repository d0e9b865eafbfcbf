import Diagnostics
import Ops
import Syntax
import Transforms

/// Looks at the enclosures of all values of a body, to tell which operation made a bound infinite.
final class BoundProbe {
  private struct Step {
    /// The operation's name and place; nil for the box of the set itself.
    let name: String?
    let origin: SourceSpan
    /// Whether it may leave its domain, or else has no finite bound.
    var isPartial = false
  }
  private let place: SourceSpan
  private var steps: [Step] = []
  /// For each step whether its operands are finite and its result is not, and the ends of its operand.
  private(set) var nodes: [Node] = []
  init(_ place: SourceSpan) { self.place = place }

  /// Notes the operations of a body that is bounded by the binder at hand.
  func note(_ graph: Graph, _ inputs: [Enclosed], count: Int, _ e: Elaborator, _ span: SourceSpan) throws {
    guard span == place || place.contains(span) || !e.library.isUserFile(span.file), steps.count < 200 else { return }
    let b = e.builder
    let found = try e.transform(span) { () throws(TransformError) in try enclose(graph, into: b, inputs) }
    let (graph, values) = (found.graph, found.values)
    func isInfinite(_ x: Enclosed) -> Node {
      let bad = [x.lower, x.upper].map { end -> Node in
        let finite = b.emit1(.lt, [b.emit1(.abs, [end]), b.fill(.infinity, like: end)])
        let infinite = b.emit1(.not, [finite])
        return infinite.rank == 0 ? infinite : b.emit1(.anyOf, [infinite], ["axes": .ints(Array(0..<infinite.rank))])
      }
      return b.emit1(.or, bad)
    }
    func enclosed(_ id: ValueID) -> Enclosed? {
      guard let value = values[id.index], value.lower.dtype.isReal else { return nil }
      return value
    }
    func end(_ x: Node, _ decl: OpDecl) -> Node { x.rank == 0 ? x : Node.reduce(decl, x) }
    for parameter in graph.parameters.prefix(count) {
      guard let box = enclosed(parameter) else { continue }
      steps.append(Step(name: nil, origin: place))
      nodes += [isInfinite(box), end(box.lower, .minOf), end(box.upper, .maxOf)]
    }
    for step in found.partial where step.isUndefined.builder === b {
      guard let operation = step.operation, let operand = step.operand else { continue }
      steps.append(Step(name: operation.decl.name, origin: operation.origin, isPartial: true))
      nodes += [step.isUndefined, end(operand.lower, .minOf), end(operand.upper, .maxOf)]
    }
    for operation in graph.operations {
      guard let result = operation.results.first.flatMap(enclosed), let operand = (operation.decl === OpDecl.div ? operation.operands.last : operation.operands.first).flatMap(enclosed)
      else { continue }
      let before = operation.operands.compactMap(enclosed).map(isInfinite)
      let wasInfinite = before.dropFirst().reduce(before[0]) { b.emit1(.or, [$0, $1]) }
      steps.append(Step(name: operation.decl.name, origin: operation.origin))
      nodes += [b.emit1(.and, [isInfinite(result), b.emit1(.not, [wasInfinite])]), end(operand.lower, .minOf), end(operand.upper, .maxOf)]
    }
  }

  /// Six digits, without the rounding that bounds add.
  private func short(_ x: Double) -> String {
    guard x.isFinite, x != 0, abs(x) < 1e9, abs(x) > 1e-9 else { return "\(x)" }
    return "\((x * 1e6).rounded() / 1e6)"
  }

  /// What the ends tell, as a warning at the binder.
  func diagnostic(_ results: [Tensor]?, isUserFile: (FileID) -> Bool) -> Diagnostic {
    var warning = Diagnostic(.infiniteBound, "this bound is infinite, so it says nothing", at: place, severity: .warning)
    if let results, results.count == nodes.count {
      for (k, step) in steps.enumerated() where results[3 * k].allHold {
        let (low, high) = (results[3 * k + 1].double(0), results[3 * k + 2].double(0))
        if let name = step.name {
          let known = ["div": "the quotient", "mul": "the product", "pow": "the power", "matmul": "the matrix product"][name] ?? "`\(name)`"
          let part = name == "div" ? "its divisor" : "its operand"
          let text = "\(known) \(step.isPartial ? "may leave its domain" : "has no finite bound"): \(part) lies between \(short(low)) and \(short(high))"
          if isUserFile(step.origin.file), step.origin != place { warning.labels.append(.init(step.origin, text)) } else { warning.notes.append(text) }
          warning.notes.append("a smaller set, or a body that keeps \(part) where it is defined (`max(x, 1e-6)`), has a finite bound")
        } else {
          warning.notes.append("the set itself has no finite bounds: its box reaches from \(short(low)) to \(short(high))")
        }
        return warning
      }
    }
    warning.notes.append("no single operation outside loops and branches makes it so; `by ibp`, `crown` and `bab` bound in different ways, of which another may be finite")
    return warning
  }
}

extension ScriptContext {
  /// Binders of the last statement whose certificates are infinite.
  public var infiniteBounds: [SourceSpan] { elaborator.ledger.infinite }

  /// Elaborates a statement that has run once more, to find why a bound of its binder is infinite; `run` executes it. The session
  /// is as before.
  public func probe(_ statement: Statement, at place: SourceSpan, key: String, run: (Compiled) -> [Tensor]?) -> Diagnostic {
    let probe = BoundProbe(place)
    let (frames, redefines, answers) = (elaborator.frames, elaborator.allowsRedefinition, elaborator.answers)
    let infinite = elaborator.ledger.infinite
    defer {
      rollback()
      (elaborator.frames, elaborator.allowsRedefinition, elaborator.answers, elaborator.probe) = (frames, redefines, answers, nil)
      elaborator.ledger.infinite = infinite
    }
    (elaborator.probe, elaborator.allowsRedefinition) = (probe, true)
    guard case .success(let compiled) = elaborate(statement, key: key) else { return probe.diagnostic(nil, isUserFile: library.isUserFile) }
    let results = run(compiled).map { Array($0.suffix(probe.nodes.count)) }
    return probe.diagnostic(results, isUserFile: library.isUserFile)
  }
}

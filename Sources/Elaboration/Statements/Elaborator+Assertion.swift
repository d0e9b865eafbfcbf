import Diagnostics
import Ops
import Syntax

extension Elaborator {
  func assertion(_ e: Expression, _ message: Expression?, _ scope: Scope, _ span: SourceSpan) throws {
    try requireEffects("assert", at: span)
    // Each side of a conjunction is proved alone.
    if message == nil, case .binary(.and, let a, let b, _) = e.kind {
      try assertion(a, nil, scope, span)
      return try assertion(b, nil, scope, span)
    }
    let text = library.sources.text(e.span)
    let said = try message.map { message -> Text in
      guard case .text(let text) = try evaluate(message, scope) else {
        throw fail(.typesDoNotFit, "the message of an assertion is a text", at: message.span)
      }
      return text
    }
    var operands: [TensorValue] = []
    var labels: [String] = []
    // For a comparison, both sides are shown when it fails.
    var condition: Value
    var observation = Observation("")
    if case .binary(let op, let a, let b, _) = e.kind, op.isComparison {
      let left = try evaluate(a, scope)
      let right = try evaluate(b, scope)
      if let proof = try provedComparison(op, left, right, a.span, b.span, e.span) { condition = proof } else {
        condition = try binary(op, left, right, a.span, b.span, e.span)
      }
      for (value, side) in [(left, a), (right, b)] {
        guard let t = value.tensor ?? value[field: "value"]?.tensor, !side.isLiteralNumber else { continue }
        operands.append(t)
        labels.append(library.sources.text(side.span))
      }
      observation = Observation(op.rawValue, (left, a), (right, b))
    } else if case .within(let value, let tolerance, let target, let standardErrors) = e.kind {
      let parts = try within(value, tolerance, target, standardErrors, scope, e.span)
      condition = parts.holds
      observation = Observation("within", (parts.value, value), (parts.goal, target), width: parts.width)
    } else {
      condition = try evaluate(e, scope)
    }
    guard let t = condition.tensor, t.dtype == .bool else {
      throw fail(
        .needsBool, "`assert` needs a truth value, and this is \(condition.typeName)", at: e.span,
        notes: condition[field: "proved"] == nil ? [] : ["a Verdict is taken apart: `match \(library.sources.text(e.span)) { Proved => assert true, _ => assert false }`"])
    }
    if observations != nil { return try observe(observation, condition, e) }
    let template = (said ?? Text("")).template
    _ = try emit(
      .assert, [node(t)] + operands.map(node) + template.values.map(node),
      [
        "message": .text(text), "labels": .texts(labels), "pieces": .texts(template.pieces), "formats": .texts(template.formats),
      ], at: e.span)
  }
}

import Diagnostics
import Ops

extension Builtins {
  /// What solvers answer with. A script may only give points and estimates: a bound that it could state would be a proof of nothing.
  static func guarantees(_ scope: Scope) {
    func libraryOnly(_ name: String, _ e: Elaborator, _ a: Arguments, _ span: SourceSpan) throws {
      guard e.library.isUserFile(span.file) || span == .none else { return }
      throw e.fail(
        .statedBound, "a script cannot state a bound: `\(name)` takes a point here, or names what it assumes", at: span,
        notes: ["`Lower(at: x)`: the objective is evaluated at x", "`\(name)(v, assuming: \"Theorem 1 of …\")`: the assumption is shown with every answer"])
    }
    /// A one-sided bound of a number, from the library or under a named assumption.
    func stated(_ kind: Guarantee, _ e: Elaborator, _ a: Arguments, _ span: SourceSpan, from first: Int) throws -> Value {
      if case .guarded(let from, let fields) = a[first] {
        let end = from == kind ? "value" : kind == .lower ? "lo" : "hi"
        guard from == kind || from == .bounds, let value = fields.first(where: { $0.name == end })?.value else {
          throw e.fail(.wrongGuarantee, "\(a[first].typeName) is no \(kind.rawValue)", at: a.span(first))
        }
        var meta = Elaborator.meta(fields)
        if !a[first + 2].isUnit {
          meta = meta.filter { $0.name != "basis" } + [Field(name: "basis", value: .text(Text("assuming " + (try a.text(first + 2, e)))))]
        }
        return .guarded(kind, [Field(name: "value", value: value)] + meta)
      }
      var fields = [Field(name: "value", value: try a.vector(first, e))]
      if a[first + 2].isUnit {
        try libraryOnly(kind.rawValue, e, a, span)
        if a[first + 1].isUnit { fields.append(Field(name: "basis", value: .text(Text("outward")))) }
      }
      if !a[first + 1].isUnit { fields.append(Field(name: "confidence", value: a[first + 1])) }
      if !a[first + 2].isUnit { fields.append(Field(name: "basis", value: .text(Text("assuming " + (try a.text(first + 2, e)))))) }
      return .guarded(kind, fields)
    }
    scope.native(
      "Lower", ["value?", "confidence?", "assuming?", "at?"],
      "`Lower(at: x)`: what a solver's `maximize` gives, the point it found, at which the objective is evaluated. `Lower(v, assuming: \"…\")`: a lower bound that rests on what it names."
    ) { e, a, span in
      if !a[3].isUnit { return .guarded(.lower, [Field(name: "point", value: a[3])]) }
      return try stated(.lower, e, a, span, from: 0)
    }
    scope.native(
      "Upper", ["value", "confidence?", "assuming?"],
      "`Upper(b)` of Bounds is their upper end. `Upper(v, assuming: \"…\")`: an upper bound that rests on what it names."
    ) { e, a, span in try stated(.upper, e, a, span, from: 0) }
    scope.native(
      "Bounds", ["hi", "lo?", "at?", "open?", "rounds?", "seconds?"],
      "`Bounds(hi: u, lo: l)` of an Upper and a Lower; with `at: x` instead of `lo` a solver gives a witness, at which the objective is evaluated. `open`, `rounds`, `seconds` tell how many parts of the domain a search left, and after what."
    ) { e, a, span in
      var meta: [Field] = []
      func end(_ k: Int, _ kind: Guarantee, _ name: String) throws -> Value {
        if case .guarded(_, let fields) = a[k], meta.isEmpty { meta = Elaborator.meta(fields) }
        guard case .guarded(let from, let fields) = a[k], from == kind || from == .bounds,
          let value = fields.first(where: { $0.name == (from == .bounds ? name : "value") })?.value
        else {
          try libraryOnly("Bounds", e, a, span)
          meta = [Field(name: "basis", value: .text(Text("outward")))]
          return try a.vector(k, e)
        }
        return value
      }
      var fields = [Field(name: "hi", value: try end(0, .upper, "hi"))]
      for (k, name) in [(3, "open"), (4, "rounds"), (5, "seconds")] where !a[k].isUnit { fields.append(Field(name: name, value: a[k])) }
      if !a[2].isUnit { fields.append(Field(name: "point", value: a[2])) } else if !a[1].isUnit {
        fields.insert(Field(name: "lo", value: try end(1, .lower, "lo")), at: 0)
      } else {
        throw e.fail(.missingArgument, "`Bounds` needs `lo` or `at`", at: span)
      }
      return .guarded(.bounds, fields + meta)
    }
    scope.native(
      "Estimate", ["value", "se", "error?", "confidence?", "basis?"],
      "An estimate with its standard error; values may be vectors. `error` is the half-width of the interval at `confidence` (1.96 se, and 0.95, unless given), or what `basis` says it is."
    ) { e, a, span in
      var fields = [Field(name: "value", value: try a.vector(0, e)), Field(name: "se", value: try a.vector(1, e))]
      if !a[2].isUnit { fields.append(Field(name: "error", value: try a.vector(2, e))) }
      if !a[3].isUnit { fields.append(Field(name: "confidence", value: a[3])) }
      if !a[4].isUnit { fields.append(Field(name: "basis", value: .text(Text(try a.text(4, e))))) }
      return .guarded(.estimate, fields)
    }
    scope.native("consistent", ["lower", "upper"], "Whether two bounds of one quantity can both hold: the Lower is not above the Upper.") { e, a, span in
      func end(_ k: Int, _ kind: Guarantee, _ name: String) throws -> Value {
        guard case .guarded(let from, let fields) = a[k] else { return a[k] }
        guard from == kind || from == .bounds, let value = fields.first(where: { $0.name == (from == .bounds ? name : "value") })?.value else {
          throw e.fail(.wrongGuarantee, "`consistent` takes a lower and an upper bound, and this is \(a[k].typeName)", at: a.span(k))
        }
        return value
      }
      return try e.binary(.lessOrEqual, try end(0, .lower, "lo"), try end(1, .upper, "hi"), a.span(0), a.span(1), span)
    }
  }
}

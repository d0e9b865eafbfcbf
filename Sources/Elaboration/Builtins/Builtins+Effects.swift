import Diagnostics
import Ops

extension Builtins {
  static func effects(_ scope: Scope) {
    scope.native("print", ["values…"], "Prints values, separated by spaces.") { e, a, span in
      try e.requireEffects("print", at: span)
      var text = Text("")
      for (k, argument) in a.list.enumerated() {
        if k > 0 { text = text + Text(" ") }
        text = text + (try e.shown(argument.value, format: "", argument.span))
      }
      let template = text.template
      _ = try e.emit(.print, template.values.map { e.node($0) }, ["pieces": .texts(template.pieces), "formats": .texts(template.formats)], at: span)
      return .unit
    }
    scope.native("debug", ["x"], "Prints a value wherever it is computed, and gives it back.") { e, a, span in
      let op: OpDecl = e.pureBecause == nil ? .debug : .trace
      return try a[0].mapLeaves { leaf in try e.emit1(op, [e.node(leaf)], ["label": .text(e.library.sources.text(a.span(0)))], at: span) }
    }
  }

  static func guarantees(_ scope: Scope) {
    // Only a point, never a value: a bound that a script could state would turn into a false proof by a minus sign.
    scope.native("Lower", ["at"], "What a solver's `maximize` gives: the point it found, at which the objective is evaluated.") { _, a, _ in
      .guarded(.lower, [Field(name: "point", value: a[0])])
    }
    scope.native("Estimate", ["value", "se"], "An estimate with its standard error; values may be vectors.") { e, a, span in
      .guarded(.estimate, [Field(name: "value", value: try a.vector(0, e)), Field(name: "se", value: try a.vector(1, e))])
    }
  }
}

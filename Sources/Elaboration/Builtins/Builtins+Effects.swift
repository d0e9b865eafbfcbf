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
    scope.native("require", ["condition", "message"], "Ends the program with the message unless the condition holds; may stand anywhere. For options and parameters.") { e, a, span in
      guard let t = a[0].tensor, t.dtype == .bool else {
        throw e.fail(.needsBool, "`require` needs a truth value, and this is \(a[0].typeName)", at: a.span(0))
      }
      let message = try a.text(1, e)
      let known = t.truth ?? { if case .node(let node) = t.source { e.knownTensor(node)?.allHold } else { nil } }()
      if let known {
        if known { return .unit }
        throw e.requirementFails(message, a.span(0), at: span)
      }
      _ = try e.emit1(.require, [e.node(t)], ["message": .text(message)], at: span)
      return .unit
    }
    scope.native("refuse", ["message"], "Refuses the program where it is elaborated: for what a set or solver cannot do, with the reason.") { e, a, span in
      throw e.fail(.solverCannot, try a.text(0, e), at: span)
    }
    scope.native("debug", ["x"], "Prints a value wherever it is computed, and gives it back.") { e, a, span in
      let op: OpDecl = e.pureBecause == nil ? .debug : .trace
      return try a[0].mapLeaves { leaf in try e.emit1(op, [e.node(leaf)], ["label": .text(e.library.sources.text(a.span(0)))], at: span) }
    }
  }

}

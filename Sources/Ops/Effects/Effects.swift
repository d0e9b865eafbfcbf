import IR

// What a program does besides computing, and texts made of values. A template is `pieces[0] + format(x0) + pieces[1] + …`, with
// formats in Python's mini-language (or of `TextChoice`); an empty one means the plain form.

extension OpDecl {
  public static let print: OpDecl = effect(
    "print", doc: "Prints a line: a template with attributes `pieces` and `formats` over the operands.")

  /// Operands: the condition (of any shape: all elements must hold), a value for each of `labels`, and those of the template
  /// `pieces`, `formats`, which is the script's own message (empty: none). `message` is the text of the condition.
  public static let assert: OpDecl = effect(
    "assert", doc: "Ends the program unless a condition holds, and shows the values that it compared.")

  public static let save: OpDecl = effect(
    "save", doc: "Writes the operands under their `names` to the file at `path`, whole or not at all.")

  /// `layout` tells what the picture is, a word at a time, in the order of a tree that is walked from its root: `record` and its n
  /// fields, each a name and what it holds; `list` and its n items; `leaf`, which takes an operand; `text`, which takes n operands and
  /// n + 1 of `pieces`. `counts` has the n of each in turn. `to` is the file, or empty.
  public static let plot: OpDecl = effect("plot", doc: "Draws a picture of the operands, to a file or where pictures are shown.")

  public static let debug: OpDecl = OpDecl(
    "debug", doc: "Prints a value with its `label`, and gives it back.", traits: [.effect],
    infer: { (types, _) throws(OpError) in types }, kernel: .structural, derivative: .refused("`debug` prints a value; differentiate outside of it"),
    transpose: .none, batching: .refused("`debug` prints a value"), rounding: .refused("it is no number"), interval: .refused("`debug` prints a value"), samples: [],
    errors: [])

  /// `debug` inside what is differentiated or batched, where effects are not: it prints once for all lanes.
  public static let trace: OpDecl = OpDecl(
    "trace", doc: "Prints a value with its `label` where it is computed, and gives it back.", traits: [.linear, .increasing, .observed],
    infer: { (types, _) throws(OpError) in
      try Check.count("trace", types, 1)
      return types
    }, kernel: .structural,
    derivative: .rule { _, dx in [dx[0]] }, transpose: .rule { _, ct, _ in [ct[0]] },
    batching: .rule { r, _, _ in [Node.apply(.trace, r.x[0], attributes: r.attributes)] }, rounding: .none, interval: .derived, samples: [], errors: [])

  /// A condition on an option or a parameter: it may stand in what is differentiated, batched or bounded, where `assert` may not.
  public static let require: OpDecl = OpDecl(
    "require", doc: "Ends the program with `message` unless a condition holds (all its elements), and gives it back.",
    traits: [.locallyConstant, .observed],
    infer: { (types, _) throws(OpError) in
      try Check.count("require", types, 1)
      try Check.elements("require", types[0], .bool)
      return types
    }, kernel: .structural, derivative: .zero, transpose: .none,
    batching: .rule { r, _, _ in [Node.apply(.require, r.x[0], attributes: r.attributes)] },
    rounding: .none, interval: .rule { _, l, u in [(l[0], u[0])] }, samples: [], errors: [])

  /// Operands: those of the template `piecesA`, `formatsA`, then those of `piecesB`, `formatsB`.
  public static let formatEqual: OpDecl = OpDecl(
    "formatEqual", doc: "Whether two templates give the same text.", traits: [.locallyConstant],
    infer: { (_, _) throws(OpError) in [TensorType(.bool)] }, kernel: .structural, derivative: .zero, transpose: .none,
    batching: .refused("texts are not batched"), rounding: .refused("it is no number"), interval: .refused("texts have no bounds"), samples: [], errors: [])

  /// In place of `assert`, where a session wants to know what was compared and not only whether it holds; `number` tells which assertion.
  public static let observe: OpDecl = effect("observe", doc: "Tells the session the values that an assertion compares, each time it is reached.")

  static let effectOps: [OpDecl] = [.print, .assert, .observe, .save, .plot, .debug, .trace, .require, .formatEqual]

  private static func effect(_ name: String, doc: String) -> OpDecl {
    OpDecl(
      name, doc: doc, traits: [.effect], infer: { (_, _) throws(OpError) in [] }, kernel: .structural,
      derivative: .refused("`\(name)` has an effect; what is differentiated has none"), transpose: .none,
      batching: .refused("`\(name)` has an effect; what is batched has none"),
      rounding: .refused("it is no number"), interval: .refused("`\(name)` has an effect; what is bounded has none"), samples: [], errors: [])
  }
}

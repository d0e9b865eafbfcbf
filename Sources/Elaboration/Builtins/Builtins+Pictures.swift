import Diagnostics
import Ops

extension Builtins {
  /// `plot`: the one effect by which pictures come about. What marks there are is in `stdlib/plots.ptb`.
  static func pictures(_ scope: Scope) {
    scope.native(
      "plot", ["marks…"],
      """
      Draws marks (`use plots`: line, scatter, band, bars, …), or values that have a usual picture: a vector, an Estimate or Bounds over \
      x, a record of vectors, a matrix, a function over a range, a set of the plane, a Solution. Options: `to` a file (.svg .png .pdf .html .txt), \
      `title`, `x` `y` `z` labels, `scale` ("log": of y, "logx", "loglog"), `x_range` `y_range` pairs, `equal` units, `columns` of panels, `size` (width, height) in pixels.
      """
    ) { e, a, span in
      try e.requireEffects("plot", at: span)
      return try e.plot(a, span)
    }
    if case .function(let plot)? = scope.own("plot")?.value { plot.takesRanges = true }
    scope.native("spelled", ["parameter"], "Inside a function: how the caller wrote the argument for a parameter, where that is short; else none.") { e, a, _ in
      let name = try a.text(0, e)
      guard let frame = e.frames.last, let place = frame.parameters.firstIndex(of: name) else { return .unit }
      let list = frame.arguments.list
      let positional = list.filter { $0.label == nil }
      guard let argument = list.first(where: { $0.label?.text == name }) ?? (place < positional.count ? positional[place] : nil) else { return .unit }
      return e.shortText(argument.span).map { .text(Text($0)) } ?? .unit
    }
  }

  /// The native part of the module `plots`.
  static func plots(_ scope: Scope) {
    scope.native(
      "panel", ["marks…"], "One pair of axes of several: marks and options as `plot` takes them. `plot(panel(…), panel(…), columns: 2)`."
    ) { e, a, span in try e.panel(a, span, extra: []) }
    if case .function(let panel)? = scope.own("panel")?.value { panel.takesRanges = true }
  }
}

extension Elaborator {
  /// The script's text of an expression that is short enough for a label, and is no literal.
  func shortText(_ span: SourceSpan) -> String? {
    guard span != .none, library.isUserFile(span.file) else { return nil }
    let text = library.sources.text(span)
    guard text.count <= 24, !text.contains("\n"), let first = text.first, first.isLetter || first == "_" else { return nil }
    return text
  }

  /// What is true of a picture, not of its panels.
  private static let pictureOptions = ["to", "columns", "size"]
  private static let panelOptions = ["title", "x", "y", "z", "scale", "x_range", "y_range", "equal"]

  /// A panel as a record: its marks under `marks`, its options by name.
  func panel(_ a: Arguments, _ span: SourceSpan, extra: [String]) throws -> Value {
    var fields: [Field] = []
    var given: Set<String> = []
    for option in a.list {
      guard let label = option.label else { continue }
      guard given.insert(label.text).inserted else { throw fail(.argumentTwice, "`\(label.text)` is given twice", at: label.span) }
      guard Elaborator.panelOptions.contains(label.text) else {
        if extra.contains(label.text) { continue }
        let known = Elaborator.panelOptions + extra
        throw fail(
          .unknownArgument, "a picture has no option `\(label.text)`", at: label.span, notes: ["its options are: \(known.joined(separator: ", "))"],
          fixes: nearest(label.text, in: known).map { [.init("did you mean `\($0)`?", edits: [.init(label.span, $0)])] } ?? [])
      }
      if !option.value.isUnit { fields.append(Field(name: label.text, value: try self.option(label.text, option.value, option.span))) }
    }
    let marks = try PictureMarks(self, span).collect(a.list.filter { $0.label == nil })
    return .record([Field(name: "marks", value: .tuple(marks))] + fields)
  }

  private func option(_ name: String, _ value: Value, _ span: SourceSpan) throws -> Value {
    switch name {
    case "title", "x", "y", "z":
      guard case .text = value else { throw fail(.badOption, "`\(name)` is a text, and this is \(value.typeName)", at: span) }
    case "scale":
      guard case .text(let text) = value, let known = text.constant, ["linear", "log", "logx", "loglog"].contains(known) else {
        throw fail(.badOption, "`scale` is \"linear\", \"log\" (of y), \"logx\" or \"loglog\"", at: span)
      }
    case "equal":
      guard value.tensor?.truth != nil else { throw fail(.badOption, "`equal` is `true` or `false`", at: span) }
    default:
      guard case .tuple(let ends) = value, ends.count == 2, ends.allSatisfy({ $0.tensor?.type.rank == 0 }) else {
        throw fail(.badOption, "`\(name)` is a range or a pair of numbers, as `0..1` or `(0, 1)`", at: span)
      }
    }
    return value
  }

  func plot(_ a: Arguments, _ span: SourceSpan) throws -> Value {
    func given(_ name: String) -> Arguments.Argument? { a.list.first { $0.label?.text == name && !$0.value.isUnit } }
    var path = ""
    if let to = given("to") {
      guard case .text(let text) = to.value, let constant = text.constant else {
        throw fail(.badPath, "a text that is known before the run is needed here", at: to.span)
      }
      guard [".svg", ".png", ".pdf", ".html", ".txt"].contains(where: { constant.hasSuffix($0) && constant.count > $0.count }) else {
        throw fail(
          .pictureFormat, "a picture is written as `.svg`, `.png`, `.pdf`, `.html` or `.txt`, and this is `\(constant)`", at: to.span,
          fixes: [.init("choose one of these endings")])
      }
      try requireWritable(constant, at: to.span)
      path = constant
    }
    var columns = 0
    if let option = given("columns") {
      guard let count = option.value.tensor?.size?.constant, (1...20).contains(count) else {
        throw fail(.badOption, "`columns` is a number of panels, 1 to 20", at: option.span)
      }
      columns = count
    }
    let size = try given("size").map { try pictureSize($0.value, $0.span) }
    let positional = a.list.filter { $0.label == nil }
    guard !positional.isEmpty else { throw fail(.missingArgument, "`plot` needs something to draw: `plot(y)`, `plot(x, y)`, `plot(line(x, y))`", at: span) }
    var panels = positional.flatMap { Elaborator.panels($0.value) ?? [] }
    var title: Value?
    if panels.isEmpty {
      let images = positional.count == 1 ? try self.images(positional[0]) : nil
      panels = try images ?? [panel(a, span, extra: Elaborator.pictureOptions)]
      if images != nil { title = try ofAllPanels(a) }
    } else {
      if let other = positional.first(where: { Elaborator.panels($0.value) == nil }) {
        throw fail(.notPlotted, "beside panels stand panels, and this is \(other.value.typeName)", at: other.span, fixes: [.init("put it into a `panel(…)`")])
      }
      title = try ofAllPanels(a)
    }
    if columns == 0 { columns = panels.count <= 3 ? panels.count : panels.count == 4 ? 2 : panels.count <= 9 ? 3 : 5 }
    var fields = [Field(name: "panels", value: .tuple(panels)), Field(name: "columns", value: .text(Text("\(columns)")))]
    if let title { fields.append(Field(name: "title", value: title)) }
    if let size { fields.append(Field(name: "size", value: size)) }
    let picture = Value.record(fields)
    var layout = PictureLayout()
    layout.add(picture)
    let attributes: Attributes = [
      "layout": .texts(layout.words), "counts": .ints(layout.counts), "pieces": .texts(layout.pieces), "formats": .texts(layout.formats), "to": .text(path),
    ]
    _ = try emit(.plot, layout.operands.map { node($0) }, attributes, at: span)
    return .unit
  }

  /// A width and a height that a picture may have.
  private func pictureSize(_ value: Value, _ span: SourceSpan) throws -> Value {
    let range = Elaborator.pictureSizes
    guard case .tuple(let ends) = value, ends.count == 2, ends.allSatisfy({ end in end.tensor?.size?.constant.map(range.contains) == true }) else {
      throw fail(
        .badOption, "`size` is a pair of whole numbers, width and height in pixels of 1/96 inch, each \(range.lowerBound) to \(range.upperBound)", at: span,
        fixes: [.init("for a column of a paper: `size: (320, 220)`")])
    }
    return .tuple(ends.compactMap { $0.tensor?.size?.constant.map { .text(Text("\($0)")) } })
  }
  private static let pictureSizes = 100...4000

  /// The title of a picture of panels, which has no other options besides where it goes.
  private func ofAllPanels(_ a: Arguments) throws -> Value? {
    for option in a.list {
      guard let label = option.label, !(Elaborator.pictureOptions + ["title"]).contains(label.text) else { continue }
      throw fail(.unknownArgument, "`\(label.text)` is an option of each panel", at: label.span, notes: ["of a picture of panels there are: \((Elaborator.pictureOptions + ["title"]).joined(separator: ", "))"])
    }
    guard let title = a.list.first(where: { $0.label?.text == "title" && !$0.value.isUnit }) else { return nil }
    return try option("title", title.value, title.span)
  }

  /// The panels that a value is: one, or a tuple of them.
  private static func panels(_ value: Value) -> [Value]? {
    switch value {
    case .record(let fields) where fields.first?.name == "marks": return [value]
    case .tuple(let values):
      var all: [Value] = []
      for value in values {
        guard let inner = panels(value) else { return nil }
        all += inner
      }
      return all.isEmpty ? nil : all
    default: return nil
    }
  }

  /// An array of matrices: a panel for each.
  private func images(_ argument: Arguments.Argument) throws -> [Value]? {
    guard let t = argument.value.tensor, t.type.rank == 3, !t.dtype.isComplex else { return nil }
    guard let count = t.shape[0].constant else { return [] }
    guard count <= 100 else { throw fail(.notPlotted, "\(count) matrices are too many for one picture", at: argument.span, fixes: [.init("choose some, at most 100: `x[0..25]`")]) }
    return try (0..<count).map { k in
      let rows = t.shape[1], columns = t.shape[2]
      let one = try emit1(
        .slice, [node(t)], ["start": .dims([Dim(k), Dim(0), Dim(0)]), "stop": .dims([Dim(k + 1), rows, columns]), "step": .ints([1, 1, 1])], at: argument.span)
      let matrix = TensorValue(node(one).reshape([rows, columns]))
      let mark = try PictureMarks(self, argument.span).library("image", [.init(label: nil, value: .tensor(matrix), span: argument.span)])
      return .record([Field(name: "marks", value: .tuple([mark])), Field(name: "title", value: .text(Text("\(k)"))), Field(name: "bare", value: .truth(true))])
    }
  }
}

/// The layout of a picture for the run (see `OpDecl.plot`).
private struct PictureLayout {
  var words: [String] = []
  var counts: [Int] = []
  var pieces: [String] = []
  var formats: [String] = []
  var operands: [TensorValue] = []

  mutating func add(_ value: Value) {
    switch value {
    case .tensor(let t):
      words.append("leaf")
      operands.append(t)
    case .text(let text):
      let template = text.template
      words.append("text")
      counts.append(template.values.count)
      pieces += template.pieces
      formats += template.formats
      operands += template.values
    case .record(let fields):
      let held = fields.filter { !$0.value.isUnit }
      words.append("record")
      counts.append(held.count)
      for field in held {
        words.append(field.name)
        add(field.value)
      }
    case .tuple(let values):
      words.append("list")
      counts.append(values.count)
      for value in values { add(value) }
    default: add(.tuple([]))
    }
  }
}

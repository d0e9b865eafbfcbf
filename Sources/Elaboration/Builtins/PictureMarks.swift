import Diagnostics
import Ops

/// The marks of a panel from the arguments of `plot` and `panel`: those that the script made, and the usual picture of other values.
struct PictureMarks {
  private let e: Elaborator
  private let span: SourceSpan
  init(_ e: Elaborator, _ span: SourceSpan) { (self.e, self.span) = (e, span) }

  /// What the parts of each mark are: tensors with these axes, of which those of one name are equally long.
  private static let parts: [String: [(name: String, axes: [String])]] = [
    "line": [("x", ["n"]), ("y", ["n"])], "scatter": [("x", ["n"]), ("y", ["n"])], "stems": [("x", ["n"]), ("y", ["n"])],
    "band": [("x", ["n"]), ("lo", ["n"]), ("hi", ["n"])], "bars": [("from", ["n"]), ("to", ["n"]), ("height", ["n"])],
    "arrows": [("x", ["n"]), ("y", ["n"]), ("u", ["n"]), ("v", ["n"]), ("scale", [])],
    "heatmap": [("x", ["n"]), ("y", ["m"]), ("z", ["n", "m"])], "image": [("z", ["n", "m"])],
    "regions": [("x", ["n"]), ("y", ["m"]), ("z", ["n", "m"])], "surface": [("x", ["n"]), ("y", ["m"]), ("z", ["n", "m"])],
    "contour": [("x", ["n"]), ("y", ["m"]), ("z", ["n", "m"]), ("levels", ["k"])],
    "path": [("x", ["n"]), ("y", ["n"]), ("z", ["n"])],
  ]

  func collect(_ arguments: [Arguments.Argument]) throws -> [Value] {
    var marks: [Value] = []
    var rest = arguments[...]
    while let next = rest.first {
      if let made = PictureMarks.made(next.value) {
        marks += try made.flatMap { try checked($0, next.span) }
        rest.removeFirst()
      } else {
        let (value, count) = try usual(rest)
        marks += try (PictureMarks.made(value) ?? [value]).flatMap { try checked($0, next.span) }
        rest = rest.dropFirst(count)
      }
    }
    if marks.isEmpty { throw e.fail(.missingArgument, "a picture needs something to draw", at: span) }
    return marks
  }

  /// Calls a function of the module `plots`.
  func library(_ name: String, _ arguments: [Arguments.Argument]) throws -> Value {
    guard let function = e.library.module(named: "plots")?.scope.own(name)?.value else {
      throw e.fail(.unknownName, "the library lacks `\(name)`", at: span)
    }
    return try e.apply(function, Arguments(arguments), span)
  }

  /// The marks that a value is: one, or a tuple of them.
  private static func made(_ value: Value) -> [Value]? {
    switch value {
    case .record(let fields) where fields.first?.name == "mark": return [value]
    case .tuple(let values):
      var all: [Value] = []
      for value in values {
        guard let inner = made(value) else { return nil }
        all += inner
      }
      return all.isEmpty ? nil : all
    default: return nil
    }
  }

  // MARK: The usual picture of values

  private enum Kind { case vector, complexVector, matrix, interval, solution, function, range, set, columns, other }

  private func kind(_ value: Value) -> Kind {
    switch value {
    case .tensor(let t):
      if t.type.rank == 1 { return t.dtype.isComplex ? .complexVector : .vector }
      return t.type.rank == 2 && !t.dtype.isComplex ? .matrix : .other
    case .guarded(.solution, _): return .solution
    case .guarded(.verdict, _): return .other
    case .guarded(_, let fields):
      return fields.first { $0.name == "value" || $0.name == "lo" }?.value.tensor?.type.rank == 1 ? .interval : .other
    case .function: return .function
    case .object(let object): return object.template.keyword == .set ? .set : object.template.method("") != nil ? .function : .other
    case .record(let fields):
      return !fields.isEmpty && fields.allSatisfy { [.vector, .interval].contains(kind($0.value)) } ? .columns : .other
    case .tuple(let values):
      if values.count == 2, values.allSatisfy({ $0.tensor?.type.rank == 0 }) { return .range }
      return !values.isEmpty && values.allSatisfy { [.vector, .interval].contains(kind($0)) } ? .columns : .other
    default: return .other
    }
  }

  /// What leading values are drawn as, and how many of them.
  private func usual(_ arguments: ArraySlice<Arguments.Argument>) throws -> (value: Value, count: Int) {
    let kinds = arguments.prefix(3).map { kind($0.value) }
    func begins(_ wanted: [Kind]...) -> Bool { kinds.count >= wanted.count && zip(wanted, kinds).allSatisfy { $0.contains($1) } }
    func call(_ name: String, _ count: Int) throws -> (Value, Int) {
      (try library(name, Array(arguments.prefix(count))), count)
    }
    if begins([.vector], [.vector], [.matrix]) { return try call("heatmap", 3) }
    if begins([.function], [.range], [.range]) { return try call("height", 3) }
    if begins([.function], [.range]) { return try call("curve", 2) }
    if begins([.vector], [.vector, .interval]) { return try call("line", 2) }
    if begins([.vector], [.columns]), let first = arguments.first, let second = arguments.dropFirst().first {
      return (.tuple(try columns(second, over: first)), 2)
    }
    if begins([.vector]) || begins([.interval]) { return try call("line", 1) }
    if begins([.complexVector]) { return try call("spectrum", 1) }
    if begins([.matrix]) { return try call("image", 1) }
    if begins([.set]) { return try call("outline", 1) }
    if begins([.columns]), let first = arguments.first { return (.tuple(try columns(first, over: nil)), 1) }
    if begins([.solution]), let first = arguments.first {
      let history = try e.field(first.value, .init("history", first.span), first.span, e.library.prelude)
      return (try library("line", [.init(label: nil, value: history, span: .none)]), 1)
    }
    guard let first = arguments.first else { return (.unit, 1) }
    var notes = ["there is a usual picture of a vector, an Estimate or Bounds of a vector, a record of vectors, a matrix, a function with a range, a set, a Solution; other marks are in `use plots`"]
    if case .function = first.value { notes = ["a function is drawn over a range: `plot(f, -1..1)`"] }
    throw e.fail(.notPlotted, "\(first.value.typeName) has no usual picture", at: first.span, notes: notes)
  }

  /// A line for each part of a record or tuple, with its name.
  private func columns(_ argument: Arguments.Argument, over x: Arguments.Argument?) throws -> [Value] {
    let parts: [(String?, Value)]
    switch argument.value {
    case .record(let fields): parts = fields.map { ($0.name, $0.value) }
    case .tuple(let values): parts = values.enumerated().map { ("\($0.offset)", $0.element) }
    default: parts = []
    }
    return try parts.map { name, value in
      var arguments = (x.map { [$0] } ?? []) + [.init(label: nil, value: value, span: .none)]
      if let name { arguments.append(.init(label: .init("label", argument.span), value: .text(Text(name)), span: argument.span)) }
      return try library("line", arguments)
    }
  }

  // MARK: Checking

  /// A mark whose parts are tensors that fit together; an interval becomes a band and the line in it.
  private func checked(_ mark: Value, _ span: SourceSpan) throws -> [Value] {
    guard case .record(var fields) = mark, case .text(let text)? = mark[field: "mark"], let name = text.constant, let parts = PictureMarks.parts[name] else {
      throw e.fail(.notPlotted, "this record is no mark", at: span, notes: ["marks are made by the functions of `use plots`"])
    }
    var before: [Value] = []
    if name != "band", let at = fields.firstIndex(where: { $0.name == "y" }), case .guarded(let kind, let held) = fields[at].value {
      let whole = fields[at].value
      func part(_ name: String) throws -> Value { try e.field(whole, .init(name, span), span, e.library.prelude) }
      func band(_ lo: Value, _ hi: Value, _ label: Value) -> Value {
        .record([Field(name: "mark", value: .text(Text("band"))), Field(name: "lo", value: lo), Field(name: "hi", value: hi), Field(name: "label", value: label)]
          + fields.filter { ["x", "x_name", "y_name"].contains($0.name) })
      }
      switch kind {
      case .estimate:
        let (value, error) = (try part("value"), try part("error"))
        before = [band(try e.binary(.subtract, value, error, span, span, span), try e.binary(.add, value, error, span, span, span), .unit)]
        fields[at].value = value
      case .bounds:
        return try checked(band(try part("lo"), try part("hi"), mark[field: "label"] ?? .unit), span)
      default:
        guard let value = held.first(where: { $0.name == "value" })?.value else { throw e.fail(.notPlotted, "\(whole.typeName) has no usual picture", at: span) }
        fields[at].value = value
      }
    }
    var lengths: [String: (size: Dim, name: String)] = [:]
    for (part, axes) in parts {
      guard let at = fields.firstIndex(where: { $0.name == part }), !fields[at].value.isUnit else { continue }
      guard let t = fields[at].value.tensor, !t.dtype.isComplex, t.dtype != .string, t.type.rank == axes.count else {
        let wanted = axes.isEmpty ? "a number" : axes.count == 1 ? "a vector of numbers" : "a matrix"
        throw e.fail(.marksDoNotFit, "the \(part) of `\(name)` is \(wanted), and this is \(fields[at].value.typeName)", at: span)
      }
      for (k, axis) in axes.enumerated() {
        guard let known = lengths[axis] else { lengths[axis] = (t.shape[k], part); continue }
        if let a = known.size.constant, let b = t.shape[k].constant, a != b {
          let of = axes.count > 1 ? "axis \(k) of the \(part)" : "the \(part)"
          throw e.fail(.marksDoNotFit, "the \(known.name) and \(of) of `\(name)` have different lengths: \(a) and \(b)", at: span)
        }
      }
    }
    return try before.flatMap { try checked($0, span) } + [.record(fields)]
  }
}

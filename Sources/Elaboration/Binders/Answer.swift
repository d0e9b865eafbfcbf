import Diagnostics
import Ops
import Syntax

/// Which solver answers a binder, why, what its answer says, and what the solver does to find it.
public struct Answer {
  /// The binder in the script.
  public let place: SourceSpan
  public let binder: Binder
  /// Nil where no solver is needed: a finite domain, an exact derivative.
  public let solver: String?
  /// Why it was chosen; nil where the script names it.
  public let reason: String?
  /// The type of the answer.
  public fileprivate(set) var type = ""
  /// What the answer says, and what it rests on.
  public fileprivate(set) var meaning: [String] = []
  public fileprivate(set) var evaluations = Evaluations()
  /// The operations that answer the binder; only where they are asked for.
  public fileprivate(set) var graph: Graph?
}

extension Elaborator {
  /// Notes which solver a binder of the script uses: its first instance stands for all.
  func noteChoice(_ b: Binder, _ solver: Object?, why reason: String?, _ span: SourceSpan) {
    if let solver { noteQuestion(b, solver, span) }
    guard library.isUserFile(span.file), !answers.contains(where: { $0.place == span }) else { return }
    answers.append(Answer(place: span, binder: b, solver: solver?.template.name, reason: reason))
  }
  func noteAnswer(_ value: Value, of b: Binder, from start: Int, _ span: SourceSpan) {
    guard let at = answers.firstIndex(where: { $0.place == span && $0.type.isEmpty }) else { return }
    answers[at].type = value.typeName
    answers[at].meaning = meaning(of: value, b, answers[at].solver)
    answers[at].evaluations = tally.evaluations
    if recordsGraphs { answers[at].graph = builder.part(from: start, results: value.leaves) }
  }

  private func meaning(of value: Value, _ b: Binder, _ solver: String?) -> [String] {
    guard case .guarded(let kind, let fields) = value else {
      if value.object?.template.keyword == .dist { return ["the distribution of the body, as the method of its solver approximates it"] }
      if solver != nil, b.word.text == "argmin" || b.word.text == "argmax" { return ["the best point found, which proves nothing by itself"] }
      return ["exact up to rounding"]
    }
    return meaning(of: kind, fields)
  }

  /// What a guarantee says, and what it rests on.
  func meaning(of kind: Guarantee, _ fields: [Field]) -> [String] {
    func has(_ name: String) -> Bool { fields.contains { $0.name == name } }
    // Whether an attack or a certificate made it, the solver tells.
    var lines = [Elaborator.meaning(of: kind).split(separator: ",").first.map(String.init) ?? ""]
    if kind == .verdict { lines = [verdictMeaning(proves: has("proves"), refutes: has("refutes"))] }
    let basis = fields.first { $0.name == "basis" }?.value ?? guardedField(kind, fields, "basis")
    if case .text(let text)? = basis, let known = text.constant { lines.append(Elaborator.basis(known, of: kind)) }
    if has("confidence") || kind == .estimate {
      lines.append("it holds with the probability that `.confidence` tells, not for certain")
    }
    return lines
  }
  private func verdictMeaning(proves: Bool, refutes: Bool) -> String {
    switch (proves, refutes) {
    case (true, true): "Proved or Refuted with a witness, where its solver can decide; else Unknown"
    case (true, false): "Proved or Unknown: its solver never refutes"
    case (false, true): "Refuted with a witness, or Unknown: its solver never proves"
    default: Elaborator.meaning(of: .verdict)
    }
  }
  /// What a guarantee rests on, by its `.basis`.
  private static func basis(_ basis: String, of kind: Guarantee) -> String {
    switch basis {
    case "outward": "sound in floating point: rounded outwards about the stored values"
    case "float": "rests on floating-point arithmetic, which is not rounded outwards"
    case "sampled": "rests on samples"
    case "exact": "every point of the set is evaluated, up to rounding"
    default: basis
    }
  }
}

extension ScriptContext {
  /// The binders of what has been elaborated, in the order of the script.
  public var answers: [Answer] { elaborator.answers.filter { !$0.type.isEmpty }.sorted { $0.place.start < $1.place.start } }

  /// Keeps the operations of each binder from now on.
  public func recordGraphs() { elaborator.recordsGraphs = true }

  /// What answers the binders of a statement, which is not run.
  public func answers(of statement: Statement) -> Result<[Answer], Problems> {
    let (outer, recorded) = (elaborator.answers, elaborator.recordsGraphs)
    defer { (elaborator.answers, elaborator.recordsGraphs) = (outer, recorded) }
    (elaborator.answers, elaborator.recordsGraphs) = ([], true)
    let result = elaborate(statement).map { _ in answers }
    rollback()
    return result
  }

  /// The sets and distributions of the script that abbreviate others.
  public var aliases: [TemplateDeclaration] {
    globals.order.compactMap { name in
      if case .template(let template)? = globals.lookup(name)?.value, template.declaration.alias != nil { template.declaration } else { nil }
    }
  }
  /// The function or model that a name of the script stands for.
  public func declaration(_ name: String) -> Statement? {
    guard let value = globals.lookup(name)?.value else { return nil }
    switch value {
    case .function(let function):
      guard case .declared(let declaration) = function.body else { return nil }
      return Statement(.function(declaration), declaration.name.span)
    case .template(let template): return Statement(.template(template.declaration), template.declaration.name.span)
    default: return nil
    }
  }
}

extension Builder {
  /// The operations from a place on as a graph of its own; what they use of before are its parameters.
  fileprivate func part(from start: Int, results: [TensorValue]) -> Graph {
    let part = Graph(name: graph.name)
    var ids: [ValueID: ValueID] = [:]
    func id(_ old: ValueID) -> ValueID {
      if let known = ids[old] { return known }
      let new = part.addParameter(graph.type(old))
      ids[old] = new
      return new
    }
    for operation in graph.operations.dropFirst(start) {
      var copy = operation
      copy.operands = operation.operands.map(id)
      copy.results = operation.results.map { result in
        let new = part.addValue(graph.type(result))
        ids[result] = new
        return new
      }
      part.operations.append(copy)
    }
    part.results = results.compactMap { leaf in
      if case .node(let node) = leaf.source, node.builder === self { id(node.id) } else { nil }
    }
    return part
  }
}

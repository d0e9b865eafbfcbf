import Diagnostics
import Ops
import Syntax
import Tensors

/// Where what disagrees came from: the declarations that give shapes, the binders that give guarantees.
extension Elaborator {
  // MARK: Guarantees

  /// Notes the expression that a name of the script stands for.
  func noteOrigin(_ name: String, _ span: SourceSpan) { if library.isUserFile(span.file) { origins[name] = span } }

  /// The binder that a guarantee came from, followed through the names that pass it on.
  private func binder(behind span: SourceSpan, _ kind: Guarantee) -> Answer? {
    func answers(in span: SourceSpan) -> [Answer] {
      self.answers.filter { span.file == $0.place.file && span.start <= $0.place.start && $0.place.end <= span.end }
    }
    if let own = answers(in: span).first(where: { $0.type.hasPrefix(kind.rawValue) }) { return own }
    // `2 * low` turns nothing, `-low` and `1 - low` turn Lower into Upper: any kind may stand behind a name.
    var seen: Set<SourceSpan> = [span]
    var open = [span]
    while let next = open.popLast() {
      for name in identifiers(library.sources.text(next)) {
        guard let origin = origins[name], seen.insert(origin).inserted else { continue }
        let inside = answers(in: origin)
        let isGuarantee = { (answer: Answer) in [.lower, .upper, .bounds, .estimate].contains { (g: Guarantee) in answer.type.hasPrefix(g.rawValue) } }
        if let answer = inside.first(where: { $0.type.hasPrefix(kind.rawValue) }) ?? inside.first(where: isGuarantee) ?? inside.first(where: { $0.type.isEmpty }) {
          return answer
        }
        open.insert(origin, at: 0)
      }
    }
    return nil
  }

  /// Says where a bound came from; nothing where its binder stands in the expression itself.
  func becauseOf(_ value: Value, _ span: SourceSpan) -> [Diagnostic.Label] {
    guard case .guarded(let kind, _) = value, let answer = binder(behind: span, kind), let solver = answer.solver else { return [] }
    let text = library.sources.text(span)
    let name = identifiers(text).first == text ? "`\(text)`" : "this"
    let place = answer.binder.solver?.span ?? answer.place
    return [.init(place, "\(name) is \(kind.article) because it comes from `by \(solver)`\(answer.binder.solver == nil ? ", the default," : "") here")]
  }

  /// How a bound or an estimate is used as a number. Without an edit: nothing is to drop a guarantee but the user.
  func droppingGuarantee(of value: Value) -> Diagnostic.Fix {
    if case .guarded(.bounds, _) = value { return .init("`.lo` and `.hi` are its ends, without the guarantee") }
    return .init("`.value` drops the guarantee, explicitly")
  }

  /// Another solver at the binder behind a bound, so that it becomes a bound in the other direction.
  func otherSolver(for value: Value, _ span: SourceSpan, wanted: Guarantee) -> [Diagnostic.Fix] {
    guard case .guarded(let kind, _) = value, let answer = binder(behind: span, kind), answer.type.hasPrefix(kind.rawValue) else { return [] }
    let isMinimum = answer.binder.word.text == "min"
    let solver = (wanted == .upper) != isMinimum ? "crown" : "pgd"
    let edit: Diagnostic.Fix.Edit = answer.binder.solver.map { .init($0.span, solver) }
      ?? .init(SourceSpan(file: answer.place.file, start: Int(answer.place.end), end: Int(answer.place.end)), " by \(solver)")
    return [.init("`by \(solver)` gives \(wanted.article)", edits: [edit])]
  }

  // MARK: Shapes

  /// Adds to a mistake about shapes where the operands' names are declared.
  func tracingShapes<T>(_ operands: [Expression], _ scope: Scope, _ span: SourceSpan, _ body: () throws -> T) throws -> T {
    do { return try body() } catch var failure as Failure {
      guard var diagnostic = failure.diagnostic, diagnostic.span.file == span.file, diagnostic.span.start >= span.start,
        diagnostic.span.end <= span.end, library.isUserFile(span.file)
      else { throw failure }
      if diagnostic.code == .intIsNotReal, !diagnostic.fixes.contains(where: { !$0.edits.isEmpty }) {
        diagnostic.fixes += realDeclarations(operands)
        failure.diagnostic = diagnostic
      }
      guard diagnostic.code.id.hasPrefix("E02") else { throw failure }
      let line = library.sources.line(of: diagnostic.span.start, in: span.file)
      for name in operands.flatMap({ identifiers(library.sources.text($0.span)) }) {
        guard let binding = scope.lookup(name), library.isUserFile(binding.span.file), let t = binding.value.tensor, !t.shape.isEmpty,
          binding.span.file != span.file || library.sources.line(of: binding.span.start, in: binding.span.file) != line,
          diagnostic.labels.count < 6, !diagnostic.labels.contains(where: { $0.span == binding.span })
        else { continue }
        diagnostic.labels.append(.init(binding.span, "`\(name)` is \(t.type.spelled), declared here"))
      }
      failure.diagnostic = diagnostic
      throw failure
    }
  }

  // MARK: Options

  /// Marks the argument that a failed requirement of the library is about.
  func tracingOptions<T>(of call: Expression?, _ span: SourceSpan, _ scope: Scope, _ body: () throws -> T) throws -> T {
    do { return try body() } catch var failure as Failure {
      guard !failure.options.isEmpty, var diagnostic = failure.diagnostic, diagnostic.span == span || diagnostic.span == call?.span,
        case .call(let callee, let arguments)? = call?.kind, case .name(let name) = callee.kind, library.isUserFile(span.file)
      else { throw failure }
      let parameters = parameterNames(of: scope.lookup(name)?.value) ?? parameterNames(of: library.solvers.lookup(name)?.value) ?? []
      var place = 0
      for argument in arguments {
        var own = argument.label?.text
        if argument.label == nil {
          own = parameters.indices.contains(place) ? parameters[place] : nil
          place += 1
        }
        guard let own, failure.options.contains(own) else { continue }
        (diagnostic.span, failure.options) = (argument.value.span, [])
        failure.diagnostic = diagnostic
        break
      }
      throw failure
    }
  }
  private func parameterNames(of value: Value?) -> [String]? {
    switch value {
    case .template(let template)?: template.declaration.parameters.map { $0.boundName ?? "_" }
    case .function(let function)?: if case .declared(let declaration) = function.body { declaration.parameters.map { $0.boundName ?? "_" } } else { nil }
    default: nil
    }
  }

  /// A requirement that is false: what it says, the values of the options in it.
  func requirementFails(_ message: String, _ condition: SourceSpan, at span: SourceSpan) -> Failure {
    var failure = fail(.badOption, message, at: span)
    for name in identifiers(library.sources.text(condition)) where !failure.options.contains(name) {
      guard let t = frames.last?.scope?.lookup(name)?.value.tensor, let value = knownText(t) else { continue }
      failure.options.append(name)
      failure.diagnostic?.notes.append("`\(name)` is \(value)")
    }
    return failure
  }
  private func knownText(_ t: TensorValue) -> String? {
    guard t.shape.isEmpty else { return nil }
    if let size = t.size { return "\(size)" }
    if let truth = t.truth { return "\(truth)" }
    let tensor: Tensor? = switch t.source {
    case .host(let tensor): tensor
    case .node(let node): knownTensor(node)
    default: nil
    }
    guard let tensor, let constant = tensor.scalarAttribute else { return nil }
    switch constant {
    case .int(let n): return "\(n)"
    case .real(let x): return "\(x)"
    case .bool(let truth): return "\(truth)"
    default: return nil
    }
  }

  /// The names in a piece of source, each once.
  private func identifiers(_ text: String) -> [String] {
    var names: [String] = []
    for piece in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "'") }).map(String.init)
    where piece.first?.isNumber == false && !names.contains(piece) { names.append(piece) }
    return names
  }
}

extension Guarantee {
  /// The word in a sentence: `a Lower`, `Bounds`.
  var article: String {
    switch self {
    case .bounds: rawValue
    case .upper, .estimate: "an \(rawValue)"
    default: "a \(rawValue)"
    }
  }
}

import Diagnostics
import Ops
import Syntax

/// The state of a script or session: its names and values, one statement after another.
///
/// A statement is elaborated into a graph; when that has run, `commit` puts the tensors in place of the graph's values. An error
/// leaves everything as it was before the statement.
public final class ScriptContext {
  public let library: Library
  let elaborator: Elaborator
  /// The script's own names.
  let globals: Scope

  /// A statement ready to run.
  public struct Compiled {
    public let graph: Graph
    public let inputs: [Tensor]
    /// Whether the statement is an expression with a value, for a session to show.
    public let hasValue: Bool
  }
  private var pending: (slots: NodeCollector, value: Value)?

  public init(library: Library, precision: DType, seed: UInt64, checking: Bool, files: FileAccess) {
    self.library = library
    globals = Scope(parent: library.prelude, kind: .script)
    elaborator = Elaborator(library: library, real: precision, seed: seed, checking: checking, files: files)
  }
  private init(_ other: ScriptContext, parent: Scope) {
    library = other.library
    elaborator = other.elaborator
    globals = Scope(parent: parent, kind: .script)
  }
  /// A context whose names are gone when it is: a test's, which sees the script's.
  public func nested() -> ScriptContext { ScriptContext(self, parent: globals) }
  /// A context with names of its own, for a module of the user's.
  public func separate() -> ScriptContext { ScriptContext(self, parent: library.prelude) }

  public var precision: DType { elaborator.real }

  public var allowsRedefinition: Bool {
    get { elaborator.allowsRedefinition }
    set { elaborator.allowsRedefinition = newValue }
  }

  // MARK: Statements

  /// Elaborates a statement. On failure its names stand for nothing, quietly, so that one mistake is told once.
  public func elaborate(_ statement: Statement, key: String = "") -> Result<Compiled, Problems> {
    if !elaborator.isChecking { elaborator.beginStatement(key) }
    // A failed statement must leave nothing behind, also in the scopes that enclose a test.
    let scopes = changedScopes
    for scope in scopes { _ = scope.takeChanges() }
    saved = scopes.map { ($0, $0.snapshot) }
    do {
      let outer = elaborator.key
      if !key.isEmpty { elaborator.key = outer.folding(key) }
      defer { elaborator.key = outer }
      let value = try elaborator.execute(statement, globals)
      return .success(try compile(value, statement))
    } catch let failure as Failure {
      rollback()
      if elaborator.isChecking { poison(statement) }
      return .failure(Problems(failure.diagnostics))
    } catch is EarlyReturn {
      return .failure(Problems([Diagnostic(.returnOutside, "`return` stands inside a function", at: statement.span)]))
    } catch {
      return .failure(Problems([Diagnostic(.solverBroken, "internal error: \(error)", at: statement.span)]))
    }
  }

  private func compile(_ value: Value, _ statement: Statement) throws -> Compiled {
    var slots = NodeCollector()
    for scope in changedScopes {
      for name in scope.takeChanges() {
        if let binding = scope.bindings[name] { slots.add(.binding(scope, name), binding.value) }
      }
    }
    var shown = Value.unit
    if case .expression = statement.kind { shown = value }
    slots.add(.result, shown)
    for observation in elaborator.observations ?? [] { slots.add(observation) }
    pending = (slots, shown)
    let graph = elaborator.isChecking ? Graph() : elaborator.root.finish(slots.nodes + elaborator.ledger.nodes + (elaborator.probe?.nodes ?? []))
    return Compiled(graph: graph, inputs: elaborator.inputs, hasValue: !shown.isUnit)
  }
  /// The script's scope and those it is nested in, all of which a statement may change.
  private var changedScopes: [Scope] {
    var scopes: [Scope] = []
    var scope: Scope? = globals
    while let current = scope, current.kind == .script {
      scopes.append(current)
      scope = current.parent
    }
    return scopes
  }

  /// What was worth telling of the statements elaborated since this was last asked.
  public func takeRemarks() -> [Diagnostic] { elaborator.takeRemarks() }

  /// Puts the results of the statement's graph in the places of its values.
  /// Tells of bounds that contradict each other, which only a bug of the program can make.
  public func commit(_ results: [Tensor]) -> [Diagnostic] {
    guard let (slots, value) = pending else { return [] }
    pending = nil
    (lastValue, comparisons) = slots.replace(results, value)
    for scope in changedScopes { _ = scope.takeChanges() }
    return elaborator.ledger.settle(results.dropFirst(slots.nodes.count), real: elaborator.real)
  }
  /// Drops a statement that failed to run: names are as they were before it.
  public func rollback() {
    pending = nil
    (elaborator.ledger.pending, elaborator.ledger.watched) = ([], [])
    comparisons = []
    for (scope, snapshot) in saved { scope.restore(snapshot) }
  }
  private(set) var lastValue = Value.unit
  /// The values that a conversation keeps.
  var results: [Value] = []

  /// Whether assertions tell what they compared instead of ending the program where they do not hold. Holds for all contexts of a session.
  public var observesAssertions: Bool {
    get { elaborator.observations != nil }
    set { elaborator.observations = newValue ? [] : nil }
  }
  /// What the assertions of the last statement compared, if they are observed.
  public private(set) var comparisons: [Comparison] = []
  private var saved: [(scope: Scope, snapshot: Scope.Snapshot)] = []

  // MARK: Names

  private func poison(_ statement: Statement) {
    switch statement.kind {
    case .let(let pattern, _, _), .draw(let pattern, _, _, _):
      for name in pattern.names where globals.bindings[name] == nil { globals.define(name, .poison, span: pattern.span) }
    case .assign(let target, nil, _):
      // `x = 3` without a `let` is told once.
      if case .name(let name) = target.kind, globals.lookup(name) == nil { globals.define(name, .poison, span: target.span) }
    case .var(let name, _, _): if globals.bindings[name.text] == nil { globals.define(name.text, .poison, span: name.span) }
    default: break
    }
  }

  /// Brings the names of a library module.
  public func use(_ module: UseDeclaration.Module) -> [Diagnostic] {
    guard let found = library.module(named: module.name.text) else {
      let near = nearest(module.name.text, in: Library.moduleNames)
      return [Diagnostic(
        .unknownModule, "there is no module `\(module.name.text)`", at: module.name.span,
        notes: ["modules are: \(Library.moduleNames.joined(separator: ", ")); a file is named by its path: `use \"./mine.ptb\" as mine`"],
        fixes: Diagnostic.Fix.misspelt(module.name.span, near))]
    }
    return bring(found, module)
  }
  /// Brings the names of a library module by its name.
  public func useLibrary(_ name: String) -> [Diagnostic] { use(.init(name: Name(name, .none), isPath: false, alias: nil, members: nil)) }
  /// Brings the names of a user's module, which has been run in a context of its own.
  public func use(_ module: UseDeclaration.Module, from context: ScriptContext, named name: String) -> [Diagnostic] {
    bring(Module(name: name, scope: context.globals), module)
  }
  private func bring(_ module: Module, _ declaration: UseDeclaration.Module) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    let wanted = declaration.members?.map(\.text) ?? (declaration.isPath ? [] : module.scope.order)
    for name in wanted {
      guard let binding = module.scope.own(name) else {
        let near = nearest(name, in: module.scope.order)
        let span = declaration.members?.first { $0.text == name }?.span ?? declaration.name.span
        problems.append(Diagnostic(
          .unknownName, "module `\(module.name)` has no `\(name)`", at: span,
          fixes: Diagnostic.Fix.misspelt(span, near)))
        continue
      }
      if globals.bindings[name].map({ !$0.isImported }) != true { globals.define(name, binding.value, span: binding.span, imported: true) }
    }
    for (name, type) in module.scope.types where globals.types[name] == nil { globals.types[name] = type }
    globals.define(declaration.alias?.text ?? module.name, .module(module), span: declaration.name.span, imported: true)
    _ = globals.takeChanges()
    return problems
  }

  /// The script's own names with their types, in order.
  public var listing: [(name: String, type: String)] {
    globals.order.compactMap { name in
      guard let binding = globals.bindings[name], !binding.isImported else { return nil }
      return (name, binding.value.typeName)
    }
  }
  /// Every name in force.
  public var allNames: [String] { globals.allNames + library.solvers.order }

  /// The type and documentation of a name.
  public func describe(_ name: String) -> String? {
    let binding = globals.lookup(name) ?? library.solvers.lookup(name)
    return binding.flatMap { describe($0.value) ?? "\(name): \($0.value.typeName)" }
  }
  /// The signature and documentation of a function or template.
  func describe(_ value: Value) -> String? {
    switch value {
    case .function(let function): return "\(signature(of: function))\n\n\(function.doc ?? "(not documented)")"
    case .template(let template):
      return "\(library.sources.text(template.declaration.name.span).isEmpty ? template.name : header(of: template))\n\n\(template.doc ?? "(not documented)")"
    default: return nil
    }
  }
  private func header(of template: Template) -> String {
    let parameters = template.declaration.parameters.map { library.sources.text($0.pattern.span) + ($0.defaultValue.map { " = " + library.sources.text($0.span) } ?? "") }
    return "\(template.keyword.rawValue) \(template.name)(\(parameters.joined(separator: ", ")))"
  }
  private func signature(of function: Function) -> String {
    switch function.body {
    case .declared(let declaration):
      let parameters = declaration.parameters.map { parameter in
        library.sources.text(parameter.pattern.span) + (parameter.type.map { ": " + library.sources.text($0.span) } ?? "")
          + (parameter.defaultValue.map { " = " + library.sources.text($0.span) } ?? "")
      }
      return "fn \(function.name)(\(parameters.joined(separator: ", ")))" + (declaration.result.map { " -> " + library.sources.text($0.span) } ?? "")
    default:
      let parameters = function.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.isVariadic ? "\($0.name)…" : $0.name }
      return "\(function.name)(\(parameters.joined(separator: ", ")))"
    }
  }
  /// The type of an expression, without running it.
  public func type(of statement: Statement) -> Result<String, Problems> {
    let result = elaborate(statement).map { _ in pending?.value.typeName ?? "nothing" }
    rollback()
    return result
  }
  /// The type of the last expression's value.
  public var lastType: String { lastValue.typeName }
}

/// Mistakes found in one statement.
public struct Problems: Error {
  public let diagnostics: [Diagnostic]
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

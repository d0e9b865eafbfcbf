import Diagnostics
import Syntax

/// Names in force, one level of them.
final class Scope {
  struct Binding {
    var value: Value
    var isMutable: Bool
    var span: SourceSpan
    /// Brought by `use`, so a definition of the script may take its place.
    var isImported = false
    var origin = Origin.value
  }
  /// Whether the value stands there, or is computed where the name is used (a property of a set or distribution).
  enum Origin {
    case value
    case lazy(Expression, Scope)
    /// A Real in the program's precision (`pi`).
    case constant(Double)
  }
  /// What a scope belongs to: assignments may not cross the boundary of a function.
  enum Kind { case block, function, script, library }
  let parent: Scope?
  let kind: Kind
  /// The types that `type` declares, with the scope that their names are looked up in.
  var types: [String: TypeExpression] = [:]
  private(set) var bindings: [String: Binding] = [:]
  /// Names of the library whose file is read when one of them is wanted.
  private var deferred: [String: () -> Void] = [:]
  /// Names in order of definition, for listings.
  private(set) var order: [String] = []

  /// Names defined or changed since they were last asked for, in order; kept for scopes that outlive a statement.
  private var changes: [String] = []

  init(parent: Scope?, kind: Kind) { (self.parent, self.kind) = (parent, kind) }

  func takeChanges() -> [String] {
    defer { changes = [] }
    return changes
  }
  private func note(_ name: String) { if kind == .script, !changes.contains(name) { changes.append(name) } }

  struct Snapshot {
    fileprivate var bindings: [String: Binding]
    fileprivate var order: [String]
    fileprivate var types: [String: TypeExpression]
  }
  var snapshot: Snapshot { Snapshot(bindings: bindings, order: order, types: types) }
  func restore(_ snapshot: Snapshot) { (bindings, order, types, changes) = (snapshot.bindings, snapshot.order, snapshot.types, []) }

  func define(_ name: String, _ value: Value, mutable: Bool = false, span: SourceSpan = .none, imported: Bool = false) {
    if bindings[name] == nil, deferred.removeValue(forKey: name) == nil { order.append(name) }
    note(name)
    bindings[name] = Binding(value: value, isMutable: mutable, span: span, isImported: imported)
  }
  /// Promises that `load` defines a name.
  func promise(_ name: String, _ load: @escaping () -> Void) {
    order.append(name)
    deferred[name] = load
  }
  /// What this scope itself holds under a name.
  func own(_ name: String) -> Binding? {
    if let load = deferred[name] { load() }
    return bindings[name]
  }
  func define(_ name: String, constant: Double) {
    bindings[name] = Binding(value: .unit, isMutable: false, span: .none, isImported: true, origin: .constant(constant))
  }
  func defineLazily(_ name: String, _ expression: Expression, in home: Scope) {
    bindings[name] = Binding(value: .unit, isMutable: false, span: expression.span, origin: .lazy(expression, home))
  }
  func lookup(_ name: String) -> Binding? {
    var scope: Scope? = self
    while let current = scope {
      if let binding = current.own(name) { return binding }
      scope = current.parent
    }
    return nil
  }
  func type(named name: String) -> (type: TypeExpression, scope: Scope)? {
    var scope: Scope? = self
    while let current = scope {
      if let type = current.types[name] { return (type, current) }
      scope = current.parent
    }
    return nil
  }
  /// The scope that holds a name.
  func owner(of name: String) -> Scope? {
    var scope: Scope? = self
    while let current = scope {
      if current.own(name) != nil { return current }
      scope = current.parent
    }
    return nil
  }
  /// Gives a name that this scope holds another value.
  func update(_ name: String, _ value: Value) {
    note(name)
    bindings[name]?.value = value
  }
  func remove(_ name: String) {
    bindings[name] = nil
    order.removeAll { $0 == name }
  }
  /// Every name in force, innermost first.
  var allNames: [String] {
    var names: [String] = []
    var scope: Scope? = self
    while let current = scope {
      names += current.order
      scope = current.parent
    }
    return names
  }
  /// Whether the names live as long as the session (a script's own, or a library's).
  var isGlobal: Bool { kind == .script || kind == .library }
}

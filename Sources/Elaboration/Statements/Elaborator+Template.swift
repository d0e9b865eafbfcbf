import Diagnostics
import Ops
import Syntax

/// Models, sets, distributions and solvers: instances of templates and their members.
extension Elaborator {
  /// `Net(h: 64)`: binds the arguments and, of a model, makes its parts.
  func instantiate(_ template: Template, _ arguments: Arguments, _ span: SourceSpan) throws -> Value {
    if library.isUserFile(template.declaration.name.span.file), frames.contains(where: { $0.declared == template.declaration.name.span }) {
      throw fail(.recursion, "`\(template.name)` contains itself", at: span, labels: [.init(template.declaration.name.span, "declared here")])
    }
    frames.append(Frame(name: template.name, declared: template.declaration.name.span, call: span))
    let caller = frames.count - 2
    let count = frames[caller].occurrences[template.name, default: 0]
    frames[caller].occurrences[template.name] = count + 1
    defer { frames.removeLast() }
    return try withKey(key.folding(template.name, count)) {
      try explaining(template.name, template.declaration.name.span, span) {
        let scope = Scope(parent: template.scope, kind: .function)
        let dimensions = DimensionScope()
        var arguments = arguments
        let loopOptions = try takeLoopOptions(of: template, &arguments)
        try bind(
          template.declaration.parameters, arguments, scope, dimensions, template.name, span, template.declaration.name.span)
        dimensions.define(in: scope)
        if let alias = template.declaration.alias { return try instantiated(try evaluate(alias, scope), span) }
        var object = Object(template: template, parts: loopOptions)
        for parameter in template.declaration.parameters {
          guard let name = parameter.boundName, let binding = scope.bindings[name] else { continue }
          // Numbers of sets and distributions are Reals unless declared otherwise: `Normal(0, 1)`, `Box(-1, 2)`.
          let isMeasure = template.keyword == .set || template.keyword == .dist
          let value = try binding.value.mapLeaves { leaf in
            isMeasure && parameter.type == nil && leaf.isFlexible ? try realValue(leaf) : rigid(leaf)
          }
          object.parts.append(.init(name: name, role: .argument, value: try asOption(value, of: template, span)))
        }
        for (name, size) in dimensions.sizes where object.field(name) == nil {
          object.parts.append(.init(name: name, role: .argument, value: .tensor(TensorValue(size: size))))
        }
        for member in template.declaration.members { try make(member, &object, scope) }
        // What the arguments must satisfy, as `require`s.
        if template.method("check") != nil { _ = try callMethod("check", of: object, [], span) }
        return .object(object)
      }
    }
  }

  /// A solver that is named as an option of a solver (`multistart(fgsm)`) is the one with its own defaults.
  private func asOption(_ value: Value, of template: Template, _ span: SourceSpan) throws -> Value {
    guard template.keyword == .solver, case .template(let option) = value, option.keyword == .solver,
      option.declaration.parameters.allSatisfy({ $0.defaultValue != nil })
    else { return value }
    return try instantiate(option, Arguments(), span)
  }

  private func make(_ member: TemplateDeclaration.Member, _ object: inout Object, _ scope: Scope) throws {
    let name: Name
    let role: Object.Role
    let value: Value
    switch member.kind {
    case .submodel(let n, let e):
      let made = try withKey(key.folding(n.text)) { try instantiated(try evaluate(e, scope), e.span) }
      guard made.object?.template.keyword == .model || (made.vectorLeaves != nil) else {
        throw fail(.notAModel, "`\(n.text)` is made of a model, and this is \(made.typeName)", at: e.span)
      }
      (name, role, value) = (n, .submodel, made)
    case .param(let n, let type, let initial, let isDraw):
      (name, role) = (n, .param)
      value = try withKey(key.folding(n.text)) {
        isDraw ? try drawn(initial, type, scope) : try filled(initial, type, scope, n)
      }
    case .buffer(let n, let type, let initial): (name, role, value) = (n, .buffer, try filled(initial, type, scope, n).mapLeaves(rigid))
    case .let, .method: return
    }
    guard object.field(name.text) == nil else { throw fail(.definedTwice, "`\(name.text)` is declared twice", at: name.span) }
    object.parts.append(.init(name: name.text, role: role, value: value))
    scope.define(name.text, value, span: name.span)
  }

  /// The initial value of a `param … ~ D`.
  private func drawn(_ initial: Expression, _ type: TypeExpression, _ scope: Scope) throws -> Value {
    let distribution = try instantiated(try evaluate(initial, scope), initial.span)
    guard var object = distribution.object, object.template.keyword == .dist else {
      throw fail(.notADistribution, "`~` draws from a distribution, and this is \(distribution.typeName)", at: initial.span)
    }
    object.like = try exemplar(of: type, scope)
    return try callMethod("sample", of: object, [], initial.span)
  }

  /// The initial value of a `param … = e`: a scalar fills the declared shape.
  private func filled(_ initial: Expression, _ type: TypeExpression, _ scope: Scope, _ name: Name) throws -> Value {
    let value = try evaluate(initial, scope)
    if let t = value.tensor, t.shape.isEmpty, let like = try exemplar(of: type, scope)?.tensor, !like.shape.isEmpty {
      return .node(try realNode(t, initial.span).broadcast(to: like.shape))
    }
    return try conform(value, to: type, scope, DimensionScope(), initial.span) { "`\(name.text)`" }
  }

  // MARK: Members

  /// The scope in which an object's methods are elaborated: its parts, properties and methods.
  func memberScope(_ object: Object) -> Scope {
    let scope = Scope(parent: object.template.scope, kind: .function)
    for member in object.template.declaration.members {
      switch member.kind {
      case .let(let pattern, let e): if case .name(let name) = pattern.kind { scope.defineLazily(name, e, in: scope) }
      // Elsewhere methods are reached by `self`, so that a solver may have a method `mean` and use the function.
      case .method(let declaration) where !declaration.name.text.isEmpty && object.template.keyword == .model:
        scope.define(declaration.name.text, .function(Function(declaration, scope: scope)), span: declaration.name.span)
      default: break
      }
    }
    for part in object.parts { scope.define(part.name, part.value) }
    scope.define("self", .object(object))
    return scope
  }

  /// A method as a function of an object.
  func bound(_ method: FunctionDeclaration, _ object: Object) -> Function { Function(method, scope: memberScope(object)) }

  func callMethod(_ name: String, of object: Object, _ values: [Value], _ span: SourceSpan) throws -> Value {
    guard let method = object.template.method(name) else {
      throw fail(
        .missingMethod, "\(Value.object(object).typeName) has no `\(name)`", at: span,
        notes: ["`\(object.template.name)` does not declare it"])
    }
    guard object.template.keyword == .solver else { return try apply(bound(method, object), Arguments(values, span), span) }
    let outer = workingSolver
    workingSolver = object.template.name
    defer { workingSolver = outer }
    return try apply(bound(method, object), Arguments(values, span), span)
  }

  /// `object.name`: a part, a property, or a method to be called.
  func member(_ object: Object, _ name: Name, _ span: SourceSpan) throws -> Value {
    let isMeasure = object.template.keyword == .set || object.template.keyword == .dist
    if !(isMeasure && name.text == "like"), let part = object.field(name.text) { return part }
    if name.text == "sample", object.template.keyword == .dist, object.template.method("sample") != nil {
      // One draw, or `D.sample(n)`: n of them.
      let held = Held([.object(object)])
      return .function(
        Function(native: "sample", ["n?"], holds: held) { e, arguments, span in
          guard let object = held.values[0].object else { throw Failure() }
          if arguments[0].isUnit { return try e.callMethod("sample", of: object, [], span) }
          return try e.callPrelude("dist_sample", [.object(object), arguments[0]], span)
        })
    }
    if let method = object.template.method(name.text) {
      let function = bound(method, object)
      function.held = [.object(object)]
      return .function(function)
    }
    if !(isMeasure && name.text == "like"), let property = object.template.property(name.text) {
      return try explaining(name.text, .none, span) { try evaluate(property, memberScope(object)) }
    }
    if let shared = try sharedMember(object, name, span) { return shared }
    var known = object.parts.map(\.name)
    for member in object.template.declaration.members {
      switch member.kind {
      case .method(let declaration): known.append(declaration.name.text)
      case .let(let pattern, _): if case .name(let n) = pattern.kind { known.append(n) }
      default: break
      }
    }
    throw fail(
      .unknownField, "\(Value.object(object).typeName) has no `\(name.text)`", at: name.span,
      notes: ["it has: \(known.filter { !$0.isEmpty }.joined(separator: ", "))"],
      fixes: Diagnostic.Fix.misspelt(name.span, nearest(name.text, in: known)))
  }

  /// What every set and distribution knows.
  private func sharedMember(_ object: Object, _ name: Name, _ span: SourceSpan) throws -> Value? {
    let keyword = object.template.keyword
    guard keyword == .set || keyword == .dist else { return nil }
    let held = Held([.object(object)])
    if name.text == "uniform", keyword == .set { return try callPrelude("set_uniform", [.object(object)], span) }
    if name.text == "like" {
      return .function(
        Function(native: "like", ["x"], holds: held) { e, arguments, _ in
          guard var copy = held.values[0].object else { throw Failure() }
          copy.like = try e.zerosLike(arguments[0], arguments.span(0))
          return .object(copy)
        })
    }
    if let helper = library.prelude.lookup("\(keyword.rawValue)_\(name.text)")?.value.function {
      return .function(
        Function(native: name.text, ["xs…"], holds: held) { e, arguments, span in
          try e.apply(.function(helper), held.values + arguments.list.map(\.value), span)
        })
    }
    return nil
  }

  /// The element that tells a set's or distribution's shape: given, or what the template says.
  func like(of object: Object, _ span: SourceSpan) throws -> Value? {
    if let like = object.like { return like }
    guard let property = object.template.property("like") else { return nil }
    let like = try evaluate(property, memberScope(object))
    return like.isUnit ? nil : like
  }

  func zerosLike(_ value: Value, _ span: SourceSpan) throws -> Value {
    guard value.vectorLeaves != nil else { throw fail(.notAVector, "\(value.typeName) is no vector", at: span) }
    return mapVector(value) { self.builder.zeros(TensorType($0.dtype.isDifferentiable ? $0.dtype : self.real, $0.shape)) }
  }

  // MARK: Solvers as values

  /// The value of an expression that names a solver: the name is looked up among solvers first.
  func solverValue(_ e: Expression, _ scope: Scope) throws -> Value {
    switch e.kind {
    case .name(let name):
      if let template = solver(named: name, scope, e.span) { return try instantiate(template, Arguments(), e.span) }
    case .call(let callee, let arguments):
      if case .name(let name) = callee.kind, let template = solver(named: name, scope, callee.span) {
        return try apply(.template(template), try self.arguments(arguments, scope), e.span)
      }
    default: break
    }
    return try evaluate(e, scope)
  }
  private func solver(named name: String, _ scope: Scope, _ span: SourceSpan) -> Template? {
    let own = scope.lookup(name)
    if case .template(let template)? = own?.value, template.keyword == .solver { return template }
    guard case .template(let template)? = library.solvers.lookup(name)?.value else { return nil }
    if let own, own.value.function != nil, library.isUserFile(own.span.file), library.isUserFile(span.file) {
      var remark = Diagnostic(
        .solverNotFunction, "this is the library's solver `\(name)`, not the function of that name", at: span,
        labels: [.init(own.span, "declared here, and not called")],
        notes: ["solvers have names of their own: `solver \(name)(…) { maximize(f, S) { … } }` declares one in the place of the library's"])
      remark.severity = .warning
      self.remark(remark)
    }
    return template
  }
  private func arguments(_ list: [Argument], _ scope: Scope) throws -> Arguments {
    Arguments(try list.map { .init(label: $0.label, value: try evaluate($0.value, scope), span: $0.value.span) })
  }
}

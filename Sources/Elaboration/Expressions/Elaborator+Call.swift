import Diagnostics
import Ops
import Syntax

extension Elaborator {
  func call(_ callee: Expression, _ arguments: [Argument], _ scope: Scope, _ span: SourceSpan) throws -> Value {
    let function = try evaluate(callee, scope)
    var list: [Arguments.Argument] = []
    for argument in arguments {
      let value = try function.function?.takesRanges == true ? ends(argument.value, scope) : nil
      list.append(.init(label: argument.label, value: try value ?? evaluate(argument.value, scope), span: argument.value.span))
    }
    return try tracingShapes(arguments.map(\.value), scope, span) {
      try tracingOptions(of: Expression(.call(callee, arguments), span), span, scope) { try apply(function, Arguments(list), span) }
    }
  }

  /// The ends of a range, as a pair.
  private func ends(_ e: Expression, _ scope: Scope) throws -> Value? {
    guard case .range(let from, let to, _) = e.kind else { return nil }
    return .tuple([try evaluate(from, scope), try evaluate(to, scope)])
  }

  /// Calls a function, a template or an object with values.
  func apply(_ callee: Value, _ arguments: Arguments, _ span: SourceSpan) throws -> Value {
    switch callee {
    case .function(let function): return try at(span) { try apply(function, arguments, span) }
    case .template(let template):
      // `gradient(f)` where `gradient` is a solver named without its options.
      if template.keyword == .solver, let first = arguments.list.first, first.label == nil, first.value.function != nil, template.method("") != nil {
        return try apply(try instantiate(template, Arguments(), span), arguments, span)
      }
      return try instantiate(template, arguments, span)
    case .object(let object):
      if let method = object.template.method("") {
        return try apply(bound(method, object), arguments, span)
      }
      throw fail(.notCallable, "\(callee.typeName) cannot be called", at: span, notes: ["it declares no `fn (…)` without a name"],
        fixes: ["forward", "call", "__call__"].first { object.template.method($0) != nil }.map { [.init("leave out the name: `fn (x) = …` for `fn \($0)(x) = …`; or call `m.\($0)(x)`")] } ?? [])
    case .tensor(let t):
      throw fail(
        .notCallable, "\(t.type.spelled) cannot be called", at: span,
        notes: ["a product is written with `*`, an element with `x[i]`"])
    default: throw fail(.notCallable, "\(callee.typeName) cannot be called", at: span)
    }
  }

  func apply(_ function: Function, _ arguments: Arguments, _ span: SourceSpan) throws -> Value {
    switch function.body {
    case .native(let native):
      let matched = try match(arguments, to: function, span)
      if function.isElementwise, let lifted = try lift(function, native, matched, span) { return lifted }
      return try native(self, matched, span)
    case .lambda(let parameters, let body):
      return try instantiate(function, parameters, nil, arguments, span) { try self.evaluate(body, $0) }
    case .declared(let declaration):
      if let derivative = declaration.derivative, !suppressedDerivatives.contains(declaration.name.span) {
        return try applyCustom(function, declaration, derivative, arguments, span)
      }
      return try instantiate(function, declaration.parameters, declaration.result, arguments, span) {
        try self.evaluate(declaration.body, $0)
      }
    }
  }

  /// The function as the caller sees it, with values: shorthand for natives that take functions.
  func apply(_ function: Value, _ values: [Value], _ span: SourceSpan) throws -> Value {
    try apply(function, Arguments(values, span), span)
  }

  /// A function of the prelude by its name.
  func callPrelude(_ name: String, _ values: [Value], _ span: SourceSpan) throws -> Value {
    guard let function = library.prelude.lookup(name)?.value else {
      throw fail(.unknownName, "the library lacks `\(name)`", at: span)
    }
    return try apply(function, values, span)
  }

  // MARK: Matching arguments with parameters

  /// Instantiates a user's function: binds its parameters, elaborates its body, checks its result.
  private func instantiate(
    _ function: Function, _ parameters: [Parameter], _ result: TypeExpression?, _ arguments: Arguments, _ span: SourceSpan,
    _ body: (Scope) throws -> Value
  ) throws -> Value {
    // Functions of the library may be expanded inside themselves for another set; the depth is bounded.
    // Closures that one place made are different functions (`compose(f, compose(g, h))`); a method is the same on any object.
    let isMethod = function.scope?.bindings["self"] != nil
    if library.isUserFile(function.declared.file),
      let frame = frames.first(where: { $0.declared == function.declared && (isMethod || $0.scope === function.scope) }) {
      throw fail(
        .recursion, "`\(frame.name)` calls itself", at: span,
        labels: [.init(function.declared, "declared here")],
        notes: ["functions are expanded where they are called, so they cannot be recursive; write a `while` or `for` loop"])
    }
    guard frames.count < 200 else {
      throw fail(.tooDeep, "calls are nested more than 200 deep", at: span)
    }
    let inner = Scope(parent: function.scope, kind: .function)
    let name = function.name.isEmpty ? "function" : function.name
    frames.append(Frame(name: name, declared: function.declared, call: span, scope: function.scope, parameters: parameters.map(\.boundName), arguments: arguments))
    defer { frames.removeLast() }
    called.insert(function.declared)
    let folded = function.key ?? { () -> DrawKey in
      let caller = frames.count - 2
      let count = frames[caller].occurrences[name, default: 0]
      frames[caller].occurrences[name] = count + 1
      return key.folding(name, count)
    }()
    return try withKey(folded) {
      try explaining(name, function.declared, span) {
        let dimensions = DimensionScope()
        try bind(parameters, arguments, inner, dimensions, name, span, function.declared)
        dimensions.define(in: inner)
        let value: Value
        do { value = try body(inner) } catch let early as EarlyReturn { value = early.value }
        guard let result else { return value }
        return try conform(value, to: result, inner, dimensions, span) { "the result of `\(name)`" }
      }
    }
  }

  func bind(
    _ parameters: [Parameter], _ arguments: Arguments, _ inner: Scope, _ dimensions: DimensionScope, _ name: String,
    _ span: SourceSpan, _ declared: SourceSpan
  ) throws {
    var taken = [Int?](repeating: nil, count: parameters.count)
    var next = 0
    for (i, argument) in arguments.list.enumerated() {
      if let label = argument.label {
        guard let at = parameters.firstIndex(where: { $0.boundName == label.text }) else {
          let near = meant(label.text, parameters.compactMap(\.boundName))
          throw fail(
            .unknownArgument, "`\(name)` has no parameter `\(label.text)`", at: label.span,
            labels: declared == .none ? [] : [.init(declared, "declared here")],
            notes: near == nil ? [parameterList(parameters, name)] : [],
            fixes: near.map { [.init("did you mean `\($0)`?", edits: [.init(label.span, $0)])] } ?? [])
        }
        guard taken[at] == nil else { throw fail(.argumentTwice, "`\(label.text)` is given twice", at: label.span) }
        taken[at] = i
      } else {
        while next < parameters.count, taken[next] != nil { next += 1 }
        guard next < parameters.count else {
          throw fail(
            .tooManyArguments, "`\(name)` takes \(count(parameters.count, "argument")), and got \(arguments.count)",
            at: argument.span, labels: declared == .none ? [] : [.init(declared, "declared here")],
            notes: [parameterList(parameters, name)])
        }
        taken[next] = i
      }
    }
    for (parameter, at) in zip(parameters, taken) {
      let value: Value
      let place: SourceSpan
      if let at {
        value = arguments[at]
        place = arguments.span(at)
      } else if let expression = parameter.defaultValue {
        value = try evaluate(expression, inner)
        place = expression.span
      } else {
        throw fail(
          .missingArgument, "`\(name)` needs an argument for `\(parameter.boundName ?? "_")`", at: span,
          labels: declared == .none ? [] : [.init(declared, "declared here")], notes: [parameterList(parameters, name)])
      }
      let fitted = try parameter.type.map { type in
        try conform(value, to: type, inner, dimensions, place) { "`\(parameter.boundName ?? "_")` of `\(name)`" }
      } ?? value
      try destructure(parameter.pattern, fitted, inner, place)
    }
    try dimensions.settle(self, inner, span)
  }
  /// The parameter that a label stands for, by its letters or by its name in other libraries.
  private func meant(_ label: String, _ parameters: [String]) -> String? {
    let elsewhere = [
      "learning_rate": "lr", "step_size": "step", "lr": "step", "epsilon": "eps", "eps": "r", "radius": "r", "max_iter": "steps", "maxiter": "steps",
      "n_iter": "steps", "num_steps": "steps", "n_steps": "steps", "iterations": "steps", "iters": "steps", "epochs": "steps", "steps": "trials",
      "n_samples": "samples", "num_samples": "samples", "n": "samples", "restart": "restarts", "n_restarts": "restarts", "betas": "beta1",
      "momentum": "beta", "weight_decay": "decay", "loc": "mu", "mean": "mu", "scale": "sigma", "std": "sigma", "sd": "sigma", "tolerance": "tol",
      "time_limit": "timeout", "axis": "axes", "dim": "axis",
    ]
    return nearest(label, in: parameters) ?? elsewhere[label].flatMap { parameters.contains($0) ? $0 : nil }
  }
  private func parameterList(_ parameters: [Parameter], _ name: String) -> String {
    let names = parameters.map { ($0.boundName ?? "_") + ($0.defaultValue == nil ? "" : " (optional)") }
    return "its parameters are: \(names.isEmpty ? "none" : names.joined(separator: ", "))"
  }
  private func count(_ n: Int, _ noun: String) -> String { n == 1 ? "1 \(noun)" : "\(n) \(noun)s" }

  /// A native's arguments, one for each of its parameters.
  private func match(_ arguments: Arguments, to function: Function, _ span: SourceSpan) throws -> Arguments {
    let parameters = function.parameters
    if let variadic = parameters.first, variadic.isVariadic { return arguments }
    var slots = [Arguments.Argument?](repeating: nil, count: parameters.count)
    var next = 0
    for argument in arguments.list {
      if let label = argument.label {
        guard let at = parameters.firstIndex(where: { $0.name == label.text }) else {
          let near = meant(label.text, parameters.map(\.name))
          throw fail(
            .unknownArgument, "`\(function.name)` has no parameter `\(label.text)`", at: label.span,
            notes: ["its parameters are: \(parameters.map(\.name).joined(separator: ", "))"],
            fixes: near.map { [.init("did you mean `\($0)`?", edits: [.init(label.span, $0)])] } ?? [])
        }
        guard slots[at] == nil else { throw fail(.argumentTwice, "`\(label.text)` is given twice", at: label.span) }
        slots[at] = argument
      } else {
        while next < slots.count, slots[next] != nil { next += 1 }
        guard next < slots.count else {
          throw fail(
            .tooManyArguments, "`\(function.name)` takes \(count(parameters.count, "argument")), and got \(arguments.count)",
            at: argument.span,
            notes: ["grad", "value_and_grad", "jacobian", "hessian", "jvp", "vjp", "hvp", "vmap"].contains(function.name)
              ? ["`\(function.name)` makes a function of a function: `\(function.name)(f)(x)`"] : ["its parameters are: \(parameters.map(\.name).joined(separator: ", "))"])
        }
        slots[next] = argument
      }
    }
    var list: [Arguments.Argument] = []
    for (parameter, slot) in zip(parameters, slots) {
      if let slot { list.append(slot) } else if parameter.isOptional {
        list.append(.init(label: nil, value: .unit, span: span))
      } else {
        throw fail(
          .missingArgument, "`\(function.name)` needs an argument for `\(parameter.name)`", at: span,
          notes: ["its parameters are: \(parameters.map(\.name).joined(separator: ", "))"])
      }
    }
    return Arguments(list)
  }

  /// An elementwise native over vectors of tensors: leaf by leaf.
  private func lift(_ function: Function, _ native: Function.Native, _ arguments: Arguments, _ span: SourceSpan) throws -> Value? {
    // Of a condition and two branches, the branches tell the structure.
    guard let structure = arguments.list.last(where: { $0.value.isStructure && $0.value.vectorLeaves != nil })?.value
      ?? arguments.list.first(where: { $0.value.isStructure })?.value
    else { return nil }
    var columns: [[TensorValue]?] = []
    for argument in arguments.list {
      guard argument.value.isStructure else { columns.append(nil); continue }
      guard argument.value.matches(structure), let leaves = argument.value.vectorPlaces else {
        throw fail(
          .structuresDiffer, "`\(function.name)` works leaf by leaf on vectors of one structure", at: argument.span,
          labels: [.init(argument.span, argument.value.typeName)], notes: ["another argument is \(structure.typeName)"])
      }
      columns.append(leaves)
    }
    guard let leaves = structure.vectorPlaces else { return nil }
    var results: [TensorValue] = []
    for k in leaves.indices {
      var one = arguments
      for (i, column) in columns.enumerated() { if let column { one.list[i].value = .tensor(column[k]) } }
      guard let result = try native(self, one, span).tensor else { return nil }
      results.append(result)
    }
    return structure.replacingVector(results)
  }

  // MARK: Explaining

  /// Adds to an error inside a function where it was called from; an error inside the library is told at the user's call.
  func explaining<T>(_ name: String, _ declared: SourceSpan, _ call: SourceSpan, _ body: () throws -> T) throws -> T {
    do { return try body() } catch let failure as Failure {
      guard library.isUserFile(call.file), call != .none else { throw failure }
      var told = Failure(all: failure.diagnostics.map { called($0, name, call) })
      told.options = failure.options
      throw told
    }
  }
  private func called(_ mistake: Diagnostic, _ name: String, _ call: SourceSpan) -> Diagnostic {
    var diagnostic = mistake
    if !library.isUserFile(diagnostic.span.file) {
      diagnostic.notes.append("found inside `\(name)` of the library")
      diagnostic.labels.removeAll { !library.isUserFile($0.span.file) }
      diagnostic.span = call
      diagnostic.label = ""
      diagnostic.fixes = diagnostic.fixes.map { .init($0.title) }
    } else if !call.contains(diagnostic.span), diagnostic.labels.filter({ $0.text.hasPrefix("called") }).count < 3 {
      diagnostic.labels.append(.init(call, "called here"))
    }
    return diagnostic
  }
}

extension Parameter {
  /// The name, where the parameter is not a pattern.
  var boundName: String? { if case .name(let name) = pattern.kind { name } else { nil } }
}
/// `return` inside a function, caught where the function is instantiated.
struct EarlyReturn: Error { var value: Value }

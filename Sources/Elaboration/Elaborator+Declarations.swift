import Diagnostics
import Ops
import Syntax

/// Checking functions that nothing has called yet: with parameters of the types they declare, their sizes symbols.
extension ScriptContext {
  public func checkDeclarations() -> [Diagnostic] {
    var problems: [Diagnostic] = []
    for name in globals.order {
      guard let binding = globals.bindings[name], !binding.isImported else { continue }
      switch binding.value {
      case .function(let function): problems += check(function)
      case .template(let template) where template.keyword == .model: problems += check(template)
      default: break
      }
    }
    return problems
  }

  private func check(_ function: Function) -> [Diagnostic] {
    guard case .declared(let declaration) = function.body else { return [] }
    // A function that is called with values known before the run may need them so: they choose its branches and sizes.
    let isCalled = elaborator.called.contains(function.declared)
    let needsKnown: [DiagnosticCode] = [.branchesDiffer, .returnInRegion, .sizeNotKnown]
    return attempt {
      guard let arguments = try elaborator.exemplars(declaration.parameters, function.scope ?? globals, DimensionScope(), declaration.name.span) else { return }
      _ = try elaborator.apply(.function(function), arguments, .none)
    }.filter { !(isCalled && needsKnown.contains($0.code)) }.map { problem in
      // No call is to blame: the declaration is.
      var problem = problem
      if problem.span == .none { problem.span = declaration.name.span }
      return problem
    }
  }

  /// A model's parts and methods, its Int parameters symbols.
  private func check(_ template: Template) -> [Diagnostic] {
    var made: Value?
    let problems = attempt {
      guard let arguments = try elaborator.exemplars(template.declaration.parameters, template.scope, DimensionScope(), template.declaration.name.span) else { return }
      made = try elaborator.instantiate(template, arguments, .none)
    }
    guard problems.isEmpty, let object = made?.object else { return problems }
    return template.declaration.members.flatMap { member -> [Diagnostic] in
      guard case .method(let method) = member.kind else { return [] }
      return check(elaborator.bound(method, object))
    }
  }

  private func attempt(_ body: () throws -> Void) -> [Diagnostic] {
    do { try body() } catch let failure as Failure { return failure.diagnostics } catch {}
    return []
  }
}

extension Elaborator {
  /// Values of the types that parameters declare; nil where one declares none, so that only its uses can be checked.
  func exemplars(_ parameters: [Parameter], _ scope: Scope, _ dimensions: DimensionScope, _ span: SourceSpan) throws -> Arguments? {
    var list: [Arguments.Argument] = []
    for parameter in parameters {
      guard let name = parameter.boundName, let type = parameter.type else { return nil }
      guard let value = try exemplar(type, scope, dimensions, name) else { return nil }
      list.append(.init(label: Name(name, parameter.pattern.span), value: value, span: parameter.pattern.span))
    }
    return Arguments(list)
  }

  private func exemplar(_ type: TypeExpression, _ scope: Scope, _ dimensions: DimensionScope, _ name: String) throws -> Value? {
    switch type.kind {
    case .tuple(let types):
      var parts: [Value] = []
      for type in types { guard let part = try exemplar(type, scope, dimensions, name) else { return nil }; parts.append(part) }
      return .tuple(parts)
    case .record(let fields):
      var parts: [Field] = []
      for field in fields {
        guard let part = try exemplar(field.type, scope, dimensions, field.name.text) else { return nil }
        parts.append(Field(name: field.name.text, value: part))
      }
      return .record(parts)
    case .function: return nil
    case .named(let head, let dims, let settings):
      if let alias = scope.type(named: head.text) { return try exemplar(alias.type, alias.scope, DimensionScope(), name) }
      let dtype: DType
      switch head.text {
      case "Real": dtype = real
      case "Int": dtype = .int
      case "Bool": dtype = .bool
      case "Complex": dtype = real.complexified
      default:
        guard case .template(let template)? = scope.lookup(head.text)?.value, template.keyword == .model,
          var arguments = try exemplars(template.declaration.parameters, template.scope, DimensionScope(), head.span)
        else { return nil }
        // `Net(h: 64)` is one of them.
        for setting in settings {
          guard let k = arguments.list.firstIndex(where: { $0.label?.text == setting.label?.text }) else { continue }
          var unknown: [String] = []
          _ = try dimension(setting.value, scope, dimensions, &unknown)
          for name in unknown { dimensions.set(name, freshSymbol(name)) }
          unknown = []
          arguments.list[k].value = .tensor(TensorValue(size: try dimension(setting.value, scope, dimensions, &unknown)))
        }
        return try instantiate(template, arguments, .none)
      }
      if dtype == .int, dims.isEmpty { return .tensor(TensorValue(size: freshSymbol(name))) }
      var shape: Shape = []
      for dim in dims {
        guard case .dimension(let e) = dim else { continue }
        var unknown: [String] = []
        _ = try dimension(e, scope, dimensions, &unknown)
        for name in unknown { dimensions.set(name, freshSymbol(name)) }
        unknown = []
        shape.append(try dimension(e, scope, dimensions, &unknown))
      }
      return .node(builder.parameter(TensorType(dtype, shape), name: name))
    }
  }
}

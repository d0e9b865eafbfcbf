extension Tree {
  /// The tree as S-expressions, one statement a line; documentation stands before what it documents.
  public func dump() -> String { statements.map { $0.dump() + "\n" }.joined() }
}

/// `(head part …)`, parts that are nil left out.
private func list(_ parts: [String?]) -> String { "(" + parts.compactMap { $0 }.joined(separator: " ") + ")" }

extension Statement {
  public func dump() -> String { (doc.map { "(doc \($0.quotedLiteral)) " } ?? "") + kind.dump() }
}

extension Statement.Kind {
  fileprivate func dump() -> String {
    switch self {
    case .let(let pattern, let type, let value): return list(["let", pattern.dump(), type?.annotation, value.dump()])
    case .draw(let pattern, let type, let distribution, let key):
      return list(["draw", pattern.dump(), type?.annotation, distribution.dump(), key.map { "keyed " + $0.dump() }])
    case .var(let name, let type, let value): return list(["var", name.text, type?.annotation, value.dump()])
    case .assign(let target, let operation, let value):
      return list([(operation?.rawValue ?? "") + "=", target.dump(), value.dump()])
    case .for(let pattern, let elements, let body): return list(["for", pattern.dump(), elements.dump(), body.dump()])
    case .while(let condition, let body): return list(["while", condition.dump(), body.dump()])
    case .return(let value): return list(["return", value?.dump()])
    case .assert(let condition, let message): return list(["assert", condition.dump(), message?.dump()])
    case .expression(let value): return value.dump()
    case .function(let declaration): return declaration.dump()
    case .template(let declaration): return declaration.dump()
    case .typeAlias(let name, let type): return list(["type", name.text, type.dump()])
    case .test(let declaration): return declaration.dump()
    case .use(let declaration): return list(["use"] + declaration.modules.map { $0.dump() })
    case .precision(let name): return list(["precision", name.text])
    case .seed(let value): return list(["seed", value.dump()])
    case .error: return "<error>"
    }
  }
}

extension FunctionDeclaration {
  fileprivate func dump() -> String {
    list([
      isObjective ? "objective" : "fn", name.text.isEmpty ? nil : name.text, list(parameters.map { $0.dump() }),
      result.map { "-> " + $0.dump() }, body.dump(),
      derivative.map { "derivative " + $0.dump() }, derivativeIsUnchecked ? "unchecked" : nil,
    ])
  }
}

extension TemplateDeclaration {
  fileprivate func dump() -> String {
    list(
      [keyword.rawValue, name.text, list(parameters.map { $0.dump() }), alias.map { "= " + $0.dump() }]
        + members.map { member in (member.doc.map { "(doc \($0.quotedLiteral)) " } ?? "") + member.kind.dump() })
  }
}

extension TemplateDeclaration.Member.Kind {
  fileprivate func dump() -> String {
    switch self {
    case .submodel(let name, let value): return list(["part", name.text, value.dump()])
    case .param(let name, let type, let initial, let isDraw):
      return list(["param", name.text, type.annotation, (isDraw ? "~ " : "= ") + initial.dump()])
    case .buffer(let name, let type, let initial): return list(["buffer", name.text, type.annotation, initial.dump()])
    case .let(let pattern, let value): return list(["let", pattern.dump(), value.dump()])
    case .method(let declaration): return declaration.dump()
    }
  }
}

extension TestDeclaration {
  fileprivate func dump() -> String {
    list([
      isClaim ? "claim" : "test", title.dump(), property.isEmpty ? nil : "for " + property.dump(),
      cite.map { "cite " + $0.dump() }, body.dump(),
      control.map { "control " + ($0.title.map { $0.dump() + " " } ?? "") + $0.body.dump() },
    ])
  }
}

extension UseDeclaration.Module {
  fileprivate func dump() -> String {
    let from = isPath ? name.text.quotedLiteral : name.text
    if alias == nil, members == nil { return from }
    return list([from, alias.map { "as " + $0.text }, members.map { list($0.map(\.text)) }])
  }
}

extension Parameter {
  func dump() -> String {
    if type == nil, defaultValue == nil { return pattern.dump() }
    return list([pattern.dump(), type?.annotation, defaultValue.map { "= " + $0.dump() }])
  }
}

extension Expression {
  public func dump() -> String {
    switch kind {
    case .int(let value): return "\(value)"
    case .real(let value): return "\(value)"
    case .imaginary(let value): return "\(value)i"
    case .bool(let value): return "\(value)"
    case .string(let parts): return parts.dump()
    case .name(let name): return name
    case .tuple(let parts): return list(["tuple"] + parts.map { $0.dump() })
    case .record(let fields): return list(["record"] + fields.map { $0.dump() })
    case .array(let parts): return list(["array"] + parts.map { $0.dump() })
    case .comprehension(let body, let clauses, let condition):
      return list(["each", body.dump(), clauses.dump(), condition.map { "if " + $0.dump() }])
    case .field(let base, let name): return list([".", base.dump(), name.text])
    case .call(let base, let arguments): return list(["call", base.dump()] + arguments.map { $0.dump() })
    case .index(let base, let items): return list(["index", base.dump()] + items.map { $0.dump() })
    case .unary(let operation, let operand): return list([operation == .minus ? "neg" : operation.rawValue, operand.dump()])
    case .binary(let operation, let left, let right, _): return list([operation.rawValue, left.dump(), right.dump()])
    case .range(let low, let high, let inclusive): return list([inclusive ? "..=" : "..", low.dump(), high.dump()])
    case .within(let left, let tolerance, let right, let standardErrors):
      return list(["within", left.dump(), tolerance.dump(), standardErrors ? "se" : nil, right.dump()])
    case .lambda(let parameters, let body): return list(["=>", list(parameters.map { $0.dump() }), body.dump()])
    case .block(let statements): return list(["block"] + statements.map { $0.dump() })
    case .conditional(let condition, let then, let otherwise):
      return list(["if", condition.dump(), then.dump(), otherwise?.dump()])
    case .match(let subject, let arms): return list(["match", subject.dump()] + arms.map { $0.dump() })
    case .binder(let binder): return binder.dump()
    case .cast(let value, let type): return list(["as", value.dump(), type.dump()])
    case .with(let value, let fields): return list(["with", value.dump()] + fields.map { $0.dump() })
    case .error: return "<error>"
    }
  }
}

extension Array where Element == StringPart {
  fileprivate func dump() -> String {
    var text: String?
    let isPlain = allSatisfy { if case .text = $0 { return true } else { return false } }
    for case .text(let part) in self { text = (text ?? "") + part }
    if isPlain { return (text ?? "").quotedLiteral }
    return list(
      ["string"]
        + map { part in
          switch part {
          case .text(let text): return text.quotedLiteral
          case .interpolation(let value, let format): return list(["show", value.dump(), format.map(\.quotedLiteral)])
          }
        })
  }
}

extension RecordField {
  fileprivate func dump() -> String { list([name.text, value.dump()]) }
}

extension Argument {
  func dump() -> String { (label.map { $0.text + ": " } ?? "") + value.dump() }
}

extension IndexItem {
  fileprivate func dump() -> String {
    switch self {
    case .at(let place): return place.dump()
    case .slice(let from, let to, let step, let inclusive, _):
      return list([inclusive ? "slice=" : "slice", from?.dump() ?? "_", to?.dump() ?? "_", step?.dump()])
    case .rest: return ".."
    }
  }
}

extension MatchArm {
  fileprivate func dump() -> String { list([pattern.dump(), body.dump()]) }
}

extension MatchPattern {
  public func dump() -> String {
    switch kind {
    case .wildcard: return "_"
    case .bind(let name): return name
    case .constructor(let name, let contents): return contents.isEmpty ? name : list([name] + contents.map { $0.dump() })
    case .literal(let value): return value.dump()
    case .tuple(let parts): return list(["tuple"] + parts.map { $0.dump() })
    case .shape(let parts): return list(["shape"] + parts.map { $0.dump() })
    }
  }
}

extension Binder {
  fileprivate func dump() -> String {
    list([
      "binder", word.text, arguments.isEmpty ? nil : list(["args"] + arguments.map { $0.dump() }), clauses.dump(),
      self.guard.map { "if " + $0.dump() }, body.dump(), otherwise.map { "else " + $0.dump() },
      constraints.isEmpty ? nil : list(["subject-to"] + constraints.map { $0.dump() }), solver.map { "by " + $0.dump() },
    ])
  }
}

extension Array where Element == BinderClause {
  fileprivate func dump() -> String { map { $0.dump() }.joined(separator: " ") }
}

extension BinderClause {
  fileprivate func dump() -> String {
    let bound = [pattern.dump(), type?.annotation]
    switch domain {
    case .over(let set): return list(["in"] + bound + [set.dump()])
    case .distributed(let distribution): return list(["~"] + bound + [distribution.dump()])
    case .from(let start, let set, let step):
      return list(["from"] + bound + [start.dump(), set.map { "in " + $0.dump() }, step.map { "step " + $0.dump() }])
    case .at(let point): return list(["at"] + bound + [point.dump()])
    case .flow(let start, let time, let times):
      return list(["flow"] + bound + [start.dump(), time.dump(), times.dump()])
    }
  }
}

extension Pattern {
  public func dump() -> String {
    switch kind {
    case .name(let name): return name
    case .wildcard: return "_"
    case .tuple(let parts): return list(["tuple"] + parts.map { $0.dump() })
    case .record(let names): return "{" + names.map(\.text).joined(separator: " ") + "}"
    }
  }
}

extension TypeExpression {
  fileprivate var annotation: String { ": " + dump() }

  public func dump() -> String {
    switch kind {
    case .named(let name, let dimensions, let arguments):
      let brackets = dimensions.isEmpty ? "" : "[" + dimensions.map { $0.dump() }.joined(separator: " ") + "]"
      return name.text + brackets + (arguments.isEmpty ? "" : list(arguments.map { $0.dump() }))
    case .tuple(let parts): return list(["tuple"] + parts.map { $0.dump() })
    case .record(let fields): return "{" + fields.map { "\($0.name.text): \($0.type.dump())" }.joined(separator: " ") + "}"
    case .function(let parameters, let result): return list(["->"] + parameters.map { $0.dump() } + [result.dump()])
    }
  }
}

extension TypeExpression.DimensionOrType {
  fileprivate func dump() -> String {
    switch self {
    case .batch: return ".."
    case .dimension(let size): return size.dump()
    case .type(let type): return type.dump()
    }
  }
}

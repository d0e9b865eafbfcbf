import Diagnostics
import Syntax

/// Reads a program as mathematics. It knows names only: what a model or a function means is in its own formula.
public struct Translator {
  /// The source of a span, for what has no mathematics.
  let source: (SourceSpan) -> String
  /// Sets and distributions that abbreviate others (`set Bright(eps, x) = …`), which are written out.
  let aliases: [String: TemplateDeclaration]
  /// What the parameters of an alias stand for.
  var meanings: [String: Formula] = [:]
  private var depth = 0

  public init(aliases: [TemplateDeclaration] = [], source: @escaping (SourceSpan) -> String) {
    self.aliases = Dictionary(aliases.map { ($0.name.text, $0) }, uniquingKeysWith: { _, last in last })
    self.source = source
  }

  public func formula(_ e: Expression) -> Formula {
    switch e.kind {
    case .int(let n): return .number(Double(n))
    case .real(let x): return .number(x)
    case .imaginary(let x): return x == 1 ? .name("i") : .infix(.juxtaposed, [.number(x), .name("i")])
    case .bool(let truth): return .text(truth ? "true" : "false")
    case .string(let parts): return .text(parts.map { if case .text(let text) = $0 { text } else { "…" } }.joined())
    case .name(let name): return self.name(name)
    case .tuple(let parts): return .fenced(.round, parts.map(formula))
    case .record(let fields): return .fenced(.round, fields.map { field($0) })
    case .array(let parts): return .fenced(.square, parts.map(formula))
    case .comprehension(let body, let clauses, let condition): return comprehension(body, clauses, condition)
    case .field(let base, let name): return field(base, name.text)
    case .call(let callee, let arguments): return call(callee, arguments, e)
    case .index(let base, let items): return indexed(base, items)
    case .unary(.minus, let x): return .prefix(Sign("−", "-"), formula(x), .sign)
    case .unary(.not, let x):
      let inner = formula(x)
      return .prefix(Sign("¬", "\\lnot "), inner.tightness == .relation ? .fenced(.round, [inner]) : inner, .negation)
    case .binary(let op, let a, let b, _): return binary(op, a, b)
    case .range(let from, let to, let inclusive): return range(from, to, inclusive)
    case .within(let a, let tolerance, let b, let isErrors):
      let bound = isErrors ? Formula.infix(.times, [formula(tolerance), .text("se")]) : formula(tolerance)
      return .infix(.lessOrEqual, [.fenced(.absolute, [.infix(.subtract, [formula(a), formula(b)])]), bound])
    case .lambda(let parameters, let body): return .lambda(self.parameters(parameters), formula(body))
    case .block(let statements): return block(statements, e)
    case .conditional(let condition, let then, let otherwise):
      return cases([(formula(then), formula(condition))], otherwise.map(formula))
    case .match(let subject, let arms): return match(subject, arms)
    case .binder(let binder): return self.binder(binder)
    case .cast(let inner, _): return formula(inner)
    case .with, .error: return .code(shortSource(e.span))
    }
  }

  /// A name of the program, or what it abbreviates.
  func name(_ name: String) -> Formula {
    if let meaning = meanings[name] { return meaning }
    switch name {
    case "inf": return .number(.infinity)
    case "Simplex" where aliases[name] == nil: return .sign(Sign("Δ", "\\Delta"))
    case "Reals" where aliases[name] == nil: return .sign(Sign("ℝ", "\\mathbb{R}"))
    default: break
    }
    if let alias = aliases[name], alias.parameters.isEmpty, let value = alias.alias, depth < 20 { return expanded(alias, value, []) }
    return Translator.isVariable(name) ? .name(name) : .word(name)
  }
  /// Whether a name is written as a variable: a letter or greek name, perhaps with a number, an index or primes.
  static func isVariable(_ name: String) -> Bool {
    let parts = NameParts(name)
    return parts.base.count <= 2 || Greek.letters[parts.base] != nil || parts.base.contains(where: \.isNumber)
  }

  /// The name of a function that is defined.
  public func called(_ name: String) -> Formula { Translator.isVariable(name) ? .name(name) : .word(name) }

  public func pattern(_ pattern: Pattern) -> Formula {
    switch pattern.kind {
    case .name(let name): name.isEmpty ? .text("") : Translator.isVariable(name) ? .name(name) : .word(name)
    case .wildcard: .sign(Sign("·", "\\cdot"))
    case .tuple(let parts): .fenced(.round, parts.map(self.pattern))
    case .record(let fields): fields.count == 1 ? .name(fields[0].text) : .fenced(.round, fields.map { .name($0.text) })
    }
  }
  func parameters(_ parameters: [Parameter]) -> Formula {
    parameters.count == 1 ? pattern(parameters[0].pattern) : .fenced(.round, parameters.map { pattern($0.pattern) })
  }
  private func field(_ field: RecordField) -> Formula {
    if case .name(field.name.text) = field.value.kind { return formula(field.value) }
    return .infix(.equal, [.name(field.name.text), formula(field.value)])
  }
  func shortSource(_ span: SourceSpan) -> String {
    let lines = source(span).split(separator: "\n").map { $0.drop { $0 == " " } }
    return (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")
  }

  // MARK: Operators

  private func binary(_ op: BinaryOperator, _ a: Expression, _ b: Expression) -> Formula {
    func both(_ infix: Infix) -> Formula {
      // One list of operands for a + b + c.
      if case .infix(infix, let parts) = formula(a), infix.tightness != .relation { return .infix(infix, parts + [formula(b)]) }
      return .infix(infix, [formula(a), formula(b)])
    }
    switch op {
    case .add:
      // `x + S` is a translated set: a sum of sets.
      return both(.add)
    case .subtract: return both(.subtract)
    case .multiply: return product(formula(a), formula(b))
    case .matrixProduct: return both(.juxtaposed)
    case .divide: return .fraction(formula(a), formula(b))
    case .floorDivide: return .fenced(.floor, [.fraction(formula(a), formula(b))])
    case .remainder: return both(.modulo)
    case .power: return .power(formula(a), formula(b))
    case .intersection: return both(.intersection)
    case .union: return both(.union)
    case .equal: return both(.equal)
    case .notEqual: return both(.notEqual)
    case .less: return both(.less)
    case .lessOrEqual: return both(.lessOrEqual)
    case .greater: return both(.greater)
    case .greaterOrEqual: return both(.greaterOrEqual)
    case .and: return both(.and)
    case .or: return both(.or)
    case .pipe: return applied(b, [formula(a)], [Argument(label: nil, value: a)], whole: a)
    }
  }
  /// A number stands before what it multiplies; everything else has a dot.
  private func product(_ a: Formula, _ b: Formula) -> Formula {
    if case .number = a {
      switch b {
      case .number, .fraction: break
      default: return .infix(.juxtaposed, [a, b])
      }
    }
    if case .infix(.times, let parts) = a { return .infix(.times, parts + [b]) }
    return .infix(.times, [a, b])
  }
  func range(_ from: Expression, _ to: Expression, _ inclusive: Bool) -> Formula {
    .fenced(.curly, [formula(from), .sign(Sign("…", "\\dots")), last(to, inclusive)])
  }
  /// The last element of a range.
  func last(_ to: Expression, _ inclusive: Bool) -> Formula {
    if inclusive { return formula(to) }
    if case .int(let n) = to.kind { return .number(Double(n) - 1) }
    return .infix(.subtract, [formula(to), .number(1)])
  }

  // MARK: Structures

  private func field(_ base: Expression, _ name: String) -> Formula {
    switch name {
    case "T": return .power(formula(base), .name("T"))
    case "value": return formula(base)
    case "uniform": return .apply(.sign(Sign("𝒰", "\\mathcal{U}")), [formula(base)])
    default: break
    }
    let inner = formula(base)
    switch inner {
    case .name(let base): return .code("\(base).\(name)")
    case .code(let base): return .code("\(base).\(name)")
    case .word(let base): return .code("\(base).\(name)")
    default: return .apply(.word(name), [inner])
    }
  }

  private func indexed(_ base: Expression, _ items: [IndexItem]) -> Formula {
    let inner = formula(base)
    if isSpace(base) {
      // `Linf(0.1)[64]`: the set in that space.
      let extents = items.compactMap { item -> Formula? in if case .at(let e) = item { formula(e) } else { nil } }
      return .power(inner, extents.count == 1 ? extents[0] : .infix(.product, extents))
    }
    let parts = items.map { item -> Formula in
      switch item {
      case .at(let e): return formula(e)
      case .rest: return .text("…")
      case .slice(let from, let to, _, let inclusive, _):
        if from == nil, to == nil { return .sign(Sign(":", ":")) }
        let start = from.map { Unicode.text(formula($0)) } ?? ""
        let end = to.map { Unicode.text(inclusive ? formula($0) : last($0, false)) } ?? ""
        return .text("\(start):\(end)".replacing("−", with: "-"))
      }
    }
    return .index(inner, parts)
  }
  /// Whether an expression is a set or a distribution of the library or the script, which brackets give a shape.
  private func isSpace(_ e: Expression) -> Bool {
    switch e.kind {
    case .name(let name): return meanings[name] == nil && (aliases[name] != nil || name.first?.isUppercase == true && name.count > 1 && !name.contains(where: \.isNumber) || ["L1", "L2", "L0"].contains(name))
    case .call(let callee, _): return isSpace(callee)
    case .binary(let op, let a, let b, _): return op == .intersection || op == .union || isSpace(a) || isSpace(b)
    default: return false
    }
  }

  func cases(_ first: [(Formula, Formula?)], _ otherwise: Formula?) -> Formula {
    switch otherwise {
    case .cases(let more): .cases(first + more)
    case let value?: .cases(first + [(value, nil)])
    case nil: .cases(first)
    }
  }
  private func match(_ subject: Expression, _ arms: [MatchArm]) -> Formula {
    let subject = formula(subject)
    return .cases(arms.map { arm in (formula(arm.body), condition(arm.pattern, subject)) })
  }
  private func condition(_ pattern: MatchPattern, _ subject: Formula) -> Formula? {
    switch pattern.kind {
    case .wildcard: nil
    case .bind(let name): .infix(.equal, [.name(name), subject])
    case .constructor(let name, let parts):
      .infix(.equal, [subject, parts.isEmpty ? .word(name) : .apply(.word(name), parts.map(self.term))])
    case .literal(let e): .infix(.equal, [subject, formula(e)])
    case .tuple(let parts): .infix(.equal, [subject, .fenced(.round, parts.map(self.term))])
    case .shape(let parts): .infix(.member, [subject, .power(.sign(Sign("ℝ", "\\mathbb{R}")), .infix(.product, parts.map(self.term)))])
    }
  }
  private func term(_ pattern: MatchPattern) -> Formula {
    switch pattern.kind {
    case .wildcard: .sign(Sign("·", "\\cdot"))
    case .bind(let name): .name(name)
    case .constructor(let name, let parts): parts.isEmpty ? .word(name) : .apply(.word(name), parts.map(term))
    case .literal(let e): formula(e)
    case .tuple(let parts), .shape(let parts): .fenced(.round, parts.map(term))
    }
  }

  /// The value of a block, and what its `let`s name; a block that runs a loop has no formula.
  private func block(_ statements: [Statement], _ e: Expression) -> Formula {
    var definitions: [Formula] = []
    var value: Formula?
    for statement in statements {
      switch statement.kind {
      case .let(let pattern, _, let expression): definitions.append(.infix(.equal, [self.pattern(pattern), formula(expression)]))
      case .draw(let pattern, _, let expression, _):
        definitions.append(.infix(.distributed, [self.pattern(pattern), formula(expression)]))
      case .expression(let expression), .return(let expression?): value = formula(expression)
      case .assert: continue
      case .function(let function): definitions.append(.infix(.equal, [.apply(called(function.name.text), function.parameters.map { self.pattern($0.pattern) }), formula(function.body)]))
      default: return .code(shortSource(e.span))
      }
    }
    guard let value else { return .code(shortSource(e.span)) }
    if definitions.isEmpty { return value }
    if case .with(let inner, let more) = value { return .with(inner, definitions + more) }
    return .with(value, definitions)
  }

  /// An alias with its arguments put in.
  func expanded(_ alias: TemplateDeclaration, _ value: Expression, _ arguments: [Argument]) -> Formula {
    var inner = self
    inner.depth += 1
    inner.meanings = [:]
    var positional = arguments.filter { $0.label == nil }[...]
    for parameter in alias.parameters {
      guard case .name(let name) = parameter.pattern.kind else { continue }
      let given = arguments.first { $0.label?.text == name } ?? positional.popFirst()
      inner.meanings[name] = given.map { formula($0.value) } ?? parameter.defaultValue.map { inner.formula($0) }
    }
    return inner.formula(value)
  }
  /// Whether a call is one of an alias that may be written out here.
  func alias(_ name: String) -> (TemplateDeclaration, Expression)? {
    guard depth < 20, let alias = aliases[name], let value = alias.alias else { return nil }
    return (alias, value)
  }
}

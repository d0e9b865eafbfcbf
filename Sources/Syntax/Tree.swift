import Diagnostics

/// A parsed file: its statements, its tokens (which cover every byte), and what was wrong with it.
public struct Tree: Sendable {
  public let file: FileID
  public let statements: [Statement]
  public let tokens: [Token]
  public let diagnostics: [Diagnostic]
}

/// An identifier in the source.
public struct Name: Hashable, Sendable {
  public let text: String
  public let span: SourceSpan
  public init(_ text: String, _ span: SourceSpan) { (self.text, self.span) = (text, span) }
}

// MARK: Expressions

public struct Expression: Sendable {
  public let kind: Kind
  public let span: SourceSpan
  public init(_ kind: Kind, _ span: SourceSpan) { (self.kind, self.span) = (kind, span) }

  public indirect enum Kind: Sendable {
    case int(Int)
    case real(Double)
    /// `2i`
    case imaginary(Double)
    case bool(Bool)
    case string([StringPart])
    case name(String)
    case tuple([Expression])
    case record([RecordField])
    case array([Expression])
    /// `[body for p in d, q in e if guard]`
    case comprehension(body: Expression, clauses: [BinderClause], guard: Expression?)
    case field(Expression, Name)
    case call(Expression, [Argument])
    case index(Expression, [IndexItem])
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression, operatorSpan: SourceSpan)
    case range(Expression, Expression, inclusive: Bool)
    /// `a within t of b` (`standardErrors` false) and `a within k se of b` (true)
    case within(Expression, tolerance: Expression, of: Expression, standardErrors: Bool)
    case lambda([Parameter], body: Expression)
    /// Statements in braces; the value is that of the last expression statement.
    case block([Statement])
    case conditional(Expression, then: Expression, else: Expression?)
    case match(Expression, [MatchArm])
    case binder(Binder)
    /// `e as T`
    case cast(Expression, TypeExpression)
    /// `m with {seen: n}`
    case with(Expression, [RecordField])
    /// A hole left by a syntax error that has been reported.
    case error
  }
}

public enum StringPart: Sendable {
  case text(String)
  /// `{expression:format}`; the format is the text after the colon, Python's mini-language.
  case interpolation(Expression, format: String?)
}

public struct RecordField: Sendable {
  public let name: Name
  /// `{x}` is `{x: x}`.
  public let value: Expression
  public init(name: Name, value: Expression) { (self.name, self.value) = (name, value) }
}

public struct Argument: Sendable {
  public let label: Name?
  public let value: Expression
  public init(label: Name?, value: Expression) { (self.label, self.value) = (label, value) }
}

public enum IndexItem: Sendable {
  case at(Expression)
  /// `lo..hi`, `lo..=hi`, `:` (both nil), with an optional step `lo..hi..step` or `::step`
  case slice(from: Expression?, to: Expression?, step: Expression?, inclusive: Bool, SourceSpan)
  /// `..`: every axis that the other items leave, whole
  case rest(SourceSpan)
}

public enum UnaryOperator: String, Sendable, CaseIterable { case minus = "-", not = "not" }

public enum BinaryOperator: String, Sendable, CaseIterable {
  case add = "+", subtract = "-", multiply = "*", divide = "/", floorDivide = "//", remainder = "%", matrixProduct = "@"
  case power = "^"
  case intersection = "&", union = "|"
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  case and = "and", or = "or", pipe = "|>"
}

public struct MatchArm: Sendable {
  public let pattern: MatchPattern
  /// A block, or one statement wrapped in a block.
  public let body: Expression
  public init(pattern: MatchPattern, body: Expression) { (self.pattern, self.body) = (pattern, body) }
}

public struct MatchPattern: Sendable {
  public let kind: Kind
  public let span: SourceSpan
  public init(_ kind: Kind, _ span: SourceSpan) { (self.kind, self.span) = (kind, span) }
  public indirect enum Kind: Sendable {
    case wildcard
    /// A bare lower-case name.
    case bind(String)
    /// `Proved`, `Refuted(w)`: a capitalised name with patterns for its contents.
    case constructor(String, [MatchPattern])
    case literal(Expression)
    case tuple([MatchPattern])
    /// `[n, k]`: a shape of that rank, its extents bound.
    case shape([MatchPattern])
  }
}

// MARK: Binders

/// `WORD [(args)] clauses [if guard] { body } [else other] [subject to { … }] [by solver]`
public struct Binder: Sendable {
  public let word: Name
  public let arguments: [Argument]
  public let clauses: [BinderClause]
  public let `guard`: Expression?
  /// A block.
  public let body: Expression
  /// The value where the guard never holds.
  public let otherwise: Expression?
  /// The comparisons of `subject to { }`, one per statement.
  public let constraints: [Expression]
  public let solver: Expression?
  public init(
    word: Name, arguments: [Argument], clauses: [BinderClause], guard: Expression?, body: Expression, otherwise: Expression?,
    constraints: [Expression], solver: Expression?
  ) {
    (self.word, self.arguments, self.clauses, self.guard, self.body) = (word, arguments, clauses, `guard`, body)
    (self.otherwise, self.constraints, self.solver) = (otherwise, constraints, solver)
  }
}

/// `pattern [: type] in D`, `pattern ~ D`, `pattern [in S] from e [at step t]`, `pattern at e`, `pattern from e at t in ts` (flow)
public struct BinderClause: Sendable {
  public enum Domain: Sendable {
    case over(Expression)  // in
    case distributed(Expression)  // ~
    /// `from` a start, optionally constrained to a set (`θ in S from θ0`), optionally with the iteration number bound.
    case from(Expression, within: Expression?, step: Pattern?)
    case at(Expression)
    /// `flow (q, p) from s at t in ts`
    case flow(from: Expression, time: Pattern, times: Expression)
  }
  public let pattern: Pattern
  public let type: TypeExpression?
  public let domain: Domain
  public init(pattern: Pattern, type: TypeExpression?, domain: Domain) {
    (self.pattern, self.type, self.domain) = (pattern, type, domain)
  }
}

/// What a `let`, a parameter of a lambda or a binder binds.
public struct Pattern: Sendable {
  public let kind: Kind
  public let span: SourceSpan
  public init(_ kind: Kind, _ span: SourceSpan) { (self.kind, self.span) = (kind, span) }
  public indirect enum Kind: Sendable {
    case name(String)
    case wildcard
    case tuple([Pattern])
    /// `{x, y}`: fields by name.
    case record([Name])
  }
  /// The names that it binds, in their order.
  public var names: [String] {
    switch kind {
    case .name(let name): [name]
    case .wildcard: []
    case .tuple(let parts): parts.flatMap(\.names)
    case .record(let fields): fields.map(\.text)
    }
  }
}

// MARK: Types

public struct TypeExpression: Sendable {
  public let kind: Kind
  public let span: SourceSpan
  public init(_ kind: Kind, _ span: SourceSpan) { (self.kind, self.span) = (kind, span) }
  public indirect enum Kind: Sendable {
    /// `Real`, `Real[n, 2 * d]`, `Real[.., k]`, `Set[T]`, `Lower[Real]`, `Net(h: 64)`: a name, then bracketed dimensions or types, then arguments.
    case named(Name, [DimensionOrType], arguments: [Argument])
    case tuple([TypeExpression])
    case record([(name: Name, type: TypeExpression)])
    case function([TypeExpression], TypeExpression)
  }
  public enum DimensionOrType: Sendable {
    /// `..`
    case batch(SourceSpan)
    /// A size; a bare name may turn out to be a type, which the checker decides by the head.
    case dimension(Expression)
    /// Something that can only be a type: `(A, B)`, `{x: A}`, `A -> B`, `Real[3]`.
    case type(TypeExpression)
  }
}

// MARK: Statements and declarations

public struct Statement: Sendable {
  public let kind: Kind
  public let span: SourceSpan
  /// The `##` lines directly above, without their marks.
  public let doc: String?
  public init(_ kind: Kind, _ span: SourceSpan, doc: String? = nil) { (self.kind, self.span, self.doc) = (kind, span, doc) }

  public indirect enum Kind: Sendable {
    case `let`(Pattern, TypeExpression?, Expression)
    /// `let z: T ~ D keyed by k`
    case draw(Pattern, TypeExpression?, Expression, key: Expression?)
    case `var`(Name, TypeExpression?, Expression)
    /// `target op= value`; `operation` is nil for `=`. The target is a name, field or index expression.
    case assign(Expression, operation: BinaryOperator?, Expression)
    case `for`(Pattern, in: Expression, body: Expression)
    case `while`(Expression, body: Expression)
    case `return`(Expression?)
    case assert(Expression, message: Expression?)
    case expression(Expression)
    case function(FunctionDeclaration)
    /// `model`, `set`, `dist`, `solver`, `objective`
    case template(TemplateDeclaration)
    /// `type Point = {x: Real, y: Real}`
    case typeAlias(Name, TypeExpression)
    case test(TestDeclaration)
    case use(UseDeclaration)
    case precision(Name)
    case seed(Expression)
    case error
  }
}

public struct Parameter: Sendable {
  public let pattern: Pattern
  public let type: TypeExpression?
  public let defaultValue: Expression?
  public init(pattern: Pattern, type: TypeExpression?, defaultValue: Expression?) {
    (self.pattern, self.type, self.defaultValue) = (pattern, type, defaultValue)
  }
}

/// `fn f(x: Real[n], k: Real = 2) -> Real[n] = body`; `objective` too. `name` is empty for a model's own `fn (x) = …`.
public struct FunctionDeclaration: Sendable {
  public let name: Name
  public let parameters: [Parameter]
  public let result: TypeExpression?
  /// An expression, or a block.
  public let body: Expression
  /// `derivative (x, dx) => …`, and whether it says `unchecked`.
  public let derivative: Expression?
  public let derivativeIsUnchecked: Bool
  public let isObjective: Bool
  public init(
    name: Name, parameters: [Parameter], result: TypeExpression?, body: Expression, derivative: Expression?,
    derivativeIsUnchecked: Bool, isObjective: Bool
  ) {
    (self.name, self.parameters, self.result, self.body) = (name, parameters, result, body)
    (self.derivative, self.derivativeIsUnchecked, self.isObjective) = (derivative, derivativeIsUnchecked, isObjective)
  }
}

/// A declaration with parameters and members, or an alias (`set Bright(eps: Real) = …`).
public struct TemplateDeclaration: Sendable {
  public enum Keyword: String, Sendable, CaseIterable { case model, set, dist, solver }
  public let keyword: Keyword
  public let name: Name
  public let parameters: [Parameter]
  /// The expression of an alias; members are empty then.
  public let alias: Expression?
  public let members: [Member]
  public init(keyword: Keyword, name: Name, parameters: [Parameter], alias: Expression?, members: [Member]) {
    (self.keyword, self.name, self.parameters, self.alias, self.members) = (keyword, name, parameters, alias, members)
  }

  public struct Member: Sendable {
    public let kind: Kind
    public let span: SourceSpan
    public let doc: String?
    public init(_ kind: Kind, _ span: SourceSpan, doc: String?) { (self.kind, self.span, self.doc) = (kind, span, doc) }
    public indirect enum Kind: Sendable {
      /// `fc1: Dense(64, h)`
      case submodel(Name, Expression)
      /// `param W: Real[n] ~ Normal(0, 1)` (`isDraw`) or `param b: Real[n] = 0`
      case param(Name, TypeExpression, initial: Expression, isDraw: Bool)
      case buffer(Name, TypeExpression, initial: Expression)
      /// `let s = …`: a value computed from the parameters, shared by the methods.
      case `let`(Pattern, Expression)
      /// `fn f(…) = …`, or in sets, distributions and solvers also without `fn`: `state(θ) = …`, `maximize(f, S) { … }`
      case method(FunctionDeclaration)
    }
  }
}

public struct TestDeclaration: Sendable {
  public let isClaim: Bool
  public let title: Expression
  /// `for x ~ D` of a property test.
  public let property: [BinderClause]
  public let cite: Expression?
  public let body: Expression
  public let control: (title: Expression?, body: Expression)?
  public init(
    isClaim: Bool, title: Expression, property: [BinderClause], cite: Expression?, body: Expression,
    control: (title: Expression?, body: Expression)?
  ) {
    (self.isClaim, self.title, self.property, self.cite, self.body) = (isClaim, title, property, cite, body)
    self.control = control
  }
}

/// `use nn, data` · `use attacks: pgd, fgsm` · `use "./m.ptb" as mine`
public struct UseDeclaration: Sendable {
  public struct Module: Sendable {
    /// A library module's name, or a path when `isPath`.
    public let name: Name
    public let isPath: Bool
    public let alias: Name?
    /// The names after `:`; nil brings all.
    public let members: [Name]?
    public init(name: Name, isPath: Bool, alias: Name?, members: [Name]?) {
      (self.name, self.isPath, self.alias, self.members) = (name, isPath, alias, members)
    }
  }
  public let modules: [Module]
  public init(modules: [Module]) { self.modules = modules }
}

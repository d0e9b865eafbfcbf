import Diagnostics
import Syntax

/// A function value: the user's, a method, a builtin, or one that a transform made (`grad(f)`).
final class Function {
  typealias Native = (Elaborator, Arguments, SourceSpan) throws -> Value
  enum Body {
    case declared(FunctionDeclaration)
    case lambda([Parameter], Expression)
    case native(Native)
  }
  let name: String
  let body: Body
  /// Where names of the body are looked up; nil for natives.
  let scope: Scope?
  /// Values that a native holds on to (`grad` its function); when a statement ends, they become tensors in place.
  var held: [Value] {
    get { holder.values }
    set { holder.values = newValue }
  }
  private let holder: Held
  let declared: SourceSpan
  /// The names and defaults of a native's parameters.
  let parameters: [NativeParameter]
  /// The key of draws, where it is fixed at creation (`frozen`, the objective of a solver).
  var key: DrawKey?
  /// Works element by element, so that it lifts over vectors of tensors.
  var isElementwise = false
  /// Takes a range `a..b` as an argument: the pair of its ends.
  var takesRanges = false
  let doc: String?

  init(_ declaration: FunctionDeclaration, scope: Scope, doc: String? = nil) {
    (name, body, self.scope, holder, declared) = (declaration.name.text, .declared(declaration), scope, Held([]), declaration.name.span)
    (parameters, self.doc) = ([], doc)
  }
  init(lambda parameters: [Parameter], _ expression: Expression, scope: Scope, span: SourceSpan) {
    (name, body, self.scope, holder, declared) = ("", .lambda(parameters, expression), scope, Held([]), span)
    (self.parameters, doc) = ([], nil)
  }
  init(
    native name: String, _ parameters: [NativeParameter], holds: Held = Held([]), doc: String? = nil, _ body: @escaping Native
  ) {
    (self.name, self.body, scope, holder, declared) = (name, .native(body), nil, holds, .none)
    (self.parameters, self.doc) = (parameters, doc)
  }
}

/// What a native made by another function holds: shared between the native's code and those who look through it.
final class Held {
  var values: [Value]
  init(_ values: [Value]) { self.values = values }
}

/// A parameter of a native function.
struct NativeParameter: ExpressibleByStringLiteral {
  var name: String
  /// An absent argument is `.unit`.
  var isOptional: Bool
  /// Takes all positional arguments that are left.
  var isVariadic: Bool
  /// `x`, `axis?`, `xs…`
  init(stringLiteral text: String) {
    isOptional = text.hasSuffix("?")
    isVariadic = text.hasSuffix("…")
    name = isOptional || isVariadic ? String(text.dropLast()) : text
  }
}

/// The arguments of a call, before they are matched with parameters.
struct Arguments {
  struct Argument {
    var label: Name?
    var value: Value
    var span: SourceSpan
  }
  var list: [Argument]
  init(_ list: [Argument] = []) { self.list = list }
  init(_ values: [Value], _ span: SourceSpan) { list = values.map { Argument(label: nil, value: $0, span: span) } }
  /// Matched to a native's parameters: one value each, `.unit` where an optional one is missing.
  subscript(_ index: Int) -> Value { list[index].value }
  func span(_ index: Int) -> SourceSpan { list[index].span }
  var count: Int { list.count }
}

import Diagnostics
import Ops
import Syntax

/// What an expression means while a script is elaborated: tensors that the run will compute, arranged in structures that are
/// known now. Functions, objects and structures cost nothing at run time; only the tensors at their leaves reach the IR.
indirect enum Value {
  case tensor(TensorValue)
  case text(Text)
  case tuple([Value])
  case record([Field])
  case function(Function)
  /// An instance of a `model`, `set`, `dist` or `solver`.
  case object(Object)
  /// A declaration of one, to be called.
  case template(Template)
  case module(Module)
  /// A bound, an estimate or a verdict: what a binder proved, with its parts.
  case guarded(Guarantee, [Field])
  /// The value of a statement that has none; also the default `none` of optional arguments.
  case unit
  /// What stands for an expression whose error has been reported.
  case poison
}

/// A named part of a record.
struct Field {
  var name: String
  var value: Value
}

/// A set of names that `use` brings.
final class Module {
  let name: String
  let scope: Scope
  init(name: String, scope: Scope) { (self.name, self.scope) = (name, scope) }
}

/// What the answer of a binder says about the true value (section 6 of the language reference).
enum Guarantee: String, CaseIterable {
  case lower = "Lower", upper = "Upper", bounds = "Bounds", estimate = "Estimate", verdict = "Verdict"
  case solution = "Solution"
}

/// A tensor (or scalar) of a known element type and shape.
struct TensorValue {
  enum Source {
    /// A value of a graph under construction.
    case node(Node)
    /// A value that an earlier statement computed.
    case host(Tensor)
    /// A scalar Int that is known now: a number, or a polynomial in sizes.
    case size(Dim)
    /// An expression made only of Int literals: an Int, and a Real where one is wanted.
    case literal(Int)
    /// A truth value that is known now.
    case truth(Bool)
  }
  var type: TensorType
  var source: Source
  /// An Int array of literals, which is a Real array where one is wanted.
  var isLiteralArray = false
  /// The elements of an Int vector that are known now, as sizes (`[2, n]`).
  var sizes: [Dim]?

  init(_ node: Node) { (type, source) = (node.type, .node(node)) }
  init(_ tensor: Tensor) {
    type = TensorType(tensor.dtype, tensor.shape.map { Dim($0) })
    source = .host(tensor)
  }
  init(size: Dim) { (type, source) = (TensorType(.int), .size(size)) }
  init(literal: Int) { (type, source) = (TensorType(.int), .literal(literal)) }
  init(truth: Bool) { (type, source) = (TensorType(.bool), .truth(truth)) }

  var dtype: DType { type.dtype }
  var shape: Shape { type.shape }
  /// The number, where it is a scalar Int known now.
  var size: Dim? {
    switch source {
    case .size(let dim): dim
    case .literal(let value): Dim(value)
    default: nil
    }
  }
  /// The same value, as no literal.
  func typed(_ type: TensorType) -> TensorValue {
    var copy = self
    (copy.type, copy.isLiteralArray) = (type, false)
    return copy
  }
  var truth: Bool? { if case .truth(let value) = source { value } else { nil } }
}

extension Value {
  static func int(_ value: Int) -> Value { .tensor(TensorValue(size: Dim(value))) }
  static func node(_ node: Node) -> Value { .tensor(TensorValue(node)) }
  static func truth(_ value: Bool) -> Value { .tensor(TensorValue(truth: value)) }
  var tensor: TensorValue? { if case .tensor(let t) = self { t } else { nil } }
  var object: Object? { if case .object(let o) = self { o } else { nil } }
  var function: Function? { if case .function(let f) = self { f } else { nil } }
  var isUnit: Bool { if case .unit = self { true } else { false } }
  /// Whether it is code: a function, a solver, or the declaration of one.
  var isCode: Bool {
    switch self {
    case .function, .template: true
    case .object(let object): object.template.keyword == .solver
    default: false
    }
  }
  var isPoison: Bool { if case .poison = self { true } else { false } }

  subscript(field name: String) -> Value? {
    switch self {
    case .record(let fields), .guarded(_, let fields): fields.first { $0.name == name }?.value
    case .object(let object): object.field(name)
    default: nil
    }
  }
}

import Ops

/// A value as it is shown: its structure, and the tensors that a run computed.
public indirect enum ValueView {
  case tensor(Tensor)
  case text(String)
  case tuple([ValueView])
  case record([Part])
  /// A model, with its params, buffers and parts.
  case model(parameters: Int, [Part])
  /// A set, distribution or solver, with its arguments and the type of its elements.
  case instance(of: String, [Part])
  case guarantee(GuaranteeView)
  /// Code, and what has no parts: a line about it.
  case other(String)

  public struct Part {
    public let name: String
    public let type: String
    public let view: ValueView
    public init(name: String, type: String, view: ValueView) { (self.name, self.type, self.view) = (name, type, view) }
  }
}

/// A bound, estimate, verdict or solution.
public struct GuaranteeView {
  public enum Kind { case lower, upper, bounds, estimate, verdict, solution }
  public let kind: Kind
  /// `value`, `lo`, `hi`, `error`, `proved`, `refuted`, `witness`, `bound`, `found`, `point`, … as far as it has them.
  public let parts: [ValueView.Part]
  /// What it rests on: `outward`, `float`, `sampled`, `assuming …`.
  public let basis: String
  /// What its kind and its basis say, in sentences.
  public let meaning: [String]
  /// Of a verdict: whether its solver can prove, can refute, and whether a point satisfies (`exists`) or violates it.
  public let (proves, refutes, exists): (Bool, Bool, Bool)

  public subscript(name: String) -> ValueView? { parts.first { $0.name == name }?.view }
  /// A part that is one number.
  public func number(_ name: String) -> Double? {
    guard case .tensor(let tensor)? = self[name], tensor.count == 1 else { return nil }
    return tensor.double(0)
  }
  /// A part that is one truth value.
  public func truth(_ name: String) -> Bool? { number(name).map { $0 != 0 } }
}

extension ScriptContext {
  /// What a name stands for, and its type; nil if it stands for nothing.
  public func view(of name: String) -> (view: ValueView, type: String)? {
    guard let value = (globals.lookup(name) ?? library.solvers.lookup(name))?.value else { return nil }
    return (elaborator.view(value), value.typeName)
  }
  /// The value of the last expression statement; nil if it had none.
  public var lastView: (view: ValueView, type: String)? {
    lastValue.isUnit ? nil : (elaborator.view(lastValue), lastValue.typeName)
  }
}

extension Elaborator {
  fileprivate func view(_ value: Value) -> ValueView {
    switch value {
    case .tensor(let t): return t.computed.map { .tensor($0) } ?? .other(value.typeName)
    case .text(let text):
      if let constant = text.constant { return .text(constant) }
      if case .tensor(let t)? = text.pieces.count == 1 ? text.template.values.first.map({ Value.tensor($0) }) : nil, let tensor = t.computed { return .tensor(tensor) }
      return .other("String")
    case .tuple(let values): return .tuple(values.map(view))
    case .record(let fields): return .record(fields.map { part($0.name, $0.value) })
    case .object(let object): return view(object, value)
    case .guarded(let kind, let fields): return .guarantee(view(kind, fields))
    case .unit: return .other("nothing")
    case .function, .template, .module, .poison: return .other(value.typeName)
    }
  }
  private func part(_ name: String, _ value: Value) -> ValueView.Part { .init(name: name, type: value.typeName, view: view(value)) }

  private func view(_ object: Object, _ value: Value) -> ValueView {
    if object.template.keyword == .model {
      let count = (value.vectorLeaves ?? []).reduce(0) { $0 + $1.shape.reduce(1) { $0 * ($1.constant ?? 1) } }
      return .model(parameters: count, object.parts.filter { $0.role != .argument && $0.role != .like }.map { part($0.name, $0.value) })
    }
    return .instance(of: object.template.name, object.parts.filter { $0.role == .argument }.map { part($0.name, $0.value) })
  }

  private func view(_ kind: Guarantee, _ fields: [Field]) -> GuaranteeView {
    var parts = fields.filter { !$0.value.isUnit && $0.name != "basis" }.map { part($0.name, $0.value) }
    if kind == .estimate, let se = fields.first(where: { $0.name == "se" })?.value {
      // 1.96 standard errors, computed on this side of the run.
      let error = se.mapLeaves { leaf in
        guard let tensor = leaf.computed, tensor.dtype.isReal else { return leaf }
        return TensorValue(tensor.scaled(by: Elaborator.normalQuantile))
      }
      parts.append(part("error", error))
    }
    func has(_ name: String) -> Bool { fields.contains { $0.name == name } }
    var basis = ""
    if case .text(let text)? = fields.first(where: { $0.name == "basis" })?.value ?? guardedField(kind, fields, "basis") { basis = text.constant ?? "" }
    return GuaranteeView(
      kind: kind.shown, parts: parts, basis: basis, meaning: meaning(of: kind, fields), proves: has("proves"), refutes: has("refutes"),
      exists: has("exists"))
  }
}

extension Guarantee {
  fileprivate var shown: GuaranteeView.Kind {
    switch self {
    case .lower: .lower
    case .upper: .upper
    case .bounds: .bounds
    case .estimate: .estimate
    case .verdict: .verdict
    case .solution: .solution
    }
  }
}

extension TensorValue {
  /// The tensor, after the run that computes it.
  var computed: Tensor? {
    switch source {
    case .host(let tensor): tensor
    case .literal(let n): Tensor(int: n)
    case .truth(let truth): Tensor(bool: truth)
    case .size(let dim): dim.constant.map { Tensor(int: $0) }
    case .node: nil
    }
  }
}

extension Tensor {
  fileprivate func scaled(by factor: Double) -> Tensor {
    let result = Tensor(uninitialized: dtype, shape)
    for k in 0..<count {
      if dtype == .f32 { result.pointer.storeBytes(of: Float(double(k) * factor), toByteOffset: k * 4, as: Float.self) } else {
        result.pointer.storeBytes(of: double(k) * factor, toByteOffset: k * 8, as: Double.self)
      }
    }
    return result
  }
}

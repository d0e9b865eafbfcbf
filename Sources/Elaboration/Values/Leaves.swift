import Diagnostics
import Ops

extension Value {
  /// The tensors at the leaves, in order.
  var leaves: [TensorValue] {
    switch self {
    case .tensor(let t): return [t]
    case .tuple(let values): return values.flatMap(\.leaves)
    case .record(let fields), .guarded(_, let fields): return fields.flatMap(\.value.leaves)
    case .object(let object): return object.parts.filter { !$0.isSetting }.flatMap(\.value.leaves)
    case .text(let text): return text.template.values
    default: return []
    }
  }

  /// The same structure with other leaves, taken in order.
  func replacing(_ leaves: [TensorValue]) -> Value {
    var rest = leaves[...]
    return mapLeaves { _ in rest.removeFirst() }
  }

  func mapLeaves(_ transform: (TensorValue) throws -> TensorValue) rethrows -> Value {
    switch self {
    case .tensor(let t): return .tensor(try transform(t))
    case .tuple(let values): return .tuple(try values.map { try $0.mapLeaves(transform) })
    case .record(let fields): return .record(try fields.map { Field(name: $0.name, value: try $0.value.mapLeaves(transform)) })
    case .guarded(let kind, let fields):
      return .guarded(kind, try fields.map { Field(name: $0.name, value: try $0.value.mapLeaves(transform)) })
    case .object(var object):
      for i in object.parts.indices where !object.parts[i].isSetting {
        object.parts[i].value = try object.parts[i].value.mapLeaves(transform)
      }
      return .object(object)
    case .text(let text):
      return .text(Text(try text.pieces.map { piece in
        guard case .value(let value, let format) = piece else { return piece }
        return .value(try transform(value), format: format)
      }))
    default: return self
    }
  }

  /// The Real (or complex) leaves that make the value a vector: of a model its params, of a record or tuple all.
  /// Nil where the value is no vector.
  var vectorLeaves: [TensorValue]? { coordinates { $0.dtype.isDifferentiable || $0.isFlexible } }
  /// The leaves at a vector's places, whatever their element type: of a comparison of two vectors, truth values.
  var vectorPlaces: [TensorValue]? { coordinates { _ in true } }

  private func coordinates(_ accepts: (TensorValue) -> Bool) -> [TensorValue]? {
    func joined(_ values: [Value]) -> [TensorValue]? {
      var all: [TensorValue] = []
      for value in values {
        guard let leaves = value.coordinates(accepts) else { return nil }
        all += leaves
      }
      return all
    }
    switch self {
    case .tensor(let t): return accepts(t) ? [t] : nil
    case .tuple(let values): return joined(values)
    case .record(let fields): return joined(fields.map(\.value))
    case .object(let object) where object.template.keyword == .model:
      return joined(object.parts.filter { $0.role == .param || $0.role == .submodel }.map(\.value))
    default: return nil
    }
  }

  /// The same vector with other leaves; what is not part of the vector (buffers, settings) stays.
  func replacingVector(_ leaves: [TensorValue]) -> Value {
    var rest = leaves[...]
    return replaceVector(&rest)
  }
  private func replaceVector(_ rest: inout ArraySlice<TensorValue>) -> Value {
    switch self {
    case .tensor: return .tensor(rest.removeFirst())
    case .tuple(let values): return .tuple(values.map { $0.replaceVector(&rest) })
    case .record(let fields): return .record(fields.map { Field(name: $0.name, value: $0.value.replaceVector(&rest)) })
    case .object(var object):
      for i in object.parts.indices where object.parts[i].role == .param || object.parts[i].role == .submodel {
        object.parts[i].value = object.parts[i].value.replaceVector(&rest)
      }
      return .object(object)
    default: return self
    }
  }

  /// Whether the value is a structure (not a single tensor) over which elementwise operations lift leaf by leaf.
  var isStructure: Bool {
    switch self {
    case .tuple, .record: true
    case .object(let object): object.template.keyword == .model
    default: false
    }
  }

  /// Whether two values have the same structure, so that they can be added, stacked or chosen between.
  func matches(_ other: Value) -> Bool {
    switch (self, other) {
    case (.tensor, .tensor), (.unit, .unit): return true
    case (.text(let a), .text(let b)): return a.template.pieces == b.template.pieces && a.template.formats == b.template.formats
    case (.tuple(let a), .tuple(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.matches($1) }
    case (.record(let a), .record(let b)): return Value.match(a, b)
    case (.guarded(let k, let a), .guarded(let l, let b)): return k == l && Value.match(a, b)
    case (.object(let a), .object(let b)):
      return a.template === b.template && a.parts.count == b.parts.count
        && zip(a.parts, b.parts).allSatisfy { $0.name == $1.name && $0.value.matches($1.value) && $0.agrees(with: $1) }
    case (.function(let a), .function(let b)): return a === b
    case (.template(let a), .template(let b)): return a === b
    default: return false
    }
  }
  private static func match(_ a: [Field], _ b: [Field]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.name == $1.name && $0.value.matches($1.value) }
  }
}

extension TensorValue {
  /// An Int made only of literals, which is a Real where a Real is wanted.
  var isFlexible: Bool {
    switch source {
    case .literal: true
    default: isLiteralArray
    }
  }
}

import Ops
import Syntax

extension TensorType {
  /// As the language writes it: `Real[3, n]`, `Int`.
  var spelled: String {
    let name = dtype.isReal ? "Real" : dtype.isComplex ? "Complex" : dtype == .int ? "Int" : "Bool"
    return shape.isEmpty ? name : "\(name)[\(shape.map(\.description).joined(separator: ", "))]"
  }
}

extension Value {
  /// The type of the value, as the language writes it.
  var typeName: String {
    switch self {
    case .tensor(let t): return t.type.spelled
    case .text: return "String"
    case .tuple(let values): return "(\(values.map(\.typeName).joined(separator: ", ")))"
    case .record(let fields): return "{\(fields.map { "\($0.name): \($0.value.typeName)" }.joined(separator: ", "))}"
    case .function(let f): return f.name.isEmpty ? "function" : "function `\(f.name)`"
    case .object(let object):
      let arguments = object.parts.filter { $0.role == .argument }.compactMap { part -> String? in
        part.value.tensor?.size.map { "\(part.name): \($0)" }
      }
      let name = object.template.name + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
      switch object.template.keyword {
      case .model, .solver: return name
      case .set: return "Set[\(object.like?.typeName ?? "..")]"
      case .dist: return "Dist[\(object.like?.typeName ?? "Real")]"
      }
    case .template(let template): return "\(template.keyword.rawValue) `\(template.name)`"
    case .module(let module): return "module `\(module.name)`"
    case .guarded(let kind, let fields):
      let inner = fields.first { ["value", "witness", "point", "lo"].contains($0.name) }?.value.typeName ?? "Real"
      return "\(kind.rawValue)[\(inner)]"
    case .unit: return "nothing"
    case .poison: return "?"
    }
  }
}

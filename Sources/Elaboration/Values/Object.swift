import Diagnostics
import Syntax

/// A declaration of a `model`, `set`, `dist` or `solver`.
final class Template {
  let declaration: TemplateDeclaration
  let scope: Scope
  let doc: String?
  var keyword: TemplateDeclaration.Keyword { declaration.keyword }
  var name: String { declaration.name.text }
  init(_ declaration: TemplateDeclaration, scope: Scope, doc: String?) {
    (self.declaration, self.scope, self.doc) = (declaration, scope, doc)
  }
  func method(_ name: String) -> FunctionDeclaration? {
    for member in declaration.members {
      if case .method(let function) = member.kind, function.name.text == name { return function }
    }
    return nil
  }
  /// The expression of a `let` member.
  func property(_ name: String) -> Expression? {
    for member in declaration.members {
      if case .let(let pattern, let expression) = member.kind, case .name(name) = pattern.kind { return expression }
    }
    return nil
  }
}

/// An instance of a template: a value with named parts, some of which are the vector that a model is.
struct Object {
  enum Role {
    /// An argument of the template.
    case argument
    case param, buffer, submodel
    /// For a set or distribution: an element of the space it lies in, which tells shape and structure.
    case like
  }
  struct Part {
    var name: String
    var role: Role
    var value: Value

    /// An argument that is known now (a size, a switch): part of the object's type, not of its value.
    var isSetting: Bool {
      guard role == .argument, let t = value.tensor else { return false }
      return t.size != nil || t.truth != nil
    }
    /// Settings of one type are equal.
    func agrees(with other: Part) -> Bool {
      !isSetting || (value.tensor?.size == other.value.tensor?.size && value.tensor?.truth == other.value.tensor?.truth)
    }
  }
  let template: Template
  var parts: [Part]

  func field(_ name: String) -> Value? { parts.first { $0.name == name }?.value }
  mutating func set(_ name: String, _ value: Value) {
    if let at = parts.firstIndex(where: { $0.name == name }) { parts[at].value = value }
  }
  /// The element whose shape and structure the set or distribution has, once it is known.
  var like: Value? {
    get { parts.first { $0.role == .like }?.value }
    set {
      parts.removeAll { $0.role == .like }
      if let newValue { parts.append(Part(name: "like", role: .like, value: newValue)) }
    }
  }
}

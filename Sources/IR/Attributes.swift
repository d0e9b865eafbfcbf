import Tensors

/// A constant argument of an operation.
public enum Attribute: Hashable, Sendable {
  case int(Int)
  case ints([Int])
  case real(Double)
  case bool(Bool)
  case text(String)
  case texts([String])
  case dtype(DType)
  case dims([Dim])
  /// A constant tensor. Equal only to itself: contents are not compared.
  case tensor(TensorPayload)
}

/// A tensor held by a constant operation; identity is that of its storage.
public struct TensorPayload: Hashable, Sendable {
  public let tensor: Tensor
  public init(_ tensor: Tensor) { self.tensor = tensor }
  public static func == (a: TensorPayload, b: TensorPayload) -> Bool { a.tensor.storage === b.tensor.storage }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(tensor.storage)) }
}

/// The named constant arguments of an operation, few and in a fixed order.
public struct Attributes: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public struct Entry: Hashable, Sendable {
    public var name: String
    public var value: Attribute
  }
  public private(set) var entries: [Entry] = []
  public init() {}
  public init(dictionaryLiteral elements: (String, Attribute)...) {
    entries = elements.map { Entry(name: $0.0, value: $0.1) }
  }
  public subscript(_ name: String) -> Attribute? {
    get { entries.first { $0.name == name }?.value }
    set {
      entries.removeAll { $0.name == name }
      if let newValue { entries.append(Entry(name: name, value: newValue)) }
    }
  }
  // Typed access to attributes that an op's declaration promises: a missing one is a bug in the compiler, not in a script.
  public func int(_ name: String) -> Int { if case .int(let v)? = self[name] { v } else { missing(name) } }
  public func ints(_ name: String) -> [Int] { if case .ints(let v)? = self[name] { v } else { missing(name) } }
  public func real(_ name: String) -> Double { if case .real(let v)? = self[name] { v } else { missing(name) } }
  public func bool(_ name: String) -> Bool { if case .bool(let v)? = self[name] { v } else { missing(name) } }
  public func text(_ name: String) -> String { if case .text(let v)? = self[name] { v } else { missing(name) } }
  public func texts(_ name: String) -> [String] { if case .texts(let v)? = self[name] { v } else { missing(name) } }
  public func dtype(_ name: String) -> DType { if case .dtype(let v)? = self[name] { v } else { missing(name) } }
  public func dims(_ name: String) -> [Dim] { if case .dims(let v)? = self[name] { v } else { missing(name) } }
  public func tensor(_ name: String) -> Tensor { if case .tensor(let v)? = self[name] { v.tensor } else { missing(name) } }
  private func missing(_ name: String) -> Never { fatalError("internal error: attribute `\(name)` is missing or has another type") }
}

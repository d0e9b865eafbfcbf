import Diagnostics

/// A value of one graph: an index into its `types`.
public struct ValueID: Hashable, Sendable {
  public var raw: Int32
  public init(_ raw: Int) { self.raw = Int32(raw) }
  public var index: Int { Int(raw) }
}

/// One application of an op: operands in, results out, closed regions for control flow.
public struct Operation {
  public let decl: OpDecl
  public var operands: [ValueID]
  public var results: [ValueID]
  public var attributes: Attributes
  /// Closed graphs: everything they use comes in by their parameters.
  public var regions: [Graph]
  /// The place in the script that asked for it; run-time errors point here.
  public var origin: SourceSpan
  public init(
    decl: OpDecl, operands: [ValueID], results: [ValueID], attributes: Attributes, regions: [Graph] = [], origin: SourceSpan
  ) {
    (self.decl, self.operands, self.results) = (decl, operands, results)
    (self.attributes, self.regions, self.origin) = (attributes, regions, origin)
  }
}

/// A function in SSA form over tensors. It is closed: its operations use its parameters and each other's results, nothing else.
///
/// Operations stand in an order in which each value is defined before it is used. A finished graph is not changed any more;
/// transforms and passes make new ones.
public final class Graph: @unchecked Sendable {
  public var name: String
  public private(set) var types: [TensorType] = []
  public private(set) var parameters: [ValueID] = []
  public var operations: [Operation] = []
  public var results: [ValueID] = []
  /// Names from the script, for printing.
  public var valueNames: [ValueID: String] = [:]

  public init(name: String = "") { self.name = name }

  public func type(_ id: ValueID) -> TensorType { types[id.index] }
  public func setType(_ id: ValueID, _ type: TensorType) { types[id.index] = type }
  public var valueCount: Int { types.count }
  public var parameterTypes: [TensorType] { parameters.map(type) }
  public var resultTypes: [TensorType] { results.map(type) }

  public func addValue(_ type: TensorType) -> ValueID {
    types.append(type)
    return ValueID(types.count - 1)
  }
  public func addParameter(_ type: TensorType) -> ValueID {
    let id = addValue(type)
    parameters.append(id)
    return id
  }
  /// Keeps the parameters for which `keep` holds; the others must be unused.
  public func filterParameters(_ keep: (Int) -> Bool) {
    parameters = parameters.enumerated().filter { keep($0.offset) }.map(\.element)
  }
}

extension Graph {
  /// Puts parameter `order[k]` in place k.
  public func permuteParameters(_ order: [Int]) { parameters = order.map { parameters[$0] } }
}

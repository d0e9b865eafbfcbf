import Diagnostics

public struct ValueID: Hashable, Sendable { public var raw: Int32; public init(_ raw: Int) { self.raw = Int32(raw) } }
public struct OperationID: Hashable, Sendable { public var raw: Int32; public init(_ raw: Int) { self.raw = Int32(raw) } }
public struct RegionID: Hashable, Sendable { public var raw: Int32; public init(_ raw: Int) { self.raw = Int32(raw) } }

/// One application of an op: operands in, results out, regions for control flow.
public struct Operation {
  public let decl: OpDecl
  public var operands: [ValueID]
  public var results: [ValueID]
  public var attributes: Attributes
  public var regions: [RegionID]
  /// The place in the script that asked for it; run-time errors point here.
  public var origin: SourceSpan
}

/// A block of operations with parameters and results. Operations may use values of enclosing regions.
public struct Region {
  public var parameters: [ValueID] = []
  public var operations: [OperationID] = []
  public var results: [ValueID] = []
}

/// A function in SSA form over tensors: a tree of regions. The root region's parameters are the function's inputs.
///
/// Values, operations and regions are ids into arrays; erased operations leave holes that `Region.operations` no longer lists.
public final class Graph {
  public var name: String
  public private(set) var types: [TensorType] = []
  public private(set) var operations: [Operation] = []
  public private(set) var regions: [Region] = [Region()]
  /// Names from the script, for printing.
  public var valueNames: [ValueID: String] = [:]
  public let root = RegionID(0)

  public init(name: String) { self.name = name }

  public subscript(_ id: OperationID) -> Operation {
    get { operations[Int(id.raw)] }
    _modify { yield &operations[Int(id.raw)] }
  }
  public subscript(_ id: RegionID) -> Region {
    get { regions[Int(id.raw)] }
    _modify { yield &regions[Int(id.raw)] }
  }
  public func type(_ id: ValueID) -> TensorType { types[Int(id.raw)] }
  public func setType(_ id: ValueID, _ type: TensorType) { types[Int(id.raw)] = type }

  public func addValue(_ type: TensorType) -> ValueID {
    types.append(type)
    return ValueID(types.count - 1)
  }
  public func addRegion() -> RegionID {
    regions.append(Region())
    return RegionID(regions.count - 1)
  }
  public func addParameter(_ type: TensorType, to region: RegionID) -> ValueID {
    let id = addValue(type)
    self[region].parameters.append(id)
    return id
  }
  /// Creates an operation without placing it in a region.
  public func addOperation(_ operation: Operation) -> OperationID {
    operations.append(operation)
    return OperationID(operations.count - 1)
  }
}

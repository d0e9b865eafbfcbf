import Diagnostics
import Ops

/// Copies a graph operation by operation, with what a pass puts in the place of some.
struct Rewriter {
  let old: Graph
  let new: Graph
  /// The new value of each old one.
  private var map: [ValueID?]
  /// The operation of the new graph that makes a value; -1 for parameters.
  private var definitions: [Int32] = []

  init(_ old: Graph) {
    self.old = old
    new = Graph(name: old.name)
    map = Array(repeating: nil, count: old.valueCount)
    for parameter in old.parameters { _ = addParameter(like: parameter) }
  }

  @discardableResult
  private mutating func addParameter(like parameter: ValueID) -> ValueID {
    let id = new.addParameter(old.type(parameter))
    definitions.append(-1)
    new.valueNames[id] = old.valueNames[parameter]
    map[parameter.index] = id
    return id
  }

  /// A parameter that the old graph does not have.
  mutating func addParameter(_ type: TensorType, name: String?) -> ValueID {
    let id = new.addParameter(type)
    definitions.append(-1)
    new.valueNames[id] = name
    return id
  }

  subscript(_ id: ValueID) -> ValueID { map[id.index]! }
  func operands(_ ids: [ValueID]) -> [ValueID] { ids.map { map[$0.index]! } }
  func type(_ id: ValueID) -> TensorType { new.type(id) }
  func producer(_ id: ValueID) -> Operation? {
    let index = definitions[id.index]
    return index < 0 ? nil : new.operations[Int(index)]
  }

  mutating func define(_ old: [ValueID], as new: [ValueID]) {
    for (old, new) in zip(old, new) {
      map[old.index] = new
      if let name = self.old.valueNames[old], self.new.valueNames[new] == nil { self.new.valueNames[new] = name }
    }
  }

  /// Appends an operation on values of the new graph.
  mutating func append(
    _ decl: OpDecl, _ operands: [ValueID], _ attributes: Attributes, regions: [Graph] = [], types: [TensorType],
    at origin: SourceSpan
  ) -> [ValueID] {
    let results = types.map { new.addValue($0) }
    let index = Int32(new.operations.count)
    for _ in results { definitions.append(index) }
    new.operations.append(
      Operation(decl: decl, operands: operands, results: results, attributes: attributes, regions: regions, origin: origin))
    return results
  }

  /// Appends an operation whose types follow from its rule; a refusal is a bug of the pass.
  mutating func emit(_ decl: OpDecl, _ operands: [ValueID], _ attributes: Attributes = [:], at origin: SourceSpan) -> ValueID {
    do throws(OpError) {
      let types = try decl.infer(operands.map(new.type), attributes)
      return append(decl, operands, attributes, types: types, at: origin)[0]
    } catch {
      fatalError("internal error: a pass emits \(decl.name)(\(operands.map { "\(new.type($0))" })): \(error.message)")
    }
  }

  mutating func fill(_ value: Attribute, _ type: TensorType, at origin: SourceSpan) -> ValueID {
    append(.fill, [], ["value": value, "dtype": .dtype(type.dtype), "shape": .dims(type.shape)], types: [type], at: origin)[0]
  }

  /// Copies an operation of the old graph and defines its results.
  mutating func copy(_ operation: Operation, regions: [Graph]? = nil) {
    let results = append(
      operation.decl, operands(operation.operands), operation.attributes, regions: regions ?? operation.regions,
      types: operation.results.map(old.type), at: operation.origin)
    define(operation.results, as: results)
  }

  /// Appends the operations of a closed graph with these values for its parameters; gives its results.
  mutating func inline(_ graph: Graph, _ arguments: [ValueID]) -> [ValueID] {
    var inner = [ValueID?](repeating: nil, count: graph.valueCount)
    for (parameter, argument) in zip(graph.parameters, arguments) { inner[parameter.index] = argument }
    for operation in graph.operations {
      let results = append(
        operation.decl, operation.operands.map { inner[$0.index]! }, operation.attributes, regions: operation.regions,
        types: operation.results.map(graph.type), at: operation.origin)
      for (old, result) in zip(operation.results, results) {
        inner[old.index] = result
        new.valueNames[result] = graph.valueNames[old]
      }
    }
    return graph.results.map { inner[$0.index]! }
  }

  /// Ends the new graph with the results of the old one.
  func finish() -> Graph {
    new.results = operands(old.results)
    return new
  }
}

import Diagnostics

/// A place that operations are appended to: a graph under construction, perhaps the region of an operation of `parent`.
///
/// A region may use values of enclosing builders: the first use adds a parameter to the region's graph, and `captures` tells
/// which outer values must be passed for these.
public final class Builder {
  public let graph: Graph
  public let parent: Builder?
  public let depth: Int
  /// The script's place that emitted operations are marked with.
  public var origin: SourceSpan
  /// Outer values, in the order of the parameters that stand for them.
  public private(set) var captures: [Node] = []
  private var captured: [CaptureKey: ValueID] = [:]
  private struct CaptureKey: Hashable {
    var builder: ObjectIdentifier
    var id: ValueID
  }

  public init(_ graph: Graph, parent: Builder? = nil, origin: SourceSpan? = nil) {
    (self.graph, self.parent) = (graph, parent)
    depth = (parent?.depth ?? -1) + 1
    self.origin = origin ?? parent?.origin ?? .none
  }
  public convenience init(name: String = "", parent: Builder? = nil) { self.init(Graph(name: name), parent: parent) }

  public func parameter(_ type: TensorType, name: String? = nil) -> Node {
    let id = graph.addParameter(type)
    graph.valueNames[id] = name
    return Node(self, id)
  }

  /// The value as this builder sees it: itself, or the parameter that stands for a value of an enclosing builder.
  public func local(_ node: Node) -> ValueID {
    if node.builder === self { return node.id }
    let key = CaptureKey(builder: ObjectIdentifier(node.builder), id: node.id)
    if let id = captured[key] { return id }
    guard parent != nil else { fatalError("internal error: a value of one graph is used in another that does not enclose it") }
    let id = graph.addParameter(node.type)
    graph.valueNames[id] = node.builder.graph.valueNames[node.id]
    captured[key] = id
    captures.append(node)
    return id
  }

  /// Appends an operation; its shape rule may refuse the operands, which is a user's mistake.
  public func tryEmit(_ decl: OpDecl, _ operands: [Node], _ attributes: Attributes = [:]) throws(OpError) -> [Node] {
    let results = try decl.infer(operands.map(\.type), attributes)
    return place(decl, operands, attributes, regions: [], types: results)
  }

  /// Appends an operation whose operands are known to fit: a refusal is a bug in a rule or a pass.
  @discardableResult
  public func emit(_ decl: OpDecl, _ operands: [Node], _ attributes: Attributes = [:]) -> [Node] {
    do throws(OpError) {
      return try tryEmit(decl, operands, attributes)
    } catch {
      let types = operands.map { "\($0.type)" }.joined(separator: ", ")
      fatalError("internal error: \(decl.name)(\(types)): \(error.message)")
    }
  }

  /// The single result of `emit`.
  public func emit1(_ decl: OpDecl, _ operands: [Node], _ attributes: Attributes = [:]) -> Node {
    emit(decl, operands, attributes)[0]
  }

  /// Appends an operation with regions, or one whose result types the caller knows.
  @discardableResult
  public func place(
    _ decl: OpDecl, _ operands: [Node], _ attributes: Attributes, regions: [Graph], types: [TensorType]
  ) -> [Node] {
    let results = types.map(graph.addValue)
    graph.operations.append(
      Operation(
        decl: decl, operands: operands.map(local), results: results, attributes: attributes, regions: regions, origin: origin))
    return results.map { Node(self, $0) }
  }

  /// Appends a copy of all operations of a closed graph with these values for its parameters; gives its results.
  public func inline(_ graph: Graph, _ arguments: [Node]) -> [Node] {
    var map = [ValueID?](repeating: nil, count: graph.valueCount)
    for (parameter, argument) in zip(graph.parameters, arguments) { map[parameter.index] = local(argument) }
    for operation in graph.operations {
      var copy = operation
      copy.operands = operation.operands.map { map[$0.index] ?? $0 }
      copy.results = operation.results.map { result in
        let id = self.graph.addValue(graph.type(result))
        self.graph.valueNames[id] = graph.valueNames[result]
        map[result.index] = id
        return id
      }
      self.graph.operations.append(copy)
    }
    return graph.results.map { Node(self, map[$0.index] ?? $0) }
  }

  /// Ends the graph with these results.
  public func finish(_ results: [Node]) -> Graph {
    graph.results = results.map(local)
    return graph
  }
}

/// An IR value together with the builder it belongs to.
public struct Node {
  public let builder: Builder
  public let id: ValueID
  public init(_ builder: Builder, _ id: ValueID) { (self.builder, self.id) = (builder, id) }
  public var type: TensorType { builder.graph.type(id) }
  public var dtype: DType { type.dtype }
  public var shape: Shape { type.shape }
  public var rank: Int { type.rank }
}

extension Builder {
  /// Gives regions of one operation the same captures, in one order, after their own parameters; tells which values to pass.
  /// `own[k]` is the number of parameters that region k declared before it captured anything.
  /// `results[k]` are what region k will give, which may be captured too.
  public static func shareCaptures(_ regions: [Builder], own: [Int], results: [[Node]] = []) -> [Node] {
    for (region, nodes) in zip(regions, results) { for node in nodes { _ = region.local(node) } }
    var shared: [Node] = []
    for region in regions {
      for node in region.captures where !shared.contains(where: { $0.builder === node.builder && $0.id == node.id }) {
        shared.append(node)
      }
    }
    for (region, count) in zip(regions, own) {
      let places = shared.map { node in
        let id = region.local(node)
        return region.graph.parameters.firstIndex(of: id) ?? 0
      }
      region.graph.permuteParameters(Array(0..<count) + places)
    }
    return shared
  }
}

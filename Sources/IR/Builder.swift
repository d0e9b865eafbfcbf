import Diagnostics

/// A place in a graph that operations are appended to.
public struct Builder {
  public let graph: Graph
  public let region: RegionID
  /// The script's place that emitted operations are marked with.
  public var origin: SourceSpan

  public init(_ graph: Graph, _ region: RegionID, origin: SourceSpan = .none) {
    (self.graph, self.region, self.origin) = (graph, region, origin)
  }

  /// Appends an operation; its shape rule may refuse the operands, which is a user's mistake.
  public func tryEmit(
    _ decl: OpDecl, _ operands: [ValueID], _ attributes: Attributes = [:]
  ) throws(OpError) -> [Node] {
    let results = try decl.infer(operands.map(graph.type), attributes)
    return place(decl, operands, attributes, regions: [], types: results)
  }

  /// Appends an operation whose operands are known to fit: a refusal is a bug in a rule or a pass.
  public func emit(_ decl: OpDecl, _ operands: [Node], _ attributes: Attributes = [:]) -> [Node] {
    do throws(OpError) {
      return try tryEmit(decl, operands.map(\.id), attributes)
    } catch {
      let types = operands.map { "\($0.type.dtype)\($0.type.shape)" }.joined(separator: ", ")
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
    _ decl: OpDecl, _ operands: [ValueID], _ attributes: Attributes, regions: [RegionID], types: [TensorType]
  ) -> [Node] {
    let results = types.map(graph.addValue)
    let id = graph.addOperation(
      Operation(decl: decl, operands: operands, results: results, attributes: attributes, regions: regions, origin: origin))
    graph[region].operations.append(id)
    return results.map { Node(self, $0) }
  }

  /// A new region of the same graph to build into, with parameters of these types.
  public func subregion(_ parameters: [TensorType]) -> (builder: Builder, parameters: [Node]) {
    let id = graph.addRegion()
    let inner = Builder(graph, id, origin: origin)
    return (inner, parameters.map { Node(inner, graph.addParameter($0, to: id)) })
  }
}

/// An IR value together with the place where things computed from it go.
public struct Node {
  public let b: Builder
  public let id: ValueID
  public init(_ b: Builder, _ id: ValueID) { (self.b, self.id) = (b, id) }
  public var type: TensorType { b.graph.type(id) }
  public var shape: Shape { type.shape }
  public var rank: Int { type.rank }
}

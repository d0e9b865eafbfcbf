import Ops

/// A rewriting of a graph into one that computes the same. Passes make new graphs and leave the old one as it was.
public struct Pass: Sendable {
  public let name: String
  public let run: @Sendable (Graph) -> Graph
  public init(_ name: String, _ run: @escaping @Sendable (Graph) -> Graph) { (self.name, self.run) = (name, run) }

  public static let expand = Pass("expand") { $0.expanded() }
  public static let fold = Pass("fold") { $0.folded() }
  public static let simplify = Pass("simplify") { $0.simplified() }
  public static let eliminateCommon = Pass("cse") { $0.withoutCommonOperations() }
  public static let eliminateDead = Pass("dce") { $0.withoutDeadOperations() }
  public static let hoist = Pass("hoist") { $0.hoisted() }
}

extension Array where Element == Pass {
  /// What is run before a plan is made.
  ///
  /// Dead code goes first, since derivatives leave much of it; folding opens the way to simplification; hoisting comes after
  /// common operations are one, and what it leaves behind is cleared at the end.
  public static let standard: [Pass] = [
    .expand, .eliminateDead, .fold, .simplify, .eliminateCommon, .hoist, .fold, .simplify, .eliminateCommon, .eliminateDead,
  ]

  /// Runs the passes in order. `verifying` checks the graph after each; a problem is a bug of the pass.
  public func run(_ graph: Graph, verifying: Bool = Passes.isDebug) -> Graph {
    var graph = graph
    for pass in self {
      graph = pass.run(graph)
      guard verifying else { continue }
      let problems = graph.allProblems()
      if !problems.isEmpty {
        fatalError("internal error: the pass \(pass.name) broke the graph:\n\(problems.joined(separator: "\n"))\n\(graph.text())")
      }
    }
    return graph
  }
}

public enum Passes {
  /// Whether this is a debug build, in which graphs are verified after each pass.
  public static let isDebug: Bool = {
    var debug = false
    assert({ debug = true; return true }())
    return debug
  }()
}

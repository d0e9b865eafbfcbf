import Elaboration
import IR
import Passes
import Runtime

/// What a binder's answer costs, in words: evaluations of its body, arithmetic, memory.
struct ExplainedCost {
  private(set) var rows: [String] = []

  init(_ answer: Answer) {
    rows += evaluations(answer.evaluations)
    guard let graph = answer.graph else { return }
    guard graph.hasKnownSizes else {
      rows.append(arithmetic(graph.cost))
      return
    }
    // What is run is what the passes leave.
    let final = [Pass].standard.run(graph)
    rows.append(arithmetic(final.cost))
    do throws(RuntimeFailure) { rows.append("\(bytes(try Plan(final).arenaBytes)) of memory besides its inputs") } catch {}
  }

  private func arithmetic(_ cost: Cost) -> String {
    let known = "\(cost.flops) operations"
    if cost.perIteration.isZero { return known }
    return (cost.flops.isZero ? "" : "\(known), and ") + "\(cost.perIteration) for each iteration of a loop whose length the run decides"
  }

  private func evaluations(_ e: Evaluations) -> [String] {
    func listed(_ counts: [Evaluations.Use: Count]) -> String {
      Evaluations.Use.allCases.compactMap { use -> String? in
        guard let count = counts[use], !count.isZero else { return nil }
        return "\(use.verb) \(count.known == 1 ? "once" : count.known == 2 ? "twice" : "\(count) times")"
      }.joined(separator: ", ")
    }
    var rows: [String] = []
    if !e.counts.isEmpty { rows.append("its body is \(listed(e.counts))") }
    if !e.perIteration.isEmpty { rows.append("its body is \(listed(e.perIteration)) in each iteration of a loop whose length the run decides") }
    return rows
  }

  private func bytes(_ n: Int) -> String {
    if n < 10_000 { return "\(n) bytes" }
    if n < 10_000_000 { return "\(n / 1000) kB" }
    return "\(n / 1_000_000) MB"
  }
}

extension Evaluations.Use {
  fileprivate var verb: String {
    switch self {
    case .value: "evaluated"
    case .derivative: "differentiated"
    case .bound: "bounded"
    }
  }
}

extension Graph {
  /// Whether every size in it is a number.
  fileprivate var hasKnownSizes: Bool {
    parameterTypes.allSatisfy { $0.shape.constants != nil }
      && operations.allSatisfy { operation in
        operation.results.allSatisfy { type($0).shape.constants != nil } && operation.regions.allSatisfy(\.hasKnownSizes)
      }
  }
}

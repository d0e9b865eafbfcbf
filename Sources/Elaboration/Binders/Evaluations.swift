import Ops

/// How often a solver evaluates the body of a binder.
public struct Evaluations {
  public enum Use: CaseIterable, Sendable { case value, derivative, bound }
  /// In loops of a known length, and outside of loops.
  public fileprivate(set) var counts: [Use: Count] = [:]
  /// In one iteration of loops whose length only the run tells.
  public fileprivate(set) var perIteration: [Use: Count] = [:]
}

/// Where in a solver's code the elaboration is: how often this place is reached, and what for.
struct Tally {
  var evaluations = Evaluations()
  fileprivate var times = Count(1.0)
  fileprivate var isOpen = false
  fileprivate var use = Evaluations.Use.value
  fileprivate var isOff = false
}

extension Elaborator {
  /// Counts afresh inside a binder, for its own body.
  func tallied<T>(_ body: () throws -> T) rethrows -> T {
    let outer = tally
    defer { tally = outer }
    tally = Tally()
    return try body()
  }
  /// Elaborates what is repeated so many times; nil: as often as the run decides.
  func repeated<T>(_ count: Dim?, _ body: () throws -> T) rethrows -> T {
    let (times, isOpen) = (tally.times, tally.isOpen)
    defer { (tally.times, tally.isOpen) = (times, isOpen) }
    if let count, !count.isDynamic { tally.times = times * Count(count) } else { tally.isOpen = true }
    return try body()
  }
  func used<T>(for use: Evaluations.Use, _ body: () throws -> T) rethrows -> T {
    let outer = tally.use
    defer { tally.use = outer }
    // Of a derivative inside what is bounded, the bound is what is made.
    if outer != .bound { tally.use = use }
    return try body()
  }
  /// Elaborates a body to look at it, not to run it.
  func uncounted<T>(_ body: () throws -> T) rethrows -> T {
    let outer = tally.isOff
    defer { tally.isOff = outer }
    tally.isOff = true
    return try body()
  }
  /// Notes an evaluation of the body of the binder at hand.
  func noteEvaluation() {
    if tally.isOff { return }
    if tally.isOpen {
      tally.evaluations.perIteration[tally.use, default: .zero] += tally.times
    } else {
      tally.evaluations.counts[tally.use, default: .zero] += tally.times
    }
  }
}

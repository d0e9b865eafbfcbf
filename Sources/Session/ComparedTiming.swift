import Diagnostics
import Elaboration
import Passes
import Runtime
import Syntax
import Tensors

/// How long a statement took, beside others that ran in turn with it.
public struct ComparedTiming {
  /// Of the times of this and those of the first statement in the same round.
  public struct Ratio {
    public let median: Double
    public let quartiles: (Double, Double)
    public var text: String {
      func short(_ x: Double) -> String { Digits.significant(x, 3) }
      return "\(short(median)) × the first (\(short(quartiles.0)) … \(short(quartiles.1)))"
    }
  }
  public let median: Double
  public let quartiles: (Double, Double)
  public let count: Int
  /// Nil of the first.
  public let ratio: Ratio?

  init(_ times: [Double], _ first: [Double]?) {
    (median, quartiles, count) = (times.quantile(0.5), (times.quantile(0.25), times.quantile(0.75)), times.count)
    ratio = first.map { first in
      let ratios = zip(times, first).map { $0 / max($1, 1e-12) }
      return Ratio(median: ratios.quantile(0.5), quartiles: (ratios.quantile(0.25), ratios.quantile(0.75)))
    }
  }
}

extension Session {
  /// Compiles statements and runs them in turn for about a second, at least five rounds. What they bind is forgotten.
  public func compare(_ statements: [Statement]) -> Result<[ComparedTiming], Problems> {
    var plans: [(plan: Plan, inputs: [Tensor])] = []
    let execution = timed
    for statement in statements {
      let compiled = context.elaborate(statement)
      context.rollback()
      switch compiled {
      case .failure(let problems): return .failure(problems)
      case .success(let compiled):
        do throws(RuntimeFailure) {
          let plan = try Plan([Pass].standard.run(compiled.graph), planOptions)
          _ = try plan.run(compiled.inputs, execution)
          plans.append((plan, compiled.inputs))
        } catch { return .failure(Problems([Diagnostic(error, fallback: statement.span)])) }
      }
    }
    var times = plans.map { _ in [Double]() }
    let end = Clock.now() + 1
    while times[0].count < 5 || (Clock.now() < end && times[0].count < 100_000) {
      for (k, item) in plans.enumerated() {
        let before = Clock.now()
        do throws(RuntimeFailure) { _ = try item.plan.run(item.inputs, execution) } catch {
          return .failure(Problems([Diagnostic(error, fallback: statements[k].span)]))
        }
        times[k].append(Clock.now() - before)
      }
    }
    return .success(times.enumerated().map { ComparedTiming($1, $0 == 0 ? nil : times[0]) })
  }
}

extension [Double] {
  /// The element below which a share of them lies.
  fileprivate func quantile(_ share: Double) -> Double { isEmpty ? 0 : sorted()[Swift.min(count - 1, Int(Double(count) * share))] }
}

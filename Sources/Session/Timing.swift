import Diagnostics
import Elaboration
import Passes
import Runtime
import Syntax

#if canImport(Glibc)
  import Glibc
#endif

public enum Clock {
  /// Seconds from some moment on, which no change of the time of day moves.
  public static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// How long a statement takes.
public struct Timing {
  public let first: Double
  public let least: Double
  public let median: Double
  public let isSingle: Bool
}

extension Session {
  /// Compiles a statement once and runs it for about half a second, at least five times.
  public func time(_ statement: Statement) -> Result<Timing, Problems> {
    func now() -> Double { Clock.now() }
    let started = now()
    return context.elaborate(statement).flatMap { compiled in
      do throws(RuntimeFailure) {
        var planning = PlanOptions()
        planning.threads = options.threads
        let plan = try Plan([Pass].standard.run(compiled.graph), planning)
        var execution = ExecutionOptions()
        execution.cancellation = options.cancellation
        _ = context.commit(try plan.run(compiled.inputs, execution))
        let first = now() - started
        var times: [Double] = []
        let end = now() + 0.5
        while times.count < 5 || (now() < end && times.count < 100_000) {
          let before = now()
          _ = try plan.run(compiled.inputs, execution)
          times.append(now() - before)
        }
        times.sort()
        let single = compiled.graph.resultTypes.contains { $0.dtype == .f32 }
        return .success(Timing(first: first, least: times[0], median: times[times.count / 2], isSingle: single))
      } catch {
        context.rollback()
        return .failure(Problems([Diagnostic(error, fallback: statement.span)]))
      }
    }
  }
}

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
  /// Compiles a statement once and runs it for about half a second, at least five times. What it binds is kept, or forgotten.
  public func time(_ statement: Statement, keepsBindings: Bool) -> Result<Timing, Problems> {
    let started = Clock.now()
    return context.elaborate(statement).flatMap { compiled in
      do throws(RuntimeFailure) {
        let plan = try Plan([Pass].standard.run(compiled.graph), planOptions)
        let execution = timed
        let results = try plan.run(compiled.inputs, execution)
        let first = Clock.now() - started
        var times: [Double] = []
        let end = Clock.now() + 0.5
        while times.count < 5 || (Clock.now() < end && times.count < 100_000) {
          let before = Clock.now()
          _ = try plan.run(compiled.inputs, execution)
          times.append(Clock.now() - before)
        }
        times.sort()
        if keepsBindings { _ = context.commit(results) } else { context.rollback() }
        let single = compiled.graph.resultTypes.contains { $0.dtype == .f32 }
        return .success(Timing(first: first, least: times[0], median: times[times.count / 2], isSingle: single))
      } catch {
        context.rollback()
        return .failure(Problems([Diagnostic(error, fallback: statement.span)]))
      }
    }
  }
}

extension Session {
  /// How statements run whose time is taken, again and again: nothing is printed, written or drawn.
  var timed: ExecutionOptions {
    var execution = ExecutionOptions()
    execution.cancellation = options.cancellation
    execution.output = { _ in }
    execution.save = { _, _ in }
    execution.plot = { _, _, _ in }
    return execution
  }
}

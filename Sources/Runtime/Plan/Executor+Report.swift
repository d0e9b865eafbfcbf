import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Seconds on a clock that only goes forward.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Tells how far a loop is, and the loops around it, if it is time for that.
func report(_ loop: LoopEntry, _ p: Program, _ state: inout RunState) {
  guard let progress = state.options.progress else { return }
  state.untilLook -= 1
  if state.untilLook > 0 { return }
  let now = monotonicSeconds()
  let passed = now - state.lastLook
  state.stride = passed < 0.002 ? min(2 * state.stride, 1 << 16) : passed < 0.01 ? state.stride : 1
  (state.untilLook, state.lastLook) = (state.stride, now)
  if now - state.lastReport < state.options.reportInterval { return }
  state.lastReport = now
  var chain: [LoopProgress] = []
  var at = Int(loop.report)
  while at >= 0 {
    let entry = state.reports[at]
    let loop = p.loops[Int(entry.loop)]
    chain.append(
      LoopProgress(
        label: entry.label, done: loop.done, total: loop.isFor ? loop.total : nil, value: entry.value, valueName: entry.monitorName, from: loop.from,
        elapsed: now - loop.began))
    at = Int(entry.parent)
  }
  state.hasReported = true
  progress(chain.reversed())
}

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

/// Tells how far a loop is, if it is time for that.
func report(_ loop: LoopEntry, _ state: inout RunState) {
  guard let progress = state.options.progress else { return }
  let now = monotonicSeconds()
  let isLast = loop.isFor && loop.done == loop.total
  if now - state.lastReport < 0.1 && !isLast { return }
  state.lastReport = now
  let entry = state.reports[Int(loop.report)]
  var value: Double?
  if let address = entry.monitor?.pointee {
    switch entry.dtype {
    case .f32: value = Double(address.load(as: Float.self))
    case .f64: value = address.load(as: Double.self)
    case .int: value = Double(address.load(as: Int.self))
    default: break
    }
  }
  progress(entry.label, loop.done, loop.isFor ? loop.total : nil, value)
}

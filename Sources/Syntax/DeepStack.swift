#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs `work` on a thread with a stack that holds the deepest nesting, also of unoptimised code, and waits for it: whoever
/// parses may have a small stack. Where no thread can be had, it runs on the caller's.
public func withDeepStack<Result>(bytes: Int = 32 << 20, _ work: @escaping () -> Result) -> Result {
  var result: Result?
  // The thread is joined before this frame ends, so the closure may write to it.
  let errand = Unmanaged.passRetained(Errand { result = work() })
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, bytes)
  defer { pthread_attr_destroy(&attributes) }
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let status = pthread_create(
    &thread, &attributes,
    { argument in
      let address: UnsafeMutableRawPointer? = argument
      if let address { Unmanaged<Errand>.fromOpaque(address).takeRetainedValue().work() }
      return nil
    }, errand.toOpaque())
  if status != 0 {
    errand.release()
    return work()
  }
  #if canImport(Darwin)
    if let thread { pthread_join(thread, nil) }
  #else
    pthread_join(thread, nil)
  #endif
  return result ?? work()
}

private final class Errand {
  let work: () -> Void
  init(_ work: @escaping () -> Void) { self.work = work }
}

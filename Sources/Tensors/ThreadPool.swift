import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A persistent pool of threads for data-parallel loops. Chunks are cut by the grain alone and each is done by one thread
/// from its start to its end, so a loop whose chunks are independent gives the same bits for any number of threads.
public final class ThreadPool: @unchecked Sendable {
  /// The pool the runtime shares; as many threads as cores.
  public static let shared = ThreadPool()

  private let lock = Mutex<Void>(())
  private var pool: OpaquePointer
  private var threads: Int

  public init(threads: Int = ThreadPool.coreCount) {
    self.threads = max(threads, 1)
    pool = ptb_pool_create(Int32(self.threads))
  }
  deinit { ptb_pool_destroy(pool) }

  public static var coreCount: Int { max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }

  /// Threads that work on a loop, the caller included. Set it while no loop runs.
  public var threadCount: Int {
    get { lock.withLock { _ in threads } }
    set {
      lock.withLock { _ in
        guard max(newValue, 1) != threads else { return }
        threads = max(newValue, 1)
        ptb_pool_destroy(pool)
        pool = ptb_pool_create(Int32(threads))
      }
    }
  }

  /// Calls `body` with ranges that cover `0 ..< count`, cut at every multiple of `grain` whatever the number of threads.
  /// Runs on the caller alone where there is one chunk only, or from inside another loop. Allocates nothing.
  public func parallelFor(count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let grain = max(grain, 1)
    guard count > grain else {
      if count > 0 { body(0..<count) }
      return
    }
    struct Job {
      let count: Int, grain: Int
      let body: (Range<Int>) -> Void
    }
    withoutActuallyEscaping(body) { body in
      var job = Job(count: count, grain: grain, body: body)
      withUnsafeMutablePointer(to: &job) { job in
        ptb_pool_run(
          pool, Int64((count + grain - 1) / grain),
          { context, chunk in
            let job = context!.assumingMemoryBound(to: Job.self)
            let start = Int(chunk) * job.pointee.grain
            job.pointee.body(start..<min(start + job.pointee.grain, job.pointee.count))
          }, job)
      }
    }
  }
}

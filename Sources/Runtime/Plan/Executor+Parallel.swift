import CKernels
import Synchronization
import Tensors

/// Pools by their number of threads, made when first asked for.
enum Pools {
  private static let made = Mutex<[Int: ThreadPool]>([:])
  static func pool(_ threads: Int) -> ThreadPool? {
    if threads <= 1 { return nil }
    return made.withLock { pools in
      if let pool = pools[threads] { return pool }
      let pool = ThreadPool(threads: threads)
      pools[threads] = pool
      return pool
    }
  }
}

/// Elements of a region that one thread takes at a time.
private let grain = 1 << 14

/// Runs a large region on all threads; gives the fault of the first piece that has one. Elements do not depend on each other, so neither do
/// results on how they are divided.
func runParallel(_ entry: UnsafeMutablePointer<RegionEntry>, _ pool: ThreadPool, _ cancelled: UnsafePointer<Int32>) -> Int64 {
  let first = Mutex<(begin: Int, fault: Int64)>((.max, 0))
  let count = Int(entry.pointee.region.count)
  withUnsafePointer(to: &entry.pointee.region) { region in
    pool.parallelFor(count: count, grain: grain) { range in
      if cancelled.pointee != 0 { return }
      let fault = ptb_run_region(region, entry.pointee.inputs, entry.pointee.outputs, Int64(range.lowerBound), Int64(range.upperBound))
      if fault != 0 { first.withLock { if range.lowerBound < $0.begin { $0 = (range.lowerBound, fault) } } }
    }
  }
  return first.withLock { $0.fault }
}

/// Runs the pieces of a kernel, on all threads if there is a pool; gives the status of the first piece that failed.
func runParallel(_ first: UnsafeMutablePointer<KernelEntry>, _ count: Int, _ pool: ThreadPool?) -> KernelStatus {
  let statuses = Mutex<(piece: Int, status: KernelStatus)>((count, .ok))
  func run(_ range: Range<Int>) {
    for piece in range {
      let entry = first + piece
      let status = withUnsafePointer(to: &entry.pointee.call) { entry.pointee.kernel($0) }
      if status.code != .ok { statuses.withLock { if piece < $0.piece { $0 = (piece, status) } } }
    }
  }
  if let pool { pool.parallelFor(count: count, grain: 1, run) } else { run(0..<count) }
  return statuses.withLock { $0.status }
}

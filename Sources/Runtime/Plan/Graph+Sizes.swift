import Ops

#if canImport(Glibc)
  import Glibc
#endif

extension PlanOptions {
  /// Bytes of memory of this machine: more is not begun with.
  static let machineMemory: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? pages * size : 1 << 44
  }()
}

extension Graph {
  /// Refuses tensors so large that their bytes, or those of many, could not be counted in 64 bits. Whether what is kept fits in memory is
  /// for the plan to tell: much is never kept.
  func refuseUncountable() throws(RuntimeFailure) {
    for operation in operations {
      for result in operation.results {
        let type = type(result)
        guard let count = type.shape.elementCount.constant, count > 1 << 44 else { continue }
        var failure = RuntimeFailure.outOfMemory(count.multipliedReportingOverflow(by: type.dtype.size).overflow ? .max : count * type.dtype.size, limit: nil)
        failure.origin = operation.origin
        throw failure
      }
      for region in operation.regions { try region.refuseUncountable() }
    }
  }
}

import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Large blocks of memory are kept for the next tensor of their size instead of going back to the system: the first touch of a
/// page costs as much as reading it fifty times.
enum LargeBlocks {
  static let smallest = 1 << 20
  private static let keptBytes = 256 << 20
  private struct Cache {
    var blocks: [(pointer: UInt, bytes: Int)] = []
    var bytes = 0
  }
  private static let cache = Mutex(Cache())

  /// Sizes are rounded up, so that nearly equal ones can follow each other.
  private static func rounded(_ bytes: Int) -> Int { (bytes + (1 << 16) - 1) & ~((1 << 16) - 1) }

  static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    let bytes = rounded(bytes)
    let known = cache.withLock { cache -> UInt? in
      guard let k = cache.blocks.lastIndex(where: { $0.bytes == bytes }) else { return nil }
      cache.bytes -= bytes
      return cache.blocks.remove(at: k).pointer
    }
    if let known { return UnsafeMutableRawPointer(bitPattern: known)! }
    // Huge pages, where there are some, are touched 512 times as fast.
    let isHuge = bytes >= 1 << 22
    let pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isHuge ? 1 << 21 : 64)
    #if canImport(Glibc)
      if isHuge { madvise(pointer, bytes, Int32(MADV_HUGEPAGE)) }
    #endif
    return pointer
  }

  static func deallocate(_ pointer: UnsafeMutableRawPointer, _ bytes: Int) {
    let bytes = rounded(bytes)
    var dropped: [UInt] = []
    let isKept = cache.withLock { cache in
      if bytes > keptBytes { return false }
      while cache.bytes + bytes > keptBytes {
        cache.bytes -= cache.blocks[0].bytes
        dropped.append(cache.blocks.removeFirst().pointer)
      }
      cache.blocks.append((UInt(bitPattern: pointer), bytes))
      cache.bytes += bytes
      return true
    }
    if !isKept { pointer.deallocate() }
    for block in dropped { UnsafeMutableRawPointer(bitPattern: block)!.deallocate() }
  }
}

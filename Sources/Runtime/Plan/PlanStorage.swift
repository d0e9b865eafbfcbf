import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Memory that lives as long as a plan: its tables and its arena.
final class PlanStorage {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var destroyers: [() -> Void] = []
  private(set) var arena: UnsafeMutableRawPointer?

  deinit {
    for destroy in destroyers { destroy() }
    for block in blocks { free(block) }
  }

  private func reserve(_ bytes: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, max(alignment, 16), max(bytes, 16)) == 0, let pointer else { return nil }
    blocks.append(pointer)
    return pointer
  }
  private func allocate(_ bytes: Int, alignment: Int) -> UnsafeMutableRawPointer {
    guard let pointer = reserve(bytes, alignment: alignment) else { fatalError("internal error: no memory for the tables of a plan") }
    return pointer
  }

  /// A table with these elements.
  func table<T>(_ elements: [T]) -> UnsafeMutablePointer<T> {
    let pointer = allocate(elements.count * MemoryLayout<T>.stride, alignment: MemoryLayout<T>.alignment)
      .bindMemory(to: T.self, capacity: elements.count)
    pointer.initialize(from: elements, count: elements.count)
    if !_isPOD(T.self) { destroyers.append { pointer.deinitialize(count: elements.count) } }
    return pointer
  }
  func cells(_ count: Int) -> Cell {
    let cells = allocate(count * 8, alignment: 8).bindMemory(to: UnsafeMutableRawPointer?.self, capacity: count)
    cells.initialize(repeating: nil, count: count)
    return cells
  }

  /// Large arenas ask for huge pages, whose first touch is cheap. False if there is no memory for it.
  func makeArena(_ bytes: Int) -> Bool {
    let isLarge = bytes >= 1 << 22
    arena = reserve(bytes, alignment: isLarge ? 1 << 21 : 64)
    if arena == nil { return false }
    #if canImport(Glibc)
      if isLarge { madvise(arena, bytes, Int32(MADV_HUGEPAGE)) }
    #endif
    return true
  }
}

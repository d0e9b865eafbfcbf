/// Hands out parts of a kernel's scratch memory. The layout of a kernel is written once and run twice: with no memory to learn
/// how much it needs, and with it to get the addresses.
struct Workspace {
  private let base: UnsafeMutableRawPointer?
  private(set) var byteCount = 0
  init(_ base: UnsafeMutableRawPointer? = nil) { self.base = base }

  mutating func take<T>(_: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
    let offset = byteCount
    byteCount += (count * MemoryLayout<T>.stride + 63) / 64 * 64
    // While measuring, the address is never read or written.
    let start = base ?? UnsafeMutableRawPointer(bitPattern: 64)!
    return (start + offset).assumingMemoryBound(to: T.self)
  }
}

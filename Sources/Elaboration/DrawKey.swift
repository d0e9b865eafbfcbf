import Ops

/// The key of draws at a place of the program: the fold of the names on the static call path with the indices of the loops
/// around it. Keyed, not streamed: removing one draw moves no other.
struct DrawKey {
  private enum Part {
    case name(UInt64)
    case index(Node)
  }
  private var seed: UInt64
  private var parts: [Part] = []

  init(seed: UInt64) { self.seed = seed }

  func folding(_ name: String, _ occurrence: Int = 0) -> DrawKey {
    var copy = self
    let hash = DrawKey.hash(name, occurrence)
    // Names next to each other fold now; only indices wait for the run.
    if case .name(let last)? = copy.parts.last {
      copy.parts[copy.parts.count - 1] = .name(DrawKey.mix(last ^ hash))
    } else {
      copy.parts.append(.name(hash))
    }
    return copy
  }
  func folding(_ index: Node) -> DrawKey {
    var copy = self
    copy.parts.append(.index(index))
    return copy
  }

  /// The key as a scalar Int of the graph.
  func node(_ builder: Builder) -> Node {
    var node = builder.int(Int(bitPattern: UInt(seed)))
    for part in parts {
      switch part {
      case .name(let hash): node = builder.emit1(.foldKey, [node, builder.int(Int(bitPattern: UInt(hash)))])
      case .index(let index): node = builder.emit1(.foldKey, [node, index])
      }
    }
    return node
  }

  /// FNV-1a over the name, then the occurrence, mixed: fixed for ever, since draws depend on it.
  private static func hash(_ name: String, _ occurrence: Int) -> UInt64 {
    var h: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { h = (h ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return mix(h &+ UInt64(truncatingIfNeeded: occurrence) &* 0x9e37_79b9_7f4a_7c15)
  }
  /// The finaliser of SplitMix64.
  private static func mix(_ x: UInt64) -> UInt64 {
    var z = x
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension Elaborator {
  /// How often `name` was met before in this frame.
  func occurrence(_ name: String) -> Int {
    let count = frames[frames.count - 1].occurrences[name, default: 0]
    frames[frames.count - 1].occurrences[name] = count + 1
    return count
  }
  func withKey<T>(_ inner: DrawKey, _ body: () throws -> T) rethrows -> T {
    let outer = key
    key = inner
    defer { key = outer }
    return try body()
  }
  /// Elaborates with the key folded with a name (made distinct among equal ones of the frame) and perhaps an index.
  func keyed<T>(_ name: String, index: Node? = nil, _ body: () throws -> T) rethrows -> T {
    var inner = key.folding(name, occurrence(name))
    if let index { inner = inner.folding(index) }
    return try withKey(inner, body)
  }
}

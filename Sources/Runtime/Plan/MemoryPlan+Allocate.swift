import Ops

/// The place of each class.
extension MemoryPlan {
  mutating func allocate(_ liveness: Liveness) {
    var requests: [Arena.Request] = []
    /// What becomes of a request's offset: a class, a base's home, or a kernel's scratch.
    enum Use { case class_(Int), home(Int), workspace(Int) }
    var uses: [Use] = []
    func addBase(home: Int = -1) -> Int {
      homes.append(home)
      return homes.count - 1
    }

    // Classes that loops swap, together with those they are swapped with, live as long as any of them.
    var group: [Int: Int] = [:]
    var hulls: [Int: (start: Int, end: Int)] = [:]
    for case .loop(let loop, _, _) in liveness.events {
      for carry in loop.carries where swapped.contains(carry.parameter) {
        let (a, b) = (root(carry.parameter), root(carry.next))
        let target = group[a] ?? group[b] ?? a
        let merged = [group[a], group[b]].compactMap { $0 }
        for (key, value) in group where merged.contains(value) { group[key] = target }
        (group[a], group[b]) = (target, target)
      }
    }
    func hull(_ class_: Int) -> (start: Int, end: Int) {
      let alive = members[class_].filter { $0.start >= 0 || $0.end >= 0 }
      return (alive.map(\.start).min() ?? 0, alive.map(\.end).max() ?? 0)
    }
    for (class_, g) in group {
      let h = hull(class_)
      let old = hulls[g] ?? h
      hulls[g] = (min(old.start, h.start), max(old.end, h.end))
    }

    for value in values.indices where root(value) == value {
      switch values[value].kind {
      case .input(let k):
        let base = inputBase[k] ?? addBase()
        inputBase[k] = base
        places[value] = .base(base)
      case .constant, .stack: break
      case .computed, .row:
        let bytes = values[value].bytes
        if let k = outputs[value] {
          outputBase[k] = addBase()
          places[value] = .base(outputBase[k]!)
        } else if isRow(value) {
          places[value] = .base(addBase())
        } else if bytes > 0 {
          let h = group[value].map { hulls[$0]! } ?? hull(value)
          requests.append(Arena.Request(bytes: bytes, start: h.start, end: h.end))
          if group[value] != nil {
            let base = addBase()
            places[value] = .base(base)
            uses.append(.home(base))
          } else {
            uses.append(.class_(value))
          }
        }
      }
    }
    for case .step(let step, let time) in liveness.events {
      guard case .kernel(let kernel) = step.kind, kernel.workspace > 0 else { continue }
      requests.append(Arena.Request(bytes: kernel.workspace, start: 2 * time - 1, end: 2 * time + 1))
      uses.append(.workspace(time))
    }
    let (offsets, total) = Arena.place(requests, reuse: reuse)
    arenaBytes = total
    for (use, offset) in zip(uses, offsets) {
      switch use {
      case .class_(let value): places[value] = .arena(offset)
      case .home(let base): homes[base] = offset
      case .workspace(let time): workspaces[time] = offset
      }
    }
    for value in values.indices { places[value] = places[root(value)] }
  }
}

/// Lays out buffers that live for a time each, so that those alive at once do not overlap.
enum Arena {
  struct Request {
    var bytes: Int
    var start: Int
    var end: Int
  }

  /// First the small ones, close together, then the large ones. Each takes the smallest gap that is free when it comes to life.
  static func place(_ requests: [Request], reuse: Bool) -> (offsets: [Int], total: Int) {
    var offsets = [Int](repeating: 0, count: requests.count)
    var total = 0
    for (isSmall, granule) in [(true, 16), (false, 64)] {
      var zone = Zone(origin: (total + 63) & ~63)
      var alive: [(end: Int, offset: Int, bytes: Int)] = []
      let order = requests.indices.filter { (requests[$0].bytes <= 64) == isSmall }
        .sorted { (requests[$0].start, -requests[$0].bytes, $0) < (requests[$1].start, -requests[$1].bytes, $1) }
      for k in order {
        let bytes = (requests[k].bytes + granule - 1) & ~(granule - 1)
        if reuse {
          // What ends where this starts may be read in that very step: it must end before.
          while let first = alive.first, first.end <= requests[k].start {
            zone.free(first.offset, first.bytes)
            pop(&alive)
          }
        }
        offsets[k] = zone.take(bytes)
        push(&alive, (requests[k].end, offsets[k], bytes))
      }
      total = zone.end
    }
    return (offsets, total)
  }

  // A heap by the time of death.
  private static func push(_ heap: inout [(end: Int, offset: Int, bytes: Int)], _ item: (end: Int, offset: Int, bytes: Int)) {
    heap.append(item)
    var k = heap.count - 1
    while k > 0, heap[(k - 1) / 2].end > heap[k].end {
      heap.swapAt(k, (k - 1) / 2)
      k = (k - 1) / 2
    }
  }
  private static func pop(_ heap: inout [(end: Int, offset: Int, bytes: Int)]) {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var k = 0
    while true {
      var least = k
      for child in [2 * k + 1, 2 * k + 2] where child < heap.count && heap[child].end < heap[least].end { least = child }
      if least == k { return }
      heap.swapAt(k, least)
      k = least
    }
  }

  /// The free gaps below `end`, sorted by offset and never adjacent.
  private struct Zone {
    var end: Int
    var gaps: [(offset: Int, bytes: Int)] = []
    init(origin: Int) { end = origin }

    mutating func take(_ bytes: Int) -> Int {
      var best: Int?
      for (k, gap) in gaps.enumerated() where gap.bytes >= bytes && gap.bytes < (best.map { gaps[$0].bytes } ?? .max) { best = k }
      if let best {
        let offset = gaps[best].offset
        gaps[best] = (offset + bytes, gaps[best].bytes - bytes)
        if gaps[best].bytes == 0 { gaps.remove(at: best) }
        return offset
      }
      // The last gap may be widened.
      if let last = gaps.last, last.offset + last.bytes == end {
        gaps.removeLast()
        end = last.offset + bytes
        return last.offset
      }
      end += bytes
      return end - bytes
    }

    mutating func free(_ offset: Int, _ bytes: Int) {
      var low = 0
      var high = gaps.count
      while low < high {
        let middle = (low + high) / 2
        if gaps[middle].offset < offset { low = middle + 1 } else { high = middle }
      }
      var merged = (offset: offset, bytes: bytes)
      if low < gaps.count, gaps[low].offset == offset + bytes {
        merged.bytes += gaps[low].bytes
        gaps.remove(at: low)
      }
      if low > 0, gaps[low - 1].offset + gaps[low - 1].bytes == offset {
        gaps[low - 1].bytes += merged.bytes
      } else {
        gaps.insert(merged, at: low)
      }
    }
  }
}

import Diagnostics
import Ops

/// Joins elementwise ops of a block into regions, so that a value between them stays in a register.
///
/// Clusters stand in a total order, and a value is always used in its own cluster or in a later one; so a cluster may take an
/// op in if nothing the op needs comes later, and may itself move later as long as nobody outside has used it. What reads other
/// elements than its own (a view) must come strictly later than what it reads.
struct Fusion {
  private var clusters: [Cluster] = []
  /// The cluster that makes a value, -1 for values of other blocks.
  private var producer: [Int32]
  /// How often each value is read, in all blocks.
  private let uses: [Int32]
  private let values: [PlannedValue]
  private let isEnabled: Bool

  /// Ops in a region, and what it loads: more would not fit the registers that stay in the first cache.
  static let maxNodes = 48
  static let maxLoads = 20
  /// The same for regions of few elements, which need no registers.
  static let maxSmallNodes = 1000
  /// Regions of so few elements are joined even if they have nothing in common: each costs more to start than to run.
  static let smallCount = 64

  private struct Cluster {
    var count: Int
    var members: [Int]
    var order: Int
    /// What it reads from elsewhere.
    var loads: Set<Access>
    var isFusable: Bool
    var consumers: [Consumer] = []
    /// The cluster that this one became a part of, or itself.
    var root: Int
  }
  private struct Consumer {
    var cluster: Int
    var throughView: Bool
  }

  static func run(_ block: Block, values: [PlannedValue], isEnabled: Bool) {
    var uses = [Int32](repeating: 0, count: values.count)
    block.forEachUse { uses[$0] += 1 }
    for (k, value) in values.enumerated() where value.output != nil { uses[k] += 1 }
    var fusion = Fusion(producer: Array(repeating: -1, count: values.count), uses: uses, values: values, isEnabled: isEnabled)
    fusion.fuse(block)
  }

  private init(producer: [Int32], uses: [Int32], values: [PlannedValue], isEnabled: Bool) {
    (self.producer, self.uses, self.values, self.isEnabled) = (producer, uses, values, isEnabled)
  }

  private mutating func fuse(_ block: Block) {
    for step in block.steps { for inner in step.innerBlocks { fuse(inner) } }
    clusters = []
    for k in block.steps.indices { place(k, of: block) }
    let order = clusters.indices.filter { clusters[$0].root == $0 }.sorted { clusters[$0].order < clusters[$1].order }
    var steps: [Step] = []
    steps.reserveCapacity(order.count)
    for index in order {
      let members = clusters[index].members.sorted()
      if clusters[index].isFusable {
        if let step = region(members, block) { steps.append(step) }
      } else {
        steps.append(block.steps[members[0]])
      }
    }
    for step in block.steps { step.forEachResult { producer[$0] = -1 } }
    block.steps = steps
  }

  private mutating func find(_ cluster: Int) -> Int {
    var root = cluster
    while clusters[root].root != root { root = clusters[root].root }
    var at = cluster
    while clusters[at].root != root { (at, clusters[at].root) = (clusters[at].root, root) }
    return root
  }

  /// Later than all clusters so far.
  private var nextOrder: Int { orderCount }
  private var orderCount = 0

  private mutating func newCluster(_ member: Int, count: Int, isFusable: Bool) -> Int {
    clusters.append(
      Cluster(count: count, members: [member], order: orderCount, loads: [], isFusable: isFusable, root: clusters.count))
    orderCount += 1
    return clusters.count - 1
  }

  private mutating func place(_ index: Int, of block: Block) {
    let step = block.steps[index]
    guard case .micro(let micro) = step.kind else {
      let cluster = newCluster(index, count: 0, isFusable: false)
      var used: [Int] = []
      step.forEachUse { used.append($0) }
      for value in used { consume(value, by: cluster, throughView: true) }
      step.forEachResult { producer[$0] = Int32(cluster) }
      return
    }
    let target = isEnabled ? target(micro) : nil
    let cluster: Int
    if let target {
      cluster = target
      clusters[cluster].members.append(index)
    } else {
      cluster = newCluster(index, count: micro.count, isFusable: true)
    }
    for input in micro.inputs where producer[input.value] < 0 || find(Int(producer[input.value])) != cluster {
      clusters[cluster].loads.insert(input)
    }
    for input in micro.inputs { consume(input.value, by: cluster, throughView: !input.isAligned) }
    producer[micro.output] = Int32(cluster)
  }

  private mutating func consume(_ value: Int, by consumer: Int, throughView: Bool) {
    guard producer[value] >= 0 else { return }
    let cluster = find(Int(producer[value]))
    if cluster == consumer { return }
    if let last = clusters[cluster].consumers.last, last.cluster == consumer, last.throughView || !throughView { return }
    clusters[cluster].consumers.append(Consumer(cluster: consumer, throughView: throughView))
  }

  /// The cluster that an op joins, after the clusters of its operands have been joined with it where that is possible.
  private mutating func target(_ micro: MicroStep) -> Int? {
    var candidates: [Int] = []
    // What the op reads elsewhere than at its own element must be complete before it.
    var viewed: [Int] = []
    // The op must come after this order, and at this order at the earliest.
    var (after, from) = (-1, -1)
    for input in micro.inputs where producer[input.value] >= 0 {
      let cluster = find(Int(producer[input.value]))
      if input.isAligned {
        from = max(from, clusters[cluster].order)
        if clusters[cluster].isFusable && clusters[cluster].count == micro.count && !candidates.contains(cluster) {
          candidates.append(cluster)
        }
      } else {
        after = max(after, clusters[cluster].order)
        viewed.append(cluster)
      }
    }
    candidates.removeAll { viewed.contains($0) }
    if micro.count <= Fusion.smallCount {
      // The latest small region of this size, related or not.
      for cluster in clusters.indices.reversed().prefix(8) {
        let c = clusters[cluster]
        if c.root == cluster, c.isFusable, c.count == micro.count, !candidates.contains(cluster), !viewed.contains(cluster) {
          candidates.append(cluster)
          break
        }
      }
    }
    // The latest first: it is the one that others may move to.
    candidates.sort { clusters[$0].order > clusters[$1].order }
    var chosen: Int?
    for candidate in candidates {
      guard hasRoom(candidate, members: 1, loads: micro.inputs.count) else { continue }
      if let into = chosen {
        merge(candidate, into: into)
      } else if clusters[candidate].order > after && clusters[candidate].order >= from {
        chosen = candidate
      } else if clusters[candidate].consumers.isEmpty {
        clusters[candidate].order = orderCount
        orderCount += 1
        chosen = candidate
      }
    }
    return chosen
  }

  private func hasRoom(_ cluster: Int, members: Int, loads: Int) -> Bool {
    let c = clusters[cluster]
    if c.count <= Fusion.smallCount { return c.members.count + members <= Fusion.maxSmallNodes }
    return c.members.count + members <= Fusion.maxNodes && c.loads.count + loads <= Fusion.maxLoads
  }

  /// Moves an earlier cluster into a later one if only that one has used it, element by element.
  private mutating func merge(_ earlier: Int, into later: Int) {
    for k in clusters[earlier].consumers.indices {
      let consumer = clusters[earlier].consumers[k]
      if find(consumer.cluster) != later || consumer.throughView { return }
    }
    guard clusters[earlier].order < clusters[later].order,
      hasRoom(later, members: clusters[earlier].members.count, loads: clusters[earlier].loads.count)
    else { return }
    clusters[later].members += clusters[earlier].members
    clusters[later].loads.formUnion(clusters[earlier].loads)
    clusters[earlier].root = later
  }

  /// The region of some micro steps. Values that only they read are not stored; what is read by nobody is left out.
  private func region(_ members: [Int], _ block: Block) -> Step? {
    var micros: [MicroStep] = []
    var origins: [SourceSpan] = []
    for member in members {
      guard case .micro(let micro) = block.steps[member].kind else { continue }
      micros.append(micro)
      origins.append(block.steps[member].origin)
    }
    var made: [Int: RegionStep.Source] = [:]
    for (k, micro) in micros.enumerated() { made[micro.output] = .node(k) }
    var inside: [Int: Int32] = [:]
    for micro in micros { for input in micro.inputs where made[input.value] != nil { inside[input.value, default: 0] += 1 } }
    // From the last to the first: is the value stored, or needed by something that is?
    var isNeeded = [Bool](repeating: false, count: micros.count)
    var isStored = isNeeded
    for k in micros.indices.reversed() {
      isStored[k] = uses[micros[k].output] > inside[micros[k].output, default: 0]
      if isStored[k] { isNeeded[k] = true }
      guard isNeeded[k] else { continue }
      for input in micros[k].inputs { if case .node(let j)? = made[input.value] { isNeeded[j] = true } }
    }
    var region = RegionStep(count: micros[0].count, loads: [], nodes: [], stores: [])
    var loads: [Access: Int] = [:]
    for (k, micro) in micros.enumerated() where isNeeded[k] {
      let inputs = micro.inputs.map { input in
        if let source = made[input.value] { return source }
        if let known = loads[input] { return RegionStep.Source.load(known) }
        loads[input] = region.loads.count
        region.loads.append(input)
        return .load(region.loads.count - 1)
      }
      if micro.op == Micro.copy {
        made[micro.output] = inputs[0]
      } else {
        made[micro.output] = .node(region.nodes.count)
        region.nodes.append(RegionStep.Node(op: micro.op, type: micro.type, source: micro.source, inputs: inputs, origin: origins[k]))
      }
      if isStored[k] { region.stores.append((made[micro.output]!, micro.output)) }
    }
    if region.stores.isEmpty || region.count == 0 { return nil }
    let last = block.steps[members.last!]
    return Step(kind: .region(region), origin: last.origin, name: micros.count == 1 ? last.name : "region")
  }
}

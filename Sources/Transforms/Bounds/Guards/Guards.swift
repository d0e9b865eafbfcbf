import Ops

/// A body whose branches are bounded under their guards: `where(x > 0, log(x), 0)` becomes `where(x > 0, log(max(x, 0)), 0)`.
///
/// A condition that holds says of the values in it where they lie. In the branch that is taken then, each of these values is replaced
/// by the value cut to that range: the same number wherever the branch is taken, and of the other places nothing is used. So the new
/// body has the values of the old one, and what an enclosure or a relaxation finds for it holds for both. (The backward and forward
/// steps of HC4-revise, Benhamou et al. 1999, once for each guard.) A product with an exact zero, as derivatives have it, counts as a
/// branch too.
final class Guards {
  /// Which values of a branch are cut.
  enum Reach {
    /// All: for intervals.
    case everywhere
    /// Those that decide whether an operation is defined: for linear relaxations, to which a cut is one more kink.
    case partial
  }

  /// What guards tell of an operation that may be undefined, by its first result.
  struct Note {
    /// Where its result is used: of its shape, or one truth value for all places.
    var mask: ValueID?
    /// Whether its operand is never at the end of the domain (0 for a divisor).
    var isInside = false
  }
  /// The notes of a graph and of its regions.
  final class Notes {
    fileprivate(set) var all: [ObjectIdentifier: [ValueID: Note]] = [:]
    func note(_ result: ValueID?, of graph: Graph) -> Note? { result.flatMap { all[ObjectIdentifier(graph)]?[$0] } }
  }

  let b: Builder
  let old: Graph
  let numbering: Numbering
  /// The number of each value: equal ones are the same value.
  let number: [Int]
  let varies: [Bool]
  /// The operation that makes a value, by its index; nil for parameters.
  let producer: [Int?]
  private let reach: Reach
  private let notes: Notes
  /// Whether an operation that a value is made of may be undefined.
  private let hasPartial: [Bool]
  /// What holds in all of this graph.
  private let inherited: Context
  /// Values of the new graph in its main line, as they are and cut.
  private var plain: [Node?]
  private var cut: [Node?]
  private var mine: [ValueID: Note] = [:]
  private var made: [Int: Made] = [:]
  /// The regions of an operation with their own guards, and what they take besides (or instead of) the operands.
  private struct Made {
    var regions: [Graph]
    var kept: [Int]?
    var extras: [Node] = []
  }
  /// How many operations contexts may still add, and how deep they are nested.
  private var budget: Int
  private var level = 0

  /// A graph for which enclosures and relaxations hold that hold for this one. `varies` tells which parameters do.
  static func run(_ graph: Graph, varies: [Bool], _ reach: Reach) -> (graph: Graph, notes: Notes) {
    let notes = Notes()
    guard graph.hasGuards else { return (graph, notes) }
    let numbering = Numbering()
    let parameters = graph.parameters.map { _ in numbering.fresh() }
    return (run(graph, varies: varies, reach, numbering, parameters, Facts(), notes), notes)
  }

  /// `extras` are parameters to add, and `cuts` tells which of them are cut versions of parameters.
  private static func run(
    _ graph: Graph, varies: [Bool], _ reach: Reach, _ numbering: Numbering, _ parameters: [Int], _ facts: Facts, _ notes: Notes,
    extras: [TensorType] = [], cuts: [Int: Int] = [:]
  ) -> Graph {
    let guards = Guards(graph, varies: varies, reach, numbering, parameters, facts, notes)
    let more = extras.map { guards.b.parameter($0) }
    // In a fixed order: neurons are told by their place.
    for (k, extra) in cuts.sorted(by: { $0.key < $1.key }) {
      let id = graph.parameters[k]
      guards.cut[id.index] = guards.clamped(more[extra], id, guards.inherited, nil)
    }
    for (k, operation) in graph.operations.enumerated() {
      guards.b.origin = operation.origin
      guards.emit(operation, at: k)
    }
    let new = guards.b.finish(graph.results.map { guards.version($0, cut: reach == .everywhere) })
    new.dropDead(besides: guards.mine.values.compactMap(\.mask))
    notes.all[ObjectIdentifier(new)] = guards.mine
    return new
  }

  private init(
    _ graph: Graph, varies flags: [Bool], _ reach: Reach, _ numbering: Numbering, _ parameters: [Int], _ facts: Facts, _ notes: Notes
  ) {
    (old, self.reach, self.numbering, self.notes) = (graph, reach, numbering, notes)
    b = Builder(name: graph.name)
    var number = [Int](repeating: 0, count: graph.valueCount)
    var varies = [Bool](repeating: false, count: graph.valueCount)
    var producer = [Int?](repeating: nil, count: graph.valueCount)
    var hasPartial = varies
    for (k, parameter) in graph.parameters.enumerated() {
      (number[parameter.index], varies[parameter.index]) = (parameters[k], flags[k])
    }
    for (k, operation) in graph.operations.enumerated() {
      let numbers = numbering.results(of: operation, operation.operands.map { number[$0.index] })
      let partial = operation.isPartial || operation.operands.contains { hasPartial[$0.index] }
      let flag = operation.operands.contains { varies[$0.index] }
      for (result, n) in zip(operation.results, numbers) {
        (number[result.index], varies[result.index], producer[result.index], hasPartial[result.index]) = (n, flag, k, partial)
      }
    }
    (self.number, self.varies, self.producer, self.hasPartial) = (number, varies, producer, hasPartial)
    inherited = Context(facts, shape: nil)
    budget = 2000 + 40 * graph.operations.count
    plain = [Node?](repeating: nil, count: graph.valueCount)
    cut = plain
    for parameter in graph.parameters { plain[parameter.index] = b.parameter(graph.type(parameter)) }
    for parameter in graph.parameters { cut[parameter.index] = clamped(plain[parameter.index]!, parameter, inherited, nil) }
  }

  private func version(_ id: ValueID, cut isCut: Bool) -> Node { (isCut ? cut : plain)[id.index]! }

  // MARK: The main line

  /// An operation in both versions, where they differ.
  private func emit(_ operation: Operation, at k: Int) {
    let regions = regions(of: operation)
    made[k] = regions
    let isCut = reach == .everywhere || operation.decl.hasDomain
    let first = place(operation, regions, inherited, nil, cut: reach == .everywhere) { self.version(operation.operands[$0], cut: isCut) }
    for (result, node) in zip(operation.results, first) { plain[result.index] = node }
    var second = first
    if !isCut, operation.operands.contains(where: { version($0, cut: true).id != version($0, cut: false).id }) {
      second = place(operation, regions, inherited, nil, cut: true) { self.version(operation.operands[$0], cut: true) }
    }
    for (result, node) in zip(operation.results, second) { cut[result.index] = clamped(node, result, inherited, nil) }
  }

  /// The regions with their own guards, and with what holds of the values that they capture.
  private func regions(of operation: Operation) -> Made {
    func run(_ region: Graph, _ numbers: [Int], _ flags: [Bool], _ facts: Facts) -> Graph {
      Guards.run(region, varies: flags, reach, numbering, numbers, facts, notes)
    }
    func region(_ k: Int, _ operands: [ValueID], _ facts: Facts) -> Graph {
      run(operation.regions[k], operands.map { number[$0.index] }, operands.map { varies[$0.index] }, facts)
    }
    let facts = inherited.facts.everywhere
    var regions = operation.regions
    switch operation.control {
    case .ifThenElse: return branches(operation, facts)
    case .forLoop, .whileLoop:
      let layout = LoopLayout(operation)
      let (_, consts, carries, xs) = layout.operands(operation.operands)
      let known = consts.map { (number[$0.index], varies[$0.index]) }
      let changing = carries.map { _ in (numbering.fresh(), true) }
      let index = layout.isFor ? [(numbering.fresh(), false)] : []
      let all = index + known + changing + xs.map { (numbering.fresh(), varies[$0.index]) }
      regions[layout.isFor ? 0 : 1] = run(layout.body, all.map(\.0), all.map(\.1), facts)
      if !layout.isFor {
        let some = known + carries.map { _ in (numbering.fresh(), true) }
        regions[0] = run(regions[0], some.map(\.0), some.map(\.1), facts)
      }
    case .custom: regions[0] = region(0, operation.operands, facts)
    case .solve: regions[1] = region(1, operation.operands, facts)
    case nil: break
    }
    return Made(regions: regions)
  }

  /// The two regions of an `if`. What they capture is cut for each by what the condition tells.
  private func branches(_ operation: Operation, _ facts: Facts) -> Made {
    let captures = Array(operation.operands.dropFirst())
    let condition = operation.operands[0]
    var extras: [Node] = []
    var (inside, cuts): ([Facts], [[Int: Int]]) = ([], [])
    for holds in [true, false] {
      var known = facts
      learn(condition, holds, .all, &known)
      inside.append(known.everywhere)
      var cut: [Int: Int] = [:]
      if let truth = plain[condition.index] {
        let context = Context(known, shape: nil, depth: 1)
        context.mask = holds ? truth : b.emit1(.not, [truth])
        for (k, capture) in captures.enumerated() {
          let node = refined(capture, context, nil, cut: true)
          if node.id == version(capture, cut: reach == .everywhere).id { continue }
          cut[k] = extras.count
          extras.append(node)
        }
      }
      cuts.append(cut)
    }
    let regions = (0..<2).map { k in
      Guards.run(
        operation.regions[k], varies: captures.map { varies[$0.index] }, reach, numbering, captures.map { number[$0.index] }, inside[k], notes,
        extras: extras.map(\.type), cuts: cuts[k])
    }
    let uses = regions.map { region in Set(region.operations.flatMap(\.operands) + region.results) }
    let count = captures.count + extras.count
    let used = (0..<count).map { j in zip(regions, uses).contains { $1.contains($0.parameters[j]) } }
    for region in regions { region.filterParameters { used[$0] } }
    let kept = [0] + captures.indices.filter { used[$0] }.map { $0 + 1 }
    return Made(regions: regions, kept: kept, extras: extras.indices.filter { used[captures.count + $0] }.map { extras[$0] })
  }

  /// An operation in a context. `view` says how the places of its result stand to those of the context, nil that they do not.
  private func place(
    _ operation: Operation, _ made: Made, _ context: Context, _ view: View?, cut: Bool, _ operand: (Int) -> Node
  ) -> [Node] {
    let operands = (made.kept ?? Array(operation.operands.indices)).map { k -> Node in
      let conditions = self.conditions(of: operation, for: k)
      return conditions.isEmpty ? operand(k) : branch(operation.operands[k], under: conditions, context, view, cut: cut) ?? operand(k)
    }
    var note: Note?
    if operation.isPartial {
      note = Note(isInside: isInside(operation, context, view))
      if let mask = context.mask {
        let isAligned = view == .lanes(Array(0..<mask.rank)) && operation.regions.isEmpty
        note?.mask = (isAligned || mask.rank == 0 ? mask : b.emit1(.anyOf, [mask], ["axes": .ints(Array(0..<mask.rank))])).id
      }
    }
    let nodes = b.place(
      operation.decl, operands + made.extras, operation.attributes, regions: made.regions, types: operation.results.map(old.type))
    for (result, node) in zip(operation.results, nodes) { b.graph.valueNames[node.id] = old.valueNames[result] }
    if let note, note.isInside || note.mask != nil { mine[nodes[0].id] = note }
    return nodes
  }

  // MARK: Branches

  /// Conditions without which the operand is of no consequence for the result.
  private func conditions(of operation: Operation, for k: Int) -> [Condition] {
    if operation.decl === OpDecl.select, k > 0 { return [Condition(value: operation.operands[0], holds: k == 1)] }
    if operation.decl === OpDecl.mul0 { return zeroUnless(operation.operands[1 - k]) }
    return []
  }

  /// A value where conditions hold; nil where they tell nothing.
  private func branch(_ id: ValueID, under conditions: [Condition], _ context: Context, _ view: View?, cut: Bool) -> Node? {
    guard hasPartial[id.index] || cut, budget > 0, context.depth < 8 else { return nil }
    let shape = old.type(id).shape
    let places = View.lanes(Array(0..<shape.count))
    let isAligned = view == places && context.shape == shape
    var facts = isAligned ? context.facts : context.facts.everywhere
    let before = facts
    for condition in conditions { learn(condition.value, condition.holds, places, &facts) }
    if facts == before, !hasPartial[id.index] { return nil }
    let inner = Context(facts, shape: shape, depth: context.depth + 1)
    inner.mask = isAligned ? context.mask : nil
    for condition in conditions {
      guard let c = plain[condition.value.index], c.shape == shape else { continue }
      let truth = condition.holds ? c : b.emit1(.not, [c])
      inner.mask = inner.mask.map { b.emit1(.and, [$0, truth]) } ?? truth
    }
    return refined(id, inner, places, cut: cut)
  }

  /// A value in a context: made of values that are cut there, and cut itself.
  private func refined(_ id: ValueID, _ context: Context, _ view: View?, cut isCut: Bool) -> Node {
    let key = Context.Key(id: id, view: view, isCut: isCut)
    if let known = context.known[key] { return known }
    let usual = version(id, cut: isCut)
    guard let k = producer[id.index], budget > 0, level < 200, isCut || hasPartial[id.index] else {
      let node = isCut ? clamped(usual, id, context, view) : usual
      context.known[key] = node
      return node
    }
    level += 1
    defer { level -= 1 }
    let operation = old.operations[k]
    let cutsInside = isCut || operation.decl.hasDomain
    let saved = b.origin
    b.origin = operation.origin
    defer { b.origin = saved }
    func operand(_ k: Int) -> Node { refined(operation.operands[k], context, operation.view(ofOperand: k, old, view), cut: cutsInside) }
    let isChanged = operation.operands.indices.contains { k in
      let isBranch = !conditions(of: operation, for: k).isEmpty
      return isBranch ? hasPartial[operation.operands[k].index] || isCut : operand(k).id != version(operation.operands[k], cut: cutsInside).id
    }
    var nodes = operation.results.map { version($0, cut: isCut) }
    if isChanged || operation.isPartial {
      budget -= 1
      nodes = place(operation, made[k] ?? Made(regions: operation.regions), context, view, cut: isCut, operand)
    }
    for (result, node) in zip(operation.results, nodes) {
      context.known[Context.Key(id: result, view: view, isCut: isCut)] = isCut ? clamped(node, result, context, view) : node
    }
    return context.known[key] ?? usual
  }

  /// A value cut to where it lies in the context.
  private func clamped(_ node: Node, _ id: ValueID, _ context: Context, _ view: View?) -> Node {
    guard node.dtype.isReal, !context.facts.isEmpty, knownNumber(id) == nil else { return node }
    let fact = context.facts.of(number[id.index], view)
    guard !fact.isEmpty else { return node }
    var x = node
    func fill(_ number: Double, below: Bool) -> Node {
      guard node.dtype == .f32 else { return b.fill(number, like: node) }
      let near = Float(number)
      if below { return b.fill(Double(Double(near) > number ? near.nextDown : near), like: node) }
      return b.fill(Double(Double(near) < number ? near.nextUp : near), like: node)
    }
    if let low = fact.lower { x = b.emit1(.max, [x, fill(low.number, below: true)]) }
    if let high = fact.upper { x = b.emit1(.min, [x, fill(high.number, below: false)]) }
    for limit in fact.lowerValues { if let y = plain[limit.index], y.type == x.type { x = b.emit1(.max, [x, y]) } }
    for limit in fact.upperValues { if let y = plain[limit.index], y.type == x.type { x = b.emit1(.min, [x, y]) } }
    return x
  }

  /// Whether the operand that decides lies in the inside of the operation's domain.
  private func isInside(_ operation: Operation, _ context: Context, _ view: View?) -> Bool {
    guard operation.decl.hasDomain, let first = operation.operands.first, let last = operation.operands.last else { return false }
    let isDivision = operation.decl.dividesByLast
    let decisive = isDivision ? last : first
    let fact = context.facts.of(number[decisive.index], operation.view(ofOperand: isDivision ? operation.operands.count - 1 : 0, old, view))
    func isAbove(_ end: Double) -> Bool { fact.lower.map { $0.number > end || ($0.number == end && $0.isStrict) } ?? false }
    func isBelow(_ end: Double) -> Bool { fact.upper.map { $0.number < end || ($0.number == end && $0.isStrict) } ?? false }
    switch operation.decl {
    case let d where d.dividesByLast: return fact.isNonzero || isAbove(0) || isBelow(0)
    // Of a power of a negative exponent: the base is not 0.
    case let d where d === OpDecl.pow: return isAbove(0) || (fact.isNonzero && (knownNumber(last).map { $0 == $0.rounded() } ?? false)) || isBelow(0)
    case let d where d === OpDecl.log1p: return isAbove(-1)
    case let d where d === OpDecl.atanh || d === OpDecl.erfinv: return isAbove(-1) && isBelow(1)
    default: return isAbove(0)
    }
  }
}

/// What holds where values are used, and what has been made of them there.
final class Context {
  struct Key: Hashable {
    var id: ValueID
    var view: View?
    var isCut: Bool
  }
  let facts: Facts
  /// Of the places that it tells apart; nil for a whole graph.
  let shape: Shape?
  let depth: Int
  /// The places that count, as truth values.
  var mask: Node?
  var known: [Key: Node] = [:]
  init(_ facts: Facts, shape: Shape?, depth: Int = 0) { (self.facts, self.shape, self.depth) = (facts, shape, depth) }
}

extension Graph {
  /// Whether anything in it chooses.
  var hasGuards: Bool {
    operations.contains { operation in
      operation.decl === OpDecl.select || operation.control == .ifThenElse || operation.regions.contains(where: \.hasGuards)
    }
  }

  /// Drops operations that neither results nor these values need.
  fileprivate func dropDead(besides kept: [ValueID]) {
    var needed = Set(results + kept)
    operations = operations.reversed().filter { operation in
      guard operation.results.isEmpty || operation.results.contains(where: needed.contains) else { return false }
      needed.formUnion(operation.operands)
      return true
    }.reversed()
  }
}

import Ops

extension Batcher {
  func batchLoop(_ operation: Operation, _ x: [Lanes]) throws(TransformError) -> [Lanes] {
    let layout = LoopLayout(operation)
    let loop = Marking.batch.loop(operation, layout, x.map { $0.axis != nil })
    let (count, consts, carries, xs) = layout.operands(x)
    let parts = LoopParts(
      consts: consts.map(leading), carries: zip(carries, loop.carries).map { $1 ? full($0) : $0.node },
      xs: xs.map { ($0.axis != nil, stack($0)) })
    if loop.lanesDiffer {
      return layout.isFor ? try ragged(layout, leading(count!).node, parts) : try ragged(operation, layout, parts)
    }
    let body = try region(
      layout.body, batched: layout.bodyFlags(consts.map { $0.axis != nil }, loop.carries, parts.xs.map(\.batched)),
      results: loop.carries + loop.ys)
    let out: (carries: [Node], count: Node?, ys: [Node])
    if layout.isFor {
      let placed = b.placeFor(
        count: count?.node, consts: parts.consts.map(\.node), carries: parts.carries, xs: parts.xs.map(\.node),
        reversed: layout.reversed, length: layout.length, body: body)
      out = (placed.carries, count?.node, placed.ys)
    } else {
      let condition = try region(
        operation.regions[0], batched: consts.map { $0.axis != nil } + loop.carries, results: [false])
      let placed = b.placeWhile(consts: parts.consts.map(\.node), carries: parts.carries, condition: condition, body: body)
      out = (placed.carries, placed.count, placed.ys)
    }
    let lastCarries = zip(out.carries, loop.carries).map { Lanes($0, axis: $1 ? 0 : nil) }
    let stacks = zip(out.ys, loop.ys).map { Lanes($0, axis: $1 ? 1 : nil) }
    return layout.results(lastCarries, count: Lanes(out.count ?? b.int(0), axis: nil), stacks)
  }

  private struct LoopParts {
    let consts: [Lanes]
    let carries: [Node]
    let xs: [(batched: Bool, node: Node)]
  }

  /// Parameters of a region that stand for these values, and for slices of stacks.
  private func parameters(_ values: [Lanes]) -> [Lanes] { values.map { Lanes(b.parameter($0.node.type), axis: $0.axis) } }
  private func slices(_ stacks: [(batched: Bool, node: Node)]) -> [Lanes] {
    stacks.map { Lanes(b.parameter($0.node.type.with(shape: Array($0.node.shape.dropFirst()))), axis: $0.batched ? 0 : nil) }
  }

  /// The body in the lanes that are still running; the others keep their carries, and run along on those of lane `leader`, so
  /// that nothing fails or overflows in them. What they record is never read.
  private func masked(
    _ layout: LoopLayout, index: [Lanes], consts: [Lanes], carries: [Node], xs: [Lanes], running: Node, leader: Node
  ) throws(TransformError) -> (carries: [Node], ys: [Node]) {
    let inputs = carries.map { Lanes(lend($0, of: leader, where: running), axis: 0) }
    let out = try run(layout.body, index + consts + inputs + xs).map(full)
    let next = zip(out[..<layout.carries], carries).map { select(running, $0, $1) }
    return (next, Array(out[layout.carries...]))
  }

  /// A `for` with a number of iterations per lane: as many as the largest.
  private func ragged(_ layout: LoopLayout, _ counts: Node, _ parts: LoopParts) throws(TransformError) -> [Lanes] {
    let most = b.emit1(.maxOf, [counts], ["axes": .ints([0])])
    let leader = b.emit1(.argmax, [counts], ["axis": .int(0)])
    let inner = Batcher(Builder(name: layout.body.name), n)
    let index = inner.b.parameter(TensorType(.int))
    let consts = inner.parameters(parts.consts)
    let limits = inner.b.parameter(counts.type)
    let first = inner.b.parameter(leader.type)
    let carries = parts.carries.map { inner.b.parameter($0.type) }
    let xs = inner.slices(parts.xs)
    let running = inner.b.emit1(.lt, [index.broadcast(to: [n]), limits])
    let next = try inner.masked(
      layout, index: [Lanes(index, axis: nil)], consts: consts, carries: carries, xs: xs, running: running, leader: first)
    let out = b.placeFor(
      count: most, consts: parts.consts.map(\.node) + [counts, leader], carries: parts.carries, xs: parts.xs.map(\.node),
      reversed: layout.reversed, length: .dynamic, body: inner.b.finish(next.carries + next.ys))
    return out.carries.map { Lanes($0, axis: 0) } + out.ys.map { Lanes($0, axis: 1) }
  }

  /// A `while` with a condition per lane: it runs while any lane does, and counts in each.
  private func ragged(_ operation: Operation, _ layout: LoopLayout, _ parts: LoopParts) throws(TransformError) -> [Lanes] {
    let condition = operation.regions[0]
    let started = full(try run(condition, parts.consts + parts.carries.map { Lanes($0, axis: 0) })[0])
    let counts = b.int(0, [n])
    let carries = parts.carries + [started, counts]

    let test = Batcher(Builder(name: condition.name), n)
    _ = test.parameters(parts.consts)
    let seen = carries.map { test.b.parameter($0.type) }
    let go = test.b.finish([test.b.emit1(.anyOf, [seen[layout.carries]], ["axes": .ints([0])])])

    let inner = Batcher(Builder(name: layout.body.name), n)
    let consts = inner.parameters(parts.consts)
    let state = carries.map { inner.b.parameter($0.type) }
    let (values, running, counted) = (Array(state[..<layout.carries]), state[layout.carries], state[layout.carries + 1])
    let next = try inner.masked(
      layout, index: [], consts: consts, carries: values, xs: [], running: running, leader: inner.first(running))
    let goesOn = inner.full(try inner.run(condition, consts + next.carries.map { Lanes($0, axis: 0) })[0])
    let body = inner.b.finish(
      next.carries + [inner.b.emit1(.and, [running, goesOn]), counted + running.convert(.int)] + next.ys)
    let out = b.placeWhile(consts: parts.consts.map(\.node), carries: carries, condition: go, body: body)
    return layout.results(
      out.carries[..<layout.carries].map { Lanes($0, axis: 0) }, count: Lanes(out.carries[layout.carries + 1], axis: 0),
      out.ys.map { Lanes($0, axis: 1) })
  }
}

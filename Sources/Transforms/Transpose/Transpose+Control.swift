import Ops

extension Transposer {
  /// The `if` of the transposed branches.
  func transposeIf(_ operation: Operation, _ x: [Node], _ marks: [Bool], _ given: [Node?]) -> [Node?] {
    let captureMarks = Array(marks.dropFirst())
    let residuals = x.dropFirst().enumerated().filter { !captureMarks[$0.offset] }.map(\.element)
    let cotangents = given.compactMap { $0 }
    let branches = operation.regions.map { region in
      let inner = Builder(name: region.name)
      let values = captureMarks.map(!).scatter(residuals.map { inner.parameter($0.type) })
      let seeds = given.map { $0 != nil }.scatter(cotangents.map { inner.parameter($0.type) })
      let found = Transposer(inner, region, linear: captureMarks, values: values).run(seeds)
      return (builder: inner, found: found)
    }
    let present = branches.map { $0.found.map { $0 != nil } }.reduce(captureMarks.map { _ in false }, ||)
    let captures = Array(x.dropFirst())
    let regions = branches.map { branch in
      branch.builder.finish(Differentiator.materialize(branch.found, like: captures, present, into: branch.builder))
    }
    let out = b.place(
      operation.decl, [x[0]] + residuals + cotangents, operation.attributes, regions: regions,
      types: captures.filter(by: present).map(\.type))
    return [nil] + present.scatter(out)
  }

  /// The `for` in the other direction over the transposed body: it carries the cotangents of the carries, and the sums of those
  /// of the consts; it reads the cotangents of the stacks and records those of the xs.
  func transposeFor(_ layout: LoopLayout, _ x: [Node], _ marks: [Bool], _ given: [Node?]) -> [Node?] {
    let (count, consts, carries, xs) = layout.operands(x)
    let (_, constMarks, _, xMarks) = layout.operands(marks)
    let (givenCarries, _, givenYs) = layout.results(given)
    let fixed = consts.filter(by: constMarks.map(!))
    let sums = consts.filter(by: constMarks)
    let read = xs.filter(by: xMarks.map(!))
    let givenStacks = givenYs.compactMap { $0 }

    let inner = Builder(name: layout.body.name)
    func slice(_ stack: Node) -> Node { inner.parameter(stack.type.with(shape: Array(stack.shape.dropFirst()))) }
    let index = inner.parameter(TensorType(.int))
    let fixedParameters = fixed.map { inner.parameter($0.type) }
    let carryParameters = carries.map { inner.parameter($0.type) }
    let sumParameters = sums.map { inner.parameter($0.type) }
    let readParameters = read.map(slice)
    let seeds = givenYs.map { $0 != nil }.scatter(givenStacks.map(slice))
    let values =
      [index] + constMarks.map(!).scatter(fixedParameters) + carries.map { _ in nil } + xMarks.map(!).scatter(readParameters)
    let linear = layout.bodyFlags(constMarks, carries.map { _ in true }, xMarks)
    let found = Transposer(inner, layout.body, linear: linear, values: values)
      .run(carryParameters + seeds, onto: [nil] + constMarks.scatter(sumParameters))

    let nextSums = found[1..<(1 + consts.count)].compactMap { $0 }
    let foundCarries = found[(1 + consts.count)..<(1 + consts.count + carries.count)]
    let foundXs = Array(found[(1 + consts.count + carries.count)...])
    let nextCarries = zip(foundCarries, carries).map { $0 ?? inner.zeros($1.type) }
    let body = inner.finish(nextCarries + nextSums + foundXs.compactMap { $0 })

    let out = b.placeFor(
      count: count, consts: fixed,
      carries: zip(givenCarries, carries).map { $0 ?? b.zeros($1.type) } + sums.map { b.zeros($0.type) },
      xs: read + givenStacks, reversed: !layout.reversed, length: layout.length, body: body)
    let (carried, summed) = (Array(out.carries[..<carries.count]), Array(out.carries[carries.count...]))
    return (count == nil ? [] : [nil]) + constMarks.scatter(summed) + carried.map { $0 } + foundXs.map { $0 != nil }.scatter(out.ys)
  }
}

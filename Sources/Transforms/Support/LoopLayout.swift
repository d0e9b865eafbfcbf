import Ops

/// How the operands, region parameters and results of a `for` or `while` are grouped.
struct LoopLayout {
  let isFor: Bool
  let hasCount: Bool
  let consts: Int
  let carries: Int
  let xs: Int
  let ys: Int
  let reversed: Bool
  /// The extent of stacks: that of the `for`, or dynamic.
  let length: Dim
  let body: Graph

  init(_ operation: Operation) {
    let attributes = operation.attributes
    isFor = operation.decl === OpDecl.forLoop
    consts = attributes.int("consts")
    carries = attributes.int("carries")
    length = isFor ? attributes.dims("length")[0] : .dynamic
    hasCount = isFor && length.isDynamic
    reversed = isFor && attributes.bool("reversed")
    xs = operation.operands.count - consts - carries - (hasCount ? 1 : 0)
    body = operation.regions[isFor ? 0 : 1]
    ys = body.results.count - carries
  }

  /// Operands by their role.
  func operands<T>(_ all: [T]) -> (count: T?, consts: [T], carries: [T], xs: [T]) {
    let start = hasCount ? 1 : 0
    return (
      hasCount ? all[0] : nil, Array(all[start..<(start + consts)]),
      Array(all[(start + consts)..<(start + consts + carries)]), Array(all[(start + consts + carries)...])
    )
  }

  /// Body flags from those of consts, carries and xs; the index of a `for` is never marked.
  func bodyFlags(_ consts: [Bool], _ carries: [Bool], _ xs: [Bool]) -> [Bool] { (isFor ? [false] : []) + consts + carries + xs }

  /// Results from the last carries and the stacks, with `count` between them for a `while`.
  func results<T>(_ carries: [T], count: T, _ ys: [T]) -> [T] { isFor ? carries + ys : carries + [count] + ys }

  /// Results of the operation by their role.
  func results<T>(_ all: [T]) -> (carries: [T], count: T?, ys: [T]) {
    (Array(all[..<carries]), isFor ? nil : all[carries], Array(all[(carries + (isFor ? 0 : 1))...]))
  }

  /// A region builder with a parameter for each of the body's, by role.
  func bodyBuilder() -> (builder: Builder, index: Node?, consts: [Node], carries: [Node], xs: [Node]) {
    let builder = Builder(name: body.name)
    let all = body.parameterTypes.map { builder.parameter($0) }
    let start = isFor ? 1 : 0
    return (
      builder, isFor ? all[0] : nil, Array(all[start..<(start + consts)]),
      Array(all[(start + consts)..<(start + consts + carries)]), Array(all[(start + consts + carries)...])
    )
  }

  static func forAttributes(consts: Int, carries: Int, reversed: Bool, length: Dim) -> Attributes {
    ["consts": .int(consts), "carries": .int(carries), "reversed": .bool(reversed), "length": .dims([length])]
  }
}

extension TensorType {
  /// The type of a stack of such values.
  func stacked(_ length: Dim) -> TensorType { with(shape: [length] + shape) }
  /// Whether only the run tells its height.
  var isDynamic: Bool { shape.contains { $0.isDynamic } }
}

extension Builder {
  /// Places a `for`; `count` is given exactly where `length` is dynamic. Results: carries, then stacks.
  func placeFor(
    count: Node?, consts: [Node], carries: [Node], xs: [Node], reversed: Bool, length: Dim, body: Graph
  ) -> (carries: [Node], ys: [Node]) {
    let types = body.resultTypes.enumerated().map { $0.offset < carries.count ? $0.element : $0.element.stacked(length) }
    let results = place(
      .forLoop, (count.map { [$0] } ?? []) + consts + carries + xs,
      LoopLayout.forAttributes(consts: consts.count, carries: carries.count, reversed: reversed, length: length),
      regions: [body], types: types)
    return (Array(results[..<carries.count]), Array(results[carries.count...]))
  }

  /// Places a `while`. Results: carries, the number of iterations, then stacks.
  func placeWhile(consts: [Node], carries: [Node], condition: Graph, body: Graph) -> (carries: [Node], count: Node, ys: [Node]) {
    let types = body.resultTypes
    let results = place(
      .whileLoop, consts + carries, ["consts": .int(consts.count), "carries": .int(carries.count)],
      regions: [condition, body],
      types: types[..<carries.count] + [TensorType(.int)] + types[carries.count...].map { $0.stacked(.dynamic) })
    return (Array(results[..<carries.count]), results[carries.count], Array(results[(carries.count + 1)...]))
  }
}

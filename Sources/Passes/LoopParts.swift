import Ops

/// The operands, region parameters and results of a `for` or `while`, by role.
public struct LoopParts {
  public let isFor: Bool
  public let reversed: Bool
  /// The number of iterations of a `for`, dynamic where `count` gives it; dynamic for a `while`.
  public let length: Dim
  public var condition: Graph?
  public var body: Graph
  /// Operands.
  public var count: ValueID?
  public var consts, carries, xs: [ValueID]
  /// Results.
  public var lastCarries, ys: [ValueID]
  public var iterations: ValueID?

  public init(_ operation: Operation) {
    let attributes = operation.attributes
    let (constCount, carryCount) = (attributes.int("consts"), attributes.int("carries"))
    isFor = operation.decl === OpDecl.forLoop
    length = isFor ? attributes.dims("length")[0] : .dynamic
    reversed = isFor && attributes.bool("reversed")
    (condition, body) = isFor ? (nil, operation.regions[0]) : (operation.regions[0], operation.regions[1])
    var operands = operation.operands[...]
    count = isFor && length.isDynamic ? operands.removeFirst() : nil
    consts = Array(operands.prefix(constCount))
    carries = Array(operands.dropFirst(constCount).prefix(carryCount))
    xs = Array(operands.dropFirst(constCount + carryCount))
    lastCarries = Array(operation.results.prefix(carryCount))
    iterations = isFor ? nil : operation.results[carryCount]
    ys = Array(operation.results.dropFirst(carryCount + (isFor ? 0 : 1)))
  }

  // Parameters of the body: (index), consts, carries, xs.
  public var index: ValueID? { isFor ? body.parameters[0] : nil }
  private var start: Int { isFor ? 1 : 0 }
  public var constParameters: ArraySlice<ValueID> { body.parameters[start..<(start + consts.count)] }
  public var carryParameters: ArraySlice<ValueID> { body.parameters[(start + consts.count)..<(start + consts.count + carries.count)] }
  public var xParameters: ArraySlice<ValueID> { body.parameters[(start + consts.count + carries.count)...] }
  public var nextCarries: ArraySlice<ValueID> { body.results[..<carries.count] }
  public var bodyYs: ArraySlice<ValueID> { body.results[carries.count...] }

  public var operands: [ValueID] { (count.map { [$0] } ?? []) + consts + carries + xs }
  public var results: [ValueID] { lastCarries + (iterations.map { [$0] } ?? []) + ys }
  public var regions: [Graph] { (condition.map { [$0] } ?? []) + [body] }

  /// The carry that progress reports show, if the loop reports.
  public static func monitor(_ attributes: Attributes) -> Int? {
    if case .int(let k)? = attributes["monitor"] { k } else { nil }
  }

  /// The attributes of the operation, with the counts of these parts. `kept` are the former numbers of the carries, if some left.
  public func attributes(_ old: Attributes, kept: [Int]? = nil) -> Attributes {
    var ordered = Attributes()
    for entry in old.entries {
      switch entry.name {
      case "consts": ordered["consts"] = .int(consts.count)
      case "carries": ordered["carries"] = .int(carries.count)
      case "monitor":
        let former = LoopParts.monitor(old)
        ordered["monitor"] = kept.flatMap { $0.firstIndex { $0 == former } }.map { .int($0) } ?? entry.value
      default: ordered[entry.name] = entry.value
      }
    }
    return ordered
  }
}

extension Operation {
  public var isLoop: Bool { decl === OpDecl.forLoop || decl === OpDecl.whileLoop }
}

import Ops

extension Graph {
  /// Removes and joins changes of shape, moves them out of the way of arithmetic, and lets `matmul` read its operands transposed.
  ///
  /// Keeps: results bit for bit, but for sums over repeated values, which become products. Needs: transforms to be done
  /// (`stopGradient` disappears), and `Fold` before it for shapes of splats.
  public func simplified() -> Graph {
    var simplifier = Simplifier(rewriter: Rewriter(self))
    for operation in operations { simplifier.simplify(operation) }
    return simplifier.rewriter.finish()
  }
}

struct Simplifier {
  var rewriter: Rewriter

  mutating func simplify(_ operation: Operation) {
    if operation.isLoop { return loop(operation) }
    if !operation.regions.isEmpty { return rewriter.copy(operation, regions: operation.regions.map { $0.simplified() }) }
    if let value = simpler(operation) {
      rewriter.define(operation.results, as: [value])
    } else {
      rewriter.copy(operation)
    }
  }

  private mutating func simpler(_ operation: Operation) -> ValueID? {
    guard operation.results.count == 1, !operation.operands.isEmpty else { return nil }
    let x = rewriter.operands(operation.operands)
    let type = rewriter.old.type(operation.results[0])
    switch ObjectIdentifier(operation.decl) {
    case Names.stopGradient: return x[0]
    case Names.reshape: return reshape(x[0], to: type, operation)
    case Names.transpose: return transpose(x[0], operation.attributes.ints("permutation"), to: type, operation)
    case Names.broadcast: return broadcast(x[0], axes: operation.attributes.ints("axes"), to: type, operation)
    case Names.convert: return rewriter.type(x[0]) == type ? x[0] : nil
    case Names.slice: return rewriter.type(x[0]) == type && operation.attributes.ints("step").allSatisfy { $0 == 1 } ? x[0] : nil
    case Names.concat: return x.count == 1 ? x[0] : nil
    case Names.sum: return sum(x[0], operation.attributes.ints("axes"), to: type, operation)
    case Names.matmul: return matmul(x, operation)
    default: return elementwiseOfRepeated(x, operation, to: type)
    }
  }

  func producer(_ id: ValueID, _ decl: OpDecl) -> Operation? {
    guard let inner = rewriter.producer(id), inner.decl === decl else { return nil }
    return inner
  }

  mutating func reshaped(_ x: ValueID, to type: TensorType, _ operation: Operation) -> ValueID {
    if rewriter.type(x) == type { return x }
    if let inner = producer(x, .reshape) { return reshaped(inner.operands[0], to: type, operation) }
    return rewriter.emit(.reshape, [x], ["shape": .dims(type.shape)], at: operation.origin)
  }

  /// A reshape of a reshape is one; one that changes nothing is none; one of a repeated scalar repeats it further.
  private mutating func reshape(_ x: ValueID, to type: TensorType, _ operation: Operation) -> ValueID? {
    if rewriter.type(x) == type || producer(x, .reshape) != nil { return reshaped(x, to: type, operation) }
    if let inner = producer(x, .broadcast), rewriter.type(inner.operands[0]).isScalar {
      return repeated(inner.operands[0], axes: [], to: type, operation)
    }
    return nil
  }

  /// Transposes join; one that moves only axes of extent 1 is a reshape, which costs nothing.
  private mutating func transpose(_ x: ValueID, _ permutation: [Int], to type: TensorType, _ operation: Operation) -> ValueID? {
    if let inner = producer(x, .transpose) {
      let before = inner.attributes.ints("permutation")
      let joined = permutation.map { before[$0] }
      return transpose(inner.operands[0], joined, to: type, operation)
        ?? rewriter.emit(.transpose, [inner.operands[0]], ["permutation": .ints(joined)], at: operation.origin)
    }
    let source = rewriter.type(x)
    let moving = permutation.filter { !source.shape[$0].isOne }
    if moving == moving.sorted() { return reshaped(x, to: type, operation) }
    if let inner = producer(x, .broadcast), rewriter.type(inner.operands[0]).isScalar {
      return repeated(inner.operands[0], axes: [], to: type, operation)
    }
    return nil
  }

  mutating func repeated(_ x: ValueID, axes: [Int], to type: TensorType, _ operation: Operation) -> ValueID {
    rewriter.emit(.broadcast, [x], ["shape": .dims(type.shape), "axes": .ints(axes)], at: operation.origin)
  }

  /// Broadcasts join; one that only adds axes of extent 1 is a reshape; a single element is repeated as a scalar.
  private mutating func broadcast(_ x: ValueID, axes: [Int], to type: TensorType, _ operation: Operation) -> ValueID? {
    let source = rewriter.type(x)
    if source.shape.elementCount == type.shape.elementCount { return reshaped(x, to: type, operation) }
    if let inner = producer(x, .broadcast) {
      let before = inner.attributes.ints("axes")
      return repeated(inner.operands[0], axes: before.map { axes[$0] }, to: type, operation)
    }
    if !source.isScalar, source.shape.elementCount.isOne {
      return repeated(reshaped(x, to: TensorType(source.dtype), operation), axes: [], to: type, operation)
    }
    return nil
  }

  /// A sum over axes of extent 1 is a reshape; a sum along axes that a broadcast made is a product with their extent.
  private mutating func sum(_ x: ValueID, _ axes: [Int], to type: TensorType, _ operation: Operation) -> ValueID? {
    let source = rewriter.type(x)
    if axes.allSatisfy({ source.shape[$0].isOne }) { return reshaped(x, to: type, operation) }
    guard let inner = producer(x, .broadcast) else { return nil }
    let kept = Set(inner.attributes.ints("axes"))
    guard let n = axes.map({ source.shape[$0] }).elementCount.constant, n > 0, axes.allSatisfy({ !kept.contains($0) }),
      type.dtype.isReal || type.dtype == .int
    else { return nil }
    let remaining = (0..<source.rank).filter { !axes.contains($0) }
    let places = inner.attributes.ints("axes").map { remaining.firstIndex(of: $0)! }
    let value = inner.operands[0]
    let factor = rewriter.fill(type.dtype == .int ? .int(n) : .real(Double(n)), rewriter.type(value), at: operation.origin)
    let product = rewriter.emit(.mul, [value, factor], at: operation.origin)
    return rewriter.type(product) == type ? product : repeated(product, axes: places, to: type, operation)
  }

  /// `matmul` reads either operand with its last axes exchanged.
  private mutating func matmul(_ x: [ValueID], _ operation: Operation) -> ValueID? {
    let batch = operation.attributes.int("batch")
    var operands = x
    var attributes = Attributes()
    var changed = false
    var flags = [operation.attributes.bool("transposeA"), operation.attributes.bool("transposeB")]
    for k in 0..<2 {
      while let inner = producer(operands[k], .transpose),
        inner.attributes.ints("permutation") == Array(0..<batch) + [batch + 1, batch]
      {
        operands[k] = inner.operands[0]
        flags[k].toggle()
        changed = true
      }
    }
    if !changed { return nil }
    for entry in operation.attributes.entries {
      attributes[entry.name] =
        entry.name == "transposeA" ? .bool(flags[0]) : entry.name == "transposeB" ? .bool(flags[1]) : entry.value
    }
    return rewriter.emit(.matmul, operands, attributes, at: operation.origin)
  }

  /// An elementwise op of equally repeated values is done once for each value and repeated afterwards.
  private mutating func elementwiseOfRepeated(_ x: [ValueID], _ operation: Operation, to type: TensorType) -> ValueID? {
    guard case .micro = operation.decl.kernel else { return nil }
    var pattern: (shape: Shape, axes: [Int])?
    for operand in x {
      if let inner = producer(operand, .broadcast) {
        let (shape, axes) = (rewriter.type(inner.operands[0]).shape, inner.attributes.ints("axes"))
        if let pattern, pattern != (shape, axes) { return nil }
        pattern = (shape, axes)
      } else if producer(operand, .fill) == nil {
        return nil
      }
    }
    guard let pattern else { return nil }
    let small = x.map { operand in
      if let inner = producer(operand, .broadcast) { return inner.operands[0] }
      let inner = producer(operand, .fill)!
      return rewriter.fill(
        inner.attributes["value"]!, rewriter.type(operand).with(shape: pattern.shape), at: operation.origin)
    }
    let value = rewriter.emit(operation.decl, small, operation.attributes, at: operation.origin)
    return repeated(value, axes: pattern.axes, to: type, operation)
  }

  private enum Names {
    static let stopGradient = ObjectIdentifier(OpDecl.stopGradient), reshape = ObjectIdentifier(OpDecl.reshape)
    static let transpose = ObjectIdentifier(OpDecl.transpose), broadcast = ObjectIdentifier(OpDecl.broadcast)
    static let convert = ObjectIdentifier(OpDecl.convert), slice = ObjectIdentifier(OpDecl.slice)
    static let concat = ObjectIdentifier(OpDecl.concat), sum = ObjectIdentifier(OpDecl.sum)
    static let matmul = ObjectIdentifier(OpDecl.matmul)
  }
}

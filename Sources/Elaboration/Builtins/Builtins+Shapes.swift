import Diagnostics
import Ops

extension Builtins {
  static func shapes(_ scope: Scope) {
    scope.native("shape", ["x"], "The sizes of a tensor, as a tuple of Ints.") { e, a, _ in
      .tuple(try a.tensor(0, e).shape.map { .tensor(TensorValue(size: $0)) })
    }
    scope.native("len", ["x"], "The length of the leading axis of a tensor or table, or the number of parts of a tuple.") { e, a, span in
      if case .tuple(let values) = a[0] { return .int(values.count) }
      guard let first = a[0].leaves.first?.shape.first else { throw e.fail(.badArgument, "\(a[0].typeName) has no length", at: a.span(0)) }
      return .tensor(TensorValue(size: first))
    }
    scope.native("size", ["x"], "The number of elements of a tensor, or of numbers in a vector.") { e, a, _ in
      guard let leaves = a[0].vectorLeaves ?? (a[0].tensor.map { [$0] }) else { throw e.fail(.notAVector, "\(a[0].typeName) is no vector", at: a.span(0)) }
      return .tensor(TensorValue(size: e.elementCount(leaves)))
    }
    scope.native("rank", ["x"], "The number of dimensions of a tensor.") { e, a, _ in .int(try a.tensor(0, e).type.rank) }
    for (name, value) in [("zeros", 0.0), ("ones", 1.0)] {
      scope.native(name, ["sizes…"], "A tensor of \(name), of the given sizes.") { e, a, span in
        let shape = a.count == 1 ? try a.shape(0, e) : try (0..<a.count).map { try a.size($0, e) }
        return .node(e.builder.fill(value, TensorType(e.real, try e.sizes(shape, span))))
      }
    }
    scope.native("fill", ["value", "shape"], "A tensor with every element `value`.") { e, a, span in
      let t = try a.tensor(0, e)
      return .node((t.isFlexible ? try a.real(0, e) : e.node(t)).broadcast(to: try e.sizes(try a.shape(1, e), span), axes: []))
    }
    scope.native("eye", ["n"], "The identity matrix.") { e, a, span in .node(e.identity(try e.sizes([try a.size(0, e)], span)[0], e.real)) }
    scope.native("arange", ["n"], "0, 1, …, n − 1 as Ints.") { e, a, span in
      .node(iota(try e.sizes([try a.size(0, e)], span), 0, e))
    }
    scope.native("reshape", ["x", "shape"], "The same elements, in row-major order, under another shape; one size may be −1.") { e, a, span in
      let t = try a.tensor(0, e)
      var shape = try a.shape(1, e)
      if let hole = shape.firstIndex(where: { $0.constant == -1 }) {
        let rest = shape.enumerated().filter { $0.offset != hole }.map(\.element).elementCount
        guard let size = t.shape.elementCount.dividedExactly(by: rest) else {
          throw e.fail(.shapesDoNotFit, "\(t.type.spelled) cannot be reshaped so: \(t.shape.elementCount) elements do not divide by \(rest)", at: span)
        }
        shape[hole] = size
      }
      guard shape.elementCount == t.shape.elementCount else {
        throw e.fail(
          .shapesDoNotFit, "\(t.type.spelled) has \(t.shape.elementCount) elements, and this shape has \(shape.elementCount)", at: a.span(1))
      }
      var result = TensorValue(e.node(t).reshape(shape))
      result.isLiteralArray = t.isLiteralArray
      return .tensor(result)
    }
    scope.native("transpose", ["x", "axes?"], "Axes in another order; reversed unless given.") { e, a, span in
      let x = try a.node(0, e)
      let order = a[1].isUnit ? Array((0..<x.rank).reversed()) : try a.shape(1, e).map { try e.axis($0.constant ?? x.rank, rank: x.rank, a.span(1)) }
      guard order.sorted() == Array(0..<x.rank) else { throw e.fail(.badAxis, "`axes` names each axis once", at: a.span(1)) }
      return .node(x.transpose(order))
    }
    scope.native("broadcast_to", ["x", "shape"], "Repeated to a shape by NumPy's rule.") { e, a, span in
      let t = try a.tensor(0, e)
      let shape = try a.shape(1, e)
      guard try e.broadcast(t.shape, shape, a.span(0), a.span(1), span, "broadcast") == shape else {
        throw e.fail(.shapesDoNotFit, "\(t.type.spelled) does not broadcast to this shape", at: span)
      }
      return .node(e.node(t).broadcast(to: shape))
    }
    scope.native("concat", ["xs", "axis?"], "Tensors one after the other along `axis` (the first unless given). `xs` is a tuple or an array.") { e, a, span in
      let values: [Value]
      switch a[0] {
      case .tuple(let items): values = items
      case .tensor(let t) where t.type.rank > 1:
        // The rows of a stack, joined: merge its two leading axes (after bringing `axis` to the front).
        let axis = try e.axis(try a.int(1, e, default: 0), rank: t.type.rank - 1, a.span(1))
        let lead = Array(1..<(axis + 1)) + [0, axis + 1]
        let x = e.node(t).transpose(lead + Array((axis + 2)..<t.type.rank))
        var shape = x.shape
        shape.replaceSubrange(axis...(axis + 1), with: [x.shape[axis] * x.shape[axis + 1]])
        return .node(x.reshape(shape))
      default: throw e.fail(.badArgument, "`concat` joins a tuple of tensors, and this is \(a[0].typeName)", at: a.span(0))
      }
      let tensors = try values.map { value -> TensorValue in
        guard let t = value.tensor else { throw e.fail(.badArgument, "`concat` joins tensors, and one is \(value.typeName)", at: a.span(0)) }
        return t
      }
      let wantsReal = tensors.contains { $0.dtype.isReal }
      let nodes = try tensors.map { wantsReal ? try e.realNode($0, a.span(0)) : e.node($0) }
      guard let first = nodes.first, first.rank > 0 else { throw e.fail(.badArgument, "`concat` joins tensors; `[a, b]` makes one of scalars", at: a.span(0)) }
      let axis = try e.axis(try a.int(1, e, default: 0), rank: first.rank, a.span(1))
      return .tensor(try e.emit1(.concat, nodes, ["axis": .int(axis)], at: span))
    }
    scope.native("pad", ["x", "low", "high", "value?"], "Adds `low[k]` elements before and `high[k]` after axis k.") { e, a, span in
      let x = try a.node(0, e)
      func ints(_ i: Int) throws -> [Int] {
        let numbers = try a.shape(i, e).map { try $0.constant ?? { throw e.sizeNotKnown(a.span(i)) }() }
        return numbers.count == 1 ? Array(repeating: numbers[0], count: x.rank) : numbers
      }
      let low = try ints(1)
      let high = try ints(2)
      guard low.count == x.rank, high.count == x.rank else { throw e.fail(.badArgument, "`pad` needs one number for each axis", at: span) }
      let value = a[3].isUnit ? e.builder.zeros(TensorType(x.dtype)) : x.dtype.isReal ? try a.real(3, e) : try a.node(3, e)
      return .tensor(try e.emit1(.pad, [x, value], ["low": .ints(low), "high": .ints(high), "interior": .ints(low.map { _ in 0 })], at: span))
    }
    scope.native("flip", ["x", "axis?"], "Reversed along `axis` (all axes unless given).") { e, a, span in
      let x = try a.node(0, e)
      return .tensor(try e.emit1(.reverse, [x], ["axes": .ints(try a.axes(1, rank: x.rank, e))], at: span))
    }
    scope.native("roll", ["x", "shift", "axis?"], "Moved by `shift` places along `axis` (the first unless given), cyclically.") { e, a, span in
      let x = try a.node(0, e)
      let axis = try e.axis(try a.int(2, e, default: 0), rank: x.rank, a.span(2))
      let shift = try a.int(1, e)
      guard let n = x.shape[axis].constant else { return .node(x) }
      let k = n == 0 ? 0 : ((shift % n) + n) % n
      if k == 0 { return .node(x) }
      func part(_ from: Int, _ to: Int) -> Node {
        var start = x.shape.map { _ in Dim(0) }
        var stop = x.shape
        (start[axis], stop[axis]) = (Dim(from), Dim(to))
        return Node.apply(.slice, x, attributes: ["start": .dims(start), "stop": .dims(stop), "step": .ints(x.shape.map { _ in 1 })])
      }
      return .node(Node.apply(.concat, part(n - k, n), part(0, n - k), attributes: ["axis": .int(axis)]))
    }
    scope.native("one_hot", ["i", "n"], "1 at index i and 0 elsewhere, along a new last axis of length n.") { e, a, span in
      let i = try a.node(0, e)
      let shape = i.shape + [try a.size(1, e)]
      let index = i.broadcast(to: shape, axes: Array(0..<i.rank))
      return .node(Node.apply(.eq, index, iota(shape, shape.count - 1, e)).convert(e.real))
    }
    scope.native("scatter_add", ["x", "index", "values"], "x with `values[k]` added to row `index[k]`.") { e, a, span in
      let x = try a.node(0, e)
      guard x.rank > 0 else { throw e.fail(.badArgument, "`scatter_add` needs a tensor with rows", at: a.span(0)) }
      let index = e.builder.emit1(.wrapIndex, [try a.node(1, e)], ["extent": .dims([x.shape[0]])])
      let shape = index.shape + x.shape.dropFirst()
      let values = x.dtype.isReal ? try a.real(2, e) : try a.node(2, e)
      guard try e.broadcast(values.shape, shape, a.span(2), a.span(1), span, "scattered") == shape else {
        throw e.fail(.shapesDoNotFit, "the values do not fit the indexed rows", at: a.span(2))
      }
      return .tensor(try e.emit1(.scatterAdd, [x, index, values.broadcast(to: shape)], ["batch": .int(0)], at: span))
    }
    scope.native("iota", ["shape", "axis"], "The index along `axis` of each place of a tensor of this shape.") { e, a, span in
      let shape = try a.shape(0, e)
      return .node(iota(shape, try e.axis(try a.int(1, e), rank: shape.count, a.span(1)), e))
    }
  }

  private static func iota(_ shape: Shape, _ axis: Int, _ e: Elaborator) -> Node {
    e.builder.emit1(.iota, [], ["shape": .dims(shape), "axis": .int(axis), "dtype": .dtype(.int)])
  }
}

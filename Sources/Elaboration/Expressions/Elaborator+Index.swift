import Diagnostics
import Ops
import Syntax

extension Elaborator {
  /// `base[items]`: elements, slices and gathers of tensors; rows of tables; shapes of sets and distributions.
  func index(_ base: Value, _ items: [IndexItem], _ scope: Scope, _ span: SourceSpan) throws -> Value {
    switch base {
    case .tensor(let t): return .tensor(try at(span) { try index(node(t), try resolve(items, scope), span, t.type.spelled) })
    case .tuple(let values):
      guard items.count == 1, case .at(let e) = items[0], let k = try evaluate(e, scope).tensor?.size?.constant else {
        throw fail(.badIndex, "a tuple is indexed by one number that is known before the run", at: span)
      }
      let place = k < 0 ? k + values.count : k
      guard values.indices.contains(place) else {
        throw fail(.indexOutOfRange, "index \(k) is out of range: the tuple has \(values.count) parts", at: e.span)
      }
      return values[place]
    case .object(let object) where object.template.keyword == .set || object.template.keyword == .dist:
      return try shaped(object, items, scope, span)
    case .template(let template) where template.keyword == .set || template.keyword == .dist:
      return try index(try instantiate(template, Arguments(), span), items, scope, span)
    case .record, .object, .guarded:
      // A table: the same rows of every column. The index is evaluated once, since it may draw.
      let places = try resolve(items, scope)
      var leaves: [TensorValue] = []
      for leaf in base.leaves {
        guard leaf.type.rank > 0 else {
          throw fail(.badIndex, "\(base.typeName) is no table: a part of it is a single value", at: span)
        }
        leaves.append(try index(node(leaf), places, span, leaf.type.spelled))
      }
      return base.replacing(leaves)
    default: throw fail(.badIndex, "\(base.typeName) cannot be indexed", at: span)
    }
  }

  private func index(_ x: Node, _ items: [IndexPlan.Item], _ span: SourceSpan, _ name: String) throws -> TensorValue {
    let plan = try IndexPlan(items, of: x, span, name, self)
    return TensorValue(try plan.read(x, self))
  }

  /// `S[64]`, `D[3, 4]`, `D[n]`.
  private func shaped(_ object: Object, _ items: [IndexItem], _ scope: Scope, _ span: SourceSpan) throws -> Value {
    var shape: Shape = []
    for item in items {
      guard case .at(let e) = item else { throw fail(.badIndex, "a shape is a list of sizes, as in `[64]` or `[3, 4]`", at: span) }
      guard let size = try evaluate(e, scope).tensor?.size else { throw sizeNotKnown(e.span) }
      shape.append(size)
    }
    shape = try sizes(shape, span)
    var copy = object
    let own = try like(of: object, span)
    switch own {
    case .tensor(let t)? where object.template.keyword == .dist || !t.shape.isEmpty:
      // A batch of events, or of one set's space, has the shape in front.
      let event = object.template.keyword == .dist ? t.shape : (t.shape == shape ? [] : t.shape)
      copy.like = .node(builder.zeros(TensorType(real, shape + event)))
    case .tensor?, nil: copy.like = .node(builder.zeros(TensorType(real, shape)))
    default: throw fail(.badIndex, "\(Value.object(object).typeName) already has a structure", at: span)
    }
    return .object(copy)
  }

  /// The values of an index's items.
  private func resolve(_ items: [IndexItem], _ scope: Scope) throws -> [IndexPlan.Item] {
    func size(_ e: Expression?) throws -> Dim? {
      guard let e else { return nil }
      guard let value = try evaluate(e, scope).tensor?.size else { throw sizeNotKnown(e.span) }
      return value
    }
    return try items.map { item in
      switch item {
      case .slice(let from, let to, let step, let inclusive, let span):
        let stride = try size(step)
        guard (stride?.constant ?? 1) > 0 else {
          throw fail(.badIndex, "the step of a slice is a positive number", at: step?.span ?? span, notes: ["`flip(x)` reverses"])
        }
        return .slice(from: try size(from), to: try size(to), step: stride?.constant ?? 1, inclusive: inclusive, span)
      case .rest: return .rest
      case .at(let e):
        if case .range(let from, let to, let inclusive) = e.kind {
          return .slice(from: try size(from), to: try size(to), step: 1, inclusive: inclusive, e.span)
        }
        return .value(try evaluate(e, scope), e.span)
      }
    }
  }

  func sizeNotKnown(_ span: SourceSpan) -> Failure {
    fail(
      .sizeNotKnown, "a size must be known before the program runs", at: span,
      notes: ["sizes come from literals, `Int` parameters, `len(x)` and dimensions in types, and sums and products of them"])
  }

  /// `target[items] = value` gives the changed tensor.
  func updating(_ base: TensorValue, _ items: [IndexItem], _ scope: Scope, _ span: SourceSpan, by value: (TensorValue) throws -> Value) throws -> TensorValue {
    let x = node(base)
    let plan = try IndexPlan(try resolve(items, scope), of: x, span, base.type.spelled, self)
    let old = TensorValue(try plan.read(x, self))
    guard let new = try value(old).tensor else { throw fail(.typesDoNotFit, "an element of a tensor is a number", at: span) }
    let wanted = x.dtype.isReal ? try realNode(new, span) : node(new)
    guard wanted.dtype == x.dtype else {
      throw fail(.typeChanges, "the tensor holds \(TensorType(x.dtype).spelled), and this is \(new.type.spelled)", at: span)
    }
    let shape = try broadcast(wanted.shape, old.shape, span, span, span, "assigned")
    guard shape == old.shape else {
      throw fail(.shapesDoNotFit, "\(new.type.spelled) does not fit into \(old.type.spelled)", at: span)
    }
    return TensorValue(try plan.write(x, wanted.broadcast(to: shape), self))
  }
}

/// What an index does to each axis: static slices first, then one gather along the axes that an Int chooses at run time.
struct IndexPlan {
  enum Axis {
    case slice(start: Dim, stop: Dim, step: Int, extent: Dim)
    /// One element, known now: the axis disappears.
    case element(Dim)
    /// One element or several, chosen by Ints; all such axes are indexed together.
    case chosen(Node)
  }
  var axes: [Axis] = []
  private let span: SourceSpan

  /// An item of an index, evaluated.
  enum Item {
    case slice(from: Dim?, to: Dim?, step: Int, inclusive: Bool, SourceSpan)
    case value(Value, SourceSpan)
    case rest
  }

  init(_ items: [Item], of x: Node, _ span: SourceSpan, _ name: String, _ e: Elaborator) throws {
    self.span = span
    let given = items.count { if case .rest = $0 { false } else { true } }
    guard given <= x.rank else {
      throw e.fail(.tooManyIndices, "\(given) indices for \(name), which has \(x.rank) dimension\(x.rank == 1 ? "" : "s")", at: span)
    }
    func addWhole() {
      let extent = x.shape[axes.count]
      axes.append(.slice(start: 0, stop: extent, step: 1, extent: extent))
    }
    for item in items {
      switch item {
      case .rest: for _ in given..<x.rank { addWhole() }
      case .slice(let from, let to, let step, let inclusive, let at):
        let extent = x.shape[axes.count]
        axes.append(try IndexPlan.slice(from, to, step, inclusive, extent, at, e))
      case .value(let value, let place):
        guard let t = value.tensor, t.dtype == .int || t.dtype == .bool else {
          throw e.fail(
            .badIndex, "an index is an Int, a range or an Int tensor, and this is \(value.typeName)", at: place,
            notes: value.tensor?.dtype.isReal == true ? ["`int(x)` makes an Int of a Real"] : [])
        }
        guard t.dtype == .int else {
          throw e.fail(
            .badIndex, "a Bool tensor is no index: the number of chosen elements would not be known", at: place,
            notes: ["use `where(mask, x, 0)`, or a finite binder with a guard"])
        }
        let extent = x.shape[axes.count]
        if let position = t.size {
          if let p = position.constant, let n = extent.constant, p >= n || p < -n {
            throw e.fail(
              .indexOutOfRange, "index \(p) is out of range: \(name) has \(n) there", at: place,
              notes: n == 0 ? [] : ["the last element is `[\(n - 1)]`, or `[-1]`"])
          }
          axes.append(.element((position.constant ?? 0) < 0 ? extent + position : position))
        } else {
          axes.append(.chosen(e.builder.emit1(.wrapIndex, [e.node(t)], ["extent": .dims([extent])])))
        }
      }
    }
    while axes.count < x.rank { addWhole() }
  }

  private static func slice(
    _ from: Dim?, _ to: Dim?, _ stride: Int, _ inclusive: Bool, _ extent: Dim, _ span: SourceSpan, _ e: Elaborator
  ) throws -> Axis {
    func bound(_ value: Dim?, _ otherwise: Dim) -> Dim {
      guard let value else { return otherwise }
      return (value.constant ?? 0) < 0 ? extent + value : value
    }
    let start = bound(from, 0)
    var stop = bound(to, extent)
    if inclusive { stop = stop + 1 }
    if let n = extent.constant, let a = start.constant, let b = stop.constant, a < 0 || b > n || a > b {
      throw e.fail(.indexOutOfRange, "the range \(a)..\(b) does not lie in 0..\(n)", at: span)
    }
    return .slice(start: start, stop: stop, step: stride, extent: extent)
  }

  /// The element axes as slices of one, and the shape without them.
  private func sliced(_ x: Node) -> Node {
    var start: [Dim] = []
    var stop: [Dim] = []
    var step: [Int] = []
    var whole = true
    for (axis, extent) in zip(axes, x.shape) {
      switch axis {
      case .slice(let from, let to, let by, _):
        start.append(from); stop.append(to); step.append(by)
        whole = whole && from == 0 && to == extent && by == 1
      case .element(let p): start.append(p); stop.append(p + 1); step.append(1); whole = false
      case .chosen: start.append(0); stop.append(extent); step.append(1)
      }
    }
    let cut = whole ? x : Node.apply(.slice, x, attributes: ["start": .dims(start), "stop": .dims(stop), "step": .ints(step)])
    let shape = zip(axes, cut.shape).compactMap { axis, extent -> Dim? in
      if case .element = axis { return nil }
      return extent
    }
    return cut.reshape(shape)
  }

  /// The axes left after elements are gone, and which of them are chosen.
  private var chosen: [(place: Int, index: Node)] {
    var place = 0
    var result: [(Int, Node)] = []
    for axis in axes {
      switch axis {
      case .element: continue
      case .chosen(let index): result.append((place, index))
      case .slice: break
      }
      place += 1
    }
    return result
  }

  func read(_ x: Node, _ e: Elaborator) throws -> Node {
    let y = sliced(x)
    let picks = chosen
    guard let first = picks.first else { return y }
    let (flat, index) = try gathering(y, picks, e)
    let gathered = Node.apply(.gather, flat, index, attributes: ["batch": .int(0)])
    // The chosen shape stands where the first chosen axis stood.
    let k = index.rank
    let order = Array(k..<(k + first.place)) + Array(0..<k) + Array((k + first.place)..<gathered.rank)
    return gathered.transpose(order)
  }

  /// The tensor with its chosen axes in front and joined, and the joint index.
  private func gathering(_ y: Node, _ picks: [(place: Int, index: Node)], _ e: Elaborator) throws -> (Node, Node) {
    let places = picks.map(\.place)
    let rest = (0..<y.rank).filter { !places.contains($0) }
    let extents = places.map { y.shape[$0] }
    let front = y.transpose(places + rest).reshape([extents.reduce(Dim(1), *)] + rest.map { y.shape[$0] })
    var shape: Shape = []
    for pick in picks { shape = try e.broadcast(shape, pick.index.shape, span, span, span, "indexed together") }
    var index = picks[0].index.broadcast(to: shape)
    for (pick, extent) in zip(picks, extents).dropFirst() {
      let size = e.node(TensorValue(size: extent)).broadcast(to: shape)
      index = index * size + pick.index.broadcast(to: shape)
    }
    return (front, index)
  }

  /// The tensor with the indexed part replaced.
  func write(_ x: Node, _ value: Node, _ e: Elaborator) throws -> Node {
    if let block = writeBlock(x, value, e) { return block }
    // Read the flat positions that are to be written, empty them, and add the values there.
    let count = x.shape.elementCount
    let positions = e.builder.emit1(.iota, [], ["shape": .dims([count]), "axis": .int(0), "dtype": .dtype(.int)])
    let target = try read(positions.reshape(x.shape), e).reshape([value.shape.elementCount])
    let flat = x.reshape([count])
    let hits = Node.apply(
      .scatterAdd, e.builder.int(0, [count]), target, e.builder.int(1, target.shape), attributes: ["batch": .int(0)])
    let hole = Node.select(Node.apply(.eq, hits, e.builder.int(0, [count])), flat, e.builder.fill(0, like: flat))
    return Node.apply(
      .scatterAdd, hole, target, value.reshape(target.shape), attributes: ["batch": .int(0)]
    ).reshape(x.shape)
  }

  /// A block of adjacent elements, whose corner may be chosen at run time: one copy.
  private func writeBlock(_ x: Node, _ value: Node, _ e: Elaborator) -> Node? {
    var corner: [Node] = []
    var shape: Shape = []
    for axis in axes {
      switch axis {
      case .slice(let start, let stop, 1, _):
        corner.append(e.node(TensorValue(size: start)))
        shape.append(stop - start)
      case .slice: return nil
      case .element(let p):
        corner.append(e.node(TensorValue(size: p)))
        shape.append(1)
      case .chosen(let index):
        guard index.rank == 0 else { return nil }
        corner.append(index)
        shape.append(1)
      }
    }
    return e.builder.emit1(.dynamicUpdate, [x, value.reshape(shape)] + corner)
  }
}

import Ops

@testable import Transforms

// Graphs by hand: values are built with the operators of `Ops`, control flow with these.

let scalar = TensorType(.f64)
let integer = TensorType(.int)
func vector(_ n: Int) -> TensorType { TensorType(.f64, [Dim(n)]) }
func matrix(_ m: Int, _ n: Int) -> TensorType { TensorType(.f64, [Dim(m), Dim(n)]) }

func build(_ types: [TensorType], _ body: (Builder, [Node]) throws -> [Node]) rethrows -> Graph {
  let b = Builder()
  let parameters = types.map { b.parameter($0) }
  return b.finish(try body(b, parameters))
}

extension Node {
  func applying(_ decl: OpDecl) -> Node { builder.emit1(decl, [self]) }
  var total: Node { sum(Array(0..<rank)) }
}

extension Builder {
  func matmul(_ a: Node, _ b: Node) -> Node {
    emit1(.matmul, [a, b], ["batch": .int(0), "transposeA": .bool(false), "transposeB": .bool(false)])
  }

  func branch(_ condition: Node, _ captures: [Node], _ then: ([Node]) -> [Node], _ otherwise: ([Node]) -> [Node]) -> [Node] {
    let types = captures.map(\.type)
    let regions = [build(types) { then($1) }, build(types) { otherwise($1) }]
    return place(.ifThenElse, [condition] + captures, [:], regions: regions, types: regions[0].resultTypes)
  }

  /// `body(b, i, consts, carries, slices)`
  func loop(
    _ length: Int?, count: Node? = nil, consts: [Node] = [], carries: [Node] = [], xs: [Node] = [], reversed: Bool = false,
    _ body: (Builder, Node, [Node], [Node], [Node]) -> (carries: [Node], ys: [Node])
  ) -> (carries: [Node], ys: [Node]) {
    let slices = xs.map { $0.type.with(shape: Array($0.shape.dropFirst())) }
    let region = build([integer] + (consts + carries).map(\.type) + slices) { b, p in
      let (c, v) = (1 + consts.count, 1 + consts.count + carries.count)
      let out = body(b, p[0], Array(p[1..<c]), Array(p[c..<v]), Array(p[v...]))
      return out.carries + out.ys
    }
    return placeFor(
      count: count, consts: consts, carries: carries, xs: xs, reversed: reversed, length: length.map { Dim($0) } ?? .dynamic,
      body: region)
  }

  /// The last carries and the number of iterations.
  func loop(
    consts: [Node] = [], carries: [Node], while condition: ([Node], [Node]) -> Node, _ body: ([Node], [Node]) -> [Node]
  ) -> [Node] {
    let types = (consts + carries).map(\.type)
    func split(_ p: [Node]) -> ([Node], [Node]) { (Array(p[..<consts.count]), Array(p[consts.count...])) }
    let test = build(types) { _, p in
      let (c, v) = split(p)
      return [condition(c, v)]
    }
    let region = build(types) { _, p in
      let (c, v) = split(p)
      return body(c, v)
    }
    let out = placeWhile(consts: consts, carries: carries, condition: test, body: region)
    return out.carries + [out.count]
  }
}

import Diagnostics
@_exported import IR

// Short forms for rules: they emit into the innermost builder of their operands and never refuse.

/// The deepest of the operands' builders: what is computed from values of several levels belongs to the innermost.
func home(_ nodes: [Node]) -> Builder {
  var best = nodes[0].builder
  for node in nodes.dropFirst() where node.builder.depth > best.depth { best = node.builder }
  return best
}

extension Builder {
  /// A constant of every element `value`.
  public func fill(_ value: Double, _ type: TensorType) -> Node {
    emit1(.fill, [], ["value": .real(value), "dtype": .dtype(type.dtype), "shape": .dims(type.shape)])
  }
  public func fill(_ value: Double, like x: Node) -> Node { fill(value, x.type) }
  /// The number nearest to a constant that is none; bounds take it with its rounding.
  public func irrational(_ value: Double, like x: Node) -> Node {
    emit1(.fill, [], ["value": .real(value), "dtype": .dtype(x.dtype), "shape": .dims(x.shape), "irrational": .bool(true)])
  }
  public func int(_ value: Int, _ shape: Shape = []) -> Node {
    emit1(.fill, [], ["value": .int(value), "dtype": .dtype(.int), "shape": .dims(shape)])
  }
  public func bool(_ value: Bool, _ shape: Shape = []) -> Node {
    emit1(.fill, [], ["value": .bool(value), "dtype": .dtype(.bool), "shape": .dims(shape)])
  }
  public func zeros(_ type: TensorType) -> Node { fill(0, type) }
}

extension Node {
  /// The value of an op with one result, emitted into the innermost builder of the operands.
  public static func apply(_ decl: OpDecl, _ operands: Node..., attributes: Attributes = [:]) -> Node {
    home(operands).emit1(decl, operands, attributes)
  }
  public static func + (a: Node, b: Node) -> Node { apply(.add, a, b) }
  public static func - (a: Node, b: Node) -> Node { apply(.sub, a, b) }
  public static func * (a: Node, b: Node) -> Node { apply(.mul, a, b) }
  public static func / (a: Node, b: Node) -> Node { apply(.div, a, b) }
  public static prefix func - (a: Node) -> Node { apply(.neg, a) }
  public static func + (a: Node, b: Double) -> Node { a + a.builder.fill(b, like: a) }
  public static func - (a: Node, b: Double) -> Node { a - a.builder.fill(b, like: a) }
  public static func * (a: Node, b: Double) -> Node { a * a.builder.fill(b, like: a) }
  public static func / (a: Node, b: Double) -> Node { a / a.builder.fill(b, like: a) }
  public static func - (a: Double, b: Node) -> Node { b.builder.fill(a, like: b) - b }
  public static func / (a: Double, b: Node) -> Node { b.builder.fill(a, like: b) / b }
  public static func + (a: Double, b: Node) -> Node { b + a }
  public static func * (a: Double, b: Node) -> Node { b * a }

  /// Repeats along new or unit axes: axis k of `self` becomes axis `axes[k]` of the result.
  public func broadcast(to shape: Shape, axes: [Int]) -> Node {
    Node.apply(.broadcast, self, attributes: ["shape": .dims(shape), "axes": .ints(axes)])
  }
  /// NumPy's broadcast: missing axes are added on the left.
  public func broadcast(to shape: Shape) -> Node {
    self.shape == shape ? self : broadcast(to: shape, axes: Array((shape.count - rank)..<shape.count))
  }
  public func reshape(_ shape: Shape) -> Node {
    self.shape == shape ? self : Node.apply(.reshape, self, attributes: ["shape": .dims(shape)])
  }
  /// Axis k of the result is axis `permutation[k]` of `self`.
  public func transpose(_ permutation: [Int]) -> Node {
    permutation == Array(0..<rank) ? self : Node.apply(.transpose, self, attributes: ["permutation": .ints(permutation)])
  }
  /// Exchanges the last two axes.
  public var T: Node { transpose(Array(0..<(rank - 2)) + [rank - 1, rank - 2]) }
  /// Sums over axes, which disappear.
  public func sum(_ axes: [Int]) -> Node {
    axes.isEmpty ? self : Node.apply(.sum, self, attributes: ["axes": .ints(axes)])
  }
  public func convert(_ dtype: DType) -> Node {
    self.dtype == dtype ? self : Node.apply(.convert, self, attributes: ["dtype": .dtype(dtype)])
  }
  public static func select(_ c: Node, _ a: Node, _ b: Node) -> Node { apply(.select, c, a, b) }
}

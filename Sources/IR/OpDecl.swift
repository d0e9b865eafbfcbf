import Tensors

/// A refusal of an op's shape rule, in words for the user; the checker adds the place.
public struct OpError: Error {
  public var message: String
  public var note: String?
  public init(_ message: String, note: String? = nil) { (self.message, self.note) = (message, note) }
}

/// A fact about an op from which rules are derived.
public enum Trait: Hashable, Sendable {
  /// Works element by element on operands of one shape: shape and batch rules follow.
  case elementwise
  /// Linear in all its differentiable operands together: the jvp is the op itself.
  case linear
  /// Linear in each differentiable operand alone (a product): the jvp is the sum over operands.
  case multilinear
  case increasing, decreasing, convex, concave
  /// Convex up to the point and concave after it (a sigmoid), or, with `convexBelow: false`, the other way round.
  case inflection(at: Double, convexBelow: Bool)
  /// Made of finitely many linear pieces: branch and bound may split it.
  case piecewiseLinear
  /// Its derivative is zero wherever it exists (sign, comparison, argmax, random bits).
  case locallyConstant
  /// Linear in operand 0, the others held (an index, a divisor).
  case linearInFirst
  /// Jumps somewhere, or its derivative is by intention not that of its value: the derivative does not tell how far it moves.
  case jumps
  /// Has an effect (print, assert): kept in order, never removed, refused inside what is differentiated or batched.
  case effect
  /// Shows its value: never removed or moved, though transforms go through it.
  case observed
  /// Draws from a key.
  case random
  /// Operand 0's memory may hold the result.
  case inPlace
}

/// How an op is executed.
public enum KernelForm {
  /// A micro-operation of a fused elementwise region (`enum ptb_micro`).
  case micro(UInt16)
  /// A kernel over whole operands. `pack` lists its attributes as integers; `workspace` is its scratch size in bytes; `work` its arithmetic.
  case function(Kernel, pack: @Sendable (Attributes) -> [Int], workspace: @Sendable ([TensorType], [TensorType]) -> Int, work: Work)
  /// The same bytes under another shape (reshape, stop_gradient).
  case alias
  /// Run by the executor itself: control flow, constants, effects.
  case structural
  /// Replaced by its region before planning (`solve`, `custom`).
  case expanded
}

/// What a rule sees: a builder to emit into, the operation's attributes, its operands and its results.
public struct RuleContext {
  public let b: Builder
  public let attributes: Attributes
  /// The closed regions of the operation, if it has any.
  public let regions: [Graph]
  /// The operands.
  public let x: [Node]
  /// The results; rules written in terms of the result reuse it (`exp`, `sqrt`).
  public let y: [Node]
  public init(b: Builder, attributes: Attributes, x: [Node], y: [Node], regions: [Graph] = []) {
    (self.b, self.attributes, self.x, self.y, self.regions) = (b, attributes, x, y, regions)
  }
}

/// The derivative of an op.
public enum Derivative {
  /// Elementwise: ∂y/∂xᵢ for each operand, at the operand's own element; nil where it is zero. The transform multiplies by
  /// `mul0`, in which an exact zero wins over inf and nan, so that a lane masked out by `where` stays out.
  case partials([(@Sendable (RuleContext) -> Node)?])
  /// Tangents of the results from tangents of the operands (nil: zero).
  case rule(@Sendable (RuleContext, [Node?]) -> [Node?])
  /// Follows from the trait `.linear` or `.multilinear`.
  case linear
  /// Follows from the trait `.locallyConstant`: zero.
  case zero
  /// Written in the transform, because it concerns regions (if, for, while, solve, custom).
  case structural
  /// There is none, and why.
  case refused(String)

  public var isZero: Bool { if case .zero = self { true } else { false } }
}

/// The adjoint of an op in the operands it is linear in.
public enum Transpose {
  /// Cotangents of the operands from those of the results; asked only for operands marked in `linear`. nil: zero.
  case rule(@Sendable (RuleContext, _ cotangents: [Node?], _ linear: [Bool]) -> [Node?])
  /// The op is not linear: its derivative is transposed instead.
  case none
}

/// How an op works on operands with an additional leading axis.
public enum Batching {
  /// Follows from `.elementwise`: unbatched operands are broadcast.
  case elementwise
  /// Results, each with the leading axis, from operands of which those marked have it. `n` is its extent.
  case rule(@Sendable (RuleContext, _ batched: [Bool], _ n: Dim) -> [Node])
  /// Run in a loop over the leading axis, because nothing better is known (some linear algebra).
  case loop
  /// Written in the transform (regions).
  case structural
  case refused(String)
}

/// An enclosure of an op over boxes of operands: lower and upper ends of each result.
public enum IntervalRule {
  /// From `.increasing`, `.decreasing`, `.linear`, `.multilinear`, or the lack of operands that vary.
  case derived
  case rule(@Sendable (RuleContext, _ lower: [Node], _ upper: [Node]) -> [(lower: Node, upper: Node)])
  case structural
  case refused(String)
}

/// An input on which the laws of an op are tried.
public struct OpSample {
  public enum Values: Sendable {
    case uniform(ClosedRange<Double>)
    /// Just these, repeated.
    case edges([Double])
    /// Integers from 0 below a bound.
    case indices(Int)
    case bools
    case positiveDefinite
    /// Entries of a permutation or a sorted key are distinct.
    case distinct
  }
  public var operands: [(type: TensorType, values: Values)]
  public var attributes: Attributes
  /// False where the derivative does not exist at the sample (kinks), so that differences say nothing.
  public var differentiable: Bool
  public init(_ operands: [(TensorType, Values)], _ attributes: Attributes = [:], differentiable: Bool = true) {
    self.operands = operands.map { (type: $0.0, values: $0.1) }
    self.attributes = attributes
    self.differentiable = differentiable
  }
}

/// An input that an op must refuse: by its shape rule, or with a status when run.
public struct OpErrorSample {
  public var operands: [TensorType]
  public var attributes: Attributes
  /// Part of the message of the shape rule.
  public var message: String
  public init(_ operands: [TensorType], _ attributes: Attributes, _ message: String) {
    (self.operands, self.attributes, self.message) = (operands, attributes, message)
  }
  public init(_ operands: [TensorType], _ message: String) { self.init(operands, [:], message) }
}

/// Everything that is true of one op, in one place. Fields have no defaults: a rule is written, derived or refused, never forgotten.
public final class OpDecl: @unchecked Sendable {
  public let name: String
  /// Meaning in a sentence or two, with shapes; Markdown.
  public let doc: String
  public let traits: Set<Trait>
  /// Types of the results from types of the operands.
  public let infer: @Sendable ([TensorType], Attributes) throws(OpError) -> [TensorType]
  public let kernel: KernelForm
  public let derivative: Derivative
  /// Not called `transpose`, which is an op.
  public let adjoint: Transpose
  public let batching: Batching
  public let interval: IntervalRule
  public let rounding: Rounding
  public let samples: [OpSample]
  public let errors: [OpErrorSample]

  public init(
    _ name: String, doc: String, traits: Set<Trait>,
    infer: @escaping @Sendable ([TensorType], Attributes) throws(OpError) -> [TensorType],
    kernel: KernelForm, derivative: Derivative, transpose: Transpose, batching: Batching, rounding: Rounding,
    interval: IntervalRule, samples: [OpSample], errors: [OpErrorSample]
  ) {
    (self.name, self.doc, self.traits, self.infer, self.kernel) = (name, doc, traits, infer, kernel)
    (self.derivative, adjoint, self.batching) = (derivative, transpose, batching)
    (self.interval, self.rounding, self.samples, self.errors) = (interval, rounding, samples, errors)
  }
}

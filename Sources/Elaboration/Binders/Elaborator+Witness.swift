import Diagnostics
import Ops
import Syntax
import Transforms

/// Why a Verdict is Unknown: what its field `why` holds, which is 0 where it is decided.
public enum UnknownReason: Int, CaseIterable, Sendable {
  case notANumber = 1, outside, nearTie, infinite, closed, open, notFound, bound, searched
}

/// Witnesses count only where the predicate is decided in real arithmetic, not by the rounding of the program.
extension Elaborator {
  typealias AtPoint = (Value, (Scope) throws -> TensorValue) throws -> TensorValue

  /// A point at which a predicate was looked at.
  struct Witness {
    let point: Value
    /// By how much the predicate is violated (or, else, satisfied) there, as the program computes it.
    let margin: Node
    /// Whether it decides the question.
    let counts: Node
    /// What keeps it from that, and whether.
    let reasons: [(UnknownReason, Node)]
    /// Whether the body could be enclosed there; else the program's arithmetic is believed.
    let isRigorous: Bool
  }

  /// Looks at a point that a search found: the predicate is evaluated there by the ordinary interpreter, its margin by intervals, and the
  /// point must lie in the set.
  func confirmed(
    _ margin: Function, _ found: Value, _ universal: Bool, _ set: Object, _ b: Binder, _ span: SourceSpan, _ at: AtPoint
  ) throws -> Witness {
    let point = try movedInside(set, found, span)
    let holds = node(try at(point) { try self.scalarTruth(b.body, $0, b.word.text) })
    let value = try scalarObjective(try apply(.function(margin), [point], span), b.body.span)
    let isNumber = Node.apply(.eq, value, value)
    guard let member = try callMethod("contains", of: set, [point], span).tensor, member.dtype == .bool else {
      throw fail(.solverBroken, "`contains` of this set gave no truth value", at: span)
    }
    func not(_ x: Node) -> Node { builder.emit1(.not, [x]) }
    var counts = Node.apply(.and, Node.apply(.and, universal ? not(holds) : holds, isNumber), node(member))
    var reasons = [(UnknownReason.notANumber, not(isNumber)), (.outside, not(node(member)))]
    let enclosed = try enclosure(of: .function(margin), at: point, span)
    if let enclosed {
      let zero = builder.fill(0, like: enclosed.lower)
      // At exactly 0 a predicate of `<` is violated and one of `≤` is not; where both stand in it, 0 decides nothing.
      let isCertain = Node.apply(marginIsOpen ? .gt : .ge, enclosed.lower, zero)
      let isPossible = Node.apply(.and, Node.apply(marginIsClosed ? .ge : .gt, enclosed.upper, zero), Node.apply(.isFinite, enclosed.upper))
      counts = Node.apply(.and, counts, isCertain)
      reasons.append((.nearTie, Node.apply(.and, isPossible, not(isCertain))))
    }
    return Witness(point: point, margin: value, counts: counts, reasons: reasons, isRigorous: enclosed != nil)
  }

  /// A lower bound in real arithmetic of what a function is at a point, whose derivative is the function's; −∞ where it may be undefined.
  /// Nil where it has no enclosure.
  func certainValue(of f: Function, at point: Value, _ value: Node, _ span: SourceSpan) throws -> Node? {
    guard let enclosed = try enclosure(of: .function(f), at: point, span) else { return nil }
    func held(_ x: Node) -> Node { builder.emit1(.stopGradient, [x]) }
    let moves = Node.select(Node.apply(.isFinite, value), value - held(value), builder.fill(0, like: value))
    return held(narrowed(enclosed.lower, below: true)) + moves
  }

  /// A point of a box, moved by rounding errors at most, so that it lies between the ends in real arithmetic. In other sets it stays.
  func movedInside(_ set: Object, _ point: Value, _ span: SourceSpan) throws -> Value {
    guard says("is_box", set, span), let leaves = point.vectorLeaves else { return point }
    let ends = Function(native: "ends", ["x"]) { e, arguments, span in
      .tuple(try ["lo", "hi"].map { name in
        arguments[0].replacingVector(try e.spread(try e.member(set, Name(name, span), span), over: arguments[0], span))
      })
    }
    guard let found = try enclosures(of: .function(ends), at: point, span), found.count == 2 * leaves.count else { return point }
    return point.replacingVector(leaves.enumerated().map { k, leaf in
      let x = node(leaf)
      // The ends that the interpreter may use: rounded into the box.
      let (lo, hi) = (narrowed(found[k].upper, below: false), narrowed(found[leaves.count + k].lower, below: true))
      func finite(_ end: Node) -> Node { Node.apply(.isFinite, end) }
      let raised = Node.select(finite(lo), Node.apply(.max, x, lo), x)
      let inside = Node.select(finite(hi), Node.apply(.min, raised, hi), raised)
      // Ends closer than their rounding leave no room.
      return TensorValue(Node.select(Node.apply(.and, Node.apply(.le, lo, inside), Node.apply(.le, inside, hi)), inside, x))
    })
  }

  /// An end of a box, a number or as structured as the points, at every leaf of a point.
  private func spread(_ end: Value, over point: Value, _ span: SourceSpan) throws -> [TensorValue] {
    let (ends, leaves) = (end.vectorLeaves ?? [], point.vectorLeaves ?? [])
    guard ends.count == leaves.count || ends.count == 1 else {
      throw fail(.structuresDiffer, "the box of this set has another structure than its points", at: span)
    }
    return try leaves.enumerated().map { k, leaf in
      let x = try realNode(ends.count == 1 ? ends[0] : ends[k], span)
      return TensorValue(x.shape == leaf.shape ? x : x.broadcast(to: leaf.shape, axes: []))
    }
  }

  // MARK: Why a verdict is open

  /// The number of the first reason that applies; 0 where one of these decides.
  func whyUnknown(_ reasons: [(UnknownReason, Node)], otherwise last: UnknownReason, unless decided: [Node]) -> Node {
    let start = builder.int(last.rawValue)
    let why = reasons.reversed().reduce(start) { Node.select($1.1, builder.int($1.0.rawValue), $0) }
    return decided.reduce(why) { Node.select($1, builder.int(0), $0) }
  }

  /// The witness, if it is short.
  func shownWitness(_ fields: [Field], _ span: SourceSpan) throws -> Text {
    guard let value = fields.first(where: { $0.name == "witness" })?.value else { return Text("?") }
    let count = value.leaves.map(\.shape.elementCount).reduce(Dim(0), +)
    return (count.constant ?? 0) > 24 ? Text("`.witness`, of \(count) numbers") : try shown(value, format: "", span)
  }

  /// The sentence that tells why a verdict is open, with the numbers that the run will know; empty where it is decided.
  func reason(of fields: [Field], _ span: SourceSpan) throws -> Text {
    func part(_ name: String, _ format: String = "") throws -> Text {
      guard let value = fields.first(where: { $0.name == name })?.value else { return Text("?") }
      return try shown(value, format: format, span)
    }
    let isUniversal = !fields.contains { $0.name == "exists" }
    let witness = try shownWitness(fields, span)
    guard let why = fields.first(where: { $0.name == "why" })?.value.tensor else { return Text("") }
    let sentences = try UnknownReason.allCases.map { reason -> (Int, Text) in
      let sentence: Text =
        switch reason {
        case .notANumber: Text("the body is NaN at ") + witness
        case .outside: Text("the point that was found, ") + witness + Text(", lies outside the set")
        case .nearTie: Text("a near tie at ") + witness + Text(", where rounding decides the predicate")
        case .infinite: Text("the body has no finite bound over the set")
        case .open:
          Text("parts of the domain left: ") + (try part("open")) + Text(", after ") + (try part("rounds")) + Text(" rounds and ")
            + (try part("seconds", ".3g")) + Text(" s; the margin is at most ") + (try part("bound"))
        case .closed: Text("no part of the domain is left, and the bound ") + (try part("bound")) + Text(" of the margin is within rounding of 0")
        case .notFound: Text("no witness was found, and the bound ") + (try part("bound")) + Text(" of the margin decides nothing")
        case .bound: Text("the bound ") + (try part("bound")) + Text(" of the margin decides nothing, and its solver looks for no witness")
        case .searched:
          Text("the search found no \(isUniversal ? "counterexample" : "example"), which \(isUniversal ? "proves" : "refutes") nothing; the nearest is ")
            + witness
        }
      return (reason.rawValue, sentence)
    }
    return try sentences.reduce(Text("")) { text, one in
      let applies = try binary(.equal, .tensor(why), .int(one.0), span, span, span)
      return text + (try only(if: applies, one.1))
    }
  }
}

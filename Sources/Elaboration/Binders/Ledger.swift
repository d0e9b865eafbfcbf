import Diagnostics
import Ops
import Syntax

/// What has been found and what has been proved about each problem over a set of the script. A value found above a proved bound
/// means that one of the two is wrong, which is a bug of the program and is told as one.
struct Ledger {
  /// The bounds that a statement will compute, as nodes of its graph.
  struct Entry {
    let problem: Int
    let lower: Node?
    let upper: Node?
    let place: SourceSpan
    let solver: String
    /// What the bound rests on, where a script says so.
    let assumption: String?
  }
  struct Known {
    let value: Double
    let entry: Entry
  }
  var pending: [Entry] = []
  private var lower: [Int: Known] = [:]
  private var upper: [Int: Known] = [:]
  /// Tensors that fingerprints name by their identity live as long as the ledger.
  var retained: [Tensor] = []

  /// Ends of certificates, of which the user is told why one is infinite.
  var watched: [(place: SourceSpan, end: Node)] = []
  /// Binders of the last statement with an infinite end.
  var infinite: [SourceSpan] = []

  var nodes: [Node] { pending.flatMap { [$0.lower, $0.upper].compactMap { $0 } } + watched.map(\.end) }

  /// Enters what a statement computed; gives a diagnostic for each contradiction.
  mutating func settle(_ results: ArraySlice<Tensor>, real: DType) -> [Diagnostic] {
    var rest = results
    var problems: [Diagnostic] = []
    for entry in pending {
      func take(_ node: Node?) -> Double? { node == nil ? nil : rest.popFirst()?.realScalar }
      let (low, high) = (take(entry.lower), take(entry.upper))
      if let low, low > lower[entry.problem]?.value ?? -.infinity { lower[entry.problem] = Known(value: low, entry: entry) }
      if let high, high < upper[entry.problem]?.value ?? .infinity { upper[entry.problem] = Known(value: high, entry: entry) }
      // A value is found in floating point, a bound holds for real numbers: rounding may separate them by this much.
      let slack = real == .f32 ? 1e-3 : 1e-9
      guard let found = lower[entry.problem], let proved = upper[entry.problem],
        found.value - proved.value > slack * Swift.max(1, abs(found.value), abs(proved.value))
      else { continue }
      problems.append(contradiction(found, proved, at: entry.place))
    }
    infinite = []
    for (place, _) in watched {
      guard let end = rest.popFirst() else { break }
      if (0..<end.count).contains(where: { !end.double($0).isFinite }), !infinite.contains(place) { infinite.append(place) }
    }
    (pending, watched) = ([], [])
    return problems
  }

  private func contradiction(_ found: Known, _ proved: Known, at place: SourceSpan) -> Diagnostic {
    let assumption = [proved.entry.assumption, found.entry.assumption].compactMap { $0 }.first
    return Diagnostic(
      .contradiction,
      assumption.map { "two bounds of one problem contradict each other: it cannot hold that \($0)" }
        ?? "internal error: two bounds of one problem contradict each other", at: place,
      labels: [found.entry.place, proved.entry.place].filter { $0 != place }.map { .init($0, "the other bound") },
      notes: [
        "`\(found.entry.solver)` found the value \(found.value), `\(proved.entry.solver)` says that none exceeds \(proved.value)",
        assumption == nil ? "one of the two is a bug of this program; the statements named here reproduce it" : "the bound rests on an assumption of the script",
      ])
  }
}

extension Elaborator {
  /// Watches an end of a certificate, so that the user is told why it is infinite.
  func watch(_ ends: [Value], _ span: SourceSpan) {
    guard builder === root, !isChecking, library.isUserFile(span.file) else { return }
    for leaf in ends.flatMap({ $0.vectorLeaves ?? [] }) where leaf.dtype.isReal { ledger.watched.append((span, node(leaf))) }
  }

  /// Enters the answer of a problem over a set. Bounds of a minimum are those of minus a maximum.
  func enter(_ answer: Value, of f: Function, over set: Object, _ like: Value, _ goal: Goal, solver: String, _ bodySpan: SourceSpan, _ span: SourceSpan) throws {
    guard builder === root, !isChecking, let problem = try fingerprint(f, set, like, goal, bodySpan, span) else { return }
    func scalar(_ value: Value?) -> Node? {
      guard let t = value?.tensor, t.shape.isEmpty, t.dtype.isReal else { return nil }
      return node(t)
    }
    let (low, high): (Value?, Value?) =
      switch answer {
      case .guarded(.lower, _): (answer[field: "value"], nil)
      case .guarded(.upper, _): (nil, answer[field: "value"])
      case .guarded(.bounds, _): (answer[field: "lo"], answer[field: "hi"])
      case .tensor: (answer, answer)
      default: (nil, nil)
      }
    let entry = Ledger.Entry(problem: problem, lower: scalar(low), upper: scalar(high), place: span, solver: solver, assumption: assumption(of: answer))
    if entry.lower != nil || entry.upper != nil { ledger.pending.append(entry) }
  }

  private func assumption(of answer: Value) -> String? {
    guard case .text(let text)? = answer[field: "basis"], let basis = text.constant, basis.hasPrefix("assuming ") else { return nil }
    return String(basis.dropFirst(9))
  }

  /// A number that equal problems share: the body's operations, the values that it and the set are made of. Nil where it
  /// cannot be told.
  private func fingerprint(_ f: Function, _ set: Object, _ like: Value, _ goal: Goal, _ bodySpan: SourceSpan, _ span: SourceSpan) throws -> Int? {
    let trial = Builder(parent: builder)
    let parameters = (like.vectorLeaves ?? []).map { trial.parameter($0.type) }
    let value = try uncounted { try within(trial) {
      try pure("inside a body that is solved over") {
        try withFreshOccurrences { try scalarObjective(try apply(.function(f), [like.replacingVector(parameters.map { TensorValue($0) })], span), bodySpan) }
      }
    } }
    let captures = trial.captures
    var hasher = Hasher()
    hasher.combine(goal.isMinimum)
    hasher.combine(trial.finish([value]).text())
    var memo: [Ledger.NodeKey: Int] = [:]
    for capture in captures { hasher.combine(identity(of: capture, &memo)) }
    guard combine(.object(set), into: &hasher, &memo) else { return nil }
    return hasher.finalize()
  }

  private func combine(_ value: Value, into hasher: inout Hasher, _ memo: inout [Ledger.NodeKey: Int]) -> Bool {
    switch value {
    case .object(let object):
      hasher.combine(object.template.name)
      for part in object.parts {
        hasher.combine(part.name)
        guard combine(part.value, into: &hasher, &memo) else { return false }
      }
    case .tuple(let values): return values.allSatisfy { combine($0, into: &hasher, &memo) }
    case .record(let fields): return fields.allSatisfy { combine($0.value, into: &hasher, &memo) }
    case .tensor(let t): hasher.combine(identity(of: node(t), &memo))
    case .unit: hasher.combine(0)
    default: return false
    }
    return true
  }

  private func identity(of node: Node, _ memo: inout [Ledger.NodeKey: Int]) -> Int {
    let key = Ledger.NodeKey(builder: ObjectIdentifier(node.builder), id: node.id)
    if let known = memo[key] { return known }
    var hasher = Hasher()
    let graph = node.builder.graph
    if let at = graph.parameters.firstIndex(of: node.id) {
      if node.builder === root, inputs.indices.contains(at) {
        ledger.retained.append(inputs[at])
        hasher.combine(ObjectIdentifier(inputs[at].storage))
      } else { hasher.combine(key) }
    } else if let operation = graph.operations.last(where: { $0.results.contains(node.id) }) {
      hasher.combine(operation.decl.name)
      hasher.combine(operation.attributes)
      hasher.combine(operation.results.firstIndex(of: node.id))
      for region in operation.regions { hasher.combine(region.text()) }
      for operand in operation.operands { hasher.combine(identity(of: Node(node.builder, operand), &memo)) }
    }
    let result = hasher.finalize()
    memo[key] = result
    return result
  }
}

extension Ledger {
  struct NodeKey: Hashable {
    var builder: ObjectIdentifier
    var id: ValueID
  }
}

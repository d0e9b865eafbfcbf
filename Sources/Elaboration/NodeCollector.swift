import Ops

/// Finds the IR values that the values of a statement hold, also in the scopes of functions: they must outlive its graph.
/// After the run the same slots, in the same order, take the tensors.
struct NodeCollector {
  /// A place that holds a value.
  enum Slot {
    case binding(Scope, String)
    case held(Function, Int)
    /// The value of the statement itself.
    case result
    /// What an assertion compared, for whoever observes it.
    case observed(Observation)
  }
  private(set) var slots: [Slot] = []
  private(set) var nodes: [Node] = []
  private var seen: Set<ObjectIdentifier> = []

  mutating func add(_ slot: Slot, _ value: Value) {
    slots.append(slot)
    collect(value)
    visitFunctions(value)
  }

  mutating func add(_ observation: Observation) {
    slots.append(.observed(observation))
    var observation = observation
    observation.change {
      collect($0)
      return $0
    }
  }

  private mutating func collect(_ value: Value) {
    for leaf in value.leaves {
      if case .node(let node) = leaf.source { nodes.append(node) }
    }
  }

  private mutating func visitFunctions(_ value: Value) {
    switch value {
    case .function(let function): visit(function)
    case .tuple(let values): for v in values { visitFunctions(v) }
    case .record(let fields), .guarded(_, let fields): for f in fields { visitFunctions(f.value) }
    case .object(let object): for part in object.parts { visitFunctions(part.value) }
    default: break
    }
  }

  private mutating func visit(_ function: Function) {
    guard seen.insert(ObjectIdentifier(function)).inserted else { return }
    for (k, held) in function.held.enumerated() { add(.held(function, k), held) }
    var scope = function.scope
    while let current = scope, !current.isGlobal {
      if seen.insert(ObjectIdentifier(current)).inserted {
        for name in current.order { if let binding = current.bindings[name] { add(.binding(current, name), binding.value) } }
      }
      scope = current.parent
    }
  }

  /// Puts tensors in the places of the nodes; gives the statement's own value, and what assertions compared.
  func replace(_ results: [Tensor], _ value: Value) -> (value: Value, comparisons: [Comparison]) {
    var rest = results[...]
    func replaced(_ value: Value) -> Value {
      value.mapLeaves { leaf in
        guard case .node = leaf.source, let tensor = rest.popFirst() else { return leaf }
        return TensorValue(result: tensor)
      }
    }
    var own = value
    var comparisons: [Comparison] = []
    for slot in slots {
      switch slot {
      case .binding(let scope, let name): if let binding = scope.bindings[name] { scope.update(name, replaced(binding.value)) }
      case .held(let function, let k): function.held[k] = replaced(function.held[k])
      case .result: own = replaced(value)
      case .observed(var observation):
        observation.change(replaced)
        comparisons.append(observation.comparison)
      }
    }
    return (own, comparisons)
  }
}

extension TensorValue {
  /// A computed tensor; scalar Ints and truth values are known from now on, so that they may be sizes and choices.
  init(result tensor: Tensor) {
    guard tensor.rank == 0 else { self.init(tensor); return }
    switch tensor.scalarAttribute {
    case .int(let n)?: self.init(size: Dim(n))
    case .bool(let truth)?: self.init(truth: truth)
    default: self.init(tensor)
    }
  }
}

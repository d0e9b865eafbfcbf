import Ops

/// How the places of a value stand to the places of a choice.
enum View: Hashable {
  /// What is said holds of every place of the value.
  case all
  /// Axis k of the value runs along axis `axes[k]` of the choice; what is said holds at the places that are chosen.
  case lanes([Int])
}

/// A truth value that holds, or does not.
struct Condition {
  var value: ValueID
  var holds: Bool
}

/// Where a value lies: between numbers, and beside values that do not vary.
struct Fact: Equatable {
  struct End: Equatable {
    var number: Double
    var isStrict: Bool
  }
  var lower: End?
  var upper: End?
  var lowerValues: [ValueID] = []
  var upperValues: [ValueID] = []
  var isNonzero = false
  var isEmpty: Bool { self == Fact() }

  mutating func isAtLeast(_ end: End) {
    guard let old = lower, old.number > end.number || (old.number == end.number && old.isStrict) else {
      lower = end
      return
    }
  }
  mutating func isAtMost(_ end: End) {
    guard let old = upper, old.number < end.number || (old.number == end.number && old.isStrict) else {
      upper = end
      return
    }
  }
  mutating func add(_ other: Fact) {
    if let end = other.lower { isAtLeast(end) }
    if let end = other.upper { isAtMost(end) }
    lowerValues += other.lowerValues.filter { !lowerValues.contains($0) }
    upperValues += other.upperValues.filter { !upperValues.contains($0) }
    isNonzero = isNonzero || other.isNonzero
  }
  /// Of −x.
  var negated: Fact {
    func turned(_ end: End?) -> End? { end.map { End(number: 0 - $0.number, isStrict: $0.isStrict) } }
    return Fact(lower: turned(upper), upper: turned(lower), isNonzero: isNonzero)
  }
}

/// Facts about numbered values.
struct Facts: Equatable {
  private struct Key: Hashable {
    var number: Int
    var view: View
  }
  private var known: [Key: Fact] = [:]
  var isEmpty: Bool { known.isEmpty }

  mutating func add(_ fact: Fact, to number: Int, _ view: View) { known[Key(number: number, view: view), default: Fact()].add(fact) }

  func of(_ number: Int, _ view: View?) -> Fact {
    var fact = known[Key(number: number, view: .all)] ?? Fact()
    if let view, view != .all, let more = known[Key(number: number, view: view)] { fact.add(more) }
    return fact
  }

  /// Those that hold of every place, without values of a graph.
  var everywhere: Facts {
    var result = Facts()
    for (key, fact) in known where key.view == .all {
      result.known[key] = Fact(lower: fact.lower, upper: fact.upper, isNonzero: fact.isNonzero)
    }
    return result
  }
}

extension Operation {
  /// How an operand's places stand to those of a context, if those of the result do as `view` says.
  func view(ofOperand k: Int, _ graph: Graph, _ view: View?) -> View? {
    guard case .lanes(let axes)? = view else { return nil }
    if decl.traits.contains(.elementwise) { return view }
    if decl === OpDecl.convert { return view }
    guard decl === OpDecl.broadcast else { return nil }
    return .lanes(attributes.ints("axes").map { axes[$0] })
  }
}

// What a condition tells.
extension Guards {
  /// What follows from a truth value that holds (or does not) at the places that count. What has one place only holds everywhere.
  func learn(_ c: ValueID, _ holds: Bool, _ view: View, _ facts: inout Facts) {
    let view = old.type(c).rank == 0 ? .all : view
    guard let k = producer[c.index] else { return }
    let operation = old.operations[k]
    let x = operation.operands
    func spread(_ fact: Fact, _ id: ValueID) { tell(fact, id, view, &facts) }
    /// a > c, or a ≥ c
    func isAbove(_ a: ValueID, _ c: ValueID, strictly: Bool) {
      if let number = knownNumber(c) {
        if number.isFinite { spread(Fact(lower: .init(number: number, isStrict: strictly)), a) }
      } else if !varies[c.index] {
        facts.add(Fact(lowerValues: [c]), to: number[a.index], view)
      }
      if let number = knownNumber(a) {
        if number.isFinite { spread(Fact(upper: .init(number: number, isStrict: strictly)), c) }
      } else if !varies[a.index] {
        facts.add(Fact(upperValues: [a]), to: number[c.index], view)
      }
      let zero = Fact.End(number: 0, isStrict: strictly)
      facts.add(Fact(lower: zero), to: numbering.number(of: .sub, number[a.index], number[c.index]), view)
      facts.add(Fact(upper: zero), to: numbering.number(of: .sub, number[c.index], number[a.index]), view)
    }
    switch operation.decl {
    case let d where d === OpDecl.not: learn(x[0], !holds, view, &facts)
    case let d where d === OpDecl.and && holds || d === OpDecl.or && !holds: for id in x { learn(id, holds, view, &facts) }
    case let d where d === OpDecl.allOf && holds || d === OpDecl.anyOf && !holds:
      if view == .all { learn(x[0], holds, .all, &facts) }
    case let d where d === OpDecl.broadcast:
      guard case .lanes(let axes) = view else { return learn(x[0], holds, .all, &facts) }
      learn(x[0], holds, .lanes(operation.attributes.ints("axes").map { axes[$0] }), &facts)
    case let d where d === OpDecl.reshape: if view == .all { learn(x[0], holds, .all, &facts) }
    case let d where d.isOrder:
      guard old.type(x[0]).dtype.isReal else { return }
      // What is no number is undefined itself, so that either a comparison holds or its opposite.
      let isGreater = d === OpDecl.gt || d === OpDecl.ge
      let isStrict = (d === OpDecl.gt || d === OpDecl.lt) == holds
      let (high, low) = isGreater == holds ? (x[0], x[1]) : (x[1], x[0])
      isAbove(high, low, strictly: isStrict)
    case let d where d === OpDecl.eq && holds || d === OpDecl.ne && !holds:
      guard old.type(x[0]).dtype.isReal else { return }
      isAbove(x[0], x[1], strictly: false)
      isAbove(x[1], x[0], strictly: false)
    case let d where d === OpDecl.eq || d === OpDecl.ne:
      guard old.type(x[0]).dtype.isReal else { return }
      if knownNumber(x[1]) == 0 { spread(Fact(isNonzero: true), x[0]) }
      if knownNumber(x[0]) == 0 { spread(Fact(isNonzero: true), x[1]) }
      for (a, c) in [(x[0], x[1]), (x[1], x[0])] {
        facts.add(Fact(isNonzero: true), to: numbering.number(of: .sub, number[a.index], number[c.index]), view)
      }
    default: return
    }
  }

  /// Notes where a value lies, and what follows for what it is made of.
  private func tell(_ fact: Fact, _ id: ValueID, _ place: View, _ facts: inout Facts) {
    let view = old.type(id).rank == 0 ? .all : place
    facts.add(fact, to: number[id.index], view)
    guard let k = producer[id.index] else { return }
    let operation = old.operations[k]
    let x = operation.operands
    let isPositive = fact.lower.map { $0.number > 0 || ($0.number == 0 && $0.isStrict) } ?? false
    let isNegative = fact.upper.map { $0.number < 0 || ($0.number == 0 && $0.isStrict) } ?? false
    let isNonzero = fact.isNonzero || isPositive || isNegative
    func pass(_ fact: Fact, _ view: View, to k: Int = 0) { if !fact.isEmpty { tell(fact, x[k], view, &facts) } }
    switch operation.decl {
    case let d where d === OpDecl.neg: pass(fact.negated, view)
    case let d where d === OpDecl.convert: if old.type(x[0]).dtype.isReal { pass(fact, view) }
    case let d where d === OpDecl.add || d === OpDecl.sub:
      if let c = knownNumber(x[1]) { return pass(fact.moved { d === OpDecl.add ? ($0, -c) : ($0, c) }, view) }
      if let c = knownNumber(x[0]) {
        // y = c + x, or y = c − x
        if d === OpDecl.add { return pass(fact.moved { ($0, -c) }, view, to: 1) }
        pass(fact.negated.moved { ($0, c) }, view, to: 1)
      }
    case let d where d === OpDecl.mul || d === OpDecl.div:
      if d === OpDecl.mul, number[x[0].index] == number[x[1].index] { return pass(Fact(isNonzero: isNonzero), view) }
      if let c = knownNumber(x[1]), c != 0, c.isFinite { return pass(d === OpDecl.mul ? fact.scaled(dividing: c) : fact.scaled(times: c), view) }
      if d === OpDecl.mul, let c = knownNumber(x[0]), c != 0, c.isFinite { pass(fact.scaled(dividing: c), view, to: 1) }
    case let d where d === OpDecl.abs:
      var inner = Fact(isNonzero: isNonzero)
      if let end = fact.upper, end.number >= 0 { (inner.lower, inner.upper) = (.init(number: -end.number, isStrict: end.isStrict), end) }
      pass(inner, view)
    case let d where d === OpDecl.relu: if isPositive, let end = fact.lower { pass(Fact(lower: end), view) }
    case let d where d === OpDecl.sqrt: if isPositive { pass(Fact(lower: .init(number: 0, isStrict: true)), view) }
    case let d where d === OpDecl.pow:
      if let n = knownNumber(x[1]), n > 0, n == n.rounded() { pass(Fact(isNonzero: isNonzero), view) }
    case let d where d === OpDecl.minOf: if view == .all { pass(Fact(lower: fact.lower), .all) }
    case let d where d === OpDecl.maxOf: if view == .all { pass(Fact(upper: fact.upper), .all) }
    case let d where d === OpDecl.broadcast:
      guard case .lanes(let axes) = view else { return pass(fact, .all) }
      pass(fact, .lanes(operation.attributes.ints("axes").map { axes[$0] }))
    case let d where d === OpDecl.reshape: if view == .all { pass(fact, .all) }
    default: return
    }
  }

  /// The number that every element of a value is, as it is stored.
  func knownNumber(_ id: ValueID) -> Double? {
    guard let k = producer[id.index], old.type(id).dtype.isReal else { return nil }
    let operation = old.operations[k]
    func stored(_ value: Double) -> Double { old.type(id).dtype == .f32 ? Double(Float(value)) : value }
    switch operation.decl {
    case let d where d === OpDecl.fill:
      guard operation.attributes["irrational"] == nil, case .real(let value)? = operation.attributes["value"] else { return nil }
      return value == 0 ? 0 : stored(value)
    case let d where d === OpDecl.broadcast || d === OpDecl.reshape: return knownNumber(operation.operands[0])
    case let d where d === OpDecl.convert && old.type(operation.operands[0]).dtype == .f32: return knownNumber(operation.operands[0])
    default: return nil
    }
  }

  /// Conditions of which one that does not hold makes a value exactly 0.
  func zeroUnless(_ id: ValueID) -> [Condition] {
    guard let k = producer[id.index] else { return [] }
    let operation = old.operations[k]
    let x = operation.operands
    switch operation.decl {
    case let d where d === OpDecl.select:
      if knownNumber(x[2]) == 0 { return [Condition(value: x[0], holds: true)] + zeroUnless(x[1]) }
      if knownNumber(x[1]) == 0 { return [Condition(value: x[0], holds: false)] + zeroUnless(x[2]) }
      return []
    case let d where d === OpDecl.mul0: return zeroUnless(x[0]) + zeroUnless(x[1])
    case let d where d === OpDecl.neg: return zeroUnless(x[0])
    default: return []
    }
  }
}

extension Fact {
  /// With both ends moved; `parts` gives two numbers of which the new end is the sum. An end that had to be rounded is moved outwards.
  fileprivate func moved(_ parts: (Double) -> (Double, Double)) -> Fact {
    func sum(_ end: End, below: Bool) -> End? {
      let (a, c) = parts(end.number)
      let s = a + c
      guard s.isFinite else { return nil }
      // The rounding error of a sum is a number (Knuth 1969, two-sum).
      let t = s - a
      let error = (a - (s - t)) + (c - t)
      return error == 0 ? End(number: s, isStrict: end.isStrict) : End(number: below ? s.nextDown : s.nextUp, isStrict: false)
    }
    return Fact(lower: lower.flatMap { sum($0, below: true) }, upper: upper.flatMap { sum($0, below: false) })
  }
  fileprivate func scaled(dividing c: Double) -> Fact { scaled(c < 0) { ($0 / c, (-$0).addingProduct($0 / c, c) == 0) } }
  fileprivate func scaled(times c: Double) -> Fact { scaled(c < 0) { ($0 * c, (-($0 * c)).addingProduct($0, c) == 0) } }

  /// `change` gives the new end and whether it is exact.
  private func scaled(_ turns: Bool, _ change: (Double) -> (Double, Bool)) -> Fact {
    func end(_ old: End?, below: Bool) -> End? {
      guard let old else { return nil }
      let (number, isExact) = change(old.number)
      guard number.isFinite else { return nil }
      // Of small numbers a product may seem exact by underflow.
      let isSure = isExact && number.magnitude > 1e-250 && old.number.magnitude > 1e-250
      if old.number == 0 || isSure { return End(number: number == 0 ? 0 : number, isStrict: old.isStrict) }
      return End(number: below ? number.nextDown : number.nextUp, isStrict: false)
    }
    return Fact(
      lower: end(turns ? upper : lower, below: true), upper: end(turns ? lower : upper, below: false), isNonzero: isNonzero)
  }
}

extension OpDecl {
  fileprivate var isOrder: Bool { [OpDecl.lt, .le, .gt, .ge].contains { $0 === self } }
}

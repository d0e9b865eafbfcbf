/// An extent of a tensor: an integer polynomial in named sizes, such as `2 * n + 1`.
///
/// Equal polynomials are equal values, so `n + n` and `2 * n` agree. Two different symbols are never equal.
public struct Dim: Hashable, Sendable {
  /// A size that is not known yet. Two symbols of one name are different sizes when their `id` differs.
  public struct Symbol: Hashable, Comparable, Sendable {
    public var id: Int
    public var name: String
    public init(id: Int, name: String) { (self.id, self.name) = (id, name) }
    public static func < (a: Symbol, b: Symbol) -> Bool { (a.name, a.id) < (b.name, b.id) }
  }
  struct Term: Hashable, Sendable {
    var symbols: [Symbol]  // sorted, with repetition
    var coefficient: Int  // never zero
  }
  /// The value where it is known; the polynomial's constant term otherwise.
  private(set) var constantTerm: Int
  /// The non-constant terms, sorted by their symbols.
  private(set) var terms: [Term]

  public init(_ value: Int) { (constantTerm, terms) = (value, []) }
  public init(_ symbol: Symbol) { (constantTerm, terms) = (0, [Term(symbols: [symbol], coefficient: 1)]) }
  private init(constant: Int, collecting raw: [Term]) {
    constantTerm = constant
    var byKey: [[Symbol]: Int] = [:]
    for term in raw { byKey[term.symbols, default: 0] &+= term.coefficient }
    terms = byKey.filter { $0.value != 0 }.map { Term(symbols: $0.key, coefficient: $0.value) }
      .sorted { $0.symbols.lexicographicallyPrecedes($1.symbols) }
  }

  /// The size, if it is a known number.
  public var constant: Int? { terms.isEmpty ? constantTerm : nil }
  public var isOne: Bool { constant == 1 }
  /// The symbol, if the size is just one.
  public var symbol: Symbol? {
    constantTerm == 0 && terms.count == 1 && terms[0].coefficient == 1 && terms[0].symbols.count == 1
      ? terms[0].symbols[0] : nil
  }
  public var symbols: Set<Symbol> { Set(terms.flatMap(\.symbols)) }

  public static func + (a: Dim, b: Dim) -> Dim {
    if a.terms.isEmpty && b.terms.isEmpty { return Dim(a.constantTerm &+ b.constantTerm) }
    return Dim(constant: a.constantTerm &+ b.constantTerm, collecting: a.terms + b.terms)
  }
  public static func - (a: Dim, b: Dim) -> Dim { a + b * Dim(-1) }
  public static func * (a: Dim, b: Dim) -> Dim {
    if a.terms.isEmpty && b.terms.isEmpty { return Dim(a.constantTerm &* b.constantTerm) }
    var raw: [Term] = []
    for x in a.terms {
      raw.append(Term(symbols: x.symbols, coefficient: x.coefficient &* b.constantTerm))
      for y in b.terms {
        raw.append(Term(symbols: (x.symbols + y.symbols).sorted(), coefficient: x.coefficient &* y.coefficient))
      }
    }
    for y in b.terms { raw.append(Term(symbols: y.symbols, coefficient: y.coefficient &* a.constantTerm)) }
    return Dim(constant: a.constantTerm &* b.constantTerm, collecting: raw)
  }
  /// The quotient where the division is exact for every value of the symbols; nil otherwise.
  public func dividedExactly(by divisor: Dim) -> Dim? {
    if let d = divisor.constant {
      guard d != 0, d != -1 || constantTerm != .min, constantTerm % d == 0, terms.allSatisfy({ $0.coefficient % d == 0 }) else { return nil }
      return Dim(constant: constantTerm / d, collecting: terms.map { Term(symbols: $0.symbols, coefficient: $0.coefficient / d) })
    }
    if self == divisor { return Dim(1) }
    // A single-term divisor divides each term that holds its symbols.
    guard constantTerm == 0, divisor.constantTerm == 0, divisor.terms.count == 1, let d = divisor.terms.first else { return nil }
    var raw: [Term] = []
    for term in terms {
      var rest = term.symbols
      for symbol in d.symbols {
        guard let at = rest.firstIndex(of: symbol) else { return nil }
        rest.remove(at: at)
      }
      guard term.coefficient % d.coefficient == 0 else { return nil }
      raw.append(Term(symbols: rest, coefficient: term.coefficient / d.coefficient))
    }
    let free = raw.filter(\.symbols.isEmpty).reduce(0) { $0 + $1.coefficient }
    return Dim(constant: free, collecting: raw.filter { !$0.symbols.isEmpty })
  }
  /// The polynomial with symbols replaced.
  public func substituting(_ values: [Symbol: Dim]) -> Dim {
    if terms.isEmpty { return self }
    var result = Dim(constantTerm)
    for term in terms {
      var product = Dim(term.coefficient)
      for symbol in term.symbols { product = product * (values[symbol] ?? Dim(symbol)) }
      result = result + product
    }
    return result
  }
}

extension Dim: CustomStringConvertible, ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
  public var description: String {
    if terms.isEmpty { return String(constantTerm) }
    var text = ""
    for term in terms {
      let names = term.symbols.map(\.name).joined(separator: " * ")
      let magnitude = term.coefficient.magnitude == 1 ? names : "\(term.coefficient.magnitude) * \(names)"
      text += text.isEmpty ? (term.coefficient < 0 ? "-\(magnitude)" : magnitude) : (term.coefficient < 0 ? " - " : " + ") + magnitude
    }
    if constantTerm != 0 { text += (constantTerm < 0 ? " - " : " + ") + String(constantTerm.magnitude) }
    return text
  }
}

public typealias Shape = [Dim]

extension Array where Element == Dim {
  /// The number of elements; the largest Int where there are more.
  public var elementCount: Dim {
    guard let extents = constants else { return reduce(Dim(1), *) }
    if extents.contains(0) { return 0 }
    var count = 1
    for extent in extents {
      let (product, isOver) = count.multipliedReportingOverflow(by: extent)
      if isOver { return Dim(.max) }
      count = product
    }
    return Dim(count)
  }
  /// The extents as numbers, if all are known.
  public var constants: [Int]? {
    var result: [Int] = []
    for dim in self {
      guard let value = dim.constant else { return nil }
      result.append(value)
    }
    return result
  }
}

extension Dim {
  /// The extent of a stack whose height only the run tells: what a `while`, or a `for` with a run-time count, records for its
  /// reverse pass. Such a value is consumed by another loop and never seen by a script.
  public static let dynamic = Dim(Symbol(id: -1, name: "?"))
  public var isDynamic: Bool { self == .dynamic }
}

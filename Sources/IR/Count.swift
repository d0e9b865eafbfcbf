#if canImport(Glibc)
  import Glibc
#endif

/// A number of operations or evaluations: a polynomial in sizes that are not known yet, with real coefficients. It does not overflow.
public struct Count: Hashable, Sendable {
  private var terms: [[Dim.Symbol]: Double] = [:]
  public static let zero = Count(0.0)
  public init(_ value: Double) { if value != 0 { terms[[]] = value } }
  public init(_ dim: Dim) {
    if dim.constantTerm != 0 { terms[[]] = Double(dim.constantTerm) }
    for term in dim.terms { terms[term.symbols] = Double(term.coefficient) }
  }
  /// The number of elements of a tensor.
  public init(_ shape: Shape) { self = shape.reduce(Count(1.0)) { $0 * Count($1) } }

  /// The number, where it depends on no size.
  public var known: Double? { terms.isEmpty ? 0 : terms.count == 1 ? terms[[]] : nil }
  public var isZero: Bool { terms.isEmpty }

  public static func + (a: Count, b: Count) -> Count {
    var result = a
    for (symbols, coefficient) in b.terms { result.terms[symbols, default: 0] += coefficient }
    result.terms = result.terms.filter { $0.value != 0 }
    return result
  }
  public static func * (a: Count, b: Count) -> Count {
    var result = zero
    for (x, p) in a.terms { for (y, q) in b.terms { result.terms[(x + y).sorted(), default: 0] += p * q } }
    result.terms = result.terms.filter { $0.value != 0 }
    return result
  }
  public static func * (a: Double, b: Count) -> Count { Count(a) * b }
  public static func += (a: inout Count, b: Count) { a = a + b }

  /// The larger where both are known; else one that is at least as large.
  public static func larger(_ a: Count, _ b: Count) -> Count {
    guard let x = a.known, let y = b.known else { return a == b ? a : a + b }
    return Count(Swift.max(x, y))
  }
}

extension Count: CustomStringConvertible {
  /// `1.2e+06` as `1.2 million`, a polynomial by falling degree.
  public var description: String {
    if let known { return Count.spelled(known) }
    let ordered = terms.sorted { a, b in a.key.count == b.key.count ? a.key.lexicographicallyPrecedes(b.key) : a.key.count > b.key.count }
    return ordered.map { symbols, coefficient in
      let names = symbols.map(\.name).joined(separator: " ")
      return symbols.isEmpty ? Count.spelled(coefficient) : coefficient == 1 ? names : "\(Count.spelled(coefficient)) \(names)"
    }.joined(separator: " + ")
  }
  private static func spelled(_ x: Double) -> String {
    if x >= 1e15 { return "\(rounded(x / exponent(x)))e+\(Int(log10(x)))" }
    for (scale, word) in [(1e12, " trillion"), (1e9, " billion"), (1e6, " million")] where x >= scale {
      return rounded(x / scale) + word
    }
    if x < 10_000 { return rounded(x) }
    return rounded(x / 1e3) + " thousand"
  }
  private static func exponent(_ x: Double) -> Double { pow(10, log10(x).rounded(.down)) }
  /// Three digits.
  private static func rounded(_ x: Double) -> String {
    if x == x.rounded(), x < 10_000 { return "\(Int(x))" }
    let scale = x < 10 ? 100.0 : x < 100 ? 10.0 : 1.0
    let value = (x * scale).rounded() / scale
    return value == value.rounded() && value < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

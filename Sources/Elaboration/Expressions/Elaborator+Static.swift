import Diagnostics
import Ops
import Syntax

extension Elaborator {
  /// An operator on numbers that are known now: sizes, literals, truth values. Nil where the run must decide.
  func staticBinary(
    _ op: BinaryOperator, _ a: TensorValue, _ b: TensorValue, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ span: SourceSpan
  ) throws -> TensorValue? {
    if let x = a.truth, let y = b.truth {
      switch op {
      case .and: return TensorValue(truth: x && y)
      case .or: return TensorValue(truth: x || y)
      case .equal: return TensorValue(truth: x == y)
      case .notEqual: return TensorValue(truth: x != y)
      default: return nil
      }
    }
    if op == .and || op == .or {
      // A side that is known decides or drops out.
      if let x = a.truth, b.dtype == .bool, b.shape.isEmpty { return x == (op == .or) ? a : b }
      if let y = b.truth, a.dtype == .bool, a.shape.isEmpty { return y == (op == .or) ? b : a }
      return nil
    }
    if op == .divide, let x = realLiteral(a), let y = realLiteral(b), a.isFlexible || a.dtype.isReal, b.isFlexible || b.dtype.isReal {
      return constant(x / y)
    }
    if a.dtype.isReal || b.dtype.isReal, let x = realLiteral(a), let y = realLiteral(b) {
      switch op {
      case .add: return constant(x + y)
      case .subtract: return constant(x - y)
      case .multiply: return constant(x * y)
      default: return nil
      }
    }
    guard let x = a.size, let y = b.size else { return nil }
    let literal = a.isFlexible && b.isFlexible
    func number(_ value: Int) -> TensorValue { literal ? TensorValue(literal: value) : TensorValue(size: Dim(value)) }
    if let m = x.constant, let n = y.constant {
      let (value, overflow): (Int, Bool)
      switch op {
      case .add: (value, overflow) = m.addingReportingOverflow(n)
      case .subtract: (value, overflow) = m.subtractingReportingOverflow(n)
      case .multiply: (value, overflow) = m.multipliedReportingOverflow(by: n)
      case .floorDivide, .remainder:
        guard n != 0 else { throw fail(.divisionByZero, "division by zero", at: span, labels: [.init(bSpan, "this is 0")]) }
        if n == -1 { (value, overflow) = op == .remainder ? (0, false) : 0.subtractingReportingOverflow(m) } else {
          let quotient = m / n - (m % n != 0 && (m < 0) != (n < 0) ? 1 : 0)
          (value, overflow) = (op == .floorDivide ? quotient : m - quotient * n, false)
        }
      case .power:
        guard n >= 0 else { return literal ? constant(power(Double(m), n)) : nil }
        var result = 1
        var over = false
        for _ in 0..<min(n, 64) where !over {
          let (next, o) = result.multipliedReportingOverflow(by: m)
          (result, over) = (next, o)
        }
        (value, overflow) = (n > 64 && abs(m) > 1 ? 0 : n > 64 && m == -1 && n % 2 == 0 ? 1 : result, over || (n > 64 && abs(m) > 1))
      case .equal: return TensorValue(truth: m == n)
      case .notEqual: return TensorValue(truth: m != n)
      case .less: return TensorValue(truth: m < n)
      case .lessOrEqual: return TensorValue(truth: m <= n)
      case .greater: return TensorValue(truth: m > n)
      case .greaterOrEqual: return TensorValue(truth: m >= n)
      default: return nil
      }
      if overflow { throw fail(.integerOverflow, "this Int does not fit in 64 bits", at: span) }
      return number(value)
    }
    switch op {
    case .add: return TensorValue(size: x + y)
    case .subtract: return TensorValue(size: x - y)
    case .multiply: return TensorValue(size: x * y)
    case .floorDivide: return x.dividedExactly(by: y).map { TensorValue(size: $0) }
    case .equal where x == y: return TensorValue(truth: true)
    case .notEqual where x == y: return TensorValue(truth: false)
    default: return nil
    }
  }
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= base }
    return exponent < 0 ? 1 / result : result
  }

  /// The number a literal or folded constant stands for.
  private func realLiteral(_ t: TensorValue) -> Double? {
    switch t.source {
    case .literal(let value): Double(value)
    case .host(let tensor) where tensor.rank == 0: tensor.realScalar
    default: nil
    }
  }
}

/// Writes formulas on one line of a terminal.
enum Unicode {
  static func text(_ formula: Formula) -> String {
    switch formula {
    case .name(let name): return self.name(name)
    case .word(let word): return word
    case .number(let x): return number(x)
    case .sign(let sign): return sign.unicode
    case .text(let text), .code(let text): return text
    case .apply(let f, let arguments): return "\(text(f, .atom))(\(list(arguments)))"
    case .infix(let op, let operands):
      return operands.enumerated().map { k, operand in operandText(operand, op, at: k, of: operands.count) }.joined(separator: op.sign.unicode)
    case .prefix(let sign, let operand, let tightness): return sign.unicode + text(operand, tightness)
    case .fraction(let a, let b):
      let space = a.isShort && b.tightness == .atom ? "" : " "
      return "\(text(a, .product))\(space)/\(space)\(text(b, .sign))"
    case .power(let base, let exponent): return text(base, .atom) + raised(exponent)
    case .index(let base, let indices): return text(base, .atom) + lowered(indices)
    case .root(let x): return "√" + (x.isShort ? text(x) : "(\(text(x)))")
    case .fenced(let fence, let parts): return fence.open.unicode + list(parts) + fence.close.unicode
    case .builder(let body, let domain): return "{ \(text(body)) : \(list(domain)) }"
    case .big(let big, let below, let above, let body): return self.big(big, below, above) + bodyText(big, body)
    case .evaluated(let body, let places): return "\(text(body, .atom))|_{\(list(places))}"
    case .cases(let cases):
      return "{ " + cases.map { text($0) + ($1.map { " if \(text($0))" } ?? " otherwise") }.joined(separator: "; ") + " }"
    case .lambda(let parameters, let body): return "\(text(parameters)) ↦ \(text(body))"
    case .with(let value, let definitions):
      return text(value) + " where " + definitions.map { text($0) }.joined(separator: ", ")
    }
  }
  static func text(_ formula: Formula, _ least: Tightness) -> String {
    formula.tightness < least ? "(\(text(formula)))" : text(formula)
  }
  static func operandText(_ operand: Formula, _ op: Infix, at k: Int, of count: Int) -> String {
    if case .fraction = operand, op == .juxtaposed { return "(\(text(operand)))" }
    return operand.isLoose(in: op, isFirst: k == 0, isLast: k + 1 == count) ? "(\(text(operand)))" : text(operand)
  }
  private static func list(_ parts: [Formula]) -> String { parts.map { text($0) }.joined(separator: ", ") }

  /// `max_{x ∈ S} `, with its space; a bracketed one without.
  static func big(_ big: Big, _ below: [Formula], _ above: Formula?) -> String {
    if big.style == .quantifier { return "\(big.sign.unicode) \(list(below)): " }
    let domain = below.isEmpty ? "" : below.count == 1 && below[0].isShort ? "_\(text(below[0]))" : "_{\(list(below))}"
    return big.sign.unicode + domain + (above.map { $0.isShort ? "^\(text($0))" : "^{\(text($0))}" } ?? "") + (big.style == .bracketed ? "" : " ")
  }
  static func bodyText(_ big: Big, _ body: Formula) -> String {
    switch big.style {
    case .plain: body.isBig ? text(body) : text(body, .product)
    case .bracketed: "[\(text(body))]"
    case .quantifier: text(body)
    }
  }
  private static func raised(_ exponent: Formula) -> String {
    let plain = text(exponent)
    return Small.superscripted(plain) ?? (exponent.tightness == .atom ? "^\(plain)" : "^(\(plain))")
  }
  private static func lowered(_ indices: [Formula]) -> String {
    let plain = list(indices)
    return Small.subscripted(plain) ?? (indices.count == 1 && indices[0].isShort ? "_\(plain)" : "_{\(plain)}")
  }

  static func name(_ name: String) -> String {
    let parts = NameParts(name)
    let base = Greek.letters[parts.base] ?? parts.base
    let below = Greek.letters[parts.below] ?? parts.below
    // Words in small letters cannot be read.
    let small = below.isEmpty ? "" : (below.count <= 2 ? Small.subscripted(below) : nil) ?? "_\(below)"
    return base + small + String(repeating: "'", count: parts.primes)
  }
  static func number(_ x: Double) -> String {
    if x.isInfinite { return x < 0 ? "−∞" : "∞" }
    let (digits, exponent) = x.scientific
    guard let exponent else { return digits }
    let power = "10" + (Small.superscripted("\(exponent)".replacing("-", with: "−")) ?? "^\(exponent)")
    return digits == "1" ? power : "\(digits) · \(power)"
  }
}

extension String {
  func replacing(_ old: Character, with new: Character) -> String { String(map { $0 == old ? new : $0 }) }
}

extension Double {
  /// The digits with a proper minus sign, and the power of ten where it is written apart.
  var scientific: (digits: String, exponent: Int?) {
    if self == rounded(), magnitude < 1e15 { return ("\(Int(self))".replacing("-", with: "−"), nil) }
    let text = "\(self)".replacing("-", with: "−")
    guard let e = text.firstIndex(of: "e") else { return (text, nil) }
    let mantissa = String(text[..<e])
    let exponent = Int(text[text.index(after: e)...].replacing("−", with: "-"))
    return (mantissa.hasSuffix(".0") ? String(mantissa.dropLast(2)) : mantissa, exponent)
  }
}
extension Substring {
  fileprivate func replacing(_ old: Character, with new: Character) -> String { String(self).replacing(old, with: new) }
}

extension Formula {
  /// Whether it is one name or number.
  var isShort: Bool {
    switch self {
    case .name, .word, .sign: true
    case .number(let x): x >= 0
    default: false
    }
  }
  var isBig: Bool { if case .big = self { true } else { false } }
}

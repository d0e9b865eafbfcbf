/// Writes formulas for LaTeX with amsmath and amssymb, and for Markdown that knows mathematics.
enum Latex {
  static func text(_ formula: Formula) -> String {
    switch formula {
    case .name(let name): return self.name(name)
    case .word(let word): return self.word(word)
    case .number(let x): return number(x)
    case .sign(let sign): return sign.latex
    case .text(let text): return "\\text{\(escaped(text))}"
    case .code(let code): return "\\texttt{\(escaped(code))}"
    case .apply(let f, let arguments): return "\(text(f, .atom))\(fenced(.round, list(arguments), isTall: arguments.contains(where: \.isTall)))"
    case .infix(let op, let operands):
      return operands.enumerated().map { k, operand in operandText(operand, op, at: k, of: operands.count) }.joined(separator: op.sign.latex)
    case .prefix(let sign, let operand, let tightness): return sign.latex + text(operand, tightness)
    case .fraction(let a, let b): return "\\frac{\(text(a))}{\(text(b))}"
    case .power(let base, let exponent): return "{\(text(base, .atom))}^{\(text(exponent))}"
    case .index(let base, let indices): return "{\(text(base, .atom))}_{\(list(indices))}"
    case .root(let x): return "\\sqrt{\(text(x))}"
    case .fenced(let fence, let parts): return fenced(fence, list(parts), isTall: parts.contains(where: \.isTall))
    case .builder(let body, let domain): return "\\left\\{ \(text(body)) : \(list(domain)) \\right\\}"
    case .big(let big, let below, let above, let body): return self.big(big, below, above) + bodyText(big, body)
    case .evaluated(let body, let places): return "\\left. \(text(body, .atom)) \\right|_{\(list(places))}"
    case .cases(let cases):
      let rows = cases.map { text($0) + " & " + ($1.map { "\\text{if } \(text($0))" } ?? "\\text{otherwise}") }
      return "\\begin{cases} " + rows.joined(separator: " \\\\ ") + " \\end{cases}"
    case .lambda(let parameters, let body): return "\(text(parameters)) \\mapsto \(text(body))"
    case .with(let value, let definitions):
      return text(value) + " \\quad\\text{where } " + definitions.map { text($0) }.joined(separator: ",\\ ")
    }
  }
  static func text(_ formula: Formula, _ least: Tightness) -> String {
    formula.tightness < least && !formula.isFraction ? fenced(.round, text(formula), isTall: formula.isTall) : text(formula)
  }
  static func operandText(_ operand: Formula, _ op: Infix, at k: Int, of count: Int) -> String {
    let isLoose = operand.isLoose(in: op, isFirst: k == 0, isLast: k + 1 == count) && !operand.isFraction
    return isLoose ? fenced(.round, text(operand), isTall: operand.isTall) : text(operand)
  }
  private static func list(_ parts: [Formula]) -> String { parts.map { text($0) }.joined(separator: ", ") }
  private static func fenced(_ fence: Fence, _ inner: String, isTall: Bool) -> String {
    isTall ? "\\left\(fence.open.latex) \(inner) \\right\(fence.close.latex)" : "\(fence.open.latex)\(inner)\(fence.close.latex)"
  }

  static func big(_ big: Big, _ below: [Formula], _ above: Formula?) -> String {
    if big.style == .quantifier { return "\(big.sign.latex)\(list(below)) : \\; " }
    let domain = below.isEmpty ? "" : "_{\(list(below))}"
    return big.sign.latex + domain + (above.map { "^{\(text($0))}" } ?? "") + (big.style == .bracketed ? "" : " ")
  }
  static func bodyText(_ big: Big, _ body: Formula) -> String {
    switch big.style {
    case .plain: body.isBig ? text(body) : text(body, .product)
    case .bracketed: "\\left[ \(text(body)) \\right]"
    case .quantifier: text(body)
    }
  }

  /// Functions that LaTeX knows.
  private static let functions: Set<String> = [
    "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "max", "min", "det", "arg",
  ]

  /// The name of a function: upright, unless it is one letter.
  private static func word(_ word: String) -> String {
    if functions.contains(word) { return "\\\(word)" }
    if word.count == 1 || Greek.letters[word] != nil { return name(word) }
    // Inside `\operatorname` is mathematics, where an escape would be none.
    return word.allSatisfy(\.isASCII) ? "\\operatorname{\(escaped(word))}" : "\\operatorname{\\text{\(escaped(word))}}"
  }

  static func name(_ name: String) -> String {
    let parts = NameParts(name)
    let base = letters(parts.base, isBase: true)
    let below = parts.below.isEmpty ? "" : "_{\(letters(parts.below, isBase: false))}"
    return base + below + String(repeating: "'", count: parts.primes)
  }
  /// One letter is italic, a word upright, a greek name its letter.
  private static func letters(_ text: String, isBase: Bool) -> String {
    if let letter = Greek.letters[text], let macro = Greek.macros[Character(letter)] { return macro }
    if text.count == 1, let character = text.first { return Greek.macros[character] ?? escaped(text) }
    if text.allSatisfy(\.isNumber) { return text }
    return "\\\(!isBase ? "text" : text.allSatisfy(\.isASCII) ? "mathit" : "textit"){\(escaped(text))}"
  }
  static func number(_ x: Double) -> String {
    if x.isInfinite { return x < 0 ? "-\\infty" : "\\infty" }
    let (digits, exponent) = x.scientific
    let plain = digits.replacing("−", with: "-")
    guard let exponent else { return plain }
    return digits == "1" ? "10^{\(exponent)}" : "\(plain) \\cdot 10^{\(exponent)}"
  }
  private static let signs: [Character: String] = [
    "…": "\\dots", "∈": "\\in", "≤": "\\le", "≥": "\\ge", "≠": "\\neq", "∇": "\\nabla", "·": "\\cdot", "⊙": "\\odot", "√": "\\surd", "→": "\\to",
    "⇒": "\\Rightarrow", "∀": "\\forall", "∃": "\\exists",
  ]
  /// Text in which no character has a meaning of its own.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "_", "#", "%", "&", "$", "{", "}": result += "\\\(character)"
      case "\\": result += "\\textbackslash{}"
      case "^": result += "\\textasciicircum{}"
      case "~": result += "\\textasciitilde{}"
      case "\n": result += " "
      case _ where signs[character] != nil: result += "$\(signs[character] ?? "")$"
      default: result += Greek.macros[character].map { "$\($0)$" } ?? String(character)
      }
    }
    return result
  }
}

extension Formula {
  fileprivate var isFraction: Bool { if case .fraction = self { true } else { false } }
  /// Whether it is taller than a line, so that brackets around it grow.
  var isTall: Bool {
    switch self {
    case .name, .word, .number, .sign, .text, .code: false
    case .fraction, .big, .cases, .evaluated: true
    case .apply(let f, let parts): f.isTall || parts.contains(where: \.isTall)
    case .infix(_, let parts), .fenced(_, let parts): parts.contains(where: \.isTall)
    case .prefix(_, let x, _), .root(let x): x.isTall
    case .power(let a, _), .index(let a, _): a.isTall
    case .lambda(let a, let b): a.isTall || b.isTall
    case .builder(let body, _), .with(let body, _): body.isTall
    }
  }
}

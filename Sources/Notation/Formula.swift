/// A sign as the terminal and as LaTeX write it.
public struct Sign: Hashable, Sendable {
  public let unicode: String
  public let latex: String
  public init(_ unicode: String, _ latex: String) { (self.unicode, self.latex) = (unicode, latex) }
}

/// How tightly a formula holds together; operands that hold less tightly than their place needs get parentheses.
public enum Tightness: Int, Comparable, Sendable {
  case open, disjunction, conjunction, negation, relation, sum, union, intersection, product, sign, power, atom
  public static func < (a: Tightness, b: Tightness) -> Bool { a.rawValue < b.rawValue }
}

/// An operator between operands.
public struct Infix: Hashable, Sendable {
  public let sign: Sign
  public let tightness: Tightness
  /// Whether the operands on the right need parentheses at equal tightness (a − (b − c)).
  public let isLeftOnly: Bool
  init(_ unicode: String, _ latex: String, _ tightness: Tightness, isLeftOnly: Bool = false) {
    (sign, self.tightness, self.isLeftOnly) = (Sign(unicode, latex), tightness, isLeftOnly)
  }
  static let add = Infix(" + ", " + ", .sum)
  static let subtract = Infix(" − ", " - ", .sum, isLeftOnly: true)
  static let times = Infix(" · ", " \\cdot ", .product)
  static let juxtaposed = Infix(" ", " \\, ", .product)
  static let modulo = Infix(" mod ", " \\bmod ", .product, isLeftOnly: true)
  static let intersection = Infix(" ∩ ", " \\cap ", .intersection)
  static let union = Infix(" ∪ ", " \\cup ", .union)
  static let product = Infix(" × ", " \\times ", .product)
  static let and = Infix(" ∧ ", " \\land ", .conjunction)
  static let or = Infix(" ∨ ", " \\lor ", .disjunction)
  static let equal = Infix(" = ", " = ", .relation)
  static let notEqual = Infix(" ≠ ", " \\neq ", .relation)
  static let less = Infix(" < ", " < ", .relation)
  static let lessOrEqual = Infix(" ≤ ", " \\le ", .relation)
  static let greater = Infix(" > ", " > ", .relation)
  static let greaterOrEqual = Infix(" ≥ ", " \\ge ", .relation)
  static let close = Infix(" ≈ ", " \\approx ", .relation)
  static let member = Infix(" ∈ ", " \\in ", .relation)
  static let distributed = Infix(" ~ ", " \\sim ", .relation)
}

/// A pair of brackets.
public struct Fence: Hashable, Sendable {
  public let open: Sign
  public let close: Sign
  init(_ open: Sign, _ close: Sign) { (self.open, self.close) = (open, close) }
  static let round = Fence(Sign("(", "("), Sign(")", ")"))
  static let square = Fence(Sign("[", "["), Sign("]", "]"))
  static let curly = Fence(Sign("{", "\\{"), Sign("}", "\\}"))
  static let absolute = Fence(Sign("|", "|"), Sign("|", "|"))
  static let norm = Fence(Sign("‖", "\\|"), Sign("‖", "\\|"))
  static let angle = Fence(Sign("⟨", "\\langle "), Sign("⟩", "\\rangle "))
  static let floor = Fence(Sign("⌊", "\\lfloor "), Sign("⌋", "\\rfloor "))
  static let ceiling = Fence(Sign("⌈", "\\lceil "), Sign("⌉", "\\rceil "))
}

/// An operator with a domain below it.
public struct Big: Hashable, Sendable {
  public enum Style: Sendable {
    /// `Σ_{i} body`
    case plain
    /// `E_{z}[body]`
    case bracketed
    /// `∀ x ∈ S: body`
    case quantifier
  }
  public let sign: Sign
  public let style: Style
  init(_ unicode: String, _ latex: String, _ style: Style = .plain) { (sign, self.style) = (Sign(unicode, latex), style) }
  static func named(_ name: String) -> Big { Big(name, "\\operatorname*{\(Latex.escaped(name))}") }
  static let sum = Big("Σ", "\\sum"), product = Big("Π", "\\prod")
  static let max = Big("max", "\\max"), min = Big("min", "\\min")
  static let argmax = Big("argmax", "\\operatorname*{arg\\,max}"), argmin = Big("argmin", "\\operatorname*{arg\\,min}")
  static let expectation = Big("𝔼", "\\mathbb{E}", .bracketed), probability = Big("ℙ", "\\mathbb{P}", .bracketed)
  static let variance = Big("Var", "\\operatorname{Var}", .bracketed), deviation = Big("Std", "\\operatorname{Std}", .bracketed)
  /// 1 where the condition holds, else 0.
  static let indicator = Big("𝟙", "\\mathbf{1}", .bracketed)
  static let law = Big("Law", "\\operatorname{Law}", .bracketed)
  static let forall = Big("∀", "\\forall ", .quantifier), exists = Big("∃", "\\exists ", .quantifier)
}

/// Mathematics, whatever it is written with.
public indirect enum Formula: Sendable {
  /// A variable: `x'`, `W1`, `δ_max`.
  case name(String)
  /// The upright name of a function or a set.
  case word(String)
  case number(Double)
  case sign(Sign)
  /// Prose.
  case text(String)
  /// A piece of a program for which there is no mathematics.
  case code(String)
  case apply(Formula, [Formula])
  case infix(Infix, [Formula])
  /// −x, ¬x, ∇f
  case prefix(Sign, Formula, Tightness)
  case fraction(Formula, Formula)
  case power(Formula, Formula)
  case index(Formula, [Formula])
  case root(Formula)
  case fenced(Fence, [Formula])
  /// `{body : domain}`
  case builder(Formula, [Formula])
  case big(Big, below: [Formula], above: Formula?, Formula)
  /// `body |_{x = point}`
  case evaluated(Formula, at: [Formula])
  /// Values with their conditions; nil where none of the others holds.
  case cases([(Formula, Formula?)])
  case lambda(Formula, Formula)
  /// A value, and what defines the names in it: equations, and laws of draws.
  case with(Formula, [Formula])

  /// Whether the formula's last operator takes all that follows.
  private var isOpenEnded: Bool { if case .big(let big, _, _, _) = self { big.style != .bracketed } else { false } }

  /// Whether this operand needs parentheses.
  func isLoose(in op: Infix, isFirst: Bool, isLast: Bool) -> Bool {
    if isLast, op == .juxtaposed, isOpenEnded { return false }
    if tightness < op.tightness { return true }
    if case .infix(let own, _) = self, own.tightness == .union || own.tightness == .intersection, op.tightness == .sum || own != op && op.tightness != .relation { return true }
    if tightness == op.tightness { return op.tightness == .relation || (!isFirst && op.isLeftOnly) }
    return !isFirst && tightness == .sign && op.tightness >= .sum
  }

  var tightness: Tightness {
    switch self {
    case .name, .word, .sign, .text, .code, .apply, .fenced, .builder, .index, .evaluated, .root: .atom
    case .number(let x): x < 0 ? .sign : "\(x)".contains("e") ? .product : .atom
    // What a sum's sign governs ends with the formula.
    case .infix(let op, let operands): operands.last?.isOpenEnded == true ? .open : op.tightness
    case .prefix(_, _, let own): own
    case .fraction: .product
    case .power: .power
    case .big(let big, _, _, _): big.style == .bracketed ? .atom : .open
    case .cases, .lambda, .with: .open
    }
  }
}

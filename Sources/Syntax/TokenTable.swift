/// Every spelling the language knows, declared once: the lexer, the parser, the diagnostics and the editor grammars read it.
public enum TokenTable {
  /// Words that can never be names.
  public static let keywords: Set<String> = [
    "let", "fn", "if", "else", "for", "while", "in", "return", "match", "true", "false", "and", "or", "not",
  ]

  /// Words that count only at the start of a statement, before a name, a string, a number or `{`.
  public static let declarationWords: Set<String> = [
    "var", "model", "param", "buffer", "set", "dist", "objective", "solver", "type", "use", "test", "claim", "assert",
    "precision", "seed",
  ]

  /// Words that count only after a complete operand; a line that starts with one continues the line before.
  public static let trailingWords: Set<String> = ["by", "at", "from", "keyed", "subject", "control", "cite"]

  /// Words that stand between operands, after a complete one.
  public static let infixWords: Set<String> = ["as", "with", "within"]

  /// The binders of the language. They are ordinary names; this list serves to explain mistakes and to complete words.
  public static let binderWords: Set<String> = [
    "sum", "prod", "mean", "max", "min", "argmax", "argmin", "maximize", "minimize", "any", "all", "exists", "forall", "prob",
    "var", "std", "quantile", "range", "push", "grad", "jacobian", "hessian", "flow",
  ]

  /// The other words the grammar gives a place.
  public static let markerWords: Set<String> = ["derivative", "unchecked", "step", "to", "of", "se", "play"]

  /// A line that starts with one of these continues the line before, as one that starts with a trailing word does.
  public static let continuationStarts: Set<String> = ["else", "|>", "."]

  /// Operators and punctuation. The lexer takes the longest that fits.
  public static let symbols: [String] = [
    "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "=", "=>", "->", "~",
    "|>", "..", "..=", "==", "!=", "<", "<=", ">", ">=",
    "|", "&", "+", "-", "*", "/", "//", "%", "@", "^",
    "+=", "-=", "*=", "/=", "//=", "%=", "@=", "^=", "&=", "|=",
  ]

  /// The symbols that change a variable: `=`, and those that also apply an operator.
  static let assignments: [String: BinaryOperator?] = [
    "=": BinaryOperator?.none, "+=": .add, "-=": .subtract, "*=": .multiply, "/=": .divide, "//=": .floorDivide, "%=": .remainder,
    "@=": .matrixProduct, "^=": .power, "&=": .intersection, "|=": .union,
  ]

  /// Operators of other languages: each is one token, so that it can be explained, and stands for what was meant, if that is clear.
  static let foreign: [(spelling: String, meant: String?)] = [
    ("**", "^"), ("&&", "and"), ("||", "or"), ("!", "not"), ("===", "=="), ("!==", "!="), ("<>", "!="), (":=", "="),
    ("++", nil), ("?", nil),
  ]

  /// Characters with an ASCII twin. In the tree only the twin is seen; `\name<TAB>` in an editor gives the character.
  public static let twins: [(character: Character, twin: String, completion: String)] = [
    ("∈", "in", "in"), ("≤", "<=", "le"), ("≥", ">=", "ge"), ("≠", "!=", "ne"), ("∇", "grad", "nabla"),
    ("∞", "inf", "inf"), ("π", "pi", "pi"), ("→", "->", "to"), ("⇒", "=>", "Rightarrow"), ("∀", "forall", "forall"),
    ("∃", "exists", "exists"), ("·", "*", "cdot"), ("⊙", "*", "odot"), ("√", "sqrt", "sqrt"), ("Σ", "sum", "Sigma"),
  ]

  /// Characters that look like one of ours, as word processors and papers write them.
  static let lookalikes: [Character: String] = [
    "“": "\"", "”": "\"", "−": "-", "–": "-", "—": "-", "×": "*", "÷": "/", "∑": "Σ", "∏": "prod", "…": "..", "′": "'",
    "∧": "and", "∨": "or", "¬": "not ", "∼": "~", "，": ",", "；": ";", "（": "(", "）": ")",
  ]

  static let superscripts: [Character: String] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
  ]

  /// The glyphs that may stand before an operand without parentheses: `√x`, `∇f`.
  static let prefixGlyphs: Set<String> = ["sqrt", "grad"]

  static let closers: [String: String] = ["(": ")", "[": "]", "{": "}"]

  /// The symbols and foreign operators by their first byte, longest first.
  static let byFirstByte: [UInt8: [(bytes: [UInt8], text: String)]] = {
    var table: [UInt8: [(bytes: [UInt8], text: String)]] = [:]
    for text in symbols + foreign.map(\.spelling) {
      let bytes = Array(text.utf8)
      table[bytes[0], default: []].append((bytes, text))
    }
    return table.mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
  }()

  static let twinOf: [String: String] = Dictionary(uniqueKeysWithValues: twins.map { (String($0.character), $0.twin) })
  static let meantBy: [String: String?] = Dictionary(uniqueKeysWithValues: foreign.map { ($0.spelling, $0.meant) })
}

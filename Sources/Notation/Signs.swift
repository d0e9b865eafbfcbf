/// Greek letters by their names, as LaTeX and Unicode write them.
public enum Greek {
  public static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eps": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "upsilon": "υ", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω",
  ]
  /// The macro of a letter: `\theta`; `eps` and `epsilon` are one letter.
  static let macros: [Character: String] = {
    var macros: [Character: String] = [:]
    for (name, letter) in letters where name != "eps" { macros[Character(letter)] = "\\" + (name == "epsilon" ? "varepsilon" : name == "phi" ? "varphi" : name) }
    macros["ϵ"] = "\\epsilon"
    macros["ϕ"] = "\\phi"
    macros["∞"] = "\\infty"
    return macros
  }()
}

/// Small characters of Unicode, which has not all.
enum Small {
  private static let lower: [Character: Character] = Dictionary(
    uniqueKeysWithValues: zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"))
  private static let upper: [Character: Character] = Dictionary(
    uniqueKeysWithValues: zip("0123456789+−=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ"))

  static func subscripted(_ text: String) -> String? { small(text, lower) }
  static func superscripted(_ text: String) -> String? { small(text, upper) }
  private static func small(_ text: String, _ table: [Character: Character]) -> String? {
    var result = ""
    for character in text where character != " " {
      guard let small = table[character] else { return nil }
      result.append(small)
    }
    return result
  }
}

/// A name of a program in its parts: the letter or word, what stands below it, and its primes.
struct NameParts {
  var base: String
  var below: String
  var primes: Int
  init(_ name: String) {
    let bare = name.prefix { $0 != "'" }
    primes = name.count - bare.count
    let pieces = bare.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: true).map(String.init)
    base = pieces.first ?? String(bare)
    below = pieces.count > 1 ? pieces[1] : ""
    // `W1`, `x0`: a single letter or a greek name with its number.
    let digits = String(base.reversed().prefix { $0.isNumber }.reversed())
    let letters = String(base.dropLast(digits.count))
    if below.isEmpty, !digits.isEmpty, letters.count == 1 || Greek.letters[letters] != nil { (base, below) = (letters, digits) }
  }
}

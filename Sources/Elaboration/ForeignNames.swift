import Diagnostics
import Syntax

/// Names that people bring from other languages, and what is written here in their place.
enum ForeignNames {
  /// Packages whose functions are called with a prefix elsewhere.
  private static let packages: Set<String> = ["np", "numpy", "jnp", "jax", "torch", "tf", "math", "scipy", "F", "optim"]
  private static let functions: [String: String] = [
    "range": "a range is written `0..n`, as in `for i in 0..n { … }`", "Linear": "a dense layer is `Dense(inputs, outputs)`",
    "tensor": "an array is written as it is: `[1.0, 2.0]`", "array": "an array is written as it is: `[1.0, 2.0]`",
    "zip": "several arrays are run through together: `(a, b) in (A, B)`", "enumerate": "the number and the element: `i in 0..n`, then `x[i]`",
    "map": "a function of each element: `[f(x) for x in X]`", "randn": "a draw is `let z: Real[3] ~ Normal(0, 1)`",
    "rand": "a draw is `let u: Real[3] ~ Uniform(0, 1)`", "uniform": "a draw is `let u: Real[3] ~ Uniform(0, 1)`", "matmul": "a matrix product is `A @ B`",
    "float": "an Int becomes a Real by `real(n)`", "Proved": "the cases of a Verdict are told apart by `match`: `match v { Proved => …, _ => … }`",
    "Refuted": "the cases of a Verdict are told apart by `match`: `match v { Refuted(w) => …, _ => … }`", "plt": "`plot` draws pictures",
  ]
  private static let types: [String: String] = [
    "Float": "Real", "float": "Real", "double": "Real", "Double": "Real", "real": "Real", "number": "Real", "int": "Int", "Integer": "Int",
    "bool": "Bool", "boolean": "Bool", "str": "String", "string": "String", "Tensor": "Real[n]", "Vector": "Real[n]", "Matrix": "Real[n, m]",
    "Array": "Real[n]",
  ]

  /// What is said of an unknown name.
  static func diagnostic(_ name: String, _ span: SourceSpan) -> Diagnostic? {
    if packages.contains(name) {
      let prefix = SourceSpan(file: span.file, start: Int(span.start), end: Int(span.end) + 1)
      return Diagnostic(
        .unknownName, "`\(name)` is not known here", at: span, notes: ["the functions of the library need no prefix; `ptb doc` lists them"],
        fixes: [.init("leave `\(name).` out", edits: [.init(prefix, "")])])
    }
    return functions[name].map { Diagnostic(.unknownName, "`\(name)` is not known here", at: span, notes: [$0]) }
  }
  /// The type that is meant by a name that is none.
  static func type(_ name: String) -> String? { types[name] }
}

extension Elaborator {
  /// `normal(0, 1)` after `~`: the distribution begins with a capital letter.
  func requireDistributionName(_ e: Expression) throws {
    let callee = if case .call(let inner, _) = e.kind { inner } else { e }
    guard case .name(let name) = callee.kind, let first = name.first, first.isLowercase, library.isUserFile(e.span.file) else { return }
    let meant = first.uppercased() + name.dropFirst()
    guard case .template(let template)? = library.prelude.lookup(meant)?.value, template.keyword == .dist else { return }
    throw fail(.unknownName, "`\(name)` is no distribution", at: callee.span, fixes: [.init("write `\(meant)`", edits: [.init(callee.span, meant)])])
  }

  /// An Int variable among operands that is declared by a whole number, which may have been meant as a Real.
  func realDeclarations(_ operands: [Expression]) -> [Diagnostic.Fix] {
    operands.compactMap { operand in
      guard case .name(let name) = operand.kind, let origin = origins[name] else { return nil }
      let text = library.sources.text(origin)
      guard !text.isEmpty, text.allSatisfy(\.isNumber) else { return nil }
      return .init("or declare `\(name)` as a Real: `\(text).0`", edits: [.init(origin, text + ".0")])
    }
  }
}

import Diagnostics
import Ops

extension Builtins {
  private static let unary: [(String, OpDecl, String)] = [
    ("exp", .exp, "eˣ, element by element."), ("expm1", .expm1, "eˣ − 1, exact near 0."), ("log", .log, "Natural logarithm; NaN below 0."),
    ("log1p", .log1p, "log(1 + x), exact near 0."), ("sqrt", .sqrt, "Square root; NaN below 0."), ("rsqrt", .rsqrt, "1 / √x."),
    ("sin", .sin, "Sine of an angle in radians."), ("cos", .cos, "Cosine of an angle in radians."), ("tan", .tan, "Tangent."),
    ("asin", .asin, "Inverse sine, in [−π/2, π/2]."), ("acos", .acos, "Inverse cosine, in [0, π]."), ("atan", .atan, "Inverse tangent."),
    ("sinh", .sinh, "Hyperbolic sine."), ("cosh", .cosh, "Hyperbolic cosine."), ("tanh", .tanh, "Hyperbolic tangent."),
    ("asinh", .asinh, "Inverse hyperbolic sine."), ("acosh", .acosh, "Inverse hyperbolic cosine."), ("atanh", .atanh, "Inverse hyperbolic tangent."),
    ("sigmoid", .sigmoid, "1 / (1 + e⁻ˣ)."), ("softplus", .softplus, "log(1 + eˣ)."), ("relu", .relu, "max(x, 0); its derivative at 0 is 0."),
    ("gelu", .gelu, "x Φ(x), the exact form."), ("silu", .silu, "x · sigmoid(x)."), ("erf", .erf, "Error function."),
    ("erfc", .erfc, "1 − erf(x), exact for large x."), ("erfinv", .erfinv, "Inverse of erf on (−1, 1)."),
    ("lgamma", .lgamma, "log |Γ(x)|."), ("digamma", .digamma, "Derivative of lgamma."), ("trigamma", .trigamma, "Derivative of digamma."),
    ("floor", .floor, "Largest whole number at most x."), ("ceil", .ceil, "Smallest whole number at least x."),
    ("round", .round, "Nearest whole number, halves to even."),
  ]

  /// exp and log (the principal branch) of complex numbers, by their parts.
  private static func ofComplex(_ name: String, _ z: Node) -> Node? {
    switch name {
    case "exp":
      let (size, angle) = (Node.apply(.exp, Node.apply(.re, z)), Node.apply(.im, z))
      return Node.apply(.complex, size * Node.apply(.cos, angle), size * Node.apply(.sin, angle))
    case "log": return Node.apply(.complex, Node.apply(.log, Node.apply(.cabs, z)), Node.apply(.arg, z))
    case "sqrt":
      // √|z| at half the angle: the root with a real part that is not negative.
      let (size, angle) = (Node.apply(.sqrt, Node.apply(.cabs, z)), Node.apply(.arg, z) / 2)
      return Node.apply(.complex, size * Node.apply(.cos, angle), size * Node.apply(.sin, angle))
    default: return nil
    }
  }

  static func elementwise(_ scope: Scope) {
    for (name, decl, doc) in unary {
      scope.native(name, ["x"], elementwise: true, doc) { e, a, span in
        if e.isGuarded(a[0]) {
          guard decl.traits.contains(.increasing) || decl.traits.contains(.decreasing) else { throw e.notMonotone(name, a[0], span) }
          let x = [a[0]]
          return try e.monotone(decl.traits.contains(.increasing), x, name, span) { ends in
            guard let t = ends[0].tensor else { throw e.notMonotone(name, a[0], span) }
            return .tensor(try e.emit1(decl, [try e.realNode(t, span)], at: span))
          } ?? .unit
        }
        let x = try a.real(0, e)
        if x.dtype.isComplex, let y = ofComplex(name, x) { return .node(y) }
        return .tensor(try e.emit1(decl, [x], at: span))
      }
    }
    scope.native("abs", ["x"], elementwise: true, "Absolute value, or modulus; its derivative at 0 is 0.") { e, a, span in
      let t = try a.tensor(0, e)
      return .tensor(try e.emit1(t.dtype.isComplex ? .cabs : .abs, [e.node(t)], at: span))
    }
    scope.native("sign", ["x"], elementwise: true, "−1, 0 or 1.") { e, a, span in .tensor(try e.emit1(.sign, [try a.node(0, e)], at: span)) }
    scope.native("atan2", ["y", "x"], elementwise: true, "Angle of the point (x, y), in (−π, π].") { e, a, span in
      .tensor(try e.elementwise(.atan2, .init(try a.real(0, e)), .init(try a.real(1, e)), a.span(0), a.span(1), span))
    }
    scope.native("polygamma", ["n", "x"], elementwise: true, "Derivative of order n of digamma.") { e, a, span in
      .tensor(try e.elementwise(.polygamma, .init(try a.real(0, e)), .init(try a.real(1, e)), a.span(0), a.span(1), span))
    }
    scope.native("where", ["c", "a", "b"], elementwise: true, "a where c holds, b elsewhere, element by element; a NaN of the side not taken stays out.") { e, a, span in
      let c = try a.tensor(0, e)
      guard c.dtype == .bool else { throw e.fail(.needsBool, "`where` chooses by truth values, and this is \(c.type.spelled)", at: a.span(0)) }
      if let truth = c.truth, a[1].tensor?.type == a[2].tensor?.type { return a[truth ? 1 : 2] }
      let (x, y) = try e.promoted(try a.tensor(1, e), try a.tensor(2, e), a.span(1), a.span(2))
      let shape = try e.broadcast(try e.broadcast(x.shape, y.shape, a.span(1), a.span(2), span, "chosen between"), c.shape, a.span(1), a.span(0), span, "chosen by")
      return .tensor(try e.emit1(.select, [e.node(c).broadcast(to: shape), x.broadcast(to: shape), y.broadcast(to: shape)], at: span))
    }
    scope.native("real", ["n"], elementwise: true, "An Int or Bool as a Real.") { e, a, span in
      let t = try a.tensor(0, e)
      if let n = t.size?.constant { return .tensor(e.constant(Double(n))) }
      return t.dtype.isReal ? .tensor(t) : .node(e.node(t).convert(e.real))
    }
    scope.native("int", ["x"], elementwise: true, "A Real cut towards zero, or a Bool as 0 or 1.") { e, a, span in
      let t = try a.tensor(0, e)
      if t.dtype == .int { return .tensor(t) }
      if case .host(let tensor) = t.source, let x = tensor.realScalar, x.magnitude < 9e15 { return .int(Int(x)) }
      return .node(e.node(t).convert(.int))
    }
    scope.native("finite", ["x"], elementwise: true, "Whether each element is neither infinite nor NaN.") { e, a, span in
      .tensor(try e.emit1(.isFinite, [try a.real(0, e)], at: span))
    }
    scope.native("stop_gradient", ["x"], "The value, as a constant for derivatives.") { e, a, span in
      e.mapVector(try a.vector(0, e)) { Node.apply(.stopGradient, e.node($0)) }
    }
    for (name, decl, doc) in [("re", OpDecl.re, "Real part."), ("im", .im, "Imaginary part."), ("conj", .conj, "Complex conjugate."), ("arg", .arg, "Angle in (−π, π].")] {
      scope.native(name, ["z"], elementwise: true, doc) { e, a, span in
        .tensor(try e.emit1(decl, [try a.real(0, e).convert(e.real.complexified)], at: span))
      }
    }
    scope.native("complex", ["re", "im"], "A complex number from its parts.") { e, a, span in
      .tensor(try e.elementwise(.complex, .init(try a.real(0, e)), .init(try a.real(1, e)), a.span(0), a.span(1), span))
    }
    scope.define("pi", constant: .pi)
    scope.define("inf", constant: .infinity)
    scope.define("none", .unit, imported: true)
  }
}

import Diagnostics
import Ops

extension Builtins {
  static func derivatives(_ scope: Scope) {
    /// A transform of a function: the result takes the point first, then what the transform needs.
    func transform(_ name: String, _ doc: String, _ parameters: [NativeParameter], _ body: @escaping (Elaborator, Value, Value, Arguments, SourceSpan) throws -> Value) {
      scope.native(name, ["f"], doc) { e, a, span in
        let f = a[0]
        switch f {
        case .function, .object, .template: break
        default: throw e.fail(.badArgument, "`\(name)` takes a function, and this is \(f.typeName)", at: a.span(0), fixes: [.init("`\(name)(f)(x)`, or the binder `\(name) x at x0 { … }`")])
        }
        let held = Held([f])
        return .function(
          Function(native: name, parameters, holds: held) { e, a, span in
            try body(e, held.values[0], try e.realVector(a[0], a.span(0)), a, span)
          })
      }
    }
    transform("grad", "The gradient of a function with one Real result: `grad(f)(x)` has the type of x. Reverse mode.", ["x"]) { e, f, x, _, span in
      try e.gradient(f, x, span)
    }
    transform("value_and_grad", "`value_and_grad(f)(x)` gives `(f(x), grad(f)(x))` for the price of one.", ["x"]) { e, f, x, _, span in
      let (value, gradient) = try e.valueAndGradient(f, x, span)
      return .tuple([value, gradient])
    }
    transform("jvp", "`jvp(f)(x, v)`: the derivative of f at x along v. Forward mode.", ["x", "v"]) { e, f, x, a, span in
      try e.directional(f, x, a[1], span).tangent
    }
    transform("vjp", "`vjp(f)(x, c)`: the gradient at x of ⟨c, f⟩. Reverse mode.", ["x", "c"]) { e, f, x, a, span in
      try e.pulledBack(f, x, a[1], span)
    }
    transform("hvp", "`hvp(f)(x, v)`: the Hessian of f at x times v, forward over reverse.", ["x", "v"]) { e, f, x, a, span in
      let g = Function(native: "grad", ["x"], holds: Held([f])) { e, a, span in try e.gradient(f, a[0], span) }
      return try e.directional(.function(g), x, a[1], span).tangent
    }
    transform("jacobian", "`jacobian(f)(x)`: all derivatives, the axes of f(x) first, then those of x.", ["x"]) { e, f, x, _, span in
      try e.jacobian(f, x, span)
    }
    transform("hessian", "`hessian(f)(x)`: all second derivatives.", ["x"]) { e, f, x, _, span in try e.hessian(f, x, span) }
  }
}

/// Mistakes and what is said of them: code, what is marked, message, label, and the titles of the fixes.
extension DiagnosticTests {
  static let mistakesA: [(source: String, report: String)] = [
    (
      #"""
      let x = f(1, 2
      let y = 3
      """#,
      #"""
      E0110 «(» this `(` is not closed: it is opened here [insert `)`]
      """#
    ),
    (
      #"""
      fn f(x) {
        let y = (x + 1
        y
      }
      fn g(x) = x
      """#,
      #"""
      E0110 «(» this `(` is not closed: it is opened here [insert `)`]
      """#
    ),
    (
      #"""
      fn f(x) {
        if x > 0 {
          x
      }
      fn g(x) = x
      """#,
      #"""
      E0110 «{» this `{` is not closed: it is opened here [insert `}`]
      """#
    ),
    (
      #"""
      f(x))
      let a = [1, 2]]
      """#,
      #"""
      E0111 «)» this `)` closes nothing: no bracket is open here that it could close [remove it]
      E0111 «]» this `]` closes nothing: no bracket is open here that it could close [remove it]
      """#
    ),
    (
      #"""
      if x = 3 { 1 }
      """#,
      #"""
      E0120 «=» `=` assigns; a comparison is written `==`: expected `==` [write `==`]
      """#
    ),
    (
      #"""
      while x = 3 { 1 }
      """#,
      #"""
      E0120 «=» `=` assigns; a comparison is written `==`: expected `==` [write `==`]
      """#
    ),
    (
      #"""
      def f(x):
        return x
      """#,
      #"""
      E0140 «def» there is no `def`: functions are declared with `fn` [write `fn`]
      """#
    ),
    (
      #"""
      let f = lambda x: x + 1
      """#,
      #"""
      E0140 «lambda» there is no `lambda`: a function is written `x => …` [write `x =>`]
      """#
    ),
    (
      #"""
      let a = b ** 2 && c || !d
      """#,
      #"""
      E0141 «**» there is no operator `**`: write `^` [write `^`]
      E0141 «&&» there is no operator `&&`: write `and` [write `and`]
      E0141 «||» there is no operator `||`: write `or` [write `or`]
      E0141 «!» there is no operator `!`: write `not` [write `not`]
      """#
    ),
    (
      #"""
      let x = None
      """#,
      #"""
      E0144 «None» there is no `None`: every value has a type and is there
      """#
    ),
    (
      #"""
      let y = True
      """#,
      #"""
      E0144 «True» there is no `True`: write `true` [write `true`]
      """#
    ),
    (
      #"""
      if a { 1 } elif b { 2 } else { 3 }
      """#,
      #"""
      E0140 «elif» there is no `elif`: write `else if` [write `else if`]
      """#
    ),
    (
      #"""
      if a: 
        b
      """#,
      #"""
      E0142 «:» the body of `if` is written in braces: expected `{` [open the body with `{`]
      """#
    ),
    (
      #"""
      for i in 0..3:
        print(i)
      """#,
      #"""
      E0142 «:» the body of `for` is written in braces: expected `{` [open the body with `{`]
      """#
    ),
    (
      #"""
      x++
      """#,
      #"""
      E0141 «++» there is no operator `++`: write `+= 1` [write `+= 1`]
      """#
    ),
    (
      #"""
      x--
      """#,
      #"""
      E0141 «--» there is no operator `--`: write `-= 1` [write `-= 1`]
      """#
    ),
    (
      #"""
      let y = a ? b : c
      """#,
      #"""
      E0143 «?» a conditional is an `if` expression: there is no `?`
      """#
    ),
    (
      #"""
      function f(x)
        x + 1
      end
      let z = 2
      """#,
      #"""
      E0140 «function» there is no `function`: functions are declared with `fn` [write `fn`]
      E0147 «end» bodies end with `}`, not with `end`: this is only a name [write `}`]
      """#
    ),
    (
      #"""
      fn f(x)
      let y = 2
      """#,
      #"""
      E0118 «» the function `f` has no body: expected `=` and an expression, or `{`
      """#
    ),
    (
      #"""
      fn f(x) x + 1
      """#,
      #"""
      E0119 «x» `=` is missing before the body of the function `f`: expected `=` or `{` [insert `=`]
      """#
    ),
    (
      #"""
      let x
      let y = 2
      """#,
      #"""
      E0117 «» `let` needs a value: expected `=` and the value, not the end of the line
      """#
    ),
    (
      #"""
      let s = "abc
      let t = 3
      """#,
      #"""
      E0106 «» this string is not closed: `"` is missing here [close the string]
      """#
    ),
    (
      #"""
      let s = "abc {x
      let t = 3
      """#,
      #"""
      E0107 «» this string ends inside an interpolation: `}` is missing before here
      """#
    ),
    (
      #"""
      "a \q {x} }"
      """#,
      #"""
      E0108 «\q» `\q` is not an escape: the escapes are \n \t \" \\ and \u{…} [write `\\`]
      E0109 «}» this `}` closes no interpolation: a brace meant as text is written twice [write `}}`]
      """#
    ),
    (
      #"""
      "{}" + "{x + }"
      """#,
      #"""
      E0109 «{}» this interpolation is empty: expected an expression
      E0114 «» expected an expression: the end of the text does not begin one
      """#
    ),
    (
      #"""
      9223372036854775808
      """#,
      #"""
      E0105 «9223372036854775808» this integer is too large: an Int is at most 9223372036854775807 [write a Real]
      """#
    ),
    (
      #"""
      1. + .5 + 1e + 2x + 0xFF + 3f + 1_ + 1e999
      """#,
      #"""
      E0104 «1.» `1.` is not a number: a digit belongs after the point [write `1.0`]
      E0104 «.5» `.5` is not a number: a digit belongs before the point [write `0.5`]
      E0104 «1e» `1e` is not a number: the exponent has no digits
      E0104 «2x» `2x` is not a number: a product is written with `*` [write `2 * x`]
      E0104 «0xFF» `0xFF` is not a number: numbers are written in decimal
      E0104 «3f» `3f` is not a number: numbers have no suffix [write `3`]
      E0104 «1_» `1_` is not a number: `_` stands between digits
      E0105 «1e999» this number is too large: a Real is at most 1.8e308 [write `inf`]
      """#
    ),
    (
      #"""
      let b = x in S
      """#,
      #"""
      E0125 «in» `in` is not an operator: it names the domain of a binder [write `S.contains(x)`]
      """#
    ),
    (
      #"""
      max d in S { d } by
      let y = 2
      """#,
      #"""
      E0133 «by» `by` names no solver: expected the name of a solver after it
      """#
    ),
    (
      #"""
      max d { d }
      """#,
      #"""
      E0132 «» `max d` has no domain: expected `in` a set, `~` a distribution, `from` a start or `at` a point
      """#
    ),
    (
      #"""
      max d = S { d }
      """#,
      #"""
      E0132 «» `max d` has no domain: expected `in` a set, `~` a distribution, `from` a start or `at` a point
      """#
    ),
    (
      #"""
      else { 3 }
      """#,
      #"""
      E0122 «else» this `else` belongs to no `if`: no `if` or guard ends before it
      """#
    ),
    (
      #"""
      x = 3
      else { 3 }
      """#,
      #"""
      E0122 «else» this `else` belongs to no `if`: no `if` or guard ends before it
      """#
    ),
    (
      #"""
      let in = 3
      """#,
      #"""
      E0116 «in» `in` is reserved and cannot be the name of a variable: a keyword of the language [call it `in_`]
      """#
    ),
    (
      #"""
      fn match(x) = 2
      """#,
      #"""
      E0116 «match» `match` is reserved and cannot be the name of a function: a keyword of the language [call it `match_`]
      """#
    ),
    (
      #"""
      let x = 3 $ 4
      """#,
      #"""
      E0102 «$» `$` means nothing here: U+0024
      """#
    ),
    (
      #"""
      let x = “abc”
      """#,
      #"""
      E0102 «“» `“` is not `"`: this character only looks like it [write `"`]
      E0102 «”» `”` is not `"`: this character only looks like it [write `"`]
      """#
    ),
    (
      #"""
      let x = 'abc'
      """#,
      #"""
      E0103 «'abc'» strings are written with double quotes: single quotes are primes, as in `x'` [write `"abc"`]
      """#
    ),
    (
      #"""
      x²
      """#,
      #"""
      E0102 «²» `²` cannot be used as an exponent: powers are written `^2` [write `^2`]
      """#
    ),
    (
      #"""
      play { θ from θ0 minimizes f(θ, λ); λ from λ0 maximizes g(θ, λ) } by alternating(1)
      """#,
      #"""
      E0136 «play» games (`play`) are not supported: the players of a game are solved jointly
      """#
    ),
    (
      #"""
      a < b < c < d
      """#,
      #"""
      E0126 «<» comparisons do not chain: a second comparison of the same value [compare twice, with `and`]
      """#
    ),
  ]
}

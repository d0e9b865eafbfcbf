/// Mistakes and what is said of them: code, what is marked, message, label, and the titles of the fixes.
extension DiagnosticTests {
  static let mistakesB: [(source: String, report: String)] = [
    (
      #"""
      f(x=3)
      """#,
      #"""
      E0129 «=» named arguments are written with `:`: `=` assigns, which an argument cannot [write `:`]
      """#
    ),
    (
      #"""
      a[1:3]
      """#,
      #"""
      E0130 «:» slices are written with `..`: a lone `:` is the whole axis [write `..`]
      """#
    ),
    (
      #"""
      a[:3]
      """#,
      #"""
      E0130 «:» slices are written with `..`: a lone `:` is the whole axis [write `..`]
      """#
    ),
    (
      #"""
      x -> x + 1
      """#,
      #"""
      E0146 «->» a function is written with `=>`: `->` stands in types [write `=>`]
      """#
    ),
    (
      #"""
      let f = x -> x + 1
      """#,
      #"""
      E0146 «->» a function is written with `=>`: `->` stands in types [write `=>`]
      """#
    ),
    (
      #"""
      // comment here
      let x = 2
      """#,
      #"""
      E0145 «//» comments start with `#`: `//` divides and rounds down [write `#`]
      """#
    ),
    (
      #"""
      /* comment */
      """#,
      #"""
      E0145 «/*» comments start with `#`: and end with the line
      """#
    ),
    (
      #"""
      (a, b) = f(x)
      """#,
      #"""
      E0121 «(a, b)» this cannot be assigned to: not a variable [bind new names with `let`]
      """#
    ),
    (
      #"""
      3 = x
      """#,
      #"""
      E0121 «3» this cannot be assigned to: not a variable [compare with `==`]
      """#
    ),
    (
      #"""
      x == 3 = 4
      """#,
      #"""
      E0121 «x == 3» this cannot be assigned to: not a variable [compare with `==`]
      """#
    ),
    (
      #"""
      mean x in X { x }.value
      """#,
      #"""
      E0127 «.» what ends with a body needs parentheses before `.`: this cannot follow a body [add parentheses]
      """#
    ),
    (
      #"""
      a + not b
      """#,
      #"""
      E0127 «not» `not` binds more loosely than the operator before it: this needs parentheses [add parentheses]
      """#
    ),
    (
      #"""
      +x
      """#,
      #"""
      E0131 «+» there is no sign `+`: this adds nothing [remove it]
      """#
    ),
    (
      #"""
      print x
      """#,
      #"""
      E0113 «x» expected a new line or `;` after this statement: this cannot continue it [write `print(x)`]
      """#
    ),
    (
      #"""
      f(a b)
      """#,
      #"""
      E0128 «b» expected `,` in the arguments: a comma belongs before this [insert `,`]
      """#
    ),
    (
      #"""
      [1 2 3]
      """#,
      #"""
      E0128 «2» expected `,` in the array: a comma belongs before this [insert `,`]
      """#
    ),
    (
      #"""
      {x: 1 y: 2}
      """#,
      #"""
      E0128 «y» expected `,` in the record: a comma belongs before this [insert `,`]
      """#
    ),
    (
      #"""
      {x: 1
       y: 2}
      """#,
      #"""
      E0128 «» expected `,` in the record: a comma belongs before this [insert `,`]
      """#
    ),
    (
      #"""
      let mut x = 3
      """#,
      #"""
      E0140 «let mut» there is no `mut`: what changes is declared with `var` [write `var`]
      """#
    ),
    (
      #"""
      let x, y = pair
      """#,
      #"""
      E0137 «,» several names are bound with parentheses: a single name ends here [add parentheses]
      """#
    ),
    (
      #"""
      let f(x) = 3
      """#,
      #"""
      E0119 «(» a function is declared with `fn`: `let` binds a value
      """#
    ),
    (
      #"""
      for (x in xs) { 1 }
      """#,
      #"""
      E0140 «(» `for` takes no parentheses: expected `for x in xs { … }`
      """#
    ),
    (
      #"""
      for i = 0 { 1 }
      """#,
      #"""
      E0132 «=» `for` goes over the elements of something: expected `in` [write `in`]
      """#
    ),
    (
      #"""
      import numpy
      """#,
      #"""
      E0140 «import» there is no `import`: modules are brought in with `use` [write `use`]
      """#
    ),
    (
      #"""
      model Net(h: Int) {
        W: Real[3] = 2
        param b = 3
        param c: Real[3]
        predict(x) = x
        while x { }
      }
      """#,
      #"""
      E0113 «=» expected a new line or `;` after this statement: this cannot continue it
      E0139 «=» the param `b` has no type: expected `:` and its type
      E0117 «» the param `c` has no start: expected `=` or `~` and how it starts
      E0139 «predict» a method of a model is declared with `fn`: expected `fn` [insert `fn`]
      E0124 «while» `while` cannot stand in a model: expected a part: `name: …`, `param`, `buffer`, `let` or `fn`
      """#
    ),
    (
      #"""
      param b: Real[3] = 2
      """#,
      #"""
      E0124 «param» `param` declares a part of a model: this is outside a model
      """#
    ),
    (
      #"""
      let x: = 3
      """#,
      #"""
      E0138 «=» expected a type: `=` is not one
      """#
    ),
    (
      #"""
      let x := 3
      """#,
      #"""
      E0141 «:=» there is no operator `:=`: write `=` [write `=`]
      """#
    ),
    (
      #"""
      match x { 1 => 2 3 => 4 }
      """#,
      #"""
      E0128 «3» expected `,` or a new line between the arms of `match`: another arm cannot begin here
      """#
    ),
    (
      #"""
      match x { 1: 2 }
      """#,
      #"""
      E0139 «:» an arm of `match` is written `pattern => value`: expected `=>`
      """#
    ),
    (
      #"""
      min x in X { x } subject to { let y = 2; y < x }
      """#,
      #"""
      E0135 «let y = 2» a constraint is a comparison: this is a statement
      """#
    ),
    (
      #"""
      x by foo
      """#,
      #"""
      E0123 «by» `by` has nothing to belong to: `by` names the solver of a binder
      """#
    ),
    (
      #"""
      let y = f(x)
        at 3
      """#,
      #"""
      E0118 «» the body of `f` is missing: expected `{` and the body, not the end of the text
      """#
    ),
    (
      #"""
      test foo { }
      """#,
      #"""
      E0139 «foo» a `test` has a title: expected a string, as in `test "…" { … }`
      """#
    ),
    (
      #"""
      claim "x" cite foo { }
      """#,
      #"""
      E0139 «foo» `cite` needs the reference: expected a string
      """#
    ),
    (
      #"""
      use nn,
      """#,
      #"""
      E0115 «» expected the name of a module: the end of the text is not a name
      """#
    ),
    (
      #"""
      fn (x) = x
      """#,
      #"""
      E0115 «(» this function has no name: expected a name before the parameters
      """#
    ),
    (
      #"""
      fn f(x) => x
      """#,
      #"""
      E0119 «=>» the body of a declared function follows `=`: `=>` is for functions without a name [write `=`]
      """#
    ),
    (
      #"""
      max d in S, { d }
      """#,
      #"""
      E0118 «,» the body of `max` is missing: expected `{` and the body, not `,`
      """#
    ),
    (
      #"""
      x = = 3
      """#,
      #"""
      E0114 «=» expected an expression: `=` does not begin one
      """#
    ),
    (
      #"""
      fn f(x: ) = 2
      """#,
      #"""
      E0138 «» expected a type: `)` is not one
      """#
    ),
  ]
}

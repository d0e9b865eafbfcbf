/// Mistakes and what is said of them: code, what is marked, message, label, and the titles of the fixes.
extension DiagnosticTests {
  static let mistakesC: [(source: String, report: String)] = [
    (
      #"""
      a.
      """#,
      #"""
      E0115 «» expected the name of a field: the end of the text is not a name
      """#
    ),
    (
      #"""
      x |> 
      """#,
      #"""
      E0114 «» expected an expression: the end of the text does not begin one
      """#
    ),
    (
      #"""
      let t = pair.0
      """#,
      #"""
      E0115 «0» the parts of a tuple have no names: expected the name of a field
      """#
    ),
    (
      #"""
      x == y ? 1 : 2
      """#,
      #"""
      E0143 «?» a conditional is an `if` expression: there is no `?`
      """#
    ),
    (
      #"""
      1 .. 2 .. 3
      """#,
      #"""
      E0127 «..» a range has two ends: a step is written only in an index, `a[0..10..2]`
      """#
    ),
    (
      #"""
      if a b { }
      """#,
      #"""
      E0118 «b» the body of `if` is missing: expected `{` and the body, not `b`
      """#
    ),
    (
      #"""
      sum i in 0..3 [i]
      """#,
      #"""
      E0118 «» the body of `sum` is missing: expected `{` and the body, not the end of the text
      """#
    ),
    (
      #"""
      model Net { fc: Dense(2, 3)  fc2: Dense(2, 2) }
      """#,
      #"""
      E0113 «fc2» expected a new line or `;` after this statement: this cannot continue it
      """#
    ),
    (
      #"""
      x => y => 
      """#,
      #"""
      E0114 «» expected an expression: the end of the text does not begin one
      """#
    ),
    (
      #"""
      a + x => x
      """#,
      #"""
      E0127 «=>» a function needs parentheses here: the operand before it has taken its parameter
      """#
    ),
    (
      #"""
      let z ~ Normal(0, 1) keyed id
      """#,
      #"""
      E0139 «id» the key of a draw is written `keyed by k`: expected `by`
      """#
    ),
    (
      #"""
      if x { 1 } else 2
      """#,
      #"""
      E0118 «2» the body of `else` is written in braces: expected `{` [add braces]
      """#
    ),
    (
      #"""
      if x 1
      """#,
      #"""
      E0118 «1» the body of `if` is missing: expected `{` and the body, not a number
      """#
    ),
    (
      #"""
      "é" + x'' + 🎉
      """#,
      #"""
      E0102 «🎉» `🎉` means nothing here: U+1F389
      """#
    ),
    (
      #"""
      f(in: 3)
      """#,
      #"""
      E0116 «in» `in` is reserved and cannot be the name of an argument: a keyword of the language [call it `in_`]
      """#
    ),
    (
      #"""
      argmin m from m0 at t { 1 }
      """#,
      #"""
      E0134 «t» after a start, `at` counts steps or gives times: expected `step t`, or `t in` and the times
      """#
    ),
    (
      #"""
      let x = (1 + ) * 3; let y = [1, , 2]
      """#,
      #"""
      E0114 «» expected an expression: `)` does not begin one
      E0114 «,» expected an expression: `,` does not begin one
      """#
    ),
    (
      #"""
      assert a = b
      """#,
      #"""
      E0120 «=» `=` assigns; a comparison is written `==`: expected `==` [write `==`]
      """#
    ),
    (
      #"""
      a := 3
      """#,
      #"""
      E0141 «:=» there is no operator `:=`: write `=` [write `=`]
      """#
    ),
    (
      #"""
      let x = if a { 1 }
      fn g( { 1 }
      let z = )
      """#,
      #"""
      E0110 «(» this `(` is not closed: it is opened here [insert `)`]
      E0115 «1» expected the name of a field: a number is not a name
      E0114 «» expected an expression: the end of the text does not begin one
      E0111 «)» this `)` closes nothing: no bracket is open here that it could close [remove it]
      """#
    ),
    (
      #"""
      a[0..1 2]
      """#,
      #"""
      E0128 «2» expected `,` in the index: a comma belongs before this [insert `,`]
      """#
    ),
    (
      #"""
      if a then { 1 }
      """#,
      #"""
      E0142 «then» the body of `if` is written in braces: expected `{` [open the body with `{`]
      """#
    ),
    (
      #"""
      f(x)) ; g(y
      """#,
      #"""
      E0111 «)» this `)` closes nothing: no bracket is open here that it could close [remove it]
      E0110 «(» this `(` is not closed: it is opened here [insert `)`]
      """#
    ),
    (
      #"""
      let s = "\u{D800}"
      """#,
      #"""
      E0108 «\u{D800}» `\u{D800}` is not an escape: `{D800}` is not the number of a character
      """#
    ),
    (
      #"""
      let x: {a} = 3
      """#,
      #"""
      E0138 «» the field `a` has no type: expected `:` and a type
      """#
    ),
    (
      #"""
      f({a: 1, b = 2})
      """#,
      #"""
      E0129 «=» the fields of a record are written with `:`: `=` assigns [write `:`]
      """#
    ),
    (
      #"""
      model Net {
        f: Dense(1)
        1 + 2
      }
      """#,
      #"""
      E0139 «1» this is not a part of a model: expected `name: …`, `param`, `buffer`, `let` or `fn`
      """#
    ),
    (
      #"""
      fn f
      """#,
      #"""
      E0139 «» the function `f` has no parameters: expected `(`, not the end of the text
      """#
    ),
    (
      #"""
      for (i = 0; i < 3; i++) { 1 }
      """#,
      #"""
      E0140 «(» `for` takes no parentheses: expected `for x in xs { … }`
      """#
    ),
    (
      #"""
      a[.., ..]
      """#,
      #"""
      E0130 «..» `..` stands once in an index: for all axes that the other items leave: the second one [write `:` for one axis]
      """#
    ),
    (
      #"""
      match x { let => 1 }
      """#,
      #"""
      E0137 «let» expected a pattern: `let` is not one
      """#
    ),
    (
      #"""
      x.if
      """#,
      #"""
      E0116 «if» `if` is reserved and cannot be the name of a field: a keyword of the language [call it `if_`]
      """#
    ),
    (
      #"""
      type T
      """#,
      #"""
      E0139 «» a type is declared `type T = …`: expected `=`
      """#
    ),
    (
      #"""
      const k = 3
      """#,
      #"""
      E0140 «const» there is no `const`: values are bound with `let` [write `let`]
      """#
    ),
    (
      #"""
      let f = fn (x) = x
      """#,
      #"""
      E0114 «fn» expected an expression: `fn` begins a statement
      """#
    ),
    (
      #"""
      let a = b if c else d
      """#,
      #"""
      E0143 «if» a conditional begins with `if`: the value stands in braces behind the condition
      """#
    ),
    (
      #"""
      a not in b
      """#,
      #"""
      E0125 «not in» `not in` is not an operator: `in` names the domain of a binder
      """#
    ),
    (
      #"""
      let s = f"abc"
      """#,
      #"""
      E0113 «"abc"» expected a new line or `;` after this statement: this cannot continue it [remove the prefix; every string takes `{x}`]
      """#
    ),
    (
      #"""
      let v: Real[3 = 2
      """#,
      #"""
      E0110 «[» this `[` is not closed: it is opened here [insert `]`]
      """#
    ),
    (
      #"""
      let x: Real[] = 1
      """#,
      #"""
      E0138 «[]» these dimensions are empty: expected sizes or types [remove the brackets]
      """#
    ),
    (
      #"""
      let () = 2
      """#,
      #"""
      E0137 «()» this pattern is empty: expected names
      """#
    ),
  ]
}

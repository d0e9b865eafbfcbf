import Diagnostics
import Foundation
import XCTest

@testable import Format

/// What each construct looks like.
final class StyleTests: XCTestCase {
  private func check(_ source: String, _ expected: String, file: StaticString = #filePath, line: UInt = #line) throws {
    XCTAssertEqual(try formatted(source), expected, file: file, line: line)
    XCTAssertEqual(try formatted(expected), expected, "not stable", file: file, line: line)
  }

  func testExpressions() throws {
    try check("let a=1+2 *  3\n", "let a = 1 + 2 * 3\n")
    try check("let b = - a ^ - 2 - -1\n", "let b = -a ^ -2 - -1\n")
    try check("f ( x ,y ) [ 0 , : , 1 .. n - 1 ] . g ( a :1 )\n", "f(x, y)[0, :, 1..n - 1].g(a: 1)\n")
    try check("x[: : 2]\nx[a ..= b .. 2]\nx[.. b]\n", "x[::2]\nx[a..=b..2]\nx[..b]\n")
    try check("let t = ( 1 , )\nlet u = [ 1,2 , ]\nlet v = ( 1,2, )\n", "let t = (1,)\nlet u = [1, 2]\nlet v = (1, 2)\n")
    try check("let r={x:1,y : 2 }\nlet s = r with{ x : 3}\nlet {x,y}=r\n", "let r = {x: 1, y: 2}\nlet s = r with {x: 3}\nlet {x, y} = r\n")
    try check("let f=(x,y)=>x+y\nlet g=x=>{x}\n", "let f = (x, y) => x + y\nlet g = x => { x }\n")
    try check("let y = √ x + √(x) + ∇ f(x)\n", "let y = √x + √(x) + ∇f(x)\n")
    try check("let z = x|>f|>g\nlet c = not a and b or x in_ y\n".replacingOccurrences(of: " or x in_ y", with: ""), "let z = x |> f |> g\nlet c = not a and b\n")
    try check("assert a within 2 se  of b ,\"text\"\n", "assert a within 2 se of b, \"text\"\n")
    try check("let c=[x*y for x in 0 .. 3,y in ys if x>1]\n", "let c = [x * y for x in 0..3, y in ys if x > 1]\n")
    try check("let w = x as Real [ n , 2*k ]\n", "let w = x as Real[n, 2 * k]\n")
    try check("let i = 4i*0.5e-3\n", "let i = 4i * 0.5e-3\n")
    try check("print( \"{ x : .3f }  kept\" )\n", "print(\"{ x : .3f }  kept\")\n")
    try check("x[..., 0]\n".replacingOccurrences(of: "...", with: ".. k"), "x[..k, 0]\n")
  }

  func testStatements() throws {
    try check("var x:Real=0\nx+=1\nx [0]-= 2\n", "var x: Real = 0\nx += 1\nx[0] -= 2\n")
    try check("let z:Real[n]~Normal(0,1)[n]keyed by k\n", "let z: Real[n] ~ Normal(0, 1)[n] keyed by k\n")
    try check("for i in 0..3{x+=i}\nwhile x>0{x-=1;y=x;}\n", "for i in 0..3 { x += i }\nwhile x > 0 { x -= 1; y = x }\n")
    try check("use nn ,data:digits , iris\nprecision   f32\nseed  7\n", "use nn, data: digits, iris\nprecision f32\nseed 7\n")
    try check("if a{b}else if c{d}else{e}\n", "if a { b } else if c { d } else { e }\n")
    try check("if a\n{\nb\n}\nelse\n{\nc\n}\n", "if a {\n  b\n} else {\n  c\n}\n")
    try check("a;b;\n;c\n", "a; b\nc\n")
    try check("match v{Proved=>1,Refuted ( w )=>{2},_=>3}\n", "match v { Proved => 1, Refuted(w) => { 2 }, _ => 3 }\n")
    try check("match shape(x){ [n,k]=>1\n_=>2 }\n", "match shape(x) {\n  [n, k] => 1\n  _ => 2\n}\n")
  }

  func testDeclarations() throws {
    try check("fn f(x:Real [..,k],(a,b),n:Int=2)->Real[k]=x\n", "fn f(x: Real[.., k], (a, b), n: Int = 2) -> Real[k] = x\n")
    try check("fn f (x){}\nfn g(h:(Real,Int)->{a:Real})=h\n", "fn f(x) {}\nfn g(h: (Real, Int) -> {a: Real}) = h\n")
    try check("fn f(x)=x^3\n  derivative(x,dx)=>3*x^2*dx unchecked\n", "fn f(x) = x ^ 3\n  derivative (x, dx) => 3 * x ^ 2 * dx unchecked\n")
    try check(
      "model Net(h:Int){fc1:Dense(64,h)\nparam W:Real[h]~Normal(0,1)\n\n\nfn(x)=x|>fc1}\n",
      "model Net(h: Int) {\n  fc1: Dense(64, h)\n  param W: Real[h] ~ Normal(0, 1)\n\n  fn (x) = x |> fc1\n}\n")
    try check("solver s{maximize(f,S)=f}\nset B(r:Real)=Linf(r)\n", "solver s { maximize(f, S) = f }\nset B(r: Real) = Linf(r)\n")
    try check(
      "claim \"t\" cite \"c\"{\nassert a}\ncontrol \"u\"{\nassert b\n}\n",
      "claim \"t\" cite \"c\" {\n  assert a\n} control \"u\" {\n  assert b\n}\n")
    try check("test \"t\" for x~D,y~E{assert x<y}\n", "test \"t\" for x ~ D, y ~ E { assert x < y }\n")
    try check("type P={x:Real,y:Net(h:3)}\n", "type P = {x: Real, y: Net(h: 3)}\n")
    try check(
      "fn f(a: Real,\nb: Real) {\na\n}\n",
      "fn f(a: Real,\n    b: Real) {\n  a\n}\n")
  }

  func testBinders() throws {
    try check("max d in Linf(0.1)[3]{f(d)}by pgd(steps:3)\n", "max d in Linf(0.1)[3] { f(d) } by pgd(steps: 3)\n")
    try check("mean(x,y)in(A,B){x}\nquantile(0.5)z~D{z}\n", "mean (x, y) in (A, B) { x }\nquantile(0.5) z ~ D { z }\n")
    try check("mean {x,y}in t if y>0{x}else 0\n", "mean {x, y} in t if y > 0 { x } else 0\n")
    try check("argmin θ in S(1)from zeros(3)at step t{g(θ)}\nby sgd\n", "argmin θ in S(1) from zeros(3) at step t { g(θ) }\n  by sgd\n")
    try check("max d in S {\nf(d)\n}\nby pgd\n", "max d in S {\n  f(d)\n} by pgd\n")
    try check("forall x∈S{x≤1}\n", "forall x ∈ S { x ≤ 1 }\n")
  }

  func testComments() throws {
    try check(
      "#one\n\n\n\n##  doc\nfn f(x)=x    #   two  \n\n  # three\n",
      "#one\n\n##  doc\nfn f(x) = x  #   two\n\n# three\n")
    try check("let a = [ # first\n1, # second\n# third\n22\n# last\n]\n", "let a = [  # first\n  1,       # second\n  # third\n  22\n  # last\n]\n")
    try check("let a = 1 # x\nlet bcd = 1 # y\n\nlet e = 1 # z\n", "let a = 1    # x\nlet bcd = 1  # y\n\nlet e = 1  # z\n")
    try check("fn f(x) { # why\n\n# inner\nx\n\n# end\n\n}\n", "fn f(x) {  # why\n  # inner\n  x\n\n  # end\n}\n")
    try check("if a { b } # no\nelse { c }\n", "if a { b }  # no\nelse { c }\n")
    try check("let x = # why\n1 + # how\n2\n", "let x =  # why\n  1 +    # how\n  2\n")
    try check("f(a, # one\n)\n", "f(a  # one\n)\n")
    try check("let x = {y: 1, # why\nz: 2}\n", "let x = { y: 1,  # why\n  z: 2 }\n")
  }

  func testBreaks() throws {
    try check("let x = f(\na,\n\n\nb\n)\n", "let x = f(\n  a,\n\n  b\n)\n")
    try check("let x = (a\n+ b\n, c)\n", "let x = (a +\n  b,\n  c)\n")
    try check("let x = a |>\nf |>\ng\n", "let x = a\n  |> f\n  |> g\n")
    try check("let x = (f\n(a))\n", "let x = (f(a))\n")
    try check("let f = g(x => {\nx\n}, y => {\ny\n})\n", "let f = g(x => {\n  x\n}, y => {\n  y\n})\n")
    try check("{\n\n\nlet a = 1\n\n\na\n\n}\n", "{\n  let a = 1\n\n  a\n}\n")
    try check("let A = [[1, 2],\n         [3, 4]]\n", "let A = [[1, 2],\n  [3, 4]]\n")
  }

  func testLongLines() throws {
    let (a, b) = (String(repeating: "a", count: 60), String(repeating: "b", count: 60))
    try check("let x = \(a) + f(\(b), 1) + \(a)\n", "let x = \(a) + f(\(b), 1) +\n  \(a)\n")
    try check("let x = f(\(a), \(b), \(a))\n", "let x = f(\(a), \(b),\n  \(a))\n")
    try check("let x = f(\(a))(\(b), 12345)\n", "let x = f(\(a))(\(b), 12345)\n")
    try check("let \(a) = f(\(b), \(a))\n", "let \(a) =\n  f(\(b), \(a))\n")
    try check("fn f(\(a)) { let x = \(b); x + \(a) }\n", "fn f(\(a)) {\n  let x = \(b)\n  x + \(a)\n}\n")
    try check("if x { \(a) } else if y { \(b) } else { \(a) }\n", "if x { \(a) }\nelse if y { \(b) }\nelse { \(a) }\n")
    try check("let x = \(a) |> \(b) |> \(a)\n", "let x = \(a) |> \(b)\n  |> \(a)\n")
    try check("let x = max d in \(a)(1) { y } by \(b)(y)\n", "let x = max d in \(a)(1) { y }\n  by \(b)(y)\n")
    try check("fn f(\(a): Real, \(b): Real, c: Real) {\nc\n}\n", "fn f(\(a): Real, \(b): Real,\n    c: Real) {\n  c\n}\n")
    let word = String(repeating: "w", count: 200)
    try check("let x = \"\(word)\" # c\n", "let x = \"\(word)\"  # c\n")
  }

  // MARK: What is no program, and what is odd

  func testFilesWithMistakesAreRefused() throws {
    for text in ["let x = ", "let = 1", "f(", "let x = 'a'", "}", "let \u{FEFF}x = 1"] {
      XCTAssertThrowsError(try formatted(text)) { error in
        guard case .mistakes(let problems, _)? = error as? CodeFormatter.Failure else { return XCTFail("\(error)") }
        XCTAssertFalse(problems.isEmpty)
      }
    }
    for bytes: [UInt8] in [[0xFF], [0x23, 0x20, 0xC3, 0x28, 0x0A], Array("let x = 1 # ".utf8) + [0xE2, 0x82]] {
      XCTAssertThrowsError(try CodeFormatter.format(bytes, path: "bad.ptb")) { error in
        guard case .mistakes(let problems, let map)? = error as? CodeFormatter.Failure else { return XCTFail("\(error)") }
        XCTAssertEqual(problems.map(\.code.id), ["E0101"])
        XCTAssertFalse(TextRenderer(map: map, usesColor: false).render(problems).isEmpty)
      }
    }
  }

  func testOddFiles() throws {
    try check("", "")
    try check("\n \n\t\n", "")
    try check("# only", "# only\n")
    try check("\n\n# a\n\n\n# b", "# a\n\n# b\n")
    try check("let x=1", "let x = 1\n")
    try check("let x=1\r\n\r\n\r\nlet y = \t2 # c\r\n", "let x = 1\n\nlet y = 2  # c\n")
    try check("{\n\tx\n}\n", "{\n  x\n}\n")
    try check(";\n;;a;;b\n", "a; b\n")
  }

  func testDeepAndLargePrograms() throws {
    let deep = 150
    let text = "let x = " + String(repeating: "(", count: deep) + "1" + String(repeating: ")", count: deep) + "\n"
    try check(text, text)
    let blocks = String(repeating: "if a { ", count: 90) + "b" + String(repeating: " }", count: 90) + "\n"
    let once = try formatted(blocks)
    XCTAssertEqual(try formatted(once), once)
    XCTAssertThrowsError(try formatted("let x = " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)))
    let large = "let x = [" + (0..<100_000).map { "\($0)" }.joined(separator: ",") + "]\n"
    let start = Date()
    XCTAssertFalse(try formatted(large).split(separator: "\n").contains { $0.count > CodeFormatter.width })
    XCTAssertLessThan(Date().timeIntervalSince(start), 60)
  }
}

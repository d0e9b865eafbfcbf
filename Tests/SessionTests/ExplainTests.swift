import Diagnostics
import Foundation
import Notation
import Syntax
import XCTest

@testable import Session

final class ExplainTests: XCTestCase {
  private func program(_ path: String, _ text: String) throws -> Program {
    Program(Script(path: path, text: text), SessionOptions(), home: try home(), explains: true)
  }
  private func explained(_ text: String, of name: String? = nil, as style: NotationStyle = .unicode) throws -> String {
    let program = try program("test.ptb", text)
    XCTAssertFalse(program.hasErrors, "\(program.diagnostics.map(\.message))")
    return program.explanation(of: name, as: style)
  }

  /// `constructs.txt` and `constructs.tex` hold what is said of `constructs.ptb`.
  func testConstructsAreWrittenAsMathematics() throws {
    let folder = repository.appendingPathComponent("Tests/Goldens/explain")
    let text = try String(contentsOf: folder.appendingPathComponent("constructs.ptb"), encoding: .utf8)
    let program = try program("constructs.ptb", text)
    XCTAssertEqual(program.diagnostics.map(\.message), [])
    for (style, file) in [(NotationStyle.unicode, "constructs.txt"), (.latex, "constructs.tex")] {
      // What it costs depends on the library, which other tests look at.
      let said = program.explanation(as: style, costs: false) + "\n"
      let path = folder.appendingPathComponent(file)
      if ProcessInfo.processInfo.environment["PTB_UPDATE"] == "1" { try said.write(to: path, atomically: true, encoding: .utf8) }
      XCTAssertEqual(said, try String(contentsOf: path, encoding: .utf8), file)
      if style == .latex { XCTAssertEqual(LatexCheck.complaint(said), nil) }
    }
  }

  func testEveryProgramOfTheTreeIsExplained() throws {
    var count = 0
    for folder in ["lang/corpus", "examples", "stdlib", "Tests/Goldens"] {
      for (path, text) in programs(in: folder) {
        let program = try program(path, text)
        for style in [NotationStyle.unicode, .latex] {
          let said = program.explanation(as: style, costs: style == .unicode)
          XCTAssertFalse(said.isEmpty, path)
          if style == .latex { XCTAssertEqual(LatexCheck.complaint(said), nil, path) }
        }
        count += 1
      }
    }
    XCTAssertGreaterThan(count, 200)
  }

  func testSolversAreChosenForAReason() throws {
    func solver(_ body: String) throws -> String {
      try explained("let w = [1.0, 2.0]\nlet a = \(body)\n").split(separator: "\n").first { $0.contains("solver") }.map(String.init) ?? ""
    }
    XCTAssertTrue(try solver("max d in Linf(0.1)[2] { dot(w, d) }").contains("exact, chosen because the body is affine"))
    XCTAssertTrue(try solver("max d in Linf(0.1)[2] { dot(w, d) ^ 3 }").contains("pgd, chosen because the body is differentiable and not affine"))
    XCTAssertTrue(try solver("max d in Linf(0.1)[2] { dot(w, d) } by ibp").contains("ibp, as the script says"))
    XCTAssertTrue(try solver("mean k in 0..3 { w[0] * real(k) }").contains("none is needed"))
    XCTAssertTrue(try solver("mean z ~ Normal(0, 1) { exp(z) }").contains("mc, chosen because"))
  }

  /// Evaluations are counted with the loops they stand in.
  func testEvaluationsOfTheBodyAreCounted() throws {
    let head = "let w = [1.0, 2.0]\nfn f(d: Real[2]) -> Real = dot(w, d) ^ 3\n"
    XCTAssertTrue(try explained(head + "let a = max d in Linf(0.1)[2] { f(d) } by fgsm").contains("evaluated twice, differentiated once"))
    XCTAssertTrue(try explained(head + "let a = mean z ~ Normal(0, 1)[2] { f(z) } by mc(samples: 1000)").contains("its body is evaluated 1000 times"))
    XCTAssertTrue(try explained(head + "let a = argmin d from w { f(d) } by sgd(lr: 0.1, steps: 30)").contains("evaluated 31 times, differentiated 30 times"))
    XCTAssertTrue(try explained(head + "let a = max d in Linf(0.1)[2] { f(d) } by ibp").contains("bounded once"))
  }

  /// What is said of the cost is what a run counts.
  func testCostsAreThoseOfTheRun() throws {
    let head = "fn f(p: Real[2]) -> Real = (1 - p[0]) ^ 2 + 20 * (p[1] - p[0] ^ 2) ^ 2\n"
    for solver in ["adam(lr: 0.05, steps: 200)", "lbfgs(steps: 40)", "sgd(lr: 0.001, steps: 20)"] {
      let text = head + "let s = minimize p from [-1.2, 1.0] { f(p) } by \(solver)\nprint(s.cost.evaluations)"
      var printed: [String] = []
      var options = SessionOptions()
      options.output = { printed.append($0) }
      let problems = Program(Script(path: "test.ptb", text: text), options, home: try home()).run()
      XCTAssertEqual(problems.map(\.message), [])
      let count = try XCTUnwrap(printed.first.flatMap { Int($0) })
      XCTAssertTrue(try explained(text).contains("its body is evaluated \(count) times"), "\(solver): \(count)")
    }
  }

  func testOneNameIsExplained() throws {
    let text = "objective f(x: Real) = x ^ 2\nobjective g(x: Real) = f(x) / 2\n"
    XCTAssertEqual(try explained(text, of: "g"), "g(x) = f(x) / 2")
    XCTAssertEqual(try explained(text, of: "g", as: .latex), "$$\ng(x) = \\frac{f(x)}{2}\n$$")
  }

  /// A session explains a statement without running it.
  func testASessionIsAsBefore() throws {
    let session = Session(SessionOptions(), home: try home())
    func statement(_ text: String) -> Statement {
      parse(session.library.sources.add(path: "line", text: text), in: session.library.sources).statements[0]
    }
    XCTAssertEqual(session.run(statement("let w = [1.0, 2.0]"), in: session.context).count, 0)
    let said = try session.explain(statement("let u = max d in L2(1)[2] { dot(w, d) }")).get()
    XCTAssertTrue(said.hasPrefix("u = max_{d ∈ 𝔹₂(1)²} ⟨w, d⟩"), said)
    XCTAssertTrue(said.contains("exact"), said)
    XCTAssertEqual(session.context.listing.map(\.name), ["w"])
    XCTAssertEqual(session.run(statement("fn sq(x) = x ^ 2"), in: session.context).count, 0)
    XCTAssertEqual(try session.explain(statement("sq")).get(), "sq(x) = x²")
    XCTAssertThrowsError(try session.explain(statement("max d in L2(1)[2] { dot(unknown, d) }")).get())
  }
}

/// A simple reader of LaTeX: braces, environments and `\left … \right` are balanced, every macro is one that LaTeX with amsmath knows.
enum LatexCheck {
  private static let macros: Set<String> = [
    "alpha", "beta", "gamma", "delta", "varepsilon", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi",
    "rho", "sigma", "tau", "varphi", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi",
    "Omega", "infty", "operatorname", "text", "texttt", "textbackslash", "textasciicircum", "textasciitilde", "mathit", "textit", "mathbb", "mathbf",
    "mathcal", "mathrm", "frac", "sqrt", "left", "right", "langle", "rangle", "lfloor", "rfloor", "lceil", "rceil", "begin", "end", "cdot",
    "times", "bmod", "cap", "cup", "land", "lor", "lnot", "neq", "le", "ge", "approx", "in", "sim", "mapsto", "forall", "exists", "sum",
    "prod", "max", "min", "nabla", "dots", "quad", "surd", "odot", "to", "Rightarrow", "phantom", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos",
    "arctan", "det", "arg",
  ]

  /// What is wrong with the displays of a Markdown text; nil if nothing is.
  static func complaint(_ markdown: String) -> String? {
    let parts = markdown.components(separatedBy: "$$")
    if parts.count % 2 == 0 { return "a display is not closed" }
    for (k, display) in parts.enumerated() where k % 2 == 1 { if let found = check(display) { return "\(found) in \(display)" } }
    return nil
  }

  private static func check(_ text: String) -> String? {
    let characters = Array(text)
    var at = 0
    var open: [String] = []
    var fences = 0
    var isText = false
    // The macro that a brace belongs to.
    var following = ""
    while at < characters.count {
      let c = characters[at]
      at += 1
      switch c {
      case "{":
        open.append(following.hasPrefix("text") ? following : "{")
        following = ""
      case "}": if open.popLast().map({ $0 == "{" || $0.hasPrefix("text") }) != true { return "a brace too many" }
      case "$":
        // Mathematics within mathematics is an error, unless a text stands between them.
        if !isText, !open.contains(where: { $0.hasPrefix("text") }) { return "a $ outside text" }
        isText.toggle()
      case "\\":
        var name = ""
        while at < characters.count, characters[at].isLetter, characters[at].isASCII { name.append(characters[at]); at += 1 }
        if name.isEmpty {
          guard at < characters.count, "\\,;|{}_#%&$ ".contains(characters[at]) else { return "an unknown sign after a backslash" }
          at += 1
          continue
        }
        following = name
        guard macros.contains(name) else { return "the macro \\\(name)" }
        if name == "left" { fences += 1 }
        if name == "right" { fences -= 1; if fences < 0 { return "\\right without \\left" } }
        if name == "begin" || name == "end" {
          guard let close = characters[at...].firstIndex(of: "}") else { return "an environment without a name" }
          let environment = String(characters[(at + 1)..<close])
          at = close + 1
          if name == "begin" { open.append(environment) } else if open.popLast() != environment { return "\\end{\(environment)} without its beginning" }
        }
      case "_" where at >= 2 && characters[at - 2] == "_", "^" where at >= 2 && characters[at - 2] == "^": return "two scripts"
      case "#", "%": return "a sign that must be escaped"
      default: if !c.isASCII { return "the letter \(c), which is no LaTeX" }
      }
    }
    if !open.isEmpty { return "\(open.last ?? "") is not closed" }
    return fences == 0 ? nil : "\\left without \\right"
  }
}

import Diagnostics
import Syntax
import XCTest

@testable import Elaboration
@testable import Session

/// Questions asked again with other solvers: `:prove`, `:refute`, `:bound`.
final class InquiryTests: XCTestCase {
  private var session: Session!
  override func setUpWithError() throws {
    session = Session(SessionOptions(), home: try home())
    session.context.allowsRedefinition = true
  }

  /// Runs statements; the question of the last one.
  @discardableResult
  private func enter(_ text: String) throws -> Question? {
    let tree = parse(session.library.sources.add(path: "input", text: text), in: session.library.sources)
    XCTAssertTrue(tree.diagnostics.isEmpty)
    var question: Question?
    for statement in tree.statements {
      let problems = session.run(statement, in: session.context)
      XCTAssertTrue(problems.isEmpty, "\(problems.map(\.message))")
      question = session.question(in: statement)
    }
    return question
  }
  private func inquiry(_ text: String) throws -> Inquiry { Inquiry(session, try XCTUnwrap(try enter(text)), patience: 5, width: 80) }
  private func lines(_ result: Result<Finding, Problems>) throws -> [String] { try result.get().lines }
  private var answer: [Double] { (session.context.tensors(of: "ans") ?? []).flatMap { tensor in (0..<tensor.count).map { tensor.double($0) } } }

  func testProveDecidesWhatTheCertificateLeavesOpen() throws {
    try enter("fn f(x) = relu(x[0] - x[1]) - relu(x[0] + x[1])")
    let ask = try inquiry("forall d in Linf(1)[2] { f(d) < 2.5 } by ibp")
    XCTAssertEqual(try lines(ask.prove()), ["Proved: no point of the set violates it"])
  }

  func testWitnessBecomesAns() throws {
    let ask = try inquiry("let v = forall d in Linf(1)[2] { d[0] * d[1] + d[0] < 1.5 } by crown")
    XCTAssertTrue(try lines(ask.refute())[0].hasPrefix("Refuted at d = ["))
    let found = answer
    XCTAssertEqual(found.count, 2)
    XCTAssertGreaterThanOrEqual(found[0] * found[1] + found[0], 1.5)
    XCTAssertTrue(try lines(ask.prove())[1].hasPrefix("  there d[0] * d[1] + d[0] is "))
  }

  func testQuestionsInFunctionsAndMeans() throws {
    try enter("fn share(r) = mean t in [0.5, 1.5, 2.5] { forall d in Linf(r)[2] { d[0] * d[1] < t } by pgd }")
    let ask = try inquiry("share(1.0)")
    XCTAssertEqual(ask.question.binders.map(\.solver), ["pgd"])
    let shown = try lines(ask.prove())[0]
    XCTAssertTrue(shown.hasPrefix("0.666"), shown)
    XCTAssertTrue(shown.contains("… 0.66"), shown)
  }

  func testBoundEnclosesFromBothSides() throws {
    for (text, exact) in [("max d in Linf(1)[2] { d[0] * d[1] - d[0] }", 2.0), ("min d in Linf(1)[2] { d[0] * d[1] - d[0] }", -2.0)] {
      let ask = try inquiry(text)
      _ = try ask.bound().get()
      XCTAssertEqual(answer[0] * answer[1] - answer[0], exact, accuracy: 1e-3, text)
    }
    XCTAssertTrue(try lines(try inquiry("forall d in Linf(1)[2] { d[0] * d[1] < 2 }").bound())[2].contains("no point has it violated"))
  }

  func testThresholds() throws {
    let question = try XCTUnwrap(try enter("max d in Linf(1)[2] { d[0] * d[1] - d[0] }"))
    func asked(_ operation: BinaryOperator, _ bound: Double) throws -> String {
      let compared = try XCTUnwrap(question.compared(operation, with: Expression(.real(bound), question.expression.span)))
      return String(try lines(Inquiry(session, compared, patience: 5, width: 80).prove())[0].prefix(7))
    }
    XCTAssertEqual(try asked(.less, 2.1), "Proved:")
    XCTAssertEqual(try asked(.less, 1.9), "Refuted")
    XCTAssertEqual(try asked(.greater, 1.9), "Proved ")
    XCTAssertEqual(try asked(.greater, 2.1), "Refuted")
    XCTAssertNil(question.compared(.equal, with: Expression(.real(1), question.expression.span)))
  }

  func testANumberIsNotProved() throws {
    XCTAssertTrue(try lines(try inquiry("max d in Linf(1)[2] { d[0] * d[1] }").prove())[0].contains("this max is a number"))
    XCTAssertNil(try enter("1 + 1"))
  }

  func testResultsAreKeptAndForgotten() throws {
    try enter("1.5")
    session.context.keepResult()
    try enter("[1.0, 2.0]")
    session.context.keepResult()
    try enter("let z = out[0] + sum(ans) + sum(out[-1])")
    XCTAssertEqual(session.context.tensors(of: "z")?.first?.double(0), 7.5)
    // A name of the user's own is left alone.
    try enter("let out = 3")
    session.context.forgetResults()
    XCTAssertNotNil(session.context.tensors(of: "out"))
    XCTAssertNil(session.context.tensors(of: "ans"))
    XCTAssertEqual(session.context.forget(["z", "nobody"]), ["nobody"])
    XCTAssertNotNil(session.context.tensors(of: "z"))
    XCTAssertEqual(session.context.forget(["z"]), [])
    XCTAssertNil(session.context.tensors(of: "z"))
  }

  func testLoopsOfClaimsKeepTheWorstRound() {
    func comparison(_ value: Double, _ bound: Double) -> Comparison {
      func side(_ x: Double) -> Comparison.Side { .init(text: "", guarantee: nil, isLiteral: false, value: [x], lo: [], hi: []) }
      return Comparison(text: "", span: .none, operation: "<", left: side(value), right: side(bound), tolerance: [], holds: value < bound)
    }
    var repeated = RepeatedComparison()
    for value in [0.5, 2.5, 1.0] { repeated.add(comparison(value, 3)) }
    XCTAssertEqual(repeated.worst?.rounds, 3)
    XCTAssertEqual(repeated.worst?.comparison.left.value, [2.5])
    repeated.add(comparison(.nan, 3))
    repeated.add(comparison(3.5, 3))
    XCTAssertEqual(repeated.worst?.comparison.left.value.first?.isNaN, true)
  }
}

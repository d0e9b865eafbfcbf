import Diagnostics
import Elaboration
import Syntax

/// What came of a question that was asked again.
public struct Finding {
  /// What to tell.
  public var lines: [String]
  /// The solvers that answered, and the seconds that they took.
  public var solvers: [String]
  public var seconds: Double
}

/// Asks a question again with other solvers: the complete one, attacks, or both sides of a bound. The witness becomes `ans`, or the answer
/// where there is none.
public struct Inquiry {
  let session: Session
  let question: Question
  /// The seconds that the complete search may take.
  let patience: Double
  let text: ValueText

  public init(_ session: Session, _ question: Question, patience: Double, width: Int) {
    (self.session, self.question, self.patience) = (session, question, patience)
    text = ValueText(width: width, variable: question.variable)
  }

  /// Attacks in the order in which they are tried; the last one needs no derivative.
  private static let attacks = ["pgd(steps: 100, restarts: 10)", "apgd(steps: 100, restarts: 5)", "random_search(samples: 2000)"]

  // MARK: The three questions

  /// Decides a predicate by branch and bound.
  public func prove() -> Result<Finding, Problems> {
    guard question.isPredicate else { return .success(notAPredicate("prove")) }
    let started = Clock.now()
    return ask(by: "bab(timeout: \(patience))").flatMap { answer in
      guard case .guarantee(let g) = answer.view, g.kind == .verdict, g.truth("proved") != nil else { return .success(told(answer, since: started)) }
      return .success(verdict(g, since: started))
    }.flatMapError { problems in
      guard let why = problems.cannotBound else { return .failure(problems) }
      return refute().map { finding in
        var finding = finding
        finding.lines.append("  it cannot be proved, only refuted: \(why)")
        return finding
      }
    }
  }

  /// Searches a counterexample by attacks.
  public func refute() -> Result<Finding, Problems> {
    guard question.isPredicate else { return .success(notAPredicate("refute")) }
    let started = Clock.now()
    var tried: [String] = []
    for attack in Inquiry.attacks {
      switch ask(by: attack) {
      case .failure(let problems): return .failure(problems)
      case .success(let answer):
        guard case .guarantee(let g) = answer.view, g.kind == .verdict, let refuted = g.truth("refuted") else { return .success(told(answer, since: started)) }
        // No search refutes that a point exists: that is proved, or not.
        if g.exists { return prove() }
        tried += solvers.filter { !tried.contains($0) }
        if refuted || g.truth("proved") == true || tried.contains("exact") { return .success(verdict(g, since: started)) }
        if attack == Inquiry.attacks.last {
          session.context.keepResult()
          return .success(Finding(
            lines: ["Unknown: \(tried.joined(separator: ", ")) found no counterexample", "  a search never proves; `:prove` decides, if it can"], solvers: tried,
            seconds: Clock.now() - started))
        }
      }
    }
    return .failure(Problems([]))
  }

  /// Encloses a value: from below by attacks, from above by certificates (of a minimum the other way round).
  public func bound() -> Result<Finding, Problems> {
    if question.binder.map({ ["forall", "exists"].contains($0.word.text) }) == true { return margin() }
    let started = Clock.now()
    let isRange = question.binder?.word.text == "range"
    return ask(by: isRange ? "alpha_crown" : "bab(timeout: \(patience))").map { told($0, since: started) }.flatMapError { problems in
      guard let why = problems.cannotBound else { return .failure(problems) }
      return ask(by: Inquiry.attacks[0]).map { answer in
        var finding = told(answer, since: started)
        finding.lines.append("  the other side is not known: \(why)")
        return finding
      }
    }
  }

  /// By how much a predicate is violated (of `exists`: satisfied): the two ends that decide it.
  private func margin() -> Result<Finding, Problems> {
    let started = Clock.now()
    return ask(by: Inquiry.attacks[0]).flatMap { below in
      guard case .guarantee(let low) = below.view, let found = low.number("bound") else { return .success(told(below, since: started)) }
      session.context.keepResult(part: "witness")
      let attackers = solvers
      switch ask(by: "alpha_crown") {
      case .failure(let problems):
        guard let why = problems.cannotBound else { return .failure(problems) }
        let lines = ["it is \(low.exists ? "satisfied" : "violated") by ≥ \(Digits.significant(found, 4, .down)), at the point `ans`", "  the other side is not known: \(why)"]
        return .success(Finding(lines: lines, solvers: attackers, seconds: Clock.now() - started))
      case .success(let above):
        guard case .guarantee(let high) = above.view, let bound = high.number("bound") else { return .success(told(above, since: started)) }
        let shown = Digits.interval(found, max(found, bound))
        let word = low.exists ? "satisfied" : "violated"
        let decided = bound < 0 ? ": no point has it \(word)" : found > 0 ? "" : ", which does not decide it: `:prove` splits the set"
        let lines = [
          "\(word) by \(shown.lo) … \(shown.hi) at the \(low.exists ? "best" : "worst") point; below 0 it is not \(word)",
          "  \(shown.lo) is reached at \(text.variable) = \(low["witness"].map(text.line) ?? "?"), which is `ans`\(found > 0 ? ": it is \(word) there" : "")",
          "  \(shown.hi) is proved\(decided)",
        ]
        return .success(Finding(lines: lines, solvers: attackers + solvers, seconds: Clock.now() - started))
      }
    }
  }

  // MARK: Asking

  private var solvers: [String] {
    session.context.questions.map(\.solver).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Evaluates the question with a solver in place of its own, without keeping its value.
  private func ask(by solver: String) -> Result<(view: ValueView, type: String), Problems> {
    let problems = session.context.answering(by: session.expression(solver)) {
      session.run(Statement(.expression(question.expression), question.expression.span), in: session.context)
    }
    if problems.contains(where: { $0.severity == .error }) { return .failure(Problems(problems)) }
    guard let answer = session.context.lastView else { return .failure(Problems([])) }
    return .success(answer)
  }

  /// An answer that is no verdict: the value itself, where it is reached, and what is proved of it.
  private func told(_ answer: (view: ValueView, type: String), since started: Double) -> Finding {
    var lines = [text.text(answer.view, type: answer.type)]
    if case .guarantee(let g) = answer.view, let point = g["point"] {
      session.context.keepResult(part: "point")
      let isMinimum = question.binder?.word.text == "min"
      let ends = g.number("lo").flatMap { lo in g.number("hi").map { Digits.interval(lo, $0) } }
      let reached = ends.map { isMinimum ? $0.hi : $0.lo } ?? g.number("value").map { Digits.significant($0, 6, isMinimum ? .up : .down) } ?? "it"
      lines.append("  \(reached) is reached at \(text.variable) = \(text.line(point)), which is `ans`")
      if let ends { lines.append("  \(isMinimum ? ends.lo : ends.hi) is proved, \(g.meaning.last ?? g.basis)") }
    } else {
      session.context.keepResult()
      if case .guarantee(let g) = answer.view {
        let shares = question.isPredicate && g.kind == .bounds ? "the share that is proved, and that not refuted" : nil
        lines += (shares.map { [$0] } ?? g.meaning).map { "  \($0)" }
      }
    }
    return Finding(lines: lines, solvers: solvers, seconds: Clock.now() - started)
  }

  private func verdict(_ g: GuaranteeView, since started: Double) -> Finding {
    let (proved, refuted) = (g.truth("proved") == true, g.truth("refuted") == true)
    var finding = Finding(lines: [], solvers: solvers, seconds: Clock.now() - started)
    if (g.exists ? proved : refuted), let witness = g["witness"] {
      session.context.keepResult(part: "witness")
      finding.lines = ["\(proved ? "Proved" : "Refuted") at \(text.variable) = \(text.line(witness)), which is `ans`"] + atWitness()
      return finding
    }
    session.context.keepResult()
    if proved { finding.lines = ["Proved: no point of the set violates it"] } else if refuted { finding.lines = ["Refuted: no point of the set satisfies it"] } else {
      finding.lines = ["Unknown: " + text.whyUnknown(g)]
      if finding.seconds >= patience { finding.lines.append("  the search ended after \(Seconds.text(patience)); `:set patience \(Int(patience * 6))` lets it go on longer") }
    }
    return finding
  }

  /// What the two sides of the predicate are at the witness, which is `ans`.
  private func atWitness() -> [String] {
    guard let b = question.binder, let pattern = b.clauses.first?.pattern else { return [] }
    var statements: [Statement] = [Statement(.let(pattern, nil, Expression(.name(ScriptContext.lastName), b.body.span)), b.body.span)]
    var predicate = b.body
    if case .block(let inner) = b.body.kind, case .expression(let last)? = inner.last?.kind { (statements, predicate) = (statements + inner.dropLast(), last) }
    guard case .binary(let operation, let left, let right, _) = predicate.kind, operation.isComparison else { return [] }
    statements.append(Statement(.expression(Expression(.tuple([left, right]), predicate.span)), predicate.span))
    let problems = session.run(Statement(.expression(Expression(.block(statements), b.body.span)), b.body.span), in: session.context)
    guard problems.isEmpty, case .tuple(let sides)? = session.context.lastView?.view, sides.count == 2 else { return [] }
    let texts = [left, right].map { session.library.sources.text($0.span) }
    let parts = zip(zip([left, right], texts), sides).compactMap { side, value in side.0.isNumber ? nil : "\(side.1) is \(text.line(value))" }
    return parts.isEmpty ? [] : ["  there " + parts.joined(separator: ", and ")]
  }

  private func notAPredicate(_ command: String) -> Finding {
    let word = question.binder?.word.text ?? "question"
    var lines = ["`:\(command)` is about what holds or does not, and this \(word) is a number; `:bound` encloses it"]
    if ["max", "min"].contains(word) { lines.append("`:\(command) < 4.1` asks whether it stays below 4.1") }
    return Finding(lines: lines, solvers: [], seconds: 0)
  }
}

extension Problems {
  /// Why the body cannot be bounded, if that is what is wrong.
  fileprivate var cannotBound: String? { diagnostics.first { $0.code.id == "E0611" }?.message }
}

extension Expression {
  fileprivate var isNumber: Bool {
    switch kind {
    case .int, .real, .bool: true
    case .unary(.minus, let e): e.isNumber
    default: false
    }
  }
}

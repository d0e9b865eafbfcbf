import Diagnostics
import Elaboration
import Syntax
import Tensors

/// Runs the body of a property test for many draws of its variables. The first case that fails is made simpler as long as it fails in the
/// same way, and told with its values.
final class PropertyTest {
  private let session: Session
  private let test: TestCase
  private let body: [Statement]
  private var variables: [PropertyVariable] = []
  /// How many simpler cases are tried at most.
  private static let trials = 500

  /// What the variables are in a case, tensor by tensor.
  typealias Values = [[Tensor]]
  private struct Attempt {
    var context: ScriptContext
    var values: Values
    var problems: [Diagnostic]
  }

  init(_ session: Session, _ test: TestCase, _ body: [Statement]) { (self.session, self.test, self.body) = (session, test, body) }

  /// `again`: the command that shows case `k` again.
  func run(cases: Int, again: (Int) -> String) -> [Diagnostic] {
    for number in 1...max(cases, 1) {
      if session.isInterrupted { return [] }
      let key = "\(test.key), case \(number)"
      let first: Attempt
      switch silently({ attempt(key, nil) }) {
      case .failure(let problems): return problems.diagnostics
      case .success(let attempt): first = attempt
      }
      guard let problem = first.problems.first(where: { $0.severity == .error }) else { continue }
      if problem.code.isInterruption { return first.problems }
      let simplest = simplified(first, key, problem)
      // Once more, to be heard.
      _ = attempt(key, simplest.values)
      return told(simplest, first, number, cases, again(number))
    }
    return []
  }

  /// Draws the variables and runs the body. With `values`, these take the place of what was drawn; a failure if they do not lie in its domain.
  private func attempt(_ key: String, _ values: Values?) -> Result<Attempt, Problems> {
    session.context.countingDrawsAnew {
      let context = session.context.nested()
      var found: Values = []
      for (k, clause) in test.property.enumerated() {
        if k == variables.count {
          switch PropertyVariable.make(k, clause, in: context) {
          case .failure(let problems): return .failure(problems)
          case .success(let variable): variables.append(variable)
          }
        }
        let variable = variables[k]
        let problems = session.run(variable.drawing, in: context, key: key)
        if !problems.isEmpty { return .failure(Problems(problems)) }
        var tensors = context.tensors(of: variable.handle) ?? []
        if let values {
          tensors = zip(tensors, values[k]).map { fitted($1, to: $0) }
          context.replace(variable.handle, by: tensors)
          if !contains(variable, context, key) { return .failure(Problems([])) }
        }
        found.append(tensors)
        let bound = session.run(variable.binding, in: context, key: key)
        if !bound.isEmpty { return .failure(Problems(bound)) }
      }
      return .success(Attempt(context: context, values: found, problems: session.run(body, in: context, key: key)))
    }
  }

  /// Whether what a variable stands for lies in its domain, as far as the domain can tell.
  private func contains(_ variable: PropertyVariable, _ context: ScriptContext, _ key: String) -> Bool {
    guard let membership = variable.membership else { return true }
    return !session.run(membership, in: context, key: key).contains { $0.code == .assertionFailed }
  }

  /// A tensor cut to another shape, where a variable before it has become smaller; what was drawn, where that is not possible.
  private func fitted(_ tensor: Tensor, to drawn: Tensor) -> Tensor {
    if tensor.shape == drawn.shape { return tensor }
    guard tensor.dtype == drawn.dtype, tensor.rank == drawn.rank, zip(tensor.shape, drawn.shape).allSatisfy({ $0 >= $1 }) else { return drawn }
    return tensor.cropped(to: drawn.shape)
  }

  private func simplified(_ first: Attempt, _ key: String, _ problem: Diagnostic) -> Attempt {
    var best = first
    var left = Self.trials
    silently {
      var shrinker = Shrinker(first.values) { candidate in
        if left == 0 || self.session.isInterrupted { return nil }
        left -= 1
        guard case .success(let attempt) = self.attempt(key, candidate), let found = attempt.problems.first, found.code == problem.code,
          found.span == problem.span
        else { return nil }
        best = attempt
        return attempt.values
      }
      shrinker.run()
    }
    return best
  }

  /// Runs what is tried many times, of which nobody wants to read the output.
  private func silently<T>(_ work: () -> T) -> T {
    let outer = session.options
    session.options.output = { _ in }
    session.options.warn = { _ in }
    session.options.progress = nil
    defer { (session.options.output, session.options.warn, session.options.progress) = (outer.output, outer.warn, outer.progress) }
    return work()
  }

  private func told(_ simplest: Attempt, _ first: Attempt, _ number: Int, _ cases: Int, _ command: String) -> [Diagnostic] {
    var problems = simplest.problems
    guard !problems.isEmpty else { return first.problems }
    problems[0].notes += ["counterexample: \(shown(simplest))"]
    let original = shown(first)
    if original != shown(simplest) { problems[0].notes += ["found as: \(original)"] }
    problems[0].notes += ["case \(number) of \(cases), seed \(session.context.seed)", "again: \(command)"]
    return problems
  }

  /// The variables with their values, as `print` shows them.
  private func shown(_ attempt: Attempt) -> String {
    var parts: [String] = []
    for name in variables.flatMap(\.names) {
      var text = ""
      let outer = session.options.output
      session.options.output = { text += $0 }
      let value = Expression(.name(name), .none)
      let call = Expression(.call(Expression(.name("print"), .none), [Argument(label: nil, value: value)]), .none)
      _ = session.run(Statement(.expression(call), .none), in: attempt.context)
      session.options.output = outer
      if text.count > 300 { text = String(text.prefix(300)) + " …" }
      parts.append("\(name) = \(text)")
    }
    return parts.joined(separator: ", ")
  }
}

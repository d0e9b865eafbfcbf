import Diagnostics
import Elaboration
import Syntax

/// What a claim of a script measured.
public struct ClaimResult {
  /// The body of the claim, or of its control.
  public struct Part {
    public let title: String
    /// What each assertion compared; of one in a loop the round with the least margin, and the number of rounds.
    public var comparisons: [(rounds: Int, comparison: Comparison)] = []
    public var problems: [Diagnostic] = []
    public var holds: Bool { problems.isEmpty && comparisons.allSatisfy(\.comparison.holds) }
    public var measurements: [Measurement] { comparisons.map { Measurement($0.comparison, rounds: $0.rounds) } }
  }
  public let path: String
  public let citation: String
  public var claim: Part
  public var control: Part?
  public var seconds = 0.0
  /// How long the script itself took, before its claims.
  public var scriptSeconds = 0.0
  public var holds: Bool { claim.holds && control?.holds != false }
}

/// Runs a script and then its claims, of which every assertion is measured, whether it holds or not.
public struct ClaimRunner {
  private let program: Program
  public init(_ program: Program) { self.program = program }

  /// The claims whose title holds `filter`; `failure` tells why the script itself could not be run.
  public func run(filter: String? = nil) -> (claims: [ClaimResult], failure: [Diagnostic]) {
    let started = Clock.now()
    let problems = program.hasErrors ? program.diagnostics : program.run()
    let seconds = Clock.now() - started
    if !problems.isEmpty { return ([], problems) }
    let session = program.session
    session.context.observesAssertions = true
    defer { session.context.observesAssertions = false }
    var claims: [ClaimResult] = []
    for statement in program.tree.statements {
      guard case .test(let test) = statement.kind, test.isClaim else { continue }
      let title = test.title.plainText ?? "claim"
      if let filter, !title.contains(filter) { continue }
      let started = Clock.now()
      var result = ClaimResult(path: program.path, citation: test.cite?.plainText ?? "", claim: .init(title: title))
      session.context.countingDrawsAnew {
        measure(&result.claim, test.body, test.property, key: title)
        if let control = test.control {
          var part = ClaimResult.Part(title: control.title?.plainText ?? "")
          measure(&part, control.body, test.property, key: title)
          result.control = part
        }
      }
      if session.isInterrupted { break }
      result.seconds = Clock.now() - started
      result.scriptSeconds = seconds
      claims.append(result)
    }
    return (claims, [])
  }

  private func measure(_ part: inout ClaimResult.Part, _ body: Expression, _ property: [BinderClause], key: String) {
    guard case .block(let statements) = body.kind else { return }
    let session = program.session
    if !property.isEmpty {
      // Of many cases no single value tells; they hold or they do not.
      session.context.observesAssertions = false
      let test = TestCase(title: part.title, key: key, bodies: [body], property: property)
      part.problems = PropertyTest(session, test, statements).run(cases: TestOptions().cases) { program.testCommand(part.title, case: $0) }
      session.context.observesAssertions = true
      return
    }
    let context = session.context.nested()
    for statement in statements {
      part.problems = session.run(statement, in: context, key: key)
      if !part.problems.isEmpty { return }
      part.comparisons += context.comparisons.map { (1, $0) } + session.repeated.sorted { $0.key < $1.key }.compactMap { $0.value.worst }
    }
  }
}

/// What of a comparison is worth telling: of tensors the element with the least margin.
public struct Measurement {
  /// What is compared, as written.
  public let text: String
  /// `Lower`, `Upper`, `Bounds` or `Estimate`; empty for a plain number.
  public let guarantee: String
  public let value: Double?
  public let lo: Double?
  public let hi: Double?
  /// `<=` and its kin, with the measured value on the left; `within`; empty where no numbers are compared.
  public let operation: String
  public let bound: Double?
  public let boundText: String
  public let tolerance: Double?
  /// How much the value could move before the assertion failed; negative if it fails.
  public let margin: Double?
  /// How many elements were compared.
  public let count: Int
  /// How often the assertion was reached.
  public let rounds: Int
  public let holds: Bool

  public init(_ comparison: Comparison, rounds: Int = 1) {
    self.rounds = rounds
    var (left, right, operation) = (comparison.left, comparison.right, comparison.operation)
    let turned = ["<": ">", "<=": ">=", ">": "<", ">=": "<="]
    if left.isLiteral, !right.isLiteral || !right.lo.isEmpty || !right.hi.isEmpty {
      (left, right, operation) = (right, left, turned[operation] ?? operation)
    }
    let count = max(left.value.count, left.lo.count, left.hi.count, right.value.count, right.lo.count, right.hi.count)
    func element(_ numbers: [Double], _ k: Int) -> Double? { numbers.count == 1 ? numbers[0] : k < numbers.count ? numbers[k] : nil }
    func margin(_ k: Int) -> Double? {
      let low = element(left.lo, k) ?? element(left.value, k)
      let high = element(left.hi, k) ?? element(left.value, k)
      guard let value = element(left.value, k) ?? low ?? high else { return nil }
      switch operation {
      case "<", "<=": return (element(right.lo, k) ?? element(right.value, k)).flatMap { goal in high.map { goal - $0 } }
      case ">", ">=": return (element(right.hi, k) ?? element(right.value, k)).flatMap { goal in low.map { $0 - goal } }
      case "within":
        guard let goal = element(right.value, k), let tolerance = element(comparison.tolerance, k) else { return nil }
        return tolerance - abs(value - goal)
      case "==": return element(right.value, k).map { $0 == value ? 0 : -abs($0 - value) }
      default: return nil
      }
    }
    let margins = (0..<count).map { margin($0) ?? .infinity }
    // A NaN is worse than any number.
    let worst = margins.indices.first { margins[$0].isNaN } ?? margins.indices.min { margins[$0] < margins[$1] } ?? 0
    (text, self.operation, self.count, holds) = (operation.isEmpty ? comparison.text : left.text, operation, count, comparison.holds)
    guarantee = left.guarantee ?? ""
    (value, lo, hi) = (element(left.value, worst), element(left.lo, worst), element(left.hi, worst))
    bound = element(right.value, worst) ?? element(right.lo, worst) ?? element(right.hi, worst)
    boundText = right.isLiteral ? "" : right.text
    tolerance = element(comparison.tolerance, worst)
    self.margin = count > 0 ? margin(worst) : nil
  }
}

import IR
import Ops
import Testing

/// What a declaration has to say, and what it has to refuse.
@Suite struct DeclarationLawTests {
  /// Ops without samples: those with regions and effects are run by programs, not by a list of operands, and a `tensor` is given
  /// its value by its attribute. A clock gives no value twice.
  static let withoutSamples: Set<String> = Set(
    OpDecl.all.filter { decl in
      if case .structural = decl.kernel { return true }
      if case .expanded = decl.kernel { return true }
      return decl === OpDecl.clock
    }.map(\.name))

  @Test func namesAreUnique() {
    #expect(Set(OpDecl.all.map(\.name)).count == OpDecl.all.count)
    for decl in OpDecl.all { #expect(OpDecl.named(decl.name) === decl) }
  }

  @Test(arguments: OpDecl.all) func isDocumentedAndSampled(_ decl: OpDecl) {
    #expect(decl.doc.hasSuffix(".") || decl.doc.hasSuffix(".)"), "\(decl.name): \(decl.doc)")
    if Self.withoutSamples.contains(decl.name) { return }
    #expect(!decl.samples.isEmpty, "\(decl.name) has no samples")
    #expect(!decl.errors.isEmpty, "\(decl.name) has no inputs to refuse")
  }

  @Test(arguments: OpDecl.all) func refusalsHaveReasons(_ decl: OpDecl) {
    func expectReason(_ reason: String, _ what: String) { #expect(reason.count > 10, "\(what) of \(decl.name): \(reason)") }
    if case .refused(let reason) = decl.derivative { expectReason(reason, "derivative") }
    if case .refused(let reason) = decl.batching { expectReason(reason, "batching") }
    if case .refused(let reason) = decl.interval { expectReason(reason, "interval") }
  }

  /// What has an enclosure has a bound of its rounding; sums and products that are bounded by magnitudes are linear.
  @Test(arguments: OpDecl.all) func roundingIsDeclared(_ decl: OpDecl) {
    switch decl.rounding {
    case .refused(let reason):
      #expect(!reason.isEmpty)
      if case .refused = decl.interval {} else { Issue.record("\(decl.name) has an enclosure and no bound of its rounding") }
    case .magnitude: #expect(!decl.traits.isDisjoint(with: [.linear, .multilinear]), "\(decl.name)")
    case .relative(let units, _, _): #expect(units >= 1 && units <= 64, "\(decl.name)")
    case .byRule:
      if case .rule = decl.interval {} else { Issue.record("\(decl.name) leaves its rounding to a rule that it has not") }
    case .structural:
      if case .structural = decl.interval {} else { Issue.record("\(decl.name)") }
    case .none, .bounded: break
    }
  }

  /// Rules that follow from traits need these traits.
  @Test(arguments: OpDecl.all) func traitsCarryDerivedRules(_ decl: OpDecl) {
    let traits = decl.traits
    if case .linear = decl.derivative { #expect(!traits.isDisjoint(with: [.linear, .multilinear]), "\(decl.name)") }
    if case .elementwise = decl.batching { #expect(traits.contains(.elementwise), "\(decl.name)") }
    if case .zero = decl.derivative {} else { #expect(!traits.contains(.locallyConstant), "\(decl.name)") }
    if case .derived = decl.interval {
      #expect(!traits.isDisjoint(with: [.increasing, .decreasing, .linear, .multilinear]), "\(decl.name)")
    }
  }

  /// What is linear in a tangent must have an adjoint, or the reverse mode stops there.
  @Test(arguments: OpDecl.all) func linearOpsHaveAdjoints(_ decl: OpDecl) {
    guard case .linear = decl.derivative else { return }
    if case .none = decl.adjoint { Issue.record("\(decl.name) is linear without an adjoint") }
  }

  @Test(arguments: OpDecl.all) func errorSamplesAreRefused(_ decl: OpDecl) {
    for (k, sample) in decl.errors.enumerated() {
      do throws(OpError) {
        let types = try decl.infer(sample.operands, sample.attributes)
        Issue.record("\(decl.name), error sample \(k) is accepted: \(types)")
      } catch {
        #expect(error.message.contains(sample.message), "\(decl.name), error sample \(k): \(error.message)")
      }
    }
  }
}

extension OpDecl: CustomTestStringConvertible {
  public var testDescription: String { name }
}

import IR

extension OpDecl {
  /// Every op there is: what tests, the IR parser and documentation go by.
  public static let all: [OpDecl] =
    constantOps + arithmeticOps + comparisonOps + exponentialOps + trigonometricOps + activationOps + specialOps + roundingOps
    + complexOps + conversionOps + arrangeOps + reductionOps + runningOps + indexingOps + randomOps + effectOps + clockOps + contractionOps
    + linearAlgebraOps + fourierOps + controlOps
  private static let byName: [String: OpDecl] = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  public static func named(_ name: String) -> OpDecl? { byName[name] }
}

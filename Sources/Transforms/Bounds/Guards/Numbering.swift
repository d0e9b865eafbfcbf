import Ops

/// Numbers for values, by which equal ones are told: the same op with the same attributes over equal operands.
final class Numbering {
  private struct Key: Hashable {
    var decl: ObjectIdentifier
    var operands: [Int]
    var attributes: Attributes
  }
  private var known: [Key: [Int]] = [:]
  private var next = 0

  func fresh() -> Int {
    next += 1
    return next
  }

  func results(of operation: Operation, _ operands: [Int]) -> [Int] {
    guard operation.regions.isEmpty else { return operation.results.map { _ in fresh() } }
    return numbers(operation.decl, operands, operation.attributes, operation.results.count)
  }

  /// The number of an op of two values, whether it is computed somewhere or not.
  func number(of decl: OpDecl, _ a: Int, _ c: Int) -> Int { numbers(decl, [a, c], [:], 1)[0] }

  private func numbers(_ decl: OpDecl, _ operands: [Int], _ attributes: Attributes, _ count: Int) -> [Int] {
    let key = Key(decl: ObjectIdentifier(decl), operands: operands, attributes: attributes)
    if let found = known[key] { return found }
    let new = (0..<count).map { _ in fresh() }
    known[key] = new
    return new
  }
}

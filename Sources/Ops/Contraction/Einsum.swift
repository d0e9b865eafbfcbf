import IR

/// Einstein's sum: `einsum("ij,jk->ik", a, b)`. A letter names an axis; equal letters have equal extents; what the result does
/// not name is summed. Without `->` the result has the letters that occur once, in alphabetical order (as in NumPy).
///
/// Lowered to diagonals, sums, and products of two operands at a time from the left; each product is one `matmul`.
public func einsum(_ spec: String, _ operands: [Node]) throws(OpError) -> Node {
  let plan = try EinsumPlan(spec, operands)
  var terms = zip(operands, plan.inputs).map { EinsumTerm($0, $1) }
  for index in terms.indices {
    let elsewhere = Set(plan.output).union(terms.indices.filter { $0 != index }.flatMap { terms[$0].letters })
    terms[index].takeDiagonals()
    terms[index].sumOut { !elsewhere.contains($0) }
  }
  var result = terms.removeFirst()
  while !terms.isEmpty {
    let next = terms.removeFirst()
    result = result.contracted(with: next, keeping: Set(plan.output).union(terms.flatMap(\.letters)))
  }
  return result.arranged(as: plan.output)
}

/// The letters of a specification, checked against the operands.
private struct EinsumPlan {
  var inputs: [[Character]] = []
  var output: [Character] = []

  init(_ spec: String, _ operands: [Node]) throws(OpError) {
    let sides = spec.filter { $0 != " " }.split(separator: ">", omittingEmptySubsequences: false)
    let explicit = sides.count == 2 && sides[0].hasSuffix("-")
    if sides.count > 2 || (sides.count == 2 && !explicit) || sides[0].dropLast().contains("-") {
      throw OpError("`einsum(\"\(spec)\")` is not of the form \"ij,jk->ik\"")
    }
    let left = explicit ? sides[0].dropLast() : sides[0]
    inputs = left.split(separator: ",", omittingEmptySubsequences: false).map { Array($0) }
    if operands.isEmpty { throw OpError("`einsum` needs at least one operand") }
    if inputs.count != operands.count {
      throw OpError("`einsum(\"\(spec)\")` names \(inputs.count) operand\(inputs.count == 1 ? "" : "s") but is given \(operands.count)")
    }
    try Check.sameElements("einsum", operands.map(\.type))
    try Check.elements("einsum", operands[0].type, .number)
    var extents: [Character: (dim: Dim, type: TensorType)] = [:]
    for (letters, operand) in zip(inputs, operands) {
      for letter in letters where !letter.isLetter {
        throw OpError("`einsum(\"\(spec)\")`: \"\(letter)\" is not a letter that could name an axis")
      }
      if letters.count != operand.rank {
        throw OpError("`einsum(\"\(spec)\")`: \"\(String(letters))\" names \(Check.axes(letters.count)), but \(operand.type.word) has \(Check.axes(operand.rank))")
      }
      for (letter, dim) in zip(letters, operand.shape) {
        if let known = extents[letter], known.dim != dim {
          throw OpError(
            "`einsum(\"\(spec)\")`: the letter \(letter) stands for \(known.dim) and for \(dim)",
            note: "in \(known.type.word) and in \(operand.type.word)")
        }
        extents[letter] = extents[letter] ?? (dim, operand.type)
      }
    }
    if explicit {
      output = Array(sides[1])
      for letter in output where extents[letter] == nil {
        throw OpError("`einsum(\"\(spec)\")`: the letter \(letter) of the result names no axis of an operand")
      }
      if Set(output).count != output.count { throw OpError("`einsum(\"\(spec)\")`: the result names an axis twice") }
    } else {
      let all = inputs.flatMap { $0 }
      output = Set(all).filter { letter in all.filter { $0 == letter }.count == 1 }.sorted()
    }
  }
}

/// A value and the letters of its axes.
private struct EinsumTerm {
  var node: Node
  var letters: [Character]
  init(_ node: Node, _ letters: [Character]) { (self.node, self.letters) = (node, letters) }

  /// Keeps the diagonal of axes with one letter.
  mutating func takeDiagonals() {
    while let second = letters.indices.first(where: { letters[..<$0].contains(letters[$0]) }) {
      let first = letters[..<second].firstIndex(of: letters[second]) ?? 0
      let rest = letters.indices.filter { $0 != first && $0 != second }
      node = node.transpose(rest + [first, second]).diagonal()
      letters = rest.map { letters[$0] } + [letters[second]]
    }
  }
  mutating func sumOut(_ condition: (Character) -> Bool) {
    node = node.sum(letters.indices.filter { condition(letters[$0]) })
    letters = letters.filter { !condition($0) }
  }
  func arranged(as order: [Character]) -> Node { node.transpose(order.map { letters.firstIndex(of: $0) ?? 0 }) }
  private func extents(_ some: [Character]) -> Shape { some.map { node.shape[letters.firstIndex(of: $0) ?? 0] } }

  func contracted(with other: EinsumTerm, keeping kept: Set<Character>) -> EinsumTerm {
    var (left, right) = (self, other)
    left.sumOut { !other.letters.contains($0) && !kept.contains($0) }
    right.sumOut { !letters.contains($0) && !kept.contains($0) }
    let shared = left.letters.filter { right.letters.contains($0) }
    let (batch, summed) = (shared.filter { kept.contains($0) }, shared.filter { !kept.contains($0) })
    let rows = left.letters.filter { !shared.contains($0) }
    let columns = right.letters.filter { !shared.contains($0) }
    let (lead, m, n) = (left.extents(batch), left.extents(rows), right.extents(columns))
    let (a, b) = (left.arranged(as: batch + rows + summed), right.arranged(as: batch + summed + columns))
    if summed.isEmpty {
      // Nothing to sum: an elementwise product fuses, a matmul would not.
      let shape = lead + m + n
      let columnAxes = Array(0..<batch.count) + (0..<columns.count).map { batch.count + rows.count + $0 }
      let product = a.broadcast(to: shape, axes: Array(0..<(batch.count + rows.count))) * b.broadcast(to: shape, axes: columnAxes)
      return EinsumTerm(product, batch + rows + columns)
    }
    let k = left.extents(summed).elementCount
    let product = a.reshape(lead + [m.elementCount, k]).matmul(b.reshape(lead + [k, n.elementCount]))
    return EinsumTerm(product.reshape(lead + m + n), batch + rows + columns)
  }
}

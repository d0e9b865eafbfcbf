import Ops
import Runtime
import Tensors

/// A tensor laid out for reading: rows below each other with aligned columns, of large ones the corners, with what they range over.
struct TensorText {
  let tensor: Tensor
  let width: Int
  /// The longest axis that is shown whole, by its depth from the innermost; of longer ones so many elements from either end.
  private static let (longestRow, longestColumn, ends) = (40, 12, 3)

  /// The lines; the nesting is that of an array in the language.
  var lines: [String] {
    if tensor.rank == 0 { return [element(0, exactly: true)] }
    if tensor.rank == 1 { return row(tensor.shape[0], at: 0) }
    let columns = places(tensor.shape[tensor.rank - 1], fits: fits(tensor.shape[tensor.rank - 1]))
    let cells = leadingPlaces().map { start in columns.map { $0.map { element(start + $0) } ?? "…" } }
    let widths = columns.indices.map { c in cells.map { $0[c].count }.max() ?? 0 }
    var rows = cells.map { row in "[" + zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: ", ") + "]" }[...]
    if tensor.count == 0 { return [empty] }
    return nested(axis: 0, &rows)
  }

  /// One line, of many elements the first and last.
  var line: String {
    if tensor.rank == 0 { return element(0, exactly: true) }
    if tensor.count == 0 { return empty }
    return inline(axis: 0, start: 0)
  }

  /// What a large tensor ranges over; nil where all of it is shown, or its elements are no real numbers.
  var summary: String? {
    guard !isWhole, tensor.count > 0 else { return nil }
    switch tensor.dtype {
    case .f32, .f64, .int: break
    case .bool: return "\((0..<tensor.count).count { tensor.double($0) != 0 }) true of \(tensor.count)"
    case .c64, .c128, .string: return nil
    }
    var (least, most, sum, nans) = (Double.infinity, -Double.infinity, 0.0, 0)
    for k in 0..<tensor.count {
      let x = tensor.double(k)
      if x.isNaN { nans += 1 } else { (least, most, sum) = (min(least, x), max(most, x), sum + x) }
    }
    let numbers = tensor.count - nans
    let isInt = tensor.dtype == .int
    func shown(_ x: Double) -> String { isInt && abs(x) < 1e15 ? "\(Int(x))" : Digits.significant(x, 4) }
    let range = numbers == 0 ? "" : "min \(shown(least)), mean \(Digits.significant(sum / Double(numbers), 4)), max \(shown(most))"
    return [range, nans == 0 ? "" : "\(nans) NaN"].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// Whether every element is shown.
  var isWhole: Bool {
    guard let last = tensor.shape.last else { return true }
    return fits(last) && tensor.shape.dropLast().allSatisfy { $0 <= Self.longestColumn }
  }
  private var empty: String { "[] (no elements)" }

  // MARK: Elements

  /// Six digits of each element; all of a number that stands alone.
  private func element(_ place: Int, exactly: Bool = false) -> String {
    let isReal = tensor.dtype.isReal || tensor.dtype.isComplex
    return (try? formatElement(tensor, place, spec: exactly || !isReal ? nil : ".6")) ?? "?"
  }

  /// Whether so many elements stand beside each other.
  private func fits(_ count: Int) -> Bool {
    tensor.rank == 1 ? count <= Self.longestRow : count * (tensor.dtype == .bool ? 7 : tensor.dtype == .int ? 5 : 9) <= max(width, 60) + 30 && count <= Self.longestColumn + 4
  }

  /// The places along an axis that are shown; nil stands for those between.
  private func places(_ count: Int, fits: Bool) -> [Int?] {
    fits || count <= 2 * Self.ends ? Array(0..<count) : Array(0..<Self.ends) + [nil] + Array(count - Self.ends..<count)
  }

  /// Where the rows that are shown start, all axes but the last.
  private func leadingPlaces() -> [Int] {
    var starts = [0]
    var size = tensor.count
    for extent in tensor.shape.dropLast() {
      size = extent == 0 ? 0 : size / extent
      let shown = places(extent, fits: extent <= Self.longestColumn).compactMap { $0 }
      starts = starts.flatMap { start in shown.map { start + $0 * size } }
    }
    return starts
  }

  // MARK: Nesting

  private func nested(axis: Int, _ rows: inout ArraySlice<String>) -> [String] {
    if axis == tensor.rank - 1 { return [rows.removeFirst()] }
    let shown = places(tensor.shape[axis], fits: tensor.shape[axis] <= Self.longestColumn)
    var lines: [String] = []
    for (k, place) in shown.enumerated() {
      var inner = place == nil ? ["…"] : nested(axis: axis + 1, &rows)
      if k < shown.count - 1, place != nil { inner[inner.count - 1] += "," }
      lines += inner.enumerated().map { (k == 0 && $0 == 0 ? "[" : " ") + $1 }
    }
    lines[lines.count - 1] += "]"
    return lines
  }

  /// A vector, on as many lines as it needs.
  private func row(_ count: Int, at start: Int) -> [String] {
    if count == 0 { return [empty] }
    let cells = places(count, fits: fits(count)).map { $0.map { element(start + $0) } ?? "…" }
    let line = "[" + cells.joined(separator: ", ") + "]"
    if line.count <= width { return [line] }
    let cell = cells.map(\.count).max() ?? 1
    let perLine = max(1, (width - 2) / (cell + 2))
    var lines: [String] = []
    for from in stride(from: 0, to: cells.count, by: perLine) {
      let part = cells[from..<min(from + perLine, cells.count)]
      let text = part.map { String(repeating: " ", count: cell - $0.count) + $0 }.joined(separator: ", ")
      lines.append((from == 0 ? "[" : " ") + text + (from + perLine < cells.count ? "," : "]"))
    }
    return lines
  }

  private func inline(axis: Int, start: Int) -> String {
    if axis == tensor.rank { return element(start) }
    let size = tensor.shape[axis...].dropFirst().reduce(1, *)
    let isShort = tensor.count <= 8
    let shown: [Int?] = isShort ? Array(0..<tensor.shape[axis]) : tensor.shape[axis] <= 4 ? Array(0..<tensor.shape[axis]) : [0, 1, nil, tensor.shape[axis] - 1]
    return "[" + shown.map { $0.map { inline(axis: axis + 1, start: start + $0 * size) } ?? "…" }.joined(separator: ", ") + "]"
  }
}

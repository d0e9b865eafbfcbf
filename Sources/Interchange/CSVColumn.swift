import Tensors

/// A column while it is read. It is Int until a cell is not one, then Real; or text from its first cell on.
struct CSVColumn {
  private enum Kind { case unknown, int, real, text }
  let name: String
  private let isText: Bool
  private var kind = Kind.unknown
  /// The values of an Int column, or the codes of one of text, -1 for a missing cell.
  private var ints: [Int] = []
  private var reals: [Double] = []
  /// Cells missing before the first that shows the column's type.
  private var leading = 0
  private var codes: [String: Int] = [:]
  private var firstLine = 0

  init(_ name: String, isText: Bool) { (self.name, self.isText) = (name, isText) }

  mutating func appendMissing() {
    switch kind {
    case .unknown: leading += 1
    case .text: ints.append(-1)
    case .int, .real:
      becomeReal()
      reals.append(.nan)
    }
  }

  mutating func append(_ field: CSVField, in records: CSVRecords, line: Int) throws(FileError) {
    let cell = records.cell(field)
    guard cell != .missing else { return appendMissing() }
    if kind == .unknown { start(isText || cell == .text ? .text : leading > 0 ? .real : .int, line: line) }
    switch (kind, cell) {
    case (.text, _) where isText || cell == .text:
      let text = records.text(field)
      let code = codes[text] ?? codes.count
      codes[text] = code
      ints.append(code)
    case (.int, .int(let value)): ints.append(value)
    case (.real, .int(let value)): reals.append(Double(value))
    case (.int, .real(let value)), (.real, .real(let value)):
      becomeReal()
      reals.append(value)
    case (.text, _):
      throw FileError(
        "column '\(excerpt(name))' is text from line \(firstLine) on, but \"\(excerpt(records.text(field)))\" is a number",
        path: records.path, line: line, hint: "read it as text to make every value a category")
    default:
      throw FileError(
        "\"\(excerpt(records.text(field)))\" in column '\(excerpt(name))' is not a number", path: records.path, line: line,
        hint: "leave a missing value empty or write NA; read the column as text to make every value a category")
    }
  }

  private mutating func start(_ kind: Kind, line: Int) {
    (self.kind, firstLine) = (kind, line)
    if kind == .text { ints = Array(repeating: -1, count: leading) }
    if kind == .real { reals = Array(repeating: .nan, count: leading) }
  }

  private mutating func becomeReal() {
    guard kind == .int else { return }
    (kind, reals, ints) = (.real, ints.map(Double.init), [])
  }

  func finished() -> Table.Column {
    switch kind {
    case .int: return Table.Column(name, Tensor(.int, [ints.count], copying: ints))
    case .real: return Table.Column(name, Tensor(.f64, [reals.count], copying: reals))
    case .text: return categories()
    case .unknown: return Table.Column(name, Tensor(.f64, [leading], copying: [Double](repeating: .nan, count: leading)))
    }
  }

  /// Codes renumbered by the order of their levels, so that they do not depend on the order of the rows. Missing values are
  /// a level of their own, the last: as -1 they would index the last level anyway, and nobody would notice.
  private func categories() -> Table.Column {
    var levels = codes.keys.sorted()
    var renumbered = Array(repeating: 0, count: codes.count)
    for (number, level) in levels.enumerated() { renumbered[codes[level, default: 0]] = number }
    let missing = levels.count
    if ints.contains(-1) { levels.append("NA") }
    let numbers = ints.map { $0 < 0 ? missing : renumbered[$0] }
    return Table.Column(name, Tensor(.int, [numbers.count], copying: numbers), levels: levels)
  }
}

import Tensors

/// Named columns of one length.
public struct Table {
  public struct Column {
    public var name: String
    /// Int or f64, of rank 1. A column of text holds indices into `levels`.
    public var values: Tensor
    /// The distinct texts of a column of text, sorted, with "NA" last where values are missing.
    public var levels: [String]?

    public init(_ name: String, _ values: Tensor, levels: [String]? = nil) {
      (self.name, self.values, self.levels) = (name, values, levels)
    }
  }
  public var columns: [Column]
  public var rows: Int
  /// The file it came from, for messages.
  public var path: String

  public init(columns: [Column], rows: Int, path: String = "") {
    (self.columns, self.rows, self.path) = (columns, rows, path)
  }

  public subscript(name: String) -> Column? { columns.first { $0.name == name } }

  /// All columns side by side, f64 of shape [rows, columns]; refused where one is text.
  public func matrix() throws(FileError) -> Tensor {
    if let text = columns.first(where: { $0.levels != nil }) {
      let example = text.levels?.first.map { ", for example \"\(excerpt($0))\"" } ?? ""
      throw FileError(
        "column '\(excerpt(text.name))' holds text\(example), so the table is not a matrix", path: path,
        hint: "take the columns by name")
    }
    let result = Tensor(uninitialized: .f64, [rows, columns.count])
    let target = result.pointer.assumingMemoryBound(to: Double.self)
    for (index, column) in columns.enumerated() {
      if column.values.dtype == .int {
        let source = column.values.pointer.assumingMemoryBound(to: Int.self)
        for row in 0..<rows { target[row * columns.count + index] = Double(source[row]) }
      } else {
        let source = column.values.pointer.assumingMemoryBound(to: Double.self)
        for row in 0..<rows { target[row * columns.count + index] = source[row] }
      }
    }
    return result
  }
}

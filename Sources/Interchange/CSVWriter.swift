import Tensors

extension CSV {
  /// Writes a table with its names in the first row, atomically. Reals are written so that reading them gives the same bits.
  public static func write(_ table: Table, to path: String, delimiter: Character = ",") throws(FileError) {
    guard let separator = delimiter.asciiValue, ![0x0a, 0x0d, 0x22].contains(separator) else {
      throw FileError("'\(delimiter)' cannot separate columns", path: path, hint: "use one ASCII character")
    }
    var cells: [(Int) -> String] = []
    for column in table.columns {
      guard column.values.rank == 1, column.values.count == table.rows, let cell = formatter(column) else {
        throw FileError("column '\(excerpt(column.name))' is not a column of \(table.rows) numbers", path: path)
      }
      cells.append(cell)
    }
    try AtomicFile.write(to: path) { (sink) throws(FileError) in
      var text: [UInt8] = []
      for row in -1..<table.rows {
        for (index, column) in table.columns.enumerated() {
          if index > 0 { text.append(separator) }
          appendQuoted(row < 0 ? column.name : cells[index](row), separator, to: &text)
        }
        text.append(0x0a)
        if text.count > 1 << 20 {
          try sink.write(text)
          text.removeAll(keepingCapacity: true)
        }
      }
      try sink.write(text)
    }
  }

  /// Writes a vector or a matrix, a row a line, with the columns named `names` or c0, c1, ….
  public static func write(
    _ matrix: Tensor, names: [String]? = nil, to path: String, delimiter: Character = ","
  ) throws(FileError) {
    guard matrix.rank == 1 || matrix.rank == 2 else {
      throw FileError("only vectors and matrices can be written as CSV; this has shape \(matrix.shape)", path: path)
    }
    let (rows, width) = (matrix.shape[0], matrix.rank == 2 ? matrix.shape[1] : 1)
    let names = names ?? (0..<width).map { "c\($0)" }
    guard names.count == width else { throw FileError("\(names.count) names for \(width) columns", path: path) }
    let size = matrix.dtype.size
    var columns: [Table.Column] = []
    for index in 0..<width {
      let values = Tensor(uninitialized: matrix.dtype, [rows])
      for row in 0..<rows {
        (values.pointer + row * size).copyMemory(from: matrix.pointer + (row * width + index) * size, byteCount: size)
      }
      columns.append(Table.Column(names[index], values))
    }
    try write(Table(columns: columns, rows: rows), to: path, delimiter: delimiter)
  }

  /// What is written for a row of the column; nil for types that CSV has no notation for.
  private static func formatter(_ column: Table.Column) -> ((Int) -> String)? {
    let values = column.values
    switch values.dtype {
    case .int:
      return { row in
        let value = values.pointer.load(fromByteOffset: row * 8, as: Int.self)
        return column.levels.map { $0.indices.contains(value) ? $0[value] : "NA" } ?? String(value)
      }
    case .f64: return { row in values.pointer.load(fromByteOffset: row * 8, as: Double.self).description }
    case .f32: return { row in values.pointer.load(fromByteOffset: row * 4, as: Float.self).description }
    case .bool: return { row in values.pointer.load(fromByteOffset: row, as: UInt8.self) == 0 ? "0" : "1" }
    case .c64, .c128, .string: return nil
    }
  }

  private static func appendQuoted(_ text: String, _ separator: UInt8, to output: inout [UInt8]) {
    let bytes = text.utf8
    let isSpaced = bytes.first == 0x20 || bytes.last == 0x20
    guard isSpaced || bytes.contains(where: { $0 == separator || $0 == 0x22 || $0 == 0x0a || $0 == 0x0d }) else {
      output += bytes
      return
    }
    output.append(0x22)
    for byte in bytes {
      if byte == 0x22 { output.append(byte) }
      output.append(byte)
    }
    output.append(0x22)
  }
}

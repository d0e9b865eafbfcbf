/// Comma-separated values (RFC 4180).
public enum CSV {
  public struct Options: Sendable {
    public var delimiter: Character = ","
    /// Whether the first row names the columns; nil to tell from the file.
    public var header: Bool?
    /// Columns whose values are categories even where they look like numbers.
    public var text: Set<String> = []
    public init() {}
  }

  /// The table in a file, which may be compressed with gzip. A column is Int where every cell is an integer, else f64 with NaN
  /// for what is missing (empty, NA, nan), or categories where its cells are text.
  public static func read(_ path: String, _ options: Options = Options(), limit: Int = 4 << 30) throws(FileError) -> Table {
    try decode(try readInflated(path, limit: limit), path: path, options)
  }

  /// The table that the bytes of a CSV file hold; `path` is for messages.
  public static func decode(_ bytes: [UInt8], path: String, _ options: Options = Options()) throws(FileError) -> Table {
    guard let delimiter = options.delimiter.asciiValue, ![0x0a, 0x0d, 0x22].contains(delimiter) else {
      throw FileError("'\(options.delimiter)' cannot separate columns", path: path, hint: "use one ASCII character")
    }
    guard !bytes.starts(with: [0xff, 0xfe]), !bytes.starts(with: [0xfe, 0xff]) else {
      throw FileError("the text is UTF-16", path: path, offset: 0, hint: "save it as UTF-8")
    }
    var records = CSVRecords(bytes, delimiter: delimiter, path: path)
    let names = try readHeader(&records, options)
    guard !names.isEmpty else { return Table(columns: [], rows: 0, path: path) }
    var columns = names.map { CSVColumn($0, isText: options.text.contains($0)) }
    let rows = try readRows(&records, into: &columns)
    return Table(columns: columns.map { $0.finished() }, rows: rows, path: path)
  }

  private static func readRows(_ records: inout CSVRecords, into columns: inout [CSVColumn]) throws(FileError) -> Int {
    var fields: [CSVField] = []
    var rows = 0
    // Empty lines of a table of one column are missing values, unless nothing but such lines follows.
    var emptyLines = 0
    while true {
      let line = records.line
      guard try records.next(into: &fields) else { return rows }
      if isEmptyLine(fields, records) { emptyLines += 1; continue }
      if columns.count == 1 {
        for _ in 0..<emptyLines { columns[0].appendMissing() }
        rows += emptyLines
        emptyLines = 0
      }
      guard fields.count == columns.count else {
        throw FileError(
          "this line has \(fields.count) fields, but there are \(columns.count) columns", path: records.path, line: line,
          hint: hint(fields, records))
      }
      for index in columns.indices {
        try columns[index].append(fields[index], in: records, line: line)
      }
      rows += 1
    }
  }

  /// The names of the columns; `records` is left at the first row of data.
  private static func readHeader(_ records: inout CSVRecords, _ options: Options) throws(FileError) -> [String] {
    var fields: [CSVField] = []
    var start = records
    repeat {
      start = records
      guard try records.next(into: &fields) else { return [] }
    } while isEmptyLine(fields, records)
    let first = fields.map(records.cell)
    let afterFirst = records
    var isHeader = options.header
    if isHeader == nil {
      isHeader = !first.contains(where: \.isNumber) && first.contains(.text)
      // A table of numbers whose names are partly numbers, such as years.
      if isHeader == false, first.contains(.text), try records.next(into: &fields), fields.count == first.count {
        isHeader = zip(first, fields).contains { $0 == .text && records.cell($1).isNumber }
      }
      records = afterFirst
    }
    guard isHeader == true else {
      records = start
      return first.indices.map { "c\($0)" }
    }
    var reader = start
    let line = reader.line
    _ = try reader.next(into: &fields)
    var seen: [String: Int] = [:]
    var names: [String] = []
    for (index, field) in fields.enumerated() {
      let text = reader.text(field)
      let name = text.isEmpty ? "c\(index)" : text
      if let other = seen.updateValue(index, forKey: name) {
        throw FileError(
          "columns \(other + 1) and \(index + 1) are both named '\(excerpt(name))'", path: records.path, line: line,
          hint: "rename one of them in the first row")
      }
      names.append(name)
    }
    return names
  }

  private static func isEmptyLine(_ fields: [CSVField], _ records: CSVRecords) -> Bool {
    fields.count == 1 && !fields[0].isQuoted && records.text(fields[0]).isEmpty
  }

  /// Names the character that may really separate the columns.
  private static func hint(_ fields: [CSVField], _ records: CSVRecords) -> String? {
    guard fields.count == 1 else { return nil }
    let text = records.text(fields[0])
    let candidates: [(Character, String)] = [(";", ";"), ("\t", "\\t"), (",", ","), ("|", "|")]
    let other = candidates.first { $0.0.asciiValue != records.delimiter && text.contains($0.0) }
    return other.map { "the columns may be separated by '\($0.1)': pass it as the delimiter" }
  }
}

extension CSVCell {
  fileprivate var isNumber: Bool {
    switch self {
    case .int, .real: true
    case .missing, .text: false
    }
  }
}

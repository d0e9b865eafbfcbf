/// The dictionary at the start of an .npy file, a Python literal: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
struct NPYHeader: Equatable {
  var format: ElementFormat
  var columnMajor: Bool
  var shape: [Int]

  /// `offset` is where `text` starts in the file.
  init(parsing text: ArraySlice<UInt8>, path: String, offset: Int) throws(FileError) {
    var parser = LiteralParser(rest: text, path: path, base: offset - text.startIndex)
    let (descr, order, shape) = try parser.dictionary()
    (columnMajor, self.shape) = (order, shape)
    format = try Self.format(descr, path: path)
  }

  init(format: ElementFormat, shape: [Int]) {
    (self.format, columnMajor, self.shape) = (format, false, shape)
  }

  /// Magic, version and dictionary, padded so that the data starts at a multiple of 64.
  func encoded() -> [UInt8] {
    let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(dimensions)), }"
    let padding = 63 - (10 + text.utf8.count) % 64
    text += String(repeating: " ", count: padding) + "\n"
    let length = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8 & 255)] + Array(text.utf8)
  }

  private var descr: String {
    let letter =
      switch format.kind {
      case .signed: "i"
      case .unsigned: "u"
      case .float: "f"
      case .complex: "c"
      case .bool: "b"
      }
    return (format.size == 1 ? "|" : format.bigEndian ? ">" : "<") + letter + String(format.size)
  }

  private static func format(_ descr: String, path: String) throws(FileError) -> ElementFormat {
    let bigEndian = descr.hasPrefix(">")
    let code = descr.first.map { "<>=|".contains($0) } == true ? descr.dropFirst() : descr[...]
    let kind: ElementFormat.Kind? =
      switch code {
      case "b1", "?": .bool
      case "i1", "i2", "i4", "i8": .signed
      case "u1", "u2", "u4", "u8": .unsigned
      case "f2", "f4", "f8": .float
      case "c8", "c16": .complex
      default: nil
      }
    guard let kind, let size = code == "?" ? 1 : Int(code.dropFirst()) else {
      let pickled = code.hasPrefix("O")
      throw FileError(
        pickled ? "the array holds pickled Python objects, which are never loaded" : "arrays of type '\(excerpt(descr))' cannot be read",
        path: path, hint: "convert it in NumPy first: a.astype('float64')")
    }
    return ElementFormat(kind: kind, size: size, bigEndian: bigEndian)
  }
}

/// Parses the few Python literals that occur in an .npy header.
private struct LiteralParser {
  var rest: ArraySlice<UInt8>
  let path: String
  /// What to add to an index of `rest` for an offset in the file.
  let base: Int

  mutating func dictionary() throws(FileError) -> (descr: String, columnMajor: Bool, shape: [Int]) {
    var descr: String?
    var columnMajor: Bool?
    var shape: [Int]?
    try expect("{")
    while !skips("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descr == nil:
        if peek() == UInt8(ascii: "[") { throw failure("the array has named fields, which cannot be read") }
        descr = try string()
      case "fortran_order" where columnMajor == nil: columnMajor = try bool()
      case "shape" where shape == nil: shape = try tuple()
      default: throw failure("the header has an unexpected key '\(excerpt(key))'")
      }
      if !skips(",") { try expect("}"); break }
    }
    guard peek() == nil else { throw failure("the header goes on after its dictionary") }
    guard let descr, let columnMajor, let shape else { throw failure("the header lacks descr, fortran_order or shape") }
    return (descr, columnMajor, shape)
  }

  private mutating func tuple() throws(FileError) -> [Int] {
    var items: [Int] = []
    try expect("(")
    while !skips(")") {
      guard items.count < Limits.rank else { throw failure("the array has more than \(Limits.rank) dimensions") }
      items.append(try integer())
      if !skips(",") { try expect(")"); break }
    }
    return items
  }

  private mutating func integer() throws(FileError) -> Int {
    _ = peek()
    let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2d }
    guard let value = Int(String(decoding: digits.prefix(30), as: UTF8.self)), digits.count <= 30 else {
      throw failure("a dimension of the shape is not a number that fits")
    }
    guard value >= 0 else { throw failure("the shape has a negative dimension, \(value)") }
    rest = rest.dropFirst(digits.count)
    // Python 2 wrote long integers as 3L.
    _ = skips("L")
    return value
  }

  private mutating func bool() throws(FileError) -> Bool {
    _ = peek()
    for (word, value) in [("True", true), ("False", false)] where rest.starts(with: word.utf8) {
      rest = rest.dropFirst(word.utf8.count)
      return value
    }
    throw failure("fortran_order is neither True nor False")
  }

  private mutating func string() throws(FileError) -> String {
    guard let quote = peek(), quote == 0x22 || quote == 0x27 else { throw failure("the header is not the dictionary it should be") }
    let body = rest.dropFirst().prefix { $0 != quote && $0 != 0x5c }
    guard rest.dropFirst(body.count + 1).first == quote else { throw failure("a string of the header does not end") }
    rest = rest.dropFirst(body.count + 2)
    return String(decoding: body, as: UTF8.self)
  }

  /// The next byte that is not a space.
  private mutating func peek() -> UInt8? {
    rest = rest.drop { $0 == 0x20 || $0 >= 9 && $0 <= 13 }
    return rest.first
  }

  private mutating func skips(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(FileError) {
    guard skips(character) else { throw failure("the header is not the dictionary it should be: expected '\(character)'") }
  }

  private func failure(_ message: String) -> FileError { FileError(message, path: path, offset: base + rest.startIndex) }
}

import Tensors

/// Why a format is refused, in words for the user.
public struct FormatError: Error, Hashable, Sendable {
  public var message: String
  public init(_ message: String) { self.message = message }
}

/// Python's format mini-language: `[[fill]align][sign][#][0][width][,|_][.precision][type]`.
public struct FormatSpec: Hashable, Sendable {
  public enum Alignment: Character, Sendable { case left = "<", right = ">", centre = "^", afterSign = "=" }
  public var fill: Character = " "
  public var alignment: Alignment?
  /// `+`, `-` or a space.
  public var sign: Character = "-"
  public var alternate = false
  public var width = 0
  public var grouping: Character?
  public var precision: Int?
  public var type: Character?
  private var hasSign = false

  public init(_ text: String) throws(FormatError) {
    var rest = Array(text)[...]
    var hasFill = false
    if rest.count >= 2, let align = Alignment(rawValue: rest[rest.startIndex + 1]) {
      (fill, alignment, hasFill) = (rest.removeFirst(), align, true)
      rest.removeFirst()
    } else if let first = rest.first, let align = Alignment(rawValue: first) {
      alignment = align
      rest.removeFirst()
    }
    if let c = rest.first, "+- ".contains(c) { (sign, hasSign) = (rest.removeFirst(), true) }
    if rest.first == "#" { (alternate, _) = (true, rest.removeFirst()) }
    if rest.first == "0" {
      rest.removeFirst()
      if !hasFill { fill = "0" }
      alignment = alignment ?? .afterSign
    }
    width = try FormatSpec.number(&rest, "width", in: text) ?? 0
    if let c = rest.first, ",_".contains(c) { grouping = rest.removeFirst() }
    if rest.first == "." {
      rest.removeFirst()
      guard let digits = try FormatSpec.number(&rest, "precision", in: text) else {
        throw FormatError("the format `\(text)` has no digits after the dot")
      }
      precision = digits
    }
    type = rest.popFirst()
    if let type, !FormatSpec.types.contains(type) { throw FormatError("the format `\(text)` has the unknown type `\(type)`") }
    if !rest.isEmpty { throw FormatError("the format `\(text)` goes on after its type `\(type!)`: `\(String(rest))`") }
  }

  private static let types = "bdoxXneEfFgG%s"

  private static func number(_ rest: inout ArraySlice<Character>, _ what: String, in text: String) throws(FormatError) -> Int? {
    var digits = ""
    while let c = rest.first, c.isASCII, c.isNumber { digits.append(rest.removeFirst()) }
    if digits.isEmpty { return nil }
    guard digits.count <= 4, let value = Int(digits) else { throw FormatError("the \(what) of the format `\(text)` is too large") }
    return value
  }

  /// Refuses what does not apply to values of a type, as Python does.
  public func check(_ dtype: DType) throws(FormatError) {
    let isText = dtype == .string || (dtype == .bool && (type == nil || type == "s"))
    if isText {
      if let type, type != "s" { throw unfit(type, "String") }
      if hasSign { throw FormatError("a sign is not allowed in the format of a text") }
      if alternate { throw FormatError("`#` is not allowed in the format of a text") }
      if alignment == .afterSign && fill != "0" { throw FormatError("`=` is not allowed in the format of a text") }
      if let grouping { throw FormatError("`\(grouping)` is not allowed in the format of a text") }
      return
    }
    let isInteger = dtype == .int || dtype == .bool
    if let type {
      if type == "s" || (!isInteger && "bdoxX".contains(type)) { throw unfit(type, isInteger ? "Int" : dtype.isComplex ? "Complex" : "Real") }
      if let grouping, type == "n" || (grouping == "," && "boxX".contains(type)) {
        throw FormatError("`\(grouping)` does not go with the type `\(type)`")
      }
    }
    if isInteger && isIntegral && precision != nil { throw FormatError("a precision does not go with the format of an Int") }
    if dtype.isComplex && (type == "%" || alignment == .afterSign) {
      throw FormatError("`\(type == "%" ? "%" : "=")` does not go with the format of a Complex")
    }
  }
  private func unfit(_ type: Character, _ kind: String) -> FormatError {
    FormatError("the format type `\(type)` does not go with a value of type \(kind)")
  }
  /// Whether an integer is written as one under this format, and not as a real.
  var isIntegral: Bool { type.map { "bdoxXn".contains($0) } ?? true }
}

/// Refuses a format that is malformed or does not apply to values of a type. Done when a script is checked.
public func validate(_ spec: String, _ dtype: DType) throws(FormatError) { try FormatSpec(spec).check(dtype) }

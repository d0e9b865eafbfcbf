import Ops
import Tensors

/// A tensor as a script prints it: a number, a truth value, a text, or nested lists, of which large ones are summarised.
/// The format, in Python's mini-language, applies to each element.
public func format(_ tensor: Tensor, spec: String? = nil) throws(FormatError) -> String {
  if let words = spec.flatMap(TextChoice.words(of:)) { return TensorWriter(tensor: tensor, spec: nil, words: words).text() }
  var parsed: FormatSpec?
  if let spec, !spec.isEmpty {
    parsed = try FormatSpec(spec)
    try parsed!.check(tensor.dtype)
  }
  let writer = TensorWriter(tensor: tensor, spec: parsed)
  return writer.text()
}

/// One element of a tensor, by its place in the order of the memory.
public func formatElement(_ tensor: Tensor, _ place: Int, spec: String? = nil) throws(FormatError) -> String {
  TensorWriter(tensor: tensor, spec: try spec.map { text throws(FormatError) in try FormatSpec(text) }).element(place)
}

private struct TensorWriter {
  let tensor: Tensor
  let spec: FormatSpec?
  /// In place of Ints.
  var words: [String]?
  /// Tensors with more elements show only the ends of each axis, this many.
  static let limit = 1000
  static let shown = 3

  func text() -> String {
    var result = ""
    write(axis: 0, offset: 0, stride: tensor.count, into: &result)
    return result
  }

  private func write(axis: Int, offset: Int, stride: Int, into text: inout String) {
    if axis == tensor.rank {
      text += element(offset)
      return
    }
    let n = tensor.shape[axis]
    let inner = n == 0 ? 0 : stride / n
    let summarise = tensor.count > TensorWriter.limit && n > 2 * TensorWriter.shown
    text += "["
    for i in 0..<n {
      if summarise && i >= TensorWriter.shown && i < n - TensorWriter.shown {
        if i == TensorWriter.shown { text += ", …" }
        continue
      }
      if i > 0 { text += ", " }
      write(axis: axis + 1, offset: offset + i * inner, stride: inner, into: &text)
    }
    text += "]"
  }

  func element(_ i: Int) -> String {
    switch tensor.dtype {
    case .string: return padded(text: tensor.text ?? "")
    case .bool:
      let value = tensor.pointer.load(fromByteOffset: i, as: UInt8.self) != 0
      if let spec, let type = spec.type, type != "s" { return integer(value ? 1 : 0) }
      return padded(text: value ? "true" : "false")
    case .int:
      let value = tensor.pointer.load(fromByteOffset: i * 8, as: Int.self)
      if let words, words.indices.contains(value) { return words[value] }
      return integer(value)
    case .f32: return real(tensor.pointer.load(fromByteOffset: i * 4, as: Float.self))
    case .f64: return real(tensor.pointer.load(fromByteOffset: i * 8, as: Double.self))
    case .c64:
      return complex(
        real(tensor.pointer.load(fromByteOffset: i * 8, as: Float.self), pad: false),
        real(tensor.pointer.load(fromByteOffset: i * 8 + 4, as: Float.self), pad: false))
    case .c128:
      return complex(
        real(tensor.pointer.load(fromByteOffset: i * 16, as: Double.self), pad: false),
        real(tensor.pointer.load(fromByteOffset: i * 16 + 8, as: Double.self), pad: false))
    }
  }

  private func complex(_ re: String, _ im: String) -> String {
    let text = im.hasPrefix("-") ? "\(re) - \(im.dropFirst())i" : "\(re) + \(im.hasPrefix("+") ? String(im.dropFirst()) : im)i"
    guard let spec else { return text }
    return pad(text, spec, default: .right)
  }

  private func integer(_ value: Int) -> String {
    guard let spec else { return String(value) }
    if !spec.isIntegral { return real(Double(value)) }
    let (prefix, digits) = NumberText.magnitude(value, spec)
    return finish(negative: value < 0, prefix: prefix, body: digits, spec, group: "boxX".contains(spec.type ?? "d") ? 4 : 3)
  }

  private func real<T: BinaryFloatingPoint & LosslessStringConvertible>(_ value: T, pad: Bool = true) -> String {
    let shortest = value is Float ? NumberText.shortest(Float(value)) : NumberText.shortest(Double(value))
    guard var spec else { return shortest }
    if !pad { (spec.width, spec.alignment) = (0, nil) }
    let magnitude = shortest.hasPrefix("-") ? String(shortest.dropFirst()) : shortest
    let body = NumberText.magnitude(Double(value), shortest: magnitude, spec)
    return finish(negative: value.sign == .minus && !value.isNaN, prefix: "", body: body, spec, group: 3)
  }

  private func finish(negative: Bool, prefix: String, body: String, _ spec: FormatSpec, group: Int) -> String {
    let sign = negative ? "-" : spec.sign == "-" ? "" : String(spec.sign)
    var body = body
    if let grouping = spec.grouping {
      let zeros = spec.fill == "0" && spec.alignment == .afterSign
      body = NumberText.grouped(
        body, by: grouping, every: group, isHex: "xX".contains(spec.type ?? "d"), zeroPaddedTo: zeros ? spec.width - sign.count - prefix.count : 0)
    }
    let missing = spec.width - sign.count - prefix.count - body.count
    if spec.alignment == .afterSign {
      return sign + prefix + String(repeating: spec.fill, count: max(0, missing)) + body
    }
    return pad(sign + prefix + body, spec, default: .right)
  }

  private func padded(text: String) -> String {
    guard let spec else { return text }
    return pad(spec.precision.map { String(text.prefix($0)) } ?? text, spec, default: .left)
  }

  private func pad(_ text: String, _ spec: FormatSpec, default alignment: FormatSpec.Alignment) -> String {
    let missing = spec.width - text.count
    if missing <= 0 { return text }
    var left = 0
    switch spec.alignment ?? alignment {
    // The `0` flag pads a text on the right, as Python does.
    case .left: left = 0
    case .afterSign: left = alignment == .left ? 0 : missing
    case .right: left = missing
    case .centre: left = missing / 2
    }
    return String(repeating: spec.fill, count: left) + text + String(repeating: spec.fill, count: missing - left)
  }
}

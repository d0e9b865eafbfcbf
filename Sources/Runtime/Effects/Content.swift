import Ops

/// What a `plot` shows, as the script composed it.
public indirect enum Content {
  case text(String)
  case tensor(Tensor)
  case record([(name: String, content: Content)])
  case list([Content])

  public subscript(_ name: String) -> Content? {
    if case .record(let fields) = self { fields.first { $0.name == name }?.content } else { nil }
  }
}

extension EffectContext {
  /// Puts together what the attributes of `OpDecl.plot` took apart.
  func content(_ operation: Operation, _ operands: [Tensor]) throws(RuntimeFailure) -> Content {
    var words = operation.attributes.texts("layout")[...]
    var counts = operation.attributes.ints("counts")[...]
    var pieces = operation.attributes.texts("pieces")[...]
    var formats = operation.attributes.texts("formats")[...]
    var rest = operands[...]
    func next() throws(RuntimeFailure) -> Content {
      let word = words.removeFirst()
      if word == "leaf" { return .tensor(rest.removeFirst()) }
      let count = counts.removeFirst()
      switch word {
      case "record":
        var fields: [(name: String, content: Content)] = []
        for _ in 0..<count {
          let name = words.removeFirst()
          fields.append((name, try next()))
        }
        return .record(fields)
      case "list":
        var items: [Content] = []
        for _ in 0..<count { items.append(try next()) }
        return .list(items)
      default:
        let (own, ownFormats, values) = (Array(pieces.prefix(count + 1)), Array(formats.prefix(count)), Array(rest.prefix(count)))
        (pieces, formats, rest) = (pieces.dropFirst(count + 1), formats.dropFirst(count), rest.dropFirst(count))
        return .text(try text(own, ownFormats, values, at: operation.origin))
      }
    }
    return try next()
  }
}

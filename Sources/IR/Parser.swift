import Diagnostics
import Tensors

/// Why a text is not a graph.
public struct IRParseError: Error, CustomStringConvertible {
  public var line: Int
  public var message: String
  public var description: String { "line \(line): \(message)" }
}

extension Graph {
  /// Reads the text that `Graph.text` writes. `op` finds the declaration of an op by its name.
  public static func parse(_ text: String, op: @escaping (String) -> OpDecl?) throws(IRParseError) -> Graph {
    var parser = IRParser(text, op: op)
    let graph = try parser.graph()
    if !parser.scanner.atEnd { throw parser.scanner.error("something follows the graph") }
    return graph
  }
}

/// Builds graphs out of what the scanner sees.
struct IRParser {
  var scanner: IRScanner
  let op: (String) -> OpDecl?
  var symbols: [String: Dim.Symbol] = [:]

  init(_ text: String, op: @escaping (String) -> OpDecl?) { (scanner, self.op) = (IRScanner(text), op) }

  mutating func graph() throws(IRParseError) -> Graph {
    try scanner.expect("graph")
    let graph = Graph(name: scanner.name())
    var values: [String: ValueID] = [:]
    try scanner.expect("(")
    while !scanner.take(")") {
      let (key, name) = try scanner.value()
      try scanner.expect(":")
      let id = graph.addParameter(try type())
      values[key] = id
      graph.valueNames[id] = name
      if !scanner.take(",") && !scanner.sees(")") { throw scanner.error("expected `,` or `)` after a parameter") }
    }
    try scanner.expect("{")
    while !scanner.takeWord("return") { try operation(of: graph, &values) }
    graph.results = try operands(values)
    try scanner.expect("}")
    return graph
  }

  private mutating func operands(_ values: [String: ValueID]) throws(IRParseError) -> [ValueID] {
    var ids: [ValueID] = []
    if !scanner.sees("%") { return [] }
    repeat {
      let (key, _) = try scanner.value()
      guard let id = values[key] else { throw scanner.error("%\(key) is used before it is defined") }
      ids.append(id)
    } while scanner.take(",")
    return ids
  }

  private mutating func operation(of graph: Graph, _ values: inout [String: ValueID]) throws(IRParseError) {
    var defined: [(key: String, name: String?)] = []
    if scanner.sees("%") {
      repeat { defined.append(try scanner.value()) } while scanner.take(",")
      try scanner.expect("=")
    }
    let name = scanner.name()
    guard let decl = op(name) else { throw scanner.error("there is no op `\(name)`") }
    let attributes = scanner.sees("{") && !scanner.seesRegion ? try self.attributes() : Attributes()
    let operands = try operands(values)
    var results: [ValueID] = []
    if !defined.isEmpty {
      try scanner.expect(":")
      for (k, (key, name)) in defined.enumerated() {
        if k > 0 { try scanner.expect(",") }
        let id = graph.addValue(try type())
        if values.updateValue(id, forKey: key) != nil { throw scanner.error("%\(key) is defined twice") }
        graph.valueNames[id] = name
        results.append(id)
      }
    }
    var regions: [Graph] = []
    if scanner.take("{") {
      while !scanner.take("}") { regions.append(try self.graph()) }
    }
    graph.operations.append(
      Operation(decl: decl, operands: operands, results: results, attributes: attributes, regions: regions, origin: .none))
  }

  private mutating func type() throws(IRParseError) -> TensorType {
    let dtype = try dtype(scanner.name())
    return scanner.take("[") ? TensorType(dtype, try dims(until: "]")) : TensorType(dtype)
  }
  private func dtype(_ name: String) throws(IRParseError) -> DType {
    guard let dtype = DType.allCases.first(where: { "\($0)" == name }) else { throw scanner.error("`\(name)` is no element type") }
    return dtype
  }

  /// Polynomials separated by commas.
  private mutating func dims(until close: String) throws(IRParseError) -> [Dim] {
    var result: [Dim] = []
    while !scanner.take(close) {
      if !result.isEmpty { try scanner.expect(",") }
      var sum = Dim(0)
      var negative = scanner.take("-")
      while true {
        var product = Dim(negative ? -1 : 1)
        repeat { product = product * (try factor()) } while scanner.take("*")
        sum = sum + product
        if scanner.take("+") { negative = false } else if scanner.take("-") { negative = true } else { break }
      }
      result.append(sum)
    }
    return result
  }
  private mutating func factor() throws(IRParseError) -> Dim {
    if scanner.take("?") { return .dynamic }
    let name = scanner.name()
    if name.isEmpty { throw scanner.error("expected an extent") }
    if let value = Int(name) { return Dim(value) }
    let symbol = symbols[name] ?? Dim.Symbol(id: symbols.count, name: name)
    symbols[name] = symbol
    return Dim(symbol)
  }

  private mutating func attributes() throws(IRParseError) -> Attributes {
    var attributes = Attributes()
    try scanner.expect("{")
    while !scanner.take("}") {
      if !attributes.entries.isEmpty { try scanner.expect(",") }
      let name = scanner.name()
      try scanner.expect(":")
      attributes[name] = try attribute()
    }
    return attributes
  }

  private mutating func attribute() throws(IRParseError) -> Attribute {
    if scanner.sees("\"") { return .text(try scanner.quoted()) }
    if scanner.take("(") { return .dims(try dims(until: ")")) }
    if scanner.take("[") { return .ints(try list { (p) throws(IRParseError) in try p.integer() }) }
    if scanner.takeWord("texts") {
      try scanner.expect("[")
      return .texts(try list { (p) throws(IRParseError) in try p.scanner.quoted() })
    }
    if scanner.takeWord("tensor") { return .tensor(TensorPayload(try constant())) }
    let word = scanner.number()
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      if let value = Int(word) { return .int(value) }
      if let value = Double(word) { return .real(value) }
      return .dtype(try dtype(word))
    }
  }
  private mutating func integer() throws(IRParseError) -> Int {
    let word = scanner.number()
    guard let value = Int(word) else { throw scanner.error("expected an integer, not `\(word)`") }
    return value
  }
  private mutating func list<T>(
    until close: String = "]", _ element: (inout IRParser) throws(IRParseError) -> T
  ) throws(IRParseError) -> [T] {
    var result: [T] = []
    while !scanner.take(close) {
      if !result.isEmpty { try scanner.expect(",") }
      result.append(try element(&self))
    }
    return result
  }

  private mutating func constant() throws(IRParseError) -> Tensor {
    let type = try type()
    if type.dtype == .string {
      let text = try scanner.quoted()
      let storage = Storage(byteCount: 8)
      storage.pointer.storeBytes(of: 0, as: Int.self)
      return Tensor(.string, [], storage: storage, text: text)
    }
    guard let shape = type.shape.constants else { throw scanner.error("a constant has a constant shape, not \(type)") }
    let tensor = Tensor(uninitialized: type.dtype, shape)
    let count = type.dtype.isComplex ? 2 * tensor.count : tensor.count
    try scanner.expect("(")
    let words = try list(until: ")") { (p) throws(IRParseError) in
      if p.scanner.take("…") { throw p.scanner.error("an abbreviated constant cannot be read back") }
      return p.scanner.number()
    }
    if words.count != count { throw scanner.error("a constant of type \(type) has \(count) numbers, not \(words.count)") }
    for (i, word) in words.enumerated() {
      switch type.dtype.realPart {
      case .f32: tensor.pointer.storeBytes(of: Float(Double(word) ?? .nan), toByteOffset: 4 * i, as: Float.self)
      case .f64: tensor.pointer.storeBytes(of: Double(word) ?? .nan, toByteOffset: 8 * i, as: Double.self)
      case .int: tensor.pointer.storeBytes(of: Int(word) ?? 0, toByteOffset: 8 * i, as: Int.self)
      case .bool: tensor.pointer.storeBytes(of: word == "true" ? 1 : 0, toByteOffset: i, as: UInt8.self)
      case .c64, .c128, .string: throw scanner.error("`\(type.dtype)` has no real part")
      }
    }
    return tensor
  }
}

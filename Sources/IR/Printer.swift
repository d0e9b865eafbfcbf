import Diagnostics
import Tensors

// The text of a graph, which `IRParser` reads back. Values are numbered anew, so equal programs have equal texts:
//
//     graph f(%0.x: f64[3], %1: f64) {
//       %2 = broadcast{shape: (3), axes: []} %1 : f64[3]
//       %3 = add %0.x, %2 : f64[3]
//       return %3
//     }
//
// Attributes: `2` int, `[2, 3]` ints, `2.0` real, `true` bool, `"a"` text, `texts["a"]`, `f64` dtype, `(3, n)` dims,
// `tensor f64[2](1.0, 2.0)` (the parts of complex elements follow one another; long ones end in `…`).

extension Graph {
  public func text(indent: String = "") -> String {
    var printer = Printer()
    printer.write(self, indent: indent)
    return printer.text
  }
}

extension Graph: CustomStringConvertible {
  public var description: String { text() }
}

struct Printer {
  /// Constant tensors with more elements are abbreviated.
  static let limit = 64
  var text = ""

  mutating func write(_ graph: Graph, indent: String) {
    var numbers: [ValueID: String] = [:]
    func name(_ id: ValueID) -> String {
      if let known = numbers[id] { return known }
      let suffix = graph.valueNames[id].map { "." + Printer.cleaned($0) } ?? ""
      let fresh = "%\(numbers.count)\(suffix)"
      numbers[id] = fresh
      return fresh
    }
    let parameters = graph.parameters.map { "\(name($0)): \(graph.type($0))" }
    text += "\(indent)graph \(Printer.cleaned(graph.name))(\(parameters.joined(separator: ", "))) {\n"
    let inner = indent + "  "
    for operation in graph.operations {
      let operands = operation.operands.map { numbers[$0] ?? "%undefined" }
      text += inner
      if !operation.results.isEmpty { text += operation.results.map(name).joined(separator: ", ") + " = " }
      text += operation.decl.name + Printer.attributes(operation.attributes)
      if !operands.isEmpty { text += " " + operands.joined(separator: ", ") }
      if !operation.results.isEmpty { text += " : " + operation.results.map { "\(graph.type($0))" }.joined(separator: ", ") }
      if !operation.regions.isEmpty {
        text += " {\n"
        for region in operation.regions { write(region, indent: inner + "  ") }
        text += inner + "}"
      }
      text += "\n"
    }
    text += "\(inner)return"
    if !graph.results.isEmpty { text += " " + graph.results.map { numbers[$0] ?? "%undefined" }.joined(separator: ", ") }
    text += "\n\(indent)}\n"
  }

  /// A name with only characters that a name may have.
  private static func cleaned(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || "_.'".contains($0) ? $0 : "_" })
  }

  private static func attributes(_ attributes: Attributes) -> String {
    if attributes.entries.isEmpty { return "" }
    return "{" + attributes.entries.map { "\($0.name): \(text(of: $0.value))" }.joined(separator: ", ") + "}"
  }

  private static func text(of value: Attribute) -> String {
    switch value {
    case .int(let v): return String(v)
    case .ints(let v): return "[" + v.map(String.init).joined(separator: ", ") + "]"
    case .real(let v): return real(v)
    case .bool(let v): return String(v)
    case .text(let v): return v.quotedLiteral
    case .texts(let v): return "texts[" + v.map(\.quotedLiteral).joined(separator: ", ") + "]"
    case .dtype(let v): return "\(v)"
    case .dims(let v): return "(" + v.map(\.description).joined(separator: ", ") + ")"
    case .tensor(let v): return "tensor " + constant(v.tensor)
    }
  }

  private static func real(_ value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

  private static func constant(_ tensor: Tensor) -> String {
    if tensor.dtype == .string { return "string " + (tensor.text ?? "").quotedLiteral }
    let type = TensorType(tensor.dtype, tensor.shape.map { Dim($0) })
    let numbers = tensor.dtype.isComplex ? 2 * tensor.count : tensor.count
    let shown = numbers <= limit ? numbers : 3
    var parts: [String] = []
    for i in 0..<shown {
      switch tensor.dtype.realPart {
      case .f32: parts.append(real(Double(tensor.pointer.load(fromByteOffset: 4 * i, as: Float.self))))
      case .f64: parts.append(real(tensor.pointer.load(fromByteOffset: 8 * i, as: Double.self)))
      case .int: parts.append(String(tensor.pointer.load(fromByteOffset: 8 * i, as: Int.self)))
      case .bool: parts.append(tensor.pointer.load(fromByteOffset: i, as: UInt8.self) == 0 ? "false" : "true")
      case .c64, .c128, .string: fatalError("internal error: \(tensor.dtype) has no real part")
      }
    }
    if shown < numbers { parts.append("…") }
    return "\(type)(\(parts.joined(separator: ", ")))"
  }
}

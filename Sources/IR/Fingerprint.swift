import Tensors

/// A 64-bit digest of what a program is and of what it is given. The same in every process, and, but for one case in 2⁶⁴, different for
/// different contents; no defence against someone who wants two to be equal.
public struct Fingerprint: Sendable {
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
  public init() {}

  public mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
    value ^= value >> 29
  }
  public mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }
  public mutating func add(_ text: String) {
    add(text.utf8.count)
    for byte in text.utf8 { add(UInt64(byte)) }
  }
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(bytes.count)
    var at = 0
    while at + 8 <= bytes.count {
      add(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    while at < bytes.count {
      add(UInt64(bytes[at]))
      at += 1
    }
  }
  public mutating func add(_ tensor: Tensor) {
    add("\(tensor.dtype)")
    add(tensor.shape.count)
    for extent in tensor.shape { add(extent) }
    if let text = tensor.text { return add(text) }
    add(UnsafeRawBufferPointer(start: tensor.pointer, count: tensor.count * tensor.dtype.size))
  }

  /// What a graph computes: names, places in the script, and attributes in `leaving` do not count.
  public mutating func add(_ graph: Graph, leaving: Set<String> = []) {
    for list in [graph.parameters, graph.results] {
      add(list.count)
      for id in list { add(id.index) }
    }
    for type in graph.types { add("\(type)") }
    add(graph.operations.count)
    for operation in graph.operations {
      add(operation.decl.name)
      for list in [operation.operands, operation.results] {
        add(list.count)
        for id in list { add(id.index) }
      }
      for entry in operation.attributes.entries where !leaving.contains(entry.name) {
        add(entry.name)
        if case .tensor(let payload) = entry.value { add(payload.tensor) } else { add("\(entry.value)") }
      }
      for region in operation.regions { add(region, leaving: leaving) }
    }
  }

  /// Sixteen digits.
  public var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

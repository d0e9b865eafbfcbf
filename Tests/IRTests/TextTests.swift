import IR
import Ops
import Testing

/// The text of graphs and back, and what the verifier finds.
@Suite struct TextTests {
  func sample() -> Graph {
    let b = Builder(name: "sample")
    let n = Dim(Dim.Symbol(id: 1, name: "n"))
    let x = b.parameter(TensorType(.f64, [n, 3]), name: "θ.w")
    let c = b.parameter(TensorType(.bool), name: "flag")
    let branch = Builder(name: "then")
    let inner = branch.parameter(TensorType(.f64, [n, 3]))
    let region = branch.finish([inner * 2])
    let y = b.place(.ifThenElse, [c, x], [:], regions: [region, region], types: [x.type])[0]
    let z = y.reshape([n * 3]).broadcast(to: [2 * n + 1 - n, n * 3], axes: [1])
    _ = b.emit(.print, [c], ["pieces": .texts(["say \"it\"\n", ""]), "formats": .texts([""])])
    return b.finish([z, b.fill(-.infinity, x.type), b.fill(1e-5, TensorType(.c64, []))])
  }

  @Test func roundTrip() throws {
    let text = sample().text()
    let again = try Graph.parse(text, op: OpDecl.named)
    #expect(again.text() == text)
    #expect(text.contains("%0.θ.w: f64[n, 3]"))
  }

  @Test func constantsRoundTrip() throws {
    let b = Builder(name: "constants")
    let storage = Storage(byteCount: 32)
    for (k, v) in [1.5, -0.0, .infinity, 1e-300].enumerated() { storage.pointer.storeBytes(of: v, toByteOffset: 8 * k, as: Double.self) }
    func constant(_ dtype: DType, _ shape: [Int]) -> Node {
      b.emit1(.tensor, [], ["tensor": .tensor(TensorPayload(Tensor(dtype, shape, storage: storage)))])
    }
    let graph = b.finish([constant(.f64, [2, 2]), constant(.f64, []), constant(.c128, [2]), constant(.int, [0])])
    let text = graph.text()
    #expect(try Graph.parse(text, op: OpDecl.named).text() == text)
  }

  @Test func longConstantsAreNotReadBack() {
    let b = Builder(name: "long")
    let storage = Storage(byteCount: 800)
    for k in 0..<100 { storage.pointer.storeBytes(of: Double(k), toByteOffset: 8 * k, as: Double.self) }
    let graph = b.finish([b.emit1(.tensor, [], ["tensor": .tensor(TensorPayload(Tensor(.f64, [100], storage: storage)))])])
    let error = #expect(throws: IRParseError.self) { _ = try Graph.parse(graph.text(), op: OpDecl.named) }
    #expect(error?.message.contains("abbreviated") == true)
  }

  @Test func malformedTextIsRefused() {
    let cases = [
      ("graph f(%0: f64) {\n  return %1\n}", "used before"), ("graph f() {\n  %0 = nothing : f64\n  return\n}", "no op"),
      ("graph f(%0: f99) {\n  return\n}", "element type"), ("graph f(%0: f64) {\n  %0 = neg %0 : f64\n  return\n}", "twice"),
      ("graph f(%0: f64) {\n  return %0\n} more", "follows"), ("graph f(%0: f64[) {\n", "extent"), ("graph", "expected"),
      ("graph f(%0: f64) {\n  print{pieces: texts[\"a\n  return\n}", "quote"),
    ]
    for (text, part) in cases {
      let error = #expect(throws: IRParseError.self, "\(text)") { _ = try Graph.parse(text, op: OpDecl.named) }
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
  }

  @Test func verifierFindsWhatIsWrong() {
    #expect(sample().problems().isEmpty)
    #expect(sample().problems(constantDims: true).contains { $0.contains("not all known") })

    let types = Graph(name: "types")
    let x = types.addParameter(TensorType(.f64, [3]))
    let y = types.addValue(TensorType(.f64, [4]))
    types.operations = [Operation(decl: .neg, operands: [x], results: [y], attributes: [:], origin: .none)]
    types.results = [y]
    #expect(types.problems().contains { $0.contains("its rule says") })

    let order = Graph(name: "order")
    let a = order.addValue(TensorType(.f64))
    let c = order.addValue(TensorType(.f64))
    order.operations = [
      Operation(decl: .neg, operands: [c], results: [a], attributes: [:], origin: .none),
      Operation(decl: .neg, operands: [a], results: [c], attributes: [:], origin: .none),
    ]
    #expect(order.problems().contains { $0.contains("before it is defined") })
    order.results = [ValueID(2)]
    #expect(order.problems().contains { $0.contains("is not defined") })
  }
}

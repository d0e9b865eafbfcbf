import Diagnostics
import Ops

extension Builtins {
  /// The native part of the module `data`.
  static func data(_ scope: Scope) {
    let sets: [(String, Int, Int?, Int, String)] = [
      ("digits", 1797, 64, 10, "UCI handwritten digits: `{x: Real[1797, 64], y: Int[1797]}`, pixels in 0 … 1."),
      ("iris", 150, 4, 3, "Fisher's iris flowers: `{x: Real[150, 4], y: Int[150]}`, centimetres."),
      ("wine", 178, 13, 3, "UCI wine: `{x: Real[178, 13], y: Int[178]}`."),
      ("breast_cancer", 569, 30, 2, "Breast cancer Wisconsin (diagnostic): `{x: Real[569, 30], y: Int[569]}`, 0 malignant, 1 benign."),
      ("diabetes", 442, 10, 0, "Diabetes progression (Efron et al. 2004): `{x: Real[442, 10], y: Real[442]}`."),
    ]
    for (name, _, _, _, doc) in sets {
      scope.native(name, [], doc) { e, a, span in
        let (x, y) = try e.reading(span) { try e.files.bundled(name) }
        return .record([Field(name: "x", value: .tensor(e.hosted(x))), Field(name: "y", value: .tensor(e.hosted(y)))])
      }
    }
    for (format, doc) in [
      ("csv", "The columns of a CSV file as a table, by the names of its first row."), ("npy", "The tensor of a NumPy `.npy` file."),
      ("npz", "The tensors of a NumPy `.npz` file, by name."), ("idx", "The tensor of an IDX file (MNIST's format), perhaps gzipped."),
    ] {
      scope.native(format, ["path"], doc) { e, a, span in
        let path = try a.text(0, e)
        let tensors = try e.reading(a.span(0)) { try e.files.tensors(path, format: format) }
        if tensors.count == 1, tensors[0].name.isEmpty { return .tensor(e.hosted(tensors[0].tensor)) }
        return .record(tensors.map { Field(name: $0.name, value: .tensor(e.hosted($0.tensor))) })
      }
    }
    scope.native("save", ["path", "value"], "Writes a tensor or a record of tensors to a `.npy`, `.npz` or `.csv` file, whole or not at all.") { e, a, span in
      try e.requireEffects("save", at: span)
      let path = try a.text(0, e)
      guard [".npy", ".npz", ".csv"].contains(where: path.hasSuffix) else {
        throw e.fail(.cannotWrite, "a file is written as `.npy`, `.npz` or `.csv`, and this is `\(path)`", at: a.span(0))
      }
      try e.requireWritable(path, at: a.span(0))
      var names: [String] = []
      var tensors: [TensorValue] = []
      func collect(_ value: Value, _ name: String) throws {
        switch value {
        case .tensor(let t): names.append(name); tensors.append(t)
        case .record(let fields): for f in fields { try collect(f.value, name.isEmpty ? f.name : "\(name).\(f.name)") }
        case .object(let o): for p in o.parts where p.role != .argument { try collect(p.value, name.isEmpty ? p.name : "\(name).\(p.name)") }
        default: throw e.fail(.badArgument, "`save` writes tensors, records and models, and this is \(value.typeName)", at: a.span(1))
        }
      }
      try collect(a[1], "")
      if path.hasSuffix(".npy"), tensors.count != 1 {
        throw e.fail(.cannotWrite, "a `.npy` file holds one tensor, and this is \(a[1].typeName)", at: a.span(1), fixes: [.init("several tensors are written to a `.npz` file")])
      }
      _ = try e.emit(.save, tensors.map { e.node($0) }, ["path": .text(path), "names": .texts(names)], at: span)
      return .unit
    }
  }
}

extension Elaborator {
  /// A tensor that was read, in the program's precision.
  func hosted(_ tensor: Tensor) -> TensorValue {
    TensorValue(tensor.dtype.isReal ? tensor.converted(to: real) : tensor)
  }
  func reading<T>(_ span: SourceSpan, _ body: () throws -> T) throws -> T {
    do { return try body() } catch {
      if error is Failure { throw error }
      let (message, hint) = files.explain(error)
      throw fail(files.isRefusal(error) ? .accessRefused : .cannotRead, message, at: span, notes: hint.map { [$0] } ?? [])
    }
  }
  /// Refuses a path that the script may not write: before it runs for hours.
  func requireWritable(_ path: String, at span: SourceSpan) throws {
    guard let (message, hint) = files.refusal(toWrite: path) else { return }
    throw fail(.accessRefused, message, at: span, notes: hint.map { [$0] } ?? [])
  }
}

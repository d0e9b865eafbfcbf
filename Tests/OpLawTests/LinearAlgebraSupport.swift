import IR
import Ops
import Runtime
import Tensors

/// A dense array for tests of single kernels: numbers (complex ones as pairs), a shape, a type.
struct Dense: Equatable {
  var dtype: DType
  var shape: [Int]
  var values: [Double]
  init(_ values: [Double], _ shape: [Int], _ dtype: DType = .f64) { (self.values, self.shape, self.dtype) = (values, shape, dtype) }
  init(_ rows: [[Double]]) { self.init(rows.flatMap { $0 }, [rows.count, rows.first?.count ?? 0]) }
  /// Numbers in (-1, 1) that look random and are always the same.
  init(noise shape: [Int], _ dtype: DType = .f64, seed: UInt64 = 1) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    let parts = dtype.isComplex ? 2 : 1
    let values = (0..<(shape.reduce(parts, *))).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
    }
    self.init(values, shape, dtype)
  }
  var type: TensorType { TensorType(dtype, shape.map { Dim($0) }) }
  func cast(_ dtype: DType) -> Dense { Dense(values, shape, dtype) }
  /// The element at an index of a real array.
  subscript(_ index: Int...) -> Double {
    values[zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }]
  }
  func distance(_ other: Dense) -> Double {
    guard values.count == other.values.count else { return .infinity }
    return zip(values, other.values).map { abs($0 - $1) }.reduce(0, max)
  }
}

struct KernelFailure: Error, Equatable {
  var status: KernelStatus
}

extension Dense {
  var tensor: Tensor {
    let tensor = Tensor(uninitialized: dtype, shape)
    for (i, value) in values.enumerated() {
      switch dtype {
      case .f32, .c64: tensor.pointer.assumingMemoryBound(to: Float.self)[i] = Float(value)
      case .f64, .c128: tensor.pointer.assumingMemoryBound(to: Double.self)[i] = value
      case .int, .string: tensor.pointer.assumingMemoryBound(to: Int.self)[i] = Int(value)
      case .bool: tensor.pointer.assumingMemoryBound(to: UInt8.self)[i] = value != 0 ? 1 : 0
      }
    }
    return tensor
  }
  init(_ tensor: Tensor) {
    let count = tensor.count * (tensor.dtype.isComplex ? 2 : 1)
    let values = (0..<count).map { (i: Int) -> Double in
      switch tensor.dtype {
      case .f32, .c64: Double(tensor.pointer.assumingMemoryBound(to: Float.self)[i])
      case .f64, .c128: tensor.pointer.assumingMemoryBound(to: Double.self)[i]
      case .int, .string: Double(tensor.pointer.assumingMemoryBound(to: Int.self)[i])
      case .bool: Double(tensor.pointer.assumingMemoryBound(to: UInt8.self)[i])
      }
    }
    self.init(values, tensor.shape, tensor.dtype)
  }
}

/// The values of a graph built on these operands, by the reference evaluator.
func evaluated(_ operands: [Dense], _ body: (Builder, [Node]) throws -> [Node]) throws -> [Dense] {
  let b = Builder()
  let graph = b.finish(try body(b, operands.map { b.parameter($0.type) }))
  return try evaluate(graph, operands.map(\.tensor)).map { Dense($0) }
}

extension OpDecl {
  /// Runs the kernel of the op alone, in the scratch memory its declaration asks for, fenced to see writes beyond it.
  func run(_ operands: [Dense], _ attributes: Attributes = [:]) throws -> [Dense] {
    guard case .function(let kernel, let pack, let workspace, _) = kernel else { return [] }
    let types = try infer(operands.map(\.type), attributes)
    let inputs = operands.map(\.tensor)
    let outputs = types.map { Tensor(uninitialized: $0.dtype, $0.shape.constants ?? []) }
    let size = workspace(operands.map(\.type), types)
    let fence = 4096
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: size + fence, alignment: 64)
    defer { scratch.deallocate() }
    scratch.initializeMemory(as: UInt8.self, repeating: 0xA5, count: size + fence)
    var shapes: [UnsafeMutablePointer<Int>] = []
    defer { shapes.forEach { $0.deallocate() } }
    func operand(_ tensor: Tensor) -> Operand {
      let shape = UnsafeMutablePointer<Int>.allocate(capacity: tensor.rank + 1)
      for (i, extent) in tensor.shape.enumerated() { shape[i] = extent }
      shapes.append(shape)
      return Operand(pointer: tensor.pointer, shape: shape, rank: tensor.rank, count: tensor.count, dtype: tensor.dtype)
    }
    var (ins, outs, packed) = (inputs.map(operand), outputs.map(operand), pack(attributes))
    let status = ins.withUnsafeMutableBufferPointer { ins in
      outs.withUnsafeMutableBufferPointer { outs in
        packed.withUnsafeMutableBufferPointer { packed in
          let none = UnsafeMutablePointer<Operand>(bitPattern: 64)!
          var call = KernelCall(
            inputs: ins.baseAddress ?? none, outputs: outs.baseAddress ?? none,
            attributes: UnsafePointer(packed.baseAddress ?? UnsafeMutablePointer(bitPattern: 64)!), workspace: scratch,
            inputCount: ins.count, outputCount: outs.count)
          return kernel(&call)
        }
      }
    }
    for i in 0..<fence where scratch.load(fromByteOffset: size + i, as: UInt8.self) != 0xA5 {
      fatalError("\(name) wrote beyond its scratch memory of \(size) bytes")
    }
    for (operand, tensor) in zip(operands, inputs) where Dense(tensor).values.map(\.bitPattern) != Dense(operand.tensor).values.map(\.bitPattern) {
      fatalError("\(name) changed an operand")
    }
    if status != .ok { throw KernelFailure(status: status) }
    withExtendedLifetime(inputs) {}
    return outputs.map { Dense($0) }
  }
}

/// The product of matrices by the definition.
func times(_ a: Dense, _ b: Dense) -> Dense {
  let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
  var out = Dense([Double](repeating: 0, count: m * n), [m, n], a.dtype)
  for i in 0..<m { for j in 0..<n { for p in 0..<k { out.values[i * n + j] += a[i, p] * b[p, j] } } }
  return out
}
func transposed(_ a: Dense) -> Dense {
  let (m, n) = (a.shape[0], a.shape[1])
  return Dense((0..<(m * n)).map { a[$0 % m, $0 / m] }, [n, m], a.dtype)
}
func identity(_ n: Int) -> Dense { Dense((0..<(n * n)).map { $0 % (n + 1) == 0 ? 1 : 0 }, [n, n]) }
/// diag(s) for a vector.
func diagonal(_ s: Dense) -> Dense {
  let n = s.shape[0]
  return Dense((0..<(n * n)).map { $0 % (n + 1) == 0 ? s.values[$0 / (n + 1)] : 0 }, [n, n])
}

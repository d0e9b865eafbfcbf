import Diagnostics
import Ops

extension Graph {
  /// Computes what does not depend on inputs: arithmetic on constants, shapes of splats, conditions, loops of 0 iterations or 1.
  ///
  /// Keeps: results bit for bit, but for powers with a small constant exponent, which become products. A constant tensor is
  /// made only if it is small. Needs: constant dims for what concerns shapes; symbolic ones are left as they are.
  public func folded() -> Graph {
    var folder = Folder(rewriter: Rewriter(self))
    for operation in operations { folder.fold(operation) }
    return folder.rewriter.finish()
  }
}

struct Folder {
  var rewriter: Rewriter
  /// Constant tensors that are worked on, and made, have at most so many elements.
  static let limit = 256

  mutating func fold(_ operation: Operation) {
    if !operation.regions.isEmpty { return control(operation) }
    if operation.decl === OpDecl.require, splatValue(rewriter.operands(operation.operands)[0]) == .bool(true) {
      return rewriter.define(operation.results, as: rewriter.operands(operation.operands))
    }
    if let value = splat(operation) ?? constant(operation) ?? identity(operation) {
      rewriter.define(operation.results, as: [value])
    } else {
      rewriter.copy(operation)
    }
  }

  /// The value of every element, where the value is a `fill`.
  func splatValue(_ id: ValueID) -> Attribute? {
    guard let operation = rewriter.producer(id), operation.decl === OpDecl.fill else { return nil }
    return operation.attributes["value"]
  }
  func isSplat(_ id: ValueID, _ value: Double) -> Bool {
    switch splatValue(id) {
    case .real(let v)?: v == value && v.sign == value.sign
    case .int(let v)?: Double(v) == value
    default: false
    }
  }

  /// Elementwise ops and changes of shape on splats give splats.
  private mutating func splat(_ operation: Operation) -> ValueID? {
    let operands = rewriter.operands(operation.operands)
    guard let result = operation.results.first, !operands.isEmpty else { return nil }
    let type = rewriter.old.type(result)
    if Folder.reshaping.contains(ObjectIdentifier(operation.decl)) {
      guard let value = splatValue(operands[0]) else { return nil }
      return rewriter.fill(value, type, at: operation.origin)
    }
    guard case .micro(let micro) = operation.decl.kernel, !type.dtype.isComplex else { return nil }
    var scalars: [Tensor] = []
    for operand in operands {
      let dtype = rewriter.type(operand).dtype
      guard let value = splatValue(operand), !dtype.isComplex else { return nil }
      scalars.append(.filled(value, dtype, []))
    }
    // What fails is left to fail when it runs.
    let (value, status) = Apply.micro(micro, scalars, to: type.dtype)
    return status == .ok ? rewriter.fill(value.element(0), type, at: operation.origin) : nil
  }
  private static let reshaping: Set<ObjectIdentifier> = Set(
    [OpDecl.broadcast, .reshape, .transpose, .slice, .reverse, .stopGradient].map { ObjectIdentifier($0) })

  /// Ops with one result on small constants.
  private mutating func constant(_ operation: Operation) -> ValueID? {
    guard operation.results.count == 1, !operation.operands.isEmpty, !operation.hasEffect else { return nil }
    let type = rewriter.old.type(operation.results[0])
    guard type.dtype != .string, let count = type.shape.elementCount.constant, count <= Folder.limit else { return nil }
    let operands = rewriter.operands(operation.operands)
    // Cheap refusal first: most ops have an operand that is no constant.
    guard operands.allSatisfy({ rewriter.producer($0).map { $0.decl === OpDecl.tensor || $0.decl === OpDecl.fill } ?? false })
    else { return nil }
    var tensors: [Tensor] = []
    for operand in operands {
      guard let tensor = tensorValue(operand) else { return nil }
      tensors.append(tensor)
    }
    let result: Tensor
    switch operation.decl.kernel {
    case .micro(let micro):
      let (value, status) = Apply.micro(micro, tensors, to: type.dtype)
      if status != .ok { return nil }
      result = value
    case .alias: result = Tensor(type.dtype, type.shape.constants!, storage: tensors[0].storage)
    case .function:
      let (outputs, status) = Apply.function(operation, tensors, to: [type])
      if status.code != .ok { return nil }
      result = outputs[0]
    case .structural, .expanded: return nil
    }
    if type.isScalar && !type.dtype.isComplex { return rewriter.fill(result.element(0), type, at: operation.origin) }
    return rewriter.append(.tensor, [], ["tensor": .tensor(TensorPayload(result))], types: [type], at: operation.origin)[0]
  }

  private func tensorValue(_ id: ValueID) -> Tensor? {
    guard let operation = rewriter.producer(id) else { return nil }
    let type = rewriter.type(id)
    guard type.dtype != .string, let shape = type.shape.constants, shape.reduce(1, *) <= Folder.limit else { return nil }
    if operation.decl === OpDecl.tensor { return operation.attributes.tensor("tensor") }
    return operation.decl === OpDecl.fill ? .filled(operation.attributes["value"]!, type.dtype, shape) : nil
  }
}

extension Graph {
  /// The value of a folded graph with one result, where it is a constant.
  public var constantResult: Tensor? {
    guard results.count == 1, let operation = operations.last(where: { $0.results == results }) else { return nil }
    if operation.decl === OpDecl.tensor { return operation.attributes.tensor("tensor") }
    guard operation.decl === OpDecl.fill, let value = operation.attributes["value"], let shape = type(results[0]).shape.constants else { return nil }
    return .filled(value, type(results[0]).dtype, shape)
  }
}

extension Tensor {
  /// An element of a tensor that is not complex, as an attribute.
  public func element(_ i: Int) -> Attribute {
    switch dtype {
    case .int: .int(pointer.load(fromByteOffset: i * 8, as: Int.self))
    case .bool: .bool(real(i) != 0)
    default: .real(real(i))
    }
  }
}

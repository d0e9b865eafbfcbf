import Diagnostics
import Ops

/// Does what an effect op says, and makes texts of values.
struct EffectContext {
  var output: (String) -> Void
  var save: (_ path: String, _ tensors: [(name: String, tensor: Tensor)]) throws -> Void
  var plot: (_ picture: Content, _ path: String?, _ origin: SourceSpan) throws -> Void

  init(_ options: ExecutionOptions) { (output, save, plot) = (options.output, options.save, options.plot) }

  /// Results of the op.
  func perform(_ operation: Operation, _ operands: [Tensor]) throws(RuntimeFailure) -> [Tensor] {
    let attributes = operation.attributes
    let decl = operation.decl
    if decl === OpDecl.print {
      output(try text(attributes.texts("pieces"), attributes.texts("formats"), operands, at: operation.origin))
      return []
    }
    if decl === OpDecl.debug || decl === OpDecl.trace {
      output("\(attributes.text("label")) = \(try text(["", ""], [""], operands, at: operation.origin))")
      return operands
    }
    if decl === OpDecl.require {
      if operands[0].allTrue { return operands }
      throw RuntimeFailure(attributes["isNaN"] == nil ? .requirement : .notANumber, attributes.text("message"), origin: operation.origin)
    }
    if decl === OpDecl.assert {
      if operands[0].allTrue { return [] }
      throw try failure(operation, operands)
    }
    if decl === OpDecl.save {
      do { try save(attributes.text("path"), Array(zip(attributes.texts("names"), operands))) } catch {
        throw RuntimeFailure(.fileNotWritten, "\(error)", origin: operation.origin)
      }
      return []
    }
    if decl === OpDecl.plot {
      let path = attributes.text("to")
      let picture = try content(operation, operands)
      do { try plot(picture, path.isEmpty ? nil : path, operation.origin) } catch var failure as RuntimeFailure {
        failure.origin = operation.origin
        throw failure
      } catch { throw RuntimeFailure(.fileNotWritten, "\(error)", origin: operation.origin) }
      return []
    }
    if decl === OpDecl.formatEqual {
      let formats = attributes.texts("formatsA")
      let a = try text(attributes.texts("piecesA"), formats, Array(operands.prefix(formats.count)), at: operation.origin)
      let b = try text(
        attributes.texts("piecesB"), attributes.texts("formatsB"), Array(operands.dropFirst(formats.count)), at: operation.origin)
      return [.filled(.bool(a == b), .bool, [])]
    }
    fatalError("internal error: `\(decl.name)` is not known to the executor")
  }

  func text(
    _ pieces: [String], _ formats: [String], _ operands: [Tensor], at origin: SourceSpan
  ) throws(RuntimeFailure) -> String {
    var result = pieces.first ?? ""
    var isLeftOut = false
    for (k, operand) in operands.enumerated() {
      if formats[k] == TextChoice.onlyIf || formats[k] == TextChoice.always { isLeftOut = formats[k] == TextChoice.onlyIf && !operand.allTrue }
      if isLeftOut { continue }
      if formats[k] == TextChoice.onlyIf || formats[k] == TextChoice.always {
        result += pieces[k + 1]
        continue
      }
      do throws(FormatError) { result += try format(operand, spec: formats[k]) } catch {
        throw RuntimeFailure(.domain, error.message, origin: origin)
      }
      result += pieces[k + 1]
    }
    return result
  }

  /// What a failed assertion says: the script's message or the condition, and the values compared.
  private func failure(_ operation: Operation, _ operands: [Tensor]) throws(RuntimeFailure) -> RuntimeFailure {
    let attributes = operation.attributes
    let labels = attributes.texts("labels")
    let own = try text(
      attributes.texts("pieces"), attributes.texts("formats"), Array(operands.dropFirst(1 + labels.count)), at: operation.origin)
    var notes: [String] = []
    for (label, operand) in zip(labels, operands.dropFirst()) {
      notes.append("\(label) is \(try text(["", ""], [""], [operand], at: operation.origin))")
    }
    let condition = attributes.text("message")
    let message = own.isEmpty ? "the assertion `\(condition)` does not hold" : own
    if !own.isEmpty { notes.insert("the assertion is `\(condition)`", at: 0) }
    return RuntimeFailure(.assertionFailed, message, origin: operation.origin, notes: notes)
  }
}

extension Tensor {
  var allTrue: Bool { (0..<count).allSatisfy { pointer.load(fromByteOffset: $0, as: UInt8.self) != 0 } }
}

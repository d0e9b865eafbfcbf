import Diagnostics
import IR
import Tensors

/// What went wrong while a program ran, and where in the script.
public struct RuntimeFailure: Error, Sendable {
  public enum Kind: Sendable, Hashable {
    case singularMatrix, notPositiveDefinite, indexOutOfRange, noConvergence, divisionByZero, overflow, domain
    case assertionFailed, requirement, notANumber, cancelled, outOfMemory, fileNotWritten
    case checkpointDiffers, checkpointDamaged, checkpointNotWritten, accessRefused
    case nothingToDraw, pictureDoesNotFit, noGnuplot, gnuplotFailed
  }
  public var kind: Kind
  /// A sentence for the user.
  public var message: String
  /// What the message quotes: the index, the pivot, the number of iterations, bytes.
  public var detail: Int
  public var origin: SourceSpan
  public var notes: [String]

  public init(_ kind: Kind, _ message: String, detail: Int = 0, origin: SourceSpan = .none, notes: [String] = []) {
    (self.kind, self.message, self.detail, self.origin, self.notes) = (kind, message, detail, origin, notes)
  }

  /// The failure that a kernel's status stands for.
  init(_ status: KernelStatus, of operation: String, origin: SourceSpan) {
    let detail = status.detail
    switch status.code {
    case .singularMatrix: self.init(.singularMatrix, "`\(operation)` of a singular matrix", detail: detail, origin: origin)
    case .notPositiveDefinite:
      self.init(.notPositiveDefinite, "`\(operation)` of a matrix that is not positive definite", detail: detail, origin: origin)
    case .indexOutOfRange: self.init(.indexOutOfRange, "the index \(detail) is out of range", detail: detail, origin: origin)
    case .noConvergence: self.init(.noConvergence, "`\(operation)` did not converge", detail: detail, origin: origin)
    case .divisionByZero: self.init(.divisionByZero, "a division of integers by zero", detail: detail, origin: origin)
    case .overflow: self.init(.overflow, "an integer is too large for 64 bits", detail: detail, origin: origin)
    case .notAnInt: self.init(.overflow, "a real that is NaN or too large for 64 bits is no Int", detail: detail, origin: origin)
    case .domain: self.init(.domain, "`\(operation)` is not defined for these operands", detail: detail, origin: origin)
    case .ok: fatalError("internal error: a kernel that succeeded is reported as failed")
    }
  }

  /// `limit`: nil for that of the machine.
  static func outOfMemory(_ bytes: Int, limit: Int?) -> RuntimeFailure {
    let most = limit.map { "the limit of \(NumberText.bytes($0))" } ?? "this machine has"
    return RuntimeFailure(.outOfMemory, "the program needs \(NumberText.bytes(bytes)), more than \(most)", detail: bytes)
  }
  static func cancelled(at origin: SourceSpan) -> RuntimeFailure {
    RuntimeFailure(.cancelled, "the run was interrupted", origin: origin)
  }
}

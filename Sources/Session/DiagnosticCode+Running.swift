import Diagnostics
import Runtime

/// What can go wrong while a program runs. Each code has a page `lang/errors/<id>.md`.
extension DiagnosticCode {
  static let singularMatrix = DiagnosticCode("E0901", "a singular matrix")
  static let notPositiveDefinite = DiagnosticCode("E0902", "a matrix is not positive definite")
  static let indexOutOfRange = DiagnosticCode("E0903", "an index is out of range")
  static let noConvergence = DiagnosticCode("E0904", "an iteration did not converge")
  static let integerDivisionByZero = DiagnosticCode("E0905", "integer division by zero")
  static let overflow = DiagnosticCode("E0906", "an integer overflows")
  static let outsideDomain = DiagnosticCode("E0907", "an operand is outside the domain")
  static let assertionFailed = DiagnosticCode("E0908", "an assertion does not hold")
  static let notANumber = DiagnosticCode("E0909", "a NaN appears")
  static let interrupted = DiagnosticCode("E0910", "interrupted")
  static let outOfMemory = DiagnosticCode("E0911", "more memory than allowed")
  static let fileNotWritten = DiagnosticCode("E0912", "a file could not be written")

  static let checkpointDiffers = DiagnosticCode("E0980", "a checkpoint of another run")
  static let checkpointDamaged = DiagnosticCode("E0981", "a damaged checkpoint")
  static let checkpointNotWritten = DiagnosticCode("E0982", "a checkpoint could not be written")
  static let timeIsOver = DiagnosticCode("E0985", "the time is over")

  static let nothingToDraw = DiagnosticCode("E0970", "there is nothing to draw")
  static let pictureDoesNotFit = DiagnosticCode("E0971", "data that make no picture")
  static let noGnuplot = DiagnosticCode("E0972", "gnuplot is not installed")
  static let gnuplotFailed = DiagnosticCode("E0973", "gnuplot could not draw")
  static let pointsLeftOut = DiagnosticCode("E0974", "points are left out")

  public static let allRunning: [DiagnosticCode] = [
    .singularMatrix, .notPositiveDefinite, .indexOutOfRange, .noConvergence, .integerDivisionByZero, .overflow, .outsideDomain,
    .assertionFailed, .notANumber, .interrupted, .outOfMemory, .fileNotWritten,
    .checkpointDiffers, .checkpointDamaged, .checkpointNotWritten, .timeIsOver,
    .nothingToDraw, .pictureDoesNotFit, .noGnuplot, .gnuplotFailed, .pointsLeftOut,
  ]

  static func running(_ kind: RuntimeFailure.Kind) -> DiagnosticCode {
    switch kind {
    case .singularMatrix: .singularMatrix
    case .notPositiveDefinite: .notPositiveDefinite
    case .indexOutOfRange: .indexOutOfRange
    case .noConvergence: .noConvergence
    case .divisionByZero: .integerDivisionByZero
    case .overflow: .overflow
    case .domain: .outsideDomain
    case .assertionFailed: .assertionFailed
    case .requirement: .badOption
    case .notANumber: .notANumber
    case .cancelled: .interrupted
    case .outOfMemory: .outOfMemory
    case .fileNotWritten: .fileNotWritten
    case .checkpointDiffers: .checkpointDiffers
    case .checkpointDamaged: .checkpointDamaged
    case .checkpointNotWritten: .checkpointNotWritten
    case .accessRefused: .accessRefused
    case .nothingToDraw: .nothingToDraw
    case .pictureDoesNotFit: .pictureDoesNotFit
    case .noGnuplot: .noGnuplot
    case .gnuplotFailed: .gnuplotFailed
    }
  }
  /// Whether the user stopped the program.
  public var isInterruption: Bool { self == .interrupted }
}

extension Diagnostic {
  /// Whether it tells that the work was stopped, and not what is wrong with it.
  public var isStop: Bool { [.interrupted, .timeIsOver, .outOfMemory].contains(code) }
}

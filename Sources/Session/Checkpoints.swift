import Diagnostics
import Interchange
import Ops
import Runtime

/// The checkpoints of one statement's loops, in files.
final class Checkpoints: CheckpointKeeper {
  /// What the program is; computed when a loop first asks.
  private lazy var program = describe()
  private let describe: () -> [Checkpoint.Trait]
  private let files: SystemFiles
  private let tell: (String) -> Void
  private let warn: (Diagnostic) -> Void
  /// Files that hold a whole checkpoint, which the next one may take the place of.
  private var whole: Set<String> = []
  private var complained: Set<String> = []
  /// Files of the statement's loops: names may differ where files do not.
  private var begun: Set<String> = []

  /// `tell` hears where a run goes on or stops, `warn` what went wrong without ending it.
  init(
    _ graph: Graph, _ inputs: [Tensor], seed: UInt64, precision: DType, files: SystemFiles, tell: @escaping (String) -> Void,
    warn: @escaping (Diagnostic) -> Void
  ) {
    describe = {
      var code = Fingerprint()
      code.add(graph, leaving: CheckpointRequest.attributes)
      var data = Fingerprint()
      for input in inputs { data.add(input) }
      return [
        .init("version of ptb", version), .init("seed", "\(seed)"), .init("precision", precision == .f32 ? "f32" : "f64"),
        .init("data", data.text), .init("code", code.text),
      ]
    }
    (self.files, self.tell, self.warn) = (files, tell, warn)
  }

  private func identity(_ request: CheckpointRequest, _ total: Int) -> [Checkpoint.Trait] {
    [.init("solver", request.label), .init("steps", "\(total)"), .init("place among the minimisations of the statement", "\(request.index + 1)")] + program
  }

  // MARK: Beginning

  func begin(_ request: CheckpointRequest, start: LoopState) throws(RuntimeFailure) -> LoopState? {
    let path: String
    do { path = try files.forWriting(request.path) } catch { throw failure(.accessRefused, error.message, request, notes: error.hint) }
    guard begun.insert(path).inserted else {
      throw failure(
        .checkpointDiffers, "`\(request.path)` is the checkpoint of another minimisation of this statement", request, notes: nil,
        ["each needs a file of its own"])
    }
    guard let found = try find(path, request) else {
      // Told before the work begins, not at its end.
      do throws(FileError) { try checkpoint(start, request).write(to: path, keepingOld: false) } catch {
        throw failure(.checkpointNotWritten, "the checkpoint cannot be written: \(error.named(request.path))", request, notes: error.hint)
      }
      whole.insert(path)
      return nil
    }
    try compare(found, start, request)
    if found.done == found.total {
      tell("`\(request.path)` holds the end of this run: \(steps(found.done)) of \(request.label)")
    } else if found.done > 0 {
      tell("going on from `\(request.path)`: \(steps(found.done)) of \(grouped(found.total)) of \(request.label) are done")
    }
    return LoopState(done: found.done, total: found.total, value: found.value, parts: found.parts)
  }

  /// The last whole checkpoint: where the file is damaged, the one before it.
  private func find(_ path: String, _ request: CheckpointRequest) throws(RuntimeFailure) -> Checkpoint? {
    switch try look(path, request) {
    case .nothing: return nil
    case .whole(let found):
      whole.insert(path)
      return found
    case .damaged(let error):
      guard case .whole(let older) = try look(Checkpoint.previous(path), request) else {
        throw failure(
          .checkpointDamaged, "`\(request.path)` holds no whole checkpoint: \(error.message)", request, notes: nil,
          ["there is no whole one before it either", "delete the file to start anew, or name another with `checkpoint:`"])
      }
      warn(Diagnostic(
        .checkpointDamaged, "`\(request.path)` is damaged (\(error.message)); going on from the one before it, after \(steps(older.done))",
        at: request.origin, severity: .warning))
      return older
    }
  }
  private func look(_ path: String, _ request: CheckpointRequest) throws(RuntimeFailure) -> Checkpoint.Found {
    do throws(FileError) { return try Checkpoint.find(path) } catch {
      throw failure(.checkpointNotWritten, "the checkpoint cannot be read: \(error.named(request.path))", request, notes: error.hint)
    }
  }

  /// Refuses the checkpoint of another run, and says what differs.
  private func compare(_ found: Checkpoint, _ start: LoopState, _ request: CheckpointRequest) throws(RuntimeFailure) {
    let own = identity(request, start.total)
    var notes: [String] = []
    for trait in own {
      let other = found.identity.first { $0.name == trait.name }?.text ?? "nothing"
      if other == trait.text { continue }
      switch trait.name {
      case "data": notes.append("the values that earlier statements give it are others")
      case "code": if notes.isEmpty { notes.append("the objective, the start, the options of the solver or something else in this statement are others") }
      default: notes.append("\(trait.name): \(other) there, \(trait.text) here")
      }
    }
    if notes.isEmpty { return }
    throw failure(
      .checkpointDiffers, "`\(request.path)` is the checkpoint of another run", request, notes: nil,
      notes + [CheckpointRequest.waysOut])
  }

  // MARK: Keeping

  func keep(_ state: LoopState, _ request: CheckpointRequest, reason: CheckpointReason) {
    do throws(FileError) {
      let path = try files.forWriting(request.path)
      try checkpoint(state, request).write(to: path, keepingOld: whole.contains(path))
      whole.insert(path)
      complained.remove(path)
      if reason == .stopped { tell("\(steps(state.done)) of \(grouped(state.total)) are kept in `\(request.path)`; the same command goes on from there") }
    } catch {
      // Once, until it works again: the run goes on without it.
      if reason == .due, !complained.insert(request.path).inserted { return }
      warn(Diagnostic(
        .checkpointNotWritten, "the checkpoint after \(steps(state.done)) could not be written: \(error.named(request.path))", at: request.origin,
        notes: (error.hint.map { [$0] } ?? []) + (reason == .due ? ["the run goes on, and tries again"] : []), severity: .warning))
    }
  }

  private func checkpoint(_ state: LoopState, _ request: CheckpointRequest) -> Checkpoint {
    Checkpoint(identity: identity(request, state.total), done: state.done, total: state.total, value: state.value, parts: state.parts)
  }
  private func failure(
    _ kind: RuntimeFailure.Kind, _ message: String, _ request: CheckpointRequest, notes hint: String?, _ notes: [String] = []
  ) -> RuntimeFailure {
    RuntimeFailure(kind, message, origin: request.origin, notes: (hint.map { [$0] } ?? []) + notes)
  }
  private func steps(_ n: Int) -> String { "\(grouped(n)) step\(n == 1 ? "" : "s")" }
}

/// A number with a comma before every three digits.
public func grouped(_ n: Int) -> String {
  var digits = Array(String(n))
  var at = digits.count - 3
  while at > 0, digits[at - 1] != "-" {
    digits.insert(",", at: at)
    at -= 3
  }
  return String(digits)
}

extension FileError {
  /// What it says, under the name that the script gives the file.
  func named(_ path: String) -> String {
    var copy = self
    (copy.path, copy.hint) = (path, nil)
    return copy.description
  }
}

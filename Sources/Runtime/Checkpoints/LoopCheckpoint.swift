import Tensors

/// The places of a loop's state.
struct CheckpointEntry {
  var request: CheckpointRequest
  var carries: [(cell: Cell, bytes: Int)]
}

extension Emission {
  mutating func emit(_ request: CheckpointRequest, _ loop: LoopStep) -> Int32 {
    var request = request
    request.index = checkpoints.count
    checkpoints.append(CheckpointEntry(request: request, carries: loop.carries.map { (cell($0.parameter), values[$0.parameter].bytes) }))
    return Int32(checkpoints.count - 1)
  }
}

/// The checkpoints of one loop while it runs.
///
/// The state is written when that is due. In between it is copied now and then, so that a run which is told to stop in the middle of an
/// iteration has a whole state to write.
final class LoopCheckpoint {
  private let entry: CheckpointEntry
  private let loop: UnsafeMutablePointer<LoopEntry>
  private let program: Program
  private let monitor: Report?
  private let keeper: CheckpointKeeper
  /// A state that is not written yet.
  private var latest: LoopState?
  private var nextCopy = 0.0
  private var nextWrite = 0.0

  init(_ entry: CheckpointEntry, _ loop: UnsafeMutablePointer<LoopEntry>, _ program: Program, monitor: Report?, _ keeper: CheckpointKeeper) {
    (self.entry, self.loop, self.program, self.monitor, self.keeper) = (entry, loop, program, monitor, keeper)
  }

  /// Puts the loop where an earlier run left it. It has been begun: its carries hold what they start from.
  func begin() throws(RuntimeFailure) {
    if let state = try keeper.begin(entry.request, start: state()) { try restore(state) }
    let now = monotonicSeconds()
    (nextCopy, nextWrite) = (now, now + entry.request.seconds)
  }

  /// After each iteration.
  func iterationEnded() {
    let (done, total) = (loop.pointee.done, loop.pointee.total)
    let now = monotonicSeconds()
    if done == total { return write(.end) }
    if now >= nextWrite || entry.request.iterations.map({ done % $0 == 0 }) == true {
      write(.due)
      let end = monotonicSeconds()
      // A large state on a slow disk takes no more than a twentieth of the time.
      (nextCopy, nextWrite) = (end + 0.25, end + max(entry.request.seconds, 20 * (end - now)))
    } else if now >= nextCopy {
      latest = state()
      let end = monotonicSeconds()
      nextCopy = end + max(0.25, 20 * (end - now))
    }
  }

  /// The run stops in the middle of an iteration.
  func stop() {
    if let latest { keeper.keep(latest, entry.request, reason: .stopped) }
    latest = nil
  }

  private func write(_ reason: CheckpointReason) {
    latest = nil
    keeper.keep(state(), entry.request, reason: reason)
  }

  // MARK: The state

  /// Rows that the loop records, with the memory of those done so far.
  private func rows() -> [(address: Address, bytes: Int)] {
    (Int(loop.pointee.ys.start)..<Int(loop.pointee.ys.end)).map { k in
      (program.rows[k].stack.pointee.unsafelyUnwrapped, program.rows[k].bytes)
    }
  }

  private func state() -> LoopState {
    let done = loop.pointee.done
    var parts = entry.carries.map { copied($0.cell.pointee.unsafelyUnwrapped, $0.bytes) }
    for (address, bytes) in rows() { parts.append(copied(address, done * bytes)) }
    return LoopState(done: done, total: loop.pointee.total, value: monitor?.value ?? .nan, parts: parts)
  }
  private func copied(_ address: Address, _ bytes: Int) -> [UInt8] { Array(UnsafeRawBufferPointer(start: address, count: bytes)) }

  private func restore(_ state: LoopState) throws(RuntimeFailure) {
    let rows = rows()
    let sizes = entry.carries.map(\.bytes) + rows.map { state.done * $0.bytes }
    guard (0...loop.pointee.total).contains(state.done), state.parts.map(\.count) == sizes else {
      throw RuntimeFailure(
        .checkpointDiffers, "`\(entry.request.path)` is the checkpoint of another run", origin: entry.request.origin,
        notes: ["its values have other sizes", CheckpointRequest.waysOut])
    }
    let places = entry.carries.map { $0.cell.pointee.unsafelyUnwrapped } + rows.map(\.address)
    for (place, part) in zip(places, state.parts) { part.withUnsafeBytes { place.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(place), byteCount: $0.count) } }
    (loop.pointee.done, loop.pointee.from) = (state.done, state.done)
    loop.pointee.i = state.done
    loop.pointee.index.pointee.unsafelyUnwrapped.storeBytes(of: state.done, as: Int.self)
  }
}

extension Report {
  /// What the loop reports now; nil where it names no carry.
  var value: Double? {
    guard let address = monitor?.pointee else { return nil }
    switch dtype {
    case .f32: return Double(address.load(as: Float.self))
    case .f64: return address.load(as: Double.self)
    case .int: return Double(address.load(as: Int.self))
    default: return nil
    }
  }
}

import Diagnostics
import Ops
import Syntax

/// What a solver that steps may be told besides its own options, since its loop is not its own: where that is kept, and how often.
enum LoopOptions {
  static let names = ["checkpoint", "checkpoint_every", "checkpoint_seconds"]
  /// The name that a script cannot give a parameter, under which a solver carries them.
  static func part(_ name: String) -> String { "by." + name }
}

extension Elaborator {
  /// Takes the options of the loop out of a solver's arguments.
  func takeLoopOptions(of template: Template, _ arguments: inout Arguments) throws -> [Object.Part] {
    guard template.keyword == .solver, template.method("step") != nil else { return [] }
    var parts: [Object.Part] = []
    arguments.list.removeAll { argument in
      guard let name = argument.label?.text, LoopOptions.names.contains(name),
        !template.declaration.parameters.contains(where: { $0.boundName == name })
      else { return false }
      parts.append(.init(name: LoopOptions.part(name), role: .argument, value: argument.value))
      return true
    }
    return parts
  }

  /// The attributes of the loop of a minimisation that say where and how often its state is kept.
  func checkpointAttributes(_ solver: Object, unrolled: Bool, at span: SourceSpan) throws -> Attributes {
    var attributes = Attributes()
    func option(_ name: String) -> Value? { solver.field(LoopOptions.part(name)) }
    guard let path = option("checkpoint") else {
      for name in LoopOptions.names.dropFirst() where option(name) != nil {
        throw fail(.checkpointMisplaced, "`\(name)` says how often a checkpoint is written, and none is: `checkpoint:` names no file", at: span)
      }
      return attributes
    }
    guard case .text(let text) = path, let file = text.constant, !file.isEmpty else {
      throw fail(.badPath, "`checkpoint` is the path of a file, a text that is known before the run", at: span)
    }
    guard !unrolled else {
      throw fail(
        .checkpointMisplaced, "an unrolled minimisation has no checkpoints: derivatives need what every step computed", at: span,
        notes: ["without `unroll` it has"])
    }
    guard builder === root else {
      throw fail(
        .checkpointMisplaced, "a minimisation with a checkpoint must run once, and this one stands inside what is repeated, batched or differentiated", at: span,
        notes: ["the runs would share one file", "at the top of a statement, or in a function called from there, it may have one"])
    }
    try requireWritable(file, at: span)
    // The checker meets one place several times, the run one place once a statement.
    if let other = checkpoints[file], isChecking ? other.span != span : other.statement == statementCount {
      throw fail(
        .checkpointMisplaced, "two minimisations have the checkpoint `\(file)`", at: span, labels: [.init(other.span, "another")],
        notes: ["each needs a file of its own"])
    }
    checkpoints[file] = (statementCount, span)
    attributes["checkpoint"] = .text(file)
    if let every = option("checkpoint_every") {
      guard let count = every.tensor?.size?.constant, count >= 1 else {
        throw fail(.badOption, "`checkpoint_every` is a number of steps, an Int of at least 1 that is known before the run", at: span)
      }
      attributes["checkpointIterations"] = .int(count)
    }
    if let seconds = option("checkpoint_seconds") {
      guard let t = seconds.tensor, t.shape.isEmpty, let s = t.size?.constant.map(Double.init) ?? knownTensor(node(t)).flatMap({ $0.dtype.isReal ? $0.real(0) : nil }), s >= 0 else {
        throw fail(.badOption, "`checkpoint_seconds` is a number of seconds of at least 0 that is known before the run", at: span)
      }
      attributes["checkpointSeconds"] = .real(s)
    }
    return attributes
  }

  /// Refuses a checkpoint where there is no loop of steps to keep.
  func refuseCheckpoint(_ solver: Object, at span: SourceSpan) throws {
    guard LoopOptions.names.contains(where: { solver.field(LoopOptions.part($0)) != nil }) else { return }
    throw fail(
      .checkpointMisplaced, "only a minimisation from a start has checkpoints: `argmin x from x0 { … } by \(solver.template.name)(…, checkpoint: …)`", at: span)
  }
}

import ArgumentParser
import Interchange
import Runtime
import Session

struct ShowCheckpoint: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "Tell what a checkpoint holds, and whether it is whole.", discussion: "Example: ptb checkpoint run.ckpt")
  @Argument(help: "The file that `checkpoint:` names.") var file: String

  func run() throws {
    let found: Checkpoint.Found
    do throws(FileError) { found = try Checkpoint.find(file) } catch { return try fail(error.description) }
    switch found {
    case .nothing: try fail("there is no `\(file)`")
    case .damaged(let error): try fail("`\(file)` is no whole checkpoint: \(error.message)")
    case .whole(let checkpoint): show(checkpoint)
    }
  }

  private func fail(_ message: String) throws {
    writeError("error: \(message)\n")
    throw ExitCode(Status.failed)
  }

  private func show(_ checkpoint: Checkpoint) {
    let bytes = checkpoint.parts.reduce(0) { $0 + $1.count }
    print("\(grouped(checkpoint.done)) of \(grouped(checkpoint.total)) steps are done" + (checkpoint.done == checkpoint.total ? ": the end" : ""))
    if !checkpoint.value.isNaN { print("loss: \(checkpoint.value)") }
    print("state: \(checkpoint.parts.count) tensors, \(NumberText.bytes(bytes))")
    for trait in checkpoint.identity where trait.name != "steps" { print("\(trait.name): \(trait.text)") }
  }
}

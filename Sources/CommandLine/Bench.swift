import ArgumentParser
import Diagnostics
import Session
import Syntax

#if canImport(Glibc)
  import Glibc
#endif

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time each top-level binding of a script.",
    discussion: "Example: ptb bench --json bench/w01.ptb\nA binding is compiled once and run again and again; the least time counts.")
  @ArgumentParser.Argument(help: "The script.") var file: String
  @Flag(help: "A JSON line for each binding.") var json = false
  @Option(help: "The name of the workload in JSON lines.") var workload = "W"
  @OptionGroup var options: RunOptions

  func run() throws {
    let program = Program(try readScript(file), options.session, home: try findHome())
    report(program.diagnostics, program.sources)
    if program.hasErrors { throw ExitCode(Status.failed) }
    for statement in program.tree.statements {
      if case .let(let pattern, _, _) = statement.kind, case .name(let name) = pattern.kind, name.hasPrefix("bench_") {
        switch program.session.time(statement, keepsBindings: true) {
        case .failure(let problems):
          report(problems.diagnostics, program.sources)
          throw ExitCode(Status.failed)
        case .success(let timing): show(String(name.dropFirst(6)), timing)
        }
        continue
      }
      let problems = program.session.run(statement, in: program.session.context)
      report(problems, program.sources)
      if !problems.isEmpty { throw ExitCode(Status.failed) }
    }
  }

  private func show(_ name: String, _ timing: Timing) {
    if json {
      let dtype = timing.isSingle ? "f32" : "f64"
      print("{\"w\": \"\(workload)\", \"case\": \"\(name)\", \"dtype\": \"\(dtype)\", \"peer\": \"ptb\", \"threads\": \(options.threads), \"min_s\": \(timing.least), \"med_s\": \(timing.median), \"first_s\": \(timing.first)}")
    } else {
      print("\(name): \(timing.least * 1e6) µs least, \(timing.median * 1e6) µs median, \(timing.first * 1e3) ms to compile and run once")
    }
  }
}

import ArgumentParser
import Diagnostics
import Session

struct Claims: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the claims of scripts and tabulate what they measured: value, bound, margin, control, time and source.",
    discussion: "Examples: ptb claims examples/papers, ptb claims --markdown examples/papers > results.md")
  @Argument(help: "Scripts and folders.") var paths: [String]
  @Option(help: "Only claims whose title holds this.") var filter: String?
  @Flag(help: "As a table of Markdown.") var markdown = false
  @Flag(help: "As JSON, numbers with all digits.") var json = false
  @OptionGroup var options: RunOptions

  func validate() throws {
    if markdown, json { throw ValidationError("Either --markdown or --json.") }
  }

  func run() throws {
    let home = try findHome()
    var claims: [ClaimResult] = []
    var hasFailed = false
    for path in try scripts(in: paths) where !Interruption.isAsked {
      var session = options.session
      // What scripts print is not part of the table.
      session.output = { _ in }
      let program = Program(try readScript(path), session, home: home, checksTests: false)
      program.session.options.warn = { [library = program.session.library] in report([$0], library.sources) }
      guard program.hasClaims || program.hasErrors else { continue }
      let result = ClaimRunner(program).run(filter: filter)
      report(result.failure, program.sources)
      hasFailed = hasFailed || !result.failure.isEmpty
      for claim in result.claims { report(claim.claim.problems + (claim.control?.problems ?? []), program.sources) }
      claims += result.claims
    }
    let table = ClaimTable(claims)
    if json { print(table.json, terminator: "") } else if markdown { print(table.markdown, terminator: "") } else if !claims.isEmpty { print(table.text, terminator: "") }
    let failed = claims.count { !$0.holds }
    if !json, !markdown { print("\(claims.count - failed) hold, \(failed) fail") }
    if Interruption.isAsked {
      writeError(Interruption.message + "\n")
      throw ExitCode(Interruption.status)
    }
    if claims.isEmpty, !hasFailed {
      writeError("error: there is no claim\(filter.map { " whose title holds `\($0)`" } ?? "")\n")
      throw ExitCode(Status.usage)
    }
    if hasFailed { throw ExitCode(Status.failed) }
    if failed > 0 { throw ExitCode(Status.testsFailed) }
  }
}

import ArgumentParser
import Diagnostics
import Elaboration
import Interchange
import Session

#if canImport(Glibc)
  import Glibc
#endif

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Check a script, then run it.", discussion: "Example: ptb run --seed 7 examples/digits.ptb")
  @Argument(help: "The script; `-` reads standard input.") var file: String
  @OptionGroup var options: RunOptions
  @Flag(help: "Diagnostics as one JSON object a line, on standard error.") var json = false
  @Option(help: "Print a stage instead of running: tokens, tree, typed, ir, ir:PASS after a pass, or plan.") var dump: String?

  func run() throws {
    let home = try findHome()
    let script = try readScript(file)
    if let dump { return try Dump(script, options, home).show(dump, name: nil) }
    let program = Program(script, options.session, home: home)
    let tell = { (diagnostics: [Diagnostic]) in
      if json { fflush(stdout); writeError(JSONRenderer(map: program.sources).render(diagnostics)) } else { report(diagnostics, program.sources) }
    }
    tell(program.diagnostics)
    if program.diagnostics.contains(where: { $0.code.isInterruption }) { throw ExitCode(Status.interrupted) }
    if program.hasErrors { throw ExitCode(Status.failed) }
    program.session.options.warn = { tell([$0]) }
    let problems = program.run()
    tell(problems)
    if problems.contains(where: { $0.code.isInterruption }) { throw ExitCode(Status.interrupted) }
    if problems.contains(where: { $0.severity == .error }) { throw ExitCode(Status.failed) }
  }
}

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check types and shapes without running anything.", discussion: "Examples: ptb check --json examples/, ptb check --fix mine.ptb")
  @Argument(help: "Scripts and folders.") var paths: [String]
  @Flag(help: "One JSON object for each diagnostic.") var json = false
  @Flag(help: "Apply the fix of each mistake that has exactly one, then check again.") var fix = false

  func run() throws {
    let home = try findHome()
    var failed = false
    for path in try scripts(in: paths) {
      var program = Program(try readScript(path), SessionOptions(), home: home)
      if fix { program = try mended(program, path, home) }
      if json { fputs(JSONRenderer(map: program.sources).render(program.diagnostics), stdout) } else { report(program.diagnostics, program.sources) }
      failed = failed || program.hasErrors
    }
    if failed { throw ExitCode(Status.failed) }
  }

  /// The program after its fixes, some of which show only once others are applied.
  private func mended(_ program: Program, _ path: String, _ home: Home) throws -> Program {
    var program = program
    for _ in 0..<10 {
      let (bytes, count) = program.sources.mended(program.tree.file, by: program.diagnostics)
      if count == 0 { break }
      do throws(FileError) { try AtomicFile.write(bytes, to: path) } catch {
        report(error)
        throw ExitCode(Status.failed)
      }
      writeError("\(path): \(count) \(count == 1 ? "fix" : "fixes") applied\n")
      program = Program(try readScript(path), SessionOptions(), home: home)
    }
    return program
  }
}

struct ShowIR: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ir", abstract: "Print the IR of a script's statements.", discussion: "Example: ptb ir --pass cse examples/digits.ptb risk")
  @Argument(help: "The script.") var file: String
  @Argument(help: "Only the statement that binds this name.") var name: String?
  @Option(help: "As it is after this pass: expand, dce, fold, simplify, cse, hoist, or all.") var pass: String?
  @OptionGroup var options: RunOptions

  func run() throws {
    try Dump(try readScript(file), options, try findHome()).show(pass.map { "ir:\($0)" } ?? "ir", name: name)
  }
}

struct Doc: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the documentation of a name, or of the whole library as Markdown.", discussion: "Examples: ptb doc pgd, ptb doc training, ptb doc > lang/library.md")
  @Argument(help: "A name or a module of the library.") var name: String?

  func run() throws {
    let session = Session(SessionOptions(), home: try findHome())
    guard let name else { return print(session.context.libraryReference(), terminator: "") }
    if session.context.browsable.contains(name), let listing = session.context.listing(of: name, width: 140) { return print(listing) }
    for module in Library.moduleNames { _ = session.context.useLibrary(module) }
    if let text = session.context.describe(name) { return print(text) }
    writeError("error: `\(name)` is not known\(orNearest(name, in: session.context.allNames))\n")
    throw ExitCode(Status.usage)
  }
}

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain an error code, or a script: its objectives as mathematics, which solver answers each question, why, what it proves and costs.",
    discussion: "Examples: ptb explain E0203, ptb explain examples/digits.ptb risk, ptb explain --latex examples/digits.ptb")
  @Argument(help: "The code, as in `error[E0203]`, or a script.") var code: String
  @Argument(help: "Only what this name of the script stands for.") var name: String?
  @Flag(help: "Formulas in LaTeX, in Markdown.") var latex = false
  @OptionGroup var options: RunOptions

  func run() throws {
    let home = try findHome()
    if code.hasSuffix(".ptb") {
      let program = Program(try readScript(code), options.session, home: home, explains: true)
      report(program.diagnostics, program.sources)
      if program.hasErrors { throw ExitCode(Status.failed) }
      if let name, !program.explainedNames.contains(name) {
        writeError("error: `\(code)` declares no `\(name)`\(orNearest(name, in: program.explainedNames))\n")
        throw ExitCode(Status.usage)
      }
      return print(program.explanation(of: name, as: latex ? .latex : .unicode))
    }
    let name = code.uppercased()
    if let page = try? readFile("\(home.errors)/\(name).md") { return print(String(decoding: page, as: UTF8.self)) }
    let known = allCodes.map(\.id)
    writeError("error: there is no error code `\(code)`\(orNearest(name, in: known))\n")
    throw ExitCode(Status.usage)
  }
}

import ArgumentParser
import Diagnostics
import Elaboration
import Passes
import Runtime
import Session
import Syntax

/// Prints the stages of a program.
struct Dump {
  private let script: Script
  private let options: RunOptions
  private let home: Home
  init(_ script: Script, _ options: RunOptions, _ home: Home) { (self.script, self.options, self.home) = (script, options, home) }

  func show(_ stage: String, name: String?) throws {
    var map = SourceMap()
    let tree = parse(map.add(path: script.path, bytes: script.bytes), in: map)
    switch stage {
    case "tokens": return print(tree.dumpTokens(in: map), terminator: "")
    case "tree": return print(tree.dump(), terminator: "")
    default: break
    }
    let program = Program(script, options.session, home: home)
    report(program.diagnostics, program.sources)
    if program.hasErrors { throw ExitCode(Status.failed) }
    if stage == "typed" {
      let problems = program.run()
      report(problems, program.sources)
      for (name, type) in program.session.context.listing { print("\(name): \(type)") }
      return
    }
    guard stage == "ir" || stage == "plan" || stage.hasPrefix("ir:") else {
      throw ValidationError("There is no stage `\(stage)`: tokens, tree, typed, ir, ir:PASS, plan.")
    }
    let pass: String? = stage == "ir" ? nil : stage == "plan" ? "all" : String(stage.dropFirst(3))
    try showIR(program, pass: pass, name: name, plans: stage == "plan")
  }

  /// Statements are run as they are shown, since later ones are made for the values of earlier ones.
  private func showIR(_ program: Program, pass: String?, name: String?, plans: Bool) throws {
    let passes: [Pass]
    switch pass {
    case nil: passes = []
    case "all": passes = .standard
    case let wanted?:
      guard let last = [Pass].standard.firstIndex(where: { $0.name == wanted }) else {
        throw ValidationError("There is no pass `\(wanted)`: \(Set([Pass].standard.map(\.name)).sorted().joined(separator: ", ")), all.")
      }
      passes = Array([Pass].standard[...last])
    }
    for statement in program.tree.statements {
      if name == nil || statement.binds(name ?? "") {
        if case .success(let graph) = program.session.graph(of: statement), !graph.operations.isEmpty {
          print("# \(program.sources.text(statement.span).split(separator: "\n").first ?? "")")
          let final = passes.run(graph)
          print(plans ? try Plan(final).description : final.text())
        }
        program.session.context.rollback()
      }
      let problems = program.session.run(statement, in: program.session.context)
      report(problems, program.sources)
      if !problems.isEmpty { throw ExitCode(Status.failed) }
    }
  }
}

extension Statement {
  /// Whether the statement binds a name.
  func binds(_ name: String) -> Bool {
    switch kind {
    case .let(let pattern, _, _), .draw(let pattern, _, _, _): return pattern.names.contains(name)
    case .var(let own, _, _): return own.text == name
    default: return false
    }
  }
}

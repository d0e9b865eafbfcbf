import Diagnostics
import Elaboration
import Syntax

/// A test, claim or documented example of a script.
struct TestCase {
  let title: String
  /// What its draws are keyed by: other places of the file do not matter to them.
  let key: String
  /// Its body, and of a claim the control's.
  let bodies: [Expression]
  /// The variables of a property.
  let property: [BinderClause]
  /// Why it cannot be run: its text is no program.
  var problems: [Diagnostic] = []
}

/// The tests among statements, in order; examples in documentation become files of the source map.
struct TestFinder {
  let statements: [Statement]
  var sources: SourceMap

  mutating func tests() -> [TestCase] {
    var tests: [TestCase] = []
    for statement in statements {
      if let doc = statement.doc { tests += examples(doc, statement) }
      guard case .test(let test) = statement.kind else { continue }
      let title = test.title.plainText ?? "test"
      tests.append(
        TestCase(title: title, key: title, bodies: [test.body] + (test.control.map { [$0.body] } ?? []), property: test.property))
    }
    return tests
  }

  /// The fenced blocks of a declaration's documentation.
  private mutating func examples(_ doc: String, _ statement: Statement) -> [TestCase] {
    var blocks: [String] = []
    var current: [Substring]?
    for line in doc.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.drop(while: { $0 == " " }).hasPrefix("```") {
        if let lines = current { blocks.append(lines.joined(separator: "\n")); current = nil } else { current = [] }
      } else { current?.append(line) }
    }
    // An example that is not closed goes to the end, as Markdown has it.
    if let lines = current { blocks.append(lines.joined(separator: "\n")) }
    var tests: [TestCase] = []
    for (k, text) in blocks.enumerated() {
      let path = "documentation on line \(sources.line(of: statement.span.start, in: statement.span.file) + 1)"
      let file = sources.add(path: path, text: text)
      let span = SourceSpan(file: file, start: 0, end: text.utf8.count)
      let tree = parse(file, in: sources)
      let body = Expression(.block(tree.statements), span)
      tests.append(
        TestCase(
          title: "\(path), example \(k + 1)", key: "documentation of \(statement.declaredName), example \(k + 1)", bodies: [body], property: [],
          problems: tree.diagnostics))
    }
    return tests
  }
}

extension Expression {
  /// The text of a string without interpolations.
  var plainText: String? {
    if case .string(let parts) = kind, parts.count == 1, case .text(let text) = parts[0] { text } else { nil }
  }
}

extension Statement {
  /// The name that it declares, if it declares one.
  fileprivate var declaredName: String {
    switch kind {
    case .function(let function): return function.name.text
    case .template(let template): return template.name.text
    case .typeAlias(let name, _), .var(let name, _, _): return name.text
    case .test(let test): return test.title.plainText ?? ""
    case .let(let pattern, _, _), .draw(let pattern, _, _, _): if case .name(let name) = pattern.kind { return name }
    default: break
    }
    return ""
  }
}

import Diagnostics
import Elaboration
import Interchange
import Syntax
import Tensors

/// A script file, read and parsed.
public struct Script {
  public let path: String
  public let bytes: [UInt8]

  public init(path: String, bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }
  public init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }
  /// Read from a file.
  public init(path: String) throws(FileError) { self.init(path: path, bytes: try readFile(path)) }
  /// The folder that the script's own paths start from.
  public var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// A script with its session: parsed, checked, and ready to run.
public final class Program {
  public let session: Session
  public let tree: Tree
  /// What parsing and checking found.
  public private(set) var diagnostics: [Diagnostic]
  public var sources: SourceMap { session.library.sources }
  public let path: String
  /// The seed of all its draws.
  public let seed: UInt64
  let checker: ScriptContext

  /// `checksTests`: whether the bodies of tests are checked too; a test run finds their mistakes itself. `explains`: whether the
  /// operations that answer each binder are kept.
  public init(_ script: Script, _ options: SessionOptions, home: Home, checksTests: Bool = true, explains: Bool = false) {
    var options = options
    options.folder = script.folder
    // Precision and seed hold for the whole program, so they are read before anything else.
    var map = SourceMap()
    let settings = parse(map.add(path: script.path, bytes: script.bytes), in: map)
    var precision = DType.f64
    var seed: UInt64 = 0
    for statement in settings.statements {
      switch statement.kind {
      case .precision(let name): precision = name.text == "f32" ? .f32 : .f64
      case .seed(let e): if case .int(let n) = e.kind { seed = UInt64(bitPattern: Int64(n)) }
      default: break
      }
    }
    path = script.path
    self.seed = options.seed ?? seed
    session = Session(options, home: home, precision: precision, seed: seed)
    tree = parse(session.library.sources.add(path: script.path, bytes: script.bytes), in: session.library.sources)
    checker = ScriptContext(
      library: session.library, precision: options.precision ?? precision, seed: options.seed ?? seed, checking: true,
      files: SystemFiles(folder: options.folder, data: home.data, rules: options.fileRules))
    if explains { checker.recordGraphs() }
    diagnostics = tree.diagnostics + session.library.diagnostics
    if diagnostics.isEmpty { check(tests: checksTests) }
  }

  public var hasClaims: Bool {
    tree.statements.contains { if case .test(let test) = $0.kind { test.isClaim } else { false } }
  }
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Elaborates everything without running it: every statement, the tests, and functions whose parameters say their types.
  private func check(tests: Bool) {
    defer {
      // All that was left unchecked is one thing to tell.
      if session.isInterrupted, let stop = diagnostics.first(where: { $0.isStop }) { diagnostics = [stop] }
    }
    for statement in tree.statements where !session.isInterrupted { diagnostics += checked(statement, checker) }
    let told = Set(diagnostics.map { "\($0.code.id) \($0.message)" })
    diagnostics += checker.checkDeclarations().filter { !told.contains("\($0.code.id) \($0.message)") }
    for statement in tree.statements where tests {
      guard case .test(let test) = statement.kind else { continue }
      for body in [test.body, test.control?.body].compactMap({ $0 }) { diagnostics += check(test.property, body) }
    }
    var seen: Set<String> = []
    diagnostics = diagnostics.filter { seen.insert("\($0.code.id) \($0.span.file.raw) \($0.span.start) \($0.message)").inserted }
  }
  private func check(_ property: [BinderClause], _ body: Expression) -> [Diagnostic] {
    guard case .block(let statements) = body.kind else { return [] }
    let context = checker.nested()
    var problems: [Diagnostic] = []
    for (k, clause) in property.enumerated() {
      switch PropertyVariable.make(k, clause, in: context) {
      case .failure(let found): problems += found.diagnostics
      case .success(let variable):
        problems += variable.drawing.flatMap { checked($0, context) }
        if case .range = variable.domain { context.assumeSize(variable.handle) }
        problems += variable.binding.flatMap { checked($0, context) }
      }
    }
    // A body is not asked about variables that there are not.
    return problems.isEmpty ? statements.flatMap { checked($0, context) } : problems
  }
  private func checked(_ statement: Statement, _ context: ScriptContext) -> [Diagnostic] {
    session.note(statement.span)
    switch statement.kind {
    case .test, .seed: return []
    case .precision(let name):
      return ["f32", "f64"].contains(name.text) ? [] : [Diagnostic(.badPrecision, "the precision is `f32` or `f64`", at: name.span)]
    case .use(let use):
      // A module of the user's is run when it is used, so its values are known to the checker too.
      return use.modules.flatMap { $0.isPath ? session.bring($0, into: context) : context.use($0) }
    default:
      if case .failure(let problems) = context.elaborate(statement) { return context.takeRemarks() + problems.diagnostics }
      return context.takeRemarks()
    }
  }

  public func run() -> [Diagnostic] { session.run(tree) }
}

extension DiagnosticCode {
  static let badPrecision = DiagnosticCode("E0314", "there is no such precision")
}

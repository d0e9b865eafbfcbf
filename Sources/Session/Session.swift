import Diagnostics
import Elaboration
import Interchange
import Ops
import Passes
import Runtime
import Syntax

/// How a session runs.
public struct SessionOptions {
  public var seed: UInt64?
  public var precision: DType?
  public var threads = 1
  /// Names the first op that makes a NaN.
  public var tracesNaN = false
  /// Receives what `print` writes, a line at a time.
  public var output: (String) -> Void = { print($0) }
  /// Receives what is amiss without ending the program: a NaN that reached a result.
  public var warn: (Diagnostic) -> Void = { _ in }
  /// Told how far a long loop has come.
  public var progress: (([LoopProgress]) -> Void)?
  /// Set to a `StopReason` to stop the evaluation in work.
  public var cancellation: UnsafePointer<Int32>?
  public var limits = ProcessLimits()
  /// Told the place of each statement before it is checked or run.
  public var working: ((String) -> Void)?
  public var pictures = PictureOptions()
  /// Whether what runs has run before: files and pictures are not written again.
  public var isRepetition = false
  /// The folder that relative paths start from, and what a script reaches outside of it.
  public var folder = "."
  public var fileRules = FileRules()
  /// Told where a checkpointed run goes on, and where it stops.
  public var tell: (String) -> Void = { _ in }
  public init() {}
}

/// A running script, or a conversation: the one way in which the command line, the REPL and tests evaluate anything.
public final class Session {
  public let library: Library
  public let context: ScriptContext
  public var options: SessionOptions
  let files: SystemFiles
  let home: Home
  /// What the assertions in loops and branches of the last statement compared, if they are observed.
  private(set) var repeated: [Int: RepeatedComparison] = [:]
  /// How many pictures went to a folder.
  var pictureCount = 0
  private var modules: [String: ScriptContext] = [:]
  private var loading: [String] = []

  public init(_ options: SessionOptions, home: Home, precision: DType = .f64, seed: UInt64 = 0, sources: SourceMap? = nil) {
    (self.options, self.home) = (options, home)
    files = SystemFiles(folder: options.folder, data: home.data, rules: options.fileRules)
    library = Library(directory: home.stdlib) { (try? readFile($0)).map { String(decoding: $0, as: UTF8.self) } }
    library.formatComplaint = { format, dtype in
      do throws(FormatError) { try validate(format, dtype); return nil } catch { return error.message }
    }
    library.formatText = { text, spec in try? format(Tensor(text: text), spec: spec) }
    library.cancellation = options.cancellation
    context = ScriptContext(
      library: library, precision: options.precision ?? precision, seed: options.seed ?? seed, checking: false, files: files)
    library.stopped = { [unowned self] in stopped(at: $0) }
  }

  // MARK: Running

  /// Runs the statements of a tree in order, up to the first that fails.
  public func run(_ tree: Tree) -> [Diagnostic] {
    for statement in tree.statements {
      let problems = run(statement, in: context)
      if problems.contains(where: { $0.severity == .error }) { return problems }
    }
    return []
  }

  /// Runs one statement; its value, if it has one, is then `context.lastType` and may be shown.
  public func run(_ statement: Statement, in context: ScriptContext, key: String = "") -> [Diagnostic] {
    switch statement.kind {
    case .test, .precision, .seed: return []
    case .use(let use): return use.modules.flatMap { bring($0, into: context) }
    default: break
    }
    note(statement.span)
    switch context.elaborate(statement, key: key) {
    case .failure(let problems): return problems.diagnostics
    case .success(let compiled):
      context.takeRemarks().forEach(options.warn)
      do throws(RuntimeFailure) {
        let results = try execute(compiled)
        let contradictions = context.commit(results)
        if !contradictions.isEmpty { return contradictions }
        for place in context.infiniteBounds { options.warn(whyInfinite(statement, place, context, key)) }
        if results.contains(where: \.holdsNaN) { options.warn(whereNaNAppears(compiled, statement.span)) }
        return []
      } catch {
        context.rollback()
        if error.kind == .cancelled { return [stopped(at: error.origin == .none ? statement.span : error.origin)] }
        return [Diagnostic(error, fallback: statement.span)]
      }
    }
  }

  /// Runs the statement once more, silently, to find the op that made the first NaN.
  private func whereNaNAppears(_ compiled: ScriptContext.Compiled, _ span: SourceSpan) -> Diagnostic {
    let outer = options
    defer { options = outer }
    options.tracesNaN = true
    options.output = { _ in }
    options.progress = nil
    do throws(RuntimeFailure) { _ = try execute(compiled, silently: true) } catch {
      var diagnostic = Diagnostic(error, fallback: span)
      diagnostic.severity = .warning
      return diagnostic
    }
    return Diagnostic(.notANumber, "a NaN reaches the result of this statement", at: span, severity: .warning)
  }

  /// Bounds the statement's bodies once more, operation by operation, to find the one that has no finite bound.
  private func whyInfinite(_ statement: Statement, _ place: SourceSpan, _ context: ScriptContext, _ key: String) -> Diagnostic {
    let outer = options
    defer { options = outer }
    options.output = { _ in }
    options.progress = nil
    return context.probe(statement, at: place, key: key) { try? execute($0, silently: true) }
  }

  /// Compiles and runs a statement's graph; silently: without writing files.
  private func execute(_ compiled: ScriptContext.Compiled, silently: Bool = false) throws(RuntimeFailure) -> [Tensor] {
    if compiled.graph.operations.isEmpty, compiled.graph.results.isEmpty { return [] }
    let graph = (silently ? [Pass.expand] : [Pass].standard).run(compiled.graph)
    var execution = ExecutionOptions()
    execution.cancellation = options.cancellation
    execution.progress = options.progress
    execution.output = options.output
    let writes = !silently && !options.isRepetition
    if writes {
      execution.checkpoints = Checkpoints(
        graph, compiled.inputs, seed: context.seed, precision: context.precision, files: files, tell: options.tell, warn: options.warn)
    }
    execution.save = { [files] path, tensors in if writes { try files.write(tensors, to: path) } }
    execution.plot = { [unowned self] picture, path, origin in if writes { try draw(picture, to: path, at: origin) } }
    if !silently {
      repeated = [:]
      execution.observe = { [unowned self] number, values in
        if let comparison = context.comparison(number, values) { repeated[number, default: RepeatedComparison()].add(comparison) }
      }
    }
    return try Plan(graph, planOptions).run(compiled.inputs, execution)
  }

  var planOptions: PlanOptions {
    var planning = PlanOptions()
    planning.threads = options.threads
    if let limit = options.limits.bytes { (planning.memoryLimit, planning.memoryInUse) = (limit, options.limits.used()) }
    planning.tracesNaN = options.tracesNaN
    return planning
  }

  /// The optimised graph of the last statement that was elaborated, for `ptb ir`.
  public func graph(of statement: Statement) -> Result<Graph, Problems> {
    context.elaborate(statement).map { $0.graph }
  }

  /// Where relative paths start.
  public var folder: String { files.folder }
  /// Runs something for which relative paths start at another folder.
  public func inFolder<T>(_ folder: String, _ body: () throws -> T) rethrows -> T {
    let outer = files.folder
    files.folder = folder
    defer { files.folder = outer }
    return try body()
  }

  // MARK: Modules

  func bring(_ module: UseDeclaration.Module, into context: ScriptContext) -> [Diagnostic] {
    guard module.isPath else { return context.use(module) }
    let path: String
    do throws(FileError) { path = try files.forReading(module.name.text) } catch {
      let (message, hint) = files.explain(error)
      return [Diagnostic(error.isRefusal ? .accessRefused : .moduleFailed, message, at: module.name.span, notes: hint.map { [$0] } ?? [])]
    }
    if let known = modules[path] { return context.use(module, from: known, named: module.name.text) }
    if loading.contains(path) {
      return [Diagnostic(.moduleFailed, "`\(module.name.text)` uses itself", at: module.name.span, notes: loading.map { "by way of \($0)" })]
    }
    let script: Script
    do throws(FileError) { script = try Script(path: path) } catch {
      return [
        Diagnostic(
          .moduleFailed, "the file `\(module.name.text)` cannot be read", at: module.name.span,
          notes: [error.message, "paths start at the script's folder"])
      ]
    }
    loading.append(path)
    defer { loading.removeLast() }
    let tree = parse(library.sources.add(path: path, bytes: script.bytes), in: library.sources)
    if !tree.diagnostics.isEmpty { return tree.diagnostics }
    let inner = context.separate()
    for statement in tree.statements {
      let problems = run(statement, in: inner)
      if !problems.isEmpty { return problems }
    }
    modules[path] = inner
    return context.use(module, from: inner, named: module.name.text)
  }
}

extension Tensor {
  /// Whether a floating element is NaN.
  var holdsNaN: Bool {
    switch dtype {
    case .f32, .c64:
      let values = UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: Float.self), count: count * dtype.size / 4)
      return values.contains { $0.isNaN }
    case .f64, .c128:
      let values = UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: Double.self), count: count * dtype.size / 8)
      return values.contains { $0.isNaN }
    case .int, .bool, .string: return false
    }
  }
}

extension Diagnostic {
  /// A failure of the run, at the place in the script that asked for the op.
  init(_ failure: RuntimeFailure, fallback: SourceSpan) {
    self.init(
      DiagnosticCode.running(failure.kind), failure.message, at: failure.origin == .none ? fallback : failure.origin,
      notes: failure.notes)
  }
}

import Diagnostics
import Ops
import Syntax

/// A mistake of the user's that ends the elaboration of a statement; `nil` where it has been reported already.
struct Failure: Error {
  var diagnostic: Diagnostic?
  /// Mistakes of later statements of the same body.
  var others: [Diagnostic] = []
  /// The options that a failed requirement of the library is about.
  var options: [String] = []

  var diagnostics: [Diagnostic] { (diagnostic.map { [$0] } ?? []) + others }
  init(diagnostic: Diagnostic? = nil) { self.diagnostic = diagnostic }
  init(all diagnostics: [Diagnostic]) { (diagnostic, others) = (diagnostics.first, Array(diagnostics.dropFirst())) }
}

/// Checks a script and lowers it to IR in one walk: an abstract interpretation in which tensors are IR values and everything
/// else (functions, structures, sets, solvers, sizes) is known. A function is instantiated at each use, so its body is checked
/// with the shapes and functions it really gets.
final class Elaborator {
  /// Where operations go at present.
  var builder: Builder
  /// The root of the statement's graph, whose parameters are the values of earlier statements.
  private(set) var root: Builder
  /// What the root's parameters stand for.
  private(set) var inputs: [Tensor] = []
  private var inputNodes: [ObjectIdentifier: Node] = [:]

  let library: Library
  /// The element type of `Real`.
  var real: DType
  /// The names of the functions being instantiated, to refuse recursion and to explain errors.
  var frames: [Frame] = []
  var key: DrawKey
  /// Why effects are refused at this place; nil where they are allowed.
  var pureBecause: String?
  /// True where nothing will run: sizes that only data tell become symbols.
  let isChecking: Bool
  private var symbolCount = 0
  /// The program's, from which all keys of draws begin.
  private(set) var seed: UInt64
  /// What data files are read with; relative paths start at the script's folder.
  let files: FileAccess
  /// Functions whose own derivative rule is being elaborated, so that it sees the plain function.
  var suppressedDerivatives: Set<SourceSpan> = []
  /// What the annotation of the value being computed asks of it.
  var wantedGuarantee: Guarantee?
  /// Whether the margin of the predicate at hand may be violated at exactly 0.
  var marginIsClosed = false
  /// Whether it may be a comparison that a margin of exactly 0 does not violate.
  var marginIsOpen = false
  /// Bounds of the script's problems, against each other.
  var ledger = Ledger()
  /// Which solver answers each binder of the script, for `explain`.
  var answers: [Answer] = []
  /// The binders over sets that the statement at hand asks.
  var questions: [SetQuestion] = []
  /// The solver that answers them in place of the script's, where a session asks them again.
  var substitute: Expression?
  /// How often the solver of the binder at hand evaluates its body.
  var tally = Tally()
  /// What the names of the script stand for, by the latest definition: for diagnostics.
  var origins: [String: SourceSpan] = [:]
  /// Notes what makes bounds infinite, where that is asked.
  var probe: BoundProbe?
  /// Whether answers keep their operations.
  var recordsGraphs = false

  /// The checkpoints that statements have asked for, by file: the number of the statement, and where.
  var checkpoints: [String: (statement: Int, span: SourceSpan)] = [:]
  private(set) var statementCount = 0
  /// The solver whose code is being elaborated.
  var workingSolver: String?

  /// What the assertions of the statement compare, where somebody observes them; nil elsewhere.
  var observations: [Observation]?
  /// Those inside loops and branches of the run, which tell their values each time they are reached.
  var repeatedObservations: [Observation] = []

  /// What is worth telling though nothing is wrong: when a script is checked, or entered at the prompt.
  private(set) var remarks: [Diagnostic] = []
  func remark(_ diagnostic: Diagnostic) { if isChecking || allowsRedefinition { remarks.append(diagnostic) } }
  func takeRemarks() -> [Diagnostic] {
    defer { remarks = [] }
    return remarks
  }

  /// In the REPL a name may be bound again.
  var allowsRedefinition = false

  /// Functions of the user's that have been called, by where they are declared.
  var called: Set<SourceSpan> = []

  struct Frame {
    var name: String
    var declared: SourceSpan
    var call: SourceSpan
    /// Where the function's names are looked up: two closures made by one lambda differ in it.
    var scope: Scope?
    var parameters: [String?] = []
    var arguments = Arguments()
    /// How often each name has drawn or called in this frame.
    var occurrences: [String: Int] = [:]
  }

  init(library: Library, real: DType, seed: UInt64, checking: Bool, files: FileAccess) {
    (self.library, self.real, self.seed, isChecking, self.files) = (library, real, seed, checking, files)
    root = Builder(name: "script")
    builder = root
    key = DrawKey(seed: seed)
    frames = [Frame(name: "script", declared: .none, call: .none)]
  }

  /// Begins a new graph: the values of the old one must have been turned into tensors.
  func beginStatement(_ name: String) {
    statementCount += 1
    root = Builder(name: name)
    builder = root
    inputs = []
    inputNodes = [:]
    if observations != nil { observations = [] }
    repeatedObservations = []
    questions = []
  }

  /// Draws begin again, from another seed.
  func reseed(_ seed: UInt64) {
    self.seed = seed
    key = DrawKey(seed: seed)
    frames[0].occurrences = [:]
  }

  func freshSymbol(_ name: String) -> Dim {
    symbolCount += 1
    return Dim(Dim.Symbol(id: symbolCount, name: name))
  }

  /// Elaborates into another builder.
  func within<T>(_ inner: Builder, _ body: () throws -> T) rethrows -> T {
    let outer = builder
    builder = inner
    defer { builder = outer }
    return try body()
  }

  /// Marks what is emitted with a place in the script.
  func at<T>(_ span: SourceSpan, _ body: () throws -> T) rethrows -> T {
    guard library.isUserFile(span.file) else { return try body() }
    let outer = builder
    let origin = outer.origin
    outer.origin = span
    defer { outer.origin = origin }
    return try body()
  }

  // MARK: Tensors as nodes

  /// The IR value of a tensor, as the present builder may use it.
  func node(_ value: TensorValue) -> Node {
    switch value.source {
    case .node(let node): return node
    case .literal(let number): return builder.int(number)
    case .truth(let truth): return builder.bool(truth)
    case .size(let dim):
      if let number = dim.constant { return builder.int(number) }
      return builder.emit1(.dim, [], ["dim": .dims([dim])])
    case .host(let tensor):
      if tensor.rank == 0, let constant = tensor.scalarAttribute {
        return builder.emit1(.fill, [], ["value": constant, "dtype": .dtype(tensor.dtype), "shape": .dims([])])
      }
      return input(tensor)
    }
  }

  /// The value of a tensor as a variable: a number that is known is not folded into a constant, since the derivative of a
  /// power with a constant exponent is another rule than that of one whose exponent varies.
  func variable(_ value: TensorValue) -> Node {
    if case .host(let tensor) = value.source { return input(tensor) }
    return node(value)
  }

  /// The parameter of the statement's graph that stands for a tensor.
  private func input(_ tensor: Tensor) -> Node {
    let identity = ObjectIdentifier(tensor.storage)
    if let known = inputNodes[identity], known.shape.constants == tensor.shape { return known }
    let node = root.parameter(TensorValue(tensor).type)
    inputs.append(tensor)
    inputNodes[identity] = node
    return node
  }

  /// A Real scalar constant.
  func constant(_ value: Double) -> TensorValue { TensorValue(Tensor(real: value, real)) }

  // MARK: Refusals

  func fail(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, label: String = "", labels: [Diagnostic.Label] = [],
    notes: [String] = [], fixes: [Diagnostic.Fix] = []
  ) -> Failure {
    Failure(diagnostic: Diagnostic(code, message, at: span, label: label, labels: labels, notes: notes, fixes: fixes))
  }

  /// Emits an op, turning a refusal of its shape rule into a diagnostic here.
  func emit(_ decl: OpDecl, _ operands: [Node], _ attributes: Attributes = [:], at span: SourceSpan) throws -> [Node] {
    try at(span) {
      do throws(OpError) {
        return try builder.tryEmit(decl, operands, attributes)
      } catch {
        throw fail(.shapesDoNotFit, error.message, at: span, notes: error.note.map { [$0] } ?? [])
      }
    }
  }
  func emit1(_ decl: OpDecl, _ operands: [Node], _ attributes: Attributes = [:], at span: SourceSpan) throws -> TensorValue {
    TensorValue(try emit(decl, operands, attributes, at: span)[0])
  }

  /// Says why an effect (print, plot, save) is refused here, if it is.
  func requireEffects(_ what: String, at span: SourceSpan) throws {
    guard let reason = pureBecause else { return }
    throw fail(
      .effectInPure, "`\(what)` cannot be used \(reason)", at: span, label: "this has an effect",
      notes: ["what is differentiated, batched or solved over must be pure; `debug(x)` shows a value anywhere and returns it"])
  }
  func pure<T>(_ reason: String, _ body: () throws -> T) rethrows -> T {
    let outer = pureBecause
    pureBecause = pureBecause ?? reason
    defer { pureBecause = outer }
    return try body()
  }
}

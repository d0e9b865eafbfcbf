import Diagnostics
import Ops
import Syntax

/// The library: natives that need the IR, and everything else in `stdlib/*.ptb`, parsed when first wanted.
public final class Library {
  /// Every text of the compilation, the script's included.
  public var sources = SourceMap()
  /// Names that need no `use`.
  let prelude = Scope(parent: nil, kind: .library)
  /// Solvers of the prelude: looked up after `by`, so that a function may have the same name.
  let solvers: Scope
  private let directory: String
  private var modules: [String: Module] = [:]
  private var libraryFiles: Set<FileID> = [.none]
  /// Errors in the library itself, which only its authors can cause.
  public private(set) var diagnostics: [Diagnostic] = []

  /// `directory` holds the `.ptb` files; `read` gives a file's text.
  public init(directory: String, read: @escaping (String) -> String?) {
    (self.directory, self.read) = (directory, read)
    solvers = Scope(parent: prelude, kind: .library)
    for register in Builtins.all { register(prelude) }
    for name in Library.preludeFiles { promise(name, into: prelude) }
    for name in Library.solverFiles { promise(name, into: solvers) }
  }
  private static let declarations = ["fn ", "set ", "dist ", "solver ", "model ", "objective "]

  /// Notes the names that a file declares, each at the start of a line; the file is parsed when one of them is first looked up.
  private func promise(_ name: String, into scope: Scope) {
    guard let text = read("\(directory)/\(name).ptb") else { return }
    var isLoaded = false
    let load = { [unowned self] in
      if isLoaded { return }
      isLoaded = true
      self.load(name, into: scope)
    }
    for bytes in text.utf8.split(separator: UInt8(ascii: "\n")) {
      guard let first = bytes.first, first != UInt8(ascii: " "), first != UInt8(ascii: "#") else { continue }
      let line = String(Substring(bytes))
      guard let keyword = Library.declarations.first(where: line.hasPrefix) else { continue }
      let declared = line.dropFirst(keyword.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "'" }
      (keyword == "solver " ? solvers : scope).promise(String(declared), load)
    }
  }
  /// What is wrong with a format for an element type, if anything; the run-time knows the formats.
  public var formatComplaint: (_ format: String, _ dtype: DType) -> String? = { _, _ in nil }
  /// A text padded by a format; nil if the format is not for texts.
  public var formatText: (_ text: String, _ format: String) -> String? = { text, _ in text }
  /// Not 0 once the work is to stop, and what is then said.
  public var cancellation: UnsafePointer<Int32>?
  public var stopped: (SourceSpan) -> Diagnostic? = { _ in nil }
  private let read: (String) -> String?

  static let preludeFiles = [
    "core", "special", "linalg", "sets", "sets_norms", "sets_finite", "sets_probability", "sets_linear", "sets_combine", "dists", "discrete",
    "multivariate", "quasi", "quadrature", "propagation", "smoothing",
  ]
  static let solverFiles = [
    "solvers", "attacks", "attacks_blackbox", "bounds", "bab", "expectations", "optim", "curvature", "sharpness", "zeroth", "estimators",
  ]
  /// The files of each module that `use` names.
  private static let moduleFiles = [
    "nn": ["nn"], "data": ["data"], "stats": ["stats"], "training": ["training", "structure"], "privacy": ["privacy", "accounting"],
    "analysis": ["analysis", "sensitivity"], "plots": ["plots", "plots_shapes"],
  ]
  public static let moduleNames = ["nn", "data", "stats", "training", "privacy", "analysis", "plots"]
  /// The module that a file of the library belongs to; nil for the prelude's and the solvers'.
  public static func module(ofFile name: String) -> String? { moduleFiles.first { $0.value.contains(name) }?.key }

  func isUserFile(_ file: FileID) -> Bool { !libraryFiles.contains(file) }

  /// A module that `use` names; nil if there is none.
  func module(named name: String) -> Module? {
    if let known = modules[name] { return known }
    if Library.preludeFiles.contains(name) { return Module(name: name, scope: prelude) }
    if Library.solverFiles.contains(name) { return Module(name: name, scope: solvers) }
    guard let files = Library.moduleFiles[name] else { return nil }
    let scope = Scope(parent: prelude, kind: .library)
    if name == "data" { Builtins.data(scope) }
    if name == "plots" { Builtins.plots(scope) }
    for file in files { load(file, into: scope) }
    let module = Module(name: name, scope: scope)
    modules[name] = module
    return module
  }

  /// The first sentence of what stands at the head of a file.
  func about(file name: String) -> String {
    let text = read("\(directory)/\(Library.moduleFiles[name]?.first ?? name).ptb") ?? ""
    let head = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("##") }.map { $0.drop { $0 == "#" || $0 == " " } }
    return firstSentence(of: head.joined(separator: "\n"))
  }

  /// The library module that declares a name which the script has not brought.
  func module(declaring name: String) -> String? {
    Library.moduleNames.first { module(named: $0)?.scope.own(name) != nil }
  }

  private func load(_ name: String, into scope: Scope) {
    let path = "\(directory)/\(name).ptb"
    guard let text = read(path) else { return }
    let file = sources.add(path: "stdlib/\(name).ptb", text: text)
    libraryFiles.insert(file)
    let tree = parse(file, in: sources)
    diagnostics += tree.diagnostics
    // `curve(f, -1..1)` is written as `plot(f, -1..1)` is.
    for statement in tree.statements { declare(statement, in: scope, takesRanges: name.hasPrefix("plots")) }
  }

  private func declare(_ statement: Statement, in scope: Scope, takesRanges: Bool) {
    switch statement.kind {
    case .function(let declaration):
      let function = Function(declaration, scope: scope, doc: statement.doc)
      function.takesRanges = takesRanges
      scope.define(declaration.name.text, .function(function), span: declaration.name.span, imported: true)
    case .template(let declaration):
      let isSolver = declaration.keyword == .solver
      let template = Template(declaration, scope: isSolver && scope === prelude ? solvers : scope, doc: statement.doc)
      (isSolver ? solvers : scope).define(declaration.name.text, .template(template), span: declaration.name.span, imported: true)
    case .typeAlias(let name, let type): scope.types[name.text] = type
    case .use(let use):
      for module in use.modules {
        guard let other = self.module(named: module.name.text) else { continue }
        for name in other.scope.order { if let binding = other.scope.own(name) { scope.define(name, binding.value, span: binding.span, imported: true) } }
      }
    default: break
    }
  }
}

/// How scripts reach files.
public protocol FileAccess: AnyObject {
  /// A bundled data set.
  func bundled(_ name: String) throws -> (x: Tensor, y: Tensor)
  /// The tensors of a file, by name; a single unnamed one has the name "".
  func tensors(_ path: String, format: String) throws -> [(name: String, tensor: Tensor)]
  func write(_ tensors: [(name: String, tensor: Tensor)], to path: String) throws
  /// What an error of these says, and whether it says that the script may not reach the file.
  func explain(_ error: Error) -> (message: String, hint: String?)
  func isRefusal(_ error: Error) -> Bool
  /// Why the script may not write a file, if so.
  func refusal(toWrite path: String) -> (message: String, hint: String?)?
}

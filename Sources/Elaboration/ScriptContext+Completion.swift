import Diagnostics
import Syntax

/// What may stand for the last bytes of a text.
public struct Completion: Equatable, Sendable {
  /// How many bytes a candidate stands for.
  public var length = 0
  public var candidates: [String] = []
  /// Whether the text ends in a string, which may be the name of a file.
  public var isInString = false
  public init() {}
  /// The candidates that begin as a word does.
  public init(_ names: [String], for word: String) {
    length = word.utf8.count
    candidates = Set(names.filter { $0.hasPrefix(word) }).sorted()
  }
}

extension ScriptContext {
  /// What may stand for the word that a text ends in. Nothing is evaluated, so only names that have values lead to members.
  public func completion(of text: String) -> Completion {
    let tokens = CodeTokens(text)
    if let rest = tokens.openString {
      // An interpolation is code again.
      if let brace = rest.lastIndex(where: { $0 == "{" || $0 == "}" }), rest[brace] == "{" { return completion(of: String(rest[brace...].dropFirst())) }
      var inString = Completion()
      inString.isInString = true
      return inString
    }
    let (word, before) = tokens.lastWord
    guard let previous = before.last else { return Completion(names(like: word), for: word) }
    if previous == "." { return Completion(value(of: before.dropLast()).map(members) ?? [], for: word) }
    if previous == "by" { return Completion(solverNames, for: word) }
    let labels = ["(", ","].contains(previous) ? openCallee(before).flatMap { value(of: $0) ?? solver($0) }.map(parameters) ?? [] : []
    if word.isEmpty { return Completion(labels.map { $0 + ":" }, for: word) }
    return Completion(labels.map { $0 + ":" } + names(like: word), for: word)
  }

  /// Names, keywords and binders that begin as a word does. What the library does not document is its own business.
  private func names(like word: String) -> [String] {
    if word.isEmpty { return [] }
    let known = globals.allNames.filter { $0.hasPrefix(word) && isForUsers($0) }
    return known + TokenTable.keywords + TokenTable.declarationWords + TokenTable.trailingWords + TokenTable.binderWords
  }
  private func isForUsers(_ name: String) -> Bool {
    guard globals.bindings[name].map(\.isImported) != false, let binding = globals.lookup(name) else { return true }
    switch binding.value {
    case .function, .template: return documentation(of: binding.value) != nil
    default: return true
    }
  }
  private var solverNames: [String] {
    let own = globals.order.filter { name in
      guard let binding = globals.bindings[name] else { return false }
      if case .template(let template) = binding.value { return template.keyword == .solver }
      return binding.value.object?.template.keyword == .solver
    }
    return own + library.solvers.order.filter { name in
      guard case .template(let template)? = library.solvers.own(name)?.value else { return false }
      return template.keyword == .solver && template.doc != nil
    }
  }

  /// The value that `a.b.c` names; nil where it is no such path.
  private func value(of path: ArraySlice<String>) -> Value? {
    guard let name = path.last, name.isWord else { return nil }
    guard path.dropLast().last == "." else { return globals.lookup(name)?.value }
    guard let base = value(of: path.dropLast(2)) else { return nil }
    if case .module(let module) = base { return module.scope.own(name)?.value }
    if let part = base[field: name] { return part }
    return base.object.flatMap { object in object.template.method(name).map { .function(Function($0, scope: object.template.scope)) } }
  }
  private func solver(_ path: ArraySlice<String>) -> Value? { path.last.flatMap { library.solvers.lookup($0)?.value } }

  /// What stands before the bracket that is still open at the end of a text.
  private func openCallee(_ tokens: ArraySlice<String>) -> ArraySlice<String>? {
    var depth = 0
    for at in tokens.indices.reversed() {
      switch tokens[at] {
      case ")", "]", "}": depth += 1
      case "(" where depth == 0: return tokens[..<at]
      case "[" where depth == 0, "{" where depth == 0: return nil
      case "(", "[", "{": depth -= 1
      default: break
      }
    }
    return nil
  }

  /// What may stand after the dot behind a value.
  private func members(of value: Value) -> [String] {
    switch value {
    case .record(let fields), .guarded(_, let fields): fields.map(\.name)
    case .module(let module): module.scope.order.filter { name in
      module.scope.own(name).map { documentation(of: $0.value) != nil } ?? false
    }
    case .object(let object): members(of: object)
    default: []
    }
  }
  private func members(of object: Object) -> [String] {
    let template = object.template
    var names = object.parts.filter { $0.role != .like }.map(\.name)
    for member in template.declaration.members {
      switch member.kind {
      case .method(let declaration) where !declaration.name.text.isEmpty: names.append(declaration.name.text)
      case .let(let pattern, _): names += pattern.names
      default: break
      }
    }
    guard template.keyword == .set || template.keyword == .dist else { return names }
    // What every set and distribution has, the library defines as functions of one.
    let prefix = "\(template.keyword.rawValue)_"
    return names + library.prelude.order.filter { $0.hasPrefix(prefix) && isForUsers($0) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// The names of the arguments that a value takes when it is called.
  private func parameters(of value: Value) -> [String] {
    switch value {
    case .function(let function):
      switch function.body {
      case .declared(let declaration): declaration.parameters.flatMap(\.pattern.names)
      case .lambda(let parameters, _): parameters.flatMap(\.pattern.names)
      case .native: function.parameters.filter { !$0.isVariadic }.map(\.name)
      }
    case .template(let template): template.declaration.parameters.flatMap(\.pattern.names)
    case .object(let object): object.template.method("").map { $0.parameters.flatMap(\.pattern.names) } ?? []
    default: []
    }
  }
}

/// The tokens of a text that ends at a cursor, without spaces and comments.
private struct CodeTokens {
  /// The contents of a string in which the text ends.
  var openString: Substring?
  private var texts: [String] = []
  private var endsInWord = false

  init(_ text: String) {
    var map = SourceMap()
    let bytes = Array(text.utf8)
    for token in parse(map.add(path: "", text: text), in: map).tokens {
      let part = String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
      switch token.kind {
      case .space, .comment, .docComment, .endOfFile: break
      case .newline: endsInWord = false
      case .string:
        texts.append(part)
        if Int(token.end) == bytes.count, part.count == 1 || !part.hasSuffix("\"") { openString = text.suffix(part.count).dropFirst() }
      default: texts.append(part)
      }
      endsInWord = [.identifier, .keyword].contains(token.kind) ? Int(token.end) == bytes.count : token.kind == .endOfFile && endsInWord
    }
  }

  /// The word at the end, empty where the text ends behind one, and what stands before it.
  var lastWord: (word: String, before: ArraySlice<String>) { endsInWord ? (texts.last ?? "", texts.dropLast()) : ("", texts[...]) }
}

extension String {
  fileprivate var isWord: Bool { first.map { $0.isLetter || $0 == "_" } == true }
}

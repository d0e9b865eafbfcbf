import Diagnostics

/// What the library has, and what a module declares, a line each.
extension ScriptContext {
  /// The natives of the prelude, which stand in no file.
  private static let natives = "builtins"

  /// What `listing` knows by name.
  public var browsable: [String] {
    [ScriptContext.natives] + Library.preludeFiles + Library.solverFiles + Library.moduleNames + userModules
  }
  private var userModules: [String] { globals.order.filter { if case .module(let m)? = globals.bindings[$0]?.value { !Library.moduleNames.contains(m.name) } else { false } } }

  /// Every module and file of the library with what it is about.
  public func modules(width: Int) -> String {
    func rows(_ names: [String]) -> [(String, String)] {
      names.map { ($0, $0 == ScriptContext.natives ? "what needs the compiler: sum, exp, reshape, grad, print, …" : library.about(file: $0)) }
    }
    var text = "What is at hand without `use`\n" + table(rows([ScriptContext.natives] + Library.preludeFiles), width)
    text += "\n\nSolvers, behind `by`\n" + table(rows(Library.solverFiles), width)
    text += "\n\nModules, after `use NAME`\n" + table(rows(Library.moduleNames), width)
    if !userModules.isEmpty { text += "\n\nYour modules\n" + table(userModules.map { ($0, "") }, width) }
    return text + "\n\n`:browse NAME` lists what one of them declares."
  }

  /// What a module or a file of the library declares, with the first sentence about each; nil if there is no such module.
  public func listing(of name: String, width: Int) -> String? {
    if case .module(let module)? = globals.bindings[name]?.value, !Library.moduleNames.contains(module.name) {
      let rows = module.scope.order.compactMap { member in module.scope.own(member).map { (member, summary(of: $0.value)) } }
      return "module \(name)\n\n" + table(rows, width)
    }
    guard browsable.contains(name), let module = library.module(named: name == ScriptContext.natives ? Library.preludeFiles[0] : name) else { return nil }
    let isModule = Library.moduleNames.contains(name)
    let rows = module.scope.order.compactMap { member -> (String, String)? in
      guard let binding = module.scope.own(member), let (doc, file) = documentation(of: binding.value) else { return nil }
      let path = file.flatMap { library.sources.files.indices.contains(Int($0.raw)) ? library.sources.files[Int($0.raw)].path : nil }
      let home = path.map { String($0.dropFirst("stdlib/".count).dropLast(".ptb".count)) }
      // What another module brings is listed there.
      let isHere = home.map { isModule ? Library.module(ofFile: $0) == name : $0 == name } ?? (isModule || name == ScriptContext.natives)
      return isHere ? (member, firstSentence(of: doc)) : nil
    }
    let head = isModule ? "module \(name): `use \(name)` brings" : name == ScriptContext.natives ? "builtins" : "stdlib/\(name).ptb"
    return "\(head)\n\n" + table(rows, width) + "\n\n`ptb doc NAME`, at the prompt `?NAME`, tells more of each."
  }

  /// The first sentence about a name; its type where it has no documentation.
  public func summary(of name: String) -> String? { (globals.lookup(name) ?? library.solvers.lookup(name)).map { summary(of: $0.value) } }
  private func summary(of value: Value) -> String { documentation(of: value).map { firstSentence(of: $0.doc) } ?? value.typeName }

  private func table(_ rows: [(String, String)], _ columns: Int) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, text in
      let line = "  " + name + (text.isEmpty ? "" : String(repeating: " ", count: width + 2 - name.count) + text)
      return line.count > columns ? line.prefix(columns - 1) + "…" : line
    }.joined(separator: "\n")
  }
}

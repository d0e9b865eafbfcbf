import Diagnostics

extension ScriptContext {
  /// What the library documents, as Markdown: the natives, then each file of the prelude and the solvers, then the modules. Names
  /// without documentation are the library's own business.
  public func libraryReference() -> String {
    var sections: [(title: String, entries: [String])] = [("Natives of the prelude", [])]
    func add(_ scope: Scope, _ prefix: String) {
      for name in scope.order {
        guard let binding = scope.own(name), let (doc, file) = documentation(of: binding.value), let text = describe(binding.value) else { continue }
        let path = file.flatMap { library.sources.files.indices.contains(Int($0.raw)) ? library.sources.files[Int($0.raw)].path : nil }
        let title = path ?? (prefix.isEmpty ? "Natives of the prelude" : "Natives of `\(prefix)`")
        if !sections.contains(where: { $0.title == title }) { sections.append((title, [])) }
        guard let at = sections.firstIndex(where: { $0.title == title }) else { continue }
        let head = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? name
        let entry = "### `\(head)`\n\n\(doc)"
        if !sections[at].entries.contains(entry) { sections[at].entries.append(entry) }
      }
    }
    add(library.prelude, "")
    add(library.solvers, "")
    for name in Library.moduleNames { if let module = library.module(named: name) { add(module.scope, name) } }
    let body = sections.filter { !$0.entries.isEmpty }.map { section in
      "## \(section.title.hasPrefix("stdlib/") ? "[\(section.title)](../\(section.title))" : section.title)\n\n\(howToUse(section.title))" + section.entries.joined(separator: "\n\n")
    }
    return """
      # The library

      Made from the documentation in `stdlib/` and beside the natives by `ptb doc`; a test compares. `?name` in the REPL shows an entry.

      \(body.joined(separator: "\n\n"))

      """
  }

  /// What a script writes to have the names of a file.
  private func howToUse(_ title: String) -> String {
    if let name = Library.moduleNames.first(where: { title == "Natives of `\($0)`" }) { return "`use \(name)` brings these.\n\n" }
    guard title.hasPrefix("stdlib/"), let module = Library.module(ofFile: String(title.dropFirst(7).dropLast(4))) else { return "" }
    return "`use \(module)` brings these.\n\n"
  }

  /// The members of a library module with the first sentence of what each is; nil if there is no such module.
  public func listing(ofModule name: String) -> String? {
    guard Library.moduleNames.contains(name), let module = library.module(named: name) else { return nil }
    let members = module.scope.order.compactMap { member -> (String, String)? in
      // What another module brings is listed there.
      guard let binding = module.scope.own(member), let (doc, file) = documentation(of: binding.value) else { return nil }
      if let file, library.sources.files.indices.contains(Int(file.raw)) {
        let path = library.sources.files[Int(file.raw)].path
        guard path.hasPrefix("stdlib/"), Library.module(ofFile: String(path.dropFirst(7).dropLast(4))) == name else { return nil }
      }
      return (member, firstSentence(doc))
    }
    let width = members.map(\.0.count).max() ?? 0
    return "module \(name): `use \(name)` brings\n\n"
      + members.map { "  " + $0.0 + String(repeating: " ", count: width + 2 - $0.0.count) + $0.1 }.joined(separator: "\n") + "\n\n`ptb doc NAME` tells more of each."
  }

  /// The first sentence of a docstring, which may go on over lines.
  private func firstSentence(_ doc: String) -> String {
    let paragraph = doc.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty && !$0.hasPrefix("```") }.joined(separator: " ")
    var from = paragraph.startIndex
    // `et al. 2020` ends no sentence.
    while let end = paragraph.range(of: ". ", in: from) {
      if end < paragraph.endIndex, paragraph[paragraph.index(end, offsetBy: 2)].isUppercase, !paragraph[..<end].hasSuffix("al"), !paragraph[..<end].hasSuffix("eq") {
        return String(paragraph[...end])
      }
      from = paragraph.index(after: end)
    }
    return paragraph
  }

  private func documentation(of value: Value) -> (doc: String, file: FileID?)? {
    switch value {
    case .function(let function): function.doc.map { ($0, function.declared == .none ? nil : function.declared.file) }
    case .template(let template): template.doc.map { ($0, template.declaration.name.span.file) }
    default: nil
    }
  }
}

extension String {
  /// Where two neighbouring characters stand, from a place on.
  fileprivate func range(of pair: String, in from: Index) -> Index? {
    var at = from
    while at < endIndex {
      if self[at...].hasPrefix(pair), index(at, offsetBy: 2, limitedBy: index(before: endIndex)) != nil { return at }
      at = index(after: at)
    }
    return nil
  }
}

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

  func documentation(of value: Value) -> (doc: String, file: FileID?)? {
    switch value {
    case .function(let function): function.doc.map { ($0, function.declared == .none ? nil : function.declared.file) }
    case .template(let template): template.doc.map { ($0, template.declaration.name.span.file) }
    default: nil
    }
  }
}

/// The first sentence of a docstring, which may go on over lines.
func firstSentence(of doc: String) -> String {
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

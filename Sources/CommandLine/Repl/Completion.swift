extension Conversation {
  /// What may stand for the last word of a text. Nothing is evaluated.
  func complete(_ text: String) -> Completion {
    let word = String(text.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "'" }.reversed())
    if word.isEmpty { return Completion() }
    return Completion(candidates: Set(session.context.allNames).filter { $0.hasPrefix(word) }.sorted())
  }
}

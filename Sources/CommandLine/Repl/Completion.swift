import Elaboration
import Notation
import Syntax

extension Conversation {
  /// What may stand for the end of an entry. Nothing is evaluated.
  func complete(_ text: String) -> Completion {
    let entry = text.drop { $0 == " " }
    if entry.hasPrefix("?") { return names(for: entry.dropFirst()) }
    if entry.hasPrefix(":") { return completeCommand(entry.dropFirst()) }
    return completeCode(text)
  }

  private func completeCode(_ text: String) -> Completion {
    // `\theta` is a name that becomes its sign; one that has begun becomes the name.
    let letters = text.reversed().prefix { $0.isLetter && $0.isASCII }.reversed()
    guard text.dropLast(letters.count).last == "\\" else { return session.context.completion(of: text) }
    let word = String(letters)
    var found = Completion(Signs.byName.keys.map { $0 }, for: word)
    found.length += 1
    let sign = Signs.byName[word] ?? (found.candidates.count == 1 ? Signs.byName[found.candidates[0]] : nil)
    found.candidates = sign.map { [$0] } ?? found.candidates.map { "\\" + $0 }
    return found
  }

  private func completeCommand(_ text: Substring) -> Completion {
    let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2 else {
      return Completion(ReplCommand.all.flatMap(\.names).filter { $0.count > 1 || $0 == text }, for: String(text))
    }
    let rest = String(words[1].drop { $0 == " " })
    switch ReplCommand.named(String(words[0]))?.takes {
    case .expression: return completeCode(rest)
    case .name: return names(for: rest[...])
    case .file:
      var file = Completion()
      file.isInString = true
      return file
    case .module: return Completion(Library.moduleNames, for: rest)
    case .setting: return Completion(rest.contains(" ") ? [] : Setting.all.map(\.name), for: rest)
    case .command: return Completion(ReplCommand.all.map { $0.names[0] } + session.context.allNames, for: rest)
    case .nothing, nil: return Completion()
    }
  }

  private func names(for text: Substring) -> Completion {
    let word = String(text.reversed().prefix { $0 != " " }.reversed())
    return Completion(word.isEmpty ? [] : session.context.allNames, for: word)
  }
}

/// Signs that are typed by their names: Greek letters, and those that stand for words of the language.
private enum Signs {
  static let byName = Greek.letters.merging(TokenTable.twins.map { ($0.completion, String($0.character)) }) { _, twin in twin }
}

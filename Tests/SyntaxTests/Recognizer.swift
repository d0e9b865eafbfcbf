@testable import Syntax

/// An Earley recogniser for the grammar, over tokens written out.
struct Recognizer {
  private var productions: [String: [[Symbol]]] = [:]
  private var fresh = 0

  private enum Symbol: Hashable {
    case terminal(String)
    case rule(String)
  }
  private struct Item: Hashable {
    let rule: String
    let branch: Int
    let dot: Int
    let origin: Int
  }

  init(_ grammar: Grammar) {
    for name in grammar.order {
      guard let node = grammar.rules[name] else { continue }
      productions[name] = branches(of: node)
    }
  }

  private mutating func branches(of node: Grammar.Node) -> [[Symbol]] {
    if case .choice(let branches) = node { return branches.map { symbols($0) } }
    return [symbols(node)]
  }

  private mutating func symbols(_ node: Grammar.Node) -> [Symbol] {
    switch node {
    case .terminal(let text): return [.terminal(text)]
    case .reference(let name): return [name.allSatisfy { $0.isUppercase } ? .terminal("<\(name)>") : .rule(name)]
    case .sequence(let parts): return parts.flatMap { symbols($0) }
    case .choice: return [.rule(define(branches(of: node)))]
    case .optional(let inner): return [.rule(define([[]] + branches(of: inner)))]
    case .repeated(let inner):
      fresh += 1
      let name = "%\(fresh)"
      productions[name] = [[]] + branches(of: inner).map { $0 + [.rule(name)] }
      return [.rule(name)]
    }
  }

  private mutating func define(_ branches: [[Symbol]]) -> String {
    fresh += 1
    productions["%\(fresh)"] = branches
    return "%\(fresh)"
  }

  /// Each token is given with the classes it belongs to.
  func accepts(_ tokens: [(text: String, classes: Set<String>)], as start: String) -> Bool {
    var chart: [[Item]] = Array(repeating: [], count: tokens.count + 1)
    var known: [Set<Item>] = Array(repeating: [], count: tokens.count + 1)
    var waiting: [[String: [Item]]] = Array(repeating: [:], count: tokens.count + 1)
    func add(_ item: Item, at index: Int) {
      if known[index].insert(item).inserted { chart[index].append(item) }
    }
    for branch in (productions[start] ?? []).indices { add(Item(rule: start, branch: branch, dot: 0, origin: 0), at: 0) }
    for index in 0...tokens.count {
      var finishedHere: Set<String> = []
      var next = 0
      while next < chart[index].count {
        let item = chart[index][next]
        next += 1
        guard let body = productions[item.rule]?[item.branch] else { continue }
        let advanced = Item(rule: item.rule, branch: item.branch, dot: item.dot + 1, origin: item.origin)
        if item.dot == body.count {
          if item.origin == index { finishedHere.insert(item.rule) }
          for parent in waiting[item.origin][item.rule] ?? [] {
            add(Item(rule: parent.rule, branch: parent.branch, dot: parent.dot + 1, origin: parent.origin), at: index)
          }
        } else {
          switch body[item.dot] {
          case .terminal(let text):
            if index < tokens.count, tokens[index].text == text || tokens[index].classes.contains(text) {
              add(advanced, at: index + 1)
            }
          case .rule(let name):
            waiting[index][name, default: []].append(item)
            for branch in (productions[name] ?? []).indices {
              add(Item(rule: name, branch: branch, dot: 0, origin: index), at: index)
            }
            // An empty rule that is already done here completes at once.
            if finishedHere.contains(name) { add(advanced, at: index) }
          }
        }
      }
    }
    return chart[tokens.count].contains {
      $0.rule == start && $0.origin == 0 && $0.dot == productions[start]?[$0.branch].count
    }
  }
}

/// The tokens of a text as the grammar sees them, newlines that end statements among them.
func grammarTokens(_ text: String) -> [(text: String, classes: Set<String>)] {
  let bytes = Array(text.utf8)
  var lexer = Lexer(file: .init(0), bytes: bytes, range: 0..<bytes.count)
  lexer.run()
  var result: [(text: String, classes: Set<String>)] = []
  var brackets: [String] = []
  let operandFollows = Set(TokenTable.symbols).subtracting([")", "]", "}", ";"]).union(["and", "or", "not", "in", ""])
  for lexeme in lexer.lexemes() where lexeme.kind != .endOfFile {
    let before = result.last?.text ?? ""
    let continues = TokenTable.continuationStarts.contains(lexeme.text) || TokenTable.trailingWords.contains(lexeme.text)
    if lexeme.startsLine, brackets.last.map({ $0 == "{" }) ?? true, !continues, !operandFollows.contains(before),
      lexeme.text != "}"
    {
      result.append(("\n", ["<NEWLINE>"]))
    }
    let source = String(decoding: bytes[lexeme.start..<lexeme.end], as: UTF8.self)
    switch lexeme.kind {
    case .integer: result.append((source, ["<INTEGER>"]))
    case .real: result.append((source, ["<REAL>"]))
    case .imaginary: result.append((source, ["<IMAGINARY>"]))
    case .string: result.append((source, ["<STRING>"]))
    case .identifier where source == "√" || source == "∇": result.append((source, []))
    case .identifier:
      result.append((lexeme.text, lexeme.text.first?.isUppercase == true ? ["<NAME>", "<CONSTRUCTOR>"] : ["<NAME>"]))
    default: result.append((lexeme.text, []))
    }
    if lexeme.isOpener { brackets.append(lexeme.text) }
    if lexeme.isCloser { _ = brackets.popLast() }
  }
  return result
}

import Foundation
import XCTest

@testable import Syntax

/// The rules of `lang/grammar.ebnf`.
struct Grammar {
  indirect enum Node {
    case terminal(String)
    case reference(String)
    case sequence([Node])
    case choice([Node])
    case optional(Node)
    case repeated(Node)
  }
  private(set) var rules: [String: Node] = [:]
  private(set) var order: [String] = []

  static func load() throws -> Grammar {
    try Grammar(String(contentsOf: repository.appendingPathComponent("lang/grammar.ebnf"), encoding: .utf8))
  }

  init(_ source: String) throws {
    var text = source
    while let open = text.range(of: "(*"), let close = text.range(of: "*)", range: open.upperBound..<text.endIndex) {
      text.removeSubrange(open.lowerBound..<close.upperBound)
    }
    var tokens = text.split { $0 == " " || $0 == "\n" }.map(String.init)[...]
    func choice() -> Node {
      var branches = [sequence()]
      while tokens.first == "|" {
        tokens.removeFirst()
        branches.append(sequence())
      }
      return branches.count == 1 ? branches[0] : .choice(branches)
    }
    func sequence() -> Node {
      var parts: [Node] = []
      while let token = tokens.first, ![";", "|", ")", "]", "}"].contains(token) {
        tokens.removeFirst()
        switch token {
        case "(", "[", "{":
          let inner = choice()
          tokens.removeFirst()
          parts.append(token == "(" ? inner : token == "[" ? .optional(inner) : .repeated(inner))
        default:
          parts.append(token.hasPrefix("\"") ? .terminal(String(token.dropFirst().dropLast())) : .reference(token))
        }
      }
      return parts.count == 1 ? parts[0] : .sequence(parts)
    }
    while tokens.count > 2 {
      let name = tokens.removeFirst()
      XCTAssertEqual(tokens.removeFirst(), "=", "rule \(name)")
      rules[name] = choice()
      order.append(name)
      XCTAssertEqual(tokens.removeFirst(), ";", "rule \(name)")
    }
  }
}

/// Makes random sentences, as tokens.
struct SentenceMaker {
  let grammar: Grammar
  var random: SeededGenerator
  private(set) var reached: Set<String> = []
  private var output: [String] = []
  private var forbidsBinders = false
  private var budget = 0
  private var shortest: [String: Int] = [:]

  init(_ grammar: Grammar, seed: UInt64) {
    (self.grammar, random) = (grammar, SeededGenerator(seed))
    findShortest()
  }

  mutating func sentence(of rule: String, size: Int) -> [String] {
    (output, budget, forbidsBinders) = ([], size, false)
    expand(.reference(rule), depth: 0)
    return output
  }

  private static let classes: [String: [String]] = [
    "NAME": ["a", "b", "x'", "θ", "f", "n_1"], "INTEGER": ["0", "1_000"], "REAL": ["0.5", "1e-3"], "IMAGINARY": ["2i"],
    "STRING": ["\"s\"", "\"v {a:.3} {{\""], "CONSTRUCTOR": ["Proved", "Refuted"], "NEWLINE": ["\n"],
  ]

  private mutating func expand(_ node: Grammar.Node, depth: Int) {
    let isTight = depth > 60 || output.count > budget
    switch node {
    case .terminal(let text): output.append(text)
    case .reference(let name):
      if let words = Self.classes[name] { return output.append(words[random.below(words.count)]) }
      reached.insert(name)
      guard let rule = grammar.rules[name] else { return XCTFail("no rule \(name)") }
      let outer = forbidsBinders
      // A binder that begins in a domain is told from a call by rules beyond the grammar.
      if name == "domain" { forbidsBinders = true }
      expand(rule, depth: depth + 1)
      forbidsBinders = outer
    case .sequence(let parts): parts.forEach { expand($0, depth: depth + 1) }
    case .choice(let branches):
      let allowed = branches.filter { !(forbidsBinders && $0.begins("binder", "guarded", "√", "∇")) }
      if isTight {
        let cheapest = allowed.min { cost($0) < cost($1) }
        if let cheapest { expand(cheapest, depth: depth + 1) }
      } else {
        expand(allowed[random.below(allowed.count)], depth: depth + 1)
      }
    case .optional(let inner): if !isTight, random.below(3) == 0 { expand(inner, depth: depth + 1) }
    case .repeated(let inner):
      while output.count <= budget, depth <= 60, random.below(4) == 0 { expand(inner, depth: depth + 1) }
    }
  }

  /// The fewest tokens a node can be.
  private func cost(_ node: Grammar.Node) -> Int {
    switch node {
    case .terminal: return 1
    case .optional, .repeated: return 0
    case .reference(let name): return grammar.rules[name] == nil ? 1 : shortest[name] ?? 1000
    case .choice(let branches): return branches.map { cost($0) }.min() ?? 0
    case .sequence(let parts): return min(1000, parts.reduce(0) { $0 + cost($1) })
    }
  }

  private mutating func findShortest() {
    var changes = true
    while changes {
      changes = false
      for (name, rule) in grammar.rules where cost(rule) < shortest[name] ?? 1000 {
        shortest[name] = cost(rule)
        changes = true
      }
    }
  }
}

extension Grammar.Node {
  fileprivate func begins(_ names: String...) -> Bool {
    switch self {
    case .reference(let name), .terminal(let name): return names.contains(name)
    case .sequence(let parts): return parts.first.map { first in names.contains { first.begins($0) } } ?? false
    case .choice(let branches): return branches.contains { branch in names.contains { branch.begins($0) } }
    default: return false
    }
  }
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }
}

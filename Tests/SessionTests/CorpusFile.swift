import Diagnostics
import Foundation
import Session

/// A program of `lang/corpus` with what it says about itself:
///
///     #> text                                   after a statement: a line that the statement prints
///     … #! error E0203 "message" at "source"    a diagnostic on this line, with its message and the text it marks
///     #! error E0203 @+1 "message" at "source"  a diagnostic on the next line; also `#! warning`
///     #: seed 7   #: memory 1   #: trace nan   #: interrupted   #: time over      how the program is run (at its top)
struct CorpusFile {
  struct Problem: Equatable {
    var line: Int
    var severity: String
    var code: String
    var message: String
    /// The text that is marked, its first line if there are several.
    var marked: String
  }
  struct Settings {
    var seed: UInt64?
    var memory: Int?
    var tracesNaN = false
    /// Why the run is told to stop before it begins.
    var stop: StopReason?
  }

  let path: String
  let text: String
  private(set) var settings = Settings()
  private(set) var problems: [Problem] = []
  /// The lines that the program prints, by the number of the line in which they are announced.
  private(set) var output: [(line: Int, text: String)] = []
  /// Directives that say nothing.
  private(set) var malformed: [Int] = []

  init(path: String, text: String) {
    (self.path, self.text) = (path, text)
    for (k, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.drop { $0 == " " }
      if trimmed.hasPrefix("#>") {
        output.append((k, String(trimmed.dropFirst(trimmed.hasPrefix("#> ") ? 3 : 2))))
      } else if trimmed.hasPrefix("#:") {
        if !read(setting: trimmed.dropFirst(2)) { malformed.append(k) }
      } else if let mark = CorpusFile.directive(in: line) {
        if let problem = CorpusFile.problem(line[mark...].dropFirst(3), k) { problems.append(problem) } else { malformed.append(k) }
      } else if trimmed.hasPrefix("#!") {
        malformed.append(k)
      }
    }
  }

  private mutating func read(setting: Substring) -> Bool {
    let words = setting.split(separator: " ")
    switch (words.first, words.dropFirst().first) {
    case ("seed", let n?): settings.seed = UInt64(n)
    case ("memory", let n?): settings.memory = Int(n)
    case ("trace", "nan"): settings.tracesNaN = true
    case ("interrupted", nil): settings.stop = .interrupted
    case ("time", "over"): settings.stop = .timeIsOver
    default: return false
    }
    return true
  }

  /// Where a line's directive begins.
  private static func directive(in line: Substring) -> String.Index? {
    (line.range(of: "#! error ") ?? line.range(of: "#! warning "))?.lowerBound
  }

  /// `error E0203 @+1 "message" at "source"`
  private static func problem(_ text: Substring, _ line: Int) -> Problem? {
    var rest = text
    let severity = rest.prefix { $0 != " " }
    rest = rest.dropFirst(severity.count).drop { $0 == " " }
    let code = rest.prefix { $0 != " " }
    rest = rest.dropFirst(code.count).drop { $0 == " " }
    var line = line
    if rest.first == "@" {
      let offset = rest.dropFirst().prefix { $0 != " " }
      guard let n = Int(offset) else { return nil }
      line += n
      rest = rest.dropFirst(offset.count + 1).drop { $0 == " " }
    }
    guard code.count == 5, let message = quoted(&rest) else { return nil }
    rest = rest.drop { $0 == " " }
    guard rest.hasPrefix("at ") else { return nil }
    rest = rest.dropFirst(3)
    guard let marked = quoted(&rest) else { return nil }
    return Problem(line: line, severity: String(severity), code: String(code), message: message, marked: marked)
  }
  private static func quoted(_ text: inout Substring) -> String? {
    guard text.first == "\"" else { return nil }
    var result = ""
    var index = text.index(after: text.startIndex)
    while index < text.endIndex {
      let character = text[index]
      index = text.index(after: index)
      if character == "\"" {
        text = text[index...]
        return result
      }
      if character == "\\", index < text.endIndex {
        result.append(text[index])
        index = text.index(after: index)
      } else { result.append(character) }
    }
    return nil
  }
  static func quote(_ text: String) -> String {
    "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
  }

  /// The program with these expectations in place of its own. `printed` is keyed by the last line of the statement that prints.
  func rewritten(problems: [Problem], printed: [Int: [String]]) -> String {
    var result: [String] = []
    for (k, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.drop { $0 == " " }
      var kept: String? = String(line)
      if trimmed.hasPrefix("#>") || trimmed.hasPrefix("#!") { kept = nil }
      if kept != nil, let mark = CorpusFile.directive(in: line) {
        var bare = line[..<mark]
        while bare.last == " " { bare = bare.dropLast() }
        kept = String(bare)
      }
      if var kept {
        let here = problems.filter { $0.line == k }
        for (place, problem) in here.enumerated() {
          let said = "\(CorpusFile.quote(problem.message)) at \(CorpusFile.quote(problem.marked))"
          let trailing = "\(kept)  #! \(problem.severity) \(problem.code) \(said)"
          // Behind a text that is not closed it would be part of it.
          func count(_ character: Character) -> Int { kept.filter { $0 == character }.count }
          let isOpen = count("\"") % 2 == 1 || count("{") > count("}")
          if here.count == 1, trailing.count <= 140, !isOpen, !kept.contains("#") { kept = trailing } else {
            result.append("#! \(problem.severity) \(problem.code) @+\(here.count - place) \(said)")
          }
        }
        result.append(kept)
      }
      for text in printed[k] ?? [] { result.append(text.isEmpty ? "#>" : "#> \(text)") }
    }
    return result.joined(separator: "\n")
  }
}

import Foundation
import Ops
import Testing

/// What is true of an op stands in its declaration: no stage decides by the names of ops.
@Suite struct OnePlaceTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources").standardized

  private static func lines(of stage: String) throws -> [(place: String, text: String)] {
    let folder = sources.appending(path: stage)
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)).compactMap { $0 as? URL }
    return try files.filter { $0.pathExtension == "swift" }.flatMap { file in
      try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
        (place: "\(stage)/\(file.lastPathComponent):\($0 + 1)", text: String($1))
      }
    }
  }

  @Test(arguments: ["Transforms", "Passes", "Runtime", "Elaboration"]) func noDecisionByTheNameOfAnOp(_ stage: String) throws {
    let decision = #/decl\.name\s*(==|!=)|(==|!=)\s*\w*(\.\w+)*decl\.name|switch\s+[\w.]*decl\.name|\.contains\([\w.]*decl\.name\)/#
    let lines = try Self.lines(of: stage)
    #expect(!lines.isEmpty)
    for line in lines { #expect(line.text.firstMatch(of: decision) == nil, "\(line.place)") }
  }

  /// Elaboration is left out: the words of the language (`max`, `sum`) are its to know.
  @Test(arguments: ["Transforms", "Passes", "Runtime"]) func noNamesOfOpsInConditions(_ stage: String) throws {
    let names = Set(OpDecl.all.map(\.name))
    let condition = #/(case|==|!=)\s*"(\w+)"/#
    for line in try Self.lines(of: stage) {
      for match in line.text.matches(of: condition) { #expect(!names.contains(String(match.2)), "\(line.place)") }
    }
  }
}

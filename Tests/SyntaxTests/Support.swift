import Diagnostics
import Foundation
import XCTest

@testable import Syntax

/// The checkout this test was built from.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

func parsed(_ text: String) -> (tree: Tree, map: SourceMap) {
  var map = SourceMap()
  let file = map.add(path: "test.ptb", text: text)
  return (parse(file, in: map), map)
}

func dump(_ text: String) -> String { parsed(text).tree.dump() }

/// The diagnostics of a text, one a line: code, what is marked, message, label, and the titles of the fixes.
func report(_ text: String) -> String {
  let (tree, map) = parsed(text)
  return tree.diagnostics.map { diagnostic in
    let fixes = diagnostic.fixes.map { " [\($0.title)]" }.joined()
    return "\(diagnostic.code.id) «\(map.text(diagnostic.span))» \(diagnostic.message): \(diagnostic.label)\(fixes)"
  }.joined(separator: "\n")
}

/// Every program at hand: the acceptance scripts beside the repository, if they are there, and what the repository holds.
func corpus() -> [(path: String, text: String)] {
  var result: [(String, String)] = []
  for folder in ["../shared/acceptance", "../../shared/acceptance", "lang", "stdlib", "examples", "Tests"] {
    let root = repository.appendingPathComponent(folder)
    guard let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else { continue }
    for case let file as URL in files where file.pathExtension == "ptb" {
      if let text = try? String(contentsOf: file, encoding: .utf8) { result.append((file.path, text)) }
    }
  }
  return result
}

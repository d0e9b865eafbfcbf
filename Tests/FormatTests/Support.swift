import Diagnostics
import Foundation
import Syntax
import XCTest

@testable import Format

/// The checkout this test was built from.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

func formatted(_ text: String) throws -> String { try CodeFormatter.format(Array(text.utf8), path: "test.ptb") }

/// Every program without mistakes of writing: what the repository holds, and the acceptance scripts beside it, if they are there.
func programs() -> [(path: String, text: String)] {
  var result: [(String, String)] = []
  for folder in ["../shared/acceptance", "../../shared/acceptance", "lang", "stdlib", "examples", "Tests", "bench"] {
    let root = repository.appendingPathComponent(folder)
    guard let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else { continue }
    for case let file as URL in files where file.pathExtension == "ptb" {
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      let (tree, _) = parsed(text)
      if !tree.diagnostics.contains(where: { $0.severity == .error }) { result.append((file.path, text)) }
    }
  }
  return result.sorted { $0.0 < $1.0 }
}

func parsed(_ text: String) -> (tree: Tree, map: SourceMap) {
  var map = SourceMap()
  let file = map.add(path: "test.ptb", text: text)
  return (parse(file, in: map), map)
}

/// A reproducible stream of numbers (SplitMix64).
struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

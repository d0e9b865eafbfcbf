extension Array where Element == Diagnostic.Fix.Edit {
  /// The bytes of a file, or of the part of it that begins at `start`, after these edits; nil where two overlap or one is outside.
  func applied(to bytes: [UInt8], from start: Int = 0) -> [UInt8]? {
    var result = bytes
    var limit = bytes.count
    for edit in sorted(by: { ($0.span.start, $0.span.end) > ($1.span.start, $1.span.end) }) {
      let (from, to) = (Int(edit.span.start) - start, Int(edit.span.end) - start)
      guard from >= 0, from <= to, to <= limit else { return nil }
      result.replaceSubrange(from..<to, with: Array<UInt8>(edit.text.utf8))
      limit = from
    }
    return result
  }
}

extension SourceMap {
  /// A file after the fixes of its diagnostics, and how many were applied. Only a diagnostic with exactly one fix that can be applied
  /// is mended; of fixes that overlap the first.
  public func mended(_ file: FileID, by diagnostics: [Diagnostic]) -> (bytes: [UInt8], count: Int) {
    var edits: [Diagnostic.Fix.Edit] = []
    var count = 0
    for diagnostic in diagnostics {
      let fixes = diagnostic.fixes.filter { !$0.edits.isEmpty }
      guard fixes.count == 1, fixes[0].edits.allSatisfy({ $0.span.file == file }) else { continue }
      guard (edits + fixes[0].edits).applied(to: self[file].text) != nil else { continue }
      edits += fixes[0].edits
      count += 1
    }
    return (edits.applied(to: self[file].text) ?? self[file].text, count)
  }
}

/// The candidate that is most likely meant by a misspelled name, or nil where none is near enough.
///
/// Near are names at most a third of the letters away, counting insertions, deletions, replacements and swaps of
/// neighbours; a difference of case alone is always near. Of equally near ones the first in alphabetical order is taken.
public func nearest<Names: Sequence>(_ name: String, in candidates: Names) -> String? where Names.Element == String {
  let letters = Array(name)
  let limit = max(1, letters.count / 3)
  var best: (distance: Int, name: String)?
  for candidate in candidates where candidate != name {
    let other = Array(candidate)
    guard abs(other.count - letters.count) <= limit else { continue }
    let distance = name.lowercased() == candidate.lowercased() ? 0 : editDistance(letters, other)
    // Of two names of one or two letters nothing may be left in common.
    guard distance <= limit, distance < max(letters.count, other.count) else { continue }
    if let best, (best.distance, best.name) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.name
}

/// The Damerau-Levenshtein distance in which no substring is edited twice.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      row[j] = min(last[j] + 1, row[j - 1] + 1, substitution)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}

/// The end of a sentence about a name that is not known: the one that is likely meant, or what else helps.
public func orNearest<Names: Sequence>(_ name: String, in candidates: Names, sign: String = "", else advice: String? = nil) -> String where Names.Element == String {
  nearest(name, in: candidates).map { "; did you mean `\(sign)\($0)`?" } ?? advice.map { "; \($0)" } ?? ""
}

extension Diagnostic.Fix {
  /// Puts the name that is likely meant in the place of one that is not known; none where none is near.
  public static func nearest<Names: Sequence>(_ name: String, in candidates: Names, at span: SourceSpan) -> [Diagnostic.Fix] where Names.Element == String {
    Diagnostics.nearest(name, in: candidates).map { [Diagnostic.Fix("did you mean `\($0)`?", edits: [.init(span, $0)])] } ?? []
  }
}

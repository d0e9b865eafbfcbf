/// What the `formats` of `print` may say besides Python's mini-language: words in place of numbers, and parts that are left out.
public enum TextChoice {
  private static let (mark, begin, end): (Character, Character, Character) = ("\u{1}", "\u{2}", "\u{3}")

  /// Each element, an Int, is shown as the word of that number.
  public static func words(_ words: [String]) -> String { words.map { "\(mark)\($0)" }.joined() }
  public static func words(of format: String) -> [String]? {
    format.first == mark ? format.dropFirst().split(separator: mark, omittingEmptySubsequences: false).map(String.init) : nil
  }

  /// What stands between a truth value with the format `onlyIf` and the next value with the format `always` is left out where it is false.
  /// Neither of the two is shown itself.
  public static let (onlyIf, always) = (String(begin), String(end))
}

import Diagnostics
import Runtime
import Session

#if canImport(Glibc)
  import Glibc
#endif

/// How far long loops have come, on stderr: a line of the terminal that is drawn again and again and goes when the run ends; elsewhere,
/// where it is wanted, a line every ten seconds.
final class ProgressBar {
  private let isTerminal: Bool
  private var isShown = false
  private var lastLine = Clock.now()
  private static let secondsBetweenLines = 10.0

  /// Nil where nothing is to be shown: stderr is no terminal, or a machine's log, and nobody asked.
  init?(isWanted: Bool) {
    isTerminal = isatty(2) != 0 && getenv("CI") == nil && getenv("TERM").map { String(cString: $0) } != "dumb"
    if !isTerminal, !isWanted { return nil }
  }

  func show(_ loops: [LoopProgress]) {
    if loops.isEmpty { return clear() }
    let now = Clock.now()
    // Inner loops that end at once would only flicker.
    let lasting = loops.prefix(1) + loops.dropFirst().prefix { $0.elapsed >= 0.5 }
    let text = lasting.map(ProgressBar.describe).joined(separator: "  ▸ ")
    if isTerminal {
      writeError("\r" + ProgressBar.cut(text, to: ProgressBar.columns - 1) + "\u{1B}[K")
      isShown = true
    } else if now - lastLine >= ProgressBar.secondsBetweenLines {
      writeError(text + "\n")
      lastLine = now
    }
  }

  /// Before anything else is written to the terminal.
  func clear() {
    if isShown { writeError("\r\u{1B}[K") }
    isShown = false
  }

  static func describe(_ loop: LoopProgress) -> String {
    var parts = ["\(loop.label) \(grouped(loop.done))" + (loop.total.map { "/\(grouped($0))" } ?? "")]
    if let value = loop.value { parts.append("\(loop.valueName) \(rounded(value))") }
    let done = loop.done - loop.from
    if done > 0, loop.elapsed > 0 {
      let rate = Double(done) / loop.elapsed
      parts.append(speed(rate))
      if let total = loop.total { parts.append("ETA \(duration(Double(total - loop.done) / rate))") }
    }
    return parts.joined(separator: " · ")
  }

  // MARK: Texts

  static func speed(_ rate: Double) -> String {
    if rate < 1 { return "\(rounded(1 / rate)) s/it" }
    for (scale, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where rate >= scale { return "\(rounded(rate / scale))\(letter) it/s" }
    return "\(rounded(rate)) it/s"
  }
  /// `0:02`, `12:00`, `3:07:30`, `5 d 02:10`.
  static func duration(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "∞" }
    let all = Int(seconds.rounded())
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    let (days, hours, minutes) = (all / 86400, all / 3600 % 24, all / 60 % 60)
    if days > 0 { return "\(days) d \(two(hours)):\(two(minutes))" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(all % 60))" : "\(minutes):\(two(all % 60))"
  }
  /// Three digits.
  static func rounded(_ x: Double) -> String {
    guard x.isFinite, x != 0 else { return "\(x)" }
    let exponent = Int(log10(abs(x)).rounded(.down))
    guard (-4...5).contains(exponent) else {
      let scaled = (x / pow(10, Double(exponent)) * 100).rounded() / 100
      return "\(scaled)e\(exponent)"
    }
    let places = pow(10.0, Double(max(0, 2 - exponent)))
    let text = "\((x * places).rounded() / places)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static var columns: Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
  /// As much of the text as fits.
  static func cut(_ text: String, to columns: Int) -> String {
    var width = 0
    var end = text.startIndex
    for index in text.indices {
      let next = width + DisplayWidth.columns(of: text[index])
      if next > columns { return columns < 1 ? "" : String(text[..<end]) + "…" }
      // Room is left for the sign that something is missing.
      if next <= columns - 1 { end = text.index(after: index) }
      width = next
    }
    return text
  }
}

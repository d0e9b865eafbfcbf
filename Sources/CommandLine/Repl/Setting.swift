import Diagnostics
import Elaboration
import Session

#if canImport(Glibc)
  import Glibc
#endif

/// A setting of the session, declared here once: shown and changed by `:set`.
struct Setting {
  let name: String
  let meaning: String
  /// What it may be.
  let values: String
  let get: (Conversation) -> String
  /// Changes it; false where the value does not fit.
  let change: (Conversation, String) -> Bool

  static let all = [
    Setting(name: "seed", meaning: "the seed of all draws", values: "a whole number", get: { "\($0.session.context.seed)" }) { conversation, text in
      guard let seed = UInt64(text) else { return false }
      conversation.session.context.reseed(seed)
      return true
    },
    Setting(name: "precision", meaning: "of all Reals", values: "f32, f64", get: { $0.session.context.precision == .f32 ? "f32" : "f64" }) { conversation, text in
      guard ["f32", "f64"].contains(text) else { return false }
      conversation.setPrecision(text)
      return true
    },
    Setting(name: "threads", meaning: "that large work is split among", values: "\(RunOptions.threadRange.lowerBound) … \(RunOptions.threadRange.upperBound)", get: { "\($0.session.options.threads)" }) { conversation, text in
      guard let threads = Int(text), RunOptions.threadRange.contains(threads) else { return false }
      conversation.session.options.threads = threads
      return true
    },
    Setting(
      name: "max-memory", meaning: "megabytes beyond which no statement is begun", values: "a whole number, none",
      get: { $0.session.options.limits.bytes.map { "\($0 >> 20)" } ?? "none" }
    ) { conversation, text in
      let megabytes = Int(text)
      guard text == "none" || megabytes.map({ (1...1 << 40).contains($0) }) == true else { return false }
      conversation.session.options.limits.bytes = megabytes.map { $0 << 20 }
      conversation.session.options.limits.used = Watchdog.residentBytes
      return true
    },
    Setting(
      name: "max-time", meaning: "seconds that one entry may take", values: "a positive number, none",
      get: { $0.session.options.limits.seconds.map(number) ?? "none" }
    ) { conversation, text in
      let seconds = Double(text)
      guard text == "none" || seconds.map({ $0 > 0 && $0 < 1e9 }) == true else { return false }
      conversation.session.options.limits.seconds = seconds
      return true
    },
    Setting(name: "patience", meaning: "seconds that :prove and :bound may search", values: "a positive number", get: { number($0.patience) }) { conversation, text in
      guard let seconds = Double(text), seconds > 0, seconds.isFinite else { return false }
      conversation.patience = seconds
      return true
    },
    Setting(name: "trace-nan", meaning: "stop at the first operation that makes a NaN", values: "on, off", get: { onOff($0.session.options.tracesNaN) }) { conversation, text in
      guard ["on", "off"].contains(text) else { return false }
      conversation.session.options.tracesNaN = text == "on"
      return true
    },
    Setting(
      name: "colour", meaning: "of diagnostics and pictures, where the terminal has colours", values: "on, off", get: { _ in onOff(getenv("NO_COLOR") == nil) }
    ) { conversation, text in
      guard ["on", "off"].contains(text) else { return false }
      if text == "on" { unsetenv("NO_COLOR") } else { setenv("NO_COLOR", "1", 1) }
      conversation.session.options.pictures.colours = RunOptions.pictureColours
      return true
    },
  ]

  private static func onOff(_ value: Bool) -> String { value ? "on" : "off" }
  private static func number(_ x: Double) -> String { x == x.rounded() && abs(x) < 1e15 ? "\(Int(x))" : "\(x)" }
}

extension Conversation {
  /// `:set`, `:set name`, `:set name value`; also `name = value`.
  func set(_ text: String) {
    let words = text.split(whereSeparator: { $0 == " " || $0 == "=" }).map(String.init)
    guard let name = words.first else { return print(table) }
    if words.count > 2 { return refuse("a setting has one value: `:set \(name) \(words[1])`") }
    set(name, words.count > 1 ? words[1] : "")
  }

  /// Shows a setting, or changes it where a value is given.
  func set(_ name: String, _ value: String) {
    guard let setting = Setting.all.first(where: { $0.name == name }) else {
      return refuse("there is no setting `\(name)`" + orNearest(name, in: Setting.all.map(\.name), else: ":set lists them"))
    }
    if value.isEmpty { return print("\(setting.name) is \(setting.get(self)): \(setting.meaning) (\(setting.values))") }
    if !setting.change(self, value) { refuse("`\(setting.name)` is one of: \(setting.values); and this is `\(value)`") }
  }

  private var table: String {
    let rows = Setting.all.map { ($0.name, $0.get(self), "\($0.meaning) (\($0.values))") }
    let (names, values) = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
    func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: width - text.count) }
    return rows.map { "  " + padded($0.0, names) + "  " + padded($0.1, values) + "  " + $0.2 }.joined(separator: "\n")
  }
}

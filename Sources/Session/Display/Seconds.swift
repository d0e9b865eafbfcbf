/// Times as they are told.
public enum Seconds {
  /// A time with three digits and the unit that suits it: `12.3 ms`.
  public static func text(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "∞ s" }
    if seconds >= 120 {
      let minutes = (seconds / 60).rounded(.down)
      return minutes < 1e6 ? "\(Int(minutes)) min \(Int(seconds - minutes * 60)) s" : "\(minutes) min"
    }
    let units: [(name: String, size: Double)] = [("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)]
    let unit = units.first { seconds >= $0.size } ?? units[units.count - 1]
    let value = seconds / unit.size
    let digits = value >= 100 ? 1.0 : value >= 10 ? 10 : 100
    let rounded = (value * digits).rounded() / digits
    return "\(rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") \(unit.name)"
  }
}

/// A colour of the screen, 0 … 255 each.
public struct Colour: Equatable {
  public var red: Int
  public var green: Int
  public var blue: Int
  init(_ hex: Int) { (red, green, blue) = (hex >> 16 & 255, hex >> 8 & 255, hex & 255) }
  init(red: Int, green: Int, blue: Int) { (self.red, self.green, self.blue) = (red, green, blue) }

  /// As `#rrggbb`.
  var hex: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
  func mixed(with other: Colour, _ part: Double) -> Colour {
    func mix(_ a: Int, _ b: Int) -> Int { Int((Double(a) + (Double(b) - Double(a)) * part).rounded()) }
    return Colour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
  /// Black or white, whichever is read more easily on it.
  var contrast: Colour { 299 * red + 587 * green + 114 * blue > 140_000 ? Colour(0x000000) : Colour(0xFFFFFF) }
}

enum Palette {
  /// Okabe and Ito's colours, which the colour-blind tell apart; without their yellow, which is too pale for lines on white.
  static let series = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000].map { Colour($0) }
  /// Of viridis, from matplotlib (CC0): its lightness rises evenly.
  static let viridis = [0x440154, 0x472C7A, 0x3B518B, 0x2C718E, 0x21908D, 0x27AD81, 0x5CC863, 0xAADC32, 0xFDE725].map { Colour($0) }
  /// ColorBrewer's RdBu, blue for what is below the middle.
  static let diverging = [0x2166AC, 0x92C5DE, 0xF7F7F7, 0xF4A582, 0xB2182B].map { Colour($0) }

  static func series(_ k: Int) -> Colour { series[((k % series.count) + series.count) % series.count] }
  /// Tints for areas behind lines and points; stronger ones where a terminal has few colours.
  static func area(_ k: Int, strong: Bool = false) -> Colour { series(k).mixed(with: Colour(0xFFFFFF), strong ? 0.25 : 0.62) }

  /// The colour of a part 0 … 1 of a scale.
  static func colour(_ part: Double, _ stops: [Colour]) -> Colour {
    let place = min(max(part, 0), 1) * Double(stops.count - 1)
    let k = min(max(0, Dots.whole(place - 0.5)), stops.count - 2)
    return stops[k].mixed(with: stops[k + 1], place - Double(k))
  }
}

/// How the values of a heat map become colours.
struct ColourScale {
  var limits: ClosedRange<Double>
  var stops: [Colour]

  init(_ grid: Grid, diverging: Bool) {
    let range = grid.range ?? 0...1
    let reach = max(abs(range.lowerBound), abs(range.upperBound))
    limits = diverging ? -reach...reach : range
    if limits.lowerBound == limits.upperBound { limits = limits.lowerBound - 0.5...limits.upperBound + 0.5 }
    stops = diverging ? Palette.diverging : Palette.viridis
  }
  /// 0 … 1.
  func part(_ value: Double) -> Double {
    let half = limits.upperBound / 2 - limits.lowerBound / 2
    return half > 0 ? (value / 2 - limits.lowerBound / 2) / half : 0.5
  }
  func colour(_ value: Double) -> Colour { Palette.colour(part(value), stops) }
  var ticks: [Tick] { Tick.linear(limits, 6) }
}

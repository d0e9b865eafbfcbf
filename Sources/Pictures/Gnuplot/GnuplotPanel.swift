/// The commands for one panel.
struct GnuplotPanel {
  private(set) var lines: [String] = []
  let panel: Panel
  private let number: Int
  let width: Int
  let height: Int
  private var blocks = 0
  /// The plot elements, behind one another.
  var areas: [String] = []
  var strokes: [String] = []

  /// `panel` is prepared: its axes have limits.
  init(_ panel: Panel, number: Int, width: Int, height: Int) {
    (self.panel, self.number, self.width, self.height) = (panel, number, width, height)
  }

  mutating func draw() {
    let z = panel.isSpatial
    if let title = panel.title {
      add("set title \(GnuplotText.quoted(wrapped(title, width, lines: 3))) textcolor rgb '#222222'")
    } else {
      add("unset title")
    }
    axis("x", panel.x, ticks: max(2, width / 90))
    axis("y", panel.y, ticks: max(2, height / 55))
    add(panel.isEqual ? "set size ratio -1" : "set size noratio")
    add("unset label; unset colorbox; unset logscale; set key \(z ? "outside top" : "bmargin") center horizontal")
    add("set grid \(panel.x.names == nil ? "x" : "nox")tics ytics")
    if panel.x.isLogarithmic { add("set logscale x") }
    if panel.y.isLogarithmic { add("set logscale y") }
    if z {
      add("set border 31", "set view 35,20", "set ticslevel 0", "set pm3d scansautomatic border linecolor rgb '#404040' linewidth 0.2")
      add("set pm3d lighting primary 0.35 specular 0.15")
      axis("z", panel.z, ticks: 5)
    } else {
      add("set border 3")
    }
    for (mark, series) in zip(panel.marks, panel.series) { draw(mark, series) }
    if panel.isBare { add("unset colorbox; unset xtics; unset ytics; unset border") }
    // Axes without anything between them: a contour of equal values has no line.
    if areas.isEmpty, strokes.isEmpty { areas = ["NaN"] }
    add((z ? "splot " : "plot ") + (areas + strokes).joined(separator: ", \\\n  "))
  }

  mutating func add(_ commands: String...) { lines += commands }

  private mutating func axis(_ name: String, _ axis: Axis, ticks count: Int) {
    if let label = axis.label {
      var text = GnuplotText.quoted(wrapped(label, name == "x" ? width : height, lines: name == "x" ? 2 : 1))
      // Gnuplot would let the key touch the label.
      if name == "x", hasKey { text = "(\(text).\"\\n\")" }
      add("set \(name)label \(text) textcolor rgb '#333333'\(name == "z" ? " rotate" : name == "x" && !panel.isSpatial ? " offset 0,0.4" : "")")
    } else {
      add("unset \(name)label")
    }
    guard let limits = axis.limits else { return }
    let (low, high) = (GnuplotText.number(limits.lowerBound), GnuplotText.number(limits.upperBound))
    add("set \(name)range [\(axis.runsDown ? high : low):\(axis.runsDown ? low : high)]")
    let ticks = axis.ticks(count)
    let places = ticks.map { "\(GnuplotText.tick($0.label)) \(GnuplotText.number($0.value))" }
    let letters = ticks.reduce(0) { $0 + TextBlock.width($1.label) + 2 }
    // Names that do not fit beside each other are turned.
    let turn = axis.names != nil && letters * GnuplotPanel.letter > width - 80 ? "rotate by -30 left" : "norotate autojustify"
    add(places.isEmpty ? "unset \(name)tics" : "set \(name)tics \(turn) (\(places.joined(separator: ", ")))")
  }

  /// The width of a letter, about.
  private static let letter = 7
  /// Text in at most so many lines that fit a length; what is longer is cut.
  func wrapped(_ text: String, _ length: Int, lines: Int) -> String { TextBlock.wrapped(text, max(8, (length - 60) / GnuplotPanel.letter), lines: lines) }

  private var hasKey: Bool {
    panel.marks.contains { mark in
      if case .regions = mark.form { return true }
      return mark.label != nil && mark.grid == nil
    }
  }

  /// A block of data; a row with a NaN becomes an empty line, where lines break. Gives its name.
  mutating func block(_ columns: [[Double]], breaks: Bool = true) -> String {
    let name = "$d\(number)x\(blocks)"
    blocks += 1
    var text = "\(name) << EOD\n"
    for k in 0..<(columns.first?.count ?? 0) {
      if columns.contains(where: { $0[k].isNaN }) { if breaks { text += "\n" } } else {
        text += columns.map { GnuplotText.number($0[k]) }.joined(separator: " ") + "\n"
      }
    }
    lines.append(text + "EOD")
    return name
  }
}

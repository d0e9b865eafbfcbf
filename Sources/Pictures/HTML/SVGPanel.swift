/// One panel as SVG: title, key, axes, and the marks between them; and as data for the page's script.
struct SVGPanel {
  let panel: Panel
  let number: Int
  /// The whole, and the part of it between the axes.
  let width: Double
  let height: Double
  let area: (x: Double, y: Double, width: Double, height: Double)
  private let keyLines: [[KeyEntry]]
  private let titleLines: [String]

  /// What the key says of one mark or region, with its place in a line.
  struct KeyEntry {
    var sample: String
    var label: String
    /// Which mark it hides.
    var mark: Int?
    var width: Double { 34 + SVGPanel.width(label) }
  }

  static let letter = 6.8
  static func width(_ text: String) -> Double { Double(TextBlock.width(text)) * letter }

  /// `panel` is prepared: its axes have limits.
  init(_ panel: Panel, number: Int, width: Int, height: Int) {
    (self.panel, self.number, self.width, self.height) = (panel, number, Double(width), Double(height))
    func wrapped(_ text: String, _ length: Int) -> [String] {
      TextBlock.wrapped(text, max(8, Int(Double(length - 20) / SVGPanel.letter)), lines: 2).split(separator: "\n").map(String.init)
    }
    titleLines = panel.title.map { wrapped($0, width) } ?? []
    var lines: [[KeyEntry]] = []
    for entry in SVGPanel.entries(panel) {
      if let last = lines.last, last.reduce(entry.width, { $0 + $1.width }) <= Double(width) { lines[lines.count - 1].append(entry) } else { lines.append([entry]) }
    }
    keyLines = lines
    let top = 12 + 20 * Double(titleLines.count) + 20 * Double(lines.count)
    let hasScale = panel.marks.contains { $0.heat != nil } && !panel.isBare
    let right = hasScale ? (panel.z.label == nil ? 76.0 : 94) : 16
    let ticks = panel.isBare ? [] : panel.y.ticks(max(2, height / 55))
    let left = panel.isBare ? 10 : 18 + (ticks.map { SVGPanel.width($0.label) }.max() ?? 0) + (panel.y.label == nil ? 0 : 20)
    let bottom = panel.isBare ? 10.0 : panel.x.label == nil ? 30 : 48
    var box = (x: left, y: top, width: max(20, Double(width) - left - right), height: max(20, Double(height) - top - bottom))
    if panel.isEqual, !panel.isSpatial, let x = panel.x.limits, let y = panel.y.limits {
      let scale = min(box.width / (x.upperBound - x.lowerBound), box.height / (y.upperBound - y.lowerBound))
      let (w, h) = ((x.upperBound - x.lowerBound) * scale, (y.upperBound - y.lowerBound) * scale)
      if w.isFinite, h.isFinite { box = (box.x + (box.width - w) / 2, box.y + (box.height - h) / 2, w, h) }
    }
    area = box
  }

  func x(_ value: Double) -> Double { area.x + panel.x.part(value) * area.width }
  func y(_ value: Double) -> Double { area.y + (1 - panel.y.part(value)) * area.height }

  var svg: String {
    let (w, h) = (Markup.place(width), Markup.place(height))
    let inside = panel.isSpatial ? surface : "\(axes)\n<g clip-path=\"url(#clip\(number))\">\(marks)</g>\(scale)"
    return """
      <svg data-panel="\(number)" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)">
      <clipPath id="clip\(number)"><rect \(SVGPanel.box(area.x, area.y, area.width, area.height))/></clipPath>
      \(heading)\(key)\(inside)
      </svg>
      """
  }

  static func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
    "x=\"\(Markup.place(x))\" y=\"\(Markup.place(y))\" width=\"\(Markup.place(width))\" height=\"\(Markup.place(height))\""
  }
  static func text(_ text: String, _ x: Double, _ y: Double, _ attributes: String = "") -> String {
    "<text x=\"\(Markup.place(x))\" y=\"\(Markup.place(y))\" \(attributes)>\(Markup.escaped(text))</text>"
  }

  private var heading: String {
    titleLines.enumerated().map { SVGPanel.text($0.element, width / 2, 20 + 20 * Double($0.offset), "class=\"title\"") }.joined()
  }

  private var key: String {
    var result = ""
    for (row, line) in keyLines.enumerated() {
      var at = max(4, (width - line.reduce(0) { $0 + $1.width }) / 2)
      let y = 22 + 20 * Double(titleLines.count + row)
      for entry in line {
        let toggles = entry.mark.map { " class=\"key\" data-mark=\"\($0)\" tabindex=\"0\" role=\"button\" aria-pressed=\"true\"" } ?? ""
        result += "<g\(toggles) transform=\"translate(\(Markup.place(at)),\(Markup.place(y)))\">\(entry.sample)\(SVGPanel.text(entry.label, 24, 0))</g>"
        at += entry.width
      }
    }
    return result
  }

  private var axes: String {
    if panel.isBare { return "" }
    var result = ""
    let (left, right, top, bottom) = (area.x, area.x + area.width, area.y, area.y + area.height)
    func line(_ a: (Double, Double), _ b: (Double, Double), _ kind: String) -> String {
      "<path class=\"\(kind)\" d=\"M\(Markup.place(a.0)) \(Markup.place(a.1))L\(Markup.place(b.0)) \(Markup.place(b.1))\"/>"
    }
    var free = -Double.infinity
    for tick in panel.x.ticks(max(2, Int(area.width / 80))) {
      let at = x(tick.value)
      if panel.x.names == nil { result += line((at, top), (at, bottom), "grid") }
      result += line((at, bottom), (at, bottom + 4), "axis")
      // Names that would run into each other are left out, and told by the pointer.
      let label = panel.x.names == nil ? tick.label : TextBlock.shortened(tick.label, 16)
      let half = SVGPanel.width(label) / 2
      if at - half < free { continue }
      free = at + half + 4
      result += SVGPanel.text(label, at, bottom + 18, "class=\"tick\"")
    }
    for tick in panel.y.ticks(max(2, Int(area.height / 50))) {
      let at = y(tick.value)
      result += line((left, at), (right, at), "grid") + line((left - 4, at), (left, at), "axis")
      result += SVGPanel.text(tick.label, left - 8, at + 4, "class=\"side\"")
    }
    result += line((left, top), (left, bottom), "axis") + line((left, bottom), (right, bottom), "axis")
    if let label = panel.x.label { result += SVGPanel.text(fitting(label, area.width), (left + right) / 2, bottom + 38, "class=\"label\"") }
    if let label = panel.y.label {
      let place = "transform=\"translate(14,\(Markup.place((top + bottom) / 2))) rotate(-90)\""
      result += SVGPanel.text(fitting(label, height), 0, 0, "class=\"label\" \(place)")
    }
    return result
  }

  func fitting(_ label: String, _ length: Double) -> String {
    TextBlock.shortened(TextBlock.lines(label).joined(separator: " "), max(4, Int(length / SVGPanel.letter)))
  }
}

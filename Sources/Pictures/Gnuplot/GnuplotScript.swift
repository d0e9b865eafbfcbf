/// A gnuplot script for a picture: the house style, the data as blocks, and the commands that draw them.
public struct GnuplotScript {
  public enum Format: String, CaseIterable, Sendable { case svg, png, pdf }

  public let text: String
  public let leftOut: Int

  public init(_ picture: Picture, _ format: Format) throws {
    let (rows, columns) = picture.layout
    let size = picture.size ?? picture.usualSize
    let (width, height) = (size.width, size.height)
    var lines = [GnuplotScript.terminal(format, width, height), GnuplotScript.style]
    var missing = 0
    if picture.panels.count > 1 {
      let title = picture.title.map { " title \(GnuplotText.quoted(TextBlock.wrapped($0, max(8, width / 10), lines: 2))) font ',15'" } ?? ""
      lines.append("set multiplot layout \(rows),\(columns)\(title)")
    }
    for (k, panel) in picture.panels.enumerated() {
      var (prepared, leftOut) = try panel.prepared()
      missing += leftOut
      if picture.panels.count == 1, prepared.title == nil { prepared.title = picture.title }
      var drawing = GnuplotPanel(prepared, number: k, width: width / columns, height: height / rows)
      drawing.draw()
      lines += drawing.lines
    }
    if picture.panels.count > 1 { lines.append("unset multiplot") }
    (text, leftOut) = (lines.joined(separator: "\n") + "\n", missing)
  }

  private static func terminal(_ format: Format, _ width: Int, _ height: Int) -> String {
    let fonts = "DejaVu Sans"
    switch format {
    case .svg: return "set terminal svg size \(width),\(height) font '\(fonts),12' noenhanced background '#ffffff'"
    case .png: return "set terminal pngcairo size \(2 * width),\(2 * height) font '\(fonts),11' fontscale 2 noenhanced linewidth 2 pointscale 2 background '#ffffff'"
    case .pdf: return "set terminal pdfcairo size \(Double(width) / 96)in,\(Double(height) / 96)in font '\(fonts),9' noenhanced background '#ffffff'"
    }
  }

  private static let style = """
    set encoding utf8
    set border 3 linewidth 0.8 linecolor rgb '#444444'
    set tics nomirror out scale 0.5 textcolor rgb '#333333'
    set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb '#dcdcdc'
    set key noautotitle outside bottom center horizontal noopaque reverse Left samplen 2 spacing 1.2 textcolor rgb '#333333'
    set style fill solid 1.0 noborder
    set style textbox opaque noborder margins 0.5,0.5 fillcolor rgb '#ffffff'
    """
}

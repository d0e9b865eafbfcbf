import Diagnostics
import Elaboration
import Interchange
import Pictures
import Runtime

/// Where pictures go that name no file.
public struct PictureOptions {
  /// They become `plot-1.svg`, `plot-2.svg`, … in this folder, if there is one, which is made; else characters of the output.
  public var folder: String?
  /// What their names begin with.
  public var prefix = "plot"
  /// The size of the terminal, and the colours that it shows.
  public var columns = 76
  public var rows = 22
  public var colours = TerminalRenderer.Colours.none
  public init() {}
}

extension Session {
  /// Draws what a `plot` describes.
  func draw(_ content: Content, to path: String?, at origin: SourceSpan) throws {
    do {
      let picture = try PictureReader.picture(content)
      let leftOut: Int
      if let path {
        leftOut = try write(picture, to: path)
      } else if let folder = options.pictures.folder {
        pictureCount += 1
        try files.makeFolder(folder)
        leftOut = try write(picture, to: "\(folder)/\(options.pictures.prefix)-\(pictureCount).svg")
      } else {
        let terminal = options.pictures
        let drawn = try TerminalRenderer(columns: terminal.columns, rows: terminal.rows, colours: terminal.colours).render(picture)
        options.output(drawn.text)
        leftOut = drawn.leftOut
      }
      if leftOut > 0 {
        let what = leftOut == 1 ? "1 point is" : "\(leftOut) points are"
        options.warn(
          Diagnostic(
            .pointsLeftOut, "\(what) left out of this picture: no finite number, or not positive on a logarithmic axis", at: origin, severity: .warning))
      }
    } catch let error as PictureError {
      let kind: RuntimeFailure.Kind
      switch error.kind {
      case .nothingToDraw: kind = .nothingToDraw
      case .doesNotFit: kind = .pictureDoesNotFit
      case .noGnuplot: kind = .noGnuplot
      case .gnuplotFailed: kind = .gnuplotFailed
      }
      throw RuntimeFailure(kind, error.message, notes: error.hint.map { [$0] } ?? [])
    }
  }

  /// Writes a picture as the ending of its path says; gives how many points it leaves out.
  private func write(_ picture: Picture, to path: String) throws -> Int {
    let ending = path.split(separator: ".").last.map(String.init) ?? ""
    if ending == "html" {
      let page = try HTMLPage(picture)
      try files.write(bytes: Array(page.text.utf8), to: path)
      return page.leftOut
    }
    guard let format = GnuplotScript.Format(rawValue: ending) else {
      let drawn = try TerminalRenderer(columns: picture.size == nil ? 76 : 400, rows: 22).render(picture)
      try files.write(bytes: Array((drawn.text + "\n").utf8), to: path)
      return drawn.leftOut
    }
    let script = try GnuplotScript(picture, format)
    try files.write(bytes: try GnuplotProcess.run(script), to: path)
    return script.leftOut
  }
}

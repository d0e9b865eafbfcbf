/// A picture as a page that needs nothing else: drawn as SVG, with a script that shows the values under the pointer, hides and shows what
/// the key names, and turns surfaces.
public struct HTMLPage {
  public let text: String
  /// How many points have no place in it.
  public let leftOut: Int

  public init(_ picture: Picture) throws {
    let (rows, columns) = picture.layout
    let size = picture.size ?? picture.usualSize
    var (drawings, data): ([String], [String]) = ([], [])
    var leftOut = 0
    let isOne = picture.panels.count == 1
    for (k, panel) in picture.panels.enumerated() {
      var (prepared, missing) = try panel.prepared()
      leftOut += missing
      if isOne, prepared.title == nil { prepared.title = picture.title }
      let drawing = SVGPanel(prepared, number: k, width: size.width / columns, height: size.height / rows)
      drawings.append(drawing.svg)
      data.append(drawing.data)
    }
    self.leftOut = leftOut
    let title = Markup.escaped(picture.title ?? picture.panels.lazy.compactMap(\.title).first ?? "Picture")
    // The policy lets a browser load nothing from anywhere.
    text = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width">
      <title>\(title)</title>
      <style>
      \(PageParts.style)
      .panels { grid-template-columns: repeat(\(columns), max-content); }
      </style>
      </head>
      <body>
      \(isOne || picture.title == nil ? "" : "<h1>\(title)</h1>")
      <div class="panels">
      \(drawings.joined(separator: "\n"))
      </div>
      <div id="tip" hidden></div>
      <script type="application/json" id="data">[\(data.joined(separator: ",\n"))]</script>
      <script>
      \(PageParts.script)
      </script>
      </body>
      </html>

      """
  }
}

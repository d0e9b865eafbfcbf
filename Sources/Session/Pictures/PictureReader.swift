import Pictures
import Runtime
import Tensors

/// The picture that the content of a `plot` describes.
struct PictureReader {
  static func picture(_ content: Content) throws -> Picture {
    let panels = try content["panels"].items.map { try panel($0) }
    let size = content["size"].items.compactMap { Optional($0).text.flatMap { Int($0) } }
    return Picture(
      title: content["title"].text, panels: panels, columns: content["columns"].text.flatMap { Int($0) } ?? 1,
      size: size.count == 2 ? PictureSize(width: size[0], height: size[1]) : nil)
  }

  private static func panel(_ content: Content) throws -> Panel {
    let made = content["marks"].items
    var panel = Panel(title: content["title"].text, marks: made.compactMap(mark))
    panel.x.label = content["x"].text
    panel.y.label = content["y"].text
    panel.z.label = content["z"].text ?? made.lazy.compactMap { $0["z_name"].text }.first
    name(&panel, made)
    let scale = content["scale"].text ?? "linear"
    panel.x.isLogarithmic = ["logx", "loglog"].contains(scale)
    panel.y.isLogarithmic = ["log", "loglog"].contains(scale)
    panel.x.limits = try limits(content["x_range"], "x_range", panel.x.isLogarithmic)
    panel.y.limits = try limits(content["y_range"], "y_range", panel.y.isLogarithmic)
    let isImage = made.contains { $0["mark"].text == "image" }
    panel.isEqual = content["equal"].numbers.map { $0 == [1] } ?? (isImage || made.contains { $0["equal"].numbers == [1] })
    panel.y.runsDown = isImage
    panel.y.isCount = isImage
    // Places that no one gave are counted.
    panel.x.isCount = made.allSatisfy { mark in mark["x"].numbers == nil && mark["from"].numbers == nil }
    panel.isBare = content["bare"].numbers == [1]
    panel.x.names = made.lazy.compactMap { $0["names"] }.first { !Optional($0).items.isEmpty }.map { Optional($0).items.compactMap { Optional($0).text } }
    if made.contains(where: { $0["mark"].text == "regions" }) { panel.x.names = nil }
    return panel
  }

  private static func limits(_ content: Content?, _ name: String, _ isLogarithmic: Bool) throws -> ClosedRange<Double>? {
    guard let content else { return nil }
    let ends = Optional(content).items.compactMap { Optional($0).numbers?.first }
    guard ends.count == 2, ends.allSatisfy({ $0.isFinite && abs($0) < 1e307 }), ends[0] < ends[1], !isLogarithmic || ends[0] > 0 else {
      throw PictureError(
        .doesNotFit, "`\(name)` goes from a smaller finite number to a greater one\(isLogarithmic ? ", both positive on a logarithmic axis" : "")")
    }
    return ends[0]...ends[1]
  }

  /// Labels that the script did not give: the names of the arguments. Where marks have different names for y, those are in the key.
  private static func name(_ panel: inout Panel, _ made: [Content]) {
    func names(_ field: String) -> [String] {
      made.compactMap { $0[field].text }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    if panel.x.label == nil, let only = names("x_name").first, names("x_name").count == 1 { panel.x.label = only }
    let ys = names("y_name")
    if ys.count == 1 {
      if panel.y.label == nil { panel.y.label = ys[0] }
    } else {
      for (k, mark) in made.enumerated() where panel.marks[k].label == nil && panel.marks[k].isSeries { panel.marks[k].label = mark["y_name"].text }
    }
  }

  private static func mark(_ content: Content) -> Mark? {
    func numbers(_ name: String) -> [Double] { content[name].numbers ?? [] }
    let y = numbers("y")
    let count = max(y.count, numbers("lo").count)
    let x = content["x"].numbers ?? (0..<count).map(Double.init)
    func grid() -> Grid {
      let shape = content["z"].shape
      let (rows, columns) = (shape.first ?? 0, shape.last ?? 0)
      return Grid(x: content["x"].numbers ?? (0..<rows).map(Double.init), y: content["y"].numbers ?? (0..<columns).map(Double.init), z: numbers("z"))
    }
    let form: Mark.Form
    switch content["mark"].text {
    case "line": form = .line(x: x, y: y)
    case "scatter": form = .points(x: x, y: y)
    case "stems": form = .stems(x: x, y: y)
    case "band": form = .band(x: x, lo: numbers("lo"), hi: numbers("hi"))
    case "bars": form = .bars(from: numbers("from"), to: numbers("to"), height: numbers("height"))
    case "arrows": form = .arrows(x: x, y: y, u: numbers("u"), v: numbers("v"), scale: content["scale"].numbers?.first)
    case "heatmap": form = .heat(grid(), diverging: content["diverging"].numbers == [1])
    case "image":
      // Rows run down and columns across.
      let shape = content["z"].shape
      let (rows, columns, z) = (shape.first ?? 0, shape.last ?? 0, numbers("z"))
      let turned = (0..<columns).flatMap { j in (0..<rows).map { i in z[i * columns + j] } }
      form = .heat(Grid(x: (0..<columns).map(Double.init), y: (0..<rows).map(Double.init), z: turned), diverging: content["diverging"].numbers == [1])
    case "regions": form = .regions(grid(), names: content["names"].items.compactMap { Optional($0).text })
    case "contour": form = .contour(grid(), levels: content["levels"].numbers?.filter(\.isFinite))
    case "surface": form = .surface(grid())
    case "path": form = .path(x: x, y: y, z: numbers("z"))
    default: return nil
    }
    return Mark(form, label: content["label"].text)
  }
}

extension Optional where Wrapped == Content {
  var text: String? { if case .text(let text) = self { text } else { nil } }
  var items: [Content] { if case .list(let items) = self { items } else { [] } }
  var shape: [Int] { if case .tensor(let tensor) = self { tensor.shape } else { [] } }
  var numbers: [Double]? { if case .tensor(let tensor) = self { (0..<tensor.count).map { tensor.double($0) } } else { nil } }
}

/// What is to be seen, apart from how it is drawn: panels of marks. Renderers draw it on a terminal and in files.
public struct Picture: Equatable {
  public var title: String?
  public var panels: [Panel]
  /// How many panels stand side by side.
  public var columns: Int
  /// The size of the whole; nil: what suits the panels.
  public var size: PictureSize?

  public init(title: String? = nil, panels: [Panel], columns: Int = 1, size: PictureSize? = nil) {
    (self.title, self.panels, self.columns, self.size) = (title, panels, columns, size)
  }

  /// The size of the whole where none was asked for: images among images are small, and what has equal units is about square.
  var usualSize: PictureSize {
    let (rows, columns) = layout
    let isOne = panels.count == 1
    let (width, height): (Int, Int)
    if panels.allSatisfy(\.isBare) {
      (width, height) = (150, 165)
    } else if panels.allSatisfy({ $0.isEqual && !$0.isSpatial }) {
      (width, height) = isOne ? (500, 460) : (320, 320)
    } else {
      (width, height) = isOne ? (640, 420) : (380, 300)
    }
    let limit = PictureSize.most
    return PictureSize(width: min(width * columns, limit), height: min(height * rows + (title != nil && !isOne ? 30 : 0), limit))
  }

  /// How the panels stand: at most `columns` side by side.
  var layout: (rows: Int, columns: Int) {
    let across = max(1, min(columns, panels.count))
    return ((panels.count + across - 1) / across, across)
  }
}

/// Width and height in pixels, of which 96 are an inch, as in SVG and CSS; a PNG has two dots to a pixel. A character of a terminal takes
/// 8 × 16 of them.
public struct PictureSize: Equatable {
  public var width: Int
  public var height: Int
  public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  /// The greatest length that is drawn.
  static let most = 4000
}

/// One pair of axes with what is drawn between them.
public struct Panel: Equatable {
  public var title: String?
  public var x = Axis()
  public var y = Axis()
  public var z = Axis()
  public var marks: [Mark]
  /// One unit is as long along x as along y.
  public var isEqual = false
  /// An image among images: without ticks and colour bar.
  public var isBare = false

  public init(title: String? = nil, marks: [Mark]) { (self.title, self.marks) = (title, marks) }
}

public struct Axis: Equatable {
  public var label: String?
  public var isLogarithmic = false
  /// Where the axis begins and ends; nil: where the data do.
  public var limits: ClosedRange<Double>?
  /// Names of the places 0, 1, 2, …, in place of numbers.
  public var names: [String]?
  /// The first value stands at the top.
  public var runsDown = false
  /// Its places are numbers of things: ticks are whole.
  public var isCount = false
  public init(label: String? = nil) { self.label = label }
}

/// Something drawn in a panel. A point with a coordinate that is no finite number is left out; a line has a gap there.
public struct Mark: Equatable {
  public enum Form: Equatable {
    case line(x: [Double], y: [Double])
    case points(x: [Double], y: [Double])
    case band(x: [Double], lo: [Double], hi: [Double])
    /// Boxes from 0 to `height` over from … to.
    case bars(from: [Double], to: [Double], height: [Double])
    /// Lines from 0 to each y.
    case stems(x: [Double], y: [Double])
    /// An arrow of (u, v) from each (x, y), `scale` times as long as they say (nil: so that neighbours do not cross).
    case arrows(x: [Double], y: [Double], u: [Double], v: [Double], scale: Double?)
    /// A colour for each value; a diverging map has its middle at 0.
    case heat(Grid, diverging: Bool)
    /// A colour for each whole number, which `names` explain.
    case regions(Grid, names: [String])
    /// Lines of equal height; without levels, at ticks.
    case contour(Grid, levels: [Double]?)
    case surface(Grid)
    /// A line in the space of a surface.
    case path(x: [Double], y: [Double], z: [Double])
  }
  public var form: Form
  public var label: String?
  public init(_ form: Form, label: String? = nil) { (self.form, self.label) = (form, label) }
}

/// Values over a rectangle: `z[i * y.count + j]` at (x[i], y[j]), x and y ascending.
public struct Grid: Equatable {
  public var x: [Double]
  public var y: [Double]
  public var z: [Double]
  public init(x: [Double], y: [Double], z: [Double]) { (self.x, self.y, self.z) = (x, y, z) }
  public subscript(_ i: Int, _ j: Int) -> Double { z[i * y.count + j] }
}

/// Why a picture cannot be drawn.
public struct PictureError: Error, Equatable {
  public enum Kind { case nothingToDraw, doesNotFit, noGnuplot, gnuplotFailed }
  public var kind: Kind
  public var message: String
  public var hint: String?
  public init(_ kind: Kind, _ message: String, hint: String? = nil) { (self.kind, self.message, self.hint) = (kind, message, hint) }
}

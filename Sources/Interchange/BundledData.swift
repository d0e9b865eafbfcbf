import Tensors

/// The data sets that come with the program, in `stdlib/data`; `LICENSES.md` there says where each is from.
public enum BundledData: String, CaseIterable, Sendable {
  case digits, iris, wine
  case breastCancer = "breast_cancer"
  case diabetes

  /// The samples, f64 of shape [n, d], and their classes, Int of shape [n] (for diabetes the target, f64).
  public func load(from directory: String) throws(FileError) -> (x: Tensor, y: Tensor) {
    let path = "\(directory)/\(rawValue).npz"
    let entries = try NPZ.read(path)
    guard let x = entries.first(where: { $0.name == "x" })?.values, let y = entries.first(where: { $0.name == "y" })?.values,
      x.rank == 2, y.rank == 1, x.shape[0] == y.shape[0], x.dtype == (self == .digits ? .int : .f64),
      y.dtype == (self == .diabetes ? .f64 : .int)
    else {
      throw FileError(
        "this does not hold the \(rawValue) data", path: path, hint: "the installation is damaged: install the program again")
    }
    return (self == .digits ? Self.pixels(x) : x, y)
  }

  /// The names of the features, and of the classes where `y` holds classes.
  public func names(from directory: String) throws(FileError) -> (features: [String], classes: [String]) {
    let path = "\(directory)/\(rawValue).txt"
    let lines = String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n")
    func list(_ key: String) -> [String]? {
      lines.first { $0.hasPrefix(key + ": ") }.map { $0.dropFirst(key.count + 2).split(separator: ",").map(String.init) }
    }
    guard let features = list("features"), let classes = list("classes") else {
      throw FileError("this does not name the features and classes of the \(rawValue) data", path: path)
    }
    return (features, classes)
  }

  /// Pixels are stored as integers 0 … 16; sixteenths are exact.
  private static func pixels(_ stored: Tensor) -> Tensor {
    let result = Tensor(uninitialized: .f64, stored.shape)
    let source = stored.pointer.assumingMemoryBound(to: Int.self)
    let target = result.pointer.assumingMemoryBound(to: Double.self)
    for index in 0..<stored.count { target[index] = Double(source[index]) / 16 }
    return result
  }
}

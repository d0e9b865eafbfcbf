import Elaboration
import Interchange
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Files of the machine, as scripts reach them.
final class SystemFiles: FileAccess {
  /// The script's folder: where relative paths start, and what it may reach.
  var folder: String
  private let data: String
  private let rules: FileGuard
  init(folder: String, data: String, rules: FileRules) {
    (self.folder, self.data) = (folder, data)
    self.rules = FileGuard(rules: rules)
  }

  /// A path as the script means it: relative ones start at its folder.
  private func resolve(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
  /// The file that a path means, if the script may read it, or write it.
  func forReading(_ path: String) throws(FileError) -> String { try rules.checked(resolve(path), as: path, in: folder, for: .read) }
  func forWriting(_ path: String) throws(FileError) -> String { try rules.checked(resolve(path), as: path, in: folder, for: .write) }

  func refusal(toWrite path: String) -> (message: String, hint: String?)? {
    do throws(FileError) { _ = try forWriting(path) } catch { return error.isRefusal ? explain(error) : nil }
    return nil
  }
  func isRefusal(_ error: Error) -> Bool { (error as? FileError)?.isRefusal == true }

  func bundled(_ name: String) throws -> (x: Tensor, y: Tensor) {
    guard let set = BundledData(rawValue: name) else { throw FileError("no data set is called `\(name)`", path: name) }
    return try set.load(from: data)
  }

  func tensors(_ path: String, format: String) throws -> [(name: String, tensor: Tensor)] {
    try told(as: path) { try read(try forReading(path), format) }
  }
  private func read(_ full: String, _ format: String) throws -> [(name: String, tensor: Tensor)] {
    switch format {
    case "csv": return try CSV.read(full).columns.map { ($0.name, $0.values) }
    case "npy": return [("", try NPY.read(full))]
    case "npz": return try NPZ.read(full).map { ($0.name, $0.values) }
    default: return [("", try IDX.read(full))]
    }
  }

  func write(_ tensors: [(name: String, tensor: Tensor)], to path: String) throws {
    try told(as: path) { try write(tensors, path, try forWriting(path)) }
  }
  private func write(_ tensors: [(name: String, tensor: Tensor)], _ path: String, _ full: String) throws {
    if path.hasSuffix(".npz") { return try NPZ.write(tensors.map { ($0.name.isEmpty ? "value" : $0.name, $0.tensor) }, to: full) }
    guard tensors.count == 1 || path.hasSuffix(".csv") else {
      throw FileError("several tensors are written to a `.npz` or `.csv` file", path: full)
    }
    if path.hasSuffix(".npy") { return try NPY.write(tensors[0].tensor, to: full) }
    if path.hasSuffix(".csv") {
      if tensors.count == 1, tensors[0].tensor.rank == 2 {
        return try CSV.write(tensors[0].tensor, names: (0..<tensors[0].tensor.shape[1]).map { "x\($0)" }, to: full)
      }
      let rows = tensors.first?.tensor.shape.first ?? 0
      guard tensors.allSatisfy({ $0.tensor.shape == [rows] }) else { throw FileError("the columns of a table have one length", path: full) }
      return try CSV.write(Table(columns: tensors.map { Table.Column($0.name.isEmpty ? "value" : $0.name, $0.tensor) }, rows: rows, path: full), to: full)
    }
    throw FileError("a file is written as `.npy`, `.npz` or `.csv`", path: full)
  }

  func write(bytes: [UInt8], to path: String) throws { try told(as: path) { try AtomicFile.write(bytes, to: try forWriting(path)) } }

  func makeFolder(_ path: String) throws { try told(as: path) { try Interchange.makeFolder(resolve(path)) } }

  /// Errors name the file as the script does.
  private func told<T>(as path: String, _ body: () throws -> T) throws -> T {
    do { return try body() } catch var error as FileError {
      error.path = path
      throw error
    }
  }

  func explain(_ error: Error) -> (message: String, hint: String?) {
    if var error = error as? FileError {
      let hint = error.hint
      error.hint = nil
      return (error.description, hint)
    }
    return ("\(error)", nil)
  }
}

/// Where the program's own files are: `stdlib` beside the program's folder or above it, or where PTB_HOME says.
public struct Home {
  public let stdlib: String
  public var data: String { stdlib + "/data" }
  /// The pages of the error index.
  public var errors: String { root + "/lang/errors" }
  private let root: String

  /// Whether a path names a file of the library.
  public func isLibrary(_ path: String) -> Bool {
    func real(_ path: String) -> String? {
      guard let text = realpath(path, nil) else { return nil }
      defer { free(text) }
      return String(cString: text)
    }
    guard let file = real(path), let folder = real(stdlib) else { return false }
    return file.hasPrefix(folder + "/")
  }

  /// Nil if there is no library to be found.
  public init?(executable: String? = nil) {
    var candidates: [String] = []
    if let home = getenv("PTB_HOME") { candidates.append(String(cString: home)) }
    if let program = executable ?? Home.executablePath {
      var folder = program
      while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
        folder = String(folder[..<slash])
        candidates += [folder, folder + "/share/perturb"]
      }
    }
    candidates.append(".")
    guard let found = candidates.first(where: { access($0 + "/stdlib/core.ptb", R_OK) == 0 }) else { return nil }
    root = found
    stdlib = found + "/stdlib"
  }
  private static var executablePath: String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}

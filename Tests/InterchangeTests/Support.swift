import Glibc
import Tensors
import Testing

@testable import Interchange

/// The root of the checkout, found from this file.
private let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
let bundled = root + "/stdlib/data"

func fixture(_ name: String) -> String { "\(root)/Tests/Fixtures/Interchange/\(name)" }

/// Every fixture, with the reader that its name asks for.
func fixtures() throws -> [(name: String, bytes: [UInt8])] {
  try entries(of: fixture("")).map { ($0, try readFile(fixture($0))) }
}

/// What is in a folder, sorted.
func entries(of folder: String) throws -> [String] {
  let directory = try #require(opendir(folder))
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Decodes bytes by the format that a fixture's name says; throws a FileError or returns.
func decode(_ bytes: [UInt8], as name: String) throws(FileError) {
  if name.hasSuffix(".npy") {
    _ = try NPY.decode(bytes, path: name)
  } else if name.hasSuffix(".npz") {
    _ = try NPZ.decode(bytes, path: name, limit: 1 << 24)
  } else if name.hasSuffix(".gz") {
    _ = try IDX.decode(try Gzip.inflate(bytes, path: name, limit: 1 << 24), path: name)
  } else if name.hasSuffix(".idx") {
    _ = try IDX.decode(bytes, path: name)
  } else {
    _ = try CSV.decode(bytes, path: name)
  }
}

/// The error that reading gives; nil where it succeeds.
func failure<Value>(_ body: () throws(FileError) -> Value) -> FileError? {
  do throws(FileError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

/// Runs `body` with a new folder that is removed afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/ptb-test-XXXXXX".utf8CString)
  let folder = String(cString: try #require(mkdtemp(&template)))
  defer {
    for name in (try? entries(of: folder)) ?? [] { unlink(folder + "/" + name) }
    rmdir(folder)
  }
  try body(folder)
}

extension Tensor {
  /// The elements as reals; the real parts of complex ones.
  var reals: [Double] {
    (0..<count).map { index in
      switch dtype {
      case .f32: Double(pointer.load(fromByteOffset: index * 4, as: Float.self))
      case .f64: pointer.load(fromByteOffset: index * 8, as: Double.self)
      case .bool: Double(pointer.load(fromByteOffset: index, as: UInt8.self))
      case .c64: Double(pointer.load(fromByteOffset: index * 8, as: Float.self))
      case .c128: pointer.load(fromByteOffset: index * 16, as: Double.self)
      default: Double(pointer.load(fromByteOffset: index * 8, as: Int.self))
      }
    }
  }
  var bytes: [UInt8] { Array(contents) }
}

/// SplitMix64, so that a failing mutation can be had again from its seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

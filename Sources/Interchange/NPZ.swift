import CZlib
import Tensors

/// NumPy's .npz files: a zip archive of named arrays.
public enum NPZ {
  public typealias Entry = (name: String, values: Tensor)

  /// The arrays of an archive, in its order. Names are labels only: none is ever used as a path. Members that are not .npy
  /// files are passed over. `limit` bounds what the whole archive may inflate to.
  public static func read(_ path: String, limit: Int = 4 << 30) throws(FileError) -> [Entry] {
    try decode(try readFile(path), path: path, limit: limit)
  }

  public static func decode(_ bytes: [UInt8], path: String, limit: Int = 4 << 30) throws(FileError) -> [Entry] {
    let archive = try ZipReader(bytes, path: path, limit: limit)
    var entries: [Entry] = []
    for (member, contents) in try archive.contents(where: { $0.name.hasSuffix(".npy") }) {
      let name = String(member.name.dropLast(4))
      do throws(FileError) {
        entries.append((name, try NPY.decode(contents, path: path)))
      } catch {
        throw error.inside("array '\(excerpt(name))'")
      }
    }
    return entries
  }

  /// Writes the arrays atomically, deflated unless told otherwise. The same arrays give the same bytes.
  public static func write(_ entries: [Entry], to path: String, compressed: Bool = true) throws(FileError) {
    try AtomicFile.write(to: path) { (sink) throws(FileError) in
      var writer = ZipWriter(sink: sink, path: path)
      for entry in entries {
        let header = try NPY.header(entry.values, path: path)
        try writer.add(entry.name + ".npy", header, entry.values.contents, compressed: compressed)
      }
      try writer.finish()
    }
  }
}

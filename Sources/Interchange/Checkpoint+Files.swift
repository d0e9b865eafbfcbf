import Glibc

extension Checkpoint {
  /// What lies at a path.
  public enum Found {
    case nothing
    case whole(Checkpoint)
    /// The file can be read and holds no whole checkpoint.
    case damaged(FileError)
  }
  public static func find(_ path: String) throws(FileError) -> Found {
    if access(path, F_OK) != 0, errno == ENOENT { return .nothing }
    let bytes = try readFile(path)
    do throws(FileError) { return .whole(try Checkpoint(bytes, path: path)) } catch { return .damaged(error) }
  }

  /// Gives the file at `path` the second name `previous`, in place of what had it.
  static func keep(_ path: String) throws(FileError) {
    let previous = previous(path)
    let temporary = "\(previous)-\(getpid())"
    unlink(temporary)
    if link(path, temporary) == 0 {
      if rename(temporary, previous) == 0 {
        // Where both are one file already, rename does nothing and leaves the name.
        unlink(temporary)
        return
      }
      unlink(temporary)
    }
    if errno == ENOENT { return }
    // A file system without links.
    try AtomicFile.write(try readFile(path), to: previous)
  }
}

import Glibc

/// Makes a folder, where there is none yet; the folder that it lies in must be there.
public func makeFolder(_ path: String) throws(FileError) {
  var status = stat()
  if mkdir(path, 0o777) == 0 || (stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR) { return }
  throw systemError("cannot make this folder", path: path)
}

/// Writes a file all at once: at every moment, also after a crash or on a full disk, the path holds the old contents or the
/// new, never a part. (A temporary file in the same folder, fsync, rename, fsync of the folder.)
public enum AtomicFile {
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write(to: path) { (sink) throws(FileError) in try sink.write(bytes) }
  }

  public static func write(to path: String, _ body: (FileSink) throws(FileError) -> Void) throws(FileError) {
    let target = try resolve(path)
    let folder = directory(of: target.path)
    let temporary = folder + "/.ptb-\(getpid())-\(UInt64.random(in: 0 ... .max)).tmp"
    let (descriptor, isNamed) = try create(temporary, in: folder, path: path)
    var isOpen = true
    do throws(FileError) {
      if let mode = target.mode { _ = fchmod(descriptor, mode) }
      try body(FileSink(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw systemError("cannot write this file", path: path) }
      if !isNamed {
        let unnamed = "/proc/self/fd/\(descriptor)"
        guard linkat(AT_FDCWD, unnamed, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0 else {
          throw systemError("cannot write this file", path: path)
        }
      }
      isOpen = false
      // Some file systems report a full disk only when the file is closed.
      guard close(descriptor) == 0 else { throw systemError("cannot write this file", path: path) }
      guard rename(temporary, target.path) == 0 else { throw systemError("cannot replace this file", path: path) }
    } catch {
      if isOpen { close(descriptor) }
      unlink(temporary)
      throw error
    }
    let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      // A file system without it says EINVAL; the file itself is whole either way.
      _ = fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }

  /// A new file open for writing: without a name where the file system has such files, so that a program that is killed leaves
  /// nothing behind, else named `temporary`.
  private static func create(
    _ temporary: String, in folder: String, path: String
  ) throws(FileError) -> (descriptor: Int32, isNamed: Bool) {
    let unnamed = open(folder, O_WRONLY | O_CLOEXEC | O_TMPFILE, 0o666)
    if unnamed >= 0 {
      if access("/proc/self/fd/\(unnamed)", F_OK) == 0 { return (unnamed, false) }
      close(unnamed)
    }
    let named = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard named >= 0 else { throw systemError("cannot write here", path: path) }
    return (named, true)
  }

  /// The file that `path` names behind any links, and its permissions where it exists.
  private static func resolve(_ path: String) throws(FileError) -> (path: String, mode: mode_t?) {
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw FileError("this is not the name of a file", path: path)
    }
    guard let real = realpath(path, nil) else { return (path, nil) }
    defer { free(real) }
    var status = stat()
    guard stat(real, &status) == 0 else { throw systemError("cannot write this file", path: path) }
    // Renaming over a device would put a plain file in its place.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError("this is a \(status.st_mode & S_IFMT == S_IFDIR ? "folder" : "device"), not a file", path: path)
    }
    guard access(real, W_OK) == 0 else { throw systemError("cannot write this file", path: path) }
    return (String(cString: real), status.st_mode & 0o777)
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// Where the contents of a file being written go.
public struct FileSink {
  let descriptor: Int32
  let path: String

  public func write(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in try write(UnsafeRawBufferPointer(buffer)) }
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let written = Glibc.write(descriptor, piece.baseAddress, piece.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw systemError("cannot write this file", path: path) }
      rest = rest.dropFirst(written)
    }
  }
}

/// linux/fcntl.h; the macro is too involved to be imported.
private let O_TMPFILE = 0o20000000 | O_DIRECTORY

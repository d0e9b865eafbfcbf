import Glibc

/// The contents of a file. Read rather than mapped: a mapped file that another program shortens kills the reader.
public func readFile(_ path: String) throws(FileError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw systemError("cannot open this file", path: path) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw systemError("cannot read this file", path: path) }
  switch status.st_mode & S_IFMT {
  case S_IFREG, S_IFIFO: break
  case S_IFDIR: throw FileError("this is a folder, not a file", path: path)
  default: throw FileError("this is a device, not a file", path: path)
  }
  var bytes: [UInt8] = []
  // One byte more than the file is said to hold, so that its end is seen without growing.
  var room = max(Int(status.st_size), 0) + 1
  while true {
    var got = 0
    let start = bytes.count
    if start == 0 {
      bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        got = readFully(descriptor, UnsafeMutableRawBufferPointer(buffer))
        count = max(got, 0)
      }
    } else {
      let more = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        got = readFully(descriptor, UnsafeMutableRawBufferPointer(buffer))
        count = max(got, 0)
      }
      bytes += more
    }
    guard got >= 0 else { throw systemError("cannot read this file", path: path) }
    if got < room { return bytes }
    guard bytes.count <= Limits.inflated else { throw FileError("this stream does not end", path: path) }
    room = max(bytes.count, 1 << 16)
  }
}

/// The contents of a file, inflated where they begin as a gzip stream does.
func readInflated(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
  let bytes = try readFile(path)
  return Gzip.isCompressed(bytes) ? try Gzip.inflate(bytes, path: path, limit: limit) : bytes
}

/// Bytes read before the end or a failure (-1) of the file.
private func readFully(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  var filled = 0
  while filled < buffer.count {
    let got = read(descriptor, buffer.baseAddress! + filled, min(buffer.count - filled, 1 << 30))
    if got < 0 && errno == EINTR { continue }
    if got < 0 { return -1 }
    if got == 0 { break }
    filled += got
  }
  return filled
}

/// A failed system call, by `errno`.
func systemError(_ what: String, path: String) -> FileError {
  let code = errno
  let hint: String? =
    switch code {
    case ENOENT: "check the spelling; a relative path starts from the script's folder"
    case EACCES, EPERM, EROFS: "check the permissions of the file and of its folder"
    case ENOSPC, EDQUOT: "free some space, or write somewhere else"
    case EFBIG: "the system limits the size of a file (see ulimit -f)"
    default: nil
    }
  return FileError("\(what): \(String(cString: strerror(code)).lowercased())", path: path, hint: hint)
}

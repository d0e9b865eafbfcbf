import Glibc
import Tensors
import Testing

@testable import Interchange

/// A failed write leaves the old file whole and nothing beside it.
struct WritingTests {
  @Test func aFullDiskLeavesTheOldFile() throws {
    let full = open("/dev/full", O_WRONLY)
    guard full >= 0 else { return }
    defer { close(full) }
    try withFolder { folder in
      let path = folder + "/a.bin"
      try AtomicFile.write([1, 2, 3], to: path)
      let error = failure { () throws(FileError) in
        try AtomicFile.write(to: path) { (sink) throws(FileError) in
          // The rest of the write goes to a device that is always full.
          dup2(full, sink.descriptor)
          try sink.write([4])
        }
      }
      #expect(error?.message.contains("no space left") == true && error?.path == path && error?.hint != nil)
      #expect(try entries(of: folder) == ["a.bin"])
      #expect(try readFile(path) == [1, 2, 3])
    }
  }

  @Test func errorsOfTheContentsLeaveTheOldFile() throws {
    try withFolder { folder in
      let path = folder + "/a.npz"
      try NPZ.write([("x", Tensor(.int, [1], copying: [1]))], to: path)
      let old = try readFile(path)
      let text = Tensor(uninitialized: .string, [])
      #expect(failure { () throws(FileError) in try NPZ.write([("x", text)], to: path) }?.message.contains("text") == true)
      #expect(try entries(of: folder) == ["a.npz"] && readFile(path) == old)
    }
  }

  @Test(arguments: ["/proc/ptb.npy", "/proc/self/nowhere/a.npy", "/dev/null", "/tmp", "/tmp/", "", "no-such-folder/a.npy"])
  func placesThatCannotBeWritten(path: String) throws {
    let error = failure { () throws(FileError) in try NPY.write(Tensor(.int, [1], copying: [1]), to: path) }
    #expect(error != nil)
    #expect(error?.path == path)
  }

  @Test func readOnlyFilesAndFoldersAreRespected() throws {
    // The superuser may write anywhere.
    guard geteuid() != 0 else { return }
    try withFolder { folder in
      try AtomicFile.write([1], to: folder + "/a")
      chmod(folder + "/a", 0o444)
      #expect(failure { () throws(FileError) in try AtomicFile.write([2], to: folder + "/a") }?.hint?.contains("permissions") == true)
      chmod(folder, 0o555)
      #expect(failure { () throws(FileError) in try AtomicFile.write([2], to: folder + "/b") }?.hint?.contains("permissions") == true)
      chmod(folder, 0o755)
      #expect(try entries(of: folder) == ["a"] && readFile(folder + "/a") == [1])
    }
  }

  @Test func linksAndPermissionsAreKept() throws {
    try withFolder { folder in
      try AtomicFile.write([1], to: folder + "/a")
      chmod(folder + "/a", 0o640)
      symlink("a", folder + "/link")
      try AtomicFile.write([2], to: folder + "/link")
      #expect(try readFile(folder + "/a") == [2] && entries(of: folder) == ["a", "link"])
      var status = stat()
      lstat(folder + "/link", &status)
      #expect(status.st_mode & S_IFMT == S_IFLNK)
      stat(folder + "/a", &status)
      #expect(status.st_mode & 0o777 == 0o640)
    }
  }

  @Test func unreadablePathsAreErrors() {
    #expect(failure { () throws(FileError) in try NPY.read("no-such-file.npy") }?.message.contains("no such file") == true)
    #expect(failure { () throws(FileError) in try CSV.read("/tmp") }?.message.contains("folder") == true)
    #expect(failure { () throws(FileError) in try IDX.read("/dev/zero") }?.message.contains("device") == true)
  }

  @Test func filesWithoutASizeAreRead() throws {
    #expect(try !readFile("/proc/self/status").isEmpty)
  }
}

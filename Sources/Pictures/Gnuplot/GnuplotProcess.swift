#if canImport(Glibc)
  import Glibc
#endif

/// The one child process of the program: gnuplot, fed a script of ours.
public enum GnuplotProcess {
  /// What gnuplot makes of a script. Script and result are files without names, so that neither side waits for the other.
  public static func run(_ script: GnuplotScript, program: String = "gnuplot") throws -> [UInt8] {
    guard let input = tmpfile(), let output = tmpfile(), let errors = tmpfile() else {
      throw PictureError(.gnuplotFailed, "no temporary file can be made: \(String(cString: strerror(errno)))")
    }
    defer { for file in [input, output, errors] { fclose(file) } }
    guard fputs(script.text, input) >= 0, fflush(input) == 0 else {
      throw PictureError(.gnuplotFailed, "no temporary file can be written: \(String(cString: strerror(errno)))")
    }
    rewind(input)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (file, target) in [(input, 0), (output, 1), (errors, 2)] as [(UnsafeMutablePointer<FILE>, Int32)] {
      posix_spawn_file_actions_adddup2(&actions, fileno(file), target)
    }
    // `-d` keeps the user's own settings out; the locale decides how texts are read, and the decimal sign.
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup("-d"), strdup("-"), nil]
    var environment: [UnsafeMutablePointer<CChar>?] = []
    for name in ["PATH", "HOME", "XDG_CACHE_HOME", "FONTCONFIG_PATH", "TMPDIR"] {
      if let value = getenv(name) { environment.append(strdup(name + "=" + String(cString: value))) }
    }
    environment += [strdup("LC_ALL=C.UTF-8"), nil]
    defer { for text in arguments + environment { free(text) } }
    var child = pid_t()
    let refusal = posix_spawnp(&child, program, &actions, nil, &arguments, &environment)
    guard refusal == 0 else {
      if refusal == ENOENT || refusal == EACCES {
        throw PictureError(
          .noGnuplot, "pictures in files are drawn by gnuplot, which is not installed here",
          hint: "install it: `sudo apt-get install gnuplot-nox fonts-dejavu-core`; pictures on the terminal and in `.txt` files need nothing")
      }
      throw PictureError(.gnuplotFailed, "gnuplot cannot be started: \(String(cString: strerror(refusal)))")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let complaint = String(decoding: contents(errors), as: UTF8.self)
    let bytes = contents(output)
    guard status == 0, !bytes.isEmpty else {
      let said = complaint.split(separator: "\n").last { !$0.trimmingSpaces.isEmpty }.map { ": \($0.trimmingSpaces)" } ?? ""
      throw PictureError(.gnuplotFailed, "gnuplot could not draw this\(said)")
    }
    return bytes
  }

  private static func contents(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    // The child wrote through a descriptor that shares its place with ours.
    rewind(file)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring { drop { $0 == " " || $0 == "\t" } }
}

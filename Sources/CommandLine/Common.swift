import ArgumentParser
import Diagnostics
import Interchange
import Pictures
import Session
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Options of every command that runs scripts.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed of all draws, in place of the script's.") var seed: UInt64?
  @Option(name: .customLong("threads"), help: "Threads that large work is split among; results are the same for any number. (default: one for each processor)") var threadsGiven: Int?
  @Option(help: "f32 or f64, in place of the script's.") var precision: String?
  @Option(name: .customLong("max-memory"), help: "Megabytes that one statement may use.") var maxMemory: Int?
  @Flag(name: .customLong("trace-nan"), help: "Stop at the first operation that makes a NaN, and name it.") var traceNaN = false
  @Flag(help: "No progress bar.") var quiet = false
  @Option(help: "A folder for pictures that name no file: plot-1.svg, plot-2.svg, …") var plots: String?

  func validate() throws {
    if let precision, precision != "f32", precision != "f64" { throw ValidationError("The precision is f32 or f64, not \(precision).") }
    if let threads = threadsGiven, threads < 1 { throw ValidationError("The number of threads is at least 1, not \(threads).") }
    if let maxMemory, maxMemory < 1 { throw ValidationError("--max-memory is a positive number of megabytes.") }
  }

  /// The same options for another process, which may take so many threads.
  func arguments(threads: Int) -> [String] {
    var words = ["--threads", "\(threadsGiven ?? threads)"]
    if let seed { words += ["--seed", "\(seed)"] }
    if let precision { words += ["--precision", precision] }
    if let maxMemory { words += ["--max-memory", "\(maxMemory)"] }
    if traceNaN { words.append("--trace-nan") }
    if quiet { words.append("--quiet") }
    if let plots { words += ["--plots", plots] }
    return words
  }

  static let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  var threads: Int { threadsGiven ?? Self.processors }

  var session: SessionOptions {
    var options = SessionOptions()
    options.seed = seed
    options.precision = precision.map { $0 == "f32" ? .f32 : .f64 }
    options.threads = threads
    options.memoryLimit = maxMemory.map { $0 << 20 }
    options.tracesNaN = traceNaN
    options.cancellation = UnsafePointer(Interruption.flag)
    options.output = { line in fputs(line + "\n", stdout) }
    options.pictures = pictures
    if !quiet, let bar = ProgressBar() { options.progress = { bar.show($0, $1, $2, $3) } }
    return options
  }
}

extension RunOptions {
  /// Pictures go to a folder, or fill the terminal.
  private var pictures: PictureOptions {
    var options = PictureOptions()
    if let plots {
      // The session starts from the script's folder, the command line from this one.
      let folder = plots.hasPrefix("/") ? plots : (getcwd(nil, 0).map { path in defer { free(path) }; return String(cString: path) } ?? ".") + "/" + plots
      options.folder = folder
    }
    guard isatty(1) != 0 else { return options }
    var size = winsize()
    if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
      (options.columns, options.rows) = (min(Int(size.ws_col) - 1, 100), min(max(Int(size.ws_row) - 4, 10), 26))
    }
    options.colours = RunOptions.pictureColours
    return options
  }
  /// The colours that pictures on the terminal may have.
  static var pictureColours: TerminalRenderer.Colours {
    guard usesColor(1) else { return .none }
    return ["truecolor", "24bit"].contains(getenv("COLORTERM").map { String(cString: $0) }) ? .full : .indexed
  }
}

/// Where the library is; says so and ends the program if it is nowhere.
func findHome() throws -> Home {
  if let home = Home() { return home }
  writeError("error: the library (stdlib/core.ptb) is not found beside the program; set PTB_HOME to the folder that holds stdlib\n")
  throw ExitCode(Status.failed)
}

func readScript(_ path: String) throws -> Script {
  do throws(FileError) { return try Script(argument: path) } catch {
    report(error)
    throw ExitCode(Status.failed)
  }
}

extension Script {
  /// What the command line names: a file, or `-` for standard input.
  init(argument path: String) throws(FileError) {
    if path == "-" { self.init(path: "standard input", bytes: readInput()) } else { try self.init(path: path) }
  }
}

/// The whole of standard input.
func readInput() -> [UInt8] {
  var bytes: [UInt8] = []
  while case let byte = getchar(), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
  return bytes
}

/// Tells of a file of the command line, whose hints for scripts do not fit.
func report(_ error: FileError) { writeError("error: \(error.path): \(error.message)\n") }

/// Whether what is written there may be coloured: it is a terminal that has colours, and nobody forbids it.
func usesColor(_ descriptor: Int32) -> Bool {
  isatty(descriptor) != 0 && getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb"
}

func report(_ diagnostics: [Diagnostic], _ sources: SourceMap) {
  if diagnostics.isEmpty { return }
  fflush(stdout)
  writeError(TextRenderer(map: sources, usesColor: usesColor(2)).render(diagnostics))
}

/// The `.ptb` files of paths that may be folders, in order.
func scripts(in paths: [String]) throws -> [String] {
  var found: [String] = []
  for path in paths {
    var information = stat()
    if path == "-" {
      found.append(path)
      continue
    }
    guard stat(path, &information) == 0 else {
      writeError("error: there is no `\(path)`\n")
      throw ExitCode(Status.failed)
    }
    if information.st_mode & S_IFMT == S_IFDIR {
      guard let folder = opendir(path) else {
        writeError("error: \(path): \(String(cString: strerror(errno)).lowercased())\n")
        throw ExitCode(Status.failed)
      }
      defer { closedir(folder) }
      var names: [String] = []
      while let entry = readdir(folder) {
        names.append(withUnsafePointer(to: entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
      }
      let inner = names.sorted().filter { !$0.hasPrefix(".") }.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
      for name in inner {
        var information = stat()
        // A link to a folder may lead back to one above it.
        guard lstat(name, &information) == 0 else { continue }
        if information.st_mode & S_IFMT == S_IFDIR { found += try scripts(in: [name]) } else if name.hasSuffix(".ptb") { found.append(name) }
      }
    } else {
      found.append(path)
    }
  }
  return found
}

/// A line on the terminal that shows how far a long loop has come; nil where stderr is no terminal.
final class ProgressBar {
  private var started: [String: Double] = [:]
  init?() { if isatty(2) == 0 || getenv("CI") != nil { return nil } }

  func show(_ label: String, _ iteration: Int, _ count: Int?, _ value: Double?) {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    let start = iteration <= 1 ? now : started[label] ?? now
    if iteration <= 1 || started[label] == nil { started[label] = now }
    let elapsed = max(now - start, 1e-9)
    let rate = Double(iteration) / elapsed
    var text = "\(label) \(grouped(iteration))" + (count.map { "/\(grouped($0))" } ?? "")
    if let value { text += " · loss \(rounded(value))" }
    if iteration > 1 { text += " · \(rate >= 1000 ? "\(rounded(rate / 1000))k" : rounded(rate)) it/s" }
    if let count, iteration > 1 {
      let left = Int(Double(count - iteration) / rate)
      text += " · ETA \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60)"
    }
    writeError("\r\u{1B}[K" + (count == iteration ? "" : text))
  }
  private func grouped(_ n: Int) -> String {
    var digits = Array(String(n))
    var at = digits.count - 3
    while at > 0 { digits.insert(",", at: at); at -= 3 }
    return String(digits)
  }
  private func rounded(_ x: Double) -> String {
    guard x.isFinite, x != 0 else { return "\(x)" }
    var scale = 1.0
    while abs(x) * scale < 100 { scale *= 10 }
    return "\((x * scale).rounded() / scale)"
  }
}

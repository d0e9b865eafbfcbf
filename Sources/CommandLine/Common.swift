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
  @Option(name: .customLong("max-memory"), help: "Megabytes that the process may use: a statement that needs more is not begun, and what grows beyond is stopped.") var maxMemory: Int?
  @Option(name: .customLong("max-time"), help: "Seconds that the whole run may take, checking included.") var maxTime: Double?
  @Option(name: .customLong("allow-read"), help: ArgumentHelp("A folder outside the script's that it may read files in; may be given several times, `/` is all.", valueName: "dir")) var allowRead: [String] = []
  @Option(name: .customLong("allow-write"), help: ArgumentHelp("A folder outside the script's that it may write files in; may be given several times, `/` is all.", valueName: "dir")) var allowWrite: [String] = []
  @Flag(name: .customLong("trace-nan"), help: "Stop at the first operation that makes a NaN, and name it.") var traceNaN = false
  @Flag(help: "No progress bar, and no word about checkpoints.") var quiet = false
  @Flag(help: "Show progress also where stderr is no terminal: a line every ten seconds.") var progress = false
  @Option(help: "A folder for pictures that name no file: plot-1.svg, plot-2.svg, …") var plots: String?

  func validate() throws {
    if let precision, precision != "f32", precision != "f64" { throw ValidationError("The precision is f32 or f64, not \(precision).") }
    if let threads = threadsGiven, !Self.threadRange.contains(threads) {
      throw ValidationError("The number of threads lies between \(Self.threadRange.lowerBound) and \(Self.threadRange.upperBound), and this is \(threads).")
    }
    if let maxTime, !(maxTime > 0 && maxTime < 1e9) { throw ValidationError("--max-time is a positive number of seconds.") }
    if quiet, progress { throw ValidationError("--quiet and --progress contradict each other.") }
    if let maxMemory, maxMemory < 1 || maxMemory > 1 << 40 { throw ValidationError("--max-memory is a positive number of megabytes.") }
  }

  /// The same options for another process, which may take so many threads.
  func arguments(threads: Int) -> [String] {
    var words = ["--threads", "\(threadsGiven ?? threads)"]
    if let seed { words += ["--seed", "\(seed)"] }
    if let precision { words += ["--precision", precision] }
    if let maxMemory { words += ["--max-memory", "\(maxMemory)"] }
    if let maxTime { words += ["--max-time", "\(maxTime)"] }
    for folder in allowRead { words += ["--allow-read", folder] }
    for folder in allowWrite { words += ["--allow-write", folder] }
    if traceNaN { words.append("--trace-nan") }
    if quiet { words.append("--quiet") }
    if let plots { words += ["--plots", plots] }
    return words
  }

  static let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  static let threadRange = 1...1024
  var threads: Int { threadsGiven ?? Self.processors }

  /// For a run of this process, which is watched over from now on.
  var session: SessionOptions {
    let options = unwatchedSession
    if options.limits.isAny { Watchdog.start(options.limits) }
    return options
  }
  /// For runs that are watched over one by one.
  var unwatchedSession: SessionOptions {
    var options = SessionOptions()
    options.seed = seed
    options.precision = precision.map { $0 == "f32" ? .f32 : .f64 }
    options.threads = threads
    options.tracesNaN = traceNaN
    options.cancellation = UnsafePointer(Interruption.flag)
    options.output = { line in
      Terminal.bar?.clear()
      fputs(line + "\n", stdout)
    }
    options.pictures = pictures
    options.limits.seconds = maxTime
    options.limits.bytes = maxMemory.map { $0 << 20 }
    if options.limits.isAny {
      options.limits.used = Watchdog.residentBytes
      options.working = { Watchdog.place.set($0) }
    }
    options.fileRules.reads = allowRead.map(absolute)
    options.fileRules.writes = allowWrite.map(absolute) + (plots.map { [absolute($0)] } ?? [])
    if !quiet {
      options.tell = { message in
        Terminal.bar?.clear()
        fflush(stdout)
        writeError("note: \(message)\n")
      }
      Terminal.bar = ProgressBar(isWanted: progress)
      if let bar = Terminal.bar { options.progress = { bar.show($0) } }
    }
    return options
  }
}

extension RunOptions {
  /// Pictures go to a folder, or fill the terminal.
  private var pictures: PictureOptions {
    var options = PictureOptions()
    if let plots {
      // The session starts from the script's folder, the command line from this one.
      options.folder = absolute(plots)
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

/// What this process shows on its terminal.
enum Terminal {
  /// The line of progress, if there is one.
  nonisolated(unsafe) static var bar: ProgressBar?
}

/// A path of the command line, which starts from the folder that the command is given in.
func absolute(_ path: String) -> String {
  if path.hasPrefix("/") { return path }
  guard let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return String(cString: folder) + "/" + path
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
  Terminal.bar?.clear()
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

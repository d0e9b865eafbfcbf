import ArgumentParser
import Diagnostics
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
    if let threads = threadsGiven, threads < 1 { throw ValidationError("The number of threads is at least 1, not \(threads).") }
    if let maxTime, !(maxTime > 0 && maxTime < 1e9) { throw ValidationError("--max-time is a positive number of seconds.") }
    if quiet, progress { throw ValidationError("--quiet and --progress contradict each other.") }
    if let maxMemory, maxMemory < 1 || maxMemory > 1 << 40 { throw ValidationError("--max-memory is a positive number of megabytes.") }
  }

  static let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  var threads: Int { threadsGiven ?? Self.processors }

  var session: SessionOptions {
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
    if maxTime != nil || maxMemory != nil {
      options.limits.used = Watchdog.residentBytes
      options.working = { Watchdog.place.set($0) }
      Watchdog.start(options.limits)
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
  /// Pictures go to a folder, made if it is missing, or fill the terminal.
  private var pictures: PictureOptions {
    var options = PictureOptions()
    if let plots {
      // The session starts from the script's folder, the command line from this one.
      let folder = absolute(plots)
      mkdir(folder, 0o777)
      options.folder = folder
    }
    guard isatty(1) != 0 else { return options }
    var size = winsize()
    if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
      (options.columns, options.rows) = (min(Int(size.ws_col) - 1, 100), min(max(Int(size.ws_row) - 4, 10), 26))
    }
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    if variable("NO_COLOR") == nil, variable("TERM") != "dumb" {
      options.colours = ["truecolor", "24bit"].contains(variable("COLORTERM")) ? .full : .indexed
    }
    return options
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
  if path == "-" {
    var text = ""
    while let line = readLine(strippingNewline: false) { text += line }
    return Script(path: "standard input", text: text)
  }
  if let script = Script(path: path) { return script }
  writeError("error: `\(path)` cannot be read: \(String(cString: strerror(errno)))\n")
  throw ExitCode(Status.failed)
}

/// Whether diagnostics may be coloured.
var errorsUseColor: Bool { isatty(2) != 0 && getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb" }

var outputUsesColor: Bool { isatty(1) != 0 && getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb" }

func report(_ diagnostics: [Diagnostic], _ sources: SourceMap) {
  if diagnostics.isEmpty { return }
  Terminal.bar?.clear()
  fflush(stdout)
  writeError(TextRenderer(map: sources, usesColor: errorsUseColor).render(diagnostics))
}

/// The `.ptb` files of paths that may be folders, in order.
func scripts(in paths: [String]) throws -> [String] {
  var found: [String] = []
  for path in paths {
    var information = stat()
    guard stat(path, &information) == 0 else {
      writeError("error: there is no `\(path)`\n")
      throw ExitCode(Status.failed)
    }
    if information.st_mode & S_IFMT == S_IFDIR {
      guard let folder = opendir(path) else { continue }
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
        if information.st_mode & S_IFMT == S_IFDIR || name.hasSuffix(".ptb") { found += try scripts(in: [name]) }
      }
    } else {
      found.append(path)
    }
  }
  return found
}

@preconcurrency import CReadline

#if canImport(Glibc)
  import Glibc
#endif

/// What was entered, in this session and earlier ones.
struct History {
  /// Entries that are kept.
  private static let limit: Int32 = 10_000
  /// Where they are kept; nil if they are not.
  private let path: String?

  /// Reads the file that `PTB_HISTORY` names (none, if that is empty), or `ptb/history` in the user's folder for such things.
  init() {
    using_history()
    stifle_history(History.limit)
    // Each entry is preceded by its time behind this mark, so that one of several lines stays one. No line of a script begins with it.
    history_comment_char = 0x1E
    history_write_timestamps = 1
    let path = History.place
    if path.isEmpty {
      self.path = nil
      return
    }
    History.makeFolder(of: path)
    // It holds what people type: nobody else's business.
    let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      writeError("history is not kept: \(path): \(String(cString: strerror(errno)).lowercased())\n")
      self.path = nil
      return
    }
    fchmod(file, 0o600)
    close(file)
    self.path = path
    history_truncate_file(path, History.limit)
    read_history(path)
  }

  /// Adds an entry, unless it is the last one again.
  func add(_ entry: String) {
    if history_length > 0, let last = history_get(history_base + history_length - 1), let line = last.pointee.line, String(cString: line) == entry { return }
    add_history(entry)
    if let path { append_history(1, path) }
  }

  private static var place: String {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    if let path = variable("PTB_HISTORY") { return path }
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") { return "\(state)/ptb/history" }
    return variable("HOME").map { "\($0)/.local/state/ptb/history" } ?? ""
  }

  private static func makeFolder(of path: String) {
    var end = path.startIndex
    while let slash = path[end...].dropFirst().firstIndex(of: "/") {
      mkdir(String(path[..<slash]), 0o700)
      end = slash
    }
  }
}

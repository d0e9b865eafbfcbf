import Interchange

#if canImport(Glibc)
  import Glibc
#endif

/// Which files a script reaches besides those in its own folder: folders, and all that lies in them.
public struct FileRules: Sendable {
  /// Absolute paths; "/" allows everything.
  public var reads: [String] = []
  public var writes: [String] = []
  public init() {}
}

/// The check that a path stays inside the allowed folders, on what it really names: after links and `..`.
struct FileGuard {
  let rules: FileRules

  enum Purpose { case read, write }

  /// The file that a path names, with its links resolved; refuses one outside the script's folder and those allowed. A script makes no links, so what is
  /// resolved here is what is opened.
  func checked(_ full: String, as path: String, in folder: String, for purpose: Purpose) throws(FileError) -> String {
    guard !path.utf8.contains(0) else { throw FileError("this is not the name of a file", path: path) }
    guard let real = FileGuard.real(full) else { throw FileError("there is no such file", path: path, hint: "check the spelling; a relative path starts from the script's folder") }
    let allowed = [folder] + (purpose == .read ? rules.reads : rules.writes)
    if allowed.contains(where: { FileGuard.contains($0, real) }) { return real }
    let (flag, done) = purpose == .read ? ("read", "read") : ("write", "written")
    let really = path == real ? "" : "it is really `\(real)`; "
    var error = FileError(
      "`\(path)` lies outside the script's folder, and may not be \(done)", path: path,
      hint: "\(really)`--allow-\(flag)=\(FileGuard.parent(real))` allows it")
    error.isRefusal = true
    throw error
  }

  private static func contains(_ folder: String, _ real: String) -> Bool {
    guard let root = resolved(folder) else { return false }
    return root == "/" || real == root || real.hasPrefix(root + "/")
  }
  private static func resolved(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
  private static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// The path with links resolved as far as it exists. Nil where `..` follows what does not exist.
  private static func real(_ path: String) -> String? {
    if let known = resolved(path) { return known }
    var head = path
    while head.count > 1, head.hasSuffix("/") { head.removeLast() }
    let name = head.split(separator: "/").last.map(String.init) ?? ""
    if name == ".." || name == "." || name.isEmpty { return nil }
    let rest = head.dropLast(name.count)
    guard let folder = real(rest.isEmpty ? "." : String(rest)) else { return nil }
    return folder == "/" ? "/" + name : folder + "/" + name
  }
}

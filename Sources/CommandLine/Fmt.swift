import ArgumentParser
import Format
import Interchange
import Session

#if canImport(Glibc)
  import Glibc
#endif

struct Fmt: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lay scripts out in the one style: spaces, indentation, blank lines, and lines longer than 140 columns.",
    discussion: "Examples: ptb fmt examples/, ptb fmt --check ., ptb fmt - < script.ptb\nLine breaks and comments stay. A file with mistakes is left as it is.")
  @Argument(help: "Scripts and folders; `-` lays out standard input to standard output.") var paths: [String]
  @Flag(help: "Change nothing; list the files that would change, and fail if there are any.") var check = false

  func run() throws {
    var counts = (changed: 0, same: 0, failed: 0)
    for path in try scripts(in: paths) {
      guard let bytes = read(path), let result = format(bytes, path) else {
        counts.failed += 1
        continue
      }
      let isChanged = Array(result.utf8) != bytes
      if isChanged { counts.changed += 1 } else { counts.same += 1 }
      if check {
        if isChanged { print("would change \(path)\(firstDifference(String(decoding: bytes, as: UTF8.self), result))") }
      } else if path == "-" {
        print(result, terminator: "")
      } else if isChanged {
        do throws(FileError) { try AtomicFile.write(Array(result.utf8), to: path) } catch {
          report(error)
          counts.changed -= 1
          counts.failed += 1
          continue
        }
        print("formatted \(path)")
      }
    }
    if paths != ["-"] || check { summarise(counts) }
    if counts.failed > 0 || check && counts.changed > 0 { throw ExitCode(Status.failed) }
  }

  private func summarise(_ counts: (changed: Int, same: Int, failed: Int)) {
    func files(_ n: Int) -> String { n == 1 ? "1 file" : "\(n) files" }
    var parts = [files(counts.changed) + (check ? " would change" : " formatted"), "\(counts.same) unchanged"]
    if counts.failed > 0 { parts.append("\(counts.failed) left as \(counts.failed == 1 ? "it is" : "they are")") }
    print(parts.joined(separator: ", "))
  }

  private func read(_ path: String) -> [UInt8]? {
    if path == "-" { return readInput() }
    do throws(FileError) { return try readFile(path) } catch {
      report(error)
      return nil
    }
  }

  /// Nil where the file is no program, which is then reported.
  private func format(_ bytes: [UInt8], _ path: String) -> String? {
    do { return try CodeFormatter.format(bytes, path: path == "-" ? "standard input" : path) } catch {
      switch error as? CodeFormatter.Failure {
      case .mistakes(let problems, let sources)?: report(problems, sources)
      case .changesMeaning(let how)?:
        writeError("error: `\(path)` cannot be laid out without changing it: \(how); this is a defect of ptb fmt, please report it\n")
      case nil: writeError("error: `\(path)`: \(error)\n")
      }
      return nil
    }
  }

  private func firstDifference(_ old: String, _ new: String) -> String {
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    let (a, b) = (lines(old), lines(new))
    let k = zip(a, b).prefix { $0.0 == $0.1 }.count
    func shown(_ lines: [Substring]) -> String { k < lines.count ? String(lines[k]) : "" }
    return ", first at line \(k + 1):\n  - \(shown(a))\n  + \(shown(b))"
  }
}

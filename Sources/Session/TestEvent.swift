import Diagnostics

/// What a test run tells while it goes on. Written as lines of text, so that a run may be another process's.
public enum TestEvent: Equatable {
  /// A line that the script prints.
  case output(String)
  /// A test has ended. `failure` is empty if it passed, else its first message; `report` is the whole of it, as shown.
  case ended(title: String, seconds: Double, failure: String, report: String)

  public var line: String {
    func joined(_ fields: String...) -> String { fields.map(Self.escaped).joined(separator: "\t") }
    switch self {
    case .output(let text): return joined("output", text)
    case .ended(let title, let seconds, let failure, let report): return joined("ended", title, "\(seconds)", failure, report)
    }
  }

  /// Nil where the line is no event.
  public init?(line: some StringProtocol) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { Self.unescaped($0) }
    switch (fields.first, fields.count) {
    case ("output"?, 2): self = .output(fields[1])
    case ("ended"?, 5):
      guard let seconds = Double(fields[2]) else { return nil }
      self = .ended(title: fields[1], seconds: seconds, failure: fields[3], report: fields[4])
    default: return nil
    }
  }

  private static func escaped(_ text: String) -> String {
    text.respelled { ["\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"][$0] }
  }

  private static func unescaped(_ text: some StringProtocol) -> String {
    var result = ""
    var isEscape = false
    for scalar in text.unicodeScalars {
      if isEscape {
        let meant: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "r": "\r", "t": "\t"]
        result.unicodeScalars.append(meant[scalar] ?? scalar)
        isEscape = false
      } else if scalar == "\\" {
        isEscape = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// The results of a test run, file by file, and what becomes of them.
public struct TestReport {
  public struct Test {
    public var title: String
    public var seconds: Double
    public var failure: String
    public var report: String
    public var passed: Bool { failure.isEmpty }
    public init(title: String, seconds: Double, failure: String, report: String) {
      (self.title, self.seconds, self.failure, self.report) = (title, seconds, failure, report)
    }
  }
  public struct File {
    public var path: String
    public var tests: [Test] = []
    public init(path: String) { self.path = path }
  }
  public var files: [File] = []
  public init() {}

  public var passed: Int { files.reduce(0) { $0 + $1.tests.count { $0.passed } } }
  public var failed: Int { files.reduce(0) { $0 + $1.tests.count { !$0.passed } } }

  /// The tests that took longest, those first.
  public func slowest(_ count: Int) -> [(path: String, test: Test)] {
    let all = files.flatMap { file in file.tests.map { (path: file.path, test: $0) } }
    return Array(all.sorted { $0.test.seconds > $1.test.seconds }.prefix(count))
  }

  // MARK: JUnit

  /// As JUnit's XML: a suite for each file, which is also the class of its tests.
  public var junit: String {
    var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    xml += "<testsuites name=\"ptb test\" tests=\"\(passed + failed)\" failures=\"\(failed)\" errors=\"0\" time=\"\(time(files.flatMap(\.tests)))\">\n"
    for file in files {
      let failures = file.tests.count { !$0.passed }
      xml += "  <testsuite name=\"\(escaped(file.path))\" tests=\"\(file.tests.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"0\""
      xml += " time=\"\(time(file.tests))\">\n"
      for test in file.tests {
        xml += "    <testcase name=\"\(escaped(test.title))\" classname=\"\(escaped(file.path))\" time=\"\(time([test]))\""
        if test.passed {
          xml += "/>\n"
        } else {
          xml += ">\n      <failure message=\"\(escaped(test.failure))\">\(escaped(test.report))</failure>\n    </testcase>\n"
        }
      }
      xml += "  </testsuite>\n"
    }
    return xml + "</testsuites>\n"
  }

  private func time(_ tests: [Test]) -> String {
    let thousandths = Int((tests.reduce(0) { $0 + $1.seconds } * 1000).rounded())
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
  }

  /// Text for attributes and elements. What XML 1.0 has no way to write becomes a replacement character.
  private func escaped(_ text: String) -> String {
    text.respelled { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "\n", "\r", "\t": "&#\(scalar.value);"
      default: scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF ? "\u{FFFD}" : nil
      }
    }
  }
}

#if canImport(Glibc)
  import Glibc
#endif

/// What the prompt and the evaluator say to each other.
enum Message {
  /// To the evaluator: an entry to evaluate; to evaluate again in silence; the text before the cursor, to be completed.
  case enter(String), replay(String), complete(String)
  /// From it: how an entry ended, which process holds the session now, and what stands before the next entry; what may stand in place
  /// of the end of the text.
  case finished(Outcome, session: pid_t, prompt: String), completion(Completion)
}

/// How an entry ended.
enum Outcome: UInt8 {
  case done, failed, ended
  /// The session is as it was before the entry: it was stopped by the user, or the process that evaluated it died.
  case interrupted, crashed
}

/// What may stand for the last `length` bytes of a text.
struct Completion: Equatable {
  /// Whether names of files are wanted, which the prompt knows.
  var isFile = false
  var candidates: [String] = []
  /// What follows a candidate that is the only one.
  var suffix = ""
}

/// One end of a pair of connected sockets. A message is its length in bytes, its kind, and a text.
struct Channel {
  let descriptor: Int32

  static func pair() -> (Channel, Channel)? {
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { return nil }
    return (Channel(descriptor: ends[0]), Channel(descriptor: ends[1]))
  }
  func close() { _ = Glibc.close(descriptor) }

  /// Whether the other end was there to be told.
  func send(_ message: Message) -> Bool {
    let (kind, text) = message.encoded
    let body = [kind] + Array(text.utf8)
    return withUnsafeBytes(of: UInt32(body.count)) { write(Array($0) + body) }
  }
  /// The next message; nil if the other end is gone.
  func receive() -> Message? {
    guard let head = read(4) else { return nil }
    let count = head.withUnsafeBytes { $0.load(as: UInt32.self) }
    guard let body = read(Int(count)) else { return nil }
    return Message(kind: body[0], text: String(decoding: body.dropFirst(), as: UTF8.self))
  }

  private func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno != EINTR { return false }
      sent += max(count, 0)
    }
    return true
  }
  private func read(_ wanted: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: wanted)
    var got = 0
    while got < wanted {
      let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + got, wanted - got) }
      if count == 0 || (count < 0 && errno != EINTR) { return nil }
      got += max(count, 0)
    }
    return bytes
  }
}

extension Message {
  fileprivate var encoded: (kind: UInt8, text: String) {
    switch self {
    case .enter(let text): (0, text)
    case .replay(let text): (1, text)
    case .complete(let text): (2, text)
    case .finished(let outcome, let session, let prompt): (3, "\(outcome.rawValue) \(session) \(prompt)")
    case .completion(let found): (4, ([found.isFile ? "file" : "", found.suffix] + found.candidates).joined(separator: "\n"))
    }
  }
  fileprivate init?(kind: UInt8, text: String) {
    switch kind {
    case 0: self = .enter(text)
    case 1: self = .replay(text)
    case 2: self = .complete(text)
    case 3:
      let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3, let outcome = UInt8(words[0]).flatMap(Outcome.init), let session = pid_t(words[1]) else { return nil }
      self = .finished(outcome, session: session, prompt: String(words[2]))
    case 4:
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines.count >= 2 else { return nil }
      self = .completion(Completion(isFile: lines[0] == "file", candidates: Array(lines[2...]), suffix: lines[1]))
    default: return nil
    }
  }
}

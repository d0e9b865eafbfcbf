import Elaboration

#if canImport(Glibc)
  import Glibc
#endif

/// What goes through a channel: a kind, and a text.
protocol Message {
  var encoded: (kind: UInt8, text: String) { get }
  init?(kind: UInt8, text: String)
}

/// What the prompt asks of the evaluator.
enum Request: Message {
  /// An entry to evaluate; to evaluate again in silence; the text before the cursor, to be completed.
  case enter(String), replay(String), complete(String)
}

/// What the evaluator answers.
enum Reply: Message {
  /// How an entry ended, which process holds the session now, and what stands before the next entry.
  case finished(Outcome, session: pid_t, prompt: String)
  /// What may stand in place of the end of the text.
  case completion(Completion)
}

/// How an entry ended.
enum Outcome: UInt8 {
  case done, failed, ended
  /// The session is as it was before the entry: it was stopped by the user, or the process that evaluated it died.
  case interrupted, crashed
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
  func send(_ message: some Message) -> Bool {
    let (kind, text) = message.encoded
    let body = [kind] + Array(text.utf8)
    return withUnsafeBytes(of: UInt32(body.count)) { write(Array($0) + body) }
  }
  /// The next message; nil if the other end is gone, or says something else.
  func receive<Wanted: Message>(_: Wanted.Type = Wanted.self) -> Wanted? {
    guard let head = read(4) else { return nil }
    let count = head.withUnsafeBytes { $0.load(as: UInt32.self) }
    guard let body = read(Int(count)) else { return nil }
    return Wanted(kind: body[0], text: String(decoding: body.dropFirst(), as: UTF8.self))
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

extension Request {
  var encoded: (kind: UInt8, text: String) {
    switch self {
    case .enter(let text): (0, text)
    case .replay(let text): (1, text)
    case .complete(let text): (2, text)
    }
  }
  init?(kind: UInt8, text: String) {
    switch kind {
    case 0: self = .enter(text)
    case 1: self = .replay(text)
    case 2: self = .complete(text)
    default: return nil
    }
  }
}

extension Reply {
  var encoded: (kind: UInt8, text: String) {
    switch self {
    case .finished(let outcome, let session, let prompt): (0, "\(outcome.rawValue) \(session) \(prompt)")
    case .completion(let found): (1, ([found.isInString ? "string" : "", "\(found.length)"] + found.candidates).joined(separator: "\n"))
    }
  }
  init?(kind: UInt8, text: String) {
    switch kind {
    case 0:
      let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3, let outcome = UInt8(words[0]).flatMap(Outcome.init), let session = pid_t(words[1]) else { return nil }
      self = .finished(outcome, session: session, prompt: String(words[2]))
    case 1:
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines.count >= 2 else { return nil }
      var found = Completion()
      (found.isInString, found.length, found.candidates) = (lines[0] == "string", Int(lines[1]) ?? 0, Array(lines[2...]))
      self = .completion(found)
    default: return nil
    }
  }
}

import Glibc
import Tensors
import Testing

@testable import Interchange

/// Files made to mislead: each must end in an error that says so, none in a trap or in much memory.
struct HostileFilesTests {
  private func npy(_ header: String, data: Int = 0) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  @Test func filesCutShortAnywhereAreErrors() throws {
    for (name, bytes) in try fixtures() {
      for length in 0..<bytes.count {
        let error = failure { () throws(FileError) in try decode(Array(bytes[..<length]), as: name) }
        #expect(error != nil, "\(name) cut to \(length) bytes")
      }
      #expect(failure { () throws(FileError) in try decode(bytes + [1], as: name) } != nil, "\(name) with a byte more")
    }
  }

  @Test func flippedBitsAreHarmless() throws {
    for (name, bytes) in try fixtures() {
      for index in bytes.indices {
        for bit in 0..<8 {
          var damaged = bytes
          damaged[index] ^= 1 << bit
          _ = failure { () throws(FileError) in try decode(damaged, as: name) }
        }
      }
    }
  }

  @Test(arguments: [
    ("(4194305, 4194305, 211106198978564)", "too large"), ("(0, 4194305, 4194305, 211106198978564)", "too large"),
    ("(-1, 4)", "negative"), ("(99999999999999999999,)", "not a number that fits"), ("(1000000000000,)", "needs 8000000000000 bytes"),
    ("(3)", "needs 24 bytes"), ("(" + String(repeating: "1,", count: 65) + ")", "more than 64"), ("3", "expected '('"), ("(2,", ""),
    ("(2 3)", ""), ("(--2,)", ""), ("(-,)", ""), ("(True,)", ""),
  ])
  func impossibleShapes(shape: String, message: String) throws {
    let bytes = npy("{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }", data: 32)
    let error = try #require(failure { () throws(FileError) in try NPY.decode(bytes, path: "a.npy") })
    #expect(message.isEmpty || error.message.contains(message))
  }

  @Test(arguments: [
    "", "{", "{}", "{'descr': '<f8'}", "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f9', 'fortran_order': False, 'shape': (1,)}", "{'descr': '', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}", "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x",
    "{'descr': '<f8, 'fortran_order': False}", "{'descr': __import__('os')}", "{'x': 1}", "{{{{{{", "{'descr': '\\'", "'",
  ])
  func malformedHeaders(header: String) {
    #expect(failure { () throws(FileError) in try NPY.decode(npy(header, data: 8), path: "a.npy") } != nil)
  }

  @Test func hugeHeadersAreRefusedUnread() {
    let bytes = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xff, 0xff, 0xff, 0x7f]
    #expect(failure { () throws(FileError) in try NPY.decode(bytes, path: "a.npy") }?.message.contains("more than") == true)
  }

  @Test func hugeIDXShapesAreRefused() {
    let dimension: [UInt8] = [0xff, 0xff, 0xff, 0xff]
    for rank in 1...255 as ClosedRange<UInt8> {
      let bytes = [0, 0, 0x0E, rank] + Array(repeatElement(dimension, count: Int(rank)).joined())
      #expect(failure { () throws(FileError) in try IDX.decode(bytes, path: "a.idx") } != nil)
    }
  }

  @Test func inflationStopsAtItsLimit() throws {
    try withFolder { folder in
      try NPZ.write([("x", Tensor(.f64, [1 << 20], copying: [Double](repeating: 0, count: 1 << 20)))], to: folder + "/bomb.npz")
      let error = failure { () throws(FileError) in try NPZ.read(folder + "/bomb.npz", limit: 1 << 20) }
      #expect(error?.message.contains("more than 1048576 bytes") == true)
      // A member that inflates to more than it declared.
      var bytes = try readFile(folder + "/bomb.npz")
      let directory = try #require(offset(of: [0x50, 0x4b, 1, 2], in: bytes))
      bytes.replaceSubrange(directory + 24..<directory + 28, with: [0, 0, 1, 0])
      #expect(failure { () throws(FileError) in try NPZ.decode(bytes, path: "a") }?.message.contains("more than 65536") == true)
      // One that claims what no deflate stream can hold.
      bytes.replaceSubrange(directory + 24..<directory + 28, with: [0, 0, 0, 0x7f])
      #expect(failure { () throws(FileError) in try NPZ.decode(bytes, path: "a") }?.message.contains("no data can") == true)
    }
    let error = failure { () throws(FileError) in
      try Gzip.inflate(try readFile(fixture("idx_u1.idx.gz")), path: "a.gz", limit: 10)
    }
    #expect(error?.message.contains("more than 10 bytes") == true)
  }

  @Test func membersMayNotOverlapOrRepeat() throws {
    let tensor = Tensor(.int, [1], copying: [1])
    try withFolder { folder in
      try NPZ.write([("a", tensor), ("b", tensor)], to: folder + "/a.npz", compressed: false)
      let whole = try readFile(folder + "/a.npz")
      let first = try #require(offset(of: [0x50, 0x4b, 1, 2], in: whole))
      let second = first + 46 + 5
      var overlapping = whole
      overlapping.replaceSubrange(second + 42..<second + 46, with: [0, 0, 0, 0])
      let overlap = failure { () throws(FileError) in try NPZ.decode(overlapping, path: "a") }
      #expect(overlap?.message.contains("overlap") == true)
      var repeated = whole
      repeated[second + 46] = UInt8(ascii: "a")
      #expect(failure { () throws(FileError) in try NPZ.decode(repeated, path: "a") }?.message.contains("two members") == true)
      var damaged = whole
      damaged[first - 1] ^= 1
      #expect(failure { () throws(FileError) in try NPZ.decode(damaged, path: "a") }?.message.contains("checksum") == true)
      let twice = failure { () throws(FileError) in try NPZ.write([("a", tensor), ("a", tensor)], to: folder + "/b.npz") }
      #expect(twice?.message.contains("two arrays") == true)
      #expect(try entries(of: folder) == ["a.npz"])
    }
  }

  @Test func zip64IsRead() throws {
    let whole = try readFile(fixture("stored.npz"))
    let end = whole.count - 22
    func field(_ range: Range<Int>) -> [UInt8] { whole[range] + [UInt8](repeating: 0, count: 8 - range.count) }
    let count = field(end + 10..<end + 12)
    let record =
      [0x50, 0x4b, 6, 6, 44, 0, 0, 0, 0, 0, 0, 0, 45, 0, 45, 0] + [UInt8](repeating: 0, count: 8) + count + count
      + field(end + 12..<end + 16) + field(end + 16..<end + 20)
    let position = (0..<8).map { UInt8(truncatingIfNeeded: end >> ($0 * 8)) }
    let locator = [0x50, 0x4b, 6, 7, 0, 0, 0, 0] + position + [1, 0, 0, 0]
    let ones = [UInt8](repeating: 0xff, count: 12)
    let bytes = whole[..<end] + record + locator + [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + ones + [0, 0]
    #expect(try NPZ.decode(Array(bytes), path: "a.npz").count == 3)
    for index in end..<bytes.count {
      for value in [0, 0x7f, 0xff] as [UInt8] {
        var damaged = Array(bytes)
        damaged[index] = value
        _ = failure { () throws(FileError) in try NPZ.decode(damaged, path: "a.npz") }
      }
    }
  }

  /// Mutations of every fixture, for PTB_FUZZ_SECONDS (2 unless given), from the seed PTB_FUZZ_SEED.
  @Test func mutationsNeverTrap() throws {
    let setting = { (name: String) in getenv(name).flatMap { UInt64(String(cString: $0)) } }
    let seconds = Int(setting("PTB_FUZZ_SECONDS") ?? 2)
    var generator = SeededGenerator(state: setting("PTB_FUZZ_SEED") ?? 1)
    let text = "a,\"b\"\"\n\",kind\r\n1,2.5e3,x\n-7,NA,\"y, z\"\n\n9223372036854775808,nan,x\n"
    let seeds = try fixtures() + [("text.csv", Array(text.utf8)), ("numbers.csv", Array("1,2\n3,4\n5,6\n".utf8))]
    let start = time(nil)
    var runs = 0
    while time(nil) - start < seconds {
      let (name, original) = seeds.randomElement(using: &generator)!
      let other = seeds.randomElement(using: &generator)!.bytes
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &generator) { mutate(&bytes, with: other, &generator) }
      _ = failure { () throws(FileError) in try decode(bytes, as: name) }
      runs += 1
    }
    #expect(runs > 0)
    if seconds > 2 { print("\(runs) mutations") }
  }

  private func mutate(_ bytes: inout [UInt8], with other: [UInt8], _ generator: inout SeededGenerator) {
    let index = Int.random(in: 0...bytes.count, using: &generator)
    let end = Int.random(in: index...bytes.count, using: &generator)
    let interesting: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x2c, 0x0a, 0x0d, 0x27, 0x28, 0x29, 0x2d, 0x39]
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: if index < bytes.count { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
    case 1: if index < bytes.count { bytes[index] = interesting.randomElement(using: &generator)! }
    case 2: bytes.removeSubrange(index..<min(end, index + 8))
    case 3: bytes.insert(contentsOf: bytes[index..<min(end, index + 16)], at: index)
    case 4: for place in index..<min(end, index + 8) { bytes[place] = 0xff }
    default: bytes.insert(contentsOf: other.prefix(Int.random(in: 0...64, using: &generator)), at: index)
    }
  }

  private func offset(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: pattern) }
  }
}

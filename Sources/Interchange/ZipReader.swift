import CZlib

/// One file in a zip archive, as the central directory describes it.
struct ZipMember {
  var name: String
  var flags: UInt64
  var method: UInt64
  var checksum: UInt64
  var compressedSize: Int
  var size: Int
  var headerOffset: Int
}

/// Reads zip archives (PKWARE's APPNOTE, with zip64). Everything the archive declares is checked before memory is asked for:
/// sizes against the file, the ratio and the limit; members against each other, since overlapping ones make bombs.
struct ZipReader {
  let bytes: [UInt8]
  let path: String
  private(set) var members: [ZipMember] = []

  /// `limit` bounds the sum of the sizes that compressed members inflate to.
  init(_ bytes: [UInt8], path: String, limit: Int) throws(FileError) {
    (self.bytes, self.path) = (bytes, path)
    let directory = try findDirectory()
    guard directory.count <= Limits.archiveMembers else {
      throw failure("the archive claims \(directory.count) members, more than the \(Limits.archiveMembers) allowed")
    }
    guard directory.offset <= bytes.count, directory.size <= bytes.count - directory.offset else {
      throw failure("the directory of the archive lies outside the file")
    }
    var cursor = ByteCursor(bytes, path: path, at: directory.offset)
    var total = 0
    var names: Set<String> = []
    for _ in 0..<directory.count {
      let member = try readMember(&cursor)
      guard names.insert(member.name).inserted else { throw failure("two members are named '\(excerpt(member.name))'") }
      // A stored member takes no more than the file it is in.
      if member.method != 0 {
        guard member.size <= limit - total else { throw failure("the contents inflate to more than \(limit) bytes") }
        total += member.size
      }
      members.append(member)
    }
    guard cursor.offset == directory.offset + directory.size else {
      throw FileError("the directory of the archive is not as long as it says", path: path, offset: cursor.offset)
    }
  }

  /// The contents of each member that `isWanted`, in the order of the directory.
  func contents(where isWanted: (ZipMember) -> Bool) throws(FileError) -> [(member: ZipMember, bytes: [UInt8])] {
    var ranges: [(range: Range<Int>, member: ZipMember)] = []
    for member in members { ranges.append((try dataRange(member), member)) }
    let sorted = ranges.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (first, second) in zip(sorted, sorted.dropFirst()) where first.range.upperBound > second.range.lowerBound {
      throw failure("the members '\(excerpt(first.member.name))' and '\(excerpt(second.member.name))' overlap")
    }
    var result: [(member: ZipMember, bytes: [UInt8])] = []
    for (range, member) in ranges where isWanted(member) {
      result.append((member, try contents(of: member, in: range)))
    }
    return result
  }

  private func contents(of member: ZipMember, in range: Range<Int>) throws(FileError) -> [UInt8] {
    var output: [UInt8] = []
    if member.method == 0 {
      output = Array(bytes[range])
    } else {
      let end = try Deflate.inflate(bytes[range], .none, onto: &output, path: path, limit: member.size)
      guard end == range.upperBound else { throw failure("'\(excerpt(member.name))' ends before its compressed data does") }
    }
    guard output.count == member.size else {
      throw failure("'\(excerpt(member.name))' holds \(output.count) bytes, not the \(member.size) declared")
    }
    guard checksum([output.withUnsafeBytes { $0 }]) == member.checksum else {
      throw failure("'\(excerpt(member.name))' is damaged: its checksum is wrong")
    }
    return output
  }

  /// Where the data of a member lies, behind its local header.
  private func dataRange(_ member: ZipMember) throws(FileError) -> Range<Int> {
    var cursor = ByteCursor(bytes, path: path, at: member.headerOffset)
    guard try cursor.little(4, "a member") == 0x0403_4b50 else {
      throw FileError("'\(excerpt(member.name))' is not where the directory says", path: path, offset: member.headerOffset)
    }
    _ = try cursor.take(22, "a member")
    let nameLength = try cursor.size(2, "a member")
    let extraLength = try cursor.size(2, "a member")
    _ = try cursor.take(nameLength + extraLength, "a member")
    let start = cursor.offset
    _ = try cursor.take(member.compressedSize, "'\(excerpt(member.name))'")
    return start..<cursor.offset
  }

  private func readMember(_ cursor: inout ByteCursor) throws(FileError) -> ZipMember {
    let start = cursor.offset
    let what = "the directory of the archive"
    guard try cursor.little(4, what) == 0x0201_4b50 else {
      throw FileError("the directory of the archive is damaged", path: path, offset: start)
    }
    _ = try cursor.take(4, what)
    let flags = try cursor.little(2, what)
    let method = try cursor.little(2, what)
    _ = try cursor.take(4, what)
    let checksum = try cursor.little(4, what)
    var sizes = [0, 0, 0]
    (sizes[1], sizes[0]) = (try cursor.size(4, what), try cursor.size(4, what))
    let (nameLength, extraLength, commentLength) = (
      try cursor.size(2, what), try cursor.size(2, what), try cursor.size(2, what)
    )
    _ = try cursor.take(8, what)
    sizes[2] = try cursor.size(4, what)
    let name = String(decoding: try cursor.take(nameLength, what), as: UTF8.self)
    try readZip64(Array(try cursor.take(extraLength, what)), into: &sizes)
    _ = try cursor.take(commentLength, what)
    let member = ZipMember(
      name: name, flags: flags, method: method, checksum: checksum, compressedSize: sizes[1], size: sizes[0],
      headerOffset: sizes[2])
    try check(member)
    return member
  }

  /// The 8-byte sizes of the zip64 extra field, in place of those that are all ones.
  private func readZip64(_ extra: [UInt8], into sizes: inout [Int]) throws(FileError) {
    guard sizes.contains(0xffff_ffff) else { return }
    var cursor = ByteCursor(extra, path: path)
    while cursor.remaining >= 4 {
      let tag = try cursor.little(2, "an extra field")
      let length = try cursor.size(2, "an extra field")
      guard tag == 1 else { _ = try cursor.take(length, "an extra field"); continue }
      for index in sizes.indices where sizes[index] == 0xffff_ffff { sizes[index] = try cursor.size(8, "a zip64 size") }
      return
    }
  }

  private func check(_ member: ZipMember) throws(FileError) {
    let name = excerpt(member.name)
    guard member.flags & 0x41 == 0 else { throw failure("'\(name)' is encrypted") }
    guard member.headerOffset <= bytes.count, member.compressedSize <= bytes.count - member.headerOffset else {
      throw failure("'\(name)' lies outside the file")
    }
    switch member.method {
    case 0 where member.size != member.compressedSize: throw failure("'\(name)' is stored with two different sizes")
    case 8 where member.size / Limits.deflateRatio > member.compressedSize:
      throw failure("'\(name)' claims to inflate from \(member.compressedSize) to \(member.size) bytes, which no data can")
    case 0, 8: break
    default: throw failure("'\(name)' uses compression method \(member.method); only stored and deflated can be read")
    }
  }

  /// Where the central directory is, from the record at the end of the file.
  private func findDirectory() throws(FileError) -> (offset: Int, size: Int, count: Int) {
    let last = bytes.count - 22
    guard last >= 0, bytes[0] == 0x50, bytes[1] == 0x4b else { throw failure("this is not a zip archive") }
    var end = last
    // The comment after the record is at most 65,535 bytes.
    while !(bytes[end] == 0x50 && bytes[end + 1] == 0x4b && bytes[end + 2] == 5 && bytes[end + 3] == 6) {
      guard end > max(0, last - 65_535) else { throw failure("the directory at the end of the archive is missing") }
      end -= 1
    }
    let what = "the end of the archive"
    var cursor = ByteCursor(bytes, path: path, at: end + 8)
    _ = try cursor.take(2, what)
    var count = try cursor.size(2, what)
    var size = try cursor.size(4, what)
    var offset = try cursor.size(4, what)
    guard try cursor.size(2, what) == cursor.remaining else {
      throw FileError("bytes follow the end of the archive, or are missing there", path: path, offset: end)
    }
    if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff, end >= 20 {
      cursor = ByteCursor(bytes, path: path, at: end - 20)
      if try cursor.little(4, what) == 0x0706_4b50 {
        _ = try cursor.take(4, what)
        cursor.offset = try cursor.size(8, what)
        guard cursor.offset <= end, try cursor.little(4, what) == 0x0606_4b50 else {
          throw failure("the zip64 record of the archive is missing")
        }
        _ = try cursor.take(28, what)
        count = try cursor.size(8, what)
        size = try cursor.size(8, what)
        offset = try cursor.size(8, what)
      }
    }
    return (offset, size, count)
  }

  private func failure(_ message: String) -> FileError { FileError(message, path: path) }
}

/// The CRC-32 of the pieces one after another.
func checksum(_ pieces: [UnsafeRawBufferPointer]) -> UInt64 {
  var value = crc32(0, nil, 0)
  for piece in pieces {
    var rest = piece[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      value = crc32(value, part.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(part.count))
      rest = rest.dropFirst(part.count)
    }
  }
  return UInt64(value)
}

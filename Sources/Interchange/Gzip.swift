import CZlib

/// Gzip streams (RFC 1952).
public enum Gzip {
  public static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b }

  /// The inflated contents, of all members of the stream, at most `limit` bytes. Checksums are checked.
  public static func inflate(_ bytes: [UInt8], path: String, limit: Int = 4 << 30) throws(FileError) -> [UInt8] {
    var output: [UInt8] = []
    var start = 0
    repeat {
      start = try Deflate.inflate(bytes[start...], .gzip, onto: &output, path: path, limit: limit)
    } while start + 1 < bytes.count && bytes[start] == 0x1f && bytes[start + 1] == 0x8b
    // Padding with zeros is usual on tapes and harmless; anything else means that the stream is not what it seems.
    guard bytes[start...].allSatisfy({ $0 == 0 }) else {
      throw FileError("\(bytes.count - start) bytes follow the end of the gzip stream", path: path, offset: start)
    }
    return output
  }
}

/// The deflate method (RFC 1951), through zlib.
enum Deflate {
  /// What surrounds the deflated data; raw values are zlib's `windowBits`.
  enum Wrapper: Int32 { case none = -15, gzip = 31 }

  /// Appends to `output` what `input` inflates to, and returns where the stream ended. Memory grows with what really comes
  /// out, not with what a header promises.
  static func inflate(
    _ input: ArraySlice<UInt8>, _ wrapper: Wrapper, onto output: inout [UInt8], path: String, limit: Int
  ) throws(FileError) -> Int {
    var stream = z_stream()
    guard inflateInit2_(&stream, wrapper.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw FileError("out of memory while inflating", path: path)
    }
    defer { inflateEnd(&stream) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var position = input.startIndex
    while true {
      let piece = input[position..<min(input.endIndex, position + 1 << 24)]
      var produced = 0
      let status = piece.withUnsafeBufferPointer { source in
        chunk.withUnsafeMutableBufferPointer { target in
          stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
          stream.avail_in = UInt32(source.count)
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          let status = CZlib.inflate(&stream, Z_NO_FLUSH)
          produced = target.count - Int(stream.avail_out)
          return status
        }
      }
      position += piece.count - Int(stream.avail_in)
      guard produced <= limit - output.count else {
        throw FileError("the contents inflate to more than \(limit) bytes", path: path, offset: position)
      }
      output += chunk[..<produced]
      switch status {
      case Z_STREAM_END: return position
      case Z_OK where produced > 0 || position < input.endIndex: continue
      case Z_OK, Z_BUF_ERROR: throw FileError("the compressed data ends early", path: path, offset: position)
      default: throw FileError("the compressed data is damaged", path: path, offset: position)
      }
    }
  }

  /// `input` deflated without a wrapper.
  static func deflate(_ input: UnsafeRawBufferPointer, onto output: inout [UInt8], stream: inout z_stream, finish: Bool) {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var position = 0
    repeat {
      let count = min(input.count - position, 1 << 24)
      let flush = finish && position + count == input.count ? Z_FINISH : Z_NO_FLUSH
      stream.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.advanced(by: position).assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(count)
      repeat {
        let produced = chunk.withUnsafeMutableBufferPointer { target in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          _ = CZlib.deflate(&stream, flush)
          return target.count - Int(stream.avail_out)
        }
        output += chunk[..<produced]
      } while stream.avail_out == 0
      position += count
    } while position < input.count
  }
}

extension SourceMap {
  /// The line and column of a byte offset, both from 1; the column counts characters.
  public func lineAndColumn(of offset: Int32, in id: FileID) -> (line: Int, column: Int) {
    let line = self.line(of: offset, in: id)
    let start = Int(self[id].lineStarts[line])
    let end = min(max(Int(offset), start), self[id].text.count)
    return (line + 1, String(decoding: self[id].text[start..<end], as: UTF8.self).count + 1)
  }

  /// The bytes of a zero-based line, without its newline.
  func lineBytes(_ line: Int, in id: FileID) -> ArraySlice<UInt8> {
    let file = self[id]
    let start = Int(file.lineStarts[line])
    var end = line + 1 < file.lineStarts.count ? Int(file.lineStarts[line + 1]) - 1 : file.text.count
    if end > start, file.text[end - 1] == 0x0D { end -= 1 }
    return file.text[start..<end]
  }
}

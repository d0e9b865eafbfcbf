import Ops

/// A text whose numbers may be known only when the program runs: pieces of text with tensors between them.
struct Text {
  enum Piece {
    case text(String)
    /// A tensor and its format in Python's mini-language (empty: as `print` shows it).
    case value(TensorValue, format: String)
  }
  var pieces: [Piece]
  init(_ text: String) { pieces = [.text(text)] }
  init(_ pieces: [Piece]) { self.pieces = pieces }

  /// The text, if no part of it depends on the run.
  var constant: String? {
    var result = ""
    for piece in pieces {
      guard case .text(let part) = piece else { return nil }
      result += part
    }
    return result
  }
  static func + (a: Text, b: Text) -> Text { Text(a.pieces + b.pieces) }

  /// As the attributes and operands of an effect op: n + 1 pieces of text round n values.
  var template: (pieces: [String], formats: [String], values: [TensorValue]) {
    var texts = [""]
    var formats: [String] = []
    var values: [TensorValue] = []
    for piece in pieces {
      switch piece {
      case .text(let part): texts[texts.count - 1] += part
      case .value(let value, let format):
        values.append(value)
        formats.append(format)
        texts.append("")
      }
    }
    return (texts, formats, values)
  }
}

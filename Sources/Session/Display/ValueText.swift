import Diagnostics
import Elaboration
import Ops
import Tensors

/// A value as the prompt shows it: on one line with its type where it fits, else laid out over several.
public struct ValueText {
  /// The columns of the terminal.
  var width = 80
  /// What a witness is called: the variable of the question.
  var variable = "x"
  public init(width: Int = 80, variable: String = "x") { (self.width, self.variable) = (max(width, 40), variable) }

  /// The text, with its type behind it.
  public func text(_ view: ValueView, type: String) -> String {
    let isNamedByType: Bool
    if case .other(let line) = view { isNamedByType = line == type } else { isNamedByType = false }
    if isNamedByType { return type }
    var lines = self.lines(view)
    var tail = "  : \(type)"
    if case .tensor(let tensor) = view, let summary = TensorText(tensor: tensor, width: width).summary { tail += ", \(summary)" }
    if case .model(let count, let parts) = view { return ["\(type): \(counted(count, "parameter"))"].adding(fields(parts)) }
    // What is shown part by part has its type above.
    if lines.first?.hasPrefix("  ") == true { return [type].shortened(to: width).adding(lines) }
    lines[lines.count - 1] += tail
    return lines.joined(separator: "\n")
  }

  /// What there is to show, without the type of the whole.
  public func lines(_ view: ValueView) -> [String] {
    switch view {
    case .tensor(let tensor): return TensorText(tensor: tensor, width: width).lines
    case .text(let text): return ["\"" + text.map { $0 == "\"" ? "\\\"" : $0 == "\\" ? "\\\\" : $0 == "\n" ? "\\n" : String($0) }.joined() + "\""]
    case .tuple(let values):
      let short = "(" + values.map(line).joined(separator: ", ") + ")"
      if columns(short) <= width { return [short] }
      return values.enumerated().flatMap { k, value in fields([.init(name: "[\(k)]", type: "", view: value)]) }
    case .record(let parts):
      let short = "{" + parts.map { "\($0.name): \(line($0.view))" }.joined(separator: ", ") + "}"
      return columns(short) <= width && parts.allSatisfy(isSmall) ? [short] : fields(parts)
    case .model(let count, let parts): return ["\(counted(count, "parameter"))"] + fields(parts)
    case .instance, .other: return [line(view)]
    case .guarantee(let guarantee): return lines(guarantee)
    }
  }

  /// A value on one line, shortened where it is large.
  public func line(_ view: ValueView) -> String {
    switch view {
    case .tensor(let tensor): return TensorText(tensor: tensor, width: width).line
    case .text: return lines(view)[0]
    case .tuple(let values): return "(" + values.map(line).joined(separator: ", ") + ")"
    case .record(let parts): return "{" + parts.map { "\($0.name): \(line($0.view))" }.joined(separator: ", ") + "}"
    case .model(let count, _): return counted(count, "parameter")
    case .instance(let name, let arguments):
      return name + "(" + arguments.map { "\($0.name): \(line($0.view))" }.joined(separator: ", ") + ")"
    case .guarantee(let guarantee): return lines(guarantee).joined(separator: " ")
    case .other(let text): return text
    }
  }

  // MARK: Fields

  private func isSmall(_ part: ValueView.Part) -> Bool {
    if case .tensor(let tensor) = part.view { return TensorText(tensor: tensor, width: width).isWhole && tensor.rank <= 1 }
    return true
  }

  /// A line for each part: name, type, value; the parts of a part below it.
  func fields(_ parts: [ValueView.Part]) -> [String] {
    let (names, types) = (parts.map { columns($0.name) }.max() ?? 0, parts.map { columns($0.type) }.max() ?? 0)
    return parts.flatMap { part -> [String] in
      let head = "  " + padded(part.name, names) + "  " + padded(part.type, types)
      switch part.view {
      case .model(let count, let inner): return [head + "  " + counted(count, "parameter")] + fields(inner).map { "  " + $0 }
      case .record(let inner) where !inner.allSatisfy(isSmall): return [head] + fields(inner).map { "  " + $0 }
      case .tensor(let tensor): return [head + "  " + (TensorText(tensor: tensor, width: width).summary ?? line(part.view))]
      default: return [head + "  " + line(part.view)]
      }
    }.map { $0.trailingSpacesDropped }
  }
  private func counted(_ n: Int, _ what: String) -> String { "\(n) \(what)\(n == 1 ? "" : "s")" }
  private func columns(_ text: String) -> Int { text.reduce(0) { $0 + DisplayWidth.columns(of: $1) } }
  private func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - columns(text))) }
}

extension [String] {
  fileprivate func adding(_ lines: [String]) -> String { (self + lines).joined(separator: "\n") }
  fileprivate func shortened(to width: Int) -> [String] { map { $0.count > width ? $0.prefix(width - 1) + "…" : $0 } }
}
extension String {
  fileprivate var trailingSpacesDropped: String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}
